from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from services.vehicles.domain.care.plans import Urgency
from services.vehicles.usecases.care.plans import due_plans
from services.vehicles.usecases.work import Work
from shared.access import Access


@dataclass(frozen=True, slots=True)
class FleetFigures:
    """How many cars of each fuel and gearbox (None: not said), and how pressing their active plans are."""

    fuels: Mapping[str | None, int]
    gearboxes: Mapping[str | None, int]
    plans: Mapping[Urgency, int]


async def sum_up_fleet(work: Work, *, access: Access) -> FleetFigures:
    fuels: Counter[str | None] = Counter()
    gearboxes: Counter[str | None] = Counter()
    for fuel, gearbox, count in await work.vehicles.counts(access):
        fuels[fuel] += count
        gearboxes[gearbox] += count
    due = await due_plans(work, access=access, vehicle_id=None, within_days=None)
    return FleetFigures(fuels, gearboxes, Counter(view.urgency for view in due))
