"""All that the kernel takes from inside FastAPI and Starlette, which promise none of it; nothing else of ours looks in there.

`shared/tests/http/test_framework.py` shows each on a small app of its own: an upgrade fails there first.
"""

from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response
from fastapi._compat import field_annotation_is_sequence
from fastapi.datastructures import DefaultPlaceholder
from fastapi.dependencies.models import (
    Dependant,
    _get_computed_scope,
    _is_async_gen_callable,
    _is_coroutine_callable,
    _uses_scopes,
)
from fastapi.dependencies.utils import _get_param_model, _is_json_field, _solve_generator
from fastapi.exceptions import ResponseValidationError
from fastapi.routing import APIRoute, _effective_route_context_var
from fastapi.telemetry import get_telemetry_data
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


Handler = Callable[[Request], Coroutine[Any, Any, Response]]
FUNCTION_STACK = "fastapi_function_astack"


@dataclass(frozen=True, slots=True)
class _Parameter:
    name: str
    alias: str
    field: Any

    def read(self, said: Mapping[str, Any]) -> tuple[Any, bool]:
        """The value, and whether it is one: what is wrong, FastAPI tells."""
        value = said.get(self.alias)
        if value is None:
            return self.field.default, not self.field.field_info.is_required()
        value, errors = self.field.validate(value, {}, loc=())
        return value, not errors


@dataclass(frozen=True, slots=True)
class _Step:
    """One dependency, or the endpoint itself, behind all it depends on."""

    dependant: Dependant
    is_context: bool
    queries: tuple[_Parameter, ...]
    paths: tuple[_Parameter, ...]
    takes: tuple[tuple[str, int], ...]
    """Which arguments come from which steps before."""

    def parameters(self, request: Request) -> dict[str, Any] | None:
        found: dict[str, Any] = {}
        for parameters, said in (
            (self.queries, request.query_params),
            (self.paths, request.path_params),
        ):
            for each in parameters:
                found[each.name], is_good = each.read(said)
                if not is_good:
                    return None
        return found


def directly(route: APIRoute, otherwise: Handler) -> Handler:
    """Answers a GET as FastAPI's handler `otherwise` does, with the dependencies laid out once and not found anew each time.

    Whatever is wrong with a request, whatever a route has that is not foreseen here, and overridden dependencies are left to it.
    """
    context = _effective_route_context_var.get()
    said: Any = context if context is not None and context.original_route is route else route
    steps = _steps_of(said)
    if steps is None:
        return otherwise
    provider = said.dependency_overrides_provider
    is_said_to = any(step.dependant.response_param_name for step in steps)

    async def handle(request: Request) -> Response:
        parameters = [step.parameters(request) for step in steps]
        is_overridden = getattr(provider, "dependency_overrides", None)
        if is_overridden or None in parameters or get_telemetry_data() is not None:
            return await otherwise(request)
        response = _blank() if is_said_to else None
        solved: list[Any] = []
        for step, arguments in zip(steps, parameters, strict=True):
            solved.append(await _taken(step, arguments or {}, solved, request, response))
        answer = solved[-1]
        return answer if isinstance(answer, Response) else _written(said, answer, response)

    return handle


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
    request: Request,
    response: Response | None,
) -> Any:
    dependant: Any = step.dependant
    for name, place in step.takes:
        arguments[name] = solved[place]
    _add_own(dependant, arguments, request, response)
    if not step.is_context:
        return await dependant.call(**arguments)
    stack: AsyncExitStack = request.scope[FUNCTION_STACK]
    return await _solve_generator(
        request=request, dependant=dependant, stack=stack, sub_values=arguments
    )


def _add_own(
    dependant: Dependant, arguments: dict[str, Any], request: Request, response: Response | None
) -> None:
    if dependant.request_param_name:
        arguments[dependant.request_param_name] = request
    if dependant.response_param_name:
        arguments[dependant.response_param_name] = response


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
    steps.append(_Step(dependant, is_context, queries, paths, tuple(takes)))
    place = known[dependant.call, _get_computed_scope(dependant=dependant)] = len(steps) - 1
    return place


def _parameters(fields: list[Any]) -> tuple[_Parameter, ...] | None:
    for field in fields:
        is_one = not (_get_param_model(field) or _is_json_field(field)) and not _is_several(field)
        if (
            not is_one
            or field.field_info.validate_default
            or field.validation_alias not in {None, field.alias}
        ):
            return None
    return tuple(_Parameter(field.name, field.alias, field) for field in fields)


def _is_several(field: Any) -> bool:
    return field_annotation_is_sequence(field.field_info.annotation)
