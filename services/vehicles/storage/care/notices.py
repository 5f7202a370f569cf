"""What was told to whom, and what people want to be told."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from services.vehicles.domain.care.reminders import (
    Choice,
    ReminderKind,
    default_choice,
)
from services.vehicles.domain.cars.roles import ROLES_THAT_MAY, May, Role
from services.vehicles.storage.care.reminder_models import (
    ReadingRequest,
    ReminderNotice,
    ReminderPreference,
)
from services.vehicles.storage.cars.models import Membership, Vehicle
from shared.access import Access
from shared.contracts.vehicles import ToldState
from shared.db.repository import Repository

TELLABLE = ROLES_THAT_MAY[May.READ_CARE]


class NoticeRepository(Repository[ReminderNotice]):
    model = ReminderNotice
    owner = "account_id"

    async def told(self, access: Access, keys: Collection[str]) -> set[tuple[str, str]]:
        """(occurrence, state) of what this person was told already."""
        statement = select(ReminderNotice.occurrence, ReminderNotice.state).where(
            self.is_seen(access), ReminderNotice.occurrence.in_(keys)
        )
        return {(row.occurrence, row.state) for row in await self.session.execute(statement)}

    async def add_once(
        self, *, channels: Sequence[str], state: ToldState, **said: Any
    ) -> list[str]:
        """The channels by which it was not told before: with them, and in the same transaction, goes the event."""
        new = []
        for channel in channels:
            added = insert(ReminderNotice).values(channel=channel, state=state.value, **said)
            once = added.on_conflict_do_nothing().returning(ReminderNotice.channel)
            new += list(await self.session.scalars(once))
        return new

    async def of_occurrences(
        self, vehicle_id: UUID, keys: Collection[str]
    ) -> dict[tuple[str, UUID], set[str]]:
        """Of everybody: what each person was told of each of these. The caller holds the occurrences."""
        statement = (
            select(ReminderNotice.occurrence, ReminderNotice.account_id, ReminderNotice.state)
            .where(ReminderNotice.vehicle_id == vehicle_id, ReminderNotice.occurrence.in_(keys))
            .distinct()
        )
        found: dict[tuple[str, UUID], set[str]] = {}
        for occurrence, account_id, state in await self.session.execute(statement):
            found.setdefault((occurrence, account_id), set()).add(state)
        return found


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who may be told of a car's things."""

    account_id: UUID
    role: Role
    choice: Choice


class ReminderPreferenceRepository(Repository[ReminderPreference]):
    model = ReminderPreference
    owner = "account_id"

    async def of(self, access: Access, vehicle_id: UUID) -> ReminderPreference | None:
        statement = self.seen_by(access).where(ReminderPreference.vehicle_id == vehicle_id)
        return (await self.session.scalars(statement)).one_or_none()

    async def keep(
        self, *, account_id: UUID, vehicle_id: UUID, choice: Choice, now: datetime
    ) -> None:
        said = {
            "kinds": sorted(choice.kinds),
            "channels": sorted(choice.channels),
            "escalations": choice.escalations,
            "readings": choice.readings,
            "calendar": choice.calendar,
            "updated_at": now,
        }
        statement = insert(ReminderPreference).values(
            account_id=account_id, vehicle_id=vehicle_id, **said
        )
        keys = [ReminderPreference.vehicle_id, ReminderPreference.account_id]
        await self.session.execute(statement.on_conflict_do_update(index_elements=keys, set_=said))

    async def readers(self, vehicle_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
        """Of everybody: who may be told of each of these cars at all."""
        found: dict[UUID, list[UUID]] = {}
        for vehicle_id, account_id, role in await self._roles(vehicle_ids):
            if role in TELLABLE:
                found.setdefault(vehicle_id, []).append(account_id)
        return found

    async def members(self, vehicle_ids: Collection[UUID]) -> dict[UUID, list[Member]]:
        """Of everybody: who may be told of each of these cars, the owner first, and what they want."""
        roles = await self._roles(vehicle_ids)
        chosen = await self._choices(vehicle_ids)
        found: dict[UUID, list[Member]] = {}
        for vehicle_id, account_id, role in roles:
            if role in TELLABLE:
                choice = chosen.get((vehicle_id, account_id)) or default_choice(Role(role))
                found.setdefault(vehicle_id, []).append(Member(account_id, Role(role), choice))
        return found

    async def _roles(self, vehicle_ids: Collection[UUID]) -> list[tuple[UUID, UUID, str]]:
        """(car, person, role), the owners first; nobody has a part in what is in the trash."""
        owners = await self.session.execute(
            select(Vehicle.id, Vehicle.owner_id).where(
                Vehicle.id.in_(vehicle_ids), Vehicle.trashed_at.is_(None)
            )
        )
        owned = [(row.id, row.owner_id, Role.OWNER.value) for row in owners]
        shared = await self.session.execute(
            select(Membership.vehicle_id, Membership.member_id, Membership.role)
            .where(Membership.vehicle_id.in_([vehicle_id for vehicle_id, _, _ in owned]))
            .order_by(Membership.member_id)
        )
        return owned + [(row.vehicle_id, row.member_id, row.role) for row in shared]

    async def _choices(self, vehicle_ids: Collection[UUID]) -> dict[tuple[UUID, UUID], Choice]:
        rows = await self.session.scalars(
            select(ReminderPreference).where(ReminderPreference.vehicle_id.in_(vehicle_ids))
        )
        return {(row.vehicle_id, row.account_id): choice_of(row) for row in rows}


def choice_of(row: ReminderPreference) -> Choice:
    return Choice(
        kinds=frozenset(map(ReminderKind, row.kinds)),
        channels=frozenset(row.channels),
        escalations=row.escalations,
        readings=row.readings,
        calendar=row.calendar,
    )


class ReadingRequestRepository(Repository[ReadingRequest]):
    model = ReadingRequest

    async def begin(self, vehicle: Vehicle) -> ReadingRequest:
        """The first of a car, held."""
        new = {"vehicle_id": vehicle.id, "owner_id": vehicle.owner_id, "is_open": False}
        added = insert(ReadingRequest).values(**new).on_conflict_do_nothing()
        await self.session.execute(added)
        statement = select(ReadingRequest).where(ReadingRequest.vehicle_id == vehicle.id)
        return (await self.session.scalars(statement.with_for_update())).one()

    async def of_vehicle(self, vehicle_id: UUID) -> ReadingRequest | None:
        """Held."""
        statement = select(ReadingRequest).where(ReadingRequest.vehicle_id == vehicle_id)
        return (await self.session.scalars(statement.with_for_update())).one_or_none()

    async def held(self, vehicle_id: UUID) -> ReadingRequest | None:
        """Against whoever answers it meanwhile, beside others who ask."""
        statement = select(ReadingRequest).where(ReadingRequest.vehicle_id == vehicle_id)
        return (await self.session.scalars(statement.with_for_update(read=True))).one_or_none()

    async def to_look_at(self, day: date, *, limit: int) -> Sequence[ReadingRequest]:
        """Of everybody, held: cars of which a reading may be wanted on a day that has begun somewhere."""
        statement = (
            select(ReadingRequest)
            .where(ReadingRequest.ask_on <= day)
            .order_by(ReadingRequest.ask_on, ReadingRequest.vehicle_id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return (await self.session.scalars(statement)).all()
