"""May this caller use this route? The token says who; billing's last word says what they may use."""

from collections.abc import Collection

from gateway.domain.routes import Route
from shared.contracts.features import Feature
from shared.errors import AppError, Forbidden, PlanRequired, Unavailable
from shared.http.access import OpenTo

ADMIN_ROLE = "admin"
KNOWN_FEATURES = frozenset(feature.value for feature in Feature)
STALE_SECONDS = 60.0
"""How old our news of ended sessions may be before delicate routes close."""
TRUSTED_SECONDS = 24 * 3600.0
"""How long the last known entitlements count while billing is silent (billing.md, B-41)."""

_DELICATE = (
    "/api/auth/me",
    "/api/auth/change-password",
    "/api/auth/passkeys",
    "/api/auth/oidc",
    "/api/auth/2fa",
    "/api/subscriptions/",
)


def needs_caller(route: Route) -> bool:
    return route.access is not OpenTo.PUBLIC or route.feature is not None


def refusal(route: Route, *, roles: Collection[str], features: Collection[str]) -> AppError | None:
    """Why a known caller may not pass, or None. What an API key may not is `shared.http.identity.restriction`."""
    if route.access is OpenTo.ADMIN and ADMIN_ROLE not in roles:
        return Forbidden()
    if route.feature is None or route.feature in features:
        return None
    if route.feature not in KNOWN_FEATURES:
        return Forbidden()
    return PlanRequired(Feature(route.feature))


def is_delicate(route: Route) -> bool:
    """Routes that close when we can no longer tell whether a session has been ended."""
    return route.access is OpenTo.ADMIN or (
        route.method != "GET" and route.template.startswith(_DELICATE)
    )


def staleness_refusal(route: Route, *, age_seconds: float | None) -> AppError | None:
    if not is_delicate(route):
        return None
    if age_seconds is not None and age_seconds <= STALE_SECONDS:
        return None
    return Unavailable(headers={"Retry-After": "5"})
