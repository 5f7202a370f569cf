"""FastAPI runs a plain function of ours (an endpoint, a dependency, an error handler) in a thread of its pool: some 40 µs and a hop
for every request, at most forty at a time, and nothing of the event loop may be touched there. Ours are coroutines.
"""

import inspect
from collections.abc import Callable, Iterator
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import Route

from deploy.local.contracts import apps

IN_A_THREAD: dict[str, str] = {}
"""`module.name` of what may run in a thread, and why."""


def called_by(dependant: Dependant) -> Iterator[Callable[..., Any]]:
    if dependant.call is not None:
        yield dependant.call
    for each in dependant.dependencies:
        yield from called_by(each)


def functions_of(app: FastAPI) -> Iterator[Callable[..., Any]]:
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, APIRoute):
            yield from called_by(route.dependant)
        elif isinstance(route, Route):
            yield route.endpoint
    yield from app.exception_handlers.values()


def is_coroutine(function: Callable[..., Any]) -> bool:
    return any(
        inspect.iscoroutinefunction(each) or inspect.isasyncgenfunction(each)
        for each in (function, type(function).__call__)
    )


def threaded(app: FastAPI) -> set[str]:
    return {
        f"{function.__module__}.{getattr(function, '__qualname__', function)}"
        for function in functions_of(app)
        if not is_coroutine(function)
        and not function.__module__.startswith(("starlette", "fastapi"))
    }


def test_nothing_of_ours_runs_in_a_thread() -> None:
    found: set[str] = set()
    looked_at = 0
    for _, app in apps():
        found |= threaded(app)
        looked_at += sum(1 for _ in functions_of(app))
    assert looked_at > 500
    assert found == IN_A_THREAD.keys(), "make it `async def`, or list it with a reason"


def test_a_plain_function_is_found_wherever_it_is() -> None:
    app = FastAPI()

    def deep() -> int:
        return 1

    async def middle(number: Annotated[int, Depends(deep)]) -> int:
        return number

    class Asked:
        pass

    @app.get("/a")
    async def fine(number: Annotated[int, Depends(middle)], _: Annotated[Asked, Depends()]) -> int:
        return number

    @app.get("/b")
    def plain() -> None:
        pass

    @app.exception_handler(ValueError)
    def handler(_request: Request, _error: Exception) -> None:
        pass

    names = {name.rpartition(".")[2] for name in threaded(app)}
    assert names == {"deep", "Asked", "plain", "handler"}
