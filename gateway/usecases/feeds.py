"""Keeping our copies true: what we are told, and what we ask in case we were not told."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from gateway.clients.internal import Unheard
from gateway.domain.entitlement import Entitlement
from gateway.usecases.live import show
from gateway.usecases.work import Work
from shared.contracts.auth import AccountChanged
from shared.contracts.billing import EntitlementsChanged
from shared.security.tokens import KINDS

log = structlog.get_logger()
WARM_UP_PAUSE_SECONDS = 0.5


async def learn_entitlement(work: Work, *, event: EntitlementsChanged) -> None:
    """Keep what billing says now, unless we know something newer, and tell who is watching."""
    news = Entitlement(
        user_id=event.user_id,
        version=event.version,
        plan=event.plan,
        features=frozenset(event.features),
        limits=event.limits,
    )
    if work.entitlements.put(news):
        await show(work, user_id=event.user_id, event=event)


async def end_sessions(work: Work, *, session_ids: Iterable[UUID], until: datetime) -> None:
    """From now on these sessions' tokens are refused and their live streams end."""
    for session_id in session_ids:
        key = str(session_id)
        work.revocations.add(session_id, until)
        work.verified.forget_session(key)
        work.streams.end_session(key)


async def doubt_keys(work: Work, *, account_id: UUID) -> None:
    """Something happened to this account: what we know of its API keys is to be asked again."""
    work.api_keys.forget_of(account_id)
    work.verified.forget_keys_of(account_id)


async def follow_zone(work: Work, *, event: AccountChanged) -> None:
    """Another gateway may have changed it; a token with the old one lives no longer than this."""
    until = work.clock.now() + timedelta(seconds=KINDS["at+jwt"].longest)
    work.zones.put(event.account_id, version=event.version, zone=event.timezone, until=until)


async def settle_zone(work: Work, *, user_key: str) -> None:
    """Whoever has just changed their settings is judged by the new ones, whatever their token says. Silent while auth is."""
    doubt = work.zones.doubt_of(user_key)
    if doubt is not None and await ask_auth(work):
        work.zones.settle(user_key, doubt)


async def ask_billing(work: Work) -> bool:
    """Fetch what changed since we last asked; the first time, everything."""
    cursor, more = work.news.entitlements_cursor, True
    while more:
        try:
            news = await work.feeds.entitlements(cursor)
        except Unheard as unheard:
            log.warning("entitlements.unheard", reason=str(unheard)[:200])
            return False
        for entitlement in news.entitlements:
            work.entitlements.put(entitlement)
        more = news.more and news.cursor != cursor
        cursor = news.cursor
    work.news.heard_entitlements(cursor)
    return True


async def ask_auth(work: Work) -> bool:
    """Fetch who ended a session or moved to another zone since we last asked; the first time, all that matter."""
    try:
        news = await work.feeds.revocations(work.news.revocations_cursor)
    except Unheard as unheard:
        log.warning("revocations.unheard", reason=str(unheard)[:200])
        return False
    for row in news.revocations:
        if not work.revocations.holds(str(row.session_id)):
            await end_sessions(work, session_ids=[row.session_id], until=row.until)
    for moved in news.zones:
        work.zones.put(
            moved.account_id, version=moved.version, zone=moved.timezone, until=moved.until
        )
    work.revocations.forget_expired(work.clock.now())
    work.zones.forget_expired(work.clock.now())
    work.news.heard_revocations(news.cursor)
    return True


async def follow(work: Work) -> None:
    """Ask both, for ever; until both were heard once, more often. Runs until cancelled."""
    await asyncio.gather(_repeat_billing(work), _repeat_auth(work))


async def _repeat_billing(work: Work) -> None:
    while True:
        await ask_billing(work)
        await asyncio.sleep(_pause(work, heard=work.news.entitlements_at is not None))


async def _repeat_auth(work: Work) -> None:
    while True:
        heard = await ask_auth(work)
        if heard and not work.user_keys.known:
            await work.user_keys.refresh()
        await asyncio.sleep(_pause(work, heard=work.news.revocations_at is not None))


def _pause(work: Work, *, heard: bool) -> float:
    return work.settings.poll_seconds if heard else WARM_UP_PAUSE_SECONDS
