"""Whoever hears how another service's things stand keeps a copy; no copy stays wrong, as none is forgotten here."""

import importlib
from typing import Any

import pytest

from shared.bus.copies import Copies
from shared.contracts.base import StateEvent
from tests.architecture.test_belongings import SERVICES

NO_COPY = {
    ("notifications", "billing.subscription_changed.v1"): "it is told to people, not kept: only which version was told last"
}  # fmt: skip
"""Listeners to a state that keep nothing of it, and why. (Gateways poll their owners: `gateway/usecases/feeds.py`.)"""


def copies(service: str) -> Copies:
    found: Copies = importlib.import_module(f"services.{service}.usecases.copies").COPIES
    return found


def listed(service: str, room: str) -> list[Any]:
    module = importlib.import_module(f"services.{service}.{room}")
    return list(getattr(module, room))


def name_of(one: Any) -> str:
    """Of a job or a schedule."""
    return str(getattr(one, "kind", None) or one.name)


def undeclared(service: str, consumers: list[Any], kept: set[str]) -> set[str]:
    heard = {
        listener.event.topic for listener in consumers if issubclass(listener.event, StateEvent)
    }
    excused = {topic for name, topic in NO_COPY if name == service}
    return heard - kept - excused


@pytest.mark.parametrize("service", SERVICES)
class TestEachService:
    def test_each_state_it_hears_is_a_copy_that_heals(self, service: str) -> None:
        kept = {one.topic for one in copies(service).kept}
        assert not undeclared(service, listed(service, "consumers"), kept)

    def test_its_part_in_healing_is_wired(self, service: str) -> None:
        said = copies(service)
        names = {listener.name for listener in listed(service, "consumers")}
        assert {listener.name for listener in said.consumers} <= names
        ran = {name_of(one) for one in listed(service, "jobs")}
        assert {name_of(one) for one in said.jobs} <= ran
        assert said.service == service

    def test_its_tables_have_the_columns_they_name(self, service: str) -> None:
        for one in (*copies(service).owned, *copies(service).kept):
            for name in ("subject", "person", "version"):
                assert one.column(name) is not None

    def test_what_has_a_word_for_gone_loses_what_is_gone(self, service: str) -> None:
        for one in copies(service).kept:
            assert (one.lose is not None) == ("deleted" in one.event.model_fields), one.topic


def test_every_copy_has_an_owner_who_says_it_again() -> None:
    owned = {one.topic for service in SERVICES for one in copies(service).owned if one.say}
    kept = {one.topic for service in SERVICES for one in copies(service).kept}
    assert kept == owned


def test_the_lint_sees() -> None:
    consumers = listed("ai", "consumers")
    assert undeclared("ai", consumers, {"vehicles.vehicle_changed.v1"}) == {
        "vehicles.maintenance_changed.v1"
    }
