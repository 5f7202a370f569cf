"""What the kernel takes from inside FastAPI, Starlette and uvicorn, each shown on a small app: an upgrade fails here first."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import UUID

import httpx2
import pytest
import uvicorn
from fastapi import APIRouter, Body, Depends, FastAPI, Header, Query, Request, Response
from fastapi.dependencies.utils import request_params_to_args, solve_dependencies
from fastapi.responses import PlainTextResponse
from fastapi.routing import APIRoute, get_request_handler
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from shared import process
from shared.http.framework import (
    NESTED,
    calls,
    choose,
    contexts,
    leave_open,
    plainly,
    query_names,
    raised_in_body,
    route_template,
)
from shared.testing.inherited import fingerprint, members_of

SEEN: dict[str, Any] = {}
PLAIN_STEPS = {
    get_request_handler: "d959336b7162",
    solve_dependencies: "19825365bd06",
    request_params_to_args: "e028df88c5ea",
}
SERVER = {
    *("config", "lifespan"),
    *("force_exit", "should_exit"),
    *("handle_exit", "startup", "shutdown"),
}
SERVER_STEPS = {
    "_serve": "4575b7a50adf",
    "main_loop": "afccb353a119",
    "startup": "2aa1d70a244b",
    "shutdown": "9b33c5056299",
    "handle_exit": "553276efa26e",
    "capture_signals": "e1bbcd4770d1",
}


def paged(page: Annotated[int, Query(alias="page")] = 1) -> int:
    return page


def listed(page: Annotated[int, Depends(paged)], order: str = "") -> str:
    return f"{page}{order}"


class Broken(ValueError):
    """What a body may raise."""


class BrokenRequest(Request):
    async def json(self) -> Any:
        raise Broken


class Route(APIRoute):
    def get_route_handler(self) -> Any:
        handle = super().get_route_handler()

        async def keep(request: Request) -> Any:
            try:
                return await handle(BrokenRequest(request.scope, request.receive))
            except HTTPException as error:
                SEEN["cause"] = raised_in_body(error)
                raise

        return keep


def small_app() -> FastAPI:
    inner = APIRouter(prefix="/inner/{one}", route_class=Route)

    @inner.get("/things/{two}")
    async def thing(
        request: Request, two: str, of: Annotated[str, Depends(listed)], word: str = ""
    ) -> str:
        SEEN["scope"] = dict(request.scope)
        return two + of + word

    @inner.post("/things")
    async def make(said: Annotated[dict[str, int], Body()]) -> None:
        SEEN["made"] = said

    outer = APIRouter(prefix="/outer")
    outer.include_router(inner)
    app = FastAPI()
    app.include_router(outer)
    return app


async def ask(
    app: Any, method: str, path: str, scope: dict[str, Any] | None = None
) -> tuple[int, dict[str, Any]]:
    """Status, and the scope as it was left."""
    whole: dict[str, Any] = {
        **(scope or {}),
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"content-type", b"application/json")],
    }
    answered: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"{}", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answered.append(message["status"])

    await app(whole, receive, send)
    return answered[0], whole


class TestFastAPI:
    async def test_a_template_has_the_prefixes_of_all_routers(self) -> None:
        status, scope = await ask(small_app(), "GET", "/outer/inner/1/things/2")
        assert (status, route_template(scope)) == (200, "/outer/inner/{one}/things/{two}")

    async def test_where_no_route_is_there_is_no_template(self) -> None:
        status, scope = await ask(small_app(), "GET", "/elsewhere")
        assert (status, route_template(scope)) == (404, None)

    async def test_the_router_can_be_asked_again_with_what_is_named(self) -> None:
        app = small_app()
        await ask(app, "GET", "/outer/inner/1/things/2")
        known = {
            name: SEEN["scope"][name] for name in (*NESTED, "app", "state") if name in SEEN["scope"]
        }
        assert known.keys() >= set(NESTED)
        status, _ = await ask(app.router, "GET", "/outer/inner/1/things/3", known)
        assert status == 200

    @pytest.mark.parametrize(
        ("name", "without"),
        [
            ("starlette.exception_handlers", HTTPException),
            ("fastapi_middleware_astack", AssertionError),
        ],
    )
    async def test_each_of_them_is_needed(self, name: str, without: type[Exception]) -> None:
        """Without the first a refusal is not answered but raised, without the second FastAPI stops."""
        app = small_app()
        await ask(app, "GET", "/outer/inner/1/things/2")
        known = {each: SEEN["scope"][each] for each in (*NESTED, "app")}
        assert (await ask(app.router, "POST", "/outer/inner/1/things", known))[0] == 400
        del known[name]
        with pytest.raises(without):
            await ask(app.router, "POST", "/outer/inner/1/things", known)

    def test_parameters_and_calls_of_dependencies_of_dependencies_are_found(self) -> None:
        [route] = [each for each in routes(small_app()) if each.name == "thing"]
        assert query_names(route) == {"page", "order", "word"}
        assert {paged, listed} < set(calls(route))

    async def test_what_a_body_raised_is_found_behind_the_400(self) -> None:
        status, _ = await ask(small_app(), "POST", "/outer/inner/1/things")
        assert status == 400
        assert isinstance(SEEN["cause"], Broken)


WORDS: list[str] = []
"""What ran, in order."""


class Answer(BaseModel):
    said: dict[str, Any]
    at: datetime


async def opened(request: Request) -> AsyncIterator[str]:
    WORDS.append("open")
    try:
        yield request.query_params.get("word", "-")
    except ValueError:
        WORDS.append("failed")
        raise
    finally:
        WORDS.append("close")


async def counted(
    page: Annotated[int, Query(ge=1)] = 1, size: int | None = None
) -> tuple[Any, ...]:
    WORDS.append("counted")
    return page, size


async def refusing(page: Annotated[tuple[Any, ...], Depends(counted)]) -> None:
    WORDS.append("judged")
    if page[0] == 13:
        raise HTTPException(403)


def plain_app() -> FastAPI:
    router = APIRouter()

    @router.get("/things/{two}")
    async def thing(
        two: UUID,
        opened: Annotated[str, Depends(opened, scope="function")],
        page: Annotated[tuple[Any, ...], Depends(counted)],
        response: Response,
        on: Annotated[date | None, Query(alias="day")] = None,
    ) -> Answer:
        WORDS.append("asked")
        if opened == "fail":
            raise ValueError(opened)
        if opened == "made":
            response.headers["x-made"] = "yes"
            response.status_code = 203
        if opened == "raw":
            return PlainTextResponse("raw", 202)  # type: ignore[return-value]
        if opened == "wrong":
            return {"said": 1}  # type: ignore[return-value]
        said = {"two": str(two), "opened": opened, "page": page, "on": str(on)}
        return Answer(said=said, at=datetime(2026, 1, 2, tzinfo=UTC))

    @router.get("/lists")
    async def listed(words: Annotated[list[str], Query()]) -> list[str]:
        return words

    @router.get("/threads")
    def threaded() -> str:
        return "a thread's"

    @router.get("/headers")
    async def headed(x_word: Annotated[str, Header()]) -> str:
        return x_word

    app = FastAPI(dependencies=[Depends(refusing)])
    app.include_router(router, prefix="/outer")
    return app


class Short:
    """In front of an app's router, as `shortcut.py` is, without its table."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self.long_way = app.router.middleware_stack
        app.router.middleware_stack = self

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        for context in () if self._app.dependency_overrides else contexts(self._app):
            fits = context.path_regex.fullmatch(scope["path"])
            answer = plainly(context) if fits else None
            if answer is not None:
                choose(scope, context, fits.groupdict())
                response = await answer(Request(scope, receive))
                if response is not None:
                    await response(scope, receive, send)
                    return
                leave_open(scope)
        WORDS.append("FastAPI's")
        await self.long_way(scope, receive, send)


async def answered(app: FastAPI, target: str) -> tuple[Any, ...]:
    WORDS.clear()
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://x") as client:
        found = await client.get(target, headers={"x-word": "w"})
    ran = [word for word in WORDS if word != "FastAPI's"]
    return found.status_code, found.content, sorted(found.headers.items()), ran


ONE = "/outer/things/0190a000-0000-7000-8000-000000000000"


class TestPlainly:
    """A GET whose dependencies are laid out once is answered as FastAPI answers it."""

    @pytest.mark.parametrize(
        ("target", "is_plain"),
        [
            (ONE, True),
            (f"{ONE}?page=3&size=7&day=2026-02-03&word=ab", True),
            (f"{ONE}?page=3&page=4", True),
            (f"{ONE}?day=&word=", False),
            (f"{ONE}?word=made", True),
            (f"{ONE}?word=raw", True),
            (f"{ONE}?word=fail", True),
            (f"{ONE}?word=wrong", True),
            (f"{ONE}?page=13", True),
            (f"{ONE}?page=0", False),
            (f"{ONE}?page=x&day=never", False),
            ("/outer/things/no-id?page=0", False),
            ("/outer/lists?words=a&words=b", False),
            ("/outer/threads", False),
            ("/outer/headers", False),
        ],
    )
    async def test_the_answer_is_the_same(self, target: str, *, is_plain: bool) -> None:
        slow, app = await answered(plain_app(), target), plain_app()
        Short(app)
        assert await answered(app, target) == slow
        assert ("FastAPI's" not in WORDS) is is_plain

    async def test_what_is_opened_is_closed_before_the_answer_leaves(self) -> None:
        app = plain_app()
        Short(app)
        left: list[list[str]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(_message: Any) -> None:
            left.append(list(WORDS))

        WORDS.clear()
        scope = {"type": "http", "method": "GET", "path": ONE, "query_string": b"", "headers": []}
        await app({**scope, "root_path": ""}, receive, send)
        assert left[0] == WORDS
        assert WORDS[-1] == "close"

    @pytest.mark.parametrize(("default", "is_plain"), [(7, True), (None, True), ([], False)])
    def test_a_default_is_handed_out_if_nobody_can_change_it(
        self, default: Any, *, is_plain: bool
    ) -> None:
        app = FastAPI()

        @app.get("/defaults")
        async def defaulting(word: Annotated[Any, Query()] = default) -> str:
            return str(word)

        [found] = [plainly(each) for each in contexts(app) if each.path == "/defaults"]
        assert (found is not None) is is_plain

    @pytest.mark.parametrize("step", PLAIN_STEPS, ids=lambda step: step.__name__)
    def test_what_it_stands_for_is_what_we_read(self, step: Any) -> None:
        found = fingerprint(step)
        assert found == PLAIN_STEPS[step], (
            f"FastAPI changed {step.__name__}: read what; then write {found} here"
        )


def routes(app: FastAPI) -> Iterator[APIRoute]:
    """Those of an app, in whatever an upgrade nests them."""
    waiting = list(app.routes)
    while waiting:
        one = waiting.pop()
        if isinstance(one, APIRoute):
            yield one
        else:
            inside = getattr(one, "original_router", None) or one
            waiting += getattr(inside, "routes", ())


class TestServer:
    """The two servers of `shared/process.py` are uvicorn's with another beginning and end."""

    def test_what_they_share_with_it_is_named(self) -> None:
        server = uvicorn.Server(uvicorn.Config(small_app(), log_config=None))
        there = set(dir(server)) | {"lifespan"}  # set when it serves
        assert members_of("self", process) & there - set(dir(object)) == SERVER

    @pytest.mark.parametrize("step", SERVER_STEPS)
    def test_a_step_they_take_part_in_is_the_one_we_read(self, step: str) -> None:
        found = fingerprint(inspect.unwrap(getattr(uvicorn.Server, step)))
        assert found == SERVER_STEPS[step], (
            f"uvicorn changed Server.{step}: read what; then write {found} here"
        )

    async def test_a_server_can_be_opened_without_its_loop(self) -> None:
        inner = process.InnerServer(small_app(), host="127.0.0.1", port=0)
        await inner.open()
        assert inner.started
        await asyncio.wait_for(inner.shutdown(), 5)
