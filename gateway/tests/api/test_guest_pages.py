"""The page behind a guest's link: without script, in three languages, and whatever comes in is told in words."""

import random
import re
from typing import Any

import orjson
import pytest

from gateway.api.forms import POLICY
from gateway.tests.api.test_account_pages import NASTY, hostile
from gateway.tests.conftest import Running, StartGateway

DOOR = {
    "car": "Peugeot 308",
    "label": "Loueur",
    "allows": ["reading", "fill", "defect"],
    "until": "2026-06-15",
    "distance_unit": "km",
    "energies": ["petrol"],
    "pumps": [{"energy": "petrol", "unit": "l"}],
}
SAVED = {
    "car": "Peugeot 308",
    "label": "Loueur",
    "day": "2026-06-10",
    "mileage": 84250,
    "distance_unit": "km",
}
FILLED = SAVED | {
    "energy": "petrol",
    "quantity": "38.500",
    "unit": "l",
    "unit_price": None,
    "total": {"amount": "70.07", "currency": "EUR"},
    "full": False,
    "station": None,
}
ID = "01a20000-0000-7000-8000-00000000ffff"
HIDDEN = {"token": "abc", "id": ID, "act": "reading"}


def problem(status: int, code: str, *errors: tuple[str, str]) -> tuple[int, dict[str, Any]]:
    wrong = [{"pointer": where, "code": code, "message": said} for where, said in errors]
    return status, {"code": code, "detail": f"Because of {code}.", "errors": wrong}


@pytest.fixture
def visited(running: Running) -> Running:
    running.house.links = {
        "/api/guest": (200, DOOR),
        "/api/guest/readings": (201, SAVED),
        "/api/guest/fills": (201, FILLED),
        "/api/guest/defects": (
            201,
            SAVED
            | {
                "title": "x",
                "description": None,
                "severity": "high",
                "safety_advice": [{"text": NASTY}],
            },
        ),
    }
    return running


class TestPage:
    @pytest.mark.parametrize("act", ["reading", "fill", "defect"])
    @pytest.mark.parametrize(
        ("language", "words"),
        [("fr", "Ce lien est pour"), ("en", "This link is for"), ("es", "Este enlace es para")],
    )
    async def test_speaks_the_browsers_language_and_offers_the_others(
        self, visited: Running, language: str, words: str, act: str
    ) -> None:
        async with visited.client(**{"accept-language": language}) as client:
            page = await client.get("/guest", params={"token": "abc", "act": act})
        assert f'<html lang="{language}">' in page.text
        assert words in page.text
        others = set(re.findall(r'hreflang="(\w\w)"', page.text))
        assert others == {"fr", "en", "es"} - {language}
        assert visited.house.told[0]["language"] == language

    async def test_runs_no_script_is_kept_by_nobody_and_leads_nowhere_else(
        self, visited: Running
    ) -> None:
        async with visited.client() as client:
            page = await client.get("/guest", params={"token": "abc"})
        assert page.headers.get_list("content-security-policy") == [POLICY]
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert "set-cookie" not in page.headers
        assert not re.search("<script|style=|https?://", page.text)
        every = re.findall(r'<(?:input|select|textarea) id="(\w+)"', page.text)
        assert every
        assert set(re.findall(r'<label for="(\w+)"', page.text)) == set(every)

    async def test_what_others_wrote_is_text_and_nothing_else(self, visited: Running) -> None:
        visited.house.links["/api/guest"] = (200, DOOR | {"car": NASTY, "label": NASTY})
        async with visited.client() as client:
            pages = [
                await client.get("/guest", params={"token": NASTY, "act": NASTY}),
                await client.post("/guest", data=HIDDEN | {"id": NASTY, "mileage": NASTY}),
                await client.post("/guest", data=HIDDEN | {"act": "defect", "title": "x"}),
            ]
        assert [page.status_code for page in pages] == [200, 400, 200]
        assert not any("<script>" in page.text for page in pages)

    async def test_asks_as_nobody_whoever_is_signed_in(self, visited: Running) -> None:
        _, bearer = visited.person()
        async with visited.client(bearer) as client:
            await client.get("/guest", params={"token": "a&b=c"})
            await client.post("/guest", data=HIDDEN | {"mileage": "5"})
        assert [told["user"] for told in visited.house.told] == [None] * 3
        assert visited.house.told[0]["query"] == "token=a%26b%3Dc"


class TestSend:
    async def test_what_is_typed_goes_on_as_it_is_meant(self, visited: Running) -> None:
        async with visited.client(**{"accept-language": "fr"}) as client:
            done = await client.post(
                "/guest",
                data=HIDDEN
                | {"act": "fill", "quantity": "38,5", "total": "70,1", "mileage": "84\u202f250"},
            )
        assert orjson.loads(visited.house.told[-1]["body"]) == {
            "token": "abc",
            "id": ID,
            "quantity": "38.5",
            "energy": "petrol",
            "unit": "l",
            "total": {"amount": "70.10", "currency": "EUR"},
            "mileage": 84250,
            "full": False,
        }
        assert "38,5\u00a0L" in done.text
        assert "70,07\u00a0EUR" in done.text

    @pytest.mark.parametrize(
        ("refusal", "name"),
        [
            (problem(422, "value_error", ("/mileage", "Too much.")), "mileage"),
            (problem(422, "guest_day_wrong", ("/day", "Too old.")), "day"),
        ],
    )
    async def test_what_is_refused_is_told_beside_its_field_and_what_was_typed_stays(
        self, visited: Running, refusal: Any, name: str
    ) -> None:
        visited.house.links["/api/guest/readings"] = refusal
        async with visited.client() as client:
            page = await client.post(
                "/guest", data=HIDDEN | {"mileage": "777", "day": "2026-01-01"}
            )
        assert page.status_code == 422
        assert refusal[1]["errors"][0]["message"] in page.text
        assert f'aria-describedby="{name}-problem"' in page.text
        assert f'id="{name}-problem"' in page.text
        assert 'value="777"' in page.text
        assert f'value="{ID}"' in page.text, "sent again, it is the same entry"

    @pytest.mark.parametrize(
        ("refusal", "status", "words"),
        [
            (problem(410, "link_dead"), 410, "Because of link_dead."),
            (problem(429, "guest_too_often"), 429, "Because of guest_too_often."),
            (problem(403, "guest_may_not"), 403, "Because of guest_may_not."),
            (problem(500, "internal_error"), 500, "Because of internal_error."),
        ],
    )
    async def test_what_has_no_field_is_told_above(
        self, visited: Running, refusal: Any, status: int, words: str
    ) -> None:
        visited.house.links["/api/guest/readings"] = refusal
        async with visited.client() as client:
            page = await client.post("/guest", data=HIDDEN | {"mileage": "777"})
        assert (page.status_code, words in page.text) == (status, True)

    async def test_one_that_was_sent_with_other_words_is_told_and_gets_another_id(
        self, visited: Running
    ) -> None:
        visited.house.links["/api/guest/readings"] = problem(409, "id_taken", ("/id", "Taken."))
        async with visited.client(**{"accept-language": "en"}) as client:
            page = await client.post("/guest", data=HIDDEN | {"mileage": "777"})
        assert (page.status_code, "was sent already" in page.text) == (409, True)
        assert ID not in page.text

    async def test_nothing_wrong_reaches_vehicles(self, visited: Running) -> None:
        async with visited.client() as client:
            for typed in ({}, {"mileage": ""}, {"mileage": "x"}, {"mileage": "1", "day": "soon"}):
                assert (await client.post("/guest", data=HIDDEN | typed)).status_code == 400
        assert {told["path"] for told in visited.house.told} == {"/api/guest"}

    async def test_no_other_act_than_the_link_allows(self, visited: Running) -> None:
        visited.house.links["/api/guest"] = (200, DOOR | {"allows": ["reading"]})
        async with visited.client() as client:
            page = await client.get("/guest", params={"token": "abc", "act": "fill"})
            assert "act=fill" not in page.text
            await client.post("/guest", data=HIDDEN | {"act": "defect", "mileage": "5"})
        assert visited.house.told[-1]["path"] == "/api/guest/readings"


class TestUnheard:
    @pytest.mark.parametrize("method", ["GET", "POST"])
    async def test_a_service_that_does_not_answer_is_told_kindly(
        self, running: Running, method: str
    ) -> None:
        running.house.links["/api/guest"] = (503, {})
        async with running.client(**{"accept-language": "en"}) as client:
            page = await client.request(method, "/guest", params={"token": "abc"}, data=HIDDEN)
        assert page.status_code == 503
        assert "does not answer at the moment" in page.text

    @pytest.mark.parametrize("status", [404, 410, 422])
    async def test_a_link_that_opens_nothing_is_410(self, running: Running, status: int) -> None:
        running.house.links["/api/guest"] = problem(status, "link_dead")
        async with running.client(**{"accept-language": "es"}) as client:
            page = await client.get("/guest", params={"token": "abc"})
        assert (page.status_code, "ya no es v\u00e1lido" in page.text) == (410, True)


class TestHostile:
    async def test_no_query_and_no_form_is_our_fault(self, visited: Running) -> None:
        chance = random.Random("guest")
        kind = {"content-type": "application/x-www-form-urlencoded"}
        async with visited.client(**kind) as client:
            for _ in range(150):
                url = f"/guest?{hostile(chance)}".encode("ascii", "replace").decode()
                form = hostile(chance).encode()
                if chance.random() < 0.3:
                    form = chance.choice((b"\xff", b"\x00", b"\xed\xa0\x80")) + form
                for method, content in (("GET", b""), ("POST", form)):
                    answer = await client.request(method, url, content=content)
                    assert answer.status_code in {200, 400, 413, 414}, (method, url, content)

    async def test_a_form_larger_than_ours_is_413_and_lines_are_allowed_in_prose_only(
        self, visited: Running
    ) -> None:
        async with visited.client() as client:
            large = HIDDEN | {"act": "defect", "title": "x", "description": "x" * 40_000}
            assert (await client.post("/guest", data=large)).status_code == 413
            lines = HIDDEN | {"act": "defect", "title": "x", "description": "a\r\nb"}
            assert (await client.post("/guest", data=lines)).status_code == 200
            for bad in ({"title": "a\nb"}, {"description": "a\x00b"}):
                assert (await client.post("/guest", data=lines | bad)).status_code == 400


@pytest.mark.parametrize(
    "path", ["/guest", "/passport", "/api/guest/readings", "/api/passports/verify"]
)
async def test_visitors_have_an_allowance_of_their_own(
    start_gateway: StartGateway, path: str
) -> None:
    running = await start_gateway(rate_visitor=2)
    running.house.links = {"/api/guest": (200, DOOR), "/api/guest/readings": (201, SAVED)}
    async with running.client(**{"accept-language": "es"}) as client:
        asked = [await client.post(path, data=HIDDEN | {"mileage": "5"}) for _ in range(3)]
        assert [answer.status_code == 429 for answer in asked] == [False, False, True]
        assert int(asked[-1].headers["retry-after"]) >= 1
        assert asked[-1].headers["ratelimit-policy"].startswith('"visitor"')
        if not path.startswith("/api"):
            assert '<html lang="es">' in asked[-1].text
        body = {"email": "a@example.org"}
        assert (await client.post("/api/auth/login", json=body)).status_code == 200
        assert (await client.get("/guest", params={"token": "abc"})).status_code == 200
