"""What a text in a body may hold is said in its description: no control characters, nor what makes two lines of one."""

import json
import re
from collections.abc import Iterator
from typing import Any

from deploy.local.contracts import DOCS
from shared.http.models import NO_CONTROLS, NO_NUL, SAYS_SOMETHING

DOCUMENT: dict[str, Any] = json.loads((DOCS / "openapi.json").read_text())
SAID_OTHERWISE = {"format", "enum", "const"}
ANY_TEXT = {
    "password",
    "password_confirm",
    "current_password",
    "old_password",
    "new_password",
    "new_password_confirm",
}
"""Taken as they are, and only ever hashed."""
JUDGED_IN_CODE = {"timezone", "currency"}
"""One of a list that is too long for a description."""
NOT_KEPT = {"transports"}
"""Words of the browser's, of which only known ones count."""


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _texts(schema: dict[str, Any], name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    schema = _resolved(schema)
    if schema.get("type") == "string" and not SAID_OTHERWISE & schema.keys():
        yield name, schema
    for kind in ("anyOf", "oneOf", "allOf"):
        for option in schema.get(kind, ()):
            yield from _texts(option, name)
    for member, inner in schema.get("properties", {}).items():
        yield from _texts(inner, member)
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from _texts(schema[key], name)
    for form, inner in schema.get("patternProperties", {}).items():
        yield name, {"pattern": form}
        yield from _texts(inner, name)


def texts_of_bodies() -> Iterator[tuple[str, str, str | None]]:
    for verbs in DOCUMENT["paths"].values():
        for operation in verbs.values():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json")
            for name, schema in _texts(body["schema"], "") if body else ():
                yield operation["operationId"], name, schema.get("pattern")


TEXTS = sorted(set(texts_of_bodies()), key=str)
PROSE = {NO_CONTROLS, SAYS_SOMETHING}


class TestTexts:
    def test_each_says_what_it_may_not_hold(self) -> None:
        assert len(TEXTS) > 100
        without = {
            name
            for _, name, pattern in TEXTS
            if pattern is None and name not in ANY_TEXT | JUDGED_IN_CODE | NOT_KEPT
        }
        assert without == set()

    def test_none_holds_control_characters(self) -> None:
        free = {
            (operation, name)
            for operation, name, pattern in TEXTS
            if pattern is not None
            and pattern != NO_NUL
            and re.search(pattern, "abcde\x07fghij\x9bklmno") is not None
        }
        assert free == set()
        assert {name for _, name, pattern in TEXTS if pattern == NO_NUL} <= ANY_TEXT

    def test_a_line_is_one_line_whose_direction_nobody_turns(self) -> None:
        for turn in ("\r", "\n", "\t", "\x85", "\u2028", "\u2029", "\u202e", "\u2066"):
            broken = {
                (operation, name)
                for operation, name, pattern in TEXTS
                if pattern is not None
                and pattern not in {NO_NUL, *PROSE}
                and re.search(pattern, f"abcde{turn}fghij") is not None
            }
            assert broken == set(), repr(turn)
