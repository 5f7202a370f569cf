"""Each event is said by the service it is named after and heard by those whom the topology names, or says here why not."""

import ast
import importlib
from pathlib import Path
from typing import Any

from shared.bus.topology import HEARD_BY_GATEWAYS, LISTENERS, RETIRED
from shared.testing.events import all_events
from tests.architecture.source import tree_of

SERVICES = ("auth", "vehicles", "billing", "documents", "ai", "notifications")
HEARD_BY_NOBODY_YET = {
    "vehicles.odometer_read.v1": "webhooks tell whoever builds on AutoTrack; ai hears where a car stands with the car",
    "notifications.mail_bounced.v1": "auth marks the address when it shows deliverability",
}
SAID_BY_NOBODY_YET = {
    "documents.document_expiring.v1": "documents says it when it watches the dates of papers (expiring soon, expired)",
}
ROOT = Path(__file__).parents[2]
EVERYBODYS = ("erasure", "export", "copies")
"""Topics that are said by whoever has something of the person, or owns or keeps a copy."""


def consumers(service: str) -> list[Any]:
    found: list[Any] = getattr(
        importlib.import_module(f"services.{service}.consumers"), "consumers", []
    )
    return found


def test_the_topology_is_what_the_consumers_listen_to() -> None:
    heard: dict[str, set[str]] = {}
    for service in SERVICES:
        for listener in consumers(service):
            heard.setdefault(listener.event.topic, set()).add(service)
    assert {topic: set(services) for topic, services in LISTENERS.items()} == heard


def test_each_event_is_heard_or_says_why_not() -> None:
    topics = {event.topic for event in all_events()}
    assert topics == set(LISTENERS) | HEARD_BY_GATEWAYS | set(HEARD_BY_NOBODY_YET)


def made_by(folder: Path) -> set[str]:
    """The classes that are called by name in this folder, tests aside."""
    return {
        node.func.id
        for path in folder.rglob("*.py")
        if not {"tests", "testing"} & set(path.relative_to(ROOT).parts)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }


def test_each_event_is_said_by_its_service_or_says_why_not() -> None:
    made = {service: made_by(ROOT / "services" / service) for service in SERVICES}
    everywhere = made_by(ROOT / "shared").union(*made.values())
    silent = set()
    for event in all_events():
        speaker = event.topic.partition(".")[0]
        said = everywhere if speaker in EVERYBODYS else made[speaker]
        if event.__name__ not in said:
            silent.add(event.topic)
    assert silent == set(SAID_BY_NOBODY_YET)


def test_who_has_retired_does_not_listen() -> None:
    assert not [
        (service, topic) for service, topic in RETIRED if service in LISTENERS.get(topic, ())
    ]


def test_listener_names_are_unique_in_their_service() -> None:
    for service in SERVICES:
        names = [listener.name for listener in consumers(service)]
        assert len(names) == len(set(names)), service
