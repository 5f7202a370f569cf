"""Unique words planted in every free-text field of the public API, and where to look for them afterwards."""

import re
import subprocess
from collections.abc import Iterator, Mapping
from typing import Any

from deploy.local import postgres
from deploy.local.databases import SERVICES
from tests.flows.house import FOLDER, FlowHouse
from tests.flows.operations import SPEC, Operation, besides, operations, smallest
from tests.flows.person import Person

NOT_PROSE = frozenset(
    {
        "currency",
        "timezone",
        "success_url",
        "cancel_url",
        "return_url",
        "quantity",
        "tax_rate",
        "ip",
        "user_agent",
        "code",
        "dtc_code",
        "dtc_codes",
        "columns",
        "password",
        "old_password",
        "new_password",
        "new_password_confirm",
        "vin",
        "license_plate",
    }
)
"""Text of a form of its own: a marker in it would be refused."""
SHORTEST = 16
GOOD = range(200, 300)
PUT_AWAY = {
    "/lay-up": "parked_id",
    "/reactivate": "parked_id",
    "/sell": "sold_id",
    "/scrap": "scrapped_id",
}
"""Operations after which a car is not what it was, and the car that is kept for it."""
ELSEWHERE = (
    "/api/garages",
    "/api/bookings",
    "/api/imports/",
    "/api/diagnostics/{case_id}/reopen",
    "/api/diagnostics/{case_id}/resolve",
    "/api/diagnostics/{case_id}/schedule",
)
"""What needs a claimed garage, a case in another state or a question that was asked: what becomes of its words when somebody is erased
is shown in services/vehicles/tests.
"""
NEEDS_A_DEVICE = frozenset({"POST /api/auth/passkeys", "PATCH /api/auth/passkeys/{passkey_id}"})
"""A passkey is made by an authenticator; its row goes with the account by the same cascade as the others."""


class Marker:
    """`ZQXclaire000001`, another for each field: letters and digits only, so that no encoding hides it."""

    def __init__(self, whose: str) -> None:
        self.stem = f"ZQX{whose}"
        self.planted: dict[str, str] = {}

    def next(self, where: str) -> str:
        word = f"{self.stem}{len(self.planted):05d}"
        self.planted[word] = where
        return word


A_SENTENCE = "Ça, c'est mon texte : 42 !"
"""A pattern that this fits asks for no form; it keeps NUL or line breaks out."""


def is_prose(schema: Mapping[str, Any], name: str) -> bool:
    formed = {"format", "enum", "const"} & set(schema)
    pattern = schema.get("pattern")
    formed |= {"pattern"} if pattern and not re.search(pattern, A_SENTENCE) else set()
    roomy = schema.get("maxLength", 10**6) >= SHORTEST
    return schema.get("type") == "string" and not formed and roomy and name not in NOT_PROSE


def filled(schema: Mapping[str, Any], ids: Mapping[str, str], say: Any, name: str = "") -> Any:
    """The smallest valid body, and every free text in it said by `say(name)`; None for what holds none and is not required."""
    while "$ref" in schema:
        schema = SPEC["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for options in ("anyOf", "oneOf", "allOf"):
        if options in schema:
            chosen = [option for option in schema[options] if option.get("type") != "null"]
            return filled(chosen[0], ids, say, name) if chosen else None
    if is_prose(schema, name):
        return say(name)
    match schema.get("type"):
        case "object" if "properties" in schema:
            return _object(schema, ids, say)
        case "object" if schema.get("additionalProperties") not in (None, False) and (
            name not in NOT_PROSE
        ):
            return {say(name): say(name)}
        case "array":
            inner = filled(schema["items"], ids, say, name.removesuffix("s"))
            return None if inner is None else [inner]
        case _:
            return None


def _object(schema: Mapping[str, Any], ids: Mapping[str, str], say: Any) -> dict[str, Any]:
    required = set(schema.get("required", ()))
    body: dict[str, Any] = {}
    for key, sub in schema["properties"].items():
        value = filled(sub, ids, say, key)
        if value is None and (key in required or key in ids):
            value = smallest(sub, ids, key)
        if value is not None:
            body[key] = value
    return body


def writing() -> Iterator[Operation]:
    """Every operation of a signed-in person whose body holds free text."""
    for operation in operations():
        if operation.access != "user" or operation.body is None or operation.method == "DELETE":
            continue
        if str(operation) in NEEDS_A_DEVICE or operation.path.startswith(ELSEWHERE):
            continue
        heard: list[str] = []

        def note(name: str, heard: list[str] = heard) -> str:
            heard.append(name)
            return "x" * SHORTEST

        filled(operation.body, {}, note)
        if heard:
            yield operation


def plant(person: Person, marker: Marker, ids: Mapping[str, str]) -> dict[str, int]:
    """Says a marker in every free text there is; the answers' statuses by operation."""
    statuses: dict[str, int] = {}
    refused = []
    body_ids = {
        "vehicle": ids["vehicle_id"],
        "vehicle_id": ids["vehicle_id"],
        "diagnostic": ids["case_id"],
    }
    order = {"POST": 0, "PATCH": 1, "PUT": 2}
    for operation in sorted(writing(), key=lambda one: order[one.method]):
        path = operation.path
        for end, other in PUT_AWAY.items():
            if path.endswith("{vehicle_id}" + end):
                path = path.replace("{vehicle_id}", ids[other])
        for name in operation.parameters:
            path = path.replace("{" + name + "}", ids[name])
        body = filled(
            operation.body or {}, body_ids, lambda name, o=operation: marker.next(f"{o} {name}")
        )
        body = besides(body, operation)
        headers = (
            {"idempotency-key": marker.next(f"{operation} key")}
            if operation.method == "POST"
            else {}
        )
        answer = person.api.request(operation.method, path, json=body, headers=headers)
        statuses[str(operation)] = answer.status_code
        if answer.status_code not in GOOD:
            errors = answer.json().get("errors", answer.text[:300])
            refused.append(f"{operation}: {answer.status_code} {errors}")
    assert not refused, "\n".join(refused)
    return statuses


def dumps(house: FlowHouse) -> dict[str, bytes]:
    """Each service's whole database as text."""
    server = house.servers.postgres(house.state)
    program = postgres._binary("pg_dump")
    found = {}
    for service in SERVICES:
        url = server.dsn().rpartition("/")[0] + f"/{service}"
        found[service] = subprocess.run([program, url], capture_output=True, check=True).stdout
    return found


def places(house: FlowHouse) -> dict[str, bytes]:
    """Everything that lasts: databases, stored files, logs."""
    found = {f"database {name}": dump for name, dump in dumps(house).items()}
    for folder in ("documents", "logs"):
        for path in (FOLDER / folder).rglob("*"):
            if path.is_file():
                found[str(path.relative_to(FOLDER))] = path.read_bytes()
    return found


def sightings(places_: Mapping[str, bytes], words: Mapping[str, str]) -> list[str]:
    """Where a word is, as text or as the hexadecimal of bytes."""
    found = []
    for name, content in places_.items():
        lower = content.lower()
        for word, where in words.items():
            plain = word.lower().encode()
            if (
                plain in lower
                or plain.hex().encode() in lower
                or word.encode().hex().encode() in lower
            ):
                found.append(f"{word} ({where}) in {name}")
    return found
