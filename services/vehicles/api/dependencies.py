from collections.abc import Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Protocol, TypeVar
from uuid import UUID

from fastapi import Depends, Query
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from services.vehicles.domain.cars.roles import May, Standing
from services.vehicles.domain.cars.standing import LEAST, OWNING, standing_of
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.base import Language
from shared.http.identity import Caller
from shared.http.models import AnswerModel, Day, described_decimal, from_text
from shared.http.work import open_work
from shared.money import MoneyBody

InWork = Annotated[Work, Depends(open_work, scope="function")]


def chosen(kind: type[StrEnum]) -> BeforeValidator:
    """One of a closed set, in any case: JSON has no enumerations, and older clients write capitals."""
    words = {member.value.lower(): member for member in kind}

    def choose(value: Any) -> Any:
        return words.get(value.strip().lower(), value) if isinstance(value, str) else value

    return BeforeValidator(choose)


def speaks(caller: Caller) -> Language:
    """The language names are told in."""
    return caller.language or Language.FR


FIRST_DAY = date(1886, 1, 1)
"""Benz's patent: no car, no service, no reading is older."""
LAST_DAY = date(2199, 12, 31)


def _in_the_age_of_cars(day: date) -> date:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError("outside the age of cars")
    return day


def _no_debt(price: MoneyBody) -> MoneyBody:
    if price.money().amount_minor < 0:
        raise ValueError("must not be negative")
    return price


CarDay = Annotated[Day, AfterValidator(_in_the_age_of_cars)]
Distance = Annotated[int, Field(ge=0, le=9_999_999, examples=[84250])]
"""In the car's own unit."""
Price = Annotated[MoneyBody, AfterValidator(_no_debt)]
ServiceId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,49}$", examples=["oil_change"])]
"""An id of the reference list, or one's own word for work that is not in it."""
ServiceFilter = Annotated[
    str | None, Query(alias="service_type", pattern=r"^[a-z][a-z0-9_]{1,49}$")
]
_whole = BeforeValidator(
    lambda value: (
        Decimal(str(value))
        if isinstance(value, int | float) and not isinstance(value, bool)
        else value
    )
)
Hours = Annotated[
    Decimal,
    _whole,
    Field(strict=False, ge=0, max_digits=8, decimal_places=1),
    described_decimal(places=1, most=9_999_999, example="4120.5"),
]
Trip = Annotated[
    Decimal,
    _whole,
    Field(strict=False, ge=0, max_digits=8, decimal_places=1),
    described_decimal(places=1, most=9_999_999, example="523.4"),
]
TimeOfDay = Annotated[
    time,
    BeforeValidator(from_text(time.fromisoformat, r"([01]\d|2[0-3]):[0-5]\d")),
    Field(examples=["17:45"]),
]
"""Hours and minutes of the car's own day."""


class Author(AnswerModel):
    """Who made it, where people share a car; nameless once they have left."""

    id: UUID
    name: str | None
    is_you: bool


class Made(Protocol):
    """A row of a car's things."""

    owner_id: Any
    vehicle_id: Any
    made_by: Any


class MadeOut(AnswerModel):
    """An answer that tells such a row."""

    made_by: Author | None = None


A = TypeVar("A", bound=MadeOut)


async def as_shown(
    work: Work, access: Access, pairs: Sequence[tuple[Made, A]], *, car: Vehicle | None = None
) -> list[A]:
    """Answers as this caller may see them: who made what; no money and no papers for whom the car's owner does not show them.

    At most two queries, one where the car is at hand, and none where everything is the caller's own.
    """
    shared = {row.vehicle_id for row, _ in pairs if row.owner_id != access.person}
    authors = {row.made_by for row, _ in pairs} - {None, access.person}
    known = {car.id: standing_of(car, access.person)} if car is not None else {}
    standings = known | await work.vehicles.standings(access, shared - known.keys())
    names = await work.owners.names(authors)
    return [
        _shown(
            answer, standings.get(row.vehicle_id, LEAST if row.vehicle_id in shared else OWNING)
        ).model_copy(update={"made_by": _author(row.made_by, access.person, names)})
        for row, answer in pairs
    ]


async def one_as_shown(
    work: Work, access: Access, row: Made, answer: A, *, car: Vehicle | None = None
) -> A:
    return (await as_shown(work, access, [(row, answer)], car=car))[0]


def _author(person: UUID | None, caller: UUID, names: Mapping[UUID, str | None]) -> Author | None:
    if person is None:
        return None
    return Author(id=person, name=names.get(person), is_you=person == caller)


def _shown(answer: A, standing: Standing) -> A:
    if not standing.may(May.READ_DOCUMENTS) and "documents" in type(answer).model_fields:
        answer = answer.model_copy(update={"documents": []})
    if standing.may(May.SEE_COSTS):
        return answer
    shown: A = _without_money(answer)
    return shown


def _without_money(value: Any) -> Any:
    """Whatever holds an amount, however deep, without it."""
    if isinstance(value, MoneyBody):
        return None
    if isinstance(value, list):
        shown = [_without_money(each) for each in value]
        return [each for each in shown if each is not None]
    if isinstance(value, BaseModel):
        members = {name: _without_money(getattr(value, name)) for name in type(value).model_fields}
        return value.model_copy(update=members)
    return value
