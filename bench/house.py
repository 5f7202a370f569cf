"""The running house (`make up`): its addresses, its processes, its databases, and a person who lives in it."""

import contextlib
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2

from bench.programs import LOOPBACK, PYTHON, Cores, Missing, free_port, running, wait_for
from deploy.local.databases import database_url
from deploy.local.demo.world import Mailbox, code_in
from deploy.local.record import read_published
from deploy.local.secrets_file import secrets_of_the_house
from deploy.local.servers import HOUSE
from gateway.settings import SERVICES
from shared.contracts.features import OPENS, Plan
from shared.http.exchange import EXCHANGE_HEADER, IDENTITY_HEADER, bind
from shared.http.identity import Caller, mint
from shared.security.tokens import load_private


@dataclass(frozen=True, slots=True)
class House:
    published: dict[str, Any]
    secrets: dict[str, str]
    servers: dict[str, Any]

    @classmethod
    def find(cls) -> "House":
        """Raises Missing."""
        published = read_published()
        if not published or not published.get("gateway"):
            raise Missing("the house does not run: make up")
        return cls(published, secrets_of_the_house(), HOUSE.state())

    def url(self, service: str) -> str:
        url: str = self.published["services"][service]["url"]
        return url

    def operations(self, service: str) -> str:
        """Its inner port."""
        url: str = self.published["services"][service]["operations"]
        return url

    def pids(self) -> dict[str, int]:
        """The seven programs."""
        programs = {"gateway": self.published["gateway"], **self.published["services"]}
        return {name: entry["pid"] for name, entry in programs.items()}

    def database(self, service: str) -> str:
        """For asyncpg."""
        password = self.secrets[f"{service.upper()}_DB_PASSWORD"]
        url = database_url(service, port=self.servers["ports"]["postgres"], password=password)
        return url.replace("postgresql+asyncpg", "postgresql")

    def broker(self) -> str:
        return HOUSE.rabbitmq(self.servers).url()

    def clock(self) -> str:
        """The demo may have moved time; tokens are only good in the house's own."""
        url: str = self.published["simulators"]["clock"]
        return url

    def identity(self, service: str, user_id: UUID, *, ask: str) -> dict[str, str]:
        """What the gateway would say to this service about a PREMIUM person who asks `ask`: a method and a target."""
        pem = self.secrets["INTERNAL_PRIVATE_KEY"].replace("\\n", "\n")
        caller = Caller(
            user_id=user_id,
            session_id=uuid4(),
            plan=Plan.PREMIUM,
            features=OPENS[Plan.PREMIUM],
            ip=LOOPBACK,
        )
        token = mint(caller, load_private(pem), audience=service, token_id=str(uuid4()))
        method, _, target = ask.partition(" ")
        exchange = bind(token.encode(), method, target.encode())
        return {IDENTITY_HEADER: token, EXCHANGE_HEADER: exchange.decode()}

    @contextlib.contextmanager
    def second_gateway(self, home: Path, cores: Cores) -> Iterator[str]:
        """A gateway on a core of its own before the same services, its rate limits out of the way."""
        port = free_port()
        env = {
            "AUTOTRACK_ENVIRONMENT": "development",
            "AUTOTRACK_CLOCK_URL": self.clock(),
            "AUTOTRACK_PORT": str(port),
            "AUTOTRACK_LOG_LEVEL": "WARNING",
            "AUTOTRACK_BROKER_URL": "",
            "AUTOTRACK_INTERNAL_PRIVATE_KEY": self.secrets["INTERNAL_PRIVATE_KEY"],
            "AUTOTRACK_RATE_IP": "100000000",
            "AUTOTRACK_RATE_USER": "100000000",
            **{f"AUTOTRACK_{name.upper()}_URL": self.url(name) for name in SERVICES},
        }
        command = [PYTHON, "-m", "gateway.main"]
        with running(command, core=cores.measured, log=home / "second.log", env=env):
            wait_for(f"http://{LOOPBACK}:{port}/readyz")
            yield f"http://{LOOPBACK}:{port}"

    def new_person(self) -> tuple[UUID, str]:
        """Registers and signs in through the public API; answers who it is and the access token."""
        email = f"bench.{secrets.token_hex(6)}@example.org"
        mailbox = Mailbox(self.published["simulators"]["mailbox"])
        gateway = self.published["gateway"]["url"]
        with httpx2.Client(base_url=gateway, timeout=30, trust_env=False) as client:
            person = {
                "email": email,
                "password": f"Banc-{secrets.token_urlsafe(12)}-7",
                "first_name": "Banc",
                "last_name": "Essai",
            }
            client.post("/api/auth/register", json=person).raise_for_status()
            mail = mailbox.wait(email, lambda mail: code_in(mail) is not None, "the code")
            code = {"email": email, "otp_code": code_in(mail)}
            answer = client.post("/api/auth/verify-otp", json=code)
            answer.raise_for_status()
            access: str = answer.json()["access"]
            who = client.get("/api/auth/me", headers={"Authorization": f"Bearer {access}"})
            return UUID(who.json()["id"]), access

    def give_cars(self, user_id: UUID, count: int) -> list[str]:
        """Cars for this person, said to vehicles directly."""
        made = []
        with httpx2.Client(base_url=self.url("vehicles"), timeout=30, trust_env=False) as client:
            for number in range(count):
                car = {
                    "make": "Renault",
                    "model": "Clio",
                    "year": 2015 + number % 10,
                    "mileage": 40_000 + number,
                }
                headers = self.identity("vehicles", user_id, ask="POST /api/vehicles")
                answer = client.post("/api/vehicles", json=car, headers=headers)
                answer.raise_for_status()
                made.append(str(answer.json()["id"]))
        return made


def settle(seconds: float = 1.0) -> None:
    """Let what the last row started come to an end."""
    time.sleep(seconds)
