"""Six descriptions and our own become one: what the API's users read at `/openapi.json`.

Pure: documents in, document out. Operation ids are `service_function`, stable while both keep their names.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from deploy.local.descriptions.chapters import CHAPTERS
from deploy.local.descriptions.examples import exemplified
from deploy.local.descriptions.links import linked
from shared.contracts.features import ALLOWS, Feature, Limit, Plan, cheapest_plan_with
from shared.http.access import EXTENSION, OpenTo
from shared.http.errors import MEDIA_TYPE, PROBLEM_SCHEMA

Document = dict[str, Any]

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
SCHEMAS = "#/components/schemas/"
DESCRIPTION = """\
AutoTrack keeps cars in good order: maintenance, invoices read by OCR, forecasts, reminders.

Sign in with `POST /api/auth/login`, then send `Authorization: Bearer <access token>`. Programs send a personal API key
the same way: `Authorization: Bearer atk_…`, made with `POST /api/auth/api-keys` for chosen scopes. Every error is an
RFC 9457 problem in French, English or Spanish (`Accept-Language`). `x-autotrack` on each operation says
who may call it, which feature of a plan it needs, and which scope of an API key.

A POST that takes an `Idempotency-Key`, sent again under it within a day, gets the first answer again. Objects and lists carry an `ETag`:
`If-None-Match` answers 304, `If-Match` on PUT, PATCH and DELETE answers 412 when somebody else was first. Lists take `page` and
`page_size`, or `cursor`. `RateLimit` says what is left of the allowance, `X-Request-ID` names the request in our logs.
"""
REFUSALS = {
    "Unauthorized": "No valid access token",
    "Forbidden": "Not allowed (`forbidden`, `scope_required`, `personally_only`), or not part of the plan"
    " (`plan_required`, `quota_exceeded`)",
    "NotFound": "There is no such thing, or it belongs to somebody else",
    "InvalidInput": "Some values are not valid",
    "TooManyRequests": "Too many requests; see Retry-After",
    "Unavailable": "A part of the house is down; see Retry-After",
    "Problem": "Any other refusal",
}


class Clash(Exception):
    """Two services answer the same operation."""


def merge(documents: Mapping[str, Document], *, version: str) -> Document:
    """One OpenAPI 3.1 document for all services, without their internal operations."""
    public = {service: _without_internal(document) for service, document in documents.items()}
    renamed = _new_names(public)
    paths: dict[str, Document] = {}
    schemas: Document = {"Problem": PROBLEM_SCHEMA}
    for service, document in public.items():
        names = renamed[service]
        used = _used_schemas(document)
        for name in used:
            schemas[names[name]] = _pointed(document["components"]["schemas"][name], names)
        for path, method, operation in _operations(document):
            described = paths.setdefault(path, {})
            if method in described:
                raise Clash(f"{method.upper()} {path} is answered by {service} and by another")
            described[method] = _described(service, _pointed(operation, names))
    whole: Document = {
        "openapi": "3.1.0",
        "info": {
            "title": "AutoTrack",
            "version": version,
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": _tags(paths),
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "responses": {name: _problem(text) for name, text in REFUSALS.items()},
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "An access token of `POST /api/auth/login`, good for ten minutes,"
                    " or a personal API key (`atk_…`).",
                }
            },
        },
    }
    exemplified(whole)
    linked(whole)
    return whole


def _without_internal(document: Document) -> Document:
    paths: dict[str, Document] = {}
    for path, method, operation in _operations(document):
        if operation.get(EXTENSION, {}).get("access") != OpenTo.INTERNAL.value:
            paths.setdefault(path, {})[method] = operation
    return {**document, "paths": paths}


def _operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    for path, described in document.get("paths", {}).items():
        for method in METHODS:
            if method in described:
                yield path, method, described[method]


def _new_names(documents: Mapping[str, Document]) -> dict[str, dict[str, str]]:
    """A schema keeps its name unless another service means something else by it."""
    meanings: dict[str, list[Any]] = {"Problem": [{"Problem": PROBLEM_SCHEMA}]}
    for document in documents.values():
        for name in _used_schemas(document):
            meaning = _meaning(document["components"]["schemas"], name)
            known = meanings.setdefault(name, [])
            if meaning not in known:
                known.append(meaning)
    return {
        service: {
            name: name if len(meanings[name]) == 1 else f"{service.capitalize()}{name}"
            for name in _used_schemas(document)
        }
        for service, document in documents.items()
    }


def _used_schemas(document: Document) -> list[str]:
    """Schemas that operations point to, directly or through one another."""
    schemas: Document = document.get("components", {}).get("schemas", {})
    found: set[str] = set()
    waiting = [
        name
        for _, _, operation in _operations(document)
        for name in _references(_with_our_problems(operation))
    ]
    for name in waiting:
        if name not in found:
            found |= _meaning(schemas, name).keys()
    return sorted(found)


def _meaning(schemas: Document, name: str) -> Document:
    """The schema with all that it points to: the same words may mean another `Plan` in another service."""
    found: Document = {}
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one not in found and one in schemas:
            found[one] = schemas[one]
            waiting.extend(_references(schemas[one]))
    return found


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        pointer = node.get("$ref")
        if isinstance(pointer, str) and pointer.startswith(SCHEMAS):
            yield pointer.removeprefix(SCHEMAS)
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _pointed(node: Any, names: Mapping[str, str]) -> Any:
    """A copy whose references and discriminators use the merged document's names."""
    if isinstance(node, list):
        return [_pointed(value, names) for value in node]
    if isinstance(node, str) and node.startswith(SCHEMAS):
        name = node.removeprefix(SCHEMAS)
        return SCHEMAS + names.get(name, name)
    if not isinstance(node, dict):
        return node
    return {key: _pointed(value, names) for key, value in node.items()}


def _described(service: str, operation: Document) -> Document:
    said = {"access": OpenTo.USER.value, **operation.get(EXTENSION, {})}
    described = _with_our_problems(operation)
    described["operationId"] = f"{service}_{operation['operationId']}"
    described["tags"] = operation.get("tags") or [service]
    described[EXTENSION] = {**said, "service": service}
    bearer: Document = {"bearer": []}
    is_public = said["access"] == OpenTo.PUBLIC.value
    described["security"] = [{}, bearer] if is_public else [bearer]
    responses = described["responses"]
    implied = {"429": "TooManyRequests", "503": "Unavailable", "default": "Problem"}
    if not is_public:
        implied |= {"401": "Unauthorized", "403": "Forbidden"}
    described["description"] = _what_it_needs(operation, said)
    if any(parameter.get("in") == "path" for parameter in operation.get("parameters", ())):
        implied["404"] = "NotFound"
    for status, name in implied.items():
        responses.setdefault(status, {"$ref": f"#/components/responses/{name}"})
    described["responses"] = dict(sorted(responses.items()))
    return described


def _what_it_needs(operation: Document, said: Document) -> str:
    """The route's own words, and what follows from its declaration."""
    parts = [
        operation.get("description") or f"{operation.get('summary', operation['operationId'])}."
    ]
    if "feature" in said:
        plan = cheapest_plan_with(Feature(said["feature"])).value
        parts.append(
            f"Needs the feature `{said['feature']}`, from the plan {plan} on; else 403 `plan_required`."
        )
    if "quota" in said:
        rooms = ", ".join(
            f"{plan.value} {'unlimited' if ALLOWS[plan][Limit(said['quota'])] is None else ALLOWS[plan][Limit(said['quota'])]}"
            for plan in Plan
        )
        parts.append(
            f"Counts against the plan's `{said['quota']}` ({rooms}); else 403 `quota_exceeded`."
        )
    if said["access"] != OpenTo.PUBLIC.value:
        parts.append(_who_else(said))
    return "\n\n".join(parts)


def _who_else(said: Document) -> str:
    """Who but the person themselves may call it."""
    if said["access"] == OpenTo.ADMIN.value:
        return "Administrators only, signed in themselves."
    if said.get("personal"):
        return "The signed-in person only: no API key, nobody acting in their name."
    if said.get("scope") is None:
        return "No API key."
    return f"API keys need the scope `{said['scope']}`."


def _with_our_problems(operation: Document) -> Document:
    """FastAPI describes its own form of 422, which no service of ours answers."""
    responses = dict(operation.get("responses", {}))
    for status, response in responses.items():
        content = response.get("content", {})
        if status == "422" and "application/json" in content:
            responses[status] = {"$ref": "#/components/responses/InvalidInput"}
        elif MEDIA_TYPE in content and content[MEDIA_TYPE].get("schema") == PROBLEM_SCHEMA:
            pointer = {"schema": {"$ref": f"{SCHEMAS}Problem"}}
            responses[status] = {**response, "content": {**content, MEDIA_TYPE: pointer}}
    return {**operation, "responses": responses}


def _problem(text: str) -> Document:
    pointer = {"$ref": f"{SCHEMAS}Problem"}
    return {"description": text, "content": {MEDIA_TYPE: {"schema": pointer}}}


def _tags(paths: Mapping[str, Document]) -> list[Document]:
    used = {
        tag
        for described in paths.values()
        for operation in described.values()
        for tag in operation["tags"]
    }
    unknown = [{"name": tag} for tag in sorted(used - CHAPTERS.keys())]
    known = [{"name": tag, "description": CHAPTERS[tag]} for tag in CHAPTERS if tag in used]
    return known + unknown
