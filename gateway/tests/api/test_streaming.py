"""Bodies larger than memory should ever hold, callers who leave, services that talk slowly."""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from uuid import uuid4

import psutil
import pytest

from gateway.settings import SERVICES
from gateway.tests.conftest import Running
from gateway.tests.house import GATEWAY_PEM, House, free_port, token
from shared.contracts.features import Plan

ROOT = Path(__file__).parents[3]
MEGABYTE = 1024 * 1024
BIG = 200


@pytest.fixture
async def process(house: House) -> AsyncIterator[tuple[psutil.Process, int]]:
    """The gateway as a program of its own, with the committed route table."""
    port = free_port()
    env = {
        **os.environ,
        "AUTOTRACK_ENVIRONMENT": "test",
        "AUTOTRACK_PORT": str(port),
        "AUTOTRACK_INTERNAL_PRIVATE_KEY": GATEWAY_PEM,
        "AUTOTRACK_MAX_UPLOAD_BYTES": str(2 * BIG * MEGABYTE),
        "AUTOTRACK_LOG_LEVEL": "WARNING",
        **{f"AUTOTRACK_{name.upper()}_URL": f"http://127.0.0.1:{house.port}" for name in SERVICES},
    }
    program = subprocess.Popen(  # noqa: ASYNC220 - started once, before anything runs
        [sys.executable, "-m", "gateway.main"], cwd=ROOT, env=env
    )
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                break
            except OSError:
                assert time.monotonic() < deadline
                await asyncio.sleep(0.1)
        await asyncio.sleep(0.5)
        yield psutil.Process(program.pid), port
    finally:
        program.terminate()
        assert await asyncio.to_thread(program.wait, 20) == 0


def _growth(process: psutil.Process, work: Callable[[], None]) -> float:
    """By how many megabytes the process grew at most while `work` ran."""
    before = most = process.memory_info().rss
    done = threading.Event()

    def watch() -> None:
        nonlocal most
        while not done.wait(0.02):
            most = max(most, process.memory_info().rss)

    watching = threading.Thread(target=watch)
    watching.start()
    work()
    done.set()
    watching.join()
    return float(most - before) / MEGABYTE


def _connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=60)


@pytest.mark.slow
class TestMemory:
    async def test_200_mb_up_and_down_stay_out_of_memory(
        self, process: tuple[psutil.Process, int]
    ) -> None:
        program, port = process
        bearer = token(time.time()).encode()

        def upload() -> None:
            with _connect(port) as connection:
                connection.sendall(
                    b"POST /api/documents HTTP/1.1\r\nHost: g\r\nConnection: close\r\n"
                    b"Authorization: Bearer %b\r\nContent-Length: %d\r\n\r\n"
                    % (bearer, BIG * MEGABYTE)
                )
                for _ in range(BIG):
                    connection.sendall(b"x" * MEGABYTE)
                answer = b"".join(iter(lambda: connection.recv(65536), b""))
            assert answer.startswith(b"HTTP/1.1 200")
            assert b'"body":%d' % (BIG * MEGABYTE) in answer

        def download() -> None:
            with _connect(port) as connection:
                connection.sendall(
                    b"GET /api/documents/%b/file?%d HTTP/1.1\r\nHost: g\r\nConnection: close\r\n"
                    b"Authorization: Bearer %b\r\n\r\n" % (str(uuid4()).encode(), BIG, bearer)
                )
                size = sum(len(piece) for piece in iter(lambda: connection.recv(1 << 20), b""))
            assert size > BIG * MEGABYTE

        assert await asyncio.to_thread(_growth, program, upload) < 32
        assert await asyncio.to_thread(_growth, program, download) < 32

    async def test_a_caller_who_does_not_read_holds_nothing_up(
        self, process: tuple[psutil.Process, int]
    ) -> None:
        program, port = process
        bearer = token(time.time()).encode()

        def stall() -> None:
            with _connect(port) as connection:
                connection.sendall(
                    b"GET /api/documents/%b/file?%d HTTP/1.1\r\nHost: g\r\n"
                    b"Authorization: Bearer %b\r\n\r\n" % (str(uuid4()).encode(), BIG, bearer)
                )
                time.sleep(2)

        assert await asyncio.to_thread(_growth, program, stall) < 16


class TestCallers:
    async def test_who_hangs_up_is_noticed_by_the_service(self, running: Running) -> None:
        _, bearer = running.person(Plan.STANDARD)
        async with (
            running.client(bearer) as client,
            client.stream("POST", "/api/ai-assistant/assistant/chat", json={}) as answer,
        ):
            assert await anext(answer.aiter_lines()) == "data: one"
            assert running.work.upstreams["ai"].in_flight == 1
        for _ in range(200):
            if running.house.gone:
                break
            await asyncio.sleep(0.02)
        assert running.house.gone == ["/api/ai-assistant/assistant/chat"]
        assert running.work.upstreams["ai"].in_flight == 0

    async def test_words_arrive_one_by_one(self, running: Running) -> None:
        _, bearer = running.person(Plan.STANDARD)
        async with (
            running.client(bearer) as client,
            client.stream("POST", "/api/ai-assistant/assistant/chat", json={}) as answer,
        ):
            words = (line async for line in answer.aiter_lines() if line)
            assert await anext(words) == "data: one"
            running.house.slow.set()
            assert await anext(words) == "data: two"
            assert [word async for word in words] == []

    async def test_half_an_answer_is_broken_off_and_never_looks_whole(
        self, running: Running
    ) -> None:
        _, bearer = running.person(Plan.STANDARD)
        reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
        writer.write(
            b"POST /api/ai-assistant/assistant/chat HTTP/1.1\r\nHost: g\r\nContent-Length: 0\r\n"
            b"Authorization: Bearer %b\r\n\r\n" % bearer.encode()
        )
        await reader.readuntil(b"data: one")
        for connection in tuple(running.work.upstreams["ai"]._busy):
            connection.fail("cut")
        rest = b""
        with contextlib.suppress(ConnectionError):
            rest = await asyncio.wait_for(reader.read(), 5)
        assert b"0\r\n\r\n" not in rest
        writer.close()
