from typing import Any

import orjson

from shared.bus.dead_letters import run
from shared.ids import new_id
from shared.tests.conftest import Copy, NoteWritten, behaviour


async def bury(hear: Any) -> None:
    behaviour.permanent = True
    await hear(NoteWritten(note_id=new_id(), text="x"))
    behaviour.permanent = False


async def listed(engine: Any) -> list[Any]:
    _, text = await run(engine, ["list"])
    return [orjson.loads(line) for line in text.splitlines()]


class TestCommand:
    async def test_a_dead_message_is_listed_shown_replayed_and_done_once(
        self, app: Any, hear: Any, admin_engine: Any
    ) -> None:
        await bury(hear)
        (letter,) = await listed(admin_engine)
        assert (letter["sort"], letter["what"]) == ("message", NoteWritten.topic)
        status, shown = await run(admin_engine, ["show", letter["id"]])
        assert status == 0
        assert orjson.loads(shown)["body"]["data"]["text"] == "x"
        assert (await run(admin_engine, ["replay", letter["id"]]))[1] == "1 to be tried again"
        assert (await run(admin_engine, ["replay", letter["id"]]))[1] == "0 to be tried again"
        await app.state.worker.inbox.retry_due()
        await app.state.worker.inbox.retry_due()
        assert behaviour.runs == ["keep", "keep"]
        assert await listed(admin_engine) == []

    async def test_replay_by_type_takes_jobs_too(
        self, open_work: Any, run_jobs: Any, admin_engine: Any, clock: Any
    ) -> None:
        behaviour.permanent = True
        async with open_work() as work:
            work.enqueue("kernel.copy", Copy(text="a"))
        await run_jobs()
        behaviour.permanent = False
        assert [row["sort"] for row in await listed(admin_engine)] == ["job"]
        assert (await run(admin_engine, ["replay", "--type", "kernel.copy"]))[
            1
        ] == "1 to be tried again"
        clock.move(seconds=60)
        assert await run_jobs() == 1
        assert await listed(admin_engine) == []

    async def test_discard_forgets(self, hear: Any, admin_engine: Any) -> None:
        await bury(hear)
        (letter,) = await listed(admin_engine)
        assert (await run(admin_engine, ["discard", letter["id"]]))[1] == "1 discarded"
        assert await listed(admin_engine) == []

    async def test_replay_of_nothing_named_is_refused(self, app: Any, admin_engine: Any) -> None:
        assert (await run(admin_engine, ["replay"]))[0] == 2

    async def test_poison_without_a_body_stays_dead(self, app: Any, admin_engine: Any) -> None:
        await app.state.worker.inbox.receive(b"junk", {"type": "kernel.note_written.v1"})
        (letter,) = await listed(admin_engine)
        assert (await run(admin_engine, ["replay", letter["id"]]))[1] == "0 to be tried again"
