"""How often somebody may ask: the generic cell rate algorithm (GCRA), one number per asker."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class RateClass(StrEnum):
    """What a request costs us decides which allowance it is counted against."""

    IP = "ip"
    USER = "user"
    KEY = "key"
    CREDENTIAL = "credential"
    UPLOAD = "upload"
    ASSISTANT = "assistant"
    PROBE = "probe"
    VISITOR = "visitor"


BY_ADDRESS = frozenset({RateClass.IP, RateClass.CREDENTIAL, RateClass.PROBE, RateClass.VISITOR})
"""The others are counted by person or key."""


@dataclass(frozen=True)
class Rate:
    """`quota` requests per `window_seconds`; the whole quota may be used at once."""

    name: RateClass
    quota: int
    window_seconds: int
    interval: float = field(init=False)
    label: bytes = field(init=False)
    policy: bytes = field(init=False)
    """The RateLimit-Policy header, a structured field (draft-ietf-httpapi-ratelimit-headers)."""

    def __post_init__(self) -> None:
        label = f'"{self.name.value}"'
        policy = f"{label};q={self.quota};w={self.window_seconds}"
        object.__setattr__(self, "interval", self.window_seconds / self.quota)
        object.__setattr__(self, "label", label.encode())
        object.__setattr__(self, "policy", policy.encode())


class Verdict(NamedTuple):
    allowed: bool
    remaining: int
    reset_seconds: int
    retry_seconds: int


def judge(rate: Rate, full_at: float, now: float) -> tuple[Verdict, float]:
    """Judge one request; `full_at` is when the allowance will be whole again.

    Answers the verdict and the new `full_at` (unchanged when the request is refused).
    """
    interval = rate.interval
    start = max(now, full_at)
    wait = start + interval - rate.window_seconds - now
    if wait > 1e-9:  # noqa: PLR2004 - float dust
        return Verdict(False, 0, int(start - now) + 1, int(wait) + 1), full_at
    after = start + interval
    remaining = int((rate.window_seconds - (after - now)) / interval + 1e-9)
    return Verdict(True, remaining, int(after - now) + 1, 0), after


ACCOUNT_PAGES = frozenset({b"/forgot-password", b"/reset-password", b"/revert-email", b"/export"})
"""Forms of ours that ask auth."""
VISITED = frozenset({b"/guest", b"/passport"})
"""Forms of ours behind links that were given to somebody without an account."""
PAGES = ACCOUNT_PAGES | VISITED
"""What people read: refusals there are pages, too."""
OF_VISITORS = (b"/api/guest/", b"/api/passports/verify")
"""What those forms ask, and programs may, too."""


READING = frozenset({"GET", "HEAD"})


def _proves_something(method: str, path: bytes) -> bool:
    """Whether auth is asked to believe a password, a code or a link, or to send one."""
    is_of_auth = path.startswith(b"/api/auth/")
    if (
        method in READING
    ):  # the page looks whether its link is good; the return from a provider signs in
        is_return = is_of_auth and path.endswith(b"/callback")
        return is_return or path == b"/reset-password"
    is_session = path.endswith((b"/logout", b"/refresh"))
    return path in ACCOUNT_PAGES or (is_of_auth and not is_session)


def rate_class(method: str, path: bytes) -> RateClass | None:
    """The stricter class of a route, beside the general ones; None for most routes."""
    if _proves_something(method, path):
        return RateClass.CREDENTIAL
    if method != "POST":
        return None
    if path in VISITED or path.startswith(OF_VISITORS):
        return RateClass.VISITOR
    if path.startswith(b"/api/documents"):
        return RateClass.UPLOAD
    if path.startswith(b"/api/ai-assistant/"):
        return RateClass.ASSISTANT
    return None
