"""Binds an internal token to one exchange: what it says of a caller is good for this method and target alone.

The gateway reuses a token for half a minute; the binding is made anew for each request, with the token's own bytes as key,
which no caller ever sees. A request that got between the house's walls without the gateway's doing has none.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any, Final

from shared.errors import Unauthorized

EXCHANGE_HEADER: Final = "x-autotrack-exchange"
IDENTITY_HEADER: Final = "x-autotrack-identity"
_EXCHANGE, _IDENTITY = EXCHANGE_HEADER.encode(), IDENTITY_HEADER.encode()
_BLOCK_BYTES: Final = 64
_INNER, _OUTER = (bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))


class Binder:
    """Binds one token to many exchanges: HMAC-SHA256 (RFC 2104) with the token hashed once, 0.8 instead of 5.9 microseconds each."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, token: bytes) -> None:
        key = hashlib.sha256(token).digest() if len(token) > _BLOCK_BYTES else token
        key = key.ljust(_BLOCK_BYTES, b"\0")
        self._inner = hashlib.sha256(key.translate(_INNER))
        self._outer = hashlib.sha256(key.translate(_OUTER))

    def bind(self, method: str, target: bytes) -> bytes:
        """As the function of that name."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(b"%b %b" % (method.encode(), target))
        outer.update(inner.digest())
        return urlsafe_b64encode(outer.digest()).rstrip(b"=")


def bind(token: bytes, method: str, target: bytes) -> bytes:
    """The exchange header's value; `target` is the raw path with its query, as it is sent."""
    proof = hmac.digest(token, b"%b %b" % (method.encode(), target), "sha256")
    return urlsafe_b64encode(proof).rstrip(b"=")


def bound_token(scope: Mapping[str, Any]) -> str:
    """The internal token of a request that it was sent for. Raises Unauthorized."""
    said: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name in {_IDENTITY, _EXCHANGE}:
            if name in said:
                raise Unauthorized
            said[name] = value
    if len(said) != 2:  # noqa: PLR2004 - a token and its binding
        raise Unauthorized
    target, query = scope["raw_path"], scope["query_string"]
    if query:
        target = b"%b?%b" % (target, query)
    token = said[_IDENTITY]
    if not hmac.compare_digest(said[_EXCHANGE], bind(token, scope["method"], target)):
        raise Unauthorized
    return token.decode("latin-1")
