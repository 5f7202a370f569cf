"""What changed since somebody last asked, of everything they see, in the order of the transactions that wrote it.

Transactions commit in another order than they begin. A place therefore never passes the oldest one that still runs: what was
written after it is told now and told again next time, and nothing is missed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Index,
    Integer,
    Select,
    String,
    Uuid,
    and_,
    bindparam,
    column,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from services.vehicles.domain.changes import Place, Rank
from services.vehicles.domain.things import ThingKind
from services.vehicles.storage.base import Base
from services.vehicles.storage.care.reminders import OccurrenceRepository
from services.vehicles.storage.cars.models import Membership, Vehicle
from services.vehicles.storage.cars.standing import (
    MEMBERSHIP,
    SOMEBODY,
    STANDING,
    seen_cars,
    standing_of,
)
from services.vehicles.storage.reach import PERSON, Reach, car_of, seen, told_of
from services.vehicles.storage.things import SYNCED, THING, Thing
from shared.access import Access


class Tombstone(Base):
    """Something a person saw is gone, or out of their sight: written by the database, with the row it stands for."""

    __tablename__ = "tombstone"
    __table_args__ = (Index("ix_tombstone_user_id_changed_in", "user_id", "changed_in"),)

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    row_id: Mapped[UUID] = mapped_column(primary_key=True)
    vehicle_id: Mapped[UUID]
    changed_in: Mapped[int] = mapped_column(BigInteger)
    gone_at: Mapped[datetime] = mapped_column(index=True)


NEW_CARS = bindparam("new_cars", type_=ARRAY(Uuid))
NEW_SINCE = bindparam("new_since", type_=ARRAY(BigInteger))
IDS = bindparam("ids", type_=ARRAY(Uuid))
TRANSACTION = bindparam("transaction", type_=BigInteger)
RANK = bindparam("rank_of_place", type_=Integer)
ROW = bindparam("row_of_place", type_=Uuid)
LIMIT = bindparam("most", type_=BigInteger)
NEW, OLD = "new_", "old_"


@dataclass(frozen=True, slots=True)
class Sight:
    """The cars somebody sees, and the transaction since which they see each as they do; `settled`: all transactions before this
    one have ended.
    """

    reach: Reach
    since: Mapping[UUID, int]
    settled: int


class ChangeRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def sight(self, access: Access) -> Sight:
        """Asked before the changes themselves, never after: what ends in between is told next time."""
        rows = (await self.session.execute(_sight(), {SOMEBODY.key: access.person})).all()
        cars = [row for row in rows if row.id is not None]
        reach = Reach(access.person, {row.id: standing_of(row) for row in cars})
        return Sight(reach, {row.id: int(row.since) for row in cars}, int(rows[0].settled))

    async def after(
        self, place: Place, sight: Sight, *, kinds: frozenset[ThingKind], limit: int
    ) -> Sequence[Any]:
        """Rows of (changed, rank, id, kind, vehicle_id), in order."""
        new = {id_: since for id_, since in sight.since.items() if since > place.transaction}
        old = sight.since.keys() - new.keys()
        values = {
            TRANSACTION.key: place.transaction,
            RANK.key: int(place.rank),
            ROW.key: place.row_id,
            LIMIT.key: limit,
            PERSON.key: sight.reach.person,
            **sight.reach.values(kinds),
            **sight.reach.values(kinds, among=old, name=OLD),
        }
        if new:
            values |= sight.reach.values(kinds, among=new.keys(), name=NEW)
            values |= {NEW_CARS.key: list(new), NEW_SINCE.key: list(new.values())}
        statement = _changes(kinds, bool(new))
        return (await self.session.execute(statement, values)).all()

    async def of_kind(self, access: Access, kind: ThingKind, ids: Sequence[UUID]) -> Sequence[Any]:
        """The things themselves, as far as they are still there and seen."""
        if kind is ThingKind.REMINDER:
            return await OccurrenceRepository(self.session).latest_of(access, ids)
        said = {SOMEBODY.key: access.person, IDS.key: list(ids)}
        return (await self.session.scalars(_of_kind(kind), said)).all()


@cache
def _sight() -> Select[Any]:
    since = func.greatest(Vehicle.shown_in, func.coalesce(Membership.changed_in, 0))
    horizon = func.pg_snapshot_xmin(func.pg_current_snapshot()).cast(String).cast(BigInteger)
    columns: list[Any] = [Vehicle.id, since.label("since"), *STANDING]
    nowhere = cast("AsyncSession", None)  # said, not asked
    cars = select(*columns).outerjoin(Membership, MEMBERSHIP).where(seen_cars(nowhere)).subquery()
    now = select(horizon.label("settled")).subquery()
    return select(now.c.settled, *cars.c).select_from(now.outerjoin(cars, literal(value=True)))


@lru_cache(maxsize=64)
def _changes(kinds: frozenset[ThingKind], has_new: bool) -> Any:  # noqa: FBT001 - a key of the cache
    """Said once, whoever asks from whichever place."""
    parts = [_gone(kinds)]
    for thing in SYNCED:
        if thing.kind in kinds:
            parts.append(_changed(thing))
            if has_new:
                parts.append(_shown(thing))
    if has_new:
        parts.append(_resets())
    merged = union_all(*(select(_beyond(part).subquery()) for part in parts)).subquery()
    return select(merged).order_by(merged.c.changed, merged.c.rank, merged.c.id).limit(LIMIT)


@cache
def _of_kind(kind: ThingKind) -> Any:
    repository: Any = THING[kind].repository(cast("AsyncSession", None))
    statement = repository.seen_by(Access(cast("UUID", SOMEBODY)))
    return statement.where(repository.model.id == func.any(IDS))


def _beyond(part: Select[Any]) -> Select[Any]:
    columns: list[Any] = [column("changed"), column("rank"), column("id")]
    rows = select(part.subquery()).where(tuple_(*columns) > tuple_(TRANSACTION, RANK, ROW))
    return rows.order_by(*columns).limit(LIMIT)


def _told(thing: Thing, changed: Any) -> Select[Any]:
    is_own = thing.known_by is None
    return select(
        changed.label("changed"),
        literal(int(Rank.CHANGED if is_own else Rank.STANDS), Integer).label("rank"),
        (thing.model.id if is_own else thing.known_by).label("id"),
        literal(thing.kind.value, String).label("kind"),
        car_of(thing).label("vehicle_id"),
    )


def _changed(thing: Thing) -> Select[Any]:
    """Of cars that were in sight before: found by the index of changes."""
    changed = thing.model.changed_in
    return _told(thing, changed).where(seen(thing, name=OLD), changed >= TRANSACTION)


def _shown(thing: Thing) -> Select[Any]:
    """Of cars that came into sight: everything, as if it had changed then."""
    shown = _new_cars()
    changed = func.greatest(thing.model.changed_in, shown.c.since)
    joined = _told(thing, changed).join(shown, shown.c.car == car_of(thing))
    return joined.where(seen(thing, name=NEW))


def _resets() -> Select[Any]:
    shown = _new_cars()
    return select(
        shown.c.since.label("changed"),
        literal(int(Rank.SHOWN), Integer).label("rank"),
        shown.c.car.label("id"),
        literal(ThingKind.VEHICLE.value, String).label("kind"),
        shown.c.car.label("vehicle_id"),
    )


def _new_cars() -> Any:
    columns = (func.unnest(NEW_CARS).label("car"), func.unnest(NEW_SINCE).label("since"))
    return select(*columns).subquery()


def _gone(kinds: frozenset[ThingKind]) -> Select[Any]:
    """Of a kind only to those who could see the thing; of a car to whom it was told."""
    columns: list[Any] = [
        Tombstone.changed_in.label("changed"),
        literal(int(Rank.GONE), Integer).label("rank"),
        Tombstone.row_id.label("id"),
        Tombstone.kind.label("kind"),
        Tombstone.vehicle_id.label("vehicle_id"),
    ]
    ways: list[Any] = [Tombstone.kind == ThingKind.VEHICLE.value]
    ways += [
        and_(Tombstone.kind == kind.value, told_of(kind, Tombstone.vehicle_id))
        for kind in ThingKind
        if kind in kinds and kind is not ThingKind.VEHICLE
    ]
    return select(*columns).where(TombstoneDoor.is_seen(), or_(*ways))


class TombstoneDoor:
    """Whose a tombstone is: PERSON's, whoever asks."""

    @staticmethod
    def is_seen() -> Any:
        return Tombstone.user_id == PERSON
