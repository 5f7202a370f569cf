"""Who is calling, as the gateway says and signs: a 60-second token for this service and no other.

The header is checked before anything else is read; a service accepts no other proof, not even a user's own token.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Annotated, Any, Final, Protocol, TypeVar
from uuid import UUID

from fastapi import Depends, Request

from shared.access import Access
from shared.clock import SystemClock
from shared.contracts.base import Language
from shared.contracts.features import Feature, Limit, Plan
from shared.contracts.scopes import Scope
from shared.errors import Forbidden, PersonallyOnly, PlanRequired, ScopeRequired, Unauthorized
from shared.http.access import OpenTo, Said, read
from shared.http.exchange import bound_token
from shared.security.tokens import PrivateKey, PublicKey, TokenRefused, sign, verify

ISSUER: Final = "autotrack-gateway"
TYP: Final = "internal+jwt"
LIFETIME_SECONDS: Final = 60
SERVICE_ROLE: Final = "service"
ADMIN_ROLE: Final = "admin"
PERSONS_ROLES: Final = frozenset({"user", "garage_owner", ADMIN_ROLE})
ROLES: Final = {name: name for name in (*PERSONS_ROLES, SERVICE_ROLE)}
_CLAIMS: Final = frozenset(
    [
        "iss",
        "aud",
        "iat",
        "exp",
        "jti",
        "sub",
        "sid",
        "act",
        "key",
        "ip",
        "ua",
        "lang",
        "zone",
        "roles",
        "plan",
        "features",
        "limits",
        "scopes",
    ]
)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Caller:
    """`user_id` is None for somebody who is not signed in. `limits` without an entry means unlimited."""

    user_id: UUID | None = None
    session_id: UUID | None = None
    roles: frozenset[str] = frozenset()
    plan: Plan = Plan.FREE
    features: frozenset[Feature] = frozenset()
    limits: Mapping[Limit, int | None] = field(default_factory=dict)
    language: Language | None = None
    ip: str | None = None
    user_agent: str | None = None
    api_key: UUID | None = None
    """The personal key this was asked with, if not in a session."""
    scopes: frozenset[Scope] | None = None
    """What the key may be used for; None for somebody who signed in."""
    actor: UUID | None = None
    """The administrator who acts in this person's name, if any."""
    zone: str | None = None
    """The person's IANA time zone: by it "today" is judged. None: the house's default."""

    @property
    def user(self) -> UUID:
        """Raises Unauthorized for somebody who is not signed in."""
        if self.user_id is None:
            raise Unauthorized
        return self.user_id

    @property
    def access(self) -> Access:
        """What repositories answer to. Raises Unauthorized."""
        return Access(self.user)

    @property
    def behind(self) -> dict[str, str]:
        """The administrator or the key behind a person's request, for logs; nothing for the person themselves."""
        found = {"actor_id": self.actor, "key_id": self.api_key}
        return {name: str(value) for name, value in found.items() if value is not None}

    def has(self, feature: Feature) -> bool:
        return feature in self.features

    def limit(self, limit: Limit) -> int | None:
        """None means unlimited."""
        return self.limits.get(limit)

    def claims(self) -> dict[str, Any]:
        """What goes into the internal token, without the parts that prove it."""
        said: dict[str, Any] = {
            "roles": sorted(self.roles),
            "plan": self.plan.value,
            "features": sorted(self.features),
            "limits": {
                limit.value: value for limit, value in self.limits.items() if value is not None
            },
        }
        optional = {
            "sub": self.user_id,
            "sid": self.session_id,
            "act": self.actor,
            "key": self.api_key,
            "ip": self.ip,
            "ua": self.user_agent,
            "zone": self.zone,
        }
        said |= {name: str(value) for name, value in optional.items() if value is not None}
        if self.language is not None:
            said["lang"] = self.language.value
        if self.scopes is not None:
            said["scopes"] = sorted(self.scopes)
        return said


def mint(caller: Caller, key: PrivateKey, *, audience: str, token_id: str) -> str:
    """An internal token for one service; real time, so that a moved demo clock cannot break the house."""
    now = int(real_time())
    proof = {
        "iss": ISSUER,
        "aud": audience,
        "iat": now,
        "exp": now + LIFETIME_SECONDS,
        "jti": token_id,
    }
    return sign({**caller.claims(), **proof}, key, typ=TYP)


def real_time() -> float:
    """Seconds of the clock that tokens are made and judged by; it goes on while the machine sleeps, as a monotonic one does not."""
    return SystemClock().now().timestamp()


def caller_of(claims: Mapping[str, Any]) -> Caller:
    """Raises ValueError, TypeError or KeyError for claims no gateway of this version writes."""
    if not claims.keys() <= _CLAIMS:
        raise ValueError("a claim nobody writes")
    caller = Caller(
        user_id=_uuid(claims, "sub"),
        session_id=_uuid(claims, "sid"),
        roles=frozenset(_listed(claims["roles"], ROLES.__getitem__)),
        plan=Plan(_text(claims["plan"])),
        features=frozenset(_listed(claims["features"], Feature)),
        limits=_limits(claims["limits"]),
        language=Language(_text(claims["lang"])) if "lang" in claims else None,
        ip=_text(claims["ip"]) if "ip" in claims else None,
        user_agent=_text(claims["ua"]) if "ua" in claims else None,
        api_key=_uuid(claims, "key"),
        scopes=frozenset(_listed(claims["scopes"], Scope)) if "scopes" in claims else None,
        actor=_uuid(claims, "act"),
        zone=_text(claims["zone"]) if "zone" in claims else None,
    )
    if caller.ip is not None:
        ip_address(caller.ip)
    is_somebody = caller.user_id is not None
    if (SERVICE_ROLE in caller.roles and is_somebody) or (caller.scopes is None) is not (
        caller.api_key is None
    ):
        raise ValueError("two callers in one")
    if not is_somebody and (caller.session_id or caller.api_key or caller.actor):
        raise ValueError("a session of nobody")
    return caller


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _limits(said: Any) -> dict[Limit, int | None]:
    if not isinstance(said, dict):
        raise TypeError("no limits")
    for value in said.values():
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise ValueError("no number of things")
    return {Limit(name): value for name, value in said.items()}


def _listed(values: Any, kind: Callable[[str], _T]) -> list[_T]:
    if not isinstance(values, list):
        raise TypeError("no list")
    return [kind(_text(value)) for value in values]


def _uuid(claims: Mapping[str, Any], name: str) -> UUID | None:
    return UUID(_text(claims[name])) if name in claims else None


class IdentityVerifier:
    """Verifies internal tokens for one service; remembers the last few, because a gateway reuses them for half a minute."""

    def __init__(
        self, service: str, keys: Mapping[str, PublicKey], *, remembered: int = 4096
    ) -> None:
        self._service = service
        self._keys = keys
        self._seen: OrderedDict[str, tuple[float, Caller]] = OrderedDict()
        self._remembered = remembered
        self._clock = SystemClock()

    def identify(self, scope: Mapping[str, Any]) -> Caller:
        """Whom a request names, with a token that is bound to this very request. Raises Unauthorized."""
        return self.verify(bound_token(scope))

    def verify(self, token: str | None) -> Caller:
        """Raises Unauthorized."""
        if not token:
            raise Unauthorized
        now = self._clock.now()
        known = self._seen.get(token)
        if known is not None and known[0] > now.timestamp():
            return known[1]
        try:
            claims = verify(
                token, self._keys, audience=self._service, issuer=ISSUER, typ=TYP, now=now
            )
            caller = caller_of(claims)
        except (TokenRefused, ValueError, KeyError, TypeError) as error:
            raise Unauthorized from error
        self._seen[token] = (float(claims["exp"]), caller)
        while len(self._seen) > self._remembered:
            self._seen.popitem(last=False)
        return caller


async def current_caller(request: Request) -> Caller:
    caller: Caller = request.scope["autotrack.caller"]
    return caller


CurrentCaller = Annotated[Caller, Depends(current_caller)]


class Restricting(Protocol):
    """What a route says, as the service or the gateway holds it."""

    @property
    def access(self) -> OpenTo: ...
    @property
    def scope(self) -> Scope | None: ...
    @property
    def personal(self) -> bool: ...


async def enforce_access(request: Request) -> None:
    """The service's own check of what its route says; the gateway checked before, and nobody relies on that."""
    route = request.scope.get("route")
    said: Said | None = getattr(route, "said", None)  # of a route of ours, read once
    if said is None:
        said = read(getattr(route, "openapi_extra", None))
    check_access(request.scope["autotrack.caller"], said)


def check_access(caller: Caller, said: Said) -> None:
    """Raises Unauthorized, Forbidden, PersonallyOnly, ScopeRequired or PlanRequired."""
    if said.access is OpenTo.PUBLIC:
        return
    if said.access is OpenTo.INTERNAL:
        if SERVICE_ROLE not in caller.roles:
            raise Forbidden
        return
    if caller.user_id is None:
        raise Unauthorized
    refused = restriction(said, scopes=caller.scopes, is_acted=caller.actor is not None)
    if refused is not None:
        raise refused
    if said.access is OpenTo.ADMIN and ADMIN_ROLE not in caller.roles:
        raise Forbidden
    if said.feature is not None and not caller.has(said.feature):
        raise PlanRequired(said.feature)


def restriction(
    said: Restricting, *, scopes: Collection[str] | None, is_acted: bool
) -> Forbidden | None:
    """What keeps an API key or an administrator acting for somebody from what the person themselves may do."""
    if said.access is OpenTo.PUBLIC:
        return None
    if said.personal and (is_acted or scopes is not None):
        return PersonallyOnly()
    if scopes is None or (said.scope is not None and said.scope in scopes):
        return None
    return PersonallyOnly() if said.scope is None else ScopeRequired(said.scope)
