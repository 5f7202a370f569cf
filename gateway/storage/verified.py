"""Tokens already verified, so that a caller's next request costs a dictionary look-up.

Keyed by SHA-256: memory holds no token. As long as the keys it was checked with may be old, and never past the token's own end.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from shared.contracts.scopes import Scope
from shared.http.exchange import Binder
from shared.http.identity import Caller, real_time

LIFETIME_SECONDS = 300.0
MINTED_FOR_SECONDS = 45.0
"""How long one internal token serves a caller: it lives 60 seconds, and a service allows 30 more for clocks that differ."""


@dataclass(frozen=True, slots=True)
class Minted:
    """An internal token for one service, and what it was made from."""

    token: bytes
    binder: Binder
    """Of the token."""
    caller: Caller
    user_key: str | None
    minted_at: float
    version: int
    behind: Mapping[str, str] | None = None
    """The administrator or the API key behind it, for limits and logs; None for the person themselves."""

    @property
    def serves_on(self) -> bool:
        return serves_on(self.minted_at)


def serves_on(minted_at: float) -> bool:
    """Whether an internal token made then may go with another request, by the clock that its reader looks at:
    that has moved on when the machine has slept, and back when it was set.
    """
    return 0 <= real_time() - minted_at < MINTED_FOR_SECONDS


@dataclass(slots=True)
class Verified:
    """Who a token stands for, with the internal tokens already made for this caller."""

    user_id: UUID
    session_id: UUID | None
    user_key: str
    session_key: str
    """Of the session, or of the API key: both end through the same news."""
    roles: frozenset[str]
    language: str | None
    expires_at: float
    good_until: float
    api_key: UUID | None = None
    scopes: frozenset[Scope] | None = None
    actor: UUID | None = None
    zone: str | None = None
    minted: dict[str, Minted] = field(default_factory=dict)


def fingerprint(token: bytes) -> bytes:
    return hashlib.sha256(token).digest()


class VerifiedTokens:
    """`now` is business time, against the token's end; `tick` is monotonic, against our five minutes."""

    def __init__(self, most: int = 50_000) -> None:
        self._most = most
        self._of: OrderedDict[bytes, Verified] = OrderedDict()

    def get(self, key: bytes, *, now: float, tick: float) -> Verified | None:
        found = self._of.get(key)
        if found is None:
            return None
        if tick >= found.good_until or now >= found.expires_at:
            del self._of[key]
            return None
        return found

    def put(self, key: bytes, verified: Verified) -> None:
        self._of[key] = verified
        if len(self._of) > self._most:
            self._of.popitem(last=False)

    def forget_session(self, session_key: str) -> None:
        for key in [key for key, one in self._of.items() if one.session_key == session_key]:
            del self._of[key]

    def forget_keys_of(self, user_id: UUID) -> None:
        for key in [k for k, one in self._of.items() if one.api_key and one.user_id == user_id]:
            del self._of[key]

    def __len__(self) -> int:
        return len(self._of)


class AnonymousTokens:
    """Internal tokens for callers who are not signed in, by service, address and program."""

    def __init__(self, most: int = 10_000) -> None:
        self._most = most
        self._of: OrderedDict[tuple[str, str, str | None], Minted] = OrderedDict()

    def get(self, service: str, ip: str, agent: str | None) -> Minted | None:
        found = self._of.get((service, ip, agent))
        return found if found is not None and found.serves_on else None

    def put(self, service: str, minted: Minted) -> None:
        caller = minted.caller
        self._of[service, caller.ip or "", caller.user_agent] = minted
        if len(self._of) > self._most:
            self._of.popitem(last=False)
