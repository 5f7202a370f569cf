"""The internal tokens under which the gateway asks for itself, one per service."""

from gateway.storage.verified import serves_on
from shared.http.identity import SERVICE_ROLE, Caller, mint, real_time
from shared.ids import new_id
from shared.security.tokens import PrivateKey

_SERVICE = Caller(roles=frozenset({SERVICE_ROLE}))


class ServiceTokens:
    def __init__(self, key: PrivateKey) -> None:
        self._key = key
        self._of: dict[str, tuple[bytes, float]] = {}

    def for_service(self, service: str) -> bytes:
        token, minted_at = self._of.get(service, (b"", 0.0))
        if not serves_on(minted_at):
            minted_at = real_time()
            token = mint(_SERVICE, self._key, audience=service, token_id=str(new_id())).encode()
            self._of[service] = (token, minted_at)
        return token
