"""An administrator may act in a person's name: for a reason, for a short time, and never as another administrator."""

from collections.abc import Collection

LONGEST_MINUTES = 30
USUAL_MINUTES = 15
ADMIN = "admin"


def may_be_acted_for(*, roles: Collection[str], is_locked: bool) -> bool:
    return ADMIN not in roles and not is_locked
