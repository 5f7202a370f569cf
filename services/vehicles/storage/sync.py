"""What changed since somebody last asked, of everything they see, in the order of the transactions that wrote it.

Transactions commit in another order than they begin. A place therefore never passes the oldest one that still runs: what was
written after it is told now and told again next time, and nothing is missed.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Index,
    Integer,
    Select,
    String,
    Uuid,
    and_,
    column,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
    values,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from services.vehicles.domain.cars.roles import THEIR_OWN
from services.vehicles.domain.changes import Place, Rank
from services.vehicles.domain.things import Kind
from services.vehicles.storage.base import Base
from services.vehicles.storage.cars.models import Membership, Vehicle
from services.vehicles.storage.cars.vehicles import VehicleRepository
from services.vehicles.storage.of_vehicle import shared_for, shared_for_their_own
from services.vehicles.storage.things import THING, Thing
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


@dataclass(frozen=True, slots=True)
class Sight:
    """The cars somebody sees, each with the transaction since which they see it as they do; `settled`: all transactions
    before this one have ended.
    """

    cars: Mapping[UUID, int]
    settled: int


class ChangeRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def sight(self, access: Access) -> Sight:
        """Asked before the changes themselves, never after: what ends in between is told next time."""
        vehicles = VehicleRepository(self.session)
        membership = and_(
            Membership.vehicle_id == Vehicle.id, Membership.member_id == access.person
        )
        since = func.greatest(Vehicle.shown_in, func.coalesce(Membership.changed_in, 0))
        horizon = func.pg_snapshot_xmin(func.pg_current_snapshot()).cast(String).cast(BigInteger)
        cars = (
            select(Vehicle.id, since.label("since"))
            .outerjoin(Membership, membership)
            .where(vehicles.is_seen(access))
            .subquery()
        )
        now = select(horizon.label("settled")).subquery()
        statement = select(now.c.settled, cars.c.id, cars.c.since).select_from(
            now.outerjoin(cars, literal(value=True))
        )
        rows = (await self.session.execute(statement)).all()
        found = {row.id: int(row.since) for row in rows if row.id is not None}
        return Sight(found, int(rows[0].settled))

    async def after(
        self, access: Access, place: Place, sight: Sight, *, kinds: Collection[Kind], limit: int
    ) -> Sequence[Any]:
        """Rows of (changed, rank, id, kind, vehicle_id), in order."""
        new = {id_: since for id_, since in sight.cars.items() if since > place.transaction}
        old = [id_ for id_ in sight.cars if id_ not in new]
        parts = [_gone(access, kinds)]
        for kind in kinds:
            thing = THING[kind]
            seen = thing.repository(self.session).is_seen(access)
            if old:
                parts.append(_changed(thing, place, old).where(seen))
            if new:
                parts.append(_shown(thing, new).where(seen))
        if new:
            parts.append(_resets(new))
        limited = [select(_after(part, place, limit).subquery()) for part in parts]
        merged = union_all(*limited).subquery()
        ordered = select(merged).order_by(merged.c.changed, merged.c.rank, merged.c.id)
        return (await self.session.execute(ordered.limit(limit))).all()

    async def of_kind(self, access: Access, kind: Kind, ids: Sequence[UUID]) -> Sequence[Any]:
        """The things themselves, as far as they are still there and seen."""
        repository: Any = THING[kind].repository(self.session)
        statement = repository.seen_by(access).where(repository.model.id.in_(ids))
        return (await self.session.scalars(statement)).all()


def _after(part: Select[Any], place: Place, limit: int) -> Select[Any]:
    columns: list[Any] = [column("changed"), column("rank"), column("id")]
    edge = tuple_(
        literal(place.transaction, BigInteger),
        literal(int(place.rank), Integer),
        literal(place.row_id, Uuid),
    )
    rows = select(part.subquery()).where(tuple_(*columns) > edge)
    return rows.order_by(*columns).limit(limit)


def _told(thing: Thing, changed: Any) -> Select[Any]:
    model = thing.model
    vehicle = model.id if thing.kind is Kind.VEHICLE else model.vehicle_id
    return select(
        changed.label("changed"),
        literal(int(Rank.CHANGED), Integer).label("rank"),
        model.id.label("id"),
        literal(thing.kind.value, String).label("kind"),
        vehicle.label("vehicle_id"),
    )


def _changed(thing: Thing, place: Place, cars: Sequence[UUID]) -> Select[Any]:
    """Of cars that were in sight before: found by the index of changes."""
    model = thing.model
    vehicle = model.id if thing.kind is Kind.VEHICLE else model.vehicle_id
    return _told(thing, model.changed_in).where(
        vehicle.in_(cars), model.changed_in >= place.transaction
    )


def _shown(thing: Thing, cars: Mapping[UUID, int]) -> Select[Any]:
    """Of cars that came into sight: everything, as if it had changed then."""
    model = thing.model
    vehicle = model.id if thing.kind is Kind.VEHICLE else model.vehicle_id
    shown = _listed(cars)
    changed = func.greatest(model.changed_in, shown.c.since)
    return _told(thing, changed).join(shown, shown.c.car == vehicle)


def _resets(cars: Mapping[UUID, int]) -> Select[Any]:
    shown = _listed(cars)
    return select(
        shown.c.since.label("changed"),
        literal(int(Rank.SHOWN), Integer).label("rank"),
        shown.c.car.label("id"),
        literal(Kind.VEHICLE.value, String).label("kind"),
        shown.c.car.label("vehicle_id"),
    )


def _listed(cars: Mapping[UUID, int]) -> Any:
    return values(column("car", Uuid), column("since", BigInteger), name="shown").data(
        list(cars.items())
    )


def _gone(access: Access, kinds: Collection[Kind]) -> Select[Any]:
    """Of a kind only to those who could see the thing; of a car to whom it was told."""
    columns: list[Any] = [
        Tombstone.changed_in.label("changed"),
        literal(int(Rank.GONE), Integer).label("rank"),
        Tombstone.row_id.label("id"),
        Tombstone.kind.label("kind"),
        Tombstone.vehicle_id.label("vehicle_id"),
    ]
    ways = [Tombstone.kind == Kind.VEHICLE]
    ways += [_was_seen(access, kind) for kind in kinds if kind is not Kind.VEHICLE]
    return select(*columns).where(TombstoneDoor.is_seen(access), or_(*ways))


def _was_seen(access: Access, kind: Kind) -> Any:
    repository: Any = THING[kind].repository
    car = Tombstone.vehicle_id
    own = select(Vehicle.id).where(TombstoneDoor.is_allowed(access)).scalar_subquery()
    ways = [
        car == func.any(func.array(own)),
        car == func.any(shared_for(access, repository.sees)),
    ]
    if repository.sees in THEIR_OWN:
        ways.append(car == func.any(shared_for_their_own(access, repository.sees)))
    return and_(Tombstone.kind == kind.value, or_(*ways))


class TombstoneDoor:
    """Whose a tombstone is, and whose the car it lies beside."""

    @staticmethod
    def is_seen(access: Access) -> Any:
        return Tombstone.user_id == access.person

    @staticmethod
    def is_allowed(access: Access) -> Any:
        return Vehicle.owner_id == access.person
