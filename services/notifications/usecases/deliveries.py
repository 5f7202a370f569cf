"""One delivery on its way: written as a mail, handed to the mail server, and what became of it."""

import math
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog

from services.notifications.clients.invites import invite_of
from services.notifications.clients.mailer import (
    AddressRefused,
    Letter,
    MailDelayed,
    Mailer,
    MailRefused,
)
from services.notifications.domain.kinds import CHOOSABLE, TO_STRANGERS, Kind
from services.notifications.domain.links import preferences_url, url_of
from services.notifications.domain.message import hide_address
from services.notifications.domain.retry import next_try
from services.notifications.storage.models import Delivery, State
from services.notifications.usecases.deliver import reader_of
from services.notifications.usecases.work import Work
from shared.contracts.base import Language
from shared.contracts.notifications import MailBounced

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Outcome:
    state: State
    reason: str | None = None

    @property
    def is_final(self) -> bool:
        return self.state is not State.PENDING


async def write_letter(work: Work, *, delivery_id: UUID) -> Letter | None:
    """The mail to send now; None when there is nothing to send (any more)."""
    row = await _held(work, delivery_id)
    if row is None or row.state != State.PENDING or not row.address:
        return None
    if row.expires_at <= work.now:
        await _close(work, row, Outcome(State.EXPIRED))
        return None
    row.attempts += 1
    kind, language = Kind(row.kind), Language(row.language)
    contact = await work.contacts.of(row.owner_id)
    reader = reader_of(contact, language, knows_name=kind not in TO_STRANGERS)
    sites = work.settings.sites
    preferences = preferences_url(sites)
    facts = {
        **row.facts,
        "secret": row.secret,
        "minutes": math.ceil((row.expires_at - work.now) / timedelta(minutes=1)),
        "url": url_of(
            kind,
            sites=sites,
            about=row.about,
            language=language,
            secret=row.secret,
            facts=row.facts,
        ),
    }
    message = work.renderer.render(kind, reader, facts)
    return Letter(
        id=row.id,
        address=row.address,
        message=message,
        language=language,
        date=work.now,
        name=reader.name,
        headers={"List-Unsubscribe": f"<{preferences}>"}
        if preferences and kind in CHOOSABLE
        else {},
        invite=invite_of(row.facts, message, language, sender=work.settings.sender, to=row.address),
    )


async def _held(work: Work, delivery_id: UUID) -> Delivery | None:
    """The person first, then the row: as their erasure does. The farewell to somebody erased is held as well."""
    owner_id = await work.deliveries.whose(delivery_id)
    if owner_id is None:
        return None
    await work.hold(owner_id)
    return await work.deliveries.hold(delivery_id)


async def post(mailer: Mailer, letter: Letter) -> Outcome:
    """Outside of any transaction: a mail server may take its time."""
    try:
        await mailer.send(letter)
    except AddressRefused as refusal:
        return Outcome(State.BOUNCED, str(refusal))
    except MailRefused as refusal:
        return Outcome(State.FAILED, str(refusal))
    except MailDelayed as delay:
        return Outcome(State.PENDING, str(delay))
    return Outcome(State.SENT)


async def note_delay(work: Work, *, delivery_id: UUID, reason: str | None) -> timedelta | None:
    """How long to wait before the next try; None when the mail would be dead by then."""
    row = await _held(work, delivery_id)
    if row is None or row.state != State.PENDING:
        return None
    row.last_error = reason
    wait = next_try(Kind(row.kind), attempts=row.attempts, now=work.now, expires_at=row.expires_at)
    if wait is None:
        await _close(work, row, Outcome(State.EXPIRED, reason))
    return wait


async def note_outcome(work: Work, *, delivery_id: UUID, outcome: Outcome) -> None:
    row = await _held(work, delivery_id)
    if row is None:  # erased while the mail was on its way
        return
    is_theirs = Kind(row.kind) not in TO_STRANGERS
    if (
        outcome.state is State.BOUNCED
        and is_theirs
        and row.address
        and await work.hold(row.owner_id)
    ):
        await work.contacts.note_bounce(row.owner_id, row.address, now=work.now)
        work.emit(
            MailBounced(
                user_id=row.owner_id, delivery_id=row.id, reason=outcome.reason or "refused"
            )
        )
    await _close(work, row, outcome)


async def _close(work: Work, row: Delivery, outcome: Outcome) -> None:
    log.info(
        "delivery.closed",
        delivery_id=str(row.id),
        kind=row.kind,
        state=outcome.state.value,
        attempts=row.attempts,
        reason=outcome.reason,
    )
    if not await work.hold(row.owner_id):
        await work.deliveries.remove(row)  # the farewell was the last we knew of them
        return
    row.state = outcome.state
    row.last_error = outcome.reason
    row.finished_at = work.now
    row.secret = None
    row.address = hide_address(row.address) if row.address else None
