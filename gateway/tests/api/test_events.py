import asyncio
import json
import time
from uuid import uuid4

from gateway.tests.conftest import Running, StartGateway
from gateway.usecases.live import show
from shared.clock import SystemClock
from shared.contracts.notifications import NotificationCreated


def _created(user_id: object, title: str) -> NotificationCreated:
    return NotificationCreated(
        notification_id=uuid4(),
        user_id=user_id,
        kind="reminder_due",
        title=title,
        created_at=SystemClock().now(),
    )


class TestStream:
    async def test_shows_the_callers_own_events_as_they_happen(self, running: Running) -> None:
        me, bearer = running.person()
        other, _ = running.person()
        async with (
            running.client(bearer) as client,
            client.stream("GET", "/api/events/stream") as stream,
        ):
            assert stream.headers["content-type"].startswith("text/event-stream")
            assert "default-src 'none'" in stream.headers["content-security-policy"]
            lines = stream.aiter_lines()
            assert await anext(lines) == "retry: 3000"
            await show(running.work, user_id=other, event=_created(other, "not mine"))
            began = time.monotonic()
            await show(running.work, user_id=me, event=_created(me, "Vidange"))
            said = [await anext(lines) for _ in range(4)]
            assert time.monotonic() - began < 1
        assert said[1].startswith("id: ")
        assert said[2] == "event: notification_created"
        assert json.loads(said[3].removeprefix("data: "))["title"] == "Vidange"

    async def test_shows_that_it_lives(self, start_gateway: StartGateway) -> None:
        running = await start_gateway(heartbeat_seconds=0.1)
        _, bearer = running.person()
        async with (
            running.client(bearer) as client,
            client.stream("GET", "/api/events/stream") as stream,
        ):
            lines = stream.aiter_lines()
            said = [await anext(lines) for _ in range(5)]
        assert said.count(": alive") >= 1

    async def test_forgets_a_reader_who_left(self, running: Running) -> None:
        _, bearer = running.person()
        async with (
            running.client(bearer) as client,
            client.stream("GET", "/api/events/stream") as stream,
        ):
            await anext(stream.aiter_lines())
            assert len(running.work.streams) == 1
        for _ in range(100):
            if len(running.work.streams) == 0:
                break
            await asyncio.sleep(0.02)
        assert len(running.work.streams) == 0

    async def test_nobody_listens_without_signing_in(self, running: Running) -> None:
        async with running.client() as client:
            assert (await client.get("/api/events/stream")).status_code == 401
