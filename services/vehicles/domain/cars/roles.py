"""The permission table as this service names it; it stands where each service can read it."""

from shared.contracts.roles import (
    ROLES_THAT_MAY,
    SHOWN_TO_VIEWERS,
    THEIR_OWN,
    May,
    Role,
    Standing,
)

__all__ = ["ROLES_THAT_MAY", "SHOWN_TO_VIEWERS", "THEIR_OWN", "May", "Role", "Standing"]
