"""Recognising a personal API key: auth is asked, and its word kept for a few seconds; a known key then costs what a known token costs."""

import time

import structlog

from gateway.clients.internal import Unheard
from gateway.domain.api_key import GOOD_FOR_SECONDS, KnownKey
from gateway.domain.peers import bucket
from gateway.domain.rates import RateClass
from gateway.errors import ApiKeyRefused
from gateway.storage.verified import Verified
from gateway.usecases.work import Work
from shared.errors import TooMany, Unauthorized, Unavailable
from shared.security.api_keys import PREFIX, fingerprint, is_api_key

log = structlog.get_logger()
_SCHEME_AND_PREFIX = b"bearer " + PREFIX.encode()
ASK_AGAIN_SECONDS = 1.0


def names_api_key(authorization: bytes | None) -> bool:
    return authorization is not None and authorization[:11].lower() == _SCHEME_AND_PREFIX


def unrecognised(authorization: bytes | None) -> Unauthorized:
    """What somebody without a valid token or key reads."""
    return ApiKeyRefused() if names_api_key(authorization) else Unauthorized()


async def recognise_key(work: Work, raw: bytes, *, digest: bytes, ip: str, tick: float) -> Verified:
    """The person behind a key, from now on known by `digest`. Raises Unauthorized, TooMany, Unavailable."""
    text = raw.decode("latin-1")
    if not is_api_key(text) or work.api_keys.is_refused(digest, tick=tick):
        raise ApiKeyRefused
    if work.api_keys.last(digest, tick=tick) is None:
        _count_stranger(work, ip)

    async def ask() -> None:
        try:
            answer = await work.feeds.api_key(fingerprint(text))
        except Unheard as unheard:
            log.warning("api_keys.unheard", reason=str(unheard)[:200])
        else:
            work.api_keys.remember(digest, answer, tick=time.monotonic())

    await work.api_keys.once(digest, ask)
    now = time.monotonic()
    last = work.api_keys.last(digest, tick=now)
    if last is None:
        if work.api_keys.is_refused(digest, tick=now):
            log.info("api_key.refused")
            raise ApiKeyRefused
        raise Unavailable(headers={"Retry-After": "2"})
    known, age = last
    if work.clock.now() >= known.expires_at:
        raise ApiKeyRefused
    return _verified(known, good_until=now + max(GOOD_FOR_SECONDS - age, ASK_AGAIN_SECONDS))


def _count_stranger(work: Work, ip: str) -> None:
    """A key never seen is a try at a credential: auth is asked about so many of an address, and no more."""
    rate = work.rates[RateClass.CREDENTIAL]
    verdict = work.rate_store.take(rate, bucket(ip), time.monotonic())
    if not verdict.allowed:
        work.metrics.rate_refusals.labels(rate.name.value).inc()
        raise TooMany(headers={"Retry-After": str(verdict.retry_seconds)})


def _verified(known: KnownKey, *, good_until: float) -> Verified:
    return Verified(
        user_id=known.user_id,
        session_id=None,
        session_key=str(known.key_id),
        user_key=str(known.user_id),
        roles=known.roles,
        language=known.language.value,
        zone=known.zone,
        expires_at=known.expires_at.timestamp(),
        good_until=good_until,
        api_key=known.key_id,
        scopes=known.scopes,
    )
