from typing import Annotated

from fastapi import Depends, Query

from services.vehicles.api.dependencies import InWork
from services.vehicles.api.garages.garages import GarageOut, SpecialtyFilter
from services.vehicles.domain.garages.places import Place, normal
from services.vehicles.storage.garages.nearby import Circle, Wanted
from shared.http.access import public
from shared.http.pagination import Page, Pages
from shared.http.router import Router

router = Router(prefix="/api/garages", tags=["garages"])

MOST_KM = 200
USUAL_KM = 10
METRES = 3
"""Decimals of a kilometre."""


class NearbyGarage(GarageOut):
    distance_km: float
    """As the crow flies."""


async def _circle(
    lat: Annotated[float, Query(ge=-90, le=90, allow_inf_nan=False, examples=[48.8443])],
    lng: Annotated[float, Query(ge=-180, le=180, allow_inf_nan=False, examples=[2.3744])],
    radius: Annotated[
        float, Query(ge=0, le=MOST_KM, allow_inf_nan=False, description="Kilometres.")
    ] = USUAL_KM,
) -> Circle:
    return Circle(Place(lat, normal(lng)), radius)


@router.get("/search_nearby", openapi_extra=public())
async def search_nearby(
    work: InWork,
    listing: Pages,
    circle: Annotated[Circle, Depends(_circle)],
    *,
    open_now: Annotated[bool, Query(description="Open at this moment, by its own clock.")] = False,
    specialty: SpecialtyFilter = None,
    takes_bookings: Annotated[bool | None, Query()] = None,
) -> Page[NearbyGarage]:
    """The nearest first."""
    wanted = Wanted(
        specialty=specialty,
        open_at=work.now if open_now else None,
        takes_bookings=takes_bookings,
    )
    found, count = await work.nearby.found(
        circle, wanted, start=listing.start, size=listing.page_size
    )
    return listing.of(
        [
            NearbyGarage(**GarageOut.of(garage).__dict__, distance_km=round(km, METRES))
            for garage, km in found
        ],
        count,
    )
