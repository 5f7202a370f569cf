"""What a person is to a car, from the list of its members that stands beside it."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol
from uuid import UUID

from services.vehicles.domain.cars.roles import Role, Standing


class Shared(Protocol):
    """A car, as far as sharing it goes."""

    @property
    def owner_id(self) -> UUID: ...
    @property
    def shared_with(self) -> Sequence[dict[str, Any]]: ...


class Member(Protocol):
    """A membership."""

    member_id: Any
    role: Any
    documents_visible: Any
    costs_visible: Any


OWNING = Standing(Role.OWNER, documents_visible=True, costs_visible=True)
LEAST = Standing(Role.DRIVER)
"""Of somebody who is no member any more since a moment ago."""


def standing_of(car: Shared, person: UUID) -> Standing:
    if car.owner_id == person:
        return OWNING
    wanted = str(person)
    found = next((each for each in car.shared_with if each["person_id"] == wanted), None)
    if found is None:
        return LEAST
    return Standing(Role(found["role"]), found["documents_visible"], found["costs_visible"])


def written(members: Iterable[Member]) -> list[dict[str, Any]]:
    """As it is kept with the car and told to others; always in one order."""
    rows = [
        {
            "person_id": str(each.member_id),
            "role": each.role,
            "documents_visible": each.documents_visible,
            "costs_visible": each.costs_visible,
        }
        for each in members
    ]
    return sorted(rows, key=lambda row: row["person_id"])
