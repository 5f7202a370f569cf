"""One person's writes take turns at the database, so that a burst of theirs never keeps its connections from everybody else."""

import asyncio
from uuid import UUID

SHARE = 3
"""One person has at most this part of a process's connections: a third."""


class Turns:
    """Of one process. Whoever waits holds no connection."""

    def __init__(self, connections: int) -> None:
        self._most = max(1, connections // SHARE)
        self._queues: dict[UUID, _Queue] = {}

    def of(self, person: UUID) -> "Turn":
        return Turn(self, person)

    def join(self, person: UUID) -> "_Queue":
        queue = self._queues.setdefault(person, _Queue(self._most))
        queue.people += 1
        return queue

    def leave(self, person: UUID, queue: "_Queue") -> None:
        queue.people -= 1
        if not queue.people:
            del self._queues[person]

    def __len__(self) -> int:
        return len(self._queues)


class _Queue:
    def __init__(self, most: int) -> None:
        self.room = asyncio.Semaphore(most)
        self.people = 0
        """Those within and those who wait."""


class Turn:
    """Taken before a request's transaction opens and given back after it ends; also while its work is paused."""

    def __init__(self, turns: Turns, person: UUID) -> None:
        self._turns = turns
        self._person = person
        self._within: _Queue | None = None

    async def take(self) -> None:
        queue = self._turns.join(self._person)
        try:
            await queue.room.acquire()
        except BaseException:
            self._turns.leave(self._person, queue)
            raise
        self._within = queue

    def give_back(self) -> None:
        """Also when it is not taken."""
        if self._within is None:
            return
        queue, self._within = self._within, None
        queue.room.release()
        self._turns.leave(self._person, queue)
