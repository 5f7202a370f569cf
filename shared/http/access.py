"""Who may call an operation: said once on the route, obeyed by the service, the gateway, the OpenAPI text and the tests.

`@router.post("/x", openapi_extra=needs(Feature.DOCUMENTS_OCR))`; nothing said means any signed-in person.
"""

from enum import StrEnum
from typing import Any

from shared.contracts.features import Feature

EXTENSION = "x-autotrack"


class Access(StrEnum):
    PUBLIC = "public"
    USER = "user"
    ADMIN = "admin"
    INTERNAL = "internal"


def _extra(access: Access, feature: Feature | None = None) -> dict[str, Any]:
    said: dict[str, Any] = {"access": access.value}
    if feature is not None:
        said["feature"] = feature.value
    return {EXTENSION: said}


def public() -> dict[str, Any]:
    """Anybody, signed in or not."""
    return _extra(Access.PUBLIC)


def signed_in() -> dict[str, Any]:
    return _extra(Access.USER)


def needs(feature: Feature) -> dict[str, Any]:
    """A signed-in person whose plan opens the feature; else 403 plan_required."""
    return _extra(Access.USER, feature)


def admin_only() -> dict[str, Any]:
    return _extra(Access.ADMIN)


def internal_only() -> dict[str, Any]:
    """The gateway itself; never reachable from outside."""
    return _extra(Access.INTERNAL)


def read(openapi_extra: dict[str, Any] | None) -> tuple[Access, Feature | None]:
    said = (openapi_extra or {}).get(EXTENSION, {})
    feature = said.get("feature")
    return Access(said.get("access", Access.USER)), Feature(feature) if feature else None
