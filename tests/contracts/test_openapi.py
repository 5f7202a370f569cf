"""The description of the API: whole, valid, the sum of what the services say, with an example of everything. Acceptance check 57."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from schemathesis.core.result import Ok

from deploy.local.contracts import DOCS, apps, changed_ids, route_rows
from deploy.local.descriptions.chapters import CHAPTERS
from deploy.local.descriptions.links import FURTHER, POINTER
from shared.http.access import EXTENSION

DOCUMENT: dict[str, Any] = json.loads((DOCS / "openapi.json").read_text())
STREAMS = {"text/event-stream"}


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, described in DOCUMENT["paths"].items():
        for method, operation in described.items():
            yield path, method, operation


OPERATIONS = list(operations())


def references(node: Any) -> Iterator[str]:
    """The names of the schemas pointed to."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str) and "/schemas/" in node["$ref"]:
            yield node["$ref"].rpartition("/")[2]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def patterns(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("pattern"), str):
            yield node["pattern"]
        for value in node.values():
            yield from patterns(value)
    elif isinstance(node, list):
        for value in node:
            yield from patterns(value)


def errors_of(schema: dict[str, Any], instance: Any) -> list[str]:
    whole = {"components": DOCUMENT["components"], "allOf": [schema]}
    validator = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
    return [error.message for error in validator.iter_errors(instance)]


class TestOperations:
    def test_every_operation_has_an_id_of_its_own(self) -> None:
        ids = [operation["operationId"] for _, _, operation in OPERATIONS]
        assert len(ids) == len(set(ids))
        assert all(id_.isidentifier() for id_ in ids)

    def test_an_answer_that_is_json_says_of_what_form(self) -> None:
        formless = [
            f"{method} {path} {status}"
            for method, path, operation in OPERATIONS
            for status, answer in operation["responses"].items()
            if not answer.get("content", {}).get("application/json", {"schema": 1}).get("schema")
        ]
        assert formless == []

    def test_an_operation_keeps_its_id(self) -> None:
        changed = json.loads(json.dumps(DOCUMENT))
        changed["paths"]["/api/vehicles"]["get"]["operationId"] = "other"
        changed["paths"]["/api/brands"]["get"].pop("operationId")
        assert changed_ids(DOCUMENT, DOCUMENT) == []
        assert len(changed_ids(DOCUMENT, changed)) == 2

    @pytest.mark.parametrize(
        ("path", "method", "operation"),
        OPERATIONS,
        ids=lambda part: part if isinstance(part, str) else "",
    )
    def test_it_is_described_with_examples_that_hold(
        self, path: str, method: str, operation: dict[str, Any]
    ) -> None:
        assert operation["summary"], (method, path)
        assert operation["description"], (method, path)
        assert operation["tags"]
        media = dict(operation.get("requestBody", {}).get("content", {}))
        for status, answer in operation["responses"].items():
            if status.startswith("2"):
                media |= {
                    f"{status} {kind}": content
                    for kind, content in answer.get("content", {}).items()
                    if kind == "application/json"
                }
        for kind, content in media.items():
            assert "example" in content, (method, path, kind)
            if "schema" in content:
                assert errors_of(content["schema"], content["example"]) == [], (method, path, kind)


class TestDocument:
    def test_it_is_valid_openapi(self) -> None:
        assert DOCUMENT["openapi"].startswith("3.1")
        schema = schemathesis.openapi.from_dict(DOCUMENT)
        schema.validate()
        assert all(isinstance(operation, Ok) for operation in schema.get_all_operations())

    def test_every_chapter_is_introduced_and_used(self) -> None:
        assert [tag["name"] for tag in DOCUMENT["tags"]] == list(CHAPTERS)
        assert all(tag.get("description") for tag in DOCUMENT["tags"])

    def test_it_is_the_sum_of_what_the_services_say(self) -> None:
        """Every operation that is not internal, with all its parameters and answers; and nothing else.

        A schema whose name two services use has its service's name before its own.
        """
        said: set[tuple[str, str]] = set()
        for service, app in apps():
            own = app.openapi()
            for path, described in own["paths"].items():
                for method, operation in described.items():
                    if operation.get(EXTENSION, {}).get("access") == "internal":
                        continue
                    said.add((path, method))
                    merged = DOCUMENT["paths"][path][method]
                    assert merged[EXTENSION]["service"] == service
                    assert merged["operationId"] == f"{service}_{operation['operationId']}"
                    theirs = json.dumps(merged.get("parameters")).replace(
                        f"{POINTER}{service.title()}", POINTER
                    )
                    assert json.loads(theirs) == operation.get("parameters")
                    assert operation["responses"].keys() <= merged["responses"].keys()
                    assert ("requestBody" in merged) == ("requestBody" in operation)
        assert said == {(path, method) for path, method, _ in OPERATIONS}

    def test_each_link_leads_somewhere(self) -> None:
        """To an operation there is, with parameters and members it has; none of those named by hand is missing."""
        by_id = {operation["operationId"]: operation for _, _, operation in OPERATIONS}
        seen = set()
        for _, _, operation in OPERATIONS:
            for answer in operation["responses"].values():
                for name, link in answer.get("links", {}).items():
                    target = by_id[link["operationId"]]
                    seen.add((operation["operationId"], name))
                    known = {parameter["name"] for parameter in target.get("parameters", ())}
                    assert link.get("parameters", {}).keys() <= known, name
                    for member in link.get("requestBody", {}):
                        body = target["requestBody"]["content"]["application/json"]["schema"]
                        schema = DOCUMENT["components"]["schemas"][next(references(body))]
                        assert member in schema["properties"], name
        assert seen >= {(start, end) for start, end, _ in FURTHER}
        assert ("vehicles_create_vehicle", "vehicles_create_reminder") in seen
        assert ("vehicles_create_reading", "vehicles_accept_a_reading") in seen

    def test_a_map_that_says_how_its_keys_look_takes_no_others(self) -> None:
        maps = [
            (name, member)
            for name, schema in DOCUMENT["components"]["schemas"].items()
            for member, said in schema.get("properties", {}).items()
            if "patternProperties" in said and said.get("additionalProperties") is not False
        ]
        assert maps == []

    def test_a_figure_is_written_in_our_own_digits(self) -> None:
        """`\\d` is 0 to 9 to a client's validator, and the digits of every script to ours: `{"amount": "\u0661"}` was one euro."""
        assert [pattern for pattern in patterns(DOCUMENT) if r"\d" in pattern] == []
        assert len(list(patterns(DOCUMENT))) > 100

    def test_answers_have_no_members_nobody_declared(self) -> None:
        """So that a response check refuses what leaks."""
        schemas = DOCUMENT["components"]["schemas"]
        answers = [
            name
            for _, _, operation in OPERATIONS
            for status, answer in operation["responses"].items()
            if status.startswith("2")
            for name in references(answer)
        ]
        told: set[str] = set()
        while answers:
            name = answers.pop()
            if name not in told:
                told.add(name)
                answers.extend(references(schemas[name]))
        assert len(told) > 50
        open_schemas = {
            name
            for name, schema in schemas.items()
            if name in told
            and schema.get("type") == "object"
            and "properties" in schema
            and schema.get("additionalProperties") is not False
        }
        assert open_schemas == set()


class TestAccess:
    def test_what_a_route_says_is_in_table_and_text(self) -> None:
        rows = {
            (row["path"], row["method"]): row for s, app in apps() for row in route_rows(s, app)
        }
        for path, method, operation in OPERATIONS:
            row, said = rows[path, method.upper()], operation[EXTENSION]
            for name in ("feature", "quota"):
                assert row[name] == said.get(name), (method, path)
                if said.get(name):
                    assert said[name] in operation["description"]
                    assert "403" in operation["responses"]

    def test_who_refuses_for_want_of_room_says_so(self) -> None:
        for path, method, operation in OPERATIONS:
            refuses = "quota_exceeded" in operation["responses"].get("403", {}).get(
                "description", ""
            )
            ours = operation["responses"].get("403", {})
            if "$ref" in ours:
                continue
            assert refuses == ("quota" in operation[EXTENSION]), (method, path)
