"""Taking what a token offers: an invitation or a handover, once, by whoever has proven the address it is for."""

import asyncio
from datetime import datetime
from typing import TypeVar

from services.vehicles.errors.cars import (
    AddressDiffers,
    AddressUnproven,
    OfferGone,
    OfferSettled,
)
from services.vehicles.storage.cars.models import Handover, Invitation, OwnerZone, Vehicle
from services.vehicles.storage.cars.offers import OfferRepository, OfferState
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.base import Language
from shared.errors import NotFound

LOOKS, BETWEEN_LOOKS = 8, 0.25
"""Seconds. Events travel in less than one."""

O = TypeVar("O", Invitation, Handover)  # noqa: E741 - an offer


async def take_offer(
    work: Work, offers: OfferRepository[O], *, access: Access, found: O | None
) -> tuple[O, Vehicle, OwnerZone]:
    """The offer as it stands and its car, held: of two who take it at one moment the second finds it settled.

    Raises NotFound, OfferGone, OfferSettled, AddressUnproven, AddressDiffers.
    """
    if found is None:
        raise NotFound
    refuse_settled(found, now=work.now)
    me = await _proven(work, access)
    vehicle = await work.vehicles.held(found.vehicle_id)
    if vehicle is None or not await work.hold(vehicle.owner_id, wait=False):
        raise OfferGone
    offer = await offers.again(found)
    refuse_settled(offer, now=work.now)
    if me.email_key != offer.email_key:
        raise AddressDiffers
    return offer, vehicle, me


async def _proven(work: Work, access: Access) -> OwnerZone:
    """Who follows the link of a mail, makes an account and takes the offer may be here before the event that tells of their proof: it is
    waited for, a moment. Raises AddressUnproven.
    """
    for _ in range(LOOKS):
        me = await work.owners.of(access)
        if me is not None and me.verified and me.email_key is not None:
            return me
        async with work.paused():
            await asyncio.sleep(BETWEEN_LOOKS)
        if me is not None:
            await work.session.refresh(me)
    raise AddressUnproven


def refuse_settled(offer: Invitation | Handover, *, now: datetime) -> None:
    if offer.state in {OfferState.ACCEPTED, OfferState.DECLINED}:
        raise OfferSettled
    if offer.state != OfferState.OPEN or offer.expires_at <= now:
        raise OfferGone


def settle(work: Work, offer: Invitation | Handover, state: OfferState) -> None:
    """Whose address it was is nobody's business any more."""
    offer.state, offer.settled_at = state, work.now
    offer.email = offer.email_key = None


async def language_of(work: Work, email_key: str, otherwise: Language) -> Language:
    """Of whoever has the address; the sender's, where nobody has."""
    known = await work.owners.language_at(email_key)
    return Language(known) if known else otherwise


async def name_of(work: Work, access: Access) -> str | None:
    me = await work.owners.of(access)
    return me.name if me else None
