"""The operations of the committed OpenAPI document, and the smallest valid body of each."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.flows.person import PASSWORD

SPEC = json.loads((Path(__file__).parents[2] / "docs" / "openapi.json").read_text())
VERBS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    access: str
    feature: str | None
    scope: str | None
    """What an API key needs; None where no key passes."""
    personal: bool
    body: dict[str, Any] | None
    """JSON Schema of the body, if it takes JSON."""
    query: tuple[dict[str, Any], ...]

    @property
    def parameters(self) -> list[str]:
        return [part[1:-1] for part in self.path.split("/") if part.startswith("{")]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def operations() -> list[Operation]:
    return list(_operations())


def _operations() -> Iterator[Operation]:
    for path, verbs in SPEC["paths"].items():
        for verb in VERBS:
            if verb not in verbs:
                continue
            said = verbs[verb]
            access = said.get("x-autotrack", {})
            content = said.get("requestBody", {}).get("content", {})
            query = tuple(
                p for p in said.get("parameters", ()) if p["in"] == "query" and p.get("required")
            )
            body = content.get("application/json", {}).get("schema")
            yield Operation(
                verb.upper(),
                path,
                access["access"],
                access.get("feature"),
                access.get("scope"),
                access.get("personal", False),
                body,
                query,
            )


def smallest(  # noqa: PLR0911 - one return for each way a schema says what it wants
    schema: Mapping[str, Any], ids: Mapping[str, str], name: str = ""
) -> Any:
    """A valid instance with required members only, plus every member that names something of somebody (`ids` by name)."""
    while "$ref" in schema:
        schema = SPEC["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if name in ids:
        return ids[name]
    if name.endswith("s") and name[:-1] in ids and schema.get("type") == "array":
        return [ids[name[:-1]]]
    for key in ("const", "default"):
        if key in schema and schema[key] is not None:
            return schema[key]
    if "enum" in schema:
        return schema["enum"][0]
    if examples := schema.get("examples"):
        return examples[0]
    for options in ("anyOf", "oneOf", "allOf"):
        if options in schema:
            chosen = [option for option in schema[options] if option.get("type") != "null"]
            return smallest(chosen[0], ids, name)
    return _of_type(schema, ids, name)


def _of_type(schema: Mapping[str, Any], ids: Mapping[str, str], name: str) -> Any:
    match schema.get("type"):
        case "object":
            required = set(schema.get("required", ()))
            wanted = {
                key: sub
                for key, sub in schema.get("properties", {}).items()
                if key in required or _names(key, ids)
            }
            return {key: smallest(sub, ids, key) for key, sub in wanted.items()}
        case "array":
            return (
                [smallest(schema["items"], ids, name.removesuffix("s"))]
                if schema.get("minItems")
                else []
            )
        case "string":
            formats = {
                "date": "2026-11-01",
                "date-time": "2026-11-01T08:00:00Z",
                "uuid": "01a20000-0000-7000-8000-00000000dead",
                "email": "x@example.org",
            }
            return formats.get(schema.get("format", ""), "x" * max(1, schema.get("minLength", 1)))
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return True
        case _:
            return None


def _names(key: str, ids: Mapping[str, str]) -> bool:
    return key in ids or key.removesuffix("s") in ids


TWO_MONTHS_ON = datetime.now(UTC).date() + timedelta(days=60)
DATED = {"spent_on": "2026-10-01", "contract": None}
FILLED = {"quantity": "10", "energy": "petrol"}
WARRANTED = {"lines": [{"warranty": {"months": 12}}]}
BESIDES: dict[str, dict[str, Any]] = {
    "POST /api/maintenance-plans": {"every_months": 12},
    "POST /api/maintenance-plans/preview": {"service_type": "coolant", "every_months": 12},
    "POST /api/maintenances": WARRANTED,
    "PUT /api/maintenances/{record_id}": WARRANTED,
    "PATCH /api/maintenances/{record_id}": WARRANTED,
    "PATCH /api/maintenances/drafts/{draft_id}": WARRANTED,
    "POST /api/reminders": {"due_on": "2027-03-01"},
    "POST /api/reminders/{reminder_id}/snooze": {"until": "2027-01-01"},
    "POST /api/auth/api-keys": {"password": PASSWORD},
    "POST /api/expenses": DATED,
    "PUT /api/expenses/{expense_id}": DATED,
    "POST /api/fills": FILLED,
    "PUT /api/fills/{fill_id}": FILLED,
    "POST /api/vehicles/{vehicle_id}/fills": FILLED,
    "POST /api/vehicles/{vehicle_id}/quick-fill": FILLED,
    "POST /api/vehicles/{vehicle_id}/odometer": {"mileage": 20},
    "POST /api/vehicles/{vehicle_id}/odometer/segments": {"new_start": 12},
    "POST /api/vehicles/{vehicle_id}/invitations": {"role": "driver"},
    "POST /api/trips": {"distance": "12.5"},
    "POST /api/vehicles/{vehicle_id}/guest-links": {"until": str(TWO_MONTHS_ON)},
    "POST /api/vehicles/{vehicle_id}/obligations/{kind}/done": {"done_on": "2026-01-15"},
    "POST /api/diagnostics/{case_id}/resolve": {"how": "no_fault"},
    "POST /api/vehicles/{vehicle_id}/plan-pack": {"plans": [{"every_months": 12}]},
}
"""What a body needs by a rule that no schema can say."""


def besides(body: Any, operation: Operation) -> Any:
    return _with(body, BESIDES.get(str(operation), {}))


def _with(said: Any, more: Any) -> Any:
    """The one with what the other says more, however deep; of a list as much as it has."""
    if isinstance(said, dict) and isinstance(more, dict):
        return said | {
            name: _with(said[name], value) if name in said else value
            for name, value in more.items()
            if name in said or not isinstance(value, list)
        }
    if isinstance(said, list) and isinstance(more, list):
        return [_with(*pair) for pair in zip(said, more, strict=False)]
    return more
