"""A year's trips as pages for a tax office: the figures of the table (`usecases/running/trip_table.py`), written by the same hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from services.vehicles.domain.cars.categories import FuelClass, fuel_classes
from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.cars.standing import standing_of
from services.vehicles.domain.cars.units import DistanceUnit, in_unit
from services.vehicles.domain.moving import trip_words
from services.vehicles.domain.running.trip_statement import Counted, Statement
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.storage.moving.exports import CarExport
from services.vehicles.storage.running.trips import Trip
from services.vehicles.usecases.moving.book import money_said
from services.vehicles.usecases.running.trip_table import USES, written
from services.vehicles.usecases.running.trips import state_trips
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.base import Language
from shared.messages import texts_in


@dataclass(frozen=True, slots=True)
class TripPages:
    title: str
    words: dict[str, str]
    facts: dict[str, Any]


async def read_trip_pages(work: Work, export: CarExport) -> TripPages:
    """Raises NotFound, RoleInsufficient."""
    access, language = Access(export.account_id), Language(export.language)
    assert export.vehicle_id is not None  # noqa: S101 - such an export names its car
    assert export.year is not None  # noqa: S101 - and its year
    found, vehicle, trips = await state_trips(
        work,
        access=access,
        vehicle_id=export.vehicle_id,
        year=export.year,
        country=export.country,
        power=export.fiscal_power,
    )
    sees_all = standing_of(vehicle, access.person).may(May.READ_LEDGER)
    facts = trip_facts(found, vehicle, trips, language=language, with_costs=export.with_costs) | {
        "made_on": work.today.isoformat(),
        "power": export.fiscal_power,
        "is_drivers": not sees_all,
    }
    title = f"{trip_words.TITLE.into(language, year=export.year)} – {vehicle.name}"
    return TripPages(title, texts_in(trip_words, language), facts)


def trip_facts(
    found: Statement,
    vehicle: Vehicle,
    trips: Sequence[Trip],
    *,
    language: Language,
    with_costs: bool,
) -> dict[str, Any]:
    """What `templates/trips.html` fills in; plain JSON, distances as the table writes them."""
    unit = DistanceUnit(vehicle.distance_unit)
    fuels = fuel_classes(vehicle.energies, vehicle.fuel_type)
    is_electric = bool(fuels & {FuelClass.ELECTRIC, FuelClass.HYDROGEN})
    return {
        "year": found.year,
        "name": vehicle.name,
        "plate": vehicle.plate,
        "vin": vehicle.vin,
        "unit": unit.value,
        "business": written(found.business_metres, unit),
        "private": written(found.private_metres, unit),
        "count": len(trips),
        "counted": [_counted(each, unit, is_electric=is_electric) for each in found.counted]
        if with_costs
        else [],
        "uncounted": written(found.uncounted_metres, unit)
        if found.uncounted_metres and with_costs
        else None,
        "total": money_said(found.total) if with_costs else None,
        "purposes": [
            {
                "purpose": each.purpose,
                "use": USES[each.is_business].into(language),
                "count": each.trips,
                "distance": written(each.metres, unit),
            }
            for each in found.purposes
        ],
        "months": [
            {
                "month": month,
                "trips": [_trip(trip, unit, language) for trip in rows],
                "distance": written(sum(trip.distance_metres for trip in rows), unit),
            }
            for month, rows in _by_month(trips)
        ],
        "gaps": [
            {
                "first": gap.since_on.isoformat(),
                "last": gap.until_on.isoformat(),
                "distance": written(gap.metres, unit),
            }
            for gap in found.gaps
        ],
    }


def _by_month(trips: Sequence[Trip]) -> list[tuple[int, list[Trip]]]:
    return [
        (month, list(rows))
        for month, rows in groupby(
            sorted(trips, key=lambda trip: trip.day), key=lambda trip: trip.day.month
        )
    ]


def _trip(trip: Trip, unit: DistanceUnit, language: Language) -> dict[str, Any]:
    places = [place for place in (trip.from_place, trip.to_place) if place]
    return {
        "on": trip.day.isoformat(),
        "purpose": trip.purpose,
        "way": " → ".join(places),
        "note": trip.note,
        "start": in_unit(trip.start_metres, unit),
        "end": in_unit(trip.end_metres, unit),
        "use": USES[trip.business].into(language),
        "distance": written(trip.distance_metres, unit),
    }


def _counted(each: Counted, unit: DistanceUnit, *, is_electric: bool) -> dict[str, Any]:
    scale = each.scale
    return {
        "country": scale.country,
        "source": scale.source_title,
        "url": scale.source_url,
        "first": scale.valid_from.isoformat(),
        "last": _day(scale.valid_to),
        "checked": scale.checked_on.isoformat(),
        "factor": str(scale.electric_factor)
        if is_electric and scale.electric_factor != 1
        else None,
        "distance": written(each.metres, unit),
        "amount": money_said(each.amount),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
