"""The short way of a plain GET: its route is looked up and its endpoint called, without what only other requests need.

FastAPI compares a path with the pattern of one route after another, twice, and opens three exit stacks for each request; in the
largest service that took a quarter of the processor of a GET, and the patterns grow with the product. Whatever is not plain, or not
right, goes FastAPI's own way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.routing import RouteContext
from starlette.convertors import StringConvertor
from starlette.types import Receive, Scope, Send

from shared.http.framework import choose, contexts, leave_open
from shared.http.router import Route, ShortHandler

FIXED = 3
"""Every pattern of ours begins with so many parts without a parameter: the empty one before the first slash, `api`, the resource."""
Key = tuple[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Pattern:
    """The path of a GET: its parts are fixed words and parameters."""

    words: tuple[tuple[int, str], ...]
    names: tuple[tuple[int, str], ...]
    context: RouteContext
    answer: ShortHandler | None
    """None: this GET is not plain."""

    def takes(self, parts: Sequence[str]) -> bool:
        for place, word in self.words:
            if parts[place] != word:
                return False
        return all(parts[place] for place, _ in self.names)

    def params(self, parts: Sequence[str]) -> dict[str, str]:
        return {name: parts[place] for place, name in self.names}


class Shortcut:
    """In front of an app's router: `Shortcut.lay(app)`."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self.long_way = app.router.middleware_stack
        self._patterns: Mapping[Key, Sequence[_Pattern]] | None = None

    @classmethod
    def lay(cls, app: FastAPI) -> None:
        app.router.middleware_stack = cls(app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (
            scope["type"] == "http"
            and scope["method"] == "GET"
            and await self._is_answered(scope, receive, send)
        ):
            return
        await self.long_way(scope, receive, send)

    async def _is_answered(self, scope: Scope, receive: Receive, send: Send) -> bool:
        parts = scope["path"].split("/")
        pattern = self._find(parts)
        is_plain = pattern is not None and not scope["root_path"]
        if (
            pattern is None
            or pattern.answer is None
            or not is_plain
            or self._app.dependency_overrides
        ):
            return False
        choose(scope, pattern.context, pattern.params(parts))
        response = await pattern.answer(scope, receive)
        if response is None:
            leave_open(scope)
            return False
        await response(scope, receive, send)
        return True

    def _find(self, parts: Sequence[str]) -> _Pattern | None:
        if self._patterns is None:  # with the first request all routes are there
            self._patterns = _laid_out(self._app)
        for each in self._patterns.get((len(parts), tuple(parts[:FIXED])), ()):
            if each.takes(parts):
                return each
        return None


def _laid_out(app: FastAPI) -> dict[Key, list[_Pattern]]:
    """In the order of the routes, as far as that can be told: behind a route of another kind the first that fits is not known."""
    found: dict[Key, list[_Pattern]] = {}
    for context in contexts(app):
        if context.methods is None or not isinstance(context.original_route, Route):
            break
        if "GET" not in context.methods:
            continue
        pattern = _pattern(context, context.original_route)
        if pattern is None:
            break
        parts = (context.path or "").split("/")
        found.setdefault((len(parts), tuple(parts[:FIXED])), []).append(pattern)
    return found


def _pattern(context: RouteContext, route: Route) -> _Pattern | None:
    parts = (context.path or "").split("/")
    words, names = [], []
    for place, part in enumerate(parts):
        name = part[1:-1]
        if part == f"{{{name}}}" and type(context.param_convertors.get(name)) is StringConvertor:
            names.append((place, name))
        elif "{" in part:
            return None
        else:
            words.append((place, part))
    if any(place < FIXED for place, _ in names):
        return None
    answer = route.get_short_handler(context) if context.methods == {"GET"} else None
    return _Pattern(tuple(words[FIXED:]), tuple(names), context, answer)
