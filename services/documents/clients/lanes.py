"""Turns at the reading programs: a lane for each kind of work, so that none waits behind another kind, and in each lane owners
take turns.

Of two programs one owner holds at most one while the lane is for people who wait, and may have a few more questions waiting. What
the programs use is charged to whoever asked, ended or given up as well; who has used up the allowance is told when to come back.
The account is this process's own: a restart forgives, and each replica counts for itself.
"""

import asyncio
import math
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from services.documents.clients.program import Answer, Limits, OnPage, Program
from services.documents.domain.budgets import NOTHING, Spent, charged, pause
from services.documents.errors import ReaderBusy
from shared.db.outside import outside

MOST_WAITING = 20
"""Questions one owner may have waiting in one lane."""
MOST_OWNERS = 10_000
_COME_BACK = 5
"""Seconds after which a full queue is worth another try."""


class Turns:
    """So many at once, at most `each` of one owner; who waits is served owner by owner."""

    def __init__(self, size: int, each: int) -> None:
        self._free = size
        self._each = each
        self._at_work: Counter[UUID] = Counter()
        self._waiting: OrderedDict[UUID, deque[asyncio.Future[None]]] = OrderedDict()

    @asynccontextmanager
    async def turn(self, owner_id: UUID) -> AsyncIterator[None]:
        """Raises ReaderBusy when too many of the owner's wait already."""
        await self._wait(owner_id)
        try:
            yield
        finally:
            self._leave(owner_id)

    async def _wait(self, owner_id: UUID) -> None:
        queue = self._waiting.setdefault(owner_id, deque())
        if len(queue) >= MOST_WAITING:
            raise ReaderBusy(headers={"Retry-After": str(_COME_BACK)})
        mine = asyncio.get_running_loop().create_future()
        queue.append(mine)
        self._call()
        try:
            await mine
        except BaseException:
            if mine.cancelled():
                self._forget(owner_id, mine)
            else:
                self._leave(owner_id)  # it was called in the very moment it gave up
            raise

    def _forget(self, owner_id: UUID, mine: asyncio.Future[None]) -> None:
        queue = self._waiting.get(owner_id, deque())
        if mine in queue:
            queue.remove(mine)
        if not queue:
            self._waiting.pop(owner_id, None)

    def _leave(self, owner_id: UUID) -> None:
        self._free += 1
        self._at_work[owner_id] -= 1
        if not self._at_work[owner_id]:
            del self._at_work[owner_id]
        self._call()

    def _call(self) -> None:
        for owner_id in list(self._waiting):
            if not self._free:
                return
            if self._at_work[owner_id] >= self._each:
                continue
            queue = self._waiting.pop(owner_id)
            while queue and queue[0].done():
                queue.popleft()  # given up in this very moment, and not yet told
            if not queue:
                continue
            queue.popleft().set_result(None)
            if queue:
                self._waiting[owner_id] = queue  # behind the others
            self._free -= 1
            self._at_work[owner_id] += 1


class Lane:
    """Programs for one kind of work, and who may ask them."""

    def __init__(self, limits: Limits, *, size: int, each: int, allowance: float) -> None:
        self._limits = limits
        self._allowance = allowance
        self._turns = Turns(size, each)
        self._resting: list[Program] = []
        self._programs: list[Program] = []
        self._spent: OrderedDict[UUID, Spent] = OrderedDict()

    @outside
    async def ask(
        self, owner_id: UUID, question: dict[str, Any], on_page: OnPage | None = None
    ) -> Answer:
        """Raises ReaderBusy, Ended and whatever `on_page` raises."""
        self.refuse_spent(owner_id)
        async with self._turns.turn(owner_id):
            self.refuse_spent(owner_id)  # what was at work when it began to wait has been charged
            program = self._resting.pop() if self._resting else self._another()
            clock = asyncio.get_running_loop().time
            began, used = clock(), None
            try:
                answer = await program.ask(question, on_page)
                used = answer.cpu
                return answer
            finally:
                self._charge(owner_id, self._at_most(clock() - began) if used is None else used)
                self._resting.append(program)

    def refuse_spent(self, owner_id: UUID) -> None:
        """Raises ReaderBusy for an owner who has used up the allowance."""
        now = asyncio.get_running_loop().time()
        wait = pause(self._spent.get(owner_id, NOTHING), allowance=self._allowance, now=now)
        if wait > 0:
            raise ReaderBusy(headers={"Retry-After": str(math.ceil(wait))})

    def _at_most(self, seconds: float) -> float:
        """What a question that was ended may have used, whatever the wall says: the kernel saw to it, except for the recogniser."""
        return seconds if self._limits.is_patient else min(seconds, self._limits.cpu_seconds)

    def _charge(self, owner_id: UUID, seconds: float) -> None:
        now = asyncio.get_running_loop().time()
        spent = self._spent.pop(owner_id, NOTHING)
        self._spent[owner_id] = charged(spent, seconds, allowance=self._allowance, now=now)
        if len(self._spent) > MOST_OWNERS:
            self._spent.popitem(last=False)

    def _another(self) -> Program:
        program = Program(self._limits)
        self._programs.append(program)
        return program

    async def end(self) -> None:
        for program in self._programs:
            await program.end()
