from collections.abc import Callable, Iterator

import pytest

from tests.flows.house import ADMINISTRATOR, FlowHouse
from tests.flows.person import Person


@pytest.fixture(scope="session")
def house() -> Iterator[FlowHouse]:
    """The whole house, once for all flow tests of this run; each test brings people of its own."""
    built = FlowHouse.build()
    yield built
    built.end()


@pytest.fixture(scope="session")
def administrator(house: FlowHouse) -> Person:
    """The house's first administrator, signed in; sign in again after the clock was moved."""
    return Person(house, "Nadia", ADMINISTRATOR).register()


@pytest.fixture
def person(house: FlowHouse) -> Callable[..., Person]:
    """Call it for somebody who has registered and is signed in."""

    def arrive(name: str = "Claire") -> Person:
        return Person(house, name).register()

    return arrive
