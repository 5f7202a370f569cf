"""Reading one thing costs a bounded number of statements, and what is read as rows says what entities say: held to in every test of
every service that reads.

A test's client counts what its request sends to the database. Work that grows with what a thing holds shows here as soon as any
test reads a thing that holds something. A list is asked once more of SQLAlchemy's own entities: the answers are equal to the byte.
"""

import re
from contextvars import ContextVar
from typing import Any

import httpx2
from sqlalchemy import Engine, event

from shared.db.outside import elsewhere
from shared.db.reading import by_entities

MOST = 5
MOST_OF = {"dashboard": 18, "history": 7, "budgets": 6, "costs": 6}
"""Many things of a car in one answer; as many statements for a car of twenty years as for a new one. Sums of somebody else's car ask in
one of them whose day it is there.
"""
ONE = re.compile(r"/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:/|$)")
"""A path with an id in it."""
OK = 200
LIST = b'{"count":'
"""How a list begins."""
_sent: ContextVar[list[str] | None] = ContextVar("sent", default=None)


@event.listens_for(Engine, "before_cursor_execute")
def _note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
    sent = _sent.get()
    if sent is not None:
        sent.append(statement)


class CountingTransport(httpx2.ASGITransport):
    """Refuses a read of one thing that asked the database too often."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        sent: list[str] = []
        token = _sent.set(sent)
        try:
            with elsewhere():
                response = await super().handle_async_request(request)
        finally:
            _sent.reset(token)
        path = request.url.path
        if request.method == "GET" and response.status_code == OK and ONE.search(path):
            most = MOST_OF.get(path.rstrip("/").rpartition("/")[2], MOST)
            assert len(sent) <= most, f"GET {path} sent {len(sent)} statements:\n" + "\n".join(sent)
        if request.method == "GET" and response.status_code == OK:
            await self._compare(request, response)
        return response

    async def _compare(self, request: httpx2.Request, response: httpx2.Response) -> None:
        body = await response.aread()
        if not body.startswith(LIST):
            return
        token = by_entities.set(True)
        try:
            with elsewhere():
                slowly = await super().handle_async_request(request)
        finally:
            by_entities.reset(token)
        if await slowly.aread() == body:
            return
        with elsewhere():  # something may have changed meanwhile
            again = await super().handle_async_request(request)
        assert await again.aread() != body, (
            f"{request.url}: rows say {body!r}, entities {slowly.content!r}"
        )
