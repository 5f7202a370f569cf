"""Whatever a caller writes, a service reads exactly one request of exactly these bytes, or nothing at all."""

import asyncio
import itertools
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random

import pytest

from gateway.domain.routes import RouteTable
from gateway.main import SERVER, create_app
from gateway.tests.conftest import Running, _until_ready
from gateway.tests.heads import ECHO, PASS, REFUSE, Sent, odd, plain
from gateway.tests.house import ROUTES, House, route, served, settings_for
from shared.http.access import OpenTo

_FIRST_LINE = re.compile(rb"([A-Z]+) (/[\x21-\x7e]*) HTTP/1\.1")
_HEADER = re.compile(rb"([a-z0-9-]+): ([\t\x20-\x7e\x80-\xff]*)")
_CHUNK = re.compile(rb"([0-9a-f]+)\r\n")
_ONCE = (b"host", b"x-autotrack-identity", b"x-request-id", b"traceparent")


class Junk(Exception):
    """Not what a gateway may send."""


@dataclass
class Heard:
    method: bytes
    target: bytes
    headers: dict[bytes, bytes]
    body: bytes


@dataclass
class Echo:
    """A service that reads HTTP as its letter says, forgives nothing and remembers all."""

    heard: list[Heard] = field(default_factory=list)
    junk: list[str] = field(default_factory=list)
    connections: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while not reader.at_eof():
                request = await _read(reader)
                self.heard.append(request)
                body = b"%b %b %d" % (request.method, request.target, len(request.body))
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body))
        except (Junk, asyncio.LimitOverrunError) as error:
            self.junk.append(str(error))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the end, or a request whose body was broken off
        writer.close()


async def _read(reader: asyncio.StreamReader) -> Heard:
    try:
        lines = (await reader.readuntil(b"\r\n\r\n"))[:-4].split(b"\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise Junk(error.partial) from error
        raise
    first = _FIRST_LINE.fullmatch(lines[0])
    found = [_HEADER.fullmatch(line) for line in lines[1:]]
    if first is None or not all(found):
        raise Junk(lines)
    said = [(one[1], one[2]) for one in found if one is not None]
    names = [name for name, _ in said]
    framing = [name for name in names if name in {b"content-length", b"transfer-encoding"}]
    if len(framing) > 1 or any(names.count(name) != 1 for name in _ONCE):
        raise Junk(lines)
    headers = dict(said)
    return Heard(first[1], first[2], headers, await _read_body(reader, headers))


async def _read_body(reader: asyncio.StreamReader, headers: dict[bytes, bytes]) -> bytes:
    if b"transfer-encoding" not in headers:
        return await reader.readexactly(int(headers.get(b"content-length", b"0")))
    body = b""
    while True:
        size = _CHUNK.fullmatch(await reader.readuntil(b"\r\n"))
        if size is None or headers[b"transfer-encoding"] != b"chunked":
            raise Junk(headers)
        piece = await reader.readexactly(int(size[1], 16) + 2)
        if piece[-2:] != b"\r\n":
            raise Junk(piece[-20:])
        if len(piece) == 2:
            return body
        body += piece[:-2]


@asynccontextmanager
async def echoing() -> AsyncIterator[tuple[Running, Echo]]:
    """A gateway whose vehicles service is an echo that knows no mercy."""
    echo, house = Echo(), House()
    server = await asyncio.start_server(echo.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    methods = ("GET", "POST", "PUT", "DELETE")
    routes = [route(method, ECHO.decode(), access=OpenTo.PUBLIC) for method in methods]
    async with server, served(house) as house.port:
        settings = settings_for(
            house.port, vehicles_url=f"http://127.0.0.1:{port}", log_level="ERROR"
        )
        gateway = create_app(settings, routes=RouteTable([*ROUTES, *routes]))
        async with served(gateway, **SERVER, lifespan="on") as own:
            running = Running(gateway, own, house)
            await _until_ready(running)
            yield running, echo


RESET = b"reset"
"""The refusal was lost on its way, because we were still writing when the gateway hung up."""


async def _say(running: Running, raw: bytes, random: Random) -> bytes:
    """What the gateway answers to these bytes, until it hangs up or has answered in full."""
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    said = b""
    cuts = sorted(random.sample(range(1, len(raw)), 2)) if random.random() < 0.2 else []
    try:
        for start, end in itertools.pairwise([0, *cuts, len(raw)]):
            writer.write(raw[start:end])
            await asyncio.sleep(0.001 if cuts else 0)
        while piece := await asyncio.wait_for(reader.read(65536), 3):
            said += piece
            head, _, body = said.partition(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", head)
            if length is not None and len(body) >= int(length[1]):
                break
    except ConnectionError:
        said = said or RESET
    finally:
        writer.close()
    return said


def _faults(sent: Sent, said: bytes, heard: list[Heard]) -> list[str]:
    """What is wrong with this answer, and with what the service has heard meanwhile of this request."""
    passed = said.startswith(b"HTTP/1.1 200")
    refused = said == RESET or re.match(rb"HTTP/1\.1 4\d\d", said) is not None
    faults = []
    if not passed and not refused:
        faults.append(f"answered {said[:60]!r}")
    if (sent.verdict == PASS and not passed) or (sent.verdict == REFUSE and not refused):
        faults.append(f"{sent.verdict}: {said[:60]!r}")
    if refused and heard:
        faults.append("refused and heard")
    if refused and said != RESET and b"connection: close" not in said:
        faults.append("refused and not closed")
    if not passed:
        return faults
    whole = [(one.method, one.target, one.body) for one in heard]
    if whole != [(sent.method, sent.target, sent.body)]:
        faults.append(f"heard {[(method, target) for method, target, _ in whole]}")
    faults += [f"{name!r} arrived" for one in heard for name in sent.dropped & set(one.headers)]
    if not said.endswith(b"%b %b %d" % (sent.method, sent.target, len(sent.body))):
        faults.append("another's answer")
    return faults


class TestHeads:
    @pytest.mark.parametrize("seed", range(2))
    async def test_a_service_hears_one_request_of_exactly_these_bytes_or_nothing(
        self, seed: int
    ) -> None:
        random, faults = Random(seed), []
        verdicts = dict.fromkeys((PASS, "either", REFUSE), 0)
        async with echoing() as (running, echo):
            for number in range(1300):
                sent = plain(random, number) if number % 4 == 0 else odd(random, number)
                raw, before = sent.raw(random), len(echo.heard)
                said = await _say(running, raw, random)
                verdicts[sent.verdict] += 1
                found = _faults(sent, said, echo.heard[before:])
                faults += [f"{fault} after {raw[:300]!r}" for fault in found]
        assert not faults, f"{len(faults)}: " + "\n".join(faults[:10])
        assert not echo.junk
        assert min(verdicts[PASS], verdicts[REFUSE]) > 300, verdicts
        assert echo.connections < 50, "well-framed exchanges share connections"

    async def test_nobody_becomes_another_by_what_a_stranger_names_in_connection(self) -> None:
        """The issue's own scenario: a body that is the next person's request."""
        body = b"DELETE /api/auth/me HTTP/1.1\r\nHost: x\r\nX-A: "
        async with echoing() as (running, echo):
            for named in (
                b"content-length",
                b"Content-Length, keep-alive",
                b"x-autotrack-identity",
            ):
                attack = (
                    b"POST %b HTTP/1.1\r\nHost: gateway\r\nConnection: %b\r\nContent-Length: %d\r\n\r\n%b"
                    % (ECHO, named, len(body), body)
                )
                assert b" 400 " in await _say(running, attack, Random(1))
            _, bearer = running.person()
            async with running.client(bearer) as client:
                answer = await client.get("/api/vehicles")
        assert answer.text == "GET /api/vehicles 0"
        assert [(one.method, one.target) for one in echo.heard] == [(b"GET", b"/api/vehicles")]
        assert not echo.junk
