"""A signing key is replaced while people are at work: nobody notices."""

import subprocess
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

import httpx2
import pytest

from deploy.local.machine import ROOT
from deploy.local.programs import PYTHON
from shared.security.tokens import key_id
from tests.flows.house import FlowHouse
from tests.flows.person import Person, eventually

pytestmark = pytest.mark.timeout(300)
PER_SECOND = 50


@dataclass
class Traffic:
    """Requests at a steady rate through the gateway, with the tokens people hold, until told to stop."""

    gateway: str
    tokens: list[str]
    statuses: Counter[int] = field(default_factory=Counter)
    ended: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        began, sent = time.monotonic(), 0
        with httpx2.Client(base_url=self.gateway, trust_env=False, timeout=30) as client:
            while not self.ended.is_set():
                bearer = self.tokens[sent % len(self.tokens)]
                answer = client.get("/api/auth/me", headers={"authorization": f"Bearer {bearer}"})
                self.statuses[answer.status_code] += 1
                sent += 1
                time.sleep(max(0.0, began + sent / PER_SECOND - time.monotonic()))


def kids(house: FlowHouse) -> list[str]:
    answer = httpx2.get(house.plan.url("gateway") + "/.well-known/jwks.json", trust_env=False)
    return [key["kid"] for key in answer.json()["keys"]]


def rotate(house: FlowHouse) -> subprocess.CompletedProcess[str]:
    """What `make rotate-keys` runs."""
    return subprocess.run(
        [str(PYTHON), "-m", "services.auth.main", "rotate-keys"],
        cwd=ROOT,
        env=house.program("auth").environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def signer(person: Person) -> str:
    return key_id(person.token, typ="at+jwt")


def test_rotation_under_traffic_loses_no_request(house: FlowHouse) -> None:
    person = Person(house, "Rose").register()
    house.advance(timedelta(minutes=11))  # the next key has been shown long enough
    time.sleep(1)
    person.sign_in()
    old, before = signer(person), kids(house)
    traffic = Traffic(house.plan.url("gateway"), [person.token])
    thread = threading.Thread(target=traffic.run)
    thread.start()
    try:
        time.sleep(1)
        done = rotate(house)
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.splitlines()[-1] == "The next key signs from now on."
        person.sign_in()
        new = signer(person)
        traffic.tokens.append(person.token)
        time.sleep(3)
    finally:
        traffic.ended.set()
        thread.join(30)
    assert set(traffic.statuses) == {200}, traffic.statuses
    assert traffic.statuses[200] > PER_SECOND
    assert new != old
    assert new in before, "published before it signed"
    assert {old, new} < set(kids(house)), "and the old one verifies on"
    too_soon = rotate(house)
    assert too_soon.returncode == 1, "the one after it has only just been published"
    house.advance(timedelta(minutes=12))
    eventually(lambda: old not in kids(house), "the old key is removed", seconds=60)
    person.sign_in()
    assert person.api.get("/api/auth/me").status_code == 200
