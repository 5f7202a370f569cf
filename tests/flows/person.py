"""Somebody who uses AutoTrack through the gateway, as a client would."""

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import httpx2

from deploy.local.demo.world import Mailbox, Payments, code_in
from deploy.local.programs import House

T = TypeVar("T")
PASSWORD = "Correct-Pneu-Agrafe-42"
SAMPLES = Path(__file__).parents[2] / "services" / "documents" / "tests" / "samples"
_numbers = itertools.count(1)


def eventually(look: Callable[[], T], what: str, seconds: float = 30) -> T:
    """Look until it is truthy."""
    until = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < until, f"{what}: not within {seconds:.0f} s"
        time.sleep(0.1)
    return found


class Housed(Protocol):
    """Whoever knows where everything listens."""

    @property
    def plan(self) -> House: ...


def another_client(house: Housed, bearer: str) -> httpx2.Client:
    headers = {"accept-language": "fr", "authorization": f"Bearer {bearer}"}
    url = house.plan.url("gateway")
    return httpx2.Client(base_url=url, timeout=60, trust_env=False, headers=headers)


@dataclass(frozen=True)
class Key:
    facts: dict[str, Any]
    api: httpx2.Client


class Person:
    def __init__(self, house: Housed, name: str = "Claire", email: str | None = None) -> None:
        self.house = house
        self.name = name
        unique = f"{name.lower()}.{next(_numbers)}.{time.time_ns() % 10**9}@example.org"
        self.email = email or unique
        self.mailbox = Mailbox(house.plan.url("mailbox"))
        self.api = httpx2.Client(
            base_url=house.plan.url("gateway"),
            timeout=60,
            trust_env=False,
            headers={"accept-language": "fr"},
        )
        self.refresh: str | None = None
        self.id = ""

    def register(self) -> "Person":
        body = {
            "email": self.email,
            "password": PASSWORD,
            "first_name": self.name,
            "last_name": "Morel",
            "language": "fr",
        }
        answer = self.api.post("/api/auth/register", json=body)
        assert answer.status_code == 201, answer.text
        mail = self.mailbox.wait(self.email, lambda mail: code_in(mail) is not None, "the code")
        answer = self.api.post(
            "/api/auth/verify-otp", json={"email": self.email, "otp_code": code_in(mail)}
        )
        assert answer.status_code == 200, answer.text
        self._signed_in(answer.json())
        return self

    def _signed_in(self, tokens: dict[str, Any]) -> None:
        self.refresh = tokens["refresh"]
        self.api.headers["authorization"] = f"Bearer {tokens['access']}"
        self.id = self.api.get("/api/auth/me").json()["id"]

    def sign_in(self) -> None:
        answer = self.api.post("/api/auth/login", json={"email": self.email, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        self._signed_in(answer.json())

    def make_key(self, *scopes: str, name: str = "Home Assistant") -> "Key":
        """A personal API key, and a client that carries nothing else."""
        body = {"name": name, "scopes": scopes, "expires_in_days": 30, "password": PASSWORD}
        answer = self.api.post("/api/auth/api-keys", json=body)
        assert answer.status_code == 201, answer.text
        return Key(answer.json(), another_client(self.house, answer.json()["key"]))

    @property
    def token(self) -> str:
        return str(self.api.headers["authorization"]).removeprefix("Bearer ")

    def subscribe(self, plan: str = "STANDARD") -> None:
        answer = self.api.post(
            "/api/subscriptions/checkout", json={"plan": plan, "interval": "month"}
        )
        assert answer.status_code == 201, answer.text
        Payments(self.house.plan.url("stripe")).pay(answer.json()["url"])
        eventually(lambda: self.plan() == plan, f"{plan} at the gateway")

    def plan(self) -> str:
        return str(self.api.get("/api/subscriptions/current").json().get("plan"))

    def add_car(self, **changed: Any) -> dict[str, Any]:
        body = {
            "make": "Peugeot",
            "model": "308",
            "year": 2019,
            "license_plate": "FX-482-KL",
            "fuel_type": "gasoline",
        }
        answer = self.api.post("/api/vehicles", json=body | changed)
        assert answer.status_code == 201, answer.text
        car: dict[str, Any] = answer.json()
        return car

    def upload(self, sample: str = "garage_facture.pdf", content: bytes | None = None) -> str:
        data = content or (SAMPLES / sample).read_bytes()
        kind = "application/pdf" if sample.endswith("pdf") else "image/jpeg"
        answer = self.api.post("/api/documents", files={"file": (sample, data, kind)})
        assert answer.status_code in {201, 202}, answer.text
        return str(answer.json()["id"])

    def drafts(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.api.get("/api/maintenances/drafts").json()["results"]
        return found

    def mails(self, words: str) -> list[dict[str, Any]]:
        found = [self.mailbox.read(mail) for mail in self.mailbox.mails(self.email)]
        return [mail for mail in found if words.lower() in (mail["Subject"] + mail["Text"]).lower()]
