"""The short way of a plain GET leads where FastAPI's own leads, with the same answer."""

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

import httpx2
import pytest
from fastapi import APIRouter, Depends, FastAPI, Query

from shared.http.access import public
from shared.http.errors import install_error_handlers
from shared.http.framework import route_template
from shared.http.router import Router
from shared.http.shortcut import Shortcut

ID = "0190a000-0000-7000-8000-000000000000"


async def page(number: Annotated[int, Query(alias="page", ge=1)] = 1) -> int:
    return number


async def opened() -> AsyncIterator[str]:
    yield "open"


def an_app(*, foreign: bool = False) -> FastAPI:
    router = Router(prefix="/api/things")

    @router.get("", openapi_extra=public())
    async def listed(page: Annotated[int, Depends(page)], word: str = "-") -> dict[str, Any]:
        return {"page": page, "word": word}

    @router.get("/latest", openapi_extra=public())
    async def latest(opened: Annotated[str, Depends(opened, scope="function")]) -> str:
        return opened

    @router.get("/{thing}", openapi_extra=public())
    async def one(thing: UUID) -> str:
        return str(thing)

    @router.get("/{thing}/parts/{part}", openapi_extra=public())
    async def part(thing: UUID, part: str) -> list[str]:
        return [str(thing), part]

    @router.get("/{thing}/first", openapi_extra=public())
    async def first(thing: UUID) -> str:
        raise RuntimeError(thing)

    @router.post("/{thing}", openapi_extra=public())
    async def change(thing: UUID) -> str:
        return str(thing)

    @router.get("/{thing}/raw", openapi_extra=public())
    def raw(thing: UUID) -> str:
        return f"a thread's {thing}"

    app = FastAPI(redirect_slashes=False, openapi_url=None)
    install_error_handlers(app)
    if foreign:
        greedy = APIRouter()
        greedy.add_api_route("/api/{rest:path}", lambda rest: rest)
        app.include_router(greedy)
    app.include_router(router)
    return app


class Watched:
    """Counts what goes the long way."""

    def __init__(self, app: FastAPI) -> None:
        self._router, self.scopes = app.router.middleware_stack, list[Any]()
        app.router.middleware_stack = self

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.scopes.append(scope)
        await self._router(scope, receive, send)


async def ask(app: FastAPI, target: str, method: str = "GET", **headers: str) -> tuple[Any, ...]:
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://x") as client:
        answer = await client.request(method, target, headers=headers)
    return answer.status_code, answer.content, sorted(answer.headers.items())


TARGETS = [
    ("/api/things", True),
    ("/api/things?page=2&word=a%20b&word=c", True),
    ("/api/things?page=0", False),
    ("/api/things?other=1", True),
    ("/api/things/", False),
    ("/api/things/latest", True),
    (f"/api/things/{ID}", True),
    ("/api/things/no-id", False),
    ("/api/things/%0A", False),
    (f"/api/things/{ID}/parts/a%20b", True),
    (f"/api/things/{ID}/parts/a%2Fb", False),
    (f"/api/things/{ID}/parts/", False),
    (f"/api/things//parts/{ID}", False),
    (f"/api/things/{ID}/raw", False),
    (f"/api/things/{ID}/none", False),
    (f"/api/others/{ID}", False),
    ("/", False),
    ("", False),
]


@pytest.mark.parametrize(("target", "is_short"), TARGETS)
async def test_the_answer_is_the_same(target: str, *, is_short: bool) -> None:
    app = an_app()
    watched = Watched(app)
    Shortcut.lay(app)
    assert await ask(app, target) == await ask(an_app(), target)
    assert (not watched.scopes) is is_short


async def test_what_a_route_raises_is_the_apps_to_answer() -> None:
    short, long = an_app(), an_app()
    Shortcut.lay(short)
    target = f"/api/things/{ID}/first"
    assert (await ask(short, target))[0] == (await ask(long, target))[0] == 500


@pytest.mark.parametrize("method", ["POST", "HEAD", "PUT", "OPTIONS"])
async def test_other_methods_go_the_long_way(method: str) -> None:
    short, long = an_app(), an_app()
    watched = Watched(short)
    Shortcut.lay(short)
    target = f"/api/things/{ID}"
    assert await ask(short, target, method) == await ask(long, target, method)
    assert len(watched.scopes) == 1


async def test_a_known_tag_is_answered_304() -> None:
    app = an_app()
    Shortcut.lay(app)
    tag = dict((await ask(app, "/api/things"))[2])["etag"]
    assert (await ask(app, "/api/things", **{"if-none-match": tag}))[0] == 304


async def test_what_is_overridden_is_left_to_fastapi() -> None:
    app = an_app()
    watched = Watched(app)
    Shortcut.lay(app)
    app.dependency_overrides[page] = lambda: 99
    assert b"99" in (await ask(app, "/api/things"))[1]
    assert len(watched.scopes) == 1


async def test_behind_a_route_that_takes_everything_nothing_is_short() -> None:
    short, long = an_app(foreign=True), an_app(foreign=True)
    watched = Watched(short)
    Shortcut.lay(short)
    assert await ask(short, "/api/things") == await ask(long, "/api/things")
    assert len(watched.scopes) == 1


async def test_the_scope_says_which_route_it_was() -> None:
    app = an_app()
    Shortcut.lay(app)
    seen: list[Any] = []

    async def outermost(scope: Any, receive: Any, send: Any) -> None:
        await app(scope, receive, send)
        seen.append(route_template(scope))

    transport = httpx2.ASGITransport(app=outermost)
    async with httpx2.AsyncClient(transport=transport, base_url="http://x") as client:
        for target in (f"/api/things/{ID}", "/api/things/no-id", "/api/none"):
            await client.get(target)
    assert seen == ["/api/things/{thing}", "/api/things/{thing}", None]
