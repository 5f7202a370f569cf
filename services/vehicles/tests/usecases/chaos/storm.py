"""Clients that say everything in random order and twice, to replicas that die in the middle of it and come back knowing nothing."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID, uuid5

import httpx2
from sqlalchemy import text

from services.vehicles.tests.usecases.chaos.acts import Act, Thing, named
from services.vehicles.tests.usecases.chaos.lives import Life
from shared.contracts.features import Plan
from shared.security.tokens import PrivateKey
from shared.testing.client import Callers

HERE: Final = UUID("01a30000-0000-7000-8000-000000000000")
CARS_OF_ONE: Final = 10
CARS_AT_ONCE, CLIENTS_OF_ONE = 4, 3
CUT, DOUBLED = 0.12, 0.2
"""How many requests are cut off in the middle and sent again, and how many are sent twice."""
REAPED_EACH, KILLED_EACH = 20, 150
RENEWED_AFTER: Final = 20.0
"""Seconds: an inner token ends after a minute."""
FAULT: Final = 500
GONE: Final = 404
REAP: Final = """
SELECT count(pg_terminate_backend(pid)) FROM (
    SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
        AND backend_type = 'client backend'
    ORDER BY random() LIMIT 1
) AS one
"""
StartApp = Callable[[], AbstractAsyncContextManager[Any]]


class Replica:
    """One of several programs of the service."""

    def __init__(self, start: StartApp, key: PrivateKey) -> None:
        self._start, self._key = start, key
        self._callers: Callers
        self._life: asyncio.Task[None] | None = None
        self._ends = asyncio.Event()
        self._known: dict[UUID, tuple[httpx2.AsyncClient, float]] = {}
        self.in_flight: set[asyncio.Task[httpx2.Response]] = set()
        self.is_up = asyncio.Event()

    async def start(self) -> None:
        self._ends.clear()
        self._life = asyncio.ensure_future(self._live())
        await self.is_up.wait()

    async def _live(self) -> None:
        async with self._start() as app:
            self._callers = Callers(app, self._key, "vehicles")
            self.is_up.set()
            await self._ends.wait()

    async def kill(self) -> None:
        """What it was doing is never done; whom it served hear nothing."""
        self.is_up.clear()
        while self.in_flight:
            for task in list(self.in_flight):
                task.cancel()
            await asyncio.gather(*self.in_flight, return_exceptions=True)
            await asyncio.sleep(0)
        self._known.clear()
        self._ends.set()
        if self._life is not None:
            await self._life

    async def request(
        self, owner: UUID, method: str, path: str, **said: Any
    ) -> httpx2.Response | None:
        """None where nobody answers: it was killed, or `for_seconds` are over."""
        within = said.pop("for_seconds", None)
        await self.is_up.wait()
        client = self._client(owner)
        task = asyncio.ensure_future(client.request(method, path, **said))
        self.in_flight.add(task)
        try:
            done, _ = await asyncio.wait({task}, timeout=within)
            if not done:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
            if task.cancelled():
                return None
            return task.result()
        finally:
            self.in_flight.discard(task)

    def _client(self, owner: UUID) -> httpx2.AsyncClient:
        known = self._known.get(owner)
        if known is None or time.monotonic() - known[1] > RENEWED_AFTER:
            known = self._callers.as_user(owner, Plan.PREMIUM), time.monotonic()
            self._known[owner] = known
        return known[0]


@dataclass
class Side:
    """One of two times that the same lives are told."""

    name: str
    owners: dict[UUID, str] = field(default_factory=dict)
    ids: dict[int, dict[str, str]] = field(default_factory=dict)

    def owner(self, life: Life) -> UUID:
        place = life.number // CARS_OF_ONE
        owner = uuid5(HERE, f"{self.name} {place}")
        self.owners[owner] = f"owner {place}"
        return owner

    def ids_of(self, life: Life) -> dict[str, str]:
        chosen = {
            each.name: str(uuid5(HERE, f"{self.name} {life.number} {each.name}"))
            for each in life.things
            if each.chooses
        }
        return self.ids.setdefault(life.number, chosen)


@dataclass
class Counts:
    acts: int = 0
    cut: int = 0
    doubled: int = 0
    reaped: int = 0
    faults: int = 0
    killed: int = 0


class Storm:
    def __init__(self, replicas: Sequence[Replica], engine: Any, seed: int) -> None:
        self.replicas, self.engine = replicas, engine
        self.rng = random.Random(seed)
        self.counts = Counts()
        self.usual = 0.05
        self.is_raging = True

    async def tell(self, lives: Sequence[Life], side: Side) -> None:
        """All at once, and in no order but that a thing is there before something is done with it."""
        await self._each(lives, lambda life: self._live(life, side))

    async def tell_in_order(self, lives: Sequence[Life], side: Side) -> None:
        """By somebody who knew from the start how it would end, day after day, undisturbed."""
        self.is_raging = False
        await self._each(lives, lambda life: self._settle(life, side))

    async def _each(self, lives: Sequence[Life], tell: Callable[[Life], Awaitable[None]]) -> None:
        waiting = list(lives)

        async def one() -> None:
            while waiting:
                await tell(waiting.pop(0))

        async with asyncio.TaskGroup() as group:
            for _ in range(CARS_AT_ONCE):
                group.create_task(one())

    async def _settle(self, life: Life, side: Side) -> None:
        side.ids_of(life)
        car, *others = life.things
        for thing in [car, *sorted(others, key=lambda each: each.on)]:
            for number, act in enumerate(thing.settled):
                await self._say(life, side, thing, number, act)

    async def _live(self, life: Life, side: Side) -> None:
        side.ids_of(life)
        waiting = self._shuffled(life.things)
        done = {(thing.name, number): asyncio.Event() for thing, number, _ in waiting}

        async def client() -> None:
            while waiting:
                thing, number, act = waiting.pop(0)
                for need in thing.needs if number == 0 else ():
                    last = 0 if need == "car" else len(_by_name(life, need).acts) - 1
                    await done[need, last].wait()
                if number:
                    await done[thing.name, number - 1].wait()
                await self._say(life, side, thing, number, act)
                done[thing.name, number].set()

        async with asyncio.TaskGroup() as group:
            for _ in range(CLIENTS_OF_ONE):
                group.create_task(client())

    def _shuffled(self, things: Sequence[Thing]) -> list[tuple[Thing, int, Act]]:
        """The car is made first; what else happens to it may happen at any time."""
        left = {thing.name: list(enumerate(thing.acts)) for thing in things}
        car = things[0]
        found = [(car, *left["car"].pop(0))]
        while any(left.values()):
            able = [
                thing
                for thing in things
                if left[thing.name] and not any(left[need] for need in thing.needs if need != "car")
            ]
            weights = [len(left[thing.name]) for thing in able]
            thing = self.rng.choices(able, weights)[0]
            found.append((thing, *left[thing.name].pop(0)))
        return found

    async def _say(self, life: Life, side: Side, thing: Thing, number: int, act: Act) -> None:
        ids, owner = side.ids[life.number], side.owner(life)
        said: dict[str, Any] = {"json": named(act.body, ids)} if act.body is not None else {}
        if act.needs_key:
            said["headers"] = {"Idempotency-Key": f"{life.number}-{thing.name}-{number}"}
        path = named(act.path, ids)
        self.counts.acts += 1
        if self.is_raging:
            await self._rage()
        answer, tries = None, 0
        while answer is None or answer.status_code >= FAULT:
            is_cut = self.is_raging and self.rng.random() < CUT and not tries
            within = self.rng.uniform(0, 2 * self.usual) if is_cut else None
            replica = self.rng.choice(self.replicas)
            answer = await replica.request(owner, act.method, path, for_seconds=within, **said)
            tries += 1
            self.counts.cut += answer is None
            self.counts.faults += answer is not None and answer.status_code >= FAULT
            assert tries < 30, f"{act}: {answer and answer.text}"
        is_gone = answer.status_code == GONE and act.method == "DELETE" and tries > 1
        assert answer.is_success or is_gone, f"{life.number} {thing.name} {act}: {answer.text}"
        self.usual = 0.9 * self.usual + 0.1 * answer.elapsed.total_seconds()
        if act.names is not None:
            ids[act.names] = answer.json()["id"]
        if self.is_raging and self.rng.random() < DOUBLED:
            self.counts.doubled += 1
            again = await self.rng.choice(self.replicas).request(owner, act.method, path, **said)
            is_well = again is None or again.is_success or again.status_code >= FAULT
            assert is_well or act.method == "DELETE", again and again.text

    async def _rage(self) -> None:
        """Now and then a connection is cut in the middle of a transaction, and a replica killed and started anew."""
        acts = self.counts.acts
        if acts % REAPED_EACH == 0:
            async with self.engine.begin() as connection:
                self.counts.reaped += await connection.scalar(text(REAP)) or 0
        if acts % KILLED_EACH == 0:
            replica = self.replicas[acts // KILLED_EACH % len(self.replicas)]
            if replica.is_up.is_set():
                await replica.kill()
                await replica.start()
                self.counts.killed += 1


def _by_name(life: Life, name: str) -> Thing:
    return next(thing for thing in life.things if thing.name == name)
