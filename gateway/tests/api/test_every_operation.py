"""Acceptance check 55, by a walk over all operations of the merged description: the exact list of origins, the security headers."""

import time
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

import httpx2
import orjson
import pytest

from gateway.main import SERVER, create_app
from gateway.storage.pages import DESCRIPTIONS
from gateway.tests.house import House, served, settings_for, token

OURS = "https://app.example.org"
OTHERS = (
    "https://app.example.org.evil.net",
    "https://evil-app.example.org",
    "https://app.example.org:8443",
    "http://app.example.org",
    "https://APP.example.org",
    "null",
)
SPEC: dict[str, Any] = orjson.loads((DESCRIPTIONS / "openapi.json").read_bytes())
STREAM = "/api/events/stream"
GUARDED = {
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}
SENT = ("authorization", "content-type", "accept-language", "idempotency-key", "if-match")


def _operations() -> Iterator[tuple[str, str]]:
    for template, verbs in SPEC["paths"].items():
        path = "/".join(
            str(uuid4()) if part.startswith("{") else part for part in template.split("/")
        )
        for verb in verbs.keys() & {"get", "post", "put", "patch", "delete"}:
            yield verb.upper(), path


class OpenHouse(House):
    """Its services would let every page read their answers, if they had a say."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def open_to_all(message: Any) -> None:
            if message["type"] == "http.response.start":
                said = [(b"access-control-allow-origin", b"*"), *message["headers"]]
                message = {**message, "headers": said}
            await send(message)

        await super().__call__(scope, receive, open_to_all if scope["type"] == "http" else send)


@pytest.fixture(scope="module")
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    """Of a gateway with the real routes, in front of a house that answers whatever it is asked."""
    house = OpenHouse()
    async with served(house) as house.port:
        gateway = create_app(settings_for(house.port))
        async with served(gateway, **SERVER, lifespan="on") as port:
            url = f"http://127.0.0.1:{port}"
            async with httpx2.AsyncClient(base_url=url, timeout=20) as client:
                yield client


def _is_guarded(answer: httpx2.Response) -> None:
    """Our security headers, each once, a service's own policy beside; nothing about the server; no `*`; caches told that origins differ."""
    for name, said in GUARDED.items():
        given = answer.headers.get_list(name)
        assert given.count(said) == 1, name
        assert len(given) == 1 or name == "content-security-policy", name
    for name in ("server", "x-powered-by"):
        assert name not in answer.headers
    assert "*" not in answer.headers.get("access-control-allow-origin", "")
    assert "Origin" in answer.headers["vary"]


def _says_nothing_to_pages(answer: httpx2.Response) -> None:
    assert not [name for name in answer.headers if name.startswith("access-control-")]


async def _preflight(
    client: httpx2.AsyncClient, method: str, path: str, origin: str
) -> httpx2.Response:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": ",".join(SENT),
    }
    return await client.options(path, headers=headers)


async def test_a_preflight_is_granted_to_the_listed_origin_only(
    client: httpx2.AsyncClient,
) -> None:
    walked = 0
    for number, (method, path) in enumerate(_operations()):
        granted = await _preflight(client, method, path, OURS)
        assert granted.status_code == 204, (method, path)
        assert granted.headers["access-control-allow-origin"] == OURS
        assert granted.headers["access-control-allow-credentials"] == "true"
        assert method in granted.headers["access-control-allow-methods"].split(", ")
        allowed = set(granted.headers["access-control-allow-headers"].split(", "))
        assert set(SENT) <= allowed
        assert "*" not in allowed
        assert int(granted.headers["access-control-max-age"]) >= 600
        _is_guarded(granted)
        refused = await _preflight(client, method, path, OTHERS[number % len(OTHERS)])
        assert refused.status_code == 204
        _says_nothing_to_pages(refused)
        _is_guarded(refused)
        walked += 1
    assert walked > 200


async def test_every_answer_is_guarded_and_read_by_the_listed_origin_only(
    client: httpx2.AsyncClient,
) -> None:
    """Fine answers and refusals alike: without a token, and as somebody on the FREE plan."""
    bearer = token(time.time())
    statuses = set()
    for number, (method, path) in enumerate(_operations()):
        strange = {"Origin": OTHERS[number % len(OTHERS)]}
        anonymous = await client.request(method, path, headers=strange)
        _says_nothing_to_pages(anonymous)
        _is_guarded(anonymous)
        statuses.add(anonymous.status_code)
        if path == STREAM:
            continue  # an answer without an end
        ours = {"Origin": OURS, "Authorization": f"Bearer {bearer}"}
        answer = await client.request(method, path, headers=ours)
        assert answer.headers.get_list("access-control-allow-origin") == [OURS], (method, path)
        assert answer.headers["access-control-allow-credentials"] == "true"
        _is_guarded(answer)
        statuses.add(answer.status_code)
    assert {200, 401, 403} <= statuses


async def test_what_is_nobodys_operation_is_guarded_too(client: httpx2.AsyncClient) -> None:
    for method, path, status in (
        ("GET", "/api/nothing", 404),
        ("DELETE", "/api/vehicles", 405),
        ("GET", "/api/vehicles/%2e%2e/x", 400),
    ):
        answer = await client.request(method, path, headers={"Origin": OTHERS[0]})
        assert answer.status_code == status
        _says_nothing_to_pages(answer)
        for name, said in GUARDED.items():
            assert answer.headers.get_list(name) == [said], name


async def test_a_service_cannot_open_its_answers_to_everybody(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/api/plans", headers={"Origin": OTHERS[0]})
    assert answer.status_code == 200
    assert answer.json()["method"] == "GET"
    _says_nothing_to_pages(answer)
