"""A car's life in one list, latest first: each source gives its next few rows by an index, and the few are merged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Date,
    Select,
    String,
    Text,
    Uuid,
    bindparam,
    cast,
    column,
    func,
    literal,
    null,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from services.vehicles.domain.running.periods import Period
from services.vehicles.domain.things import ThingKind
from services.vehicles.storage.things import COLUMNS, ON_THE_TIMELINE, Thing

TYPES: dict[str, Any] = {"amount_minor": BigInteger, "metres": BigInteger}
CAR: BindParameter[UUID] = bindparam("car", type_=Uuid)
PERSON: BindParameter[UUID] = bindparam("person", type_=Uuid)
FIRST: BindParameter[date] = bindparam("first_day", type_=Date)
LAST: BindParameter[date] = bindparam("last_day", type_=Date)
EDGE_DAY: BindParameter[date] = bindparam("edge_day", type_=Date)
EDGE_ROW: BindParameter[UUID] = bindparam("edge_row", type_=Uuid)
START: BindParameter[int] = bindparam("start", type_=BigInteger)
SIZE: BindParameter[int] = bindparam("size", type_=BigInteger)
REACH: BindParameter[int] = bindparam("reach", type_=BigInteger)
COSTS = frozenset({"amount_minor", "currency"})


@dataclass(frozen=True, slots=True)
class Form:
    """What somebody is told of a car: a statement each."""

    kinds: frozenset[ThingKind]
    """Those of which they see everything."""
    own: frozenset[ThingKind]
    """Those of which they see what they made themselves."""
    with_costs: bool


@dataclass(frozen=True, slots=True)
class Span:
    """Of which car and days, and to whom."""

    form: Form
    vehicle_id: UUID
    period: Period
    person: UUID

    @property
    def values(self) -> dict[str, Any]:
        said: dict[str, Any] = {
            CAR.key: self.vehicle_id,
            FIRST.key: self.period.first,
            LAST.key: self.period.last,
        }
        return said | ({PERSON.key: self.person} if self.form.own else {})


@dataclass(frozen=True, slots=True)
class After:
    """A moment at the edge of a page: what comes after it (before it, read backwards)."""

    day: date
    row_id: UUID
    is_backwards: bool = False


class Way(StrEnum):
    """How a page is found."""

    START = "start"
    AFTER = "after"
    BEFORE = "before"


class TimelineRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def moments(
        self, span: Span, *, after: After | None, start: int, size: int
    ) -> Sequence[Any]:
        """Rows of (kind, id, vehicle_id, day, …COLUMNS), at most `size`, without the first `start`; read backwards, the nearest
        come first. The caller has found as what they stand before the car.
        """
        way, values = Way.START, span.values
        if after is not None:
            way = Way.BEFORE if after.is_backwards else Way.AFTER
            values |= {EDGE_DAY.key: after.day, EDGE_ROW.key: after.row_id}
        values |= {START.key: start, SIZE.key: size, REACH.key: start + size}
        statement = _page_of(span.form, way)
        return [] if statement is None else (await self.session.execute(statement, values)).all()

    async def count(self, span: Span) -> int:
        statement = _count_of(span.form)
        if statement is None:
            return 0
        return int(await self.session.scalar(statement, span.values) or 0)


@lru_cache(maxsize=256)
def _page_of(form: Form, way: Way) -> Any:
    """Said once, whoever asks of whichever car: to say it anew took longer than to answer it."""
    parts = []
    for source in _sources(form):
        rows = source
        if way is not Way.START:
            place: Any = tuple_(column("day"), column("id"))
            edge = tuple_(EDGE_DAY, EDGE_ROW)
            is_beyond = place > edge if way is Way.BEFORE else place < edge
            rows = select(source.subquery()).where(is_beyond)
        order = _order(is_backwards=way is Way.BEFORE)
        parts.append(select(rows.order_by(*order).limit(REACH).subquery()))
    if not parts:
        return None
    merged = union_all(*parts).subquery()
    ordered = select(merged).order_by(*_order(is_backwards=way is Way.BEFORE))
    return ordered.offset(START).limit(SIZE)


@lru_cache(maxsize=256)
def _count_of(form: Form) -> Any:
    counts = [
        select(func.count().label("some")).select_from(source.subquery())
        for source in _sources(form)
    ]
    if not counts:
        return None
    return select(func.sum(column("some"))).select_from(union_all(*counts).subquery())


def _sources(form: Form) -> list[Select[Any]]:
    return [
        _moments_of(thing, is_own=thing.kind in form.own, with_costs=form.with_costs)
        for thing in ON_THE_TIMELINE
        if thing.kind in form.kinds | form.own
    ]


def _order(*, is_backwards: bool) -> tuple[Any, Any]:
    day: Any = column("day")
    row_id: Any = column("id")
    return (day.asc(), row_id.asc()) if is_backwards else (day.desc(), row_id.desc())


def _moments_of(thing: Thing, *, is_own: bool, with_costs: bool) -> Select[Any]:
    model = thing.model
    statement = select(*told_columns(thing, with_costs=with_costs)).where(
        model.vehicle_id == CAR, thing.day.between(FIRST, LAST)
    )
    if is_own:
        statement = statement.where(model.made_by == PERSON)
    for condition in (thing.where, thing.in_timeline):
        if condition is not None:
            statement = statement.where(condition)
    return statement


def told_columns(thing: Thing, *, with_costs: bool) -> list[Any]:
    """Of each kind the same ones."""
    model = thing.model
    vehicle = model.id if thing.kind is ThingKind.VEHICLE else model.vehicle_id
    day = cast(null(), Date) if thing.day is None else thing.day
    found: list[Any] = [
        literal(thing.kind.value, String).label("kind"),
        model.id.label("id"),
        vehicle.label("vehicle_id"),
        day.label("day"),
        (cast(null(), Uuid) if thing.of is None else thing.of).label("of"),
        (model.made_by if hasattr(model, "made_by") else cast(null(), Uuid)).label("made_by"),
        (model.guest if hasattr(model, "guest") else cast(null(), Text)).label("guest"),
    ]
    for name in COLUMNS:
        said = thing.told.get(name)
        if said is None or (name in COSTS and thing.hides_costs and not with_costs):
            said = cast(null(), TYPES.get(name, Text))
        found.append(said.label(name))
    return found
