import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from gateway.clients.upstream import Call, Patience, Upstream, Upstreams
from gateway.domain.breaker import Breaker, BreakerState, RetryBudget
from gateway.errors import BadGateway, Busy, GatewayTimeout
from gateway.tests.clients.test_connection import GET, OK, scripted, whole
from gateway.tests.house import free_port

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
            "x", "127.0.0.1", free_port(), breaker=Breaker(threshold=10_000, window=10**6)
        )
        for _ in range(100):
            with pytest.raises(Busy):
                await upstream.ask(GET)
        assert 100 + 20 <= upstream.attempts <= 100 + 20 + 5


class TestBreaker:
    async def test_a_dead_service_is_no_longer_asked(self) -> None:
        upstream = Upstream("x", "127.0.0.1", free_port())
        for _ in range(20):
            with pytest.raises(Busy):
                await upstream.ask(GET)
        assert upstream.breaker.state is BreakerState.OPEN
        asked = upstream.attempts
        assert asked <= 20
        began = time.perf_counter()
        with pytest.raises(Busy) as refusal:
            await upstream.ask(GET)
        assert time.perf_counter() - began < 0.02
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
