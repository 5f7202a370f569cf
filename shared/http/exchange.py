"""Binds an internal token to one exchange: what it says of a caller is good for this method and target alone.

The gateway reuses a token for half a minute; the binding is made anew for each request, with the token's own bytes as key,
which no caller ever sees. A request that got between the house's walls without the gateway's doing has none.
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any, Final

from shared.errors import Unauthorized

EXCHANGE_HEADER: Final = "x-autotrack-exchange"
IDENTITY_HEADER: Final = "x-autotrack-identity"
_EXCHANGE, _IDENTITY = EXCHANGE_HEADER.encode(), IDENTITY_HEADER.encode()


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
