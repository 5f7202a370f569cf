"""Asking a service: a pool of connections, time-outs, one retry within a budget, breaker, bulkhead."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

from gateway.clients.connection import Answer, Connection, UpstreamBroken
from gateway.domain.breaker import BreakerState, RetryBudget, UpstreamBreaker
from gateway.errors import BadGateway, Busy, GatewayTimeout
from shared.errors import AppError

RETRY_STATUS = frozenset({502, 503, 504})
SWEEP_SECONDS = 0.25
TIMED_OUT = "timed out"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for a service, in seconds."""

    connect: float = 1.0
    first_byte: float = 10.0
    between_bytes: float = 60.0
    idle: float = 60.0
    """Below the services' own keep-alive (shared/process.py: 75 s), so that we hang up first."""


@dataclass(slots=True)
class Call:
    """One request for a service. `head` is complete, its last line empty; `body` has its pieces.

    `repeatable`: asking twice does no more than asking once, so a lost answer may be asked for again.
    """

    method: str
    head: bytes
    body: AsyncIterator[bytes] | None = None
    length: int | None = None
    """How many bytes `head` announces for `body`; None when it says that they come in chunks."""
    repeatable: bool = False
    request_id: bytes = b""
    """What `head` says it is called; an answer that names another is never taken for this one's."""
    first_byte: float | None = None


@dataclass(slots=True)
class Upstream:
    """One service at one address."""

    name: str
    host: str
    port: int
    patience: Patience = field(default_factory=Patience)
    most_at_once: int = 512
    breaker: UpstreamBreaker = field(default_factory=UpstreamBreaker)
    budget: RetryBudget = field(default_factory=RetryBudget)
    attempts: int = 0
    _idle: deque[Connection] = field(default_factory=deque)
    _busy: set[Connection] = field(default_factory=set)
    _opening: int = 0
    _host_header: bytes = b""

    def __post_init__(self) -> None:
        self._host_header = self.authority.encode()

    @property
    def authority(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def host_header(self) -> bytes:
        return self._host_header

    @property
    def in_flight(self) -> int:
        return len(self._busy) + self._opening

    def ask_at_once(self, call: Call) -> Answer | None:
        """Send a call without a body, if that needs no wait: its answer comes, and is settled by `is_settled_by` or `ask`.

        None when the call has to be made by `ask`; nothing has been sent then.
        """
        if self.in_flight >= self.most_at_once or self.breaker.state is not BreakerState.CLOSED:
            return None
        now = asyncio.get_running_loop().time()
        connection = self._reuse(now)
        if connection is None:
            return None
        self.budget.earn()
        self.attempts += 1
        return self._begin(connection, call, now)

    def is_settled_by(self, call: Call, answer: Answer) -> bool:
        """Whether an answer whose head is here is what the caller gets; if not, `ask` knows what to do with it."""
        if answer.status in RETRY_STATUS or answer.is_anothers(call.request_id):
            return False  # a call of ours always has an id
        self.breaker.succeeded()
        return True

    async def ask(self, call: Call, *, begun: Answer | None = None) -> Answer:
        """The answer, its head already here; `begun` by `ask_at_once`. Raises Busy, BadGateway or GatewayTimeout."""
        fresh = False
        try:
            if begun is None:
                self.budget.earn()
                answer = await self._try(call)
            else:
                answer = await self._heard(call, begun, is_reused=True)
        except _Failed as failed:
            if not self._may_go_again(call, failed):
                raise failed.refusal from failed
            fresh = failed.stale
        else:
            if not self._worth_another(call, answer):
                return answer
            await _drain(answer)
        try:
            return await self._try(call, fresh=fresh)
        except _Failed as failed:
            raise failed.refusal from failed

    def _may_go_again(self, call: Call, failed: "_Failed") -> bool:
        """What was never sent, and what may be done twice. Of a stale connection, no budget need know:
        somebody else's exchange broke it, and the new one is the first of this caller's own.
        """
        if failed.unsent:
            return self.budget.spend()
        if failed.timed_out or not call.repeatable or call.body is not None:
            return False
        return failed.stale or self.budget.spend()

    def _worth_another(self, call: Call, answer: Answer) -> bool:
        return (
            answer.status in RETRY_STATUS
            and call.repeatable
            and call.body is None
            and not _asks_for_patience(answer)
            and self.budget.spend()
        )

    async def _try(self, call: Call, *, fresh: bool = False) -> Answer:
        loop = asyncio.get_running_loop()
        now = loop.time()
        if self.in_flight >= self.most_at_once:
            raise _Failed(Busy(), unsent=False)
        if not self.breaker.admits(now):
            raise _Failed(Busy(retry_after=self.breaker.retry_after(now)), unsent=False)
        is_probe = self.breaker.state is BreakerState.PROBING
        try:
            return await self._exchange(call, loop, fresh=fresh)
        finally:
            if is_probe:
                self.breaker.give_back_probe()

    async def _exchange(
        self, call: Call, loop: asyncio.AbstractEventLoop, *, fresh: bool
    ) -> Answer:
        now = loop.time()
        self.attempts += 1
        connection = None if fresh else self._reuse(now)
        is_reused = connection is not None
        if connection is None:
            connection = await self._open(loop)
        answer = self._begin(connection, call, now)
        return await self._heard(call, answer, is_reused=is_reused)

    def _begin(self, connection: Connection, call: Call, now: float) -> Answer:
        answer = connection.begin(
            call.head,
            headless=call.method == "HEAD",
            sending=call.body is not None,
            owed=call.length,
        )
        connection.deadline = now + (call.first_byte or self.patience.first_byte)
        connection.between_bytes = self.patience.between_bytes
        return answer

    async def _heard(self, call: Call, answer: Answer, *, is_reused: bool) -> Answer:
        """The answer when its head is here and right. Raises _Failed."""
        connection, loop = answer.connection, asyncio.get_running_loop()
        try:
            if call.body is not None:
                await _send_body(connection, answer, call, self.patience)
            await answer.head()
        except UpstreamBroken as broken:
            raise self._failure(broken, loop.time(), is_reused=is_reused) from broken
        except BaseException:
            connection.fail("cancelled")
            raise
        if call.request_id and answer.is_anothers(call.request_id):
            answer.disown()
            raise _Failed(BadGateway(), unsent=False, stale=is_reused)
        if answer.status in RETRY_STATUS and not _asks_for_patience(answer):
            self.breaker.failed(loop.time())
        else:
            self.breaker.succeeded()
        return answer

    def _failure(self, broken: UpstreamBroken, now: float, *, is_reused: bool) -> "_Failed":
        timed_out = str(broken) == TIMED_OUT
        stale = is_reused and broken.untouched and broken.is_lost
        if not stale:
            self.breaker.failed(now)
        refusal = GatewayTimeout() if timed_out else BadGateway()
        return _Failed(refusal, unsent=False, timed_out=timed_out, stale=stale)

    def _reuse(self, now: float) -> Connection | None:
        idle = self._idle
        while idle:
            connection = idle.pop()
            if connection.is_quiet() and now - connection.idle_since < self.patience.idle:
                self._busy.add(connection)
                return connection
            connection.close()
        return None

    async def _open(self, loop: asyncio.AbstractEventLoop) -> Connection:
        self._opening += 1
        try:
            async with asyncio.timeout(self.patience.connect):
                _, connection = await loop.create_connection(
                    lambda: Connection(loop, self), self.host, self.port
                )
        except (OSError, TimeoutError) as error:
            self.breaker.failed(loop.time())
            raise _Failed(Busy(), unsent=True) from error
        finally:
            self._opening -= 1
        self._busy.add(connection)
        return connection

    # What connections tell us.

    def freed(self, connection: Connection) -> None:
        self._busy.discard(connection)
        connection.idle_since = connection.loop.time()
        self._idle.append(connection)

    def lost(self, connection: Connection) -> None:
        self._busy.discard(connection)

    def sweep(self, now: float) -> None:
        """End exchanges past their deadline and forget connections that nobody uses."""
        for connection in [busy for busy in self._busy if busy.is_late(now)]:
            connection.fail(TIMED_OUT)
        while self._idle and now - self._idle[0].idle_since > self.patience.idle:
            self._idle.popleft().close()

    def close(self) -> None:
        for connection in (*self._idle, *self._busy):
            connection.close()
        self._idle.clear()


class _Failed(Exception):
    """`unsent`: the service never saw it. `timed_out`: it may be at it still, and nobody waits twice as long.

    `stale`: a connection that had carried others ended before a byte of an answer; its service may never have read a word.
    """

    def __init__(
        self, refusal: AppError, *, unsent: bool, timed_out: bool = False, stale: bool = False
    ) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal
        self.unsent = unsent
        self.timed_out = timed_out
        self.stale = stale


def _asks_for_patience(answer: Answer) -> bool:
    """A service that says when to come back is busy, not broken."""
    return any(name == b"retry-after" for name, _ in answer.headers)


async def _drain(answer: Answer) -> None:
    try:
        while await answer.read():
            pass
    except UpstreamBroken:
        return


async def _send_body(
    connection: Connection, answer: Answer, call: Call, patience: Patience
) -> None:
    """Pass the body on, piece by piece, until the service has had enough."""
    if call.body is None:
        return
    async for piece in call.body:
        if answer.started or answer.broken is not None:
            connection.spoil()
            break
        if piece:
            await connection.send(piece)
    else:
        await connection.end_body()
    now = connection.loop.time()
    connection.sent(now + (call.first_byte or patience.first_byte))


class Upstreams:
    """All services, by name, under one sweep."""

    def __init__(self, upstreams: Mapping[str, Upstream]) -> None:
        self._upstreams = dict(upstreams)

    def __getitem__(self, service: str) -> Upstream:
        return self._upstreams[service]

    def names(self) -> tuple[str, ...]:
        return tuple(self._upstreams)

    async def sweep(self) -> None:
        """Runs until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            now = loop.time()
            for upstream in self._upstreams.values():
                upstream.sweep(now)

    def close(self) -> None:
        for upstream in self._upstreams.values():
            upstream.close()
