from services.vehicles.api.dependencies import InWork
from services.vehicles.domain.care.plans import Urgency
from services.vehicles.usecases.care.fleet import sum_up_fleet
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel
from shared.http.router import Router

router = Router(prefix="/api/vehicles", tags=["vehicles"])


class Counted(AnswerModel):
    fuel_type: str | None = None
    transmission: str | None = None
    count: int


class FleetStats(AnswerModel):
    total: int
    by_fuel_type: list[Counted]
    by_transmission: list[Counted]
    plans: dict[Urgency, int]
    """Active plans by how pressing they are."""


@router.get("/stats")
async def vehicle_stats(work: InWork, caller: CurrentCaller) -> FleetStats:
    figures = await sum_up_fleet(work, access=caller.access)
    fuels, gearboxes = figures.fuels, figures.gearboxes
    return FleetStats(
        total=sum(fuels.values()),
        by_fuel_type=[Counted(fuel_type=key, count=fuels[key]) for key in sorted(fuels, key=str)],
        by_transmission=[
            Counted(transmission=key, count=gearboxes[key]) for key in sorted(gearboxes, key=str)
        ],
        plans={each: figures.plans.get(each, 0) for each in Urgency},
    )
