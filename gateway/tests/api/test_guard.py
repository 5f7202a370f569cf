"""Raw sockets: what HTTP libraries would never send."""

import asyncio
import contextlib
import json
import re
from typing import Any

import pytest

from gateway.api import guard
from gateway.tests.conftest import Running

GET = b"GET /api/garages HTTP/1.1\r\n"
HOST = b"Host: gateway\r\n"


async def _speak(running: Running, *pieces: bytes, pause: float = 0.0, wait: float = 5.0) -> bytes:
    """Everything the gateway says until it hangs up, or nothing more comes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    said = bytearray()

    async def write() -> None:
        for piece in pieces:
            writer.write(piece)
            await asyncio.sleep(pause)

    async def read() -> None:
        while piece := await reader.read(65536):
            said.extend(piece)

    writing = asyncio.get_running_loop().create_task(write())
    with contextlib.suppress(TimeoutError, ConnectionError):
        await asyncio.wait_for(read(), wait + pause * len(pieces))
    writing.cancel()
    writer.close()
    return bytes(said)


def _status(said: bytes) -> int:
    found = re.match(rb"HTTP/1\.1 (\d{3})", said)
    return int(found[1]) if found else 0


def _problem(said: bytes) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(said.partition(b"\r\n\r\n")[2])
    return document


REFUSED = {
    "no host": (GET + b"\r\n", 400),
    "two hosts": (GET + HOST + b"Host: other\r\n\r\n", 400),
    "empty host": (GET + b"Host: \r\n\r\n", 400),
    "odd host": (GET + b"Host: a b\r\n\r\n", 400),
    "absolute form": (b"GET http://gateway/api/garages HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "double slash": (b"GET //api/garages HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "inner double slash": (b"GET /api//garages HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "dot segment": (b"GET /api/x/../garages HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "encoded dots": (b"GET /api/garages/%2e%2e/auth HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "half encoded dots": (b"GET /api/garages/.%2E HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "encoded slash": (b"GET /api%2fgarages HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "encoded backslash": (b"GET /api/garages%5c HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "backslash": (b"GET /api\\garages HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "encoded nul": (b"GET /api/garages%00 HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "encoded line break": (b"GET /api/garages%0d%0aX:1 HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "bad escape": (b"GET /api/garages%zz HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "fragment": (b"GET /api/garages#x HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "raw eight bit": (b"GET /api/garages\xe9 HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "asterisk": (b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "odd name": (GET + HOST + b"a@b: 1\r\n\r\n", 400),
    "space before colon": (GET + HOST + b"X-A : 1\r\n\r\n", 400),
    "folded header": (GET + HOST + b"X-A: 1\r\n 2\r\n\r\n", 400),
    "bare line feed": (b"GET /api/garages HTTP/1.1\nHost: gateway\n\n", 400),
    "nul in a value": (GET + HOST + b"X-A: a\x00b\r\n\r\n", 400),
    "length and chunks": (
        b"POST /api/auth/login HTTP/1.1\r\n" + HOST
        + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400,
    ),
    "chunks and length": (
        b"POST /api/auth/login HTTP/1.1\r\n" + HOST
        + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
        400,
    ),
    "two lengths": (
        b"POST /api/auth/login HTTP/1.1\r\n" + HOST
        + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd",
        400,
    ),
    "signed length": (
        b"POST /api/auth/login HTTP/1.1\r\n" + HOST + b"Content-Length: +4\r\n\r\nabcd",
        400,
    ),
    "other coding": (
        b"POST /api/auth/login HTTP/1.1\r\n" + HOST
        + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        400,
    ),
    "bad chunk": (
        b"POST /api/auth/login HTTP/1.1\r\n" + HOST
        + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        400,
    ),
    "same length twice": (
        b"POST /api/auth/login HTTP/1.1\r\n" + HOST
        + b"Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd",
        400,
    ),
    "length with a blank after it": (
        b"POST /api/auth/login HTTP/1.1\r\n" + HOST + b"Content-Length: 4 \r\n\r\nabcd",
        400,
    ),
    "chunks in 1.0": (
        b"POST /api/auth/login HTTP/1.0\r\n" + HOST
        + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400,
    ),
    "two blanks before the target": (b"GET  /api/garages HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "two blanks after the target": (b"GET /api/garages  HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "another version": (b"GET /api/garages HTTP/2.0\r\n" + HOST + b"\r\n", 400),
    "no version": (b"GET /api/garages\r\n" + HOST + b"\r\n", 400),
    "fragment after a query": (b"GET /api/garages?a#b HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "two types": (GET + HOST + b"Content-Type: a/b\r\nContent-Type: c/d\r\n\r\n", 400),
    "two keys": (GET + HOST + b"Idempotency-Key: a\r\nIdempotency-Key: b\r\n\r\n", 400),
    "two authorizations": (GET + HOST + b"Authorization: a\r\nauthorization: b\r\n\r\n", 400),
    **{
        f"connection names {name}": (GET + HOST + b"Connection: " + name.encode() + b"\r\n\r\n", 400)
        for name in (
            "content-length", "Transfer-Encoding", "keep-alive, HOST", "authorization", "cookie",
            "proxy-authorization", "Content-Type", "x-autotrack-identity", "X-Forwarded-For",
            "traceparent", "forwarded", "idempotency-key", "a b", '"close"',
        )
    },
    "not http": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    "trace": (b"TRACE /api/garages HTTP/1.1\r\n" + HOST + b"\r\n", 405),
    "connect": (b"CONNECT gateway:80 HTTP/1.1\r\n" + HOST + b"\r\n", 405),
    "unknown method": (b"PROPFIND /api/garages HTTP/1.1\r\n" + HOST + b"\r\n", 405),
    "long target": (b"GET /api/garages?" + b"q" * 9000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414),
    "large headers": (GET + HOST + b"X-A: " + b"a" * 17_000 + b"\r\n\r\n", 431),
    "endless header": (GET + HOST + b"X-A: " + b"a" * 70_000, 431),
    "many headers": (GET + HOST + b"X-A: 1\r\n" * 101 + b"\r\n", 431),
}  # fmt: skip


class TestRefusals:
    @pytest.mark.parametrize("case", REFUSED)
    async def test_each_is_a_problem_and_the_end_of_the_connection(
        self, common: Running, case: str
    ) -> None:
        sent, status = REFUSED[case]
        asked = len(common.house.asked)
        said = await _speak(common, sent)
        assert _status(said) == status, said[:300]
        assert b"application/problem+json" in said
        assert b"x-content-type-options: nosniff" in said
        assert _problem(said)["status"] == status
        if case != "bad chunk":  # its head was fine and has been passed on, its body never ends
            reached = [path for _, path in common.house.asked[asked:] if path.startswith("/api")]
            assert not reached

    async def test_one_request_well_written_passes(self, common: Running) -> None:
        said = await _speak(common, GET + HOST + b"Connection: close\r\n\r\n")
        assert _status(said) == 200

    async def test_a_request_in_small_pieces_passes(self, common: Running) -> None:
        whole = GET + HOST + b"Connection: close\r\n\r\n"
        said = await _speak(common, *[whole[i : i + 7] for i in range(0, len(whole), 7)])
        assert _status(said) == 200

    @pytest.mark.parametrize("size", [None, 1, 3, 7])
    async def test_what_follows_the_end_of_chunks_is_the_next_request_however_it_is_cut(
        self, common: Running, size: int | None
    ) -> None:
        """Whoever was answered before their last chunk had left sends it together with what they ask next."""
        whole = (
            b"POST /api/webhooks/stripe HTTP/1.1\r\n" + HOST
            + b"Transfer-Encoding: chunked\r\n\r\n1;a=b\r\n{\r\n1\r\n}\r\n0\r\nA: b\r\n\r\n"
            + GET + HOST + b"Connection: close\r\n\r\n"
        )  # fmt: skip
        asked = common.house.count("/api/garages")
        pieces = (
            [whole] if size is None else [whole[i : i + size] for i in range(0, len(whole), size)]
        )
        said = await _speak(common, *pieces)
        assert re.findall(rb"HTTP/1\.1 (\d+)", said) == [b"200", b"200"]
        assert common.house.count("/api/garages") == asked + 1

    @pytest.mark.parametrize(
        "body",
        [
            b"2\r\n{}\n0\r\n\r\n",
            b"2\n{}\r\n0\r\n\r\n",
            b"2\r\n{}\r\n0\r\n\n",
            b"2\r\n{}\r\n0\n\r\n",
            b"2\r\n{}\r\n0\r\nA: b\n\r\n",
            b"1\r\n{}\r\n0\r\n\r\n",
            b"+2\r\n{}\r\n0\r\n\r\n",
            b"0x2\r\n{}\r\n0\r\n\r\n",
            b" 2\r\n{}\r\n0\r\n\r\n",
            b"2;\r{}\r\n{}\r\n0\r\n\r\n",
            b"10000000000000002\r\n{}\r\n0\r\n\r\n",
            b"2;" + b"a" * 5_000 + b"\r\n{}\r\n0\r\n\r\n",
        ],
    )
    async def test_where_chunks_may_end_in_two_places_nothing_behind_them_is_read(
        self, common: Running, body: bytes
    ) -> None:
        head = (
            b"POST /api/webhooks/stripe HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n"
        )
        asked = common.house.count("/api/garages")
        said = await _speak(common, head + body + GET + HOST + b"\r\n")
        assert said.count(b"HTTP/1.1 ") == 1
        assert b"connection: close" in said
        assert common.house.count("/api/garages") == asked

    async def test_a_trailer_is_no_header(self, common: Running) -> None:
        said = await _speak(
            common,
            b"POST /api/webhooks/stripe HTTP/1.1\r\nConnection: close\r\n" + HOST
            + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nTrailing: 1\r\nCookie: a\r\n\r\n",
        )  # fmt: skip
        assert _status(said) == 200
        assert b"trailing" not in said

    async def test_pipelined_requests_are_answered_in_order(self, common: Running) -> None:
        said = await _speak(
            common,
            GET + HOST + b"X-Request-ID: one\r\n\r\n"
            + GET + HOST + b"X-Request-ID: two\r\nConnection: close\r\n\r\n",
        )  # fmt: skip
        assert said.count(b"HTTP/1.1 200") == 2
        assert said.index(b"x-request-id: one") < said.index(b"x-request-id: two")

    async def test_a_bad_request_after_a_good_one_does_not_corrupt_its_answer(
        self, common: Running
    ) -> None:
        said = await _speak(common, GET + HOST + b"\r\n" + b"GET //x HTTP/1.1\r\n" + HOST + b"\r\n")
        assert _status(said) == 200
        head, _, body = said.partition(b"\r\n\r\n")
        length = int(re.search(rb"content-length: (\d+)", head)[1])  # type: ignore[index]
        assert json.loads(body[:length])["path"] == "/api/garages"

    async def test_the_refusal_speaks_the_callers_language(self, common: Running) -> None:
        said = await _speak(common, b"GET //x HTTP/1.1\r\n" + HOST + b"Accept-Language: es\r\n\r\n")
        assert "ambigua" in _problem(said)["detail"]


OLD = b"GET /api/garages HTTP/1.0\r\n"
ALLOWED = {
    "underscore in a name": GET + HOST + b"X_Forwarded_For: 1\r\nAccept_Language: fr\r\n\r\n",
    "any token for a name": GET + HOST + b"a.b!#$%&'*+^`|~: 1\r\n\r\n",
    "underscore in a host": GET + b"Host: autotrack_gateway_1:8000\r\n\r\n",
    "a port left empty": GET + b"Host: gateway:\r\n\r\n",
    "empty values": GET + HOST + b"Accept:\r\nConnection:\r\nX-A: \r\n\r\n",
    "websocket": GET + HOST + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    "another protocol": GET + HOST + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
    b"HTTP2-Settings: AAEAAEAAAAIAAAAB\r\n\r\n",
    "keep alive with words": GET
    + HOST
    + b"Connection: Keep-Alive\r\nKeep-Alive: timeout=5\r\n\r\n",
    "1.0": OLD + HOST + b"Connection: keep-alive\r\n\r\n",
    "1.0 without a host": OLD + b"\r\n",
}


class TestWhatIsAllowed:
    """What honest programs send (RFC 9110 and 9112) is answered, and goes no further where others could misread it."""

    @pytest.mark.parametrize("case", ALLOWED)
    async def test_an_honest_request_is_answered(self, common: Running, case: str) -> None:
        said = await _speak(common, ALLOWED[case], wait=0.5)
        assert _status(said) == 200, said[:300]
        headers = {name.lower() for name in _problem(said)["headers"]}
        assert not headers & {"x_forwarded_for", "accept_language", "upgrade", "http2-settings"}
        assert all(re.fullmatch("[a-z0-9-]+", name) for name in headers)

    @pytest.mark.parametrize("size", [1, 40, 4096])
    async def test_an_offer_of_another_protocol_loses_no_body_and_no_next_request(
        self, common: Running, size: int
    ) -> None:
        """Java's HttpClient and `curl --http2` offer h2c with every first request."""
        offering = (
            b"POST /api/webhooks/stripe HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\n"
            b"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AA\r\n\r\nabc"
            + GET + HOST + b"Connection: close\r\n\r\n"
        )  # fmt: skip
        pieces = [offering[i : i + size] for i in range(0, len(offering), size)]
        said = await _speak(common, *pieces, wait=3)
        assert said.count(b"HTTP/1.1 200") == said.count(b"HTTP/1.1 ") == 2, said
        assert b'"content-length":"3"' in said

    async def test_version_1_0_gets_no_chunks(self, common: Running) -> None:
        said = await _speak(common, b"GET /api/garages/chat HTTP/1.0\r\n" + HOST + b"\r\n", wait=1)
        assert said.endswith(b"\r\n\r\ndata: one\n\n"), said
        assert b"transfer-encoding" not in said

    @pytest.mark.parametrize("path", [b"/api/garages/chat", b"/api/events/stream"])
    async def test_asking_only_for_the_head_of_a_stream_holds_nobody_up(
        self, common: Running, path: bytes
    ) -> None:
        bearer = b"Authorization: Bearer " + common.person()[1].encode() + b"\r\n"
        head = b"HEAD " + path + b" HTTP/1.1\r\n" + HOST + bearer + b"\r\n"
        said = await _speak(common, head + GET + HOST + b"Connection: close\r\n\r\n", wait=2)
        assert said.count(b"HTTP/1.1 200") == 2, said

    async def test_whoever_asked_before_a_broken_body_gets_their_own_answer(
        self, common: Running
    ) -> None:
        broken = (
            b"POST /api/webhooks/stripe HTTP/1.1\r\n"
            + HOST
            + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"
        )
        said = await _speak(common, GET + HOST + b"\r\n" + broken)
        assert re.findall(rb"HTTP/1\.1 (\d+)", said) == [b"200", b"400"]


class TestPace:
    async def test_a_head_that_never_ends_is_408(
        self, running: Running, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(guard, "HEADER_SECONDS", 0.5)
        said = await _speak(running, GET, b"Ho", b"st: g", pause=0.2)
        assert _status(said) == 408

    async def test_a_connection_that_says_nothing_is_closed(
        self, running: Running, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(guard, "HEADER_SECONDS", 0.5)
        assert await _speak(running, wait=4) == b""

    async def test_a_body_slower_than_a_snail_is_408(
        self, running: Running, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(guard, "BODY_GRACE_SECONDS", 0.5)
        head = b"POST /api/webhooks/stripe HTTP/1.1\r\n" + HOST + b"Content-Length: 100000\r\n\r\n"
        said = await _speak(running, head, *[b"x"] * 8, pause=0.4)
        assert _status(said) == 408

    async def test_a_steady_body_passes(
        self, running: Running, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(guard, "BODY_GRACE_SECONDS", 0.5)
        head = (
            b"POST /api/webhooks/stripe HTTP/1.1\r\nConnection: close\r\n"
            + HOST
            + b"Content-Length: 100000\r\n\r\n"
        )
        said = await _speak(running, head, *[b"x" * 10_000] * 10, pause=0.25)
        assert _status(said) == 200

    async def test_an_idle_connection_may_stay_between_requests(
        self, running: Running, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(guard, "HEADER_SECONDS", 0.5)
        again = GET + HOST + b"Connection: close\r\n\r\n"
        said = await _speak(running, GET + HOST + b"\r\n", again, pause=1.6)
        assert said.count(b"HTTP/1.1 200") == 2
