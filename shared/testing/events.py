"""All contracts by topic."""

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache

from shared import contracts
from shared.contracts.base import Event, StateEvent


@cache
def all_events() -> tuple[type[Event], ...]:
    for module in pkgutil.iter_modules(contracts.__path__):
        importlib.import_module(f"shared.contracts.{module.name}")
    found = [
        event
        for event in _descendants(Event)
        if event is not StateEvent and event.__module__.startswith("shared.contracts")
    ]
    return tuple(sorted(found, key=lambda event: event.topic))


def _descendants(kind: type[Event]) -> Iterator[type[Event]]:
    for child in kind.__subclasses__():
        yield child
        yield from _descendants(child)


def event_class(topic: str) -> type[Event]:
    """Raises StopIteration for a topic nobody speaks."""
    return next(event for event in all_events() if event.topic == topic)
