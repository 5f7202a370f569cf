"""Who made what, where people share a car; and what of it is shown to whom."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, Self, TypeVar
from uuid import UUID

from pydantic import BaseModel, PrivateAttr

from services.vehicles.domain.cars.roles import May, Standing
from services.vehicles.domain.cars.standing import LEAST, OWNING, Shared, standing_of
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.http.models import AnswerModel
from shared.money import MoneyBody


class Author(AnswerModel):
    """Who made it, where people share a car; nameless once they have left."""

    id: UUID
    name: str | None
    is_you: bool


class Made(Protocol):
    """A row of a car's things."""

    @property
    def owner_id(self) -> Any: ...
    @property
    def vehicle_id(self) -> Any: ...
    @property
    def made_by(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Authored:
    """As far as that goes, a row that is not at hand: the plan or reminder an occurrence is of, the record that closed a plan."""

    owner_id: UUID
    vehicle_id: UUID
    made_by: UUID | None
    guest: str | None = None


class SharedCar(Shared, Protocol):
    """A car, as far as sharing it goes."""

    @property
    def id(self) -> UUID: ...


class MadeOut(AnswerModel):
    """An answer that tells such a row."""

    shown_to_maker: ClassVar[bool] = False
    """Whoever made it sees all of it, whatever they are to the car."""

    made_by: Author | None = None
    guest: str | None = None
    """What the link for guests is called by which it was written down, if it was."""
    _row: Made | None = PrivateAttr(default=None)

    def about(self, row: Made) -> Self:
        """For what holds it: see `shown`."""
        self._row = row
        return self

    @property
    def row(self) -> Made | None:
        return self._row


A = TypeVar("A", bound=MadeOut)
Whole = TypeVar("Whole", bound=BaseModel)


async def as_shown(
    work: Work, access: Access, pairs: Sequence[tuple[Made, A]], *, cars: Iterable[SharedCar] = ()
) -> list[A]:
    """Answers as this caller may see them: who made what; no money and no papers for whom the car's owner does not show them.

    At most two queries, one where the cars are at hand, and none where everything is the caller's own.
    """
    shared = {row.vehicle_id for row, _ in pairs if row.owner_id != access.person}
    authors = {row.made_by for row, _ in pairs} - {None, access.person}
    known = {car.id: standing_of(car, access.person) for car in cars}
    standings = known | await work.vehicles.standings(access, shared - known.keys())
    names = await work.owners.names(authors)
    return [
        _shown(
            answer,
            standings.get(row.vehicle_id, LEAST if row.vehicle_id in shared else OWNING),
            is_own=answer.shown_to_maker and row.made_by == access.person,
        ).model_copy(
            update={
                "made_by": _author(row.made_by, access.person, names),
                "guest": getattr(row, "guest", None),
            }
        )
        for row, answer in pairs
    ]


async def shown(
    work: Work, access: Access, answer: Whole, *, cars: Iterable[SharedCar] = ()
) -> Whole:
    """The same of whatever holds such answers, however deep, that say what they are `about`."""
    told = [(each.row, each) for each in _made_in(answer) if each.row is not None]
    seen = await as_shown(work, access, told, cars=cars)
    found: Whole = _put(
        answer, {id(before): after for (_, before), after in zip(told, seen, strict=True)}
    )
    return found


def _made_in(value: Any) -> Iterator[MadeOut]:
    if isinstance(value, MadeOut):
        yield value
    if isinstance(value, list):
        for each in value:
            yield from _made_in(each)
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _made_in(getattr(value, name))


def _put(value: Any, seen: Mapping[int, MadeOut]) -> Any:
    if isinstance(value, list):
        return [_put(each, seen) for each in value]
    if not isinstance(value, BaseModel):
        return value
    found = seen.get(id(value), value)
    held = {}
    for name in type(value).model_fields:
        before = getattr(found, name)
        after = _put(before, seen)
        if after is not before:
            held[name] = after
    return found.model_copy(update=held) if held else found


async def one_as_shown(
    work: Work, access: Access, row: Made, answer: A, *, cars: Iterable[SharedCar] = ()
) -> A:
    return (await as_shown(work, access, [(row, answer)], cars=cars))[0]


def _author(person: UUID | None, caller: UUID, names: Mapping[UUID, str | None]) -> Author | None:
    if person is None:
        return None
    return Author(id=person, name=names.get(person), is_you=person == caller)


def _shown(answer: A, standing: Standing, *, is_own: bool) -> A:
    if is_own:
        return answer
    if not standing.may(May.READ_DOCUMENTS) and "documents" in type(answer).model_fields:
        answer = answer.model_copy(update={"documents": []})
    if standing.may(May.SEE_COSTS):
        return answer
    seen: A = _without_money(answer)
    return seen


def _without_money(value: Any) -> Any:
    """Whatever holds an amount, however deep, without it; what holds none is the same object: `_put` knows it by that."""
    if isinstance(value, MoneyBody):
        return None
    if isinstance(value, list):
        shown = [_without_money(each) for each in value]
        is_same = all(after is before for before, after in zip(value, shown, strict=True))
        return value if is_same else [each for each in shown if each is not None]
    if isinstance(value, BaseModel):
        members = {name: getattr(value, name) for name in type(value).model_fields}
        bare = {name: _without_money(each) for name, each in members.items()}
        changed = {name: each for name, each in bare.items() if each is not members[name]}
        return value.model_copy(update=changed) if changed else value
    return value
