from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.vehicles.domain.cars.energies import Energy
from services.vehicles.domain.running.costs import Spending, total
from services.vehicles.storage.cars.days import Elsewhere
from services.vehicles.usecases.cars.days import elsewhere
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.money import Money

GROUPS: Final = ("energy", "month", "station", "vehicle_id")


@dataclass(frozen=True, slots=True)
class Filled:
    """Under one key: what was spent, and how much of each energy went in, in its smallest measure."""

    spending: Spending
    quantities: dict[Energy, int]


@dataclass(frozen=True, slots=True)
class FillFigures:
    total: Sequence[Money]
    count: int
    groups: dict[str, list[Filled]]


async def sum_up_fills(
    work: Work, *, access: Access, vehicle_id: UUID | None, since: date, until: date | None
) -> FillFigures:
    """Every fill counts, on its day, up to today at its car when no end is said; money only of those whose price is theirs to see. Four
    statements, five without an end.
    """
    last = Elsewhere(until) if until else await elsewhere(work, access)
    groups = {
        by: _grouped(
            await work.fills.sums(access, vehicle_id=vehicle_id, since=since, until=last, by=by)
        )
        for by in GROUPS
    }
    every = [filled.spending for filled in groups["energy"]]
    return FillFigures(
        total(money for spending in every for money in spending.spent),
        sum(spending.count for spending in every),
        groups,
    )


def _grouped(rows: Sequence[Any]) -> list[Filled]:
    """Rows of one key come together; each energy and currency of it has its own."""
    quantities: dict[str, dict[Energy, int]] = defaultdict(lambda: defaultdict(int))
    spent: dict[str, list[Money]] = defaultdict(list)
    counts: dict[str, int] = defaultdict(int)
    for key, energy, currency, count, quantity, minor in rows:
        quantities[str(key)][Energy(energy)] += int(quantity)
        counts[str(key)] += count
        if currency is not None:
            spent[str(key)].append(Money(int(minor), currency))
    return [
        Filled(Spending(key, count, tuple(total(spent[key]))), dict(quantities[key]))
        for key, count in counts.items()
    ]
