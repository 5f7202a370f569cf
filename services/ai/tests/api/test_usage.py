from datetime import UTC, datetime

import pytest

from shared.clock import FixedClock
from shared.testing.client import Callers

PATH = "/api/ai-assistant/assistant/usage"
CHAT = "/api/ai-assistant/assistant/chat"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2025, 12, 30, 9, tzinfo=UTC))


class TestUsage:
    async def test_tells_what_is_left_and_when_it_begins_anew(self, call: Callers) -> None:
        body = (await call.standard.get(PATH)).json()
        assert body["tokens"] == {"limit": 100_000, "used": 0, "reserved": 0, "left": 100_000}
        assert body["resets_on"] == "2026-01-01"
        assert (await call.premium.get(PATH)).json()["tokens"]["limit"] == 600_000
        assert (await call.free.get(PATH)).json()["tokens"]["left"] == 0

    async def test_counts_calls_by_kind_and_month(self, call: Callers, clock: FixedClock) -> None:
        await call.standard.post(CHAT, json={"message": "Bonjour"})
        await call.standard.post(CHAT, json={"message": "Bonjour"})
        body = (await call.standard.get(PATH)).json()
        assert (body["calls"], body["calls_total"], body["tokens"]["used"]) == ({"chat": 2}, 2, 0)
        assert (await call.other.get(PATH)).json()["calls_total"] == 0
        clock.move(days=3)
        assert (await call.standard.get(PATH)).json()["calls_total"] == 0

    async def test_nobody_is_asked_to_sign_in(self, call: Callers) -> None:
        assert (await call.anonymous.get(PATH)).status_code == 401
