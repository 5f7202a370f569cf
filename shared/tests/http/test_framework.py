"""What the kernel takes from inside FastAPI, Starlette and uvicorn, each shown on a small app: an upgrade fails here first."""

import asyncio
import inspect
from collections.abc import Iterator
from typing import Annotated, Any

import pytest
import uvicorn
from fastapi import APIRouter, Body, Depends, FastAPI, Query, Request
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from shared import process
from shared.http.framework import NESTED, calls, query_names, raised_in_body, route_template
from shared.testing.inherited import fingerprint, members_of

SEEN: dict[str, Any] = {}
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
