import asyncio
import json
import time
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from shared.observe.access_log import FLUSH_LINES, AccessLog
from shared.observe.correlation import Correlation

CORRELATION = Correlation("click-1", f"00-{'a' * 32}-{'b' * 16}-01")


def add(log: AccessLog, user_key: str | None = None, behind: dict[str, str] | None = None) -> None:
    log.add(
        correlation=CORRELATION,
        method="GET",
        route="/api/vehicles/{vehicle_id}",
        status=200,
        seconds=0.01234,
        user_key=user_key,
        behind=behind,
    )


class TestAccessLog:
    async def test_a_line_is_json_with_the_facts_of_one_request(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        log, user = AccessLog("gateway", "INFO"), str(uuid4())
        add(log, user)
        add(log)
        log.flush()
        first, second = map(json.loads, capsys.readouterr().out.splitlines())
        at = datetime.fromisoformat(first.pop("timestamp"))
        assert abs((datetime.now(UTC) - at).total_seconds()) < 5
        assert first == {
            "request_id": "click-1",
            "trace_id": "a" * 32,
            "method": "GET",
            "route": "/api/vehicles/{vehicle_id}",
            "status": 200,
            "ms": 12.3,
            "user_id": user,
            "event": "request.done",
            "level": "info",
            "service": "gateway",
        }
        assert second["user_id"] is None

    async def test_who_acts_for_the_user_is_named(self, capsys: pytest.CaptureFixture[str]) -> None:
        log = AccessLog("gateway", "INFO")
        add(log, "u", {"actor_id": "a", "key_id": "k"})
        log.flush()
        line = json.loads(capsys.readouterr().out)
        assert (line["user_id"], line["actor_id"], line["key_id"]) == ("u", "a", "k")

    async def test_times_go_on_from_one_second_to_the_next(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        log = AccessLog("gateway", "INFO")
        for now in (1_000_000_000.999999, 1_000_000_001.000001, 1_000_000_001.5):
            monkeypatch.setattr(time, "time", lambda now=now: now)
            add(log)
        monkeypatch.undo()
        log.flush()
        times = [json.loads(line)["timestamp"] for line in capsys.readouterr().out.splitlines()]
        assert [at[17:23] for at in times] == ["40.999", "41.000", "41.500"]

    async def test_lines_leave_by_themselves(self, capsys: pytest.CaptureFixture[str]) -> None:
        log = AccessLog("gateway", "INFO")
        for _ in range(FLUSH_LINES):
            add(log)
        assert len(capsys.readouterr().out.splitlines()) == FLUSH_LINES
        add(log)
        await asyncio.sleep(0.3)
        assert len(capsys.readouterr().out.splitlines()) == 1
