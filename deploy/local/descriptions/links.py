"""What follows from an answer, as OpenAPI links: whoever made a vehicle reads there that its id opens `/api/vehicles/{vehicle_id}`,
and is the `vehicle` of a reminder. For authors of clients, and for tests that walk the API as a client would.

Two rules find nearly all of them; `FURTHER` names the rest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

POINTER = "#/components/schemas/"
METHODS = frozenset({"get", "put", "post", "patch", "delete"})
MADE = ("201", "202", "200")
FURTHER: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    (
        "auth_list_providers",
        "auth_begin_provider_sign_in",
        {"provider": "$response.body#/providers/0/name"},
    ),
    (
        "auth_list_providers",
        "auth_begin_provider_link",
        {"provider": "$response.body#/providers/0/name"},
    ),
    (
        "auth_begin_provider_sign_in",
        "auth_return_from_provider",
        {"provider": "$request.path.provider"},
    ),
    ("vehicles_list_templates", "vehicles_get_template", {"template": "$response.body#/0/id"}),
    ("auth_begin_totp_enrolment", "auth_confirm_totp_enrolment", {}),
    ("vehicles_create_calendar", "vehicles_calendar_feed", {}),
)
"""From, to, parameters: what no rule finds. The code of a TOTP and a feed's token are no members of an answer, but come after it."""

ELSEWHERE = {"/api/vehicles/{vehicle_id}/odometer": "/api/odometer"}
"""Where the things live that are not under the path they are made at."""


@dataclass(frozen=True)
class Operation:
    path: str
    method: str
    said: dict[str, Any]

    @property
    def id(self) -> str:
        found: str = self.said["operationId"]
        return found

    @property
    def parameters(self) -> list[str]:
        return [part[1:-1] for part in self.path.split("/") if part.startswith("{")]


@dataclass(frozen=True)
class Made:
    """The answer that tells of a new thing, and the member that names it."""

    status: str
    member: str
    kind: tuple[Any, Any, bool]


class Linker:
    def __init__(self, document: Mapping[str, Any]) -> None:
        self._schemas: Mapping[str, Any] = document["components"]["schemas"]
        self._operations = [
            Operation(path, method, said)
            for path, verbs in document["paths"].items()
            for method, said in verbs.items()
            if method in METHODS
        ]

    def link(self) -> None:
        """Write the links into the document's answers."""
        by_id = {operation.id: operation for operation in self._operations}
        for source in self._operations:
            made = self._made(source)
            if made is not None:
                self._link_maker(source, made)
        for start, end, parameters in FURTHER:
            if start in by_id and end in by_id:
                status = next(each for each in MADE if each in by_id[start].said["responses"])
                _write(by_id[start], status, by_id[end], parameters=dict(parameters))

    def _made(self, operation: Operation) -> Made | None:
        """What a POST makes that has a path of its own."""
        if operation.method != "post":
            return None
        under = self._under(_collection(operation))
        for status in MADE[:2]:
            members = self._members(_answer(operation, status))
            for name in ("id", *(target.parameters[0] for target in under[:1])):
                if under and name in members:
                    return Made(status, name, _kind(members[name]))
        return None

    def _link_maker(self, source: Operation, made: Made) -> None:
        collection, expression = _collection(source), f"$response.body#/{made.member}"
        for target in self._under(collection):
            _write(source, made.status, target, parameters={target.parameters[0]: expression})
        noun = collection.rpartition("/")[2].rpartition("-")[2].removesuffix("s")
        for target in self._operations:
            members = self._members(_body(target))
            for name in (noun, f"{noun}_id"):
                if name in members and _kind(members[name]) == made.kind and not target.parameters:
                    _write(source, made.status, target, body={name: expression})
            for name in (f"{noun}s", f"{noun}_ids"):
                items = members.get(name, {}).get("items")
                if items is not None and _kind(items) == made.kind and not target.parameters:
                    _write(source, made.status, target, body={name: [expression]})

    def _under(self, collection: str) -> list[Operation]:
        """The operations on one thing of a collection."""
        start = collection + "/{"
        return [
            operation
            for operation in self._operations
            if operation.path.startswith(start) and len(operation.parameters) == 1
        ]

    def _members(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._resolved(schema).get("properties", {})
        return found

    def _resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """Of several forms the first: the thing made, before what only foresees it."""
        while "anyOf" in schema or "$ref" in schema:
            first = schema["anyOf"][0] if "anyOf" in schema else schema
            schema = (
                self._schemas[first["$ref"].removeprefix(POINTER)] if "$ref" in first else first
            )
        return schema


def linked(document: Mapping[str, Any]) -> None:
    Linker(document).link()


def _collection(operation: Operation) -> str:
    """Where the things live that a POST to this path makes."""
    return ELSEWHERE.get(operation.path, operation.path)


def _answer(operation: Operation, status: str) -> Mapping[str, Any]:
    content = operation.said["responses"].get(status, {}).get("content", {})
    found: Mapping[str, Any] = content.get("application/json", {}).get("schema", {})
    return found


def _body(operation: Operation) -> Mapping[str, Any]:
    content = operation.said.get("requestBody", {}).get("content", {})
    found: Mapping[str, Any] = content.get("application/json", {}).get("schema", {})
    return found


def _kind(schema: Mapping[str, Any]) -> tuple[Any, Any, bool]:
    """Of which kind a value is, whether or not it may be null: what is not of one kind does not fit."""
    options = [option for option in schema.get("anyOf", (schema,)) if option.get("type") != "null"]
    one = options[0] if len(options) == 1 else {}
    return one.get("type"), one.get("format"), "enum" in one or "$ref" in one


def _write(
    source: Operation,
    status: str,
    target: Operation,
    *,
    parameters: dict[str, str] | None = None,
    body: dict[str, Any] | None = None,
) -> None:
    links = source.said["responses"][status].setdefault("links", {})
    link: dict[str, Any] = links.setdefault(target.id, {"operationId": target.id})
    if parameters:
        link["parameters"] = parameters
    if body:
        link["requestBody"] = {**link.get("requestBody", {}), **body}
