from collections.abc import Iterable
from dataclasses import dataclass

from services.vehicles.domain.running.reference_rates import NotATable, ReferenceRate, read_table
from services.vehicles.errors.running import RatesMalformed
from services.vehicles.usecases.work import Work
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rates were given, and how many of them are new or other than before."""

    given: int
    changed: int


async def keep_table(work: Work, *, table: str, source: str) -> Loaded:
    """A table in the form of the ECB's. Raises RatesMalformed."""
    try:
        rates = list(read_table(table))
    except NotATable as error:
        raise RatesMalformed(pointer="/table", line=error.line) from error
    return await keep_rates(work, rates=rates, source=source)


async def keep_rates(work: Work, *, rates: Iterable[ReferenceRate], source: str) -> Loaded:
    """Each currency and day once: the last said counts."""
    said = {(rate.currency, rate.day): rate for rate in rates}
    rows = [
        {
            "id": new_id(),
            "currency": rate.currency,
            "day": rate.day,
            "per_euro": rate.per_euro,
            "source": source,
        }
        for rate in said.values()
    ]
    return Loaded(len(rows), await work.exchange_rates.keep(rows))
