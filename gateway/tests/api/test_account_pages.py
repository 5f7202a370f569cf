"""Pages behind the links of mails: they work without script, speak three languages, and a look changes nothing."""

import re

import pytest

from gateway.tests.conftest import Running

PAGES = ("/forgot-password", "/reset-password", "/revert-email", "/export")
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
