"""Whose a garage is: proven by a code to its published address or number, or judged by an administrator, who tells why."""

import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from pydantic import SecretStr

from services.vehicles.domain.garages.claims import (
    CODE_LENGTH,
    CODE_LETTERS,
    CODE_LIFETIME,
    MOST_A_DAY,
    MOST_BY_ONE,
    PAUSE,
    ClaimState,
    Deed,
    Way,
    as_read,
    as_written,
)
from services.vehicles.errors.garages import (
    ClaimCodeWrong,
    ClaimedJustNow,
    ClaimSettled,
    CodeDead,
    ContactMissing,
    ContactUnproven,
    GarageTaken,
    ProofMissing,
)
from services.vehicles.storage.garages.claims import GarageClaim
from services.vehicles.storage.garages.models import Garage
from services.vehicles.usecases.garages.people import (
    Acting,
    hold_any_garage,
    note_deed,
    tell_person,
)
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.base import Language
from shared.contracts.vehicles_garages import GarageClaimed, GarageNewsKind
from shared.errors import NotFound
from shared.ids import new_id
from shared.mailboxes import canonical
from shared.security.secrets import digest, same


async def claim_garage(
    work: Work,
    *,
    access: Access,
    garage_id: UUID,
    way: Way,
    document_id: UUID | None,
    note: str | None,
    language: Language,
) -> GarageClaim:
    """One of a person and garage waits at a time: claimed again, it is the same one, with a code of its own.

    Raises NotFound, GarageTaken, ContactMissing, ContactUnproven, ProofMissing, ClaimedJustNow.
    """
    garage = await hold_any_garage(work, garage_id=garage_id)
    _refuse_way(garage, access, way)
    if way is Way.DOCUMENT:
        if document_id is None:
            raise ProofMissing(pointer="/document")
        if not await work.documents.are_all_there(access, [document_id]):
            raise NotFound(pointer="/document")
    claim = await work.garage_claims.open_of(access, garage.id)
    if claim is None:
        since = work.now - timedelta(days=1)
        if await work.garage_claims.count_since(access, since) >= MOST_BY_ONE:
            raise ClaimedJustNow(headers={"Retry-After": "3600"})
        claim = work.garage_claims.add(
            GarageClaim(
                id=new_id(),
                garage_id=garage.id,
                account_id=access.person,
                state=ClaimState.OPEN,
                tries=0,
                created_at=work.now,
            )
        )
    claim.way, claim.document_id, claim.note = way, document_id, note
    claim.code_digest = claim.expires_at = None
    if way is Way.EMAIL:
        await _mail_code(work, garage, claim, language)
    return claim


def _refuse_way(garage: Garage, access: Access, way: Way) -> None:
    """What is somebody's already is judged by papers alone; and nobody proves anything by what they wrote themselves."""
    if way is Way.DOCUMENT:
        if garage.owner_id == access.person:
            raise GarageTaken
        return
    if garage.owner_id is not None:
        raise GarageTaken
    published = garage.email if way is Way.EMAIL else garage.phone
    if published is None:
        raise ContactMissing(pointer="/way")
    if garage.contact_by == access.person:
        raise ContactUnproven(pointer="/way")


async def _new_code(work: Work, garage: Garage, claim: GarageClaim) -> str:
    """Raises ClaimedJustNow."""
    earlier = await work.garage_claims.codes_since(garage.id, work.now - timedelta(days=1))
    if earlier and earlier[0] + PAUSE > work.now:
        wait = round((earlier[0] + PAUSE - work.now).total_seconds())
        raise ClaimedJustNow(headers={"Retry-After": str(max(1, wait))})
    if len(earlier) >= MOST_A_DAY:
        raise ClaimedJustNow(headers={"Retry-After": "3600"})
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    claim.code_digest, claim.tries = _digest(claim, code), 0
    claim.sent_at, claim.expires_at = work.now, work.now + CODE_LIFETIME
    return as_written(code)


def _digest(claim: GarageClaim, code: str) -> bytes:
    """Of this claim's alone."""
    return digest(f"{claim.id}:{as_read(code)}")


async def _mail_code(work: Work, garage: Garage, claim: GarageClaim, language: Language) -> None:
    if garage.email is None:
        raise ContactMissing(pointer="/way")
    code = await _new_code(work, garage, claim)
    claimant = await work.owners.of(Access(claim.account_id))
    known = await work.owners.language_at(canonical(garage.email))
    work.emit(
        GarageClaimed(
            claim_id=claim.id,
            account_id=claim.account_id,
            email=garage.email,
            code=SecretStr(code),
            language=Language(known) if known else language,
            garage_name=garage.name,
            claimant_name=claimant.name if claimant else None,
            expires_at=work.now + CODE_LIFETIME,
        )
    )


async def read_out_code(work: Work, *, claim_id: UUID) -> tuple[Garage, GarageClaim, str]:
    """For an administrator who rings the published number: a new code, told this once. Raises NotFound, ClaimSettled."""
    claim, garage = await _waiting(work, claim_id)
    _refuse_way(garage, Access(claim.account_id), Way.PHONE)
    if claim.way != Way.PHONE:
        raise ContactMissing(pointer="/way")
    return garage, claim, await _new_code(work, garage, claim)


async def prove_claim(
    work: Work, *, access: Access, claim_id: UUID, code: str
) -> tuple[GarageClaim, Garage]:
    """The try is counted before anything is compared, in a transaction of its own.

    Raises NotFound, ClaimSettled, CodeDead, ClaimCodeWrong, GarageTaken.
    """
    claim = await work.garage_claims.one_seen(access, claim_id)
    if claim.state != ClaimState.OPEN:
        raise ClaimSettled
    left: list[int | None] = []

    async def spend() -> None:
        left.append(await work.garage_claims.spend_try(claim_id))

    work.session.expunge_all()
    async with work.paused(keeps_turn=True):
        await work.keep(spend)
    [tries_left] = left
    claim, garage = await _waiting(work, claim_id)
    if tries_left is None or claim.code_digest is None or claim.expires_at is None:
        raise CodeDead
    if claim.expires_at <= work.now:
        raise CodeDead
    if not same(claim.code_digest, _digest(claim, code)):
        raise ClaimCodeWrong(tries_left=tries_left)
    _refuse_way(garage, access, Way(claim.way))
    note_deed(
        work, garage, Deed.CLAIMED, actor_id=access.person, about_id=access.person, way=claim.way
    )
    await _give(work, garage, claim)
    return claim, garage


async def withdraw_claim(work: Work, *, access: Access, claim_id: UUID) -> None:
    await work.garage_claims.one_seen(access, claim_id)
    claim, _ = await _waiting(work, claim_id)
    _settle(work, claim, ClaimState.WITHDRAWN)


async def accept_claim(
    work: Work, *, by: Acting, claim_id: UUID, because: str
) -> tuple[GarageClaim, Garage]:
    """For administrators; a garage that was somebody's is taken from them. Raises NotFound, ClaimSettled."""
    claim, garage = await _waiting(work, claim_id)
    before = garage.owner_id
    if before is not None:
        await _take(work, garage, by, because=because)
    note_deed(
        work,
        garage,
        Deed.GIVEN,
        actor_id=by.access.person,
        about_id=claim.account_id,
        because=because,
        way=claim.way,
    )
    await _give(work, garage, claim)
    return claim, garage


async def refuse_claim(work: Work, *, by: Acting, claim_id: UUID, because: str) -> GarageClaim:
    """For administrators. Raises NotFound, ClaimSettled."""
    claim, garage = await _waiting(work, claim_id)
    _settle(work, claim, ClaimState.REFUSED, because=because)
    note_deed(
        work,
        garage,
        Deed.REFUSED,
        actor_id=by.access.person,
        about_id=claim.account_id,
        because=because,
    )
    tell_person(work, claim.account_id, GarageNewsKind.CLAIM_REFUSED, garage, words=because)
    return claim


async def contest_garage(work: Work, *, by: Acting, garage_id: UUID, because: str) -> Garage:
    """For administrators: it is nobody's again, its staff is gone and bookings are closed. Raises NotFound."""
    garage = await hold_any_garage(work, garage_id=garage_id)
    if garage.owner_id is not None:
        await _take(work, garage, by, because=because)
    return garage


async def _take(work: Work, garage: Garage, by: Acting, *, because: str) -> None:
    loser = garage.owner_id
    for each in await work.garage_staff.of_garage(garage.id):
        if each.account_id is not None:
            tell_person(work, each.account_id, GarageNewsKind.STAFF_REMOVED, garage)
        await work.garage_staff.remove(each)
    garage.owner_id, garage.takes_bookings = None, False
    garage.version += 1
    garage.updated_at = work.now
    note_deed(
        work,
        garage,
        Deed.CONTESTED,
        actor_id=by.access.person,
        about_id=loser,
        because=because,
    )
    if loser is not None:
        tell_person(work, loser, GarageNewsKind.GARAGE_LOST, garage, words=because)


async def _give(work: Work, garage: Garage, claim: GarageClaim) -> None:
    """To the claimant; who waits for a code to the same garage waits in vain."""
    garage.owner_id = claim.account_id
    garage.claimed_at = garage.claimed_at or work.now
    garage.version += 1
    garage.updated_at = work.now
    await work.garage_staff.remove_person(garage.id, Access(claim.account_id))
    _settle(work, claim, ClaimState.ACCEPTED)
    tell_person(work, claim.account_id, GarageNewsKind.CLAIM_ACCEPTED, garage)
    for other in await work.garage_claims.others_of(claim):
        if other.way != Way.DOCUMENT:
            _settle(work, other, ClaimState.REFUSED)
            tell_person(work, other.account_id, GarageNewsKind.CLAIM_REFUSED, garage)


def _settle(work: Work, claim: GarageClaim, state: ClaimState, **said: Any) -> None:
    claim.state, claim.settled_at = state, work.now
    claim.code_digest = None
    claim.reason = said.get("because")


async def _waiting(work: Work, claim_id: UUID) -> tuple[GarageClaim, Garage]:
    """The garage first, as everywhere. Raises NotFound, ClaimSettled."""
    found = await work.garage_claims.one(claim_id)
    if found is None:
        raise NotFound
    garage = await hold_any_garage(work, garage_id=found.garage_id)
    claim = await work.garage_claims.again(found)
    if claim.state != ClaimState.OPEN:
        raise ClaimSettled
    return claim, garage
