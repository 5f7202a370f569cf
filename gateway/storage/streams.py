"""Who is listening to live events, and what waits for them."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

WAITING_AT_MOST = 100


@dataclass(frozen=True, slots=True)
class LiveEvent:
    event_id: str
    kind: str
    data: str


@dataclass(eq=False, slots=True)
class Listener:
    """One open stream. A reader too slow for its own events is cut and reconnects."""

    user_id: UUID
    session_id: str
    queue: asyncio.Queue[LiveEvent | None] = field(
        default_factory=lambda: asyncio.Queue(WAITING_AT_MOST)
    )

    def end(self) -> None:
        while self.queue.full():
            self.queue.get_nowait()
        self.queue.put_nowait(None)


class Streams:
    def __init__(self, per_user: int = 10) -> None:
        self._per_user = per_user
        self._of: dict[UUID, list[Listener]] = defaultdict(list)

    def open(self, user_id: UUID, session_id: str) -> Listener:
        """A new stream; the oldest of a person with too many ends."""
        listener = Listener(user_id, session_id)
        mine = self._of[user_id]
        mine.append(listener)
        if len(mine) > self._per_user:
            mine.pop(0).end()
        return listener

    def close(self, listener: Listener) -> None:
        mine = self._of.get(listener.user_id)
        if mine and listener in mine:
            mine.remove(listener)
        if not mine:
            self._of.pop(listener.user_id, None)

    def send(self, user_id: UUID, event: LiveEvent) -> int:
        """Put the event in front of each of this person's streams; answers how many there are."""
        mine = self._of.get(user_id, ())
        for listener in tuple(mine):
            if listener.queue.full():
                listener.end()
            else:
                listener.queue.put_nowait(event)
        return len(mine)

    def end_session(self, session_id: str) -> None:
        for mine in tuple(self._of.values()):
            for listener in tuple(mine):
                if listener.session_id == session_id:
                    listener.end()

    def __len__(self) -> int:
        return sum(len(mine) for mine in self._of.values())
