from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, Final, Self
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    Text,
    Uuid,
    and_,
    bindparam,
    func,
    or_,
    select,
    union_all,
    update,
)

from services.vehicles.domain.cars.chain import Candidate
from services.vehicles.domain.cars.odometer import (
    Meter,
    Reading,
    ReadingSource,
    ReadingStatus,
    weight_of,
)
from services.vehicles.domain.cars.roles import May
from services.vehicles.storage.cars.ledger import (
    DAYS,
    NEAREST,
    RECENT,
    REMEMBERED,
)
from services.vehicles.storage.cars.models import OdometerReading
from services.vehicles.storage.of_vehicle import OfVehicleRepository
from shared.access import Access

MOST_DOUBTED: Final = 2_000
"""Of the doubted readings the nearest so many are weighed again when something changes."""


@dataclass(frozen=True, slots=True)
class Line:
    """The readings that are judged together: of one meter of a car, while one cluster showed them."""

    vehicle_id: UUID
    meter: Meter
    segment_id: UUID | None
    since: date | None = None
    """Where its cluster began and ended, which bounds the search."""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What of a line lies around a day: rows of `_KNOWN`."""

    believed: Sequence[Any]
    doubted: Sequence[Any]
    has_all_before: bool
    has_all_after: bool

    def without(self, reading_id: UUID) -> Self:
        return replace(
            self,
            believed=[row for row in self.believed if row.id != reading_id],
            doubted=[row for row in self.doubted if row.id != reading_id],
        )


_KNOWN = (
    OdometerReading.id,
    OdometerReading.meter,
    OdometerReading.read_on,
    OdometerReading.read_time,
    OdometerReading.metres,
    OdometerReading.source,
    OdometerReading.status,
    OdometerReading.doubts,
    OdometerReading.vouched,
    OdometerReading.derived,
    OdometerReading.segment_id,
)
IS_BELIEVED = OdometerReading.status == ReadingStatus.ACCEPTED
IS_DOUBTED = OdometerReading.status == ReadingStatus.QUARANTINED
RISING = (OdometerReading.read_on, OdometerReading.metres)
FALLING = (OdometerReading.read_on.desc(), OdometerReading.metres.desc())


def _is_of(vehicle_id: UUID, meter: Meter) -> ColumnElement[bool]:
    return and_(OdometerReading.vehicle_id == vehicle_id, OdometerReading.meter == meter)


@dataclass(frozen=True, slots=True)
class _Shape:
    """Which conditions the statements of a line have: each is made once, for saying it took longer than asking it."""

    is_first: bool
    """No cluster has begun before."""
    has_since: bool
    has_until: bool

    @classmethod
    def of(cls, line: Line) -> Self:
        return cls(line.segment_id is None, line.since is not None, line.until is not None)


def _said(line: Line, **more: Any) -> dict[str, Any]:
    return {
        "car": line.vehicle_id,
        "meter": line.meter.value,
        "segment": line.segment_id,
        "since": line.since,
        "until": line.until,
        **more,
    }


def _of_line(shape: _Shape) -> Any:
    reading = OdometerReading
    segment = bindparam("segment", type_=Uuid)
    statement: Any = select(*_KNOWN).where(
        reading.vehicle_id == bindparam("car", type_=Uuid),
        reading.meter == bindparam("meter", type_=Text),
        reading.segment_id.is_(None) if shape.is_first else reading.segment_id == segment,
    )
    if shape.has_since:
        statement = statement.where(reading.read_on >= bindparam("since", type_=Date))
    if shape.has_until:
        statement = statement.where(reading.read_on <= bindparam("until", type_=Date))
    return statement


@cache
def _last(shape: _Shape) -> Any:
    return _of_line(shape).where(IS_BELIEVED).order_by(*FALLING).limit(1)


@cache
def _living(shape: _Shape) -> Any:
    return _of_line(shape).where(or_(IS_BELIEVED, IS_DOUBTED))


@cache
def _around(shape: _Shape) -> Any:
    whole, on = _of_line(shape), OdometerReading.read_on
    day, many = bindparam("day", type_=Date), bindparam("each_side", type_=Integer)
    return union_all(
        whole.where(IS_BELIEVED, on < day).order_by(*FALLING).limit(many),
        whole.where(IS_BELIEVED, on == day),
        whole.where(IS_BELIEVED, on > day).order_by(*RISING).limit(many),
        whole.where(IS_DOUBTED).order_by(func.abs(on - day)).limit(MOST_DOUBTED),
    )


def _value(row: Any) -> Reading:
    return Reading(
        id=row.id,
        read_on=row.read_on,
        metres=row.travelled,
        is_rough=row.source == ReadingSource.STATED,
        record_id=row.record_id,
        shown=row.metres,
        is_lower_bound=row.is_lower_bound,
    )


class ReadingRepository(OfVehicleRepository[OdometerReading]):
    """What is told of a vehicle's own ledger is for whoever holds or has seen the vehicle, and so has checked whose it is."""

    model = OdometerReading
    sees = May.READ_LEDGER
    changes = May.JUDGE_READING

    def of_vehicle(self, access: Access, vehicle_id: UUID) -> Select[OdometerReading]:
        return self.seen_by(access).where(OdometerReading.vehicle_id == vehicle_id)

    async def are_there(self, vehicle_id: UUID) -> bool:
        """Any at all that were not struck out."""
        statement = select(OdometerReading.id).where(
            OdometerReading.vehicle_id == vehicle_id, OdometerReading.status != ReadingStatus.VOID
        )
        return await self.session.scalar(statement.limit(1)) is not None

    async def of_record(self, record_id: UUID) -> OdometerReading | None:
        """The living reading a record carried into the ledger, held. The caller holds the record, and so has checked whose it is."""
        return await self._living(OdometerReading.record_id == record_id)

    async def of_origin(
        self, origin_id: UUID, meter: Meter = Meter.DISTANCE
    ) -> OdometerReading | None:
        """The same for a fill, a charge or whatever else told one, of each meter."""
        whose = and_(OdometerReading.origin_id == origin_id, OdometerReading.meter == meter)
        return await self._living(whose)

    async def _living(self, whose: ColumnElement[bool]) -> OdometerReading | None:
        statement = select(OdometerReading).where(
            whose, OdometerReading.status != ReadingStatus.VOID
        )
        return (await self.session.scalars(statement.with_for_update())).one_or_none()

    async def struck_out(self, reading_id: UUID | None) -> OdometerReading | None:
        """What a record or a fill told, and somebody has struck out by hand: whatever else takes one out lets its teller forget it. The
        caller holds the car.
        """
        found = await self.session.get(OdometerReading, reading_id) if reading_id else None
        return found if found is not None and found.status == ReadingStatus.VOID else None

    async def struck_out_of(
        self, origin_id: UUID, meter: Meter = Meter.DISTANCE
    ) -> OdometerReading | None:
        """The latest that somebody struck out by hand, of a teller that keeps no id of its own reading. The caller holds the car."""
        statement = select(OdometerReading).where(
            OdometerReading.origin_id == origin_id,
            OdometerReading.meter == meter,
            OdometerReading.status == ReadingStatus.VOID,
            OdometerReading.struck_out.is_(True),
        )
        latest = statement.order_by(OdometerReading.created_at.desc(), OdometerReading.id.desc())
        return (await self.session.scalars(latest.limit(1))).first()

    async def has_any(self, vehicle_id: UUID) -> bool:
        """That is not struck out."""
        statement = select(OdometerReading.id).where(
            OdometerReading.vehicle_id == vehicle_id, OdometerReading.status != ReadingStatus.VOID
        )
        return (await self.session.execute(statement.limit(1))).first() is not None

    async def accepted(self, vehicle_id: UUID, meter: Meter = Meter.DISTANCE) -> list[Reading]:
        """The last reading of each day of the last quarter, and of each week of three years before, oldest first, in what was travelled."""
        return (await self.accepted_of_each([vehicle_id], meter)).get(vehicle_id, [])

    async def accepted_of_each(
        self, vehicle_ids: Collection[UUID], meter: Meter = Meter.DISTANCE
    ) -> dict[UUID, list[Reading]]:
        """The same of several cars."""
        return await self._days(vehicle_ids, meter, first=None, last=date.max)

    async def of_period(
        self, vehicle_ids: Collection[UUID], first: date, last: date, meter: Meter = Meter.DISTANCE
    ) -> dict[UUID, list[Reading]]:
        """Of each of these days the last reading, and the nearest ones before and after: what `distance_between` asks for."""
        return await self._days(vehicle_ids, meter, first=first, last=last)

    async def _days(
        self, vehicle_ids: Collection[UUID], meter: Meter, *, first: date | None, last: date
    ) -> dict[UUID, list[Reading]]:
        said = {
            "these": list(vehicle_ids),
            "meter": meter.value,
            "first": first,
            "last": last,
            "remembered": REMEMBERED.days,
            "recent": RECENT.days,
        }
        ledgers: dict[UUID, list[Reading]] = {}
        for row in await self.session.execute(DAYS, said) if vehicle_ids else ():
            ledgers.setdefault(row.vehicle_id, []).append(_value(row))
        return ledgers

    async def last_of(self, line: Line) -> int | None:
        """What a cluster showed last."""
        found = await self.session.execute(_last(_Shape.of(line)), _said(line))
        row = found.first()
        return None if row is None else int(row.metres)

    async def around(self, line: Line, day: date, *, each_side: int) -> Surroundings:
        """So many believed readings before and after that day, all of the day itself, and all that are doubted."""
        said = _said(line, day=day, each_side=each_side)
        rows = (await self.session.execute(_around(_Shape.of(line)), said)).all()
        believed = [row for row in rows if row.status == ReadingStatus.ACCEPTED]
        return Surroundings(
            believed=believed,
            doubted=[row for row in rows if row.status == ReadingStatus.QUARANTINED],
            has_all_before=sum(row.read_on < day for row in believed) < each_side,
            has_all_after=sum(row.read_on > day for row in believed) < each_side,
        )

    async def nearest(self, doubted: Collection[UUID]) -> Mapping[UUID, Mapping[date, list[Any]]]:
        """Believed readings about doubted ones the caller has seen, by the day they lie about: one statement for a page of them."""
        found: dict[UUID, dict[date, list[Any]]] = {}
        if doubted:
            for row in await self.session.execute(NEAREST, {"these": list(doubted)}):
                found.setdefault(row.of, {}).setdefault(row.day, []).append(row)
        return found

    async def move(
        self,
        vehicle_id: UUID,
        meter: Meter,
        old: UUID | None,
        new: UUID | None,
        *,
        after: date = date.min,
    ) -> None:
        """Readings of one cluster become those of another, if they were made after that day."""
        await self.session.execute(
            update(OdometerReading)
            .where(
                _is_of(vehicle_id, meter),
                OdometerReading.segment_id == old,
                OdometerReading.read_on > after,
            )
            .values(segment_id=new)
        )

    async def of_day(
        self, vehicle_id: UUID, meter: Meter, segment_id: UUID | None, day: date
    ) -> Sequence[OdometerReading]:
        """To change them; the caller holds the vehicle."""
        statement = select(OdometerReading).where(
            _is_of(vehicle_id, meter),
            OdometerReading.segment_id == segment_id,
            OdometerReading.read_on == day,
        )
        return (await self.session.scalars(statement)).all()

    async def living_of_line(self, line: Line) -> Sequence[Any]:
        found = await self.session.execute(_living(_Shape.of(line)), _said(line))
        rows: Sequence[Any] = found.all()
        return rows

    async def some_of_vehicle(
        self, vehicle_id: UUID, ids: Collection[UUID]
    ) -> Sequence[OdometerReading]:
        """To change them; the caller holds the vehicle."""
        if not ids:
            return []
        statement = select(OdometerReading).where(
            OdometerReading.vehicle_id == vehicle_id, OdometerReading.id.in_(ids)
        )
        return (await self.session.scalars(statement)).all()


def candidate_of(row: Any) -> Candidate:
    """Of a row or an object."""
    source = ReadingSource(row.source)
    return Candidate(
        id=row.id,
        read_on=row.read_on,
        metres=row.metres,
        weight=weight_of(source, vouched=row.vouched, derived=row.derived),
        is_believed=row.status == ReadingStatus.ACCEPTED,
        at=row.read_time,
        is_rough=source is ReadingSource.STATED,
    )
