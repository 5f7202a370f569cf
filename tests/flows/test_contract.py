"""The API is what its description says: Schemathesis over the whole house. Acceptance checks 28, 31, 53, 55 and 57."""

import pytest

from tests.flows.fuzzing import fuzz
from tests.flows.house import FlowHouse

pytestmark = pytest.mark.timeout(600)
SECONDS = 90


def test_schemathesis_finds_nothing(house: FlowHouse) -> None:
    """All checks and all phases, as two people, within a budget of time.

    The same requests each time: nobody's change is refused for what was there before. `make fuzz` rolls the dice, and goes on for longer.
    """
    status, printed, recorded = fuzz(
        house, seconds=SECONDS, options=["-n", "4", "--generation-deterministic"]
    )
    assert status == 0, printed[-20_000:]
    assert recorded.stat().st_size > 0
