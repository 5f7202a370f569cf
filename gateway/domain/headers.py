"""Which headers pass, in which direction.

A caller's header reaches a service only when nothing in the house takes it for our own word.
"""

import re
from typing import NamedTuple

HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)

REBUILT = frozenset({b"host", b"authorization", b"forwarded", b"expect", b"traceparent", b"via"})
"""Ours to write: the caller's own are never passed on."""

DROPPED_FROM_ANSWER = HOP_BY_HOP | {
    b"server",
    b"date",
    b"x-powered-by",
    b"x-request-id",
    b"strict-transport-security",
    b"x-content-type-options",
    b"referrer-policy",
    b"x-frame-options",
    b"ratelimit",
    b"ratelimit-policy",
}

SECURITY: tuple[tuple[bytes, bytes], ...] = (
    (b"strict-transport-security", b"max-age=31536000; includeSubDomains"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
)
API_POLICY: tuple[bytes, bytes] = (
    b"content-security-policy",
    b"default-src 'none'; frame-ancestors 'none'",
)
"""A service's own policy passes beside ours: a browser obeys both, so it can only add (CSP 3, 3.1)."""

Headers = list[tuple[bytes, bytes]]


def is_ours(name: bytes) -> bool:
    """Whether a request header is hop-by-hop, rebuilt by us, or of the `x-` family we own."""
    return name in HOP_BY_HOP or name in REBUILT or name.startswith(b"x-")


def named_by_connection(value: bytes) -> frozenset[bytes]:
    """The headers that a Connection header declares to be hop-by-hop (RFC 9110, 7.6.1)."""
    return frozenset(token.strip(b" \t").lower() for token in value.split(b",")) - {b""}


_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NEVER_NAMED = frozenset(
    {
        b"accept-language",
        b"authorization",
        b"baggage",
        b"cookie",
        b"expect",
        b"forwarded",
        b"host",
        b"idempotency-key",
        b"origin",
        b"proxy-authorization",
        b"traceparent",
        b"tracestate",
        b"transfer-encoding",
        b"user-agent",
        b"via",
    }
)
_NEVER_NAMED_FAMILIES = (b"content-", b"x-")


def may_be_named(name: bytes) -> bool:
    """Whether a caller's Connection header may have us drop this one.

    Never what frames a body, proves who asks, or is read by us: one reader would obey it and the next would not.
    """
    return (
        _TOKEN.fullmatch(name) is not None
        and name not in _NEVER_NAMED
        and not name.startswith(_NEVER_NAMED_FAMILIES)
    )


OURS_TO_SAY = (b"x-autotrack-", b"access-control-")
"""Which pages may read an answer is decided here alone, whatever a service says."""
_PLAIN = frozenset({b"keep-alive", b"close"})
_PASSES: dict[bytes, bool] = {}
_PASSES_AT_MOST = 1024


def _passes(name: bytes) -> bool:
    known = name not in DROPPED_FROM_ANSWER and not name.startswith(OURS_TO_SAY)
    if len(_PASSES) < _PASSES_AT_MOST:
        _PASSES[name] = known
    return known


class AnswerLines(NamedTuple):
    """Headers in their final form, and whether one of them says how long the body is."""

    lines: list[bytes]
    has_length: bool


def as_lines(headers: Headers) -> AnswerLines:
    """Of headers that are all ours."""
    lines = [b"%b: %b\r\n" % header for header in headers]
    return AnswerLines(lines, any(name == b"content-length" for name, _ in headers))


def answer_lines(upstream: Headers) -> AnswerLines:
    """What of a service's headers reaches the caller; repeated ones (Set-Cookie) stay repeated."""
    lines: list[bytes] = []
    has_length = False
    for header in upstream:
        name = header[0]
        passes = _PASSES.get(name)
        if passes or (passes is None and _passes(name)):
            lines.append(b"%b: %b\r\n" % header)
            if name == b"content-length":
                has_length = True
        elif name == b"connection" and header[1] not in _PLAIN:
            return answer_lines(_without_named(upstream))
    return AnswerLines(lines, has_length)


def _without_named(upstream: Headers) -> Headers:
    """Without the headers that its Connection headers declare to be hop-by-hop, and without these."""
    said = [value for name, value in upstream if name == b"connection"]
    dropped = frozenset({b"connection"}).union(*map(named_by_connection, said))
    return [header for header in upstream if header[0] not in dropped]
