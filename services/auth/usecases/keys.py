from typing import Any

import structlog

from services.auth.domain.keys import VERIFIABLE_AFTER, Age, KeyState, is_due, may_take_over
from services.auth.storage.models import SigningKey
from services.auth.usecases.work import Work
from shared.security.tokens import PrivateKey, load_private, new_private_pem

log = structlog.get_logger()


async def public_keys(work: Work) -> list[dict[str, Any]]:
    """All that verify now or soon; a house that has none yet gets its first two."""
    keys = await work.keys.published()
    if not keys:
        await _begin(work)
        keys = await work.keys.published()
    return [key.jwk for key in keys]


async def signing_key(work: Work) -> PrivateKey:
    key = await work.keys.active()
    if key is None:
        await _begin(work)
        key = await work.keys.active()
    if key is None:  # pragma: no cover - _begin made one, or another replica did
        raise RuntimeError("no signing key")
    return work.vault.open_signing_key(key.sealed_private, kid=key.kid)


async def rotate_keys(work: Work, *, at_once: bool = False) -> bool:
    """Put the next key in place of an active one that is due (or of any, `at_once`); True when it changed."""
    await work.keys.hold_rotation()
    by_state = {key.state: key for key in await work.keys.published()}
    await work.keys.forget_retired(work.now - VERIFIABLE_AFTER)
    active, upcoming = by_state.get(KeyState.ACTIVE), by_state.get(KeyState.NEXT)
    if active is None or upcoming is None:
        await _begin(work)
        return False
    if not (at_once or is_due(_age(active), work.now)) or not may_take_over(
        _age(upcoming), work.now
    ):
        return False
    for key, state in ((active, KeyState.RETIRED), (upcoming, KeyState.ACTIVE)):
        key.state, key.since = state, work.now
        await work.flush()  # one at a time: there is never a second active key
    await work.keys.add_once(_new_key(work, KeyState.NEXT))
    log.info("keys.rotated", active=upcoming.kid, retired=active.kid)
    return True


async def _begin(work: Work) -> None:
    for state in (KeyState.ACTIVE, KeyState.NEXT):
        await work.keys.add_once(_new_key(work, state))


def _new_key(work: Work, state: KeyState) -> SigningKey:
    pem = new_private_pem()
    public = load_private(pem).public
    return SigningKey(
        kid=public.kid,
        state=state,
        since=work.now,
        jwk=public.jwk,
        sealed_private=work.vault.seal_signing_key(pem, kid=public.kid),
    )


def _age(key: SigningKey) -> Age:
    return Age(KeyState(key.state), key.since)
