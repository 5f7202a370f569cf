"""The committed JSON Schema of each event, and the judge of what may change in one."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shared.contracts.base import Event
from shared.testing.events import all_events

FOLDER = Path(__file__).parents[1] / "contracts" / "schemas"


def schema_of(event: type[Event]) -> dict[str, Any]:
    schema = event.model_json_schema(mode="serialization")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"/schemas/{event.topic}.json",
        **schema,
    }


def file_of(event: type[Event]) -> Path:
    return FOLDER / f"{event.topic}.json"


def committed(event: type[Event]) -> dict[str, Any] | None:
    path = file_of(event)
    return json.loads(path.read_text()) if path.exists() else None


def breaking_changes(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    """What in `new` a listener written for `old`, or a message written by `old`, would stumble over."""
    yield from _compare(old, new, old, new, where="")


def _resolve(node: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        node = root["$defs"][node["$ref"].rpartition("/")[2]]
    return node


def _compare(
    old: dict[str, Any],
    new: dict[str, Any],
    old_root: dict[str, Any],
    new_root: dict[str, Any],
    *,
    where: str,
) -> Iterator[str]:
    old, new = _resolve(old, old_root), _resolve(new, new_root)
    if _kind(old) != _kind(new):
        yield f"{where or 'the event'}: was {_kind(old)}, is {_kind(new)}"
        return
    if gone := set(old.get("enum", ())) - set(new.get("enum", ())):
        yield f"{where}: values gone: {sorted(gone)}"
    mine, theirs = old.get("properties", {}), new.get("properties", {})
    for name in mine.keys() - theirs.keys():
        yield f"{where}/{name}: removed"
    for name in theirs.keys() - mine.keys():
        if "default" not in theirs[name]:
            yield f"{where}/{name}: added without a default"
    for name in mine.keys() & theirs.keys():
        yield from _compare(mine[name], theirs[name], old_root, new_root, where=f"{where}/{name}")
    if "items" in old and "items" in new:
        yield from _compare(old["items"], new["items"], old_root, new_root, where=f"{where}[]")


def _kind(node: dict[str, Any]) -> str:
    options = node.get("anyOf")
    if options:
        return "|".join(sorted(option.get("type", option.get("$ref", "?")) for option in options))
    return f"{node.get('type', '?')}:{node.get('format', '')}"


def write_schemas() -> list[str]:
    """Write the schemas of all events; refuses (and returns why) what would break a listener."""
    refused = []
    FOLDER.mkdir(exist_ok=True)
    for event in all_events():
        old, new = committed(event), schema_of(event)
        if old is not None and (broken := list(breaking_changes(old, new))):
            refused.append(f"{event.topic}: " + "; ".join(broken))
            continue
        file_of(event).write_text(json.dumps(new, indent=2, ensure_ascii=False) + "\n")
    return refused
