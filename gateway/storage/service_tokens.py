"""The internal tokens under which the gateway asks for itself, one per service."""

import time

from shared.http.identity import SERVICE_ROLE, Caller, mint
from shared.ids import new_id
from shared.security.tokens import PrivateKey

MINTED_FOR_SECONDS = 30.0
_SERVICE = Caller(roles=frozenset({SERVICE_ROLE}))


class ServiceTokens:
    def __init__(self, key: PrivateKey) -> None:
        self._key = key
        self._of: dict[str, tuple[bytes, float]] = {}

    def for_service(self, service: str) -> bytes:
        token, until = self._of.get(service, (b"", 0.0))
        now = time.monotonic()
        if now >= until:
            token = mint(_SERVICE, self._key, audience=service, token_id=str(new_id())).encode()
            self._of[service] = (token, now + MINTED_FOR_SECONDS)
        return token
