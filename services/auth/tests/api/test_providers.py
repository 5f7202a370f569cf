import asyncio
import contextlib
import re
import secrets
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx2
import pytest
import pytest_asyncio
import uvicorn
from sqlalchemy import text

from deploy.simulators.oidc.app import State
from deploy.simulators.oidc.app import create_app as create_provider
from deploy.simulators.oidc.client import CLIENT_ID, CLIENT_SECRET
from deploy.simulators.oidc.keys import Mode
from services.auth.clients import providers as client_module
from services.auth.domain.providers import pkce_challenge
from services.auth.tests.api.test_passkeys import audit_kinds, register
from services.auth.tests.factories import (
    LOGIN,
    NEW_PASSWORD,
    PASSWORD,
    REFRESH,
    REGISTER,
    VERIFY,
    SignedIn,
    last_code,
    log_in,
    make_account,
    registration,
    signed_in,
)
from shared.contracts.auth import AccountChanged, NoticeKind, PasswordResetAsked, SecurityNotice
from shared.http.client import tls
from shared.testing.client import Callers

OIDC = "/api/auth/oidc"
START, CALLBACK, EXCHANGE = f"{OIDC}/demo/start", f"{OIDC}/demo/callback", f"{OIDC}/exchange"
LINK, LINKS = f"{OIDC}/demo/link", f"{OIDC}/links"
HOME = "http://127.0.0.1:8080/sign-in/callback"
APP = "org.example.autotrack://signed-in"
REFUSED_MODES = [
    mode
    for mode in Mode
    if mode not in {Mode.HONEST, Mode.SLOW, Mode.ENDLESS, Mode.OTHER_DISCOVERY, Mode.OPEN_LINE}
]


@dataclass
class Provider:
    url: str
    state: State


@contextlib.asynccontextmanager
async def running_provider(clock: Any) -> AsyncIterator[Provider]:
    """The simulator on a real socket, living by the tests' clock."""
    door = socket.socket()
    door.bind(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{door.getsockname()[1]}"
    app = create_provider(clock, issuer=url)
    config = uvicorn.Config(app, lifespan="off", log_level="warning", timeout_graceful_shutdown=0)
    server = uvicorn.Server(config)
    running = asyncio.get_running_loop().create_task(server.serve(sockets=[door]))
    while not server.started:  # noqa: ASYNC110 - uvicorn offers no event
        await asyncio.sleep(0.01)
    yield Provider(url, app.state.fake)
    server.should_exit = True
    await running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def started() -> AsyncIterator[Provider]:
    async with running_provider(None) as one:
        yield one


@pytest.fixture
def provider(started: Provider, clock: Any) -> Provider:
    """Honest at first, whatever the test before made of it."""
    started.state.clock, started.state.mode = clock, Mode.HONEST
    started.state.keys.algorithm = "RS256"
    started.state.asked.clear()
    return started


@pytest.fixture
def settings_env(settings_env: dict[str, Any], provider: Provider) -> dict[str, Any]:
    demo = {
        "name": "demo",
        "title": "Démo",
        "issuer": provider.url,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
    }
    other = demo | {"name": "other", "title": "", "client_id": "nobody"}
    return settings_env | {"oidc_providers": [demo, other], "oidc_return_urls": [HOME, APP]}


@dataclass
class Browser:
    """A person at a client of ours: the secret the client keeps, and what the browser is sent through."""

    call: Any
    verifier: str = ""
    begun: str = START

    async def begin(self, client: Any = None, begin: str = START, **more: Any) -> str:
        self.verifier = secrets.token_urlsafe(48)
        body = {"code_challenge": pkce_challenge(self.verifier), **more}
        answer = await (client or self.call.anonymous).post(begin, json=body)
        assert answer.status_code == 200, answer.text
        url: str = answer.json()["authorization_url"]
        return url

    async def consent(self, url: str, *, action: str = "allow", **person: Any) -> str:
        """Click through the provider's page; where it sends the browser back to."""
        async with httpx2.AsyncClient(trust_env=False, verify=tls()) as client:
            page = await client.get(url)
            assert page.status_code == 200, page.text
            form = {
                name: unescape(value)
                for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', page.text)
                if name != "action"
            }
            form |= {"verified": "true", "action": action, **person}
            answer = await client.post(
                str(page.url.join("/consent")),
                data={k: v for k, v in form.items() if v is not None},
            )
        assert answer.status_code == 303, answer.text
        location: str = answer.headers["location"]
        return location

    async def come_back(self, location: str) -> dict[str, str]:
        """What the client reads in the fragment."""
        parts = urlsplit(location)
        answer = await self.call.anonymous.get(parts.path, params=dict(parse_qsl(parts.query)))
        assert answer.status_code == 303, answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        target = urlsplit(answer.headers["location"])
        assert target.query == ""
        return dict(parse_qsl(target.fragment))

    async def visit(self, **person: Any) -> str:
        """The one-time code at the end of a whole visit."""
        said = await self.come_back(await self.consent(await self.begin(), **person))
        assert said.keys() == {"code"}, said
        return said["code"]

    async def exchange(self, code: str, verifier: str | None = None) -> Any:
        body = {"code": code, "code_verifier": verifier or self.verifier}
        return await self.call.anonymous.post(EXCHANGE, json=body)

    async def enter(self, **person: Any) -> Any:
        return await self.exchange(await self.visit(**person))

    async def link(self, person: SignedIn, **who: Any) -> Any:
        url = await self.begin(person.client, LINK)
        said = await self.come_back(await self.consent(url, **who))
        body = {"code": said["code"], "code_verifier": self.verifier}
        return await person.client.post(LINKS, json=body)


@pytest.fixture
def browser(call: Any) -> Browser:
    return Browser(call)


async def newcomer(call: Any, browser: Browser, **person: Any) -> SignedIn:
    answer = await browser.enter(**person)
    assert answer.status_code == 200, answer.text
    return signed_in(call, answer.json())


class TestVisit:
    async def test_the_providers_are_listed_for_a_sign_in_page(self, call: Any) -> None:
        listed = (await call.anonymous.get(OIDC)).json()
        assert listed == {
            "providers": [{"name": "demo", "title": "Démo"}, {"name": "other", "title": "Other"}]
        }

    async def test_the_browser_is_sent_with_state_nonce_and_pkce(
        self, browser: Browser, provider: Provider
    ) -> None:
        urls = [await browser.begin() for _ in range(2)]
        first, second = (
            {k: v[0] for k, v in parse_qs(urlsplit(url).query).items()} for url in urls
        )
        assert urls[0].startswith(f"{provider.url}/authorize?")
        assert first["response_type"] == "code"
        assert first["scope"] == "openid email profile"
        assert first["code_challenge_method"] == "S256"
        assert first["redirect_uri"] == f"http://127.0.0.1:8080{CALLBACK}"
        for name in ("state", "nonce", "code_challenge"):
            assert len(first[name]) == 43
            assert first[name] != second[name]
        assert first["code_challenge"] != pkce_challenge(browser.verifier), "our own, not theirs"

    async def test_only_configured_return_addresses(self, call: Any, browser: Browser) -> None:
        body = {"code_challenge": "a" * 43, "return_url": "https://evil.example/"}
        answer = await call.anonymous.post(START, json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "return_refused")
        url = await browser.begin(return_url=APP)
        parts = urlsplit(await browser.consent(url))
        answer = await call.anonymous.get(parts.path, params=dict(parse_qsl(parts.query)))
        assert answer.headers["location"].startswith(f"{APP}#code=")

    async def test_an_unknown_provider_is_not_found(self, call: Any) -> None:
        answers = [
            await call.anonymous.post(f"{OIDC}/x/start", json={"code_challenge": "a" * 43}),
            await call.anonymous.get(f"{OIDC}/x/callback", params={"state": "a"}),
        ]
        assert {answer.json()["code"] for answer in answers} == {"provider_unknown"}

    async def test_who_refuses_comes_back_without_a_code(self, browser: Browser) -> None:
        said = await browser.come_back(await browser.consent(await browser.begin(), action="deny"))
        assert said == {"error": "access_denied"}

    async def test_a_state_works_once_for_its_provider_for_ten_minutes(
        self, call: Any, browser: Browser, clock: Any
    ) -> None:
        location = await browser.consent(await browser.begin())
        query = dict(parse_qsl(urlsplit(location).query))
        elsewhere = await call.anonymous.get(f"{OIDC}/other/callback", params=query)
        assert (elsewhere.status_code, elsewhere.json()["code"]) == (400, "visit_over")
        assert "code" in await browser.come_back(location)
        for params in (query, query | {"state": "made-up"}, {"code": "x"}, {}):
            answer = await call.anonymous.get(CALLBACK, params=params)
            assert (answer.status_code, answer.json()["code"]) == (400, "visit_over")
        late = await browser.consent(await browser.begin())
        clock.move(minutes=10)
        parts = urlsplit(late)
        answer = await call.anonymous.get(parts.path, params=dict(parse_qsl(parts.query)))
        assert answer.status_code == 400

    async def test_an_answer_of_another_issuer_is_refused(self, browser: Browser) -> None:
        location = await browser.consent(await browser.begin())
        mixed_up = re.sub(r"iss=[^&]*", "iss=https%3A%2F%2Fevil.example", location)
        assert await browser.come_back(mixed_up) == {"error": "provider_failed"}

    async def test_a_code_of_another_visit_is_refused_by_pkce(self, browser: Browser) -> None:
        one = await browser.consent(await browser.begin())
        other = await browser.consent(await browser.begin())
        stolen = parse_qs(urlsplit(one).query)["code"][0]
        injected = re.sub(r"code=[^&]*", f"code={stolen}", other)
        assert await browser.come_back(injected) == {"error": "provider_failed"}

    @pytest.mark.parametrize(
        "body",
        [{}, {"code_challenge": "short"}, {"code_challenge": "é" * 43}, {"code_challenge": 5}],
        ids=str,
    )
    async def test_bad_input_is_refused(self, call: Any, body: dict[str, Any]) -> None:
        assert (await call.anonymous.post(START, json=body)).status_code == 422


@pytest.mark.fresh_app  # what a provider says of itself is remembered
class TestIdToken:
    @pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
    async def test_both_algorithms_are_understood(
        self, browser: Browser, provider: Provider, algorithm: str
    ) -> None:
        provider.state.keys.algorithm = algorithm
        assert (await browser.enter()).status_code == 200

    @pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
    @pytest.mark.parametrize("mode", REFUSED_MODES)
    async def test_a_provider_that_lies_signs_nobody_in(
        self, browser: Browser, provider: Provider, mode: Mode, algorithm: str
    ) -> None:
        provider.state.mode, provider.state.keys.algorithm = mode, algorithm
        said = await browser.come_back(await browser.consent(await browser.begin()))
        assert said == {"error": "provider_failed"}

    @pytest.mark.parametrize("mode", [Mode.OTHER_DISCOVERY, Mode.OPEN_LINE])
    async def test_a_discovery_document_that_leads_astray_is_refused(
        self, call: Any, provider: Provider, mode: Mode
    ) -> None:
        provider.state.mode = mode
        answer = await call.anonymous.post(START, json={"code_challenge": "a" * 43})
        assert (answer.status_code, answer.json()["code"]) == (502, "provider_failed")

    @pytest.mark.parametrize("mode", [Mode.SLOW, Mode.ENDLESS])
    async def test_a_provider_that_does_not_end_is_not_waited_for(
        self, browser: Browser, provider: Provider, mode: Mode, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(client_module, "PATIENCE_SECONDS", 0.5)
        location = await browser.consent(await browser.begin())
        provider.state.mode = mode
        async with asyncio.timeout(5):
            assert await browser.come_back(location) == {"error": "provider_failed"}

    async def test_discovery_and_keys_are_asked_once(
        self, browser: Browser, provider: Provider
    ) -> None:
        for number in range(3):
            assert (
                await browser.enter(sub=f"n{number}", email=f"n{number}@example.org")
            ).is_success
        provider.state.mode = Mode.UNKNOWN_KID
        for _ in range(3):
            await browser.come_back(await browser.consent(await browser.begin()))
        asked = provider.state.asked
        assert asked.count("/.well-known/openid-configuration") == 1
        assert asked.count("/keys") == 1, "an unknown key is looked for at most twice a minute"


class TestExchange:
    async def test_a_newcomer_has_an_account_with_a_verified_address(
        self, call: Any, browser: Browser, emitted: Any
    ) -> None:
        person = await newcomer(call, browser)
        me = (await person.client.get("/api/auth/me")).json()
        assert (me["email"], me["email_verified"]) == ("camille@example.org", True)
        assert (me["first_name"], me["last_name"]) == ("Camille", "Martin")
        [announced, *_] = await emitted(AccountChanged)
        assert announced.verified
        login = {"email": "camille@example.org", "password": PASSWORD}
        assert (await call.anonymous.post(LOGIN, json=login)).status_code == 401

    async def test_the_same_identity_is_the_same_account_whatever_its_address(
        self, call: Any, browser: Browser
    ) -> None:
        first = await newcomer(call, browser)
        again = await newcomer(call, browser, email="new@example.org", verified=None)
        assert again.id == first.id
        other = await newcomer(call, browser, sub="somebody", email="some@example.org")
        assert other.id != first.id

    async def test_a_code_works_once_with_the_verifier_for_a_minute(
        self, browser: Browser, clock: Any
    ) -> None:
        code = await browser.visit()
        stolen = await browser.exchange(code, secrets.token_urlsafe(48))
        assert (stolen.status_code, stolen.json()["code"]) == (400, "visit_over")
        assert (await browser.exchange(code)).status_code == 400, "used up by the thief"
        code = await browser.visit()
        answers = await asyncio.gather(*(browser.exchange(code) for _ in range(5)))
        assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400, 400]
        code = await browser.visit()
        clock.move(seconds=60)
        assert (await browser.exchange(code)).status_code == 400

    async def test_what_waits_rests_unreadable_and_goes(
        self, browser: Browser, admin_engine: Any, emitted: Any
    ) -> None:
        code = await browser.visit(email="marker@example.org", name="Zarathustra Marker")
        async with admin_engine.connect() as connection:
            rows = str((await connection.execute(text("SELECT * FROM provider_visit"))).all())
            assert not any(
                word in rows for word in (code, browser.verifier, "marker@", "Zarathustra")
            )
            assert (await browser.exchange(code)).status_code == 200
            left = await connection.scalar(text("SELECT count(*) FROM provider_visit"))
        assert left == 0

    async def test_a_locked_account_stays_locked(self, call: Any, browser: Browser) -> None:
        person = await newcomer(call, browser)
        await call.admin.patch(f"/api/auth/users/{person.id}", json={"locked": True})
        answer = await browser.enter()
        assert (answer.status_code, answer.json()["code"]) == (403, "account_locked")

    async def test_no_address_no_account(self, browser: Browser) -> None:
        answer = await browser.enter(email=None)
        assert (answer.status_code, answer.json()["code"]) == (409, "address_missing")

    async def test_a_link_is_no_sign_in(self, call: Any, browser: Browser, emitted: Any) -> None:
        person = await make_account(call, emitted)
        url = await browser.begin(person.client, LINK)
        said = await browser.come_back(await browser.consent(url))
        assert (await browser.exchange(said["code"])).status_code == 400

    async def test_a_password_can_be_chosen_later(
        self, call: Any, browser: Browser, emitted: Any, run_jobs: Any
    ) -> None:
        await newcomer(call, browser)
        await call.anonymous.post(
            "/api/auth/forgot-password", json={"email": "camille@example.org"}
        )
        await run_jobs()
        [asked] = await emitted(PasswordResetAsked)
        body = {"token": asked.token.get_secret_value(), "new_password": NEW_PASSWORD}
        done = await call.anonymous.post("/api/auth/reset-password", json=body)
        assert done.status_code == 204
        await log_in(call, "camille@example.org", NEW_PASSWORD)

    async def test_who_has_no_password_proves_themselves_by_a_mailed_code(
        self, call: Any, browser: Browser, emitted: Any, clock: Any
    ) -> None:
        person = await newcomer(call, browser)
        clock.move(hours=1)
        assert (await person.client.delete("/api/auth/sessions")).status_code == 403
        assert (await person.client.post("/api/auth/reauthenticate/mail")).status_code == 202
        body = {"otp_code": await last_code(emitted, "camille@example.org")}
        proven = await person.client.post("/api/auth/reauthenticate", json=body)
        assert proven.status_code == 200, proven.text
        assert (await person.client.delete("/api/auth/sessions")).status_code == 204


class TestAddressesMeet:
    """An account is found by its address only when both sides have it verified."""

    async def test_both_verified_are_linked_and_the_owner_is_told(
        self, call: Any, browser: Browser, emitted: Any
    ) -> None:
        owner = await make_account(call, emitted)
        person = await newcomer(call, browser, email="LEA@example.org")
        assert person.id == owner.id
        kinds = [notice.kind for notice in await emitted(SecurityNotice)]
        assert NoticeKind.PROVIDER_LINKED in kinds
        assert "provider_linked" in await audit_kinds(owner)
        await log_in(call)

    async def test_the_second_factor_stays_and_nothing_is_linked_before_it(
        self, call: Any, browser: Browser, emitted: Any, clock: Any
    ) -> None:
        owner = await make_account(call, emitted)
        await owner.client.post("/api/auth/2fa/mail", json={"password": PASSWORD})
        answer = await browser.enter(email="lea@example.org")
        assert (answer.status_code, answer.json()["code"]) == (409, "sign_in_first")
        assert (await owner.client.get(LINKS)).json()["count"] == 0
        assert (await browser.link(owner, email="lea@example.org")).status_code == 201
        clock.move(minutes=1)
        answer = await browser.enter(email="lea@example.org")
        assert answer.json()["factors"] == ["mail"]
        body = {
            "challenge": answer.json()["challenge"],
            "otp_code": await last_code(emitted),
        }
        assert (await call.anonymous.post("/api/auth/2fa/verify", json=body)).status_code == 200

    async def test_an_address_the_provider_has_not_verified_opens_no_account(
        self, call: Any, browser: Browser, emitted: Any
    ) -> None:
        owner = await make_account(call, emitted)
        answer = await browser.enter(email="lea@example.org", verified=None)
        assert answer.json() == {"require_otp": True, "email": "lea@example.org"}
        assert (await owner.client.get(LINKS)).json()["count"] == 0
        [notice] = await emitted(SecurityNotice)
        assert notice.kind is NoticeKind.ADDRESS_ALREADY_REGISTERED
        free = await browser.enter(sub="x", email="free@example.org", verified=None)
        assert free.json().keys() == answer.json().keys(), "the answer tells nothing"

    async def test_an_unverified_newcomer_confirms_by_code_and_then_is_known(
        self, call: Any, browser: Browser, emitted: Any
    ) -> None:
        await browser.enter(verified=None)
        code = await last_code(emitted, "camille@example.org")
        body = {"email": "camille@example.org", "otp_code": code}
        answer = await call.anonymous.post(VERIFY, json=body)
        assert answer.status_code == 200, answer.text
        person = signed_in(call, answer.json())
        assert (await person.client.get(LINKS)).json()["count"] == 1
        assert (await newcomer(call, browser, verified=None)).id == person.id

    async def test_who_registered_a_foreign_address_first_keeps_no_password(
        self, call: Any, browser: Browser, emitted: Any
    ) -> None:
        await call.anonymous.post(REGISTER, json=registration("camille@example.org"))
        old_code = await last_code(emitted, "camille@example.org")
        await newcomer(call, browser)
        login = {"email": "camille@example.org", "password": PASSWORD}
        assert (await call.anonymous.post(LOGIN, json=login)).status_code == 401
        body = {"email": "camille@example.org", "otp_code": old_code}
        assert (await call.anonymous.post(VERIFY, json=body)).status_code == 400

    async def test_a_strangers_unverified_visit_plants_no_way_in(
        self, call: Any, browser: Browser, emitted: Any, clock: Any
    ) -> None:
        await browser.enter(sub="attacker", email="victim@example.org", verified=None)
        clock.move(minutes=1)
        await call.anonymous.post(REGISTER, json=registration("victim@example.org"))
        code = await last_code(emitted, "victim@example.org")
        answer = await call.anonymous.post(
            VERIFY, json={"email": "victim@example.org", "otp_code": code}
        )
        victim = signed_in(call, answer.json())
        assert (await victim.client.get(LINKS)).json()["count"] == 0
        again = await browser.enter(sub="attacker", email="victim@example.org", verified=None)
        assert "access" not in again.json()
        await log_in(call, "victim@example.org")


class TestLinks:
    async def test_a_signed_in_person_links_any_identity(
        self, call: Any, browser: Browser, emitted: Any
    ) -> None:
        person = await make_account(call, emitted)
        answer = await browser.link(person, email="other@example.org", verified=None)
        assert answer.status_code == 201, answer.text
        assert answer.json()["provider"] == "demo"
        assert (await newcomer(call, browser, verified=None)).id == person.id
        [notice] = await emitted(SecurityNotice)
        assert (notice.kind, notice.facts["provider"]) == (NoticeKind.PROVIDER_LINKED, "Démo")

    async def test_it_needs_presence_and_the_same_person_at_both_ends(
        self, call: Any, browser: Browser, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        other = await make_account(call, emitted, "max@example.org")
        url = await browser.begin(person.client, LINK)
        said = await browser.come_back(await browser.consent(url))
        body = {"code": said["code"], "code_verifier": browser.verifier}
        assert (await other.client.post(LINKS, json=body)).status_code == 400
        signing_in = {"code": await browser.visit(sub="z"), "code_verifier": browser.verifier}
        assert (await person.client.post(LINKS, json=signing_in)).status_code == 400
        clock.move(minutes=6)
        stale = await person.client.post(LINK, json={"code_challenge": "a" * 43})
        assert (stale.status_code, stale.json()["code"]) == (403, "reauthentication_required")

    async def test_an_identity_belongs_to_one_account(
        self, call: Any, browser: Browser, emitted: Any
    ) -> None:
        person = await make_account(call, emitted)
        other = await make_account(call, emitted, "max@example.org")
        assert (await browser.link(person)).status_code == 201
        assert (await browser.link(person)).status_code == 201, "again is no error"
        taken = await browser.link(other)
        assert (taken.status_code, taken.json()["code"]) == (409, "identity_taken")

    async def test_the_last_way_in_stays(self, call: Any, browser: Browser, emitted: Any) -> None:
        person = await newcomer(call, browser)
        [link] = (await person.client.get(LINKS)).json()["results"]
        path = f"{LINKS}/{link['id']}"
        last = await person.client.delete(path)
        assert (last.status_code, last.json()["code"]) == (409, "last_way_in")
        await register(person)
        assert (await person.client.delete(path)).status_code == 204
        [passkey] = (await person.client.get("/api/auth/passkeys")).json()["results"]
        last = await person.client.delete(f"/api/auth/passkeys/{passkey['id']}")
        assert (last.status_code, last.json()["code"]) == (409, "last_way_in")

    async def test_unlinking_ends_the_other_sessions_and_tells(
        self, call: Any, browser: Browser, emitted: Any
    ) -> None:
        person = await make_account(call, emitted)
        await browser.link(person)
        other = await newcomer(call, browser)
        [link] = (await person.client.get(LINKS)).json()["results"]
        assert (await person.client.delete(f"{LINKS}/{link['id']}")).status_code == 204
        gone = await call.anonymous.post(REFRESH, json={"refresh": other.refresh})
        assert gone.status_code == 401
        kinds = [notice.kind for notice in await emitted(SecurityNotice)]
        assert kinds[-1] is NoticeKind.PROVIDER_UNLINKED
        assert (await newcomer(call, browser)).id != person.id

    async def test_another_persons_link_is_not_found(
        self, call: Any, browser: Browser, emitted: Any
    ) -> None:
        owner = await make_account(call, emitted)
        await browser.link(owner)
        [link] = (await owner.client.get(LINKS)).json()["results"]
        stranger = await make_account(call, emitted, "max@example.org")
        assert (await stranger.client.delete(f"{LINKS}/{link['id']}")).status_code == 404
        assert (await stranger.client.get(LINKS)).json()["count"] == 0


class TestReplicas:
    async def test_a_visit_may_begin_at_one_replica_and_end_at_another(
        self,
        call: Any,
        browser: Browser,
        make_app: Any,
        settings_env: Any,
        clock: Any,
        gateway_key: Any,
    ) -> None:
        replica = make_app(settings_env, clock)
        async with replica.router.lifespan_context(replica):
            there = Browser(Callers(replica, gateway_key, "auth"))
            location = await browser.consent(await browser.begin())
            said = await there.come_back(location)
            assert (await browser.exchange(said["code"])).status_code == 200
