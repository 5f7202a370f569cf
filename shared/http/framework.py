"""All that the kernel takes from inside FastAPI and Starlette, which promise none of it; nothing else of ours looks in there.

`shared/tests/http/test_framework.py` shows each on a small app of its own: an upgrade fails there first.
"""

from collections.abc import Callable, Iterator
from typing import Any

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.types import Scope

NESTED = ("starlette.exception_handlers", "fastapi_middleware_astack")
"""Members of a request's scope that its app's router needs when it is asked once more within the same request."""


def route_template(scope: Scope) -> str | None:
    """The template of the route that took the request, with the prefixes of all routers above it; None before one did."""
    context = scope.get("fastapi", {}).get("effective_route_context")
    path: str | None = getattr(context, "path", None) or getattr(scope.get("route"), "path", None)
    return path


def query_names(route: APIRoute) -> frozenset[str]:
    """The query parameters of the endpoint and of all it depends on."""
    return frozenset(
        parameter.alias for each in _all(route.dependant) for parameter in each.query_params
    )


def calls(route: APIRoute) -> Iterator[Callable[..., Any] | None]:
    """The endpoint, and all it depends on."""
    return (each.call for each in _all(route.dependant))


def raised_in_body(error: HTTPException) -> BaseException | None:
    """What reading the body raised, which FastAPI answers with a 400 of its own."""
    return error.__cause__


def _all(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for each in dependant.dependencies:
        yield from _all(each)
