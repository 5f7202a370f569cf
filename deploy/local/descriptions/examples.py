"""An example of everything the API takes and answers, made from the schemas: a field's own example first, then what its name means.

A test holds every example to its schema.
"""

from collections.abc import Mapping
from typing import Any

POINTER = "#/components/schemas/"
AN_ID = "01936f3c-5b1e-7c2a-9d4e-8f6a7b0c1d2e"
BY_FORMAT: Mapping[str, Any] = {
    "uuid": AN_ID,
    "date": "2026-11-22",
    "date-time": "2026-11-22T09:00:00.000Z",
    "email": "claire@example.org",
    "uri": "https://example.org/",
    "binary": "(bytes)",
}
BY_NAME: Mapping[str, Any] = {
    "make": "Peugeot",
    "model": "308",
    "first_name": "Claire",
    "last_name": "Morel",
    "title": "Vidange",
    "description": "Vidange et filtre à huile",
    "garage": "Garage du Lac",
    "name": "Peugeot",
    "color": "blue",
    "currency": "EUR",
    "amount": "9.99",
    "message": "Quand changer l'huile ?",
    "content": "Tous les 15 000 km ou chaque année.",
    "question": "Quelle pression pour les pneus ?",
    "url": "https://example.org/",
    "status": "up",
}
DEEPEST = 12


def example_of(schema: Mapping[str, Any], schemas: Mapping[str, Any], name: str = "") -> Any:
    """One valid instance, with every member that says what it may be."""
    return _example(schema, schemas, name, 0)


def _example(schema: Mapping[str, Any], schemas: Mapping[str, Any], name: str, depth: int) -> Any:
    while "$ref" in schema:
        schema = schemas[schema["$ref"].removeprefix(POINTER)]
    if schema.get("examples"):
        return schema["examples"][0]
    for word in ("const", "example"):
        if word in schema:
            return schema[word]
    if "default" in schema and schema["default"] not in (None, ""):
        return schema["default"]
    if "enum" in schema:
        return schema["enum"][0]
    for word in ("anyOf", "oneOf"):
        if word in schema:
            return _one_of(schema[word], schemas, name, depth)
    return _of_type(schema, schemas, name, depth)


def _one_of(
    options: list[Mapping[str, Any]], schemas: Mapping[str, Any], name: str, depth: int
) -> Any:
    some = [option for option in options if option.get("type") != "null"]
    if not some or name in {"next", "previous"} or depth > DEEPEST:
        return None
    return _example(some[0], schemas, name, depth)


def _of_type(  # noqa: PLR0911 - one return for each type of JSON Schema
    schema: Mapping[str, Any], schemas: Mapping[str, Any], name: str, depth: int
) -> Any:
    match schema.get("type"):
        case "object":
            members = schema.get("properties", {})
            return {each: _example(members[each], schemas, each, depth + 1) for each in members}
        case "array":
            items = schema.get("items")
            return [_example(items, schemas, name, depth + 1)] if items and depth < DEEPEST else []
        case "integer" | "number":
            return schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
        case "boolean":
            return True
        case "null":
            return None
        case "string":
            return _text(schema, name)
        case _:
            return {}


def _text(schema: Mapping[str, Any], name: str) -> str:
    if schema.get("format") in BY_FORMAT:
        return str(BY_FORMAT[schema["format"]])
    found = str(BY_NAME.get(name, "text"))
    least: int = schema.get("minLength", 0)
    most: int = schema.get("maxLength", len(found))
    return (found + "x" * least)[: max(least, min(most, len(found)))]


def exemplified(document: Mapping[str, Any]) -> None:
    """Write an example beside every schema of a body and of a successful JSON answer that has none."""
    schemas = document["components"]["schemas"]
    for described in document["paths"].values():
        for operation in described.values():
            for content in _contents(operation):
                for media in content.values():
                    if "schema" in media and not {"example", "examples"} & media.keys():
                        media["example"] = example_of(media["schema"], schemas)


def _contents(operation: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = [operation["requestBody"]["content"]] if "requestBody" in operation else []
    answers = operation["responses"]
    return found + [
        {
            kind: media
            for kind, media in answers[status].get("content", {}).items()
            if kind == "application/json"
        }
        for status in answers
        if status.startswith("2")
    ]
