"""Which plans a record may close beside those its services name: what its text says, for its owner to agree to.

A garage writes "révision" on one line and means an oil change, two filters and a look at the brakes. What is read there is offered,
never taken for granted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.vehicles.domain.care.recognition import plain, recognise
from services.vehicles.domain.care.services import bundles, canonical

GENERAL_SERVICE: Final = "general_service"
STANDARD: Final = "standard"
OWN_WORDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Suggestion:
    plan: UUID
    because: str
    """The line that says it, or the service that usually contains it."""
    score: float
    """1: in so many words; less: as close as a scanner's mistakes allow."""


def suggest(
    texts: Sequence[str],
    *,
    services: Iterable[str],
    fuel: str | None,
    plans: Mapping[UUID, tuple[str, str | None]],
) -> list[Suggestion]:
    """`plans`: the canonical service and the own title of each plan that the record does not close yet."""
    said = {
        canonical(found.service): (texts[found.line], found.score)
        for found in reversed(recognise(texts, fuel=fuel))
    }
    if GENERAL_SERVICE in services:
        for contained in _standard():
            said.setdefault(contained, (GENERAL_SERVICE, OWN_WORDS))
    found = []
    for plan, (service, title) in plans.items():
        if service in said:
            found.append(Suggestion(plan, *said[service]))
        elif line := _names(texts, title):
            found.append(Suggestion(plan, line, OWN_WORDS))
    return found


def _standard() -> set[str]:
    return {
        canonical(service)
        for bundle in bundles()
        if bundle.name == STANDARD
        for service in bundle.resets
    }


def _names(texts: Iterable[str], title: str | None) -> str | None:
    """The line that holds a plan's own title, as whole words."""
    wanted = plain(title or "")
    if not wanted:
        return None
    return next((text for text in texts if f" {wanted} " in f" {plain(text)} "), None)
