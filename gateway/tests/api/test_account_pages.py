"""Pages behind the links of mails: they work without script, speak three languages, and a look changes nothing."""

import random
import re
from html import escape

import pytest

from gateway.api.forms import POLICY
from gateway.domain.targets import MAX_TARGET_BYTES
from gateway.errors import FormUnreadable
from gateway.tests.conftest import Running, StartGateway
from gateway.tests.house import TABLE
from shared.contracts.base import Language

PAGES = ("/forgot-password", "/reset-password", "/revert-email", "/export")
CREDENTIAL_PATHS = (
    "/api/auth/forgot-password",
    "/api/auth/validate-reset-token",
    "/api/auth/reset-password",
    "/api/auth/me/email/revert",
    "/internal/exports/open",
)
FILLED_IN = {"token": "abc", "email": "a@example.org", "password": "one", "again": "one"}
NASTY = '"><script>alert(1)</script>'


@pytest.mark.parametrize("path", PAGES)
class TestPage:
    @pytest.mark.parametrize(
        ("language", "word"), [("fr", " mot "), ("en", " password"), ("es", "contraseña")]
    )
    async def test_it_speaks_the_language_of_the_mail(
        self, common: Running, path: str, language: str, word: str
    ) -> None:
        async with common.client(**{"accept-language": "fr"}) as client:
            page = await client.get(path, params={"lang": language, "token": "abc"})
        assert page.status_code == 200
        assert f'<html lang="{language}">' in page.text
        assert word in page.text.lower()

    async def test_it_runs_no_script_and_is_kept_by_nobody(
        self, common: Running, path: str
    ) -> None:
        async with common.client() as client:
            page = await client.get(path, params={"token": "abc"})
            policy = page.headers["content-security-policy"]
            assert "script" not in page.text
            assert "script-src" not in policy
            assert "unsafe-inline" not in policy
            assert "form-action 'self'" in policy
            assert "style=" not in page.text
            assert page.headers["cache-control"] == "no-store"
            assert page.headers["referrer-policy"] == "no-referrer"
            for link in re.findall(r'href="(/pages/[^"]+)"', page.text):
                assert (await client.get(link)).status_code == 200

    async def test_what_the_link_says_is_text_and_nothing_else(
        self, common: Running, path: str
    ) -> None:
        async with common.client() as client:
            asked = await client.get(path, params={"token": NASTY, "lang": NASTY})
            sent = await client.post(path, data={"token": NASTY, "password": "a", "again": "b"})
        assert "<script>" not in asked.text + sent.text

    async def test_a_look_asks_for_no_change(self, running: Running, path: str) -> None:
        async with running.client() as client:
            await client.get(path, params={"token": "abc"})
        changing = [
            asked
            for method, asked in running.house.asked
            if method == "POST" and asked != "/api/auth/validate-reset-token"
        ]
        assert changing == []

    async def test_a_form_larger_than_ours_is_413(self, common: Running, path: str) -> None:
        async with common.client() as client:
            answer = await client.post(path, data={"token": "x" * 9000})
        assert answer.status_code == 413

    async def test_bytes_that_are_no_form_are_no_500(self, common: Running, path: str) -> None:
        async with common.client() as client:
            for content in (b"", b"\xff\xfe\x00", b"&".join([b"a=1"] * 50)):
                answer = await client.post(path, content=content)
                assert answer.status_code in {200, 400}
                assert answer.headers["content-type"].startswith("text/html")


class TestForms:
    async def test_two_different_passwords_never_reach_auth(self, running: Running) -> None:
        async with running.client() as client:
            body = {"token": "abc", "password": "one", "again": "two", "lang": "en"}
            page = await client.post("/reset-password", data=body)
        assert page.status_code == 400
        assert "not the same" in page.text
        assert running.house.count("/api/auth/reset-password") == 0

    async def test_auth_is_asked_as_the_visitor(self, running: Running) -> None:
        async with running.client() as client:
            page = await client.post("/forgot-password", data={"email": "a@example.org"})
        assert page.status_code == 200
        assert running.house.count("/api/auth/forgot-password") == 1

    async def test_a_form_counts_as_an_attempt(self, running: Running) -> None:
        async with running.client() as client:
            answer = await client.post("/revert-email", data={"token": "abc"})
        assert answer.headers["ratelimit-policy"].startswith('"credential"')


async def test_who_has_no_password_for_their_data_is_shown_where_to_choose_one(
    common: Running,
) -> None:
    """An account made by a provider has none."""
    async with common.client() as client:
        page = await client.get("/export", params={"lang": "es", "token": "abc"})
        [link] = re.findall(r'href="(/forgot-password[^"]*)"', page.text)
        assert (await client.get(link)).text.count('<html lang="es">') == 1


class TestAttempts:
    async def test_whatever_asks_auth_counts_as_an_attempt(self, running: Running) -> None:
        """Found by what auth was asked, not by a list: the next page of ours is measured, too."""
        uncounted = []
        own = [route for route in TABLE.routes if route.service == "gateway"]
        async with running.client() as client:
            for route in own:
                if route.template == "/api/events/stream":
                    continue
                before = sum(map(running.house.count, CREDENTIAL_PATHS))
                path = route.template.replace("{name}", "x") + "?token=abc"
                answer = await client.request(route.method, path, data=FILLED_IN)
                asked = sum(map(running.house.count, CREDENTIAL_PATHS)) > before
                policy = answer.headers.get("ratelimit-policy", "")
                if asked and not policy.startswith('"credential"'):
                    uncounted.append((route.method, route.template))
        assert uncounted == []

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            *(("POST", path) for path in PAGES),
            ("GET", "/reset-password"),
            ("HEAD", "/reset-password"),
        ],
    )
    async def test_too_many_are_refused_in_words_and_auth_is_left_alone(
        self, start_gateway: StartGateway, method: str, path: str
    ) -> None:
        running = await start_gateway(rate_credential=3)
        async with running.client(**{"accept-language": "en"}) as client:
            asked = [
                await client.request(method, path, params={"lang": "es"}, data=FILLED_IN)
                for _ in range(6)
            ]
        assert [answer.status_code == 429 for answer in asked] == [False] * 3 + [True] * 3
        assert sum(map(running.house.count, CREDENTIAL_PATHS)) <= 3
        refused = asked[-1]
        assert int(refused.headers["retry-after"]) >= 1
        assert refused.headers["content-type"].startswith("text/html")
        assert refused.headers.get_list("content-security-policy") == [POLICY]
        if method != "HEAD":
            assert '<html lang="es">' in refused.text
            assert "Demasiadas peticiones" in refused.text

    async def test_the_page_and_its_twin_of_the_api_spend_the_same_allowance(
        self, start_gateway: StartGateway
    ) -> None:
        running = await start_gateway(rate_credential=2)
        async with running.client() as client:
            body = {"email": "a@example.org"}
            assert (await client.post("/forgot-password", data=body)).status_code == 200
            assert (await client.post("/api/auth/login", json=body)).status_code == 200
            assert (await client.post("/forgot-password", data=body)).status_code == 429


NAMES = ("token", "lang", "email", "password", "again", "code", "utm_source", "a")
VALUES = (
    "abc", "", "fr", "x" * 3000, "%00", "%ED%A0%80", "%ff%fe", "%F4%90%80%80", "%", "%zz", "+", "%0d%0aSet-Cookie:%20a=1",
    "%3Cscript%3E", "\u00e9", "%E2%80%AE", "&", "=", ";", "a=b", "%26lang=en", "1e999", "[]", "%7B",
)  # fmt: skip


def hostile(chance: random.Random) -> str:
    """A query or a form: few or many fields, repeated or not, sometimes with what no form holds."""
    most = chance.choice((0, 1, 2, 7, 8, 9, 40))
    fields = [f"{chance.choice(NAMES)}={chance.choice(VALUES)}" for _ in range(most)]
    if chance.random() < 0.2:
        fields.append(chance.choice(("&&&", "=", "token", "lang=en;lang=fr")))
    return "&".join(fields)


@pytest.mark.parametrize("path", PAGES)
class TestHostile:
    async def test_no_query_and_no_form_is_our_fault(self, common: Running, path: str) -> None:
        chance = random.Random(path)
        kind = {"content-type": "application/x-www-form-urlencoded", "accept-language": "en"}
        async with common.client(**kind) as client:
            for _ in range(150):
                query, form = hostile(chance), hostile(chance).encode()
                if chance.random() < 0.3:
                    form = chance.choice((b"\xff", b"\x00", b"\xed\xa0\x80")) + form
                for method, content in (("GET", b""), ("POST", form)):
                    url = f"{path}?{query}".encode("ascii", "replace").decode()
                    answer = await client.request(method, url, content=content)
                    if len(url) > MAX_TARGET_BYTES:  # the guard's, before anybody routes it
                        assert answer.status_code == 414
                        continue
                    assert answer.status_code in {200, 400, 413}, (method, url, content)
                    assert answer.headers["content-type"].startswith("text/html")
                    assert "\x00" not in answer.text
                    assert "set-cookie" not in answer.headers

    @pytest.mark.parametrize("language", ["fr", "en", "es"])
    async def test_more_than_eight_fields_are_400_in_the_language_of_the_link(
        self, common: Running, path: str, language: str
    ) -> None:
        fields = "&".join(f"f{number}=1" for number in range(9))
        async with common.client(**{"accept-language": "de"}) as client:
            for answer in (
                await client.get(f"{path}?lang={language}&{fields}"),
                await client.post(f"{path}?lang={language}", content=fields.encode()),
            ):
                assert answer.status_code == 400
                assert f'<html lang="{language}">' in answer.text
                assert escape(FormUnreadable.text.into(Language(language))) in answer.text

    @pytest.mark.parametrize(
        "query", ["token=a&token=b", "token=%00", "token=%ED%A0%80", "token=%ff"]
    )
    async def test_what_two_readers_could_read_differently_reaches_nobody(
        self, running: Running, path: str, query: str
    ) -> None:
        before = len(running.house.asked)
        async with running.client() as client:
            assert (await client.get(f"{path}?{query}")).status_code == 400
            assert (await client.post(path, content=query.encode())).status_code == 400
        reached = [asked for _, asked in running.house.asked[before:] if asked in CREDENTIAL_PATHS]
        assert reached == []

    async def test_what_is_refused_before_us_is_a_page_too(
        self, common: Running, path: str
    ) -> None:
        async with common.client() as client:
            answer = await client.put(path + "/", params={"lang": "es"})
        assert answer.status_code == 405
        assert '<html lang="es">' in answer.text
