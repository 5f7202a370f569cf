"""What a personal API key may be allowed: an area of the API, to read or to write in it.

An operation's scope follows from its path and method, so a new operation costs its author nothing, and a new family of paths one line
below. Paths that are in no area (sign-in, keys, sessions, payments) are the person's alone: forgetting the line closes the door.
"""

from collections.abc import Iterable
from enum import StrEnum


class Scope(StrEnum):
    """`write` includes `read`."""

    VEHICLES_READ = "vehicles:read"
    VEHICLES_WRITE = "vehicles:write"
    MAINTENANCE_READ = "maintenance:read"
    MAINTENANCE_WRITE = "maintenance:write"
    DOCUMENTS_READ = "documents:read"
    DOCUMENTS_WRITE = "documents:write"
    NOTIFICATIONS_READ = "notifications:read"
    NOTIFICATIONS_WRITE = "notifications:write"
    ASSISTANT_READ = "assistant:read"
    ASSISTANT_WRITE = "assistant:write"
    PROFILE_READ = "profile:read"
    PROFILE_WRITE = "profile:write"


AREAS = {
    "vehicles": "vehicles",
    "odometer": "vehicles",
    "expenses": "vehicles",
    "car-exports": "vehicles",
    "exchange-rates": "vehicles",
    "bulk": "vehicles",
    "fleet": "vehicles",
    "search": "vehicles",
    "sync": "vehicles",
    "fills": "vehicles",
    "trips": "vehicles",
    "tyre-sets": "vehicles",
    "energy-tariffs": "vehicles",
    "imports": "vehicles",
    "import-profiles": "vehicles",
    "garages": "vehicles",
    "brands": "vehicles",
    "models": "vehicles",
    "maintenances": "maintenance",
    "maintenance-plans": "maintenance",
    "plan-templates": "maintenance",
    "reminders": "maintenance",
    "diagnostics": "maintenance",
    "obligations": "maintenance",
    "rule-packs": "maintenance",
    "recall-feeds": "maintenance",
    "bookings": "maintenance",
    "documents": "documents",
    "notifications": "notifications",
    "notification-preferences": "notifications",
    "deliveries": "notifications",
    "events": "notifications",
    "ai-assistant": "assistant",
    "settings": "profile",
}
"""The area of each family of paths, by the segment after `/api/`."""

_READING = frozenset({"GET", "HEAD"})


def scope_of(path: str, methods: Iterable[str]) -> Scope | None:
    """What a key needs to call this; None where no key may."""
    head, _, rest = path.removeprefix("/").partition("/")
    area = AREAS.get(rest.partition("/")[0]) if head == "api" else None
    if area is None:
        return None
    return Scope(f"{area}:{'read' if _READING.issuperset(methods) else 'write'}")


def including(scopes: Iterable[Scope]) -> frozenset[Scope]:
    """These and all they include."""
    given = frozenset(scopes)
    return given | {Scope(scope.replace(":write", ":read")) for scope in given}
