"""Who is calling, may they, and under which internal name: decided for every request.

A caller met within the last minutes costs dictionary look-ups; only strangers cost a signature.
"""

import time
from typing import Any, NamedTuple
from uuid import UUID

import structlog

from gateway.clients.internal import Unheard
from gateway.domain.admission import (
    TRUSTED_SECONDS,
    needs_caller,
    refusal,
    staleness_refusal,
)
from gateway.domain.entitlement import Entitlement
from gateway.domain.routes import Route
from gateway.storage.verified import LIFETIME_SECONDS, Minted, Verified, fingerprint
from gateway.usecases.api_keys import names_api_key, recognise_key, unrecognised
from gateway.usecases.feeds import settle_zone
from gateway.usecases.work import Work
from shared.contracts.base import Language
from shared.contracts.features import ALLOWS, Plan
from shared.errors import AppError, ReauthenticationRequired, Unauthorized, Unavailable
from shared.http.exchange import Binder
from shared.http.identity import PERSONS_ROLES, Caller, mint, real_time, restriction
from shared.ids import new_id
from shared.security.tokens import TokenRefused, key_id, verify

log = structlog.get_logger()

TOKEN_TYPE = "at+jwt"  # noqa: S105 - a media type
SCHEME = b"bearer "
_LANGUAGES = {language.value: language for language in Language}
UNHEARD_OF = -1
"""The version of somebody about whom billing has said nothing."""


class Asker(NamedTuple):
    """What the socket and the headers say; none of it proves anything."""

    ip: str
    user_agent: str | None
    authorization: bytes | None


async def admit(work: Work, *, route: Route, asker: Asker) -> Minted:
    """The internal token under which this request goes on. Raises what the caller is to read."""
    verified = await _known(work, asker, time.monotonic())
    if verified is None:
        if needs_caller(route):
            raise unrecognised(asker.authorization)
        return _anonymous(work, route.service, asker)
    _check(work, route, verified)
    if route.recent:
        await _require_recent(work, verified.session_id)
    if work.zones.doubt_of(verified.user_key) is not None:
        await settle_zone(work, user_key=verified.user_key)
    entitlement = await entitlement_of(work, user_key=verified.user_key)
    return _let_through(work, route, asker, verified, entitlement)


def admit_at_once(work: Work, *, route: Route, asker: Asker) -> Minted | None:
    """What `admit` answers about somebody whom we know all about; None if anybody has to be asked, or a refusal to be said."""
    verified = _met(work, asker.authorization, time.monotonic())
    if verified is None or route.recent or work.zones.doubt_of(verified.user_key) is not None:
        return None
    entitlement = work.entitlements.get(verified.user_key)
    if entitlement is None and not work.entitlements.is_asked(verified.user_key):
        return None
    try:
        _check(work, route, verified)
        return _let_through(work, route, asker, verified, _trusted(work, entitlement))
    except AppError:
        return None


def _let_through(
    work: Work, route: Route, asker: Asker, verified: Verified, entitlement: Entitlement | None
) -> Minted:
    """Under the internal token that still fits, or a new one. Raises the refusal."""
    zone = work.zones.of(verified.user_key, verified.zone)
    version = entitlement.version if entitlement is not None else UNHEARD_OF
    minted = verified.minted.get(route.service)
    if (
        minted is None
        or not minted.serves_on
        or minted.version != version
        or minted.caller.ip != asker.ip
        or minted.caller.user_agent != asker.user_agent
        or minted.caller.zone != zone
    ):
        caller = _caller(verified, entitlement, asker, zone)
        minted = _mint(work, route.service, caller, version)
        verified.minted[route.service] = minted
    refused = refusal(route, roles=verified.roles, features=minted.caller.features)
    if refused is not None:
        raise refused
    return minted


def _check(work: Work, route: Route, verified: Verified) -> None:
    """Whether this caller may come here in this way, and whether we know enough to say so. Raises the refusal."""
    scopes, is_acted = verified.scopes, verified.actor is not None
    if scopes is not None or is_acted:
        restricted = restriction(route, scopes=scopes, is_acted=is_acted)
        if restricted is not None:
            raise restricted
    stale = staleness_refusal(route, age_seconds=work.news.revocations_age)
    if stale is not None:
        raise stale


async def _require_recent(work: Work, session_id: UUID | None) -> None:
    """Auth is asked each time: a proof of a moment ago counts, and none is remembered. Raises ReauthenticationRequired, Unavailable."""
    try:
        is_recent = session_id is not None and await work.feeds.is_proven_lately(session_id)
    except Unheard as unheard:
        log.warning("proof.unheard", reason=str(unheard)[:200])
        raise Unavailable(headers={"Retry-After": "2"}) from unheard
    if not is_recent:
        raise ReauthenticationRequired


def preferred_language(work: Work, authorization: bytes | None) -> Language | None:
    """The language of somebody we have met, for a refusal; nobody is asked, and a stranger has none."""
    met = _met(work, authorization, time.monotonic())
    return None if met is None else _language(met.language)


def _met(work: Work, authorization: bytes | None, tick: float) -> Verified | None:
    """Who has come with this token or key before, and has not been signed out since."""
    if authorization is None or authorization[:7].lower() != SCHEME:
        return None
    key = fingerprint(authorization[7:])
    met = work.verified.get(key, now=work.clock.now().timestamp(), tick=tick)
    return None if met is None or work.revocations.holds(met.session_key) else met


async def entitlement_of(work: Work, *, user_key: str) -> Entitlement | None:
    """The last that billing said about this person; None means FREE."""
    known = work.entitlements.get(user_key)
    if known is None and not work.entitlements.is_asked(user_key):
        known = await work.entitlements.fetch(user_key, lambda: _ask_billing(work, user_key))
    return _trusted(work, known)


def _trusted(work: Work, entitlement: Entitlement | None) -> Entitlement | None:
    """What billing said, unless it has been silent for too long."""
    age = work.news.entitlements_age
    return None if age is not None and age > TRUSTED_SECONDS else entitlement


async def _ask_billing(work: Work, user_key: str) -> tuple[Entitlement | None, bool]:
    try:
        return await work.feeds.entitlement(UUID(user_key)), True
    except Unheard as unheard:
        log.warning("entitlements.unheard", reason=str(unheard)[:200])
        return None, False


async def _known(work: Work, asker: Asker, tick: float) -> Verified | None:
    """Who is calling, or None: whoever signs in again may still carry a token that has run out."""
    if asker.authorization is None:
        return None
    try:
        verified = await _recognise(work, asker.authorization, asker.ip, tick)
    except Unauthorized:
        return None
    return None if work.revocations.holds(verified.session_key) else verified


async def _recognise(work: Work, authorization: bytes, ip: str, tick: float) -> Verified:
    """The person behind a bearer token or key. Raises Unauthorized, whatever is wrong with it."""
    if authorization[:7].lower() != SCHEME:
        raise Unauthorized
    raw = authorization[7:]
    key = fingerprint(raw)
    now = work.clock.now()
    known = work.verified.get(key, now=now.timestamp(), tick=tick)
    if known is not None:
        return known
    if names_api_key(authorization):
        verified = await recognise_key(work, raw, digest=key, ip=ip, tick=tick)
    else:
        verified = await _recognise_token(work, raw, tick)
    work.verified.put(key, verified)
    return verified


async def _recognise_token(work: Work, raw: bytes, tick: float) -> Verified:
    now, settings = work.clock.now(), work.settings
    try:
        token = raw.decode("ascii")
        keys = await work.user_keys.holding(key_id(token, typ=TOKEN_TYPE))
        claims = verify(
            token,
            keys,
            audience=settings.token_audience,
            issuer=settings.token_issuer,
            typ=TOKEN_TYPE,
            now=now,
        )
        session_id, user_id = UUID(claims["sid"]), UUID(claims["sub"])
        act = claims.get("act")
        return Verified(
            user_id=user_id,
            session_id=session_id,
            session_key=str(session_id),
            user_key=str(user_id),
            roles=_roles(claims.get("roles", [])),
            language=_known_language(claims.get("lang")),
            expires_at=float(claims["exp"]),
            good_until=tick + LIFETIME_SECONDS,
            actor=None if act is None else UUID(act["sub"]),
            zone=_text(claims.get("zone")),
        )
    except (
        TokenRefused,
        UnicodeDecodeError,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
    ) as why:
        log.info("token.refused", reason=str(why)[:100])
        raise Unauthorized from why


def _caller(
    verified: Verified, entitlement: Entitlement | None, asker: Asker, zone: str | None
) -> Caller:
    plan = entitlement.plan if entitlement is not None else Plan.FREE
    return Caller(
        user_id=verified.user_id,
        session_id=verified.session_id,
        roles=verified.roles,
        plan=plan,
        features=entitlement.features if entitlement is not None else frozenset(),
        limits=entitlement.limits if entitlement is not None else ALLOWS[Plan.FREE],
        language=_language(verified.language),
        ip=asker.ip,
        user_agent=asker.user_agent,
        api_key=verified.api_key,
        scopes=verified.scopes,
        actor=verified.actor,
        zone=zone,
    )


def _text(said: Any) -> str | None:
    """Raises TypeError."""
    if said is not None and not isinstance(said, str):
        raise TypeError("no text")
    return said


def _roles(said: Any) -> frozenset[str]:
    """Of a person: what they cannot be, such as the gateway itself, nobody's token makes of them. Raises ValueError."""
    if not isinstance(said, list) or not PERSONS_ROLES.issuperset(said):
        raise ValueError("roles nobody has")
    return frozenset(said)


def _known_language(said: Any) -> str | None:
    """Raises KeyError or TypeError for what is no language of ours."""
    return None if said is None else _LANGUAGES[said].value


def _language(name: str | None) -> Language | None:
    return _LANGUAGES.get(name) if name is not None else None


def _anonymous(work: Work, service: str, asker: Asker) -> Minted:
    known = work.anonymous.get(service, asker.ip, asker.user_agent)
    if known is not None:
        return known
    caller = Caller(ip=asker.ip, user_agent=asker.user_agent)
    minted = _mint(work, service, caller, UNHEARD_OF)
    work.anonymous.put(service, minted)
    return minted


def _mint(work: Work, service: str, caller: Caller, version: int) -> Minted:
    minted_at = real_time()
    token = mint(caller, work.signing_key, audience=service, token_id=str(new_id())).encode()
    return Minted(
        token=token,
        binder=Binder(token),
        caller=caller,
        user_key=None if caller.user_id is None else str(caller.user_id),
        minted_at=minted_at,
        version=version,
        behind=caller.behind or None,
    )
