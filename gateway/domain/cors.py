"""Which web pages may call us: the exact list of origins in the settings, nothing like it."""

from collections.abc import Collection

Headers = list[tuple[bytes, bytes]]

METHODS = b"GET, POST, PUT, PATCH, DELETE"
REQUEST_HEADERS = (
    b"authorization, content-type, accept-language, idempotency-key, if-match, if-none-match,"
    b" last-event-id, range, x-request-id"
)
EXPOSED = (
    b"etag, location, link, ratelimit, ratelimit-policy, retry-after, x-request-id,"
    b" content-disposition, idempotency-replayed"
)


def answer_headers(origin: bytes | None, allowed: Collection[bytes]) -> Headers:
    if origin is None or origin not in allowed:
        return []
    return [
        (b"access-control-allow-origin", origin),
        (b"access-control-allow-credentials", b"true"),
        (b"access-control-expose-headers", EXPOSED),
    ]


def preflight_headers(origin: bytes, allowed: Collection[bytes]) -> Headers:
    """What a preflight is told beyond what every answer tells: a header said twice is no answer to a browser."""
    if origin not in allowed:
        return []
    return [
        (b"access-control-allow-methods", METHODS),
        (b"access-control-allow-headers", REQUEST_HEADERS),
        (b"access-control-max-age", b"600"),
    ]
