"""Which service answers a path, and who may ask: the compiled form of `route_table.json`.

The table is generated from the services' OpenAPI (`deploy/local/contracts.py`); nobody edits it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypedDict

from shared.contracts.scopes import Scope
from shared.http.access import OpenTo


class RouteRow(TypedDict):
    method: str
    path: str
    service: str
    access: str
    feature: str | None
    scope: str | None
    personal: bool
    recent: bool
    quota: str | None
    """For people who read the table; the owning service counts."""
    replayable: bool


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    template: str
    service: str
    access: OpenTo
    feature: str | None = None
    scope: Scope | None = None
    """What an API key must hold; None where no key passes."""
    personal: bool = False
    """Neither a key nor an administrator acting in somebody's name passes."""
    recent: bool = False
    """Only in a session proven within the last minutes."""
    replayable: bool = False
    """Its service keeps the first answer under an Idempotency-Key."""

    @classmethod
    def of(cls, row: RouteRow) -> "Route":
        return cls(
            method=row["method"].upper(),
            template=row["path"],
            service=row["service"],
            access=OpenTo(row["access"]),
            feature=row["feature"],
            scope=Scope(row["scope"]) if row["scope"] else None,
            personal=row["personal"],
            recent=row["recent"],
            replayable=row["replayable"],
        )


Methods = Mapping[str, Route]


class _Node:
    __slots__ = ("literals", "methods", "parameter", "rest")

    def __init__(self) -> None:
        self.literals: dict[bytes, _Node] = {}
        self.parameter: _Node | None = None
        self.rest: dict[str, Route] | None = None
        self.methods: dict[str, Route] = {}


class RouteTable:
    """Finds the routes of a path: a dictionary for fixed paths, a tree of segments for the rest.

    Internal routes are left out, so no request from outside can reach one.
    """

    def __init__(self, routes: Iterable[Route]) -> None:
        self.routes = tuple(route for route in routes if route.access is not OpenTo.INTERNAL)
        self._fixed: dict[bytes, dict[str, Route]] = {}
        self._root = _Node()
        for route in self.routes:
            self._add(route)

    def find(self, path: bytes) -> Methods | None:
        """The routes by method of a canonical path; None when nobody answers it."""
        fixed = self._fixed.get(path)
        if fixed is not None:
            return fixed
        return _walk(self._root, path.split(b"/")[1:], 0)

    def _add(self, route: Route) -> None:
        if "{" not in route.template:
            self._fixed.setdefault(route.template.encode(), {})[route.method] = route
        node = self._root
        for segment in route.template.split("/")[1:]:
            if segment.startswith("{") and segment.endswith(":path}"):
                node.rest = {**(node.rest or {}), route.method: route}
                return
            if segment.startswith("{"):
                node.parameter = node.parameter or _Node()
                node = node.parameter
            else:
                node = node.literals.setdefault(segment.encode(), _Node())
        node.methods[route.method] = route


def _walk(node: _Node, segments: list[bytes], depth: int) -> Methods | None:
    """Literals before parameters, as the services' own routers decide."""
    if depth == len(segments):
        return node.methods or None
    segment = segments[depth]
    child = node.literals.get(segment)
    if child is not None:
        found = _walk(child, segments, depth + 1)
        if found is not None:
            return found
    if node.parameter is not None and segment:
        found = _walk(node.parameter, segments, depth + 1)
        if found is not None:
            return found
    return node.rest
