"""The API is what its description says: Schemathesis over the whole house. Acceptance checks 28, 31, 53, 55 and 57."""

import pytest

from tests.flows.fuzzing import fuzz
from tests.flows.house import FlowHouse
from tests.flows.person import Person

pytestmark = pytest.mark.timeout(600)
SECONDS = 90


def test_schemathesis_finds_nothing(house: FlowHouse, administrator: Person) -> None:
    """All checks and all phases, as all kinds of people, within a budget of time.

    The same requests each time: nobody's change is refused for what was there before. `make fuzz` rolls the dice, and goes on for longer.
    """
    options = ["-n", "4", "--generation-deterministic"]
    outcomes = fuzz(house, administrator, seconds=SECONDS, options=options)
    failed = [outcome.printed[-20_000:] for outcome in outcomes if outcome.status != 0]
    assert not failed, "\n".join(failed)
    for outcome in outcomes:
        assert outcome.recorded.stat().st_size > 0
