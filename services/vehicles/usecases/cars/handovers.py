"""A car changes hands: offered to an address, taken once, everything in one transaction; the giver keeps what was until then."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from pydantic import SecretStr

from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.cars.standing import standing_of
from services.vehicles.errors.cars import AlreadyMember, HandoverOpen, VinExists
from services.vehicles.storage.cars.models import Handover, PastVehicle, Vehicle
from services.vehicles.storage.cars.offers import OfferState
from services.vehicles.usecases.cars.announce import announce_vehicle
from services.vehicles.usecases.cars.ledger import recompute
from services.vehicles.usecases.cars.members import end_memberships, tell_sharing
from services.vehicles.usecases.cars.odometer import hold_vehicle
from services.vehicles.usecases.cars.offers import language_of, name_of, settle, take_offer
from services.vehicles.usecases.cars.quota import make_room
from services.vehicles.usecases.work import Terms, Work
from shared.access import Access
from shared.contracts.base import Language
from shared.contracts.vehicles import HandoverOffered, SharingKind, VehicleHandedOver
from shared.errors import NotFound, RoleInsufficient
from shared.ids import new_id
from shared.mailboxes import canonical
from shared.security.secrets import digest, opaque_token

LIFETIME = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Offer:
    """To whom, and what goes with the car beside its history."""

    email: str
    include_costs: bool
    include_documents: bool


async def offer_vehicle(
    work: Work, *, access: Access, vehicle_id: UUID, offer: Offer, language: Language
) -> Handover:
    """Whether the address has an account is not told."""
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id, may=May.GIVE_AWAY)
    for known in await work.handovers.open_of_vehicle(vehicle.id):
        if known.expires_at > work.now:
            raise HandoverOpen
        settle(work, known, OfferState.WITHDRAWN)
    await work.flush()  # one is open at a time
    token, key = opaque_token(), canonical(offer.email)
    handover = work.handovers.add(
        Handover(
            id=new_id(),
            owner_id=vehicle.owner_id,
            vehicle_id=vehicle.id,
            email=offer.email,
            email_key=key,
            include_costs=offer.include_costs,
            include_documents=offer.include_documents,
            token_digest=digest(token),
            state=OfferState.OPEN,
            created_at=work.now,
            expires_at=work.now + LIFETIME,
        )
    )
    work.emit(
        HandoverOffered(
            handover_id=handover.id,
            account_id=access.person,
            email=offer.email,
            token=SecretStr(token),
            language=await language_of(work, key, language),
            vehicle_name=vehicle.name,
            giver_name=await name_of(work, access),
            include_costs=offer.include_costs,
            include_documents=offer.include_documents,
            expires_at=handover.expires_at,
        )
    )
    return handover


async def read_handover(work: Work, *, access: Access, vehicle_id: UUID) -> Handover:
    """The one that waits. Raises NotFound, RoleInsufficient."""
    vehicle = await work.vehicles.one_seen(access, vehicle_id)
    if not standing_of(vehicle, access.person).may(May.GIVE_AWAY):
        raise RoleInsufficient
    for found in await work.handovers.open_of_vehicle(vehicle.id):
        if found.expires_at > work.now:
            return found
    raise NotFound


async def withdraw_handover(work: Work, *, access: Access, vehicle_id: UUID) -> None:
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id, may=May.GIVE_AWAY)
    found = await work.handovers.open_of_vehicle(vehicle.id)
    if not found:
        raise NotFound
    for each in found:
        settle(work, each, OfferState.WITHDRAWN)


async def accept_handover(work: Work, *, access: Access, token: str, quota: int | None) -> Vehicle:
    """All of it or nothing. `quota` is how many cars the receiver's plan allows; None is no limit."""
    found = await work.handovers.by_digest(digest(token))
    if found is not None:
        await work.drafts.of_vehicle(found.vehicle_id)  # before the car, as whoever confirms one
    await work.hold_owner(access.person)
    handover, vehicle, me = await take_offer(work, work.handovers, access=access, found=found)
    giver, receiver, name = vehicle.owner_id, access.person, me.name
    if giver == receiver:
        raise AlreadyMember
    await make_room(work, access=access, quota=quota)
    if vehicle.vin and await work.vehicles.vin_exists(receiver, vehicle.vin, other_than=vehicle.id):
        raise VinExists
    terms = Terms(receiver, handover.include_costs, handover.include_documents)
    settle(work, handover, OfferState.ACCEPTED)
    for invitation in await work.invitations.open_of_vehicle(vehicle.id):
        settle(work, invitation, OfferState.WITHDRAWN)
    await _keep_copy(work, vehicle)
    members = await end_memberships(work, vehicle=vehicle)
    await work.authorship.forget(giver, vehicle_id=vehicle.id, pseudonym=new_id())
    await work.authorship.forget_notes(vehicle.id)
    await _move(work, vehicle, terms)
    work.emit(
        VehicleHandedOver(
            vehicle_id=vehicle.id,
            owner_id=receiver,
            given_by=giver,
            version=vehicle.version,
            include_documents=terms.include_documents,
            include_costs=terms.include_costs,
            handed_over_at=work.now,
        )
    )
    tell_sharing(work, giver, SharingKind.HANDOVER_ACCEPTED, vehicle, other=name)
    for member in members:
        if member != receiver:
            tell_sharing(work, member, SharingKind.CAR_GONE, vehicle)
    return vehicle


async def decline_handover(work: Work, *, access: Access, token: str) -> None:
    handover, vehicle, me = await take_offer(
        work, work.handovers, access=access, found=await work.handovers.by_digest(digest(token))
    )
    settle(work, handover, OfferState.DECLINED)
    tell_sharing(work, vehicle.owner_id, SharingKind.HANDOVER_DECLINED, vehicle, other=me.name)


async def read_past_vehicle(work: Work, *, access: Access, past_id: UUID) -> PastVehicle:
    return await work.past_vehicles.one_seen(access, past_id)


async def remove_past_vehicle(work: Work, *, access: Access, past_id: UUID) -> None:
    await work.past_vehicles.remove(await work.past_vehicles.one_changed(access, past_id))


async def _keep_copy(work: Work, vehicle: Vehicle) -> None:
    await work.flush()
    work.past_vehicles.add(
        PastVehicle(
            id=new_id(),
            owner_id=vehicle.owner_id,
            vehicle_id=vehicle.id,
            name=vehicle.name,
            handed_over_at=work.now,
            content=await work.car_rows.frozen(vehicle.id),
        )
    )


async def _move(work: Work, vehicle: Vehicle, terms: Terms) -> None:
    """The wings first, which know what their rows mean; then every row that is left."""
    for hand_over in work.heirs:
        await hand_over(work, vehicle, terms)
    vehicle.owner_id, vehicle.group_id = terms.receiver, None
    if not terms.include_documents:
        vehicle.photo_id = None
    if not terms.include_costs:
        vehicle.purchase_minor = vehicle.purchase_currency = None
    await work.flush()
    if not terms.include_costs:
        await work.car_rows.forget_costs(vehicle.id)
    await work.car_rows.hand_over(vehicle.id, terms.receiver)
    work.session.expire_all()  # rows were changed beneath the objects
    await work.session.refresh(vehicle)
    await recompute(work, vehicle=vehicle)
    announce_vehicle(work, vehicle=vehicle)
