"""All that the kernel takes from inside FastAPI and Starlette, which promise none of it; nothing else of ours looks in there.

`shared/tests/http/test_framework.py` shows each on a small app of its own: an upgrade fails there first.
"""

from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from enum import Enum
from types import NoneType
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi._compat import field_annotation_is_sequence
from fastapi.datastructures import DefaultPlaceholder
from fastapi.dependencies.models import (
    Dependant,
    _get_computed_scope,
    _is_async_gen_callable,
    _is_coroutine_callable,
    _uses_scopes,
)
from fastapi.dependencies.utils import _get_param_model, _is_json_field
from fastapi.exceptions import ResponseValidationError
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from pydantic_core import PydanticUndefinedType as UndefinedType
from starlette.exceptions import HTTPException
from starlette.types import Scope

NESTED = ("starlette.exception_handlers", "fastapi_middleware_astack")
"""Members of a request's scope that its app's router needs when it is asked once more within the same request."""


def route_template(scope: Scope) -> str | None:
    """The template of the route that took the request, with the prefixes of all routers above it; None before one did."""
    context = scope.get("fastapi", {}).get("effective_route_context")
    path: str | None = getattr(context, "path", None) or getattr(scope.get("route"), "path", None)
    return path


def contexts(app: FastAPI) -> Iterator[RouteContext]:
    """Each route with what the routers above it add, in the order in which a request is compared with them."""
    return iter_route_contexts(app.router.routes)


def choose(scope: Scope, context: RouteContext, path_params: Mapping[str, str]) -> None:
    """Note in the scope of a request which route has taken it, as FastAPI's router does."""
    scope.setdefault("fastapi", {})["effective_route_context"] = context
    scope["route"] = context.original_route
    scope["endpoint"] = context.endpoint
    scope["path_params"] = path_params


def leave_open(scope: Scope) -> None:
    """As if no route had been chosen."""
    del scope["fastapi"]["effective_route_context"]
    for name in ("route", "endpoint", "path_params"):
        del scope[name]


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


LASTING = (NoneType, bool, int, str, Enum, UndefinedType)
"""Defaults that need no copy for each request."""
Answering = Callable[[Request], Coroutine[Any, Any, Response | None]]


@dataclass(frozen=True, slots=True)
class _Parameter:
    name: str
    alias: str
    validate: Callable[..., tuple[Any, Any]]
    default: Any
    is_required: bool

    def read(self, said: Mapping[str, str]) -> tuple[Any, bool]:
        """The value, and whether it is one: what is wrong, FastAPI tells."""
        value = said.get(self.alias)
        if value is None:
            return self.default, not self.is_required
        found, errors = self.validate(value, {}, loc=())
        return found, not errors


@dataclass(frozen=True, slots=True)
class _Step:
    """One dependency, or the endpoint itself, behind all it depends on."""

    dependant: Dependant
    call: Callable[..., Any]
    opened: Callable[..., AbstractAsyncContextManager[Any]] | None
    """Of one that is closed again behind the endpoint, before the answer leaves."""
    queries: tuple[_Parameter, ...]
    paths: tuple[_Parameter, ...]
    takes: tuple[tuple[str, int], ...]
    """Which arguments come from which steps before."""

    def parameters(
        self, queries: Mapping[str, str], paths: Mapping[str, str]
    ) -> dict[str, Any] | None:
        found: dict[str, Any] = {}
        for said, expected in ((queries, self.queries), (paths, self.paths)):
            for each in expected:
                found[each.name], is_good = each.read(said)
                if not is_good:
                    return None
        return found


def plainly(said: RouteContext) -> Answering | None:
    """Answers a GET as FastAPI does, with its dependencies laid out once and not found anew each time.

    None for a route that has more to it than is foreseen here. Where something is wrong with what a request says, the answer is None:
    FastAPI tells what.
    """
    steps = _steps_of(said)
    if steps is None:
        return None
    is_said_to = any(step.dependant.response_param_name for step in steps)

    async def answer(request: Request) -> Response | None:
        queries = dict(request.query_params.items()) if request.scope["query_string"] else {}
        paths = request.scope["path_params"]
        parameters = [step.parameters(queries, paths) for step in steps]
        if None in parameters:
            return None
        response = _blank() if is_said_to else None
        solved: list[Any] = []
        async with AsyncExitStack() as stack:
            for step, arguments in zip(steps, parameters, strict=True):
                solved.append(
                    await _taken(step, arguments or {}, solved, (request, response), stack)
                )
            found = solved[-1]
            return found if isinstance(found, Response) else _written(said, found, response)
        raise RuntimeError("a dependency swallowed what was raised behind it")

    return answer


def _blank() -> Response:
    """What an endpoint hangs its headers and its status on."""
    response: Any = Response()
    del response.headers["content-length"]
    response.status_code = None  # as long as nobody says one
    return response  # type: ignore[no-any-return]


async def _taken(
    step: _Step,
    arguments: dict[str, Any],
    solved: list[Any],
    own: tuple[Request, Response | None],
    stack: AsyncExitStack,
) -> Any:
    for name, place in step.takes:
        arguments[name] = solved[place]
    dependant = step.dependant
    if dependant.request_param_name:
        arguments[dependant.request_param_name] = own[0]
    if dependant.response_param_name:
        arguments[dependant.response_param_name] = own[1]
    if step.opened is None:
        return await step.call(**arguments)
    return await stack.enter_async_context(step.opened(**arguments))


def _written(said: Any, answer: Any, given: Response | None) -> Response:
    """Raises ResponseValidationError."""
    value, errors = said.response_field.validate(answer, {}, loc=("response",))
    if errors:
        raise ResponseValidationError(errors=errors, body=answer)
    content = said.response_field.serialize_json(value)
    status = (given and given.status_code) or said.status_code or 200
    response = Response(content, status, media_type="application/json")
    if given is not None:
        response.headers.raw.extend(given.headers.raw)
    return response


def _steps_of(said: Any) -> list[_Step] | None:
    """In the order in which FastAPI solves them; None for a route that has more to it."""
    plain = (
        said.methods == {"GET"}
        and said.body_field is None
        and said.response_field is not None
        and isinstance(said.response_class, DefaultPlaceholder)
        and not (said.response_model_include or said.response_model_exclude)
        and not (said.response_model_exclude_unset or said.response_model_exclude_defaults)
        and not said.response_model_exclude_none
        and said.response_model_by_alias
        and said.status_code in {None, 200}
    )
    steps: list[_Step] = []
    return steps if plain and _lay_out(said.dependant, steps, {}) is not None else None


def _lay_out(dependant: Dependant, steps: list[_Step], known: dict[Any, int]) -> int | None:
    """The place of its step; None for what is not foreseen."""
    takes = []
    for each in dependant.dependencies:
        place = (
            known.get((each.call, _get_computed_scope(dependant=each))) if each.use_cache else None
        )
        if place is None:
            place = _lay_out(each, steps, known)
        if place is None:
            return None
        if each.name is not None:
            takes.append((each.name, place))
    is_context = _is_async_gen_callable(dependant.call)
    queries, paths = _parameters(dependant.query_params), _parameters(dependant.path_params)
    unforeseen = (
        dependant.header_params
        or dependant.cookie_params
        or dependant.body_params
        or dependant.websocket_param_name
        or dependant.http_connection_param_name
        or dependant.background_tasks_param_name
        or dependant.concurrency
        or _uses_scopes(dependant=dependant)
        or (is_context and dependant.scope != "function")
        or not (is_context or _is_coroutine_callable(dependant.call))
    )
    if unforeseen or queries is None or paths is None:
        return None
    call: Any = dependant.call
    opened = asynccontextmanager(call) if is_context else None
    steps.append(_Step(dependant, call, opened, queries, paths, tuple(takes)))
    place = known[dependant.call, _get_computed_scope(dependant=dependant)] = len(steps) - 1
    return place


def _parameters(fields: list[Any]) -> tuple[_Parameter, ...] | None:
    for field in fields:
        is_one = not (_get_param_model(field) or _is_json_field(field)) and not _is_several(field)
        if (
            not is_one
            or field.field_info.validate_default
            or not isinstance(field.default, LASTING)
            or field.validation_alias not in {None, field.alias}
        ):
            return None
    return tuple(
        _Parameter(
            field.name,
            field.alias,
            field.validate,
            field.default,
            field.field_info.is_required(),
        )
        for field in fields
    )


def _is_several(field: Any) -> bool:
    return field_annotation_is_sequence(field.field_info.annotation)
