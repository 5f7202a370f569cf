"""Sessions: what their owner sees, what ends them, and that an end is heard by every gateway within five seconds."""

import asyncio
import copy
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pyotp
import pytest

from tests.flows.house import PATIENT, FlowHouse
from tests.flows.person import PASSWORD, Person, eventually
from tests.flows.test_person import at_gateway, link_in, submit, token_of

pytestmark = pytest.mark.timeout(300)
NewPerson = Callable[..., Person]
NEW_PASSWORD = "Autre-Phrase-Longue-83"
WITHIN = 5.0


@pytest.fixture(scope="module")
def gateways(house: FlowHouse) -> Iterator[list[str]]:
    """Addresses of two replicas."""
    second = house.another_gateway(2)
    yield [house.plan.url("gateway"), house.url(second)]
    house.stop(second)


def elsewhere(person: Person) -> Person:
    """The same person on another device."""
    other = copy.copy(person)
    other.api = httpx2.Client(
        base_url=person.api.base_url,
        timeout=60,
        trust_env=False,
        headers={"accept-language": "fr", "user-agent": "Mozilla/5.0 (Windows) Firefox/140"},
    )
    other.sign_in()
    return other


def asks(gateway: str, token: str) -> int:
    headers = {"authorization": f"Bearer {token}"}
    return httpx2.get(f"{gateway}/api/vehicles", headers=headers, trust_env=False).status_code


def refused_everywhere(gateways: list[str], token: str, began: float) -> None:
    """Asked every tenth of a second, at every replica."""
    for gateway in gateways:
        while asks(gateway, token) != 401:
            assert time.monotonic() - began < WITHIN, f"{gateway} still lets it in"
            time.sleep(0.1)


def now(house: FlowHouse) -> datetime:
    offset = httpx2.get(f"{house.plan.url('clock')}/clock", trust_env=False).json()
    return datetime.now(UTC) + timedelta(seconds=offset["offset_seconds"])


def change_password(house: FlowHouse, me: Person, other: Person) -> None:
    body = {"old_password": PASSWORD, "new_password": NEW_PASSWORD}
    assert me.api.post("/api/auth/change-password", json=body).status_code == 204


def reset_password(house: FlowHouse, me: Person, other: Person) -> None:
    me.api.post("/api/auth/forgot-password", json={"email": me.email})
    (mail,) = eventually(lambda: me.mails("/reset-password?"), "the link")
    done = submit(me, link_in(mail, "/reset-password"), password=NEW_PASSWORD, again=NEW_PASSWORD)
    assert done.status_code == 200, done.text


def add_factor(house: FlowHouse, me: Person, other: Person) -> None:
    begun = me.api.post("/api/auth/2fa/totp", json={"password": PASSWORD}).json()
    code = pyotp.TOTP(begun["secret"]).at(now(house))
    answer = me.api.post("/api/auth/2fa/totp/confirm", json={"totp_code": code})
    assert answer.status_code == 200, answer.text


def lock(house: FlowHouse, me: Person, other: Person) -> None:
    admin = Person(house, "Adele").register()
    make_admin(house, admin)
    admin.sign_in()
    answer = admin.api.patch(f"/api/auth/users/{me.id}", json={"locked": True})
    assert answer.status_code == 200, answer.text


def reuse(house: FlowHouse, me: Person, other: Person) -> None:
    first = other.refresh
    for token in (first, None, first):
        body = {"refresh": token or other.refresh}
        answer = other.api.post("/api/auth/token/refresh", json=body)
        if answer.status_code == 200:
            other.refresh = answer.json()["refresh"]
    assert answer.status_code == 401, "a copied token"


def make_admin(house: FlowHouse, person: Person) -> None:
    """As the operator's setting would have done at the first sign-in."""

    async def crown() -> None:
        database = await house.connect("auth")
        await database.execute(
            """UPDATE account SET roles = '["admin", "user"]' WHERE id = $1::uuid""", person.id
        )
        await database.close()

    thread = threading.Thread(target=asyncio.run, args=(crown(),))
    thread.start()
    thread.join()


CASES = {
    "password_change": (change_password, "mot de passe a été changé"),
    "password_reset": (reset_password, "mot de passe a été changé"),
    "factor_change": (add_factor, "double authentification"),
    "account_locked": (lock, "compte est bloqué"),
    "refresh_token_copied": (reuse, "sessions ont été fermées"),
}


class TestEnding:
    @pytest.mark.parametrize("case", CASES)
    def test_the_other_session_ends_at_both_gateways_and_the_owner_is_told(
        self, house: FlowHouse, gateways: list[str], person: NewPerson, case: str
    ) -> None:
        act, words = CASES[case]
        me = person("Rita")
        other = elsewhere(me)
        for gateway in gateways:
            assert asks(gateway, other.token) == 200, "the replica knows the session"
        began = time.monotonic()
        act(house, me, other)
        refused_everywhere(gateways, other.token, max(began, time.monotonic() - 1))
        eventually(lambda: me.mails(words), f"a mail that says {words}")

    def test_all_others_after_a_proof_and_the_present_one_stays(
        self, house: FlowHouse, gateways: list[str], person: NewPerson
    ) -> None:
        """What is seen: device, address, when it began, when it was last seen, and which one this is."""
        me = person("Rita")
        others = [elsewhere(me), elsewhere(me)]
        seen = me.api.get("/api/auth/sessions").json()["results"]
        assert len(seen) == 3
        assert sum(one["is_current"] for one in seen) == 1
        assert {one["device"] for one in seen if not one["is_current"]} == {"Firefox, Windows"}
        assert all(one["ip"] and one["created_at"] and one["last_seen_at"] for one in seen)
        house.advance(timedelta(minutes=6))
        eventually(
            lambda: me.api.delete("/api/auth/sessions").status_code == 403, "a proof asked for", 10
        )
        assert me.api.delete("/api/auth/sessions").json()["code"] == "reauthentication_required"
        proven = me.api.post("/api/auth/reauthenticate", json={"password": PASSWORD})
        assert proven.status_code == 200, proven.text
        assert me.api.delete("/api/auth/sessions").status_code == 204
        began = time.monotonic()
        for other in others:
            refused_everywhere(gateways, other.token, began)
        assert asks(gateways[1], me.token) == 200


class TestNewAddress:
    def test_proof_code_notice_link_and_the_way_back(
        self, house: FlowHouse, gateways: list[str], person: NewPerson
    ) -> None:
        me = person("Rita")
        old, new = me.email, f"new.{me.email}"
        house.advance(timedelta(minutes=6))
        wish = {"email": new}
        probe = {"email": f"probe.{me.email}"}  # auth learns of the moved clock a moment later
        eventually(
            lambda: me.api.post("/api/auth/me/email", json=probe).status_code == 403,
            "a refusal",
            10,
        )
        assert me.api.post("/api/auth/reauthenticate", json={"password": PASSWORD}).is_success
        assert me.api.post("/api/auth/me/email", json=wish).status_code == 202
        me.email = new
        code = eventually(lambda: code_of(me), "the code at the new address")
        answer = me.api.post("/api/auth/me/email/confirm", json={"otp_code": code})
        assert (answer.status_code, answer.json()["email"]) == (200, new)
        me.email = old
        (mail,) = eventually(lambda: me.mails("/revert-email?"), "the notice at the old address")
        link = link_in(mail, "/revert-email")
        assert httpx2.get(at_gateway(me, link), trust_env=False).status_code == 200
        assert me.api.get("/api/auth/me").json()["email"] == new, "looking changes nothing"
        began = time.monotonic()
        assert submit(me, link).status_code == 200
        refused_everywhere(gateways, me.token, began)
        again = httpx2.post(
            f"{gateways[0]}/revert-email", data={"token": token_of(link)}, trust_env=False
        )
        assert again.status_code == 400, "it works once"
        body = {"email": old, "password": PASSWORD}
        assert me.api.post("/api/auth/login", json=body).status_code == 401, "a reset is asked for"
        (reset,) = eventually(lambda: me.mails("/reset-password?"), "the reset link")
        link = link_in(reset, "/reset-password")
        done = submit(me, link, password=NEW_PASSWORD, again=NEW_PASSWORD)
        assert done.status_code == 200, done.text
        body["password"] = NEW_PASSWORD
        assert me.api.post("/api/auth/login", json=body).status_code == 200


def code_of(person: Person) -> str | None:
    words = [word for mail in person.mails("code") for word in mail["Text"].split()]
    return next((word for word in words if word.isdecimal() and len(word) == 6), None)


@pytest.fixture(scope="module")
def doors(house: FlowHouse) -> Iterator[list[str]]:
    """Two gateways behind a proxy of ours that says who asks, each in front of a replica of auth of its own."""
    replica = house.another("auth", 2, roles="web")
    names = [
        house.another_gateway(
            number, AUTOTRACK_TRUSTED_PROXIES="1", AUTOTRACK_AUTH_URL=house.url(auth), **PATIENT
        )
        for number, auth in ((3, "auth"), (4, replica))
    ]
    yield [house.url(name) for name in names]
    for name in (*names, replica):
        house.stop(name)


def signs_in(door: str, me: Person, password: str, *, ip: str, cookies: Any = None) -> bool:
    with httpx2.Client(base_url=door, timeout=60, trust_env=False, cookies=cookies) as client:
        body = {"email": me.email, "password": password}
        answer = client.post("/api/auth/login", json=body, headers={"x-forwarded-for": ip})
    assert answer.status_code in {200, 401}, answer.text
    return bool(answer.status_code == 200)


class TestGuesses:
    def test_two_hundred_stop_the_guessers_and_not_the_owners_device(
        self, doors: list[str], person: NewPerson
    ) -> None:
        """From twenty networks, at both replicas; the owner's telephone is in a network nobody has seen it in."""
        me = person("Rita")
        for guess in range(200):
            ip = f"198.51.{guess % 20}.{guess // 20}"
            assert not signs_in(doors[guess % 2], me, NEW_PASSWORD, ip=ip)
        assert not signs_in(doors[0], me, PASSWORD, ip="198.51.7.99"), "the right one, by a guesser"
        assert not signs_in(doors[1], me, PASSWORD, ip="192.0.2.77"), "an unknown device"
        began = time.monotonic()
        assert signs_in(doors[1], me, PASSWORD, ip="192.0.2.77", cookies=me.api.cookies)
        assert time.monotonic() - began < WITHIN

    def test_they_count_over_replicas_and_over_a_killed_process(
        self, house: FlowHouse, doors: list[str], person: NewPerson
    ) -> None:
        """Ten is the limit for one account from one network: after nine the right one is still looked at."""
        nine, ten = person("Rita"), person("Rosa")
        for _ in range(5):
            assert not signs_in(doors[0], nine, NEW_PASSWORD, ip="198.18.1.1")
            assert not signs_in(doors[0], ten, NEW_PASSWORD, ip="198.18.2.1")
        house.kill("auth")
        for _ in range(4):
            assert not signs_in(doors[1], nine, NEW_PASSWORD, ip="198.18.1.2")
            assert not signs_in(doors[1], ten, NEW_PASSWORD, ip="198.18.2.2")
        assert not signs_in(doors[1], ten, NEW_PASSWORD, ip="198.18.2.3")
        assert signs_in(doors[1], nine, PASSWORD, ip="198.18.1.3")
        assert not signs_in(doors[1], ten, PASSWORD, ip="198.18.2.4")
        house.start("auth")
        assert not signs_in(doors[0], ten, PASSWORD, ip="198.18.2.5"), "nor by the one that is back"
