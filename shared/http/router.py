"""The router every room uses: FastAPI's, with the kernel's manners, which cost an endpoint's author nothing.

A GET that answers JSON, one thing or a list, or a calendar, carries a strong ETag of its bytes and answers 304 to If-None-Match; a
change with If-Match is made to what was seen or refused (`preconditions.py`); a POST with an Idempotency-Key is replayed
(`idempotency.py`); a query parameter nobody declared is refused, for a filter that is silently ignored shows what was to be left
out.
"""

import hashlib
import json
import math
from collections.abc import Callable, Coroutine
from functools import cached_property
from typing import Any, get_args

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute, RouteContext
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope

from shared.errors import BadRequest, InvalidInput
from shared.http.access import EXTENSION, OpenTo, Said, completed, read
from shared.http.errors import pointer_to
from shared.http.framework import calls, plainly, query_names, raised_in_body
from shared.http.idempotency import PARAMETER, STREAMED, Replay, is_keeper
from shared.http.models import SecretAnswer
from shared.http.preconditions import ANY, tags_of
from shared.messages import Text
from shared.storable import flaw_in

RESPONSE = "autotrack.response"
OK = 200
TAGGED = ("application/json", "text/calendar")
LARGEST_EXACT = 2**53
LONGEST_WHOLE = 20
"""Characters of an integer of 64 bits, with its sign."""
ShortHandler = Callable[[Scope, Receive], Coroutine[Any, Any, Response | None]]


class ParameterUnknown(BadRequest):
    code = "parameter_unknown"
    text = Text(
        fr="Ce paramètre n'existe pas ici ; possibles : {allowed}.",
        en="There is no such parameter here; possible: {allowed}.",
        es="Este parámetro no existe aquí; posibles: {allowed}.",
    )


class BodyUnstorable(InvalidInput):
    code = "body_unstorable"
    text = Text(
        fr="Ce corps contient un caractère nul ou incomplet, un nombre trop grand ou trop de niveaux.",
        en="This body holds a null or incomplete character, a number that is too large, or too many levels.",
        es="Este cuerpo contiene un carácter nulo o incompleto, un número demasiado grande o demasiados niveles.",
    )


class _JsonRequest(Request):
    """Its body is judged as a whole before any model sees it. To JSON 2019.0 is the integer 2019 (JSON Schema 2020-12, 4.2.3); to a
    strict model it is a float.
    """

    async def json(self) -> Any:
        """Raises BodyUnstorable, JSONDecodeError."""
        try:
            text = (
                await self.body()
            ).decode()  # as bytes, json would take half characters and UTF-16
            read = json.loads(
                text, parse_float=_number, parse_int=_whole, parse_constant=_no_number
            )
        except UnicodeDecodeError as error:
            raise json.JSONDecodeError("not UTF-8", "", error.start) from error
        except RecursionError:
            raise BodyUnstorable from None
        flaw = flaw_in(read)
        if flaw is not None:
            raise BodyUnstorable(pointer=pointer_to(flaw.where))
        return read


def _number(text: str) -> float:
    value = float(text)
    return int(value) if value.is_integer() and abs(value) <= LARGEST_EXACT else value


def _whole(text: str) -> float:
    """What is longer than any column is not computed: that takes the square of its length."""
    return int(text) if len(text) <= LONGEST_WHOLE else math.inf


def _no_number(_text: str) -> float:
    """NaN and Infinity, which Python reads and JSON does not have."""
    return math.inf


class Route(APIRoute):
    def __init__(self, *said: Any, **options: Any) -> None:
        super().__init__(*said, **options)
        if self._is_replayable():
            extra = dict(self.openapi_extra or {})
            extra[EXTENSION] = {**extra[EXTENSION], "replayable": True}
            others = [each for each in extra.get("parameters", ()) if each != PARAMETER]
            self.openapi_extra = {**extra, "parameters": [*others, PARAMETER]}

    def _is_replayable(self) -> bool:
        """Whether a key is kept: somebody is signed in, one transaction holds claim and answer, and the answer may be stored."""
        access = (self.openapi_extra or {}).get(EXTENSION, {}).get("access")
        return (
            self.methods == {"POST"}
            and access in {OpenTo.USER.value, OpenTo.ADMIN.value}
            and not _holds_a_secret(self.response_model)
            and any(map(is_keeper, calls(self)))
        )

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_with_manners(request: Request) -> Response:
            asked = self._read(request.scope, request.receive)
            request.scope[STREAMED] = self.streams_body
            try:
                response = await handle(asked)
            except Replay as replay:
                return replay.response
            except HTTPException as error:
                flaw = raised_in_body(error)
                if isinstance(flaw, BodyUnstorable):
                    raise flaw from None
                raise
            response = self._with_manners(request, response)
            request.scope[RESPONSE] = response
            return response

        return handle_with_manners

    def get_short_handler(self, context: RouteContext) -> ShortHandler | None:
        """The same for a plain GET, without what only others need (`shortcut.py`); None for a route that is none."""
        answer = plainly(context)
        if answer is None:
            return None

        async def handle_briefly(scope: Scope, receive: Receive) -> Response | None:
            asked = self._read(scope, receive)
            response = await answer(asked)
            return None if response is None else self._with_manners(asked, response)

        return handle_briefly

    def _read(self, scope: Scope, receive: Receive) -> Request:
        asked = _JsonRequest(scope, receive)
        if scope["query_string"]:
            self._refuse_unknown(asked)
        return asked

    def _with_manners(self, request: Request, response: Response) -> Response:
        if request.method == "GET":
            response = _tagged(request, response)
        if self.holds_a_secret:
            response.headers["Cache-Control"] = "no-store"
        return response

    @cached_property
    def holds_a_secret(self) -> bool:
        return _holds_a_secret(self.response_model)

    @cached_property
    def said(self) -> Said:
        """Who may call it."""
        return read(self.openapi_extra)

    @cached_property
    def query_names(self) -> frozenset[str]:
        return query_names(self)

    @cached_property
    def streams_body(self) -> bool:
        """An upload: its endpoint reads the body itself, piece by piece."""
        said = (self.openapi_extra or {}).get("requestBody", {})
        return "multipart/form-data" in said.get("content", {})

    @cached_property
    def takes_any_query(self) -> bool:
        """What is open to everybody is called by programs that add words of their own, such as sign-in providers."""
        said = (self.openapi_extra or {}).get(EXTENSION, {})
        return said.get("access") == OpenTo.PUBLIC.value and not self.query_names & {"page"}

    def _refuse_unknown(self, request: Request) -> None:
        unknown = sorted(request.query_params.keys() - self.query_names)
        if unknown and not self.takes_any_query:
            allowed = ", ".join(sorted(self.query_names)) or "-"
            raise ParameterUnknown(pointer=f"?{unknown[0][:100]}", allowed=allowed)


def _holds_a_secret(model: Any) -> bool:
    """Whether one of the answers a route may give is a secret one."""
    if isinstance(model, type):
        return issubclass(model, SecretAnswer)
    return any(map(_holds_a_secret, get_args(model)))


def _tagged(request: Request, response: Response) -> Response:
    body = getattr(response, "body", None)
    is_tagged = response.headers.get("content-type", "").startswith(TAGGED)
    if response.status_code != OK or not is_tagged or not isinstance(body, bytes):
        return response
    tag = response.headers.setdefault("ETag", f'"{hashlib.sha256(body).hexdigest()[:32]}"')
    response.headers.setdefault("Cache-Control", "private, no-cache")
    asked = request.headers.get("if-none-match")
    if asked is None:
        return response
    known = {each.removeprefix("W/") for each in tags_of(asked)}
    if not known & {ANY, tag}:
        return response
    kept = {"ETag": tag, "Cache-Control": response.headers["Cache-Control"]}
    return Response(status_code=304, headers=kept)


class Router(APIRouter):
    """`router = Router(prefix="/api/vehicles", tags=["vehicles"])`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(route_class=Route, **options)

    def add_api_route(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        """Every route says who may call it, whatever its author left unsaid."""
        options["openapi_extra"] = completed(
            options.get("openapi_extra"),
            path=self.prefix + path,
            methods=options.get("methods") or ("GET",),
        )
        super().add_api_route(path, endpoint, **options)
