"""What no body may bring a service to its knees with: everything JSON can be written to hold and a database cannot, in every place."""

import base64
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from fastapi import FastAPI

from shared.http.access import EXTENSION, OpenTo
from shared.http.cursors import check_of
from shared.testing.client import Callers
from shared.testing.postgres import ROOT

T = TypeVar("T")
NOWHERE = UUID("01a20000-0000-7000-8000-00000000ffff")
RAW = (
    r'"\ud800"',
    r'"a\udfff\ud800b"',
    r'"\u0000"',
    r'"a\u0000b"',
    "9" * 19,
    "-" + "9" * 30,
    "9" * 5000,
    "NaN",
    "-Infinity",
    "1e999",
    "[" * 100 + "]" * 100,
    '{"a":' * 20_000 + "1" + "}" * 20_000,
)
"""JSON as it is written, and what only Python takes for it. Whatever a member is, none of these may be kept."""
UNSTORABLE = RAW[:4]
"""Texts that no column takes: refused by the kernel before any model looks, so that no free object lets them through."""
EDGES = (
    '"0001-01-01"',
    '"9999-12-31"',
    '"0001-01-01T00:00:00+14:00"',
    '"9999-12-31T23:59:59-14:00"',
    '"99999999999.99"',
    str(2**31),
    str(2**63 - 1),
    str(-(2**63)),
    "1e308",
    "0",
)
"""The ends of what can be kept: no sum, no difference and no time zone may fall off them."""
CONTROLS = tuple(chr(code) for code in (*range(1, 0x20), *range(0x7F, 0xA0), 0x2028, 0x202E))
NOT_JSON = (b"\xed\xa0\x80", b'"\xed\xa0\x80"', '"x"'.encode("utf-16"), b"\xff\xfe", b'{"a":1')
"""Bytes: half a character in its own right, another encoding, a broken end."""


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    access: OpenTo
    example: Any

    @property
    def address(self) -> str:
        """Its path, where nothing is."""
        parts = self.path.split("/")
        return "/".join(str(NOWHERE) if part.startswith("{") else part for part in parts)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def operations_with_a_body(app: FastAPI) -> list[Operation]:
    """Of this service, with the example its description gives; what is internal with the smallest there is."""
    described = json.loads((ROOT / "docs" / "openapi.json").read_text())["paths"]
    return [
        Operation(
            method.upper(),
            path,
            OpenTo(said[EXTENSION]["access"]),
            _example(described.get(path, {}).get(method, {})),
        )
        for path, verbs in app.openapi()["paths"].items()
        for method, said in verbs.items()
        if "application/json" in said.get("requestBody", {}).get("content", {})
    ]


def _example(said: dict[str, Any]) -> Any:
    content = said.get("requestBody", {}).get("content", {}).get("application/json", {})
    return content.get("example", {})


def with_everywhere(example: Any, raw: str) -> Iterator[str]:
    """The example as text, with `raw` in place of each value, and, where it is a text, as each key and beside all others."""
    hole = "\x00hole\x00"
    for holed in _holed(example, hole):
        yield json.dumps(holed).replace(json.dumps(hole), raw)
    if not raw.startswith('"'):
        return
    for holed in _keyed(example, hole):
        yield json.dumps(holed).replace(json.dumps(hole), raw)


def _holed(value: Any, hole: str) -> Iterator[Any]:
    yield hole
    if isinstance(value, dict):
        for name, item in value.items():
            for inner in _holed(item, hole):
                yield {**value, name: inner}
        yield {**value, "another": hole}
    if isinstance(value, list):
        for place, item in enumerate(value):
            for inner in _holed(item, hole):
                yield [*value[:place], inner, *value[place + 1 :]]


def _keyed(value: Any, hole: str) -> Iterator[Any]:
    if isinstance(value, dict):
        yield {**value, hole: 1}
        for name, item in value.items():
            for inner in _keyed(item, hole):
                yield {**value, name: inner}
    if isinstance(value, list):
        for place, item in enumerate(value):
            for inner in _keyed(item, hole):
                yield [*value[:place], inner, *value[place + 1 :]]


def _caller(call: Callers, operation: Operation) -> Any:
    return {
        OpenTo.PUBLIC: call.anonymous,
        OpenTo.USER: call.premium,
        OpenTo.ADMIN: call.admin,
        OpenTo.INTERNAL: call.service,
    }[operation.access]


async def send(call: Callers, operation: Operation, content: bytes) -> tuple[int, str | None]:
    """The status, and why when it is refused."""
    answer = await _caller(call, operation).request(
        operation.method,
        operation.address,
        content=content,
        headers={"Content-Type": "application/json"},
    )
    refused = answer.status_code >= 400 and answer.headers["content-type"].endswith("json")
    return answer.status_code, answer.json().get("code") if refused else None


def _thinned(operation: Operation, tries: Iterable[T], *, one_in: int) -> list[T]:
    """Each `one_in`th, from a start that is the operation's own: places and values are all tried, not each value in each place.

    The whole product takes half an hour; what is judged is judged by the kernel, the same way in every place.
    """
    start = zlib.crc32(f"{operation.method} {operation.path}".encode()) % one_in
    return list(tries)[start::one_in]


async def fallen(app: FastAPI, call: Callers, *, most: int = 40) -> list[str]:
    """Every operation that takes JSON, with everything hostile in every place: what did not answer with a refusal."""
    wrong = []
    for operation in operations_with_a_body(app):
        await call.close()
        bodies = [
            (raw[:40], text) for raw in RAW for text in with_everywhere(operation.example, raw)
        ]
        for raw, text in _thinned(operation, bodies, one_in=7):
            status, code = await send(call, operation, text.encode())
            if not 400 <= status < 500 or (raw in UNSTORABLE and code != "body_unstorable"):
                wrong.append(f"{operation}: {status} {code} for {raw}")
        for content in NOT_JSON:
            status, _ = await send(call, operation, content)
            if not 400 <= status < 500:
                wrong.append(f"{operation}: {status} for {content!r}")
        if len(wrong) > most:
            break
    return wrong


async def shaken(app: FastAPI, call: Callers) -> list[str]:
    """The same with what JSON and PostgreSQL do hold, control characters and edges: taken or refused, but never a fault of ours."""
    wrong = []
    for operation in operations_with_a_body(app):
        await call.close()
        raws = [*EDGES, *(json.dumps(f"a{one}b") for one in CONTROLS[::32])]
        bodies = [(raw, text) for raw in raws for text in with_everywhere(operation.example, raw)]
        for raw, text in _thinned(operation, bodies, one_in=4):
            status, _ = await send(call, operation, text.encode())
            if status >= 500:
                wrong.append(f"{operation}: {status} for {raw}")
    return wrong


WORDS = (
    "%00",
    "a%00b",
    "%ed%a0%80",
    "%80",
    "%0d%0a",
    "%e2%80%ae",
    "9" * 19,
    "-" + "9" * 30,
    "9" * 5000,
    "1e999",
    "nan",
    "0001-01-01",
    "9999-12-31",
    "0001-01-01T00:00:00%2B14:00",
    "9999-12-31T23:59:59-14:00",
    "{}",
    "",
)
"""As they stand in an address."""
HEADERS = (
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "Accept-Language",
    "Cookie",
    "Range",
    "X-Request-Id",
    "traceparent",
    "User-Agent",
)
HEADER_VALUES = (b"\xff\xfe", b'"\xed\xa0\x80"', b"a=\x80; b", b"9" * 400, b"\x01", b"")


async def stumbled(app: FastAPI, call: Callers) -> list[str]:
    """Every operation, with each parameter of its query and path hostile in turn, and with hostile headers: what was a fault of ours."""
    wrong = []
    for path, verbs in app.openapi()["paths"].items():
        for method, said in verbs.items():
            operation = Operation(method.upper(), path, OpenTo(said[EXTENSION]["access"]), {})
            await call.close()
            names = [each["name"] for each in said.get("parameters", ()) if each["in"] == "query"]
            for address in _thinned(operation, _addresses(operation, names), one_in=3):
                answer = await _caller(call, operation).request(operation.method, address)
                if answer.status_code >= 500:
                    wrong.append(f"{operation.method} {address[:100]}: {answer.status_code}")
            for value in HEADER_VALUES:
                headers = dict.fromkeys(HEADERS, value)
                caller = _caller(call, operation)
                answer = await caller.request(operation.method, operation.address, headers=headers)
                if answer.status_code >= 500:
                    wrong.append(f"{operation} {value!r}: {answer.status_code}")
    return wrong


def _addresses(operation: Operation, query: list[str]) -> Iterator[str]:
    for word in WORDS:
        if "{" in operation.path:
            parts = operation.path.split("/")
            yield "/".join(word if part.startswith("{") else part for part in parts)
        for name in query:
            yield f"{operation.address}?{name}={word}"


MOMENT = re.compile(rb"\d{4}-\d\d-\d\dT[\d:.]+")
OF_THE_BODY = {"etag", "content-length"}
TRACED = {"X-Request-Id": "one", "traceparent": f"00-{'a' * 32}-{'b' * 16}-01"}


def _timeless(answer: Any) -> tuple[Any, ...]:
    """What an answer says whenever it is given."""
    said = {name: value for name, value in answer.headers.items() if name not in OF_THE_BODY}
    return answer.status_code, MOMENT.sub(b"then", answer.content), sorted(said.items())


async def parted(app: FastAPI, call: Callers) -> list[str]:
    """Every GET, honest and hostile, by the short way and by FastAPI's own: where the answers differ."""
    short: Any = app.router.middleware_stack
    wrong = []
    for path, verbs in app.openapi()["paths"].items():
        if "get" not in verbs:
            continue
        said = verbs["get"]
        operation = Operation("GET", path, OpenTo(said[EXTENSION]["access"]), {})
        names = [each["name"] for each in said.get("parameters", ()) if each["in"] == "query"]
        hostile = _thinned(operation, _addresses(operation, names), one_in=4)
        await call.close()
        caller = _caller(call, operation)
        for address in (operation.address, f"{operation.address}/", *hostile):
            both = []
            for app.router.middleware_stack in (short, short.long_way):
                answer = await caller.get(address, headers=TRACED)
                both.append(_timeless(answer))
            app.router.middleware_stack = short
            if both[0] != both[1]:
                wrong.append(f"{address[:100]}: {both[0]} and {both[1]}")
    return wrong


FORGED: tuple[Any, ...] = (
    *(None, True, 0, -1, 2**31, -(2**31) - 1, 2**63, 2**64 - 1, 1.5, 1e300),
    *("", "x", "a\x00b", "x" * 500, "NaN", "-Infinity", "1e999999", "1e-999999", "9" * 200),
    *(
        "0001-01-01",
        "9999-12-31",
        "20260101",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
    ),
    *("2026-01-01T00:00:00", str(NOWHERE), "{" + str(NOWHERE) + "}", [], [1], {}, {"a": 1}),
)
"""Values of a cursor whose check is right and whose writer was not us."""


async def misled(app: FastAPI, call: Callers) -> list[str]:
    """Every list by cursor, in each of its orderings, with forged places: neither a page nor `cursor_invalid`."""
    wrong = []
    for path, verbs in app.openapi()["paths"].items():
        said = verbs.get("get", {})
        parameters = {each["name"]: each["schema"] for each in said.get("parameters", ())}
        if "cursor" not in parameters or "ordering" not in parameters:
            continue
        operation = Operation("GET", path, OpenTo(said[EXTENSION]["access"]), {})
        await call.close()
        needed = [each for each in said["parameters"] if each["in"] == "query" and each["required"]]
        asked = [f"{each['name']}={_fitting(app, each['schema'])}" for each in needed]
        rising = [each for each in parameters["ordering"]["enum"] if not each.startswith("-")]
        for ordering in rising:
            for value in _thinned(operation, FORGED, one_in=2):
                cursor = forged(["a", ordering, value, str(NOWHERE)])
                query = "&".join([*asked, f"cursor={cursor}"])
                answer = await _caller(call, operation).get(f"{operation.address}?{query}")
                is_refused = answer.status_code == 400 and answer.json()["code"] == "cursor_invalid"
                if answer.status_code not in {200, 404} and not is_refused:
                    wrong.append(f"{path} {ordering} {value!r}: {answer.text[:200]}")
    return wrong


def _fitting(app: FastAPI, schema: dict[str, Any]) -> str:
    """A value that a query has to have."""
    if "$ref" in schema:
        schema = app.openapi()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return str(schema["enum"][0] if "enum" in schema else NOWHERE)


def forged(parts: Any) -> str:
    """A cursor of anything at all, with the right check."""
    body = json.dumps(parts).encode()
    return base64.urlsafe_b64encode(check_of(body) + body).rstrip(b"=").decode()


class AgainstHostility:
    """What every service promises of all its operations."""

    async def test_what_cannot_be_kept_is_refused_in_every_place_of_every_body(
        self, app: FastAPI, call: Callers
    ) -> None:
        assert operations_with_a_body(app)
        assert await fallen(app, call) == []

    async def test_control_characters_and_edges_break_nothing(
        self, app: FastAPI, call: Callers
    ) -> None:
        assert await shaken(app, call) == []

    async def test_no_address_and_no_header_breaks_anything(
        self, app: FastAPI, call: Callers
    ) -> None:
        assert await stumbled(app, call) == []

    async def test_a_forged_cursor_is_refused_or_finds_a_page(
        self, app: FastAPI, call: Callers
    ) -> None:
        assert await misled(app, call) == []

    async def test_the_short_way_of_a_get_leads_where_the_long_one_does(
        self, app: FastAPI, call: Callers
    ) -> None:
        assert await parted(app, call) == []
