from datetime import date
from decimal import Decimal
from typing import Annotated, Self
from uuid import UUID

from fastapi import Query
from pydantic import Field, StringConstraints

from services.vehicles.api.dependencies import InWork
from services.vehicles.api.running.costs import CurrencyCode
from services.vehicles.errors.running import RatesMalformed
from services.vehicles.storage.running.exchange_rates import ExchangeRate
from services.vehicles.usecases.running.exchange_rates import keep_table
from shared.http.access import admin_only
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import NO_CONTROLS, AnswerModel, Day, Line, RequestModel
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router

router = Router(prefix="/api/exchange-rates", tags=["costs"])
Table = Annotated[
    str,
    StringConstraints(min_length=1, max_length=4_000_000, pattern=NO_CONTROLS),
    Field(examples=["Date,USD,CHF,\n2026-11-27,1.0523,0.9350,"]),
]


class RatesIn(RequestModel):
    source: Line
    """Who published them."""
    table: Table
    """As `eurofxref-hist.csv` of the European Central Bank: a line for each day, a column for each currency."""


class LoadedOut(AnswerModel):
    given: int
    changed: int


class RateOut(AnswerModel):
    """How much of `currency` one euro was worth on `day`."""

    id: UUID
    day: date
    currency: str
    per_euro: Decimal
    source: str

    @classmethod
    def of(cls, rate: ExchangeRate) -> Self:
        return cls(
            id=rate.id,
            day=rate.day,
            currency=rate.currency,
            per_euro=rate.per_euro.normalize() + 0,
            source=rate.source,
        )


Rates = Annotated[ListQuery, listed_by({"day": ExchangeRate.day}, default="-day")]


@router.get("")
async def list_exchange_rates(
    work: InWork,
    caller: CurrentCaller,
    listing: Rates,
    currency: CurrencyCode = None,
    until: Annotated[Day | None, Query(alias="to", description="Up to this day.")] = None,
) -> Page[RateOut]:
    """By which costs are told in another currency: of each, the last one published on a record's day or up to 7 days before."""
    del caller  # anybody who is signed in
    statement = work.exchange_rates.published(currency=currency, until=until)
    return await listing.page(work.session, statement, into=RateOut.of)


@router.post("", openapi_extra=admin_only(), responses=problems(RatesMalformed))
async def load_exchange_rates(body: RatesIn, work: InWork) -> LoadedOut:
    """Adds a table of rates; a rate that is known is replaced."""
    loaded = await keep_table(work, table=body.table, source=body.source)
    return LoadedOut(given=loaded.given, changed=loaded.changed)
