"""News becomes an inbox row and delivery rows: here it is decided who hears what by which channel, once."""

from typing import Any
from uuid import UUID

import structlog
from pydantic import BaseModel

from services.notifications.clients.renderer import Reader
from services.notifications.domain.audience import Wishes, channels
from services.notifications.domain.kinds import NATURES, Channel, Kind, Nature
from services.notifications.domain.links import path_of
from services.notifications.domain.message import greeting
from services.notifications.domain.news import News, Recipient
from services.notifications.domain.quiet import send_at
from services.notifications.domain.retry import KEEP_TRYING
from services.notifications.errors import ContactUnknown
from services.notifications.storage.models import Contact, Preferences, State
from services.notifications.usecases.preferences import quiet_hours
from services.notifications.usecases.work import Work
from shared.contracts.base import Language
from shared.contracts.notifications import NotificationCreated
from shared.ids import new_id
from shared.local_day import DEFAULT_ZONE

log = structlog.get_logger()
SEND = "notifications.send"
SEND_NOW = "notifications.send_now"
"""A lane of its own for what somebody waits for: a code does not stand behind a morning's reminders."""


class Send(BaseModel):
    """The job of one mail."""

    delivery_id: UUID


async def deliver(work: Work, news: News | None) -> None:
    """Raises ContactUnknown when the event names no address and auth has not told us of the account yet."""
    if news is None:
        return
    is_gone = not await work.hold(news.owner_id)
    contact = await work.contacts.of(news.owner_id)
    if contact is None and news.to is None:
        raise ContactUnknown(news.owner_id)
    if is_gone and news.kind is not Kind.ACCOUNT_DELETED:
        log.info("news.of_erased_account", kind=news.kind.value)
        return
    if news.expires_at is not None and news.expires_at <= work.now:
        log.info("news.expired", kind=news.kind.value, account_id=str(news.owner_id))
        return
    preferences = await work.preferences.of(news.owner_id)
    wanted = channels(news.kind, _wishes(contact, preferences)) & news.channels
    to = news.to or Recipient(contact.email or "", Language(contact.language))  # type: ignore[union-attr]  # one of both is there
    if not is_gone:  # else the row would stay behind for nobody
        await _put_into_inbox(work, news, reader_of(contact, to.language), Channel.INBOX in wanted)
    if Channel.MAIL not in wanted:
        await _record(work, news, Channel.MAIL, State.SKIPPED, language=to.language)
        return
    mail = await _record(
        work, news, Channel.MAIL, State.PENDING, language=to.language, address=to.address
    )
    if mail is not None:
        timezone = contact.timezone if contact else DEFAULT_ZONE
        hours = quiet_hours(preferences)
        run_at = send_at(news.kind, now=work.now, hours=hours, timezone=timezone)
        lane = SEND_NOW if NATURES[news.kind] is Nature.SECRET else SEND
        work.enqueue(lane, Send(delivery_id=mail), run_at=run_at, key=str(mail))


def reader_of(contact: Contact | None, language: Language, *, knows_name: bool = True) -> Reader:
    """A name is used only once its owner has proven the address: until then a stranger may have chosen it."""
    name = greeting(contact.first_name) if contact and contact.verified and knows_name else ""
    if contact is None:
        return Reader(language, DEFAULT_ZONE, name)
    return Reader(language, contact.timezone, name, contact.distance_unit)


def _wishes(contact: Contact | None, preferences: Preferences | None) -> Wishes:
    if contact is None:
        return Wishes()
    return Wishes(
        switches=contact.switches,
        choices=preferences.choices if preferences else {},
        may_mail=contact.verified and contact.bounced_at is None,
    )


async def _put_into_inbox(work: Work, news: News, reader: Reader, is_wanted: bool) -> None:  # noqa: FBT001 - reads well at its one call
    state = State.SENT if is_wanted else State.SKIPPED
    if await _record(work, news, Channel.INBOX, state, language=reader.language) is None:
        return
    if not is_wanted:
        return
    title, body = work.renderer.summarise(news.kind, reader, news.facts)
    row_id = await work.inbox.add_once(
        id=new_id(),
        owner_id=news.owner_id,
        key=news.key,
        kind=news.kind.value,
        title=title,
        body=body,
        path=path_of(news.kind, news.about),
        about=dict(news.about),
        created_at=work.now,
    )
    if row_id is not None:
        work.emit(
            NotificationCreated(
                notification_id=row_id,
                user_id=news.owner_id,
                kind=news.kind.value,
                title=title,
                created_at=work.now,
            )
        )


async def _record(
    work: Work,
    news: News,
    channel: Channel,
    state: State,
    *,
    language: Language,
    address: str | None = None,
) -> UUID | None:
    """The row that says what was done about this news by this channel; None when there is one already."""
    pending = state is State.PENDING
    values: dict[str, Any] = {
        "id": new_id(),
        "owner_id": news.owner_id,
        "key": news.key,
        "channel": channel.value,
        "kind": news.kind.value,
        "state": state.value,
        "address": address,
        "language": language.value,
        "facts": dict(news.facts) if pending else {},
        "about": dict(news.about),
        "secret": news.secret if pending else None,
        "expires_at": news.expires_at or work.now + KEEP_TRYING,
        "created_at": work.now,
        "finished_at": None if pending else work.now,
    }
    return await work.deliveries.add_once(**values)
