from uuid import uuid4

from gateway.storage.streams import WAITING_AT_MOST, LiveEvent, Streams

EVENT = LiveEvent("1", "notification_created", "{}")


class TestStreams:
    async def test_an_event_reaches_this_persons_streams_only(self) -> None:
        streams, me, other = Streams(), uuid4(), uuid4()
        mine, also_mine = streams.open(me, "s"), streams.open(me, "s")
        theirs = streams.open(other, "t")
        assert streams.send(me, EVENT) == 2
        assert mine.queue.get_nowait() is EVENT
        assert also_mine.queue.get_nowait() is EVENT
        assert theirs.queue.empty()

    async def test_a_reader_too_slow_is_cut(self) -> None:
        streams, me = Streams(), uuid4()
        listener = streams.open(me, "s")
        for _ in range(WAITING_AT_MOST + 1):
            streams.send(me, EVENT)
        waiting = [listener.queue.get_nowait() for _ in range(listener.queue.qsize())]
        assert waiting[-1] is None

    async def test_the_oldest_of_too_many_ends(self) -> None:
        streams, me = Streams(per_user=2), uuid4()
        first = streams.open(me, "s")
        for _ in range(2):
            streams.open(me, "s")
        assert first.queue.get_nowait() is None
        assert len(streams) == 2

    async def test_an_ended_session_ends_its_streams(self) -> None:
        streams, me = Streams(), uuid4()
        ended, kept = streams.open(me, "ended"), streams.open(me, "kept")
        streams.end_session("ended")
        assert ended.queue.get_nowait() is None
        assert kept.queue.empty()

    async def test_nothing_is_kept_of_somebody_who_left(self) -> None:
        streams, me = Streams(), uuid4()
        listener = streams.open(me, "s")
        streams.close(listener)
        streams.close(listener)
        assert len(streams) == 0
        assert streams.send(me, EVENT) == 0
