"""The provider keeps its own side of the protocol; services/auth/tests/api/test_providers.py walks through it whole."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from deploy.simulators.oidc.app import create_app
from deploy.simulators.oidc.client import CLIENT_ID, CLIENT_SECRET
from deploy.simulators.oidc.keys import b64
from shared.security.secrets import digest

ISSUER = "http://provider.test"
VERIFIER = "v" * 43
ASKED = {
    "response_type": "code",
    "client_id": CLIENT_ID,
    "redirect_uri": "http://client.test/callback",
    "scope": "openid email",
    "state": "s<1>",
    "nonce": "n-1",
    "code_challenge": b64(digest(VERIFIER)),
    "code_challenge_method": "S256",
}


@pytest.fixture
def client() -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app=create_app(issuer=ISSUER))
    return httpx2.AsyncClient(transport=transport, base_url=ISSUER)


async def consent(client: httpx2.AsyncClient, action: str = "allow") -> dict[str, list[str]]:
    form = {
        "action": action,
        "redirect_uri": ASKED["redirect_uri"],
        "challenge": ASKED["code_challenge"],
        "nonce": "n-1",
        "client_state": "s<1>",
    }
    answer = await client.post("/consent", data=form)
    return parse_qs(urlsplit(answer.headers["location"]).query)


async def redeem(client: httpx2.AsyncClient, code: str, **changed: str) -> httpx2.Response:
    form: dict[str, Any] = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": ASKED["redirect_uri"],
        "code_verifier": VERIFIER,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
    }
    return await client.post("/token", data=form | changed)


class TestProvider:
    async def test_the_page_shows_a_form_and_escapes_what_it_was_sent(
        self, client: httpx2.AsyncClient
    ) -> None:
        page = await client.get("/authorize", params=ASKED)
        assert page.status_code == 200
        assert 'value="s&lt;1&gt;"' in page.text
        for wrong in ({"client_id": "x"}, {"code_challenge_method": "plain"}, {"scope": "email"}):
            assert (await client.get("/authorize", params=ASKED | wrong)).status_code == 400

    async def test_a_code_works_once_for_its_client_address_and_verifier(
        self, client: httpx2.AsyncClient
    ) -> None:
        [code] = (await consent(client))["code"]
        done = await redeem(client, code)
        assert done.status_code == 200
        assert done.json()["id_token"].count(".") == 2
        assert (await redeem(client, code)).status_code == 400
        for wrong in ({"code_verifier": "w" * 43}, {"redirect_uri": "http://evil.test"}):
            [code] = (await consent(client))["code"]
            assert (await redeem(client, code, **wrong)).status_code == 400
        [code] = (await consent(client))["code"]
        assert (await redeem(client, code, client_secret="no")).status_code == 401

    async def test_who_denies_gives_no_code(self, client: httpx2.AsyncClient) -> None:
        said = await consent(client, "deny")
        assert said["error"] == ["access_denied"]
        assert "code" not in said
