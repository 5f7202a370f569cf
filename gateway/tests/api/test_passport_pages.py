"""The page behind a passport's link, and the one that verifies a bundle."""

import re
from typing import Any

import pytest

from gateway.api.forms import POLICY
from gateway.tests.api.test_account_pages import NASTY
from gateway.tests.conftest import Running, StartGateway

VERDICT = {
    "valid": True,
    "problems": [],
    "ours": True,
    "key_id": "3fae9aae1dc1c277",
    "issuer": "https://autotrack.example.org",
    "issued_at": "2026-06-10T09:00:00+00:00",
    "car": "Peugeot 308",
    "entries": 51,
    "papers": 1,
    "last_hash": "0" * 64,
}
ROW = {
    "on": "2026-01-15",
    "kind": "maintenance",
    "title": "Vidange",
    "details": ["Huile 5W30"],
    "marks": [],
    "where": "Garage du Parc",
    "distance": 84250,
    "quantity": None,
    "quantity_unit": None,
    "money": {"amount": "189.90", "currency": "EUR"},
    "papers": 1,
    "guest": None,
}
FILL = ROW | {
    "kind": "fill",
    "title": "Essence",
    "quantity": "40.000",
    "quantity_unit": "l",
    "guest": "Loueur",
}
SHOWN = {
    "verdict": VERDICT,
    "until": "2026-06-20T22:00:00+00:00",
    "last_day": "2026-06-20",
    "name": "Peugeot 308",
    "distance_unit": "km",
    "car": [
        {"label": "Immatriculation", "kind": "text", "value": "AA-111-AA", "on": None},
        {"label": "Compteur", "kind": "distance", "value": 84250, "on": "2026-06-01"},
        {
            "label": "Premi\u00e8re immatriculation",
            "kind": "day",
            "value": "2019-02-03",
            "on": None,
        },
    ],
    "rows": [ROW, FILL],
    "count": 51,
    "page": 1,
    "pages": 2,
    "size_bytes": 2_500_000,
    "file": "/api/passports/shared/file?token=abc",
}
HISTORY = "/api/passports/shared/history"
BUNDLE = "/api/passports/verify/bundle"


@pytest.fixture
def visited(running: Running) -> Running:
    running.house.links = {HISTORY: (200, SHOWN), BUNDLE: (200, VERDICT)}
    return running


async def sent(running: Running, content: bytes = b"PK", language: str = "en") -> Any:
    async with running.client(**{"accept-language": language}) as client:
        return await client.post("/passport", files={"file": ("p.zip", content)})


class TestShown:
    async def test_tells_what_the_link_tells_in_the_browsers_language(
        self, visited: Running
    ) -> None:
        async with visited.client(**{"accept-language": "fr"}) as client:
            page = await client.get("/passport", params={"token": "abc"})
        assert page.status_code == 200
        for said in ("Intact et sign\u00e9", "AA-111-AA", "15/01/2026", "84\u202f250\u00a0km", "189,90\u00a0EUR",
                     "40\u00a0L", "not\u00e9 par", "03/02/2019", "2,4\u00a0Mo", "20/06/2026", "page 1 sur 2"):  # fmt: skip
            assert said in page.text, said
        assert visited.house.told[0]["user"] is None
        assert visited.house.told[0]["language"] == "fr"
        assert page.headers.get_list("content-security-policy") == [POLICY]
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert not re.search("<script|style=|<form", page.text), "read-only"

    async def test_the_next_page_is_asked_for_and_what_is_no_number_is_the_first(
        self, visited: Running
    ) -> None:
        async with visited.client() as client:
            for page in ("2", "x", "-1", "0", "\u0663", "9" * 30, ""):
                answer = await client.get("/passport", params={"token": "abc", "page": page})
                assert answer.status_code == 200
        asked = [told["query"].partition("page=")[2] for told in visited.house.told]
        assert asked == ["2", "1", "1", "1", "1", "1", "1"]

    async def test_what_others_wrote_is_text_and_nothing_else(self, visited: Running) -> None:
        nasty = ROW | {"title": NASTY, "details": [NASTY], "where": NASTY, "guest": NASTY}
        verdict = VERDICT | {"issuer": NASTY, "issued_at": NASTY, "car": NASTY, "problems": [NASTY]}
        visited.house.links = {
            HISTORY: (200, SHOWN | {"name": NASTY, "rows": [nasty], "verdict": verdict}),
            BUNDLE: (200, verdict | {"valid": False}),
        }
        async with visited.client() as client:
            shown = await client.get("/passport", params={"token": "abc"})
        assert "<script>" not in shown.text + (await sent(visited)).text

    @pytest.mark.parametrize(
        ("status", "answered"), [(404, 410), (410, 410), (422, 410), (503, 503)]
    )
    async def test_what_opens_nothing_is_told_kindly(
        self, running: Running, status: int, answered: int
    ) -> None:
        running.house.links[HISTORY] = (status, {"code": "x", "detail": "Said."})
        async with running.client() as client:
            page = await client.get("/passport", params={"token": "abc"})
        assert page.status_code == answered
        assert "<h1>" in page.text


class TestVerify:
    @pytest.mark.parametrize(
        ("language", "words"), [("fr", "Intact"), ("en", "Untouched"), ("es", "Intacto")]
    )
    async def test_a_bundle_goes_on_as_it_came_and_its_result_is_a_page(
        self, visited: Running, language: str, words: str
    ) -> None:
        page = await sent(visited, b"PK" + b"x" * 2_000_000, language)
        assert (page.status_code, words in page.text) == (200, True)
        [told] = visited.house.told
        assert told["user"] is None
        assert told["kind"].startswith("multipart/form-data; boundary=")
        assert b"PK" + b"x" * 2_000_000 in told["body"]

    async def test_a_changed_one_says_what_is_wrong(self, visited: Running) -> None:
        visited.house.links[BUNDLE] = (
            200,
            VERDICT | {"valid": False, "problems": ["chain_broken:3", "strange"]},
        )
        page = await sent(visited)
        assert "This passport was changed" in page.text
        assert "from number 3 on" in page.text
        assert "something else (strange)" in page.text
        assert "Untouched" not in page.text

    async def test_anothers_is_not_called_ours(self, visited: Running) -> None:
        visited.house.links[BUNDLE] = (200, VERDICT | {"ours": False})
        assert "the key is not ours" in (await sent(visited)).text

    @pytest.mark.parametrize(
        ("status", "code", "words"),
        [
            (422, "not_a_passport", "no AutoTrack passport"),
            (422, "upload_malformed", "Choose a file first"),
            (413, "file_too_large", "larger than"),
            (503, "passports_busy", "Said."),
        ],
    )
    async def test_what_is_refused_is_told_above_the_form(
        self, visited: Running, status: int, code: str, words: str
    ) -> None:
        visited.house.links[BUNDLE] = (status, {"code": code, "detail": "Said."})
        page = await sent(visited)
        assert (page.status_code, words in page.text) == (status, True)
        assert 'type="file"' in page.text

    async def test_what_is_no_form_with_a_file_reaches_nobody(self, visited: Running) -> None:
        form = "application/x-www-form-urlencoded"
        async with visited.client() as client:
            for kind, content in ((form, b"file=x"), ("application/json", b"{}"), ("x", b"")):
                answer = await client.post(
                    "/passport", content=content, headers={"content-type": kind}
                )
                assert answer.status_code == 400
        assert visited.house.told == []


async def test_a_body_larger_than_the_routes_own_limit_reaches_nobody(
    start_gateway: StartGateway,
) -> None:
    """The house's own for JSON is smaller, and a history is not."""
    running = await start_gateway(max_json_bytes=1_000, max_passport_bytes=100_000)
    running.house.links = {BUNDLE: (200, VERDICT), "/api/passports/verify": (200, VERDICT)}
    async with running.client() as client:
        for path in ("/passport", "/api/passports/verify", "/api/passports/verify/bundle"):
            for size, status in ((90_000, 200), (110_000, 413)):
                files = {"file": ("p.zip", b"x" * size)}
                answer = await client.post(path, files=files)
                assert answer.status_code == status, (path, size)
        ordinary = await client.post("/api/guest/readings", content=b"x" * 90_000)
        assert ordinary.status_code == 413
    assert len(running.house.told) == 3
