"""Who may call an operation: said once on the route, obeyed by the service, the gateway, the OpenAPI text and the tests.

`@router.post("/x", openapi_extra=needs(Feature.DOCUMENTS_OCR))`; nothing said means any signed-in person, and an API key with the scope
that follows from path and method (`shared/contracts/scopes.py`). Where no scope follows, or `personally()` is said, neither an API key
nor an administrator acting in the person's name passes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shared.contracts.features import Feature, Limit
from shared.contracts.scopes import Scope, scope_of

EXTENSION = "x-autotrack"


class OpenTo(StrEnum):
    PUBLIC = "public"
    USER = "user"
    ADMIN = "admin"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Said:
    """What a route says. Without a scope no API key passes; `personal`: no key and no impersonator."""

    access: OpenTo
    feature: Feature | None = None
    scope: Scope | None = None
    personal: bool = False
    quota: Limit | None = None
    """Which of the plan's limits the operation uses up."""
    recent: bool = False
    """Only in a session whose owner proved within the last minutes to be there; auth knows, and the gateway asks it."""
    replayable: bool = False
    """Whether an Idempotency-Key is kept, so that asking twice does no more than asking once."""


def _extra(access: OpenTo, feature: Feature | None = None, **said: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"access": access.value}
    if feature is not None:
        found["feature"] = feature.value
    return {EXTENSION: found | said}


def public() -> dict[str, Any]:
    """Anybody, signed in or not."""
    return _extra(OpenTo.PUBLIC)


def signed_in(scope: Scope | None = None) -> dict[str, Any]:
    """Any signed-in person. `scope` is what a key needs, where it does not follow from the path."""
    return _extra(OpenTo.USER) if scope is None else _extra(OpenTo.USER, scope=scope.value)


def needs(feature: Feature | None = None, *, quota: Limit | None = None) -> dict[str, Any]:
    """A signed-in person whose plan opens the feature (else 403 plan_required) and has room (else 403 quota_exceeded).

    The use case counts, in the transaction that makes the thing; this says so to everybody else.
    """
    return _extra(OpenTo.USER, feature, **_room(quota))


def personally(*, quota: Limit | None = None) -> dict[str, Any]:
    """The signed-in person alone; else 403 personally_only. For credentials, payments, deletion, export, and what is given to them."""
    return _extra(OpenTo.USER, personal=True, **_room(quota))


def _room(quota: Limit | None) -> dict[str, Any]:
    return {"quota": quota.value} if quota else {}


def personally_and_lately() -> dict[str, Any]:
    """The same, within five minutes of a proof of who is there; else 403 reauthentication_required. For what leaves at once."""
    return _extra(OpenTo.USER, personal=True, recent=True)


def session_only() -> dict[str, Any]:
    """Anybody with a session, an administrator acting in a person's name included; no API key."""
    return _extra(OpenTo.USER, scope=None)


def admin_only() -> dict[str, Any]:
    return _extra(OpenTo.ADMIN, personal=True)


def internal_only() -> dict[str, Any]:
    """The gateway itself; never reachable from outside."""
    return _extra(OpenTo.INTERNAL)


def completed(
    openapi_extra: Mapping[str, Any] | None, *, path: str, methods: Iterable[str]
) -> dict[str, Any]:
    """The declaration with what follows from path and methods; the kernel's Router calls it for every route."""
    given = dict(openapi_extra or {})
    said = {"access": OpenTo.USER.value, **given.get(EXTENSION, {})}
    if said["access"] == OpenTo.USER and "scope" not in said and not said.get("personal"):
        scope = scope_of(path, methods)
        said |= {"personal": True} if scope is None else {"scope": scope.value}
    return {**given, EXTENSION: said}


def read(openapi_extra: Mapping[str, Any] | None) -> Said:
    """A route whose router completed nothing is the person's alone."""
    said = (openapi_extra or {}).get(EXTENSION, {"personal": True})
    feature, scope = said.get("feature"), said.get("scope")
    return Said(
        access=OpenTo(said.get("access", OpenTo.USER)),
        feature=Feature(feature) if feature else None,
        scope=Scope(scope) if scope else None,
        personal=bool(said.get("personal", False)),
        quota=Limit(said["quota"]) if "quota" in said else None,
        recent=bool(said.get("recent", False)),
        replayable=bool(said.get("replayable", False)),
    )
