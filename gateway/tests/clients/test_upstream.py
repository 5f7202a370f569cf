import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from gateway.clients.upstream import Call, Patience, Upstream, Upstreams
from gateway.domain.breaker import BreakerState, RetryBudget, UpstreamBreaker
from gateway.errors import BadGateway, Busy, GatewayTimeout
from gateway.tests.clients.test_connection import GET, OK, scripted, whole
from gateway.tests.house import free_port, served

FINE = OK + b"content-length: 2\r\n\r\nhi"
DOWN = b"HTTP/1.1 503 Down\r\ncontent-length: 4\r\n\r\ndown"
POST = Call("POST", b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n")


class TestRetry:
    async def test_a_safe_request_is_tried_once_more(self) -> None:
        async with scripted(DOWN, FINE) as (upstream, _):
            assert (await upstream.ask(GET)).status == 200
            assert upstream.attempts == 2

    async def test_a_second_failure_is_the_answer(self) -> None:
        async with scripted(DOWN, DOWN, FINE) as (upstream, _):
            answer = await upstream.ask(GET)
            assert (answer.status, await whole(answer)) == (503, b"down")

    async def test_a_post_is_never_tried_twice(self) -> None:
        async with scripted(DOWN, FINE) as (upstream, _):
            assert (await upstream.ask(POST)).status == 503
            assert upstream.attempts == 1

    async def test_a_post_with_a_key_is_tried_once_more(self) -> None:
        keyed = replace(POST, repeatable=True)
        async with scripted(DOWN, FINE) as (upstream, _):
            assert (await upstream.ask(keyed)).status == 200
            assert upstream.attempts == 2

    async def test_a_post_whose_connection_breaks_is_not_tried_twice(self) -> None:
        async with scripted(b"", FINE, close=True) as (upstream, _):
            with pytest.raises(BadGateway):
                await upstream.ask(POST)
            assert upstream.attempts == 1

    async def test_a_service_that_names_a_time_to_come_back_is_left_alone(self) -> None:
        busy = b"HTTP/1.1 503 Busy\r\nretry-after: 2\r\ncontent-length: 0\r\n\r\n"
        async with scripted(busy, FINE) as (upstream, _):
            assert (await upstream.ask(GET)).status == 503
            assert upstream.breaker.state is BreakerState.CLOSED

    async def test_second_tries_stay_within_a_fifth_of_first_ones(self) -> None:
        upstream = Upstream(
            "x", "127.0.0.1", free_port(), breaker=UpstreamBreaker(threshold=10_000, window=10**6)
        )
        for _ in range(100):
            with pytest.raises(Busy):
                await upstream.ask(GET)
        assert 100 + 20 <= upstream.attempts <= 100 + 20 + 5


async def _accepted(listener: socket.socket, *, answer: bytes = b"") -> socket.socket:
    """Play the service by hand: it does nothing between our own steps."""
    loop = asyncio.get_running_loop()
    peer, _ = await loop.sock_accept(listener)
    await loop.sock_recv(peer, 4096)
    peer.sendall(answer)
    return peer


@contextmanager
def _listening() -> Iterator[tuple[socket.socket, Upstream]]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        upstream = Upstream("x", "127.0.0.1", listener.getsockname()[1])
        yield listener, upstream
        upstream.close()


class TestStaleConnections:
    """A connection that somebody else's exchange has broken is not the next caller's fault."""

    async def _used_once(self, listener: socket.socket, upstream: Upstream) -> socket.socket:
        asking = asyncio.ensure_future(upstream.ask(GET))
        peer = await _accepted(listener, answer=FINE)
        assert await whole(await asking) == b"hi"
        return peer

    @pytest.mark.parametrize("call", [GET, POST], ids=["get", "post"])
    async def test_one_that_its_service_has_closed_carries_nothing(self, call: Call) -> None:
        """Also when the end still lies in the kernel, unread."""
        with _listening() as (listener, upstream):
            (await self._used_once(listener, upstream)).close()
            asking = asyncio.ensure_future(upstream.ask(call))
            with await _accepted(listener, answer=FINE):
                assert await whole(await asking) == b"hi"
            assert upstream.attempts == 2
            assert upstream.breaker.state is BreakerState.CLOSED

    async def test_a_repeatable_request_goes_out_again_whatever_the_budget(self) -> None:
        with _listening() as (listener, upstream):
            peer = await self._used_once(listener, upstream)
            upstream.budget = RetryBudget(balance=0.0)
            asking = asyncio.ensure_future(upstream.ask(GET))
            await asyncio.get_running_loop().sock_recv(peer, 1)
            peer.close()  # with the rest of the request unread: a reset
            with await _accepted(listener, answer=FINE):
                assert await whole(await asking) == b"hi"

    async def test_one_that_may_have_been_read_does_not_if_it_must_not_be_done_twice(self) -> None:
        with _listening() as (listener, upstream):
            peer = await self._used_once(listener, upstream)
            asking = asyncio.ensure_future(upstream.ask(POST))
            await asyncio.get_running_loop().sock_recv(peer, 4096)
            peer.close()
            with pytest.raises(BadGateway):
                await asking
            assert upstream.attempts == 2

    async def test_what_was_begun_at_once_goes_out_again_too(self) -> None:
        with _listening() as (listener, upstream):
            assert upstream.ask_at_once(GET) is None, "no connection is open"
            peer = await self._used_once(listener, upstream)
            begun = upstream.ask_at_once(GET)
            assert begun is not None
            assert upstream.ask_at_once(GET) is None, "the only one is taken"
            await asyncio.get_running_loop().sock_recv(peer, 1)
            peer.close()
            asking = asyncio.ensure_future(upstream.ask(GET, begun=begun))
            with await _accepted(listener, answer=FINE):
                assert await whole(await asking) == b"hi"
            assert upstream.attempts == 3
            upstream.breaker.state = BreakerState.OPEN
            assert upstream.ask_at_once(GET) is None, "the service rests"

    async def test_after_a_failure_of_a_service_the_next_request_is_answered(self) -> None:
        """uvicorn closes the connection of an answer behind which the application raises, and announces nothing."""
        done = 0

        async def app(scope: Any, _receive: Any, send: Any) -> None:
            nonlocal done
            done += 1
            status = 500 if done % 2 else 200
            headers = [(b"content-length", b"2")]
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": b"hi"})
            if status == 500:
                raise RuntimeError

        async with served(app, lifespan="off") as port:
            upstream = Upstream("x", "127.0.0.1", port)
            statuses = []
            for _ in range(100):
                answer = await upstream.ask(POST)
                statuses.append(answer.status)
                await whole(answer)
            upstream.close()
        assert statuses == [500, 200] * 50
        assert done == 100, "and nothing is done twice"


class TestBreaker:
    async def test_a_dead_service_is_no_longer_asked(self) -> None:
        upstream = Upstream("x", "127.0.0.1", free_port())
        for _ in range(20):
            with pytest.raises(Busy):
                await upstream.ask(GET)
        assert upstream.breaker.state is BreakerState.OPEN
        asked = upstream.attempts
        assert asked <= 20
        with pytest.raises(Busy) as refusal:
            await upstream.ask(GET)
        assert int(refusal.value.headers["Retry-After"]) >= 1
        assert upstream.attempts == asked

    async def test_one_probe_closes_it_again(self) -> None:
        async with scripted(*[FINE] * 5) as (upstream, _):
            upstream.breaker.cool_down = 0.1
            for _ in range(8):
                upstream.breaker.failed(asyncio.get_running_loop().time())
            with pytest.raises(Busy):
                await upstream.ask(GET)
            await asyncio.sleep(0.12)
            results = await asyncio.gather(
                *(upstream.ask(GET) for _ in range(3)), return_exceptions=True
            )
            assert sum(isinstance(result, Busy) for result in results) == 2
            assert (await upstream.ask(GET)).status == 200

    async def test_a_probe_whose_caller_leaves_keeps_nobody_out(self) -> None:
        """It was thirty seconds of 503 for everybody."""
        async with scripted(b"", FINE) as (upstream, _):
            upstream.breaker.cool_down = 0.1
            for _ in range(8):
                upstream.breaker.failed(asyncio.get_running_loop().time())
            await asyncio.sleep(0.12)
            probe = asyncio.ensure_future(upstream.ask(GET))
            await asyncio.sleep(0.05)
            probe.cancel()
            await asyncio.gather(probe, return_exceptions=True)
            assert (await upstream.ask(GET)).status == 200

    async def test_a_full_house_is_no_probe(self) -> None:
        async with scripted(FINE) as (upstream, _):
            upstream.breaker.cool_down = 0.1
            for _ in range(8):
                upstream.breaker.failed(asyncio.get_running_loop().time())
            await asyncio.sleep(0.12)
            upstream.most_at_once = 0
            with pytest.raises(Busy):
                await upstream.ask(GET)
            upstream.most_at_once = 10
            assert (await upstream.ask(GET)).status == 200


class TestBulkhead:
    async def test_more_than_so_many_at_once_are_refused_and_others_are_not(self) -> None:
        async with scripted(*[b""] * 4) as (upstream, _):
            upstream.most_at_once = 2
            waiting = [asyncio.ensure_future(upstream.ask(POST)) for _ in range(2)]
            await asyncio.sleep(0.05)
            with pytest.raises(Busy):
                await upstream.ask(POST)
            for one in waiting:
                one.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
            assert upstream.in_flight == 0


class TestPatience:
    async def _sweeping(self, upstream: Upstream) -> Any:
        return asyncio.ensure_future(Upstreams({"x": upstream}).sweep())

    async def test_a_silent_service_is_given_up(self) -> None:
        async with scripted(b"HTTP/1.1 200", b"HTTP/1.1 200") as (upstream, _):
            upstream.patience = Patience(first_byte=0.1, between_bytes=0.3)
            sweep = await self._sweeping(upstream)
            with pytest.raises(GatewayTimeout):
                await upstream.ask(GET)
            assert upstream.attempts == 1, "nobody waits twice as long"
            sweep.cancel()

    async def test_a_slow_caller_is_not_the_services_fault(self) -> None:
        async def slowly() -> AsyncIterator[bytes]:
            for piece in (b"a", b"b", b"c", b"d", b"\r\n\r\n"):
                await asyncio.sleep(0.3)
                yield piece

        head = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 8\r\n\r\n"
        async with scripted(b"", FINE) as (upstream, _):  # answers after the body's last bytes
            upstream.patience = Patience(first_byte=0.3, between_bytes=0.3)
            sweep = await self._sweeping(upstream)
            answer = await upstream.ask(Call("POST", head, body=slowly(), length=8))
            assert answer.status == 200
            sweep.cancel()

    async def test_a_connection_unused_for_long_is_closed(self) -> None:
        async with scripted(FINE, FINE) as (upstream, connections):
            upstream.patience = Patience(idle=0.05)
            sweep = await self._sweeping(upstream)
            await whole(await upstream.ask(GET))
            await asyncio.sleep(0.6)
            await whole(await upstream.ask(GET))
            assert len(connections) == 2
            sweep.cancel()


def test_a_budget_fills_by_a_fifth_and_has_a_top() -> None:
    budget = RetryBudget(balance=0.0)
    assert not budget.spend()
    for _ in range(5):
        budget.earn()
    assert budget.spend()
    assert not budget.spend()
    for _ in range(1000):
        budget.earn()
    assert sum(budget.spend() for _ in range(50)) == 10
