"""The keys that users' tokens are signed with, as auth publishes them."""

import asyncio
import time
from collections.abc import Mapping

import structlog

from gateway.clients.internal import InternalClient, Unheard
from shared.security.tokens import PublicKey, load_jwk

log = structlog.get_logger()

GOOD_FOR_SECONDS = 300.0
ONE_FETCH_PER_SECONDS = 30.0
JWKS = "/.well-known/jwks.json"


class UserKeys:
    """Kept for five minutes; an unknown key asks again, at most once in thirty seconds."""

    def __init__(self, client: InternalClient) -> None:
        self._client = client
        self._keys: Mapping[str, PublicKey] = {}
        self._fetched_at = float("-inf")
        self._asked_at = float("-inf")
        self._asking = asyncio.Lock()

    @property
    def known(self) -> Mapping[str, PublicKey]:
        return self._keys

    @property
    def age(self) -> float | None:
        """Seconds since auth last told us its keys."""
        return None if not self._keys else time.monotonic() - self._fetched_at

    async def holding(self, kid: str) -> Mapping[str, PublicKey]:
        """The keys, asked for again when `kid` is not among them and it is not too soon."""
        if kid not in self._keys or time.monotonic() - self._fetched_at > GOOD_FOR_SECONDS:
            await self._ask(kid)
        return self._keys

    async def refresh(self) -> bool:
        """Ask now, whatever was asked before; answers whether auth was heard."""
        self._asked_at = time.monotonic()
        try:
            document = await self._client.get_json("auth", JWKS)
            keys = [load_jwk(jwk) for jwk in document["keys"]]
        except (Unheard, ValueError, KeyError, TypeError) as error:
            log.warning("keys.unheard", reason=str(error)[:200])
            return False
        self._keys = {key.kid: key for key in keys}
        self._fetched_at = time.monotonic()
        return True

    async def _ask(self, kid: str) -> None:
        async with self._asking:
            now = time.monotonic()
            fresh = now - self._fetched_at <= GOOD_FOR_SECONDS
            if (kid in self._keys and fresh) or now - self._asked_at < ONE_FETCH_PER_SECONDS:
                return
            await self.refresh()
