"""What a delivery may do to a service: once, in the end, or never; but it is never lost."""

from typing import Any

import orjson
import pytest
from sqlalchemy import func, select, update

from shared.bus.inbox import BACKOFF, delay_after
from shared.bus.outbox import outbox_row
from shared.db.base import inbox
from shared.ids import new_id
from shared.tests.conftest import NoteWritten, behaviour, notes


async def rows(admin_engine: Any) -> list[Any]:
    async with admin_engine.connect() as connection:
        return list((await connection.execute(select(inbox))).mappings())


async def note_count(admin_engine: Any) -> int:
    async with admin_engine.connect() as connection:
        return int(await connection.scalar(select(func.count()).select_from(notes)) or 0)


async def make_due(admin_engine: Any) -> None:
    async with admin_engine.begin() as connection:
        await connection.execute(update(inbox).values(next_at=func.now()))


def note() -> NoteWritten:
    return NoteWritten(note_id=new_id(), text="bonjour")


def event_with(text: bytes) -> bytes:
    """A note whose text is something else, as JSON is written."""
    body = orjson.dumps(outbox_row(note())["body"])
    return body.replace(orjson.dumps(note().text), text)


class TestReceive:
    async def test_the_same_message_three_times_is_one_effect(
        self, hear: Any, admin_engine: Any
    ) -> None:
        await hear(note(), times=3)
        assert await note_count(admin_engine) == 1
        assert behaviour.runs == ["keep"]

    async def test_a_failing_handler_leaves_no_effect_and_is_retried(
        self, app: Any, hear: Any, admin_engine: Any
    ) -> None:
        behaviour.fail_times = 2
        await hear(note())
        assert await note_count(admin_engine) == 0
        assert [(row["state"], row["attempts"]) for row in await rows(admin_engine)] == [
            ("retry", 1)
        ]
        await make_due(admin_engine)
        assert await app.state.worker.inbox.retry_due() == 1
        assert [(row["state"], row["attempts"]) for row in await rows(admin_engine)] == [
            ("retry", 2)
        ]
        await make_due(admin_engine)
        await app.state.worker.inbox.retry_due()
        assert [row["state"] for row in await rows(admin_engine)] == ["done"]
        assert await note_count(admin_engine) == 1

    async def test_a_handler_that_never_succeeds_is_dead_after_the_last_back_off(
        self, app: Any, hear: Any, admin_engine: Any
    ) -> None:
        behaviour.fail_times = 100
        await hear(note())
        for _ in range(len(BACKOFF) + 3):
            await make_due(admin_engine)
            await app.state.worker.inbox.retry_due()
        (row,) = await rows(admin_engine)
        assert (row["state"], row["attempts"]) == ("dead", len(BACKOFF) + 1)
        assert len(behaviour.runs) == len(BACKOFF) + 1
        assert "told to fail" in row["last_error"]

    async def test_a_permanent_refusal_is_dead_at_once(self, hear: Any, admin_engine: Any) -> None:
        behaviour.permanent = True
        await hear(note())
        assert [row["state"] for row in await rows(admin_engine)] == ["dead"]

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"\xff\x00",
            b"[]",
            b"{}",
            b'{"id": 1}',
            b'{"id": "x", "type": "y", "data": {}}',
            b'{"id": "01a20000-0000-7000-8000-000000000004", "type": "kernel.note_written.v1", "data": {"text": ["\\u0000"]}}',
            b'"' + b"a" * 2_000_000 + b'"',
            event_with(b'"\\ud800"'),
            event_with(b'{"a\\u0000": 1}'),
            event_with(b"[" * 900 + b"]" * 900),
            event_with(b"1e999"),
        ],
        ids=(
            "nothing",
            "no text",
            "a list",
            "empty",
            "no type",
            "no id",
            "a NUL",
            "two megabytes",
            "half a character",
            "a NUL in a key",
            "too deep",
            "no number",
        ),
    )
    async def test_poison_goes_to_the_dead_on_first_sight(
        self, app: Any, admin_engine: Any, raw: bytes
    ) -> None:
        headers = {"type": "kernel.note_written.v1\x00", "x-request-id": "a\x00", "b\x00": "\ud800"}
        await app.state.worker.inbox.receive(raw, headers)
        (row,) = await rows(admin_engine)
        assert row["state"] == "dead"
        assert len(row["raw"]) <= 65_536

    async def test_a_message_that_breaks_its_contract_is_dead_and_says_where(
        self, app: Any, admin_engine: Any
    ) -> None:
        body = outbox_row(note())["body"]
        body["data"]["note_id"] = "no id"
        await app.state.worker.inbox.receive(orjson.dumps(body), {})
        (row,) = await rows(admin_engine)
        assert row["state"] == "dead"
        assert "note_id" in row["last_error"]

    async def test_unknown_members_of_a_newer_speaker_are_ignored(
        self, app: Any, admin_engine: Any
    ) -> None:
        body = outbox_row(note())["body"]
        body["data"]["added_later"] = True
        await app.state.worker.inbox.receive(orjson.dumps(body), {})
        assert [row["state"] for row in await rows(admin_engine)] == ["done"]


class TestDelay:
    def test_the_schedule_is_the_documented_one_within_its_jitter(self) -> None:
        for attempt, expected in enumerate((1, 10, 60, 600, 3600, 21_600), start=1):
            delay = delay_after(attempt)
            assert delay is not None
            assert 0.8 * expected <= delay.total_seconds() <= 1.2 * expected
        assert delay_after(7) is None
