"""What invitations and handovers have in common: one open at a time, opened by a token's digest, found by the address it is for."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from services.vehicles.domain.cars.roles import May
from services.vehicles.storage.cars.models import Handover, Invitation
from services.vehicles.storage.of_vehicle import OfVehicleRepository

O = TypeVar("O", Invitation, Handover)  # noqa: E741 - an offer


class OfferState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class OfferRepository(OfVehicleRepository[O], Generic[O]):
    """Seen and withdrawn by whoever may make one; taken by whom it is for."""

    async def by_digest(self, digest: bytes) -> O | None:
        """Whosever it is: the token is the key."""
        statement = select(self.model).where(self._column("token_digest") == digest)
        return (await self.session.scalars(statement)).one_or_none()

    async def by_id(self, offer_id: UUID) -> O | None:
        """Whosever it is: whom it is for is judged by their address."""
        return await self.session.get(self.model, offer_id)

    async def again(self, offer: O) -> O:
        """The same, as it stands now that its car is held: whoever was quicker has settled it."""
        await self.session.refresh(offer)
        return offer

    async def open_of_vehicle(self, vehicle_id: UUID) -> Sequence[O]:
        """The latest first, those that have run out included. The caller has checked whose the car is."""
        statement = select(self.model).where(
            self._column("vehicle_id") == vehicle_id, self.is_open()
        )
        ordered = statement.order_by(self._column("created_at").desc(), self._column("id"))
        return (await self.session.scalars(ordered)).all()

    async def for_address(self, email_key: str, *, now: datetime) -> Sequence[O]:
        """What waits for whoever owns this address."""
        statement = select(self.model).where(
            self._column("email_key") == email_key,
            self.is_open(),
            self._column("expires_at") > now,
        )
        ordered = statement.order_by(self._column("created_at").desc(), self._column("id"))
        return (await self.session.scalars(ordered)).all()

    def is_open(self) -> ColumnElement[bool]:
        is_so: ColumnElement[bool] = self._column("state") == OfferState.OPEN
        return is_so


class InvitationRepository(OfferRepository[Invitation]):
    model = Invitation
    sees = May.MANAGE_MEMBERS
    changes = May.MANAGE_MEMBERS

    async def count_since(self, owner_id: UUID, since: datetime) -> int:
        """How many this owner's cars have been offered lately, whatever became of them."""
        statement = select(func.count()).where(
            self.is_owned(owner_id), Invitation.created_at >= since
        )
        return (await self.session.scalar(statement)) or 0


class HandoverRepository(OfferRepository[Handover]):
    model = Handover
    sees = May.GIVE_AWAY
    changes = May.GIVE_AWAY
