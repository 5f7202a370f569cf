"""A car's life in one list, latest first: each source gives its next few rows by an index, and the few are merged."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Date,
    Select,
    String,
    Text,
    Uuid,
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
from services.vehicles.domain.things import Kind
from services.vehicles.storage.things import COLUMNS, ON_THE_TIMELINE, Thing
from shared.access import Access

TYPES: dict[str, Any] = {"amount_minor": BigInteger, "metres": BigInteger}
COSTS = frozenset({"amount_minor", "currency"})


@dataclass(frozen=True, slots=True)
class Span:
    """Of which car, which kinds and days are told, and whether with what it cost."""

    vehicle_id: UUID
    kinds: Collection[Kind]
    period: Period
    with_costs: bool


@dataclass(frozen=True, slots=True)
class After:
    """A moment at the edge of a page: what comes after it (before it, read backwards)."""

    day: date
    row_id: UUID
    is_backwards: bool = False


class TimelineRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def moments(
        self, access: Access, span: Span, *, after: After | None, start: int, size: int
    ) -> Sequence[Any]:
        """Rows of (kind, id, vehicle_id, day, …COLUMNS), at most `size`, without the first `start`; read backwards, the nearest
        come first.
        """
        backwards = after is not None and after.is_backwards
        parts = []
        for source in self._sources(access, span):
            rows = source
            if after is not None:
                place = tuple_(column("day"), column("id"))
                edge = tuple_(literal(after.day, Date), literal(after.row_id, Uuid))
                rows = select(source.subquery()).where(place > edge if backwards else place < edge)
            parts.append(
                rows.order_by(*_order(is_backwards=backwards)).limit(start + size).subquery()
            )
        if not parts:
            return []
        merged = union_all(*(select(part) for part in parts)).subquery()
        statement = (
            select(merged).order_by(*_order(is_backwards=backwards)).offset(start).limit(size)
        )
        return (await self.session.execute(statement)).all()

    async def count(self, access: Access, span: Span) -> int:
        counts = [
            select(func.count().label("some")).select_from(source.subquery())
            for source in self._sources(access, span)
        ]
        if not counts:
            return 0
        return int(
            await self.session.scalar(
                select(func.sum(column("some"))).select_from(union_all(*counts).subquery())
            )
            or 0
        )

    def _sources(self, access: Access, span: Span) -> list[Select[Any]]:
        return [
            _moments_of(self.session, access, thing, span)
            for thing in ON_THE_TIMELINE
            if thing.kind in span.kinds
        ]


def _order(*, is_backwards: bool) -> tuple[Any, Any]:
    day: Any = column("day")
    row_id: Any = column("id")
    return (day.asc(), row_id.asc()) if is_backwards else (day.desc(), row_id.desc())


def _moments_of(session: AsyncSession, access: Access, thing: Thing, span: Span) -> Select[Any]:
    model = thing.model
    statement = select(*told_columns(thing, with_costs=span.with_costs)).where(
        thing.repository(session).is_seen(access),
        model.vehicle_id == span.vehicle_id,
        thing.day.between(span.period.first, span.period.last),
    )
    for condition in (thing.where, thing.in_timeline):
        if condition is not None:
            statement = statement.where(condition)
    return statement


def told_columns(thing: Thing, *, with_costs: bool) -> list[Any]:
    """Of each kind the same ones."""
    model = thing.model
    vehicle = model.id if thing.kind is Kind.VEHICLE else model.vehicle_id
    day = cast(null(), Date) if thing.day is None else thing.day
    found: list[Any] = [
        literal(thing.kind.value, String).label("kind"),
        model.id.label("id"),
        vehicle.label("vehicle_id"),
        day.label("day"),
    ]
    for name in COLUMNS:
        said = thing.told.get(name)
        if said is None or (name in COSTS and thing.hides_costs and not with_costs):
            said = cast(null(), TYPES.get(name, Text))
        found.append(said.label(name))
    return found
