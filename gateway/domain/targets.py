"""What a request target may look like, and the one path it stands for.

Everything that a proxy and a service could read differently is refused before anybody routes it.
"""

import re

MAX_TARGET_BYTES = 8192

_AMBIGUOUS = re.compile(
    rb"//"  # an empty segment: some servers fold it away
    rb"|\\"
    rb"|%(?:2[fF]|5[cC]|7[fF]|[01][0-9a-fA-F])"  # encoded slash, backslash, control character
    rb"|%(?![0-9a-fA-F]{2})"
    rb"|/(?:\.|%2[eE]){1,2}(?=/|;|$)"  # dot segments, encoded or not
    rb"|[^\x21-\x7e]|[#\"<>^`{|}]"
)
_ESCAPED_UNRESERVED = re.compile(rb"%(?:2[dDeE]|3[0-9]|[46][1-9a-fA-F]|[57][0-9aA]|5[fF]|7[eE])")

_PREFIXES = {b"/api/users/": b"/api/auth/", b"/api/ai_assistant/": b"/api/ai-assistant/"}
_OLD = tuple(_PREFIXES)
_OLD_REFRESH, _REFRESH = b"/api/token/refresh", b"/api/auth/token/refresh"


def is_ambiguous(path: bytes) -> bool:
    """Whether two readers of this path could disagree about what it names."""
    return not path.startswith(b"/") or _AMBIGUOUS.search(path) is not None


def canonical(path: bytes) -> bytes:
    """The one spelling under which a path is routed and forwarded (RFC 3986, 6.2.2.2)."""
    if b"%" in path:
        path = _ESCAPED_UNRESERVED.sub(_unescape, path)
    if len(path) > 1 and path.endswith(b"/"):
        path = path[:-1]
    if path.startswith(_OLD):
        old = next(prefix for prefix in _OLD if path.startswith(prefix))
        return _PREFIXES[old] + path[len(old) :]
    return _REFRESH if path == _OLD_REFRESH else path


def _unescape(escape: re.Match[bytes]) -> bytes:
    return bytes([int(escape[0][1:], 16)])
