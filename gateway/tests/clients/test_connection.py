"""What a service may do to us: answers of every shape, cut at every place."""

import asyncio
import itertools
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.clients.connection import Answer, UpstreamBroken
from gateway.clients.upstream import Call, Upstream
from gateway.errors import BadGateway
from shared.errors import AppError

GET = Call("GET", b"GET / HTTP/1.1\r\nhost: x\r\n\r\n", repeatable=True)
Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], "asyncio.Future[None]"]


@asynccontextmanager
async def scripted(
    *answers: bytes, close: bool = False
) -> AsyncIterator[tuple[Upstream, list[int]]]:
    """A server that gives these bytes, one per request, on however many connections."""
    left = list(answers)
    connections: list[int] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(1)
        try:
            while left and await reader.readuntil(b"\r\n\r\n"):
                writer.write(left.pop(0))
                await writer.drain()
                if close:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    upstream = Upstream("test", "127.0.0.1", port)
    try:
        yield upstream, connections
    finally:
        upstream.close()
        server.close()


async def whole(answer: Answer) -> bytes:
    body = b""
    while piece := await answer.read():
        body += piece
    return body


OK = b"HTTP/1.1 200 OK\r\n"


class TestAnswers:
    @pytest.mark.parametrize(
        ("said", "body"),
        [
            (OK + b"content-length: 5\r\n\r\nhello", b"hello"),
            (OK + b"transfer-encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", b"hello"),
            (OK + b"content-length: 0\r\n\r\n", b""),
            (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
            (b"HTTP/1.1 304 Not Modified\r\netag: x\r\n\r\n", b""),
            (
                b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n"
                + OK
                + b"content-length: 2\r\n\r\nhi",
                b"hi",
            ),
        ],
    )
    async def test_two_in_a_row_share_a_connection(self, said: bytes, body: bytes) -> None:
        async with scripted(said, said) as (upstream, connections):
            for _ in range(2):
                assert await whole(await upstream.ask(GET)) == body
            assert len(connections) == 1

    async def test_a_body_may_end_with_the_connection(self) -> None:
        async with scripted(OK + b"\r\nhello", close=True) as (upstream, _):
            assert await whole(await upstream.ask(GET)) == b"hello"

    async def test_an_answer_to_head_has_no_body_and_the_connection_lives(self) -> None:
        head = Call("HEAD", b"HEAD / HTTP/1.1\r\nhost: x\r\n\r\n", repeatable=True)
        said = OK + b"content-length: 500\r\n\r\n"
        async with scripted(said, OK + b"content-length: 2\r\n\r\nhi") as (upstream, connections):
            answer = await upstream.ask(head)
            assert (answer.status, await whole(answer)) == (200, b"")
            assert await whole(await upstream.ask(GET)) == b"hi"
            assert len(connections) == 1

    async def test_connection_close_is_obeyed(self) -> None:
        said = OK + b"connection: close\r\ncontent-length: 2\r\n\r\nhi"
        async with scripted(said, said) as (upstream, connections):
            for _ in range(2):
                assert await whole(await upstream.ask(GET)) == b"hi"
            assert len(connections) == 2

    async def test_a_body_cut_short_is_never_taken_for_whole(self) -> None:
        for said in (
            OK + b"content-length: 50\r\n\r\nhello",
            OK + b"transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n",
        ):
            async with scripted(said, close=True) as (upstream, _):
                answer = await upstream.ask(GET)
                with pytest.raises(UpstreamBroken):
                    await whole(answer)

    async def test_an_answer_nobody_asked_for_spoils_the_connection(self) -> None:
        """Else it would be taken for the answer to the next caller's request."""
        smuggled = OK + b"content-length: 6\r\n\r\nsecret"
        fine = OK + b"content-length: 2\r\n\r\nhi"
        async with scripted(fine + smuggled, fine) as (upstream, connections):
            assert await whole(await upstream.ask(GET)) == b"hi"
            await asyncio.sleep(0.02)
            assert await whole(await upstream.ask(GET)) == b"hi"
            assert len(connections) == 2

    async def test_junk_behind_a_whole_answer_keeps_nobody_waiting(self) -> None:
        """What is no HTTP came in one piece with the answer: that was whole, and whoever waits for it is told."""
        junk = b"HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\nEVIL!"
        async with scripted(junk, OK + b"content-length: 2\r\n\r\nhi") as (upstream, _):
            async with asyncio.timeout(5):
                assert (await upstream.ask(GET)).status == 204
            assert await whole(await upstream.ask(GET)) == b"hi"

    async def test_an_answer_that_names_another_request_is_nobodys(self) -> None:
        """A service answers twice, the second time when the connection has carried the next request."""
        mine, other = replace(GET, request_id=b"mine"), replace(GET, request_id=b"other")
        fine = OK + b"x-request-id: %b\r\ncontent-length: 2\r\n\r\nhi"
        wrong = OK + b"x-request-id: other\r\ncontent-length: 5\r\n\r\nEVIL!"
        async with scripted(fine % b"other", wrong, fine % b"mine", wrong) as (upstream, made):
            assert await whole(await upstream.ask(other)) == b"hi"
            assert await whole(await upstream.ask(mine)) == b"hi"
            assert len(made) == 2, "asked again, on a new connection"
            with pytest.raises(BadGateway):
                await upstream.ask(replace(mine, method="POST", repeatable=False))

    async def test_a_body_where_there_is_none_spoils_the_connection(self) -> None:
        head = Call("HEAD", b"HEAD / HTTP/1.1\r\nhost: x\r\n\r\n", repeatable=True)
        fine = OK + b"content-length: 2\r\n\r\nhi"
        async with scripted(fine, fine) as (upstream, connections):
            assert await whole(await upstream.ask(head)) == b""
            assert await whole(await upstream.ask(GET)) == b"hi"
            assert len(connections) == 2

    async def test_an_interim_answer_to_what_was_not_asked_spoils_the_connection(self) -> None:
        said = b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"content-length: 2\r\n\r\nhi"
        async with scripted(said, said) as (upstream, connections):
            for _ in range(2):
                assert await whole(await upstream.ask(GET)) == b"hi"
            assert len(connections) == 2

    async def test_what_came_unasked_while_nobody_read_is_never_the_next_answer(self) -> None:
        """It lies in the kernel when the next request begins: no callback has run yet."""
        fine = OK + b"content-length: 2\r\n\r\nhi"
        writers: list[asyncio.StreamWriter] = []

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writers.append(writer)
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(fine)

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        upstream = Upstream("test", "127.0.0.1", server.sockets[0].getsockname()[1])
        async with server:
            await whole(await upstream.ask(GET))
            raw = writers[0].get_extra_info("socket")
            socket.socket(fileno=os.dup(raw.fileno())).send(OK + b"content-length: 6\r\n\r\nsecret")
            assert await whole(await upstream.ask(GET)) == b"hi"
            upstream.close()
            assert len(writers) == 2
            for writer in writers:
                writer.close()

    async def test_what_is_not_http_is_a_bad_gateway(self) -> None:
        for said in (
            b"SSH-2.0\r\n",
            OK + b"content-length: x\r\n\r\n",
            OK + b"a: " + b"b" * 99_000,
        ):
            async with scripted(said, said) as (upstream, _):
                with pytest.raises(AppError) as refusal:
                    await upstream.ask(GET)
                assert refusal.type is BadGateway

    @pytest.mark.parametrize("pieces", [(b"hel",), (b"hello", b"!"), ()])
    async def test_a_body_of_another_length_than_announced_breaks_the_exchange(
        self, pieces: tuple[bytes, ...]
    ) -> None:
        async def body() -> AsyncIterator[bytes]:
            for piece in pieces:
                yield piece

        head = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\n"
        received = bytearray()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                while piece := await reader.read(1000):
                    received.extend(piece)
            except ConnectionError:
                pass
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        upstream = Upstream("test", "127.0.0.1", server.sockets[0].getsockname()[1])
        async with server:
            with pytest.raises(BadGateway):
                await upstream.ask(Call("POST", head, body=body(), length=5))
            await asyncio.sleep(0.02)
            assert not upstream._idle, "carries no other exchange"
            assert b"!" not in received

    @given(cuts=st.lists(st.integers(1, 90), max_size=6))
    def test_pieces_of_any_size_make_the_same_answer(self, cuts: list[int]) -> None:
        said = (
            OK + b"transfer-encoding: chunked\r\nx: y\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"
        )

        async def run() -> bytes:
            places = sorted({0, len(said), *(cut for cut in cuts if cut < len(said))})

            async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                await reader.readuntil(b"\r\n\r\n")
                for start, end in itertools.pairwise(places):
                    writer.write(said[start:end])
                    await writer.drain()
                    await asyncio.sleep(0)
                writer.close()

            server = await asyncio.start_server(serve, "127.0.0.1", 0)
            async with server:
                upstream = Upstream("test", "127.0.0.1", server.sockets[0].getsockname()[1])
                try:
                    return await whole(await upstream.ask(GET))
                finally:
                    upstream.close()

        assert asyncio.run(run()) == b"hello world"
