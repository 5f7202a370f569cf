"""Any walk of a stranger and an owner around one address, searched for an order in which the stranger gets in or the owner does not."""

import asyncio
import secrets
from collections.abc import Coroutine, Iterator
from itertools import count
from typing import Any, TypeVar

import orjson
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from sqlalchemy import text

from services.auth.domain.providers import CODE_LIFETIME, pkce_challenge
from services.auth.domain.tokens import fingerprint
from services.auth.storage.models import ProviderVisit
from services.auth.tests.factories import LOGIN, REGISTER, VERIFY, registration
from shared.http.identity import Caller
from shared.ids import new_id

RESEND, FORGOT = "/api/auth/resend-otp", "/api/auth/forgot-password"
RESET, EXCHANGE = "/api/auth/reset-password", "/api/auth/oidc/exchange"
CODES, LINKS = "auth.code_issued.v1", "auth.password_reset_asked.v1"
HIS, EVIL = "Right-Typed-Pass-71", "Wrong-Typed-Pass-71"
PLACES: Iterator[int] = count()
T = TypeVar("T")


class House:
    """The running service, called from Hypothesis' thread."""

    def __init__(self, call: Any, clock: Any, engine: Any, run_jobs: Any, open_work: Any) -> None:
        self.call, self.clock, self.engine = call, clock, engine
        self.run_jobs, self.open_work = run_jobs, open_work
        self.loop = asyncio.get_running_loop()

    def wait_for(self, doing: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(doing, self.loop).result(60)

    async def mails(self, email: str, topic: str) -> list[dict[str, Any]]:
        """What is in the address' mailbox, oldest first."""
        statement = text(
            "SELECT body->'data' FROM outbox WHERE topic = :topic AND body->'data'->>'email' = :email ORDER BY id"
        )
        async with self.engine.connect() as connection:
            rows = await connection.execute(statement, {"topic": topic, "email": email})
            return [row[0] for row in rows]

    async def provider_says(self, person: dict[str, Any]) -> dict[str, str]:
        """A visit that is back from a provider, and what its client fetches it with."""
        code, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
        visit_id = new_id()
        async with self.open_work() as work:
            sealed = work.vault.seal_person(orjson.dumps(person).decode(), visit=str(visit_id))
            work.visits.add(
                ProviderVisit(
                    id=visit_id,
                    provider="demo",
                    state_digest=secrets.token_bytes(32),
                    client_challenge=pkce_challenge(verifier),
                    return_url="http://127.0.0.1/",
                    created_at=work.now,
                    expires_at=work.now + CODE_LIFETIME,
                    returned_at=work.now,
                    code_digest=fingerprint(code),
                    sealed_person=sealed,
                )
            )
        return {"code": code, "code_verifier": verifier}


class Somebody:
    """One device: a network and a jar of cookies."""

    def __init__(self, house: House, password: str, subject: str, email: str) -> None:
        self.house, self.password, self.subject, self.email = house, password, subject, email
        self.move()

    def move(self) -> None:
        """A new device in a new network."""
        number = next(PLACES)
        ip = f"100.{64 + number // 250 % 60}.{number % 250}.1"
        self.client = self.house.call.with_caller(Caller(ip=ip, user_agent="tests"))

    def post(self, path: str, **body: Any) -> Any:
        return self.house.wait_for(self.client.post(path, json=body))

    def register(self) -> None:
        body = registration(self.email, password=self.password)
        assert self.post(REGISTER, **body).status_code == 201

    def log_in(self) -> bool:
        return "access" in self.post(LOGIN, email=self.email, password=self.password).json()

    def ask(self, path: str) -> None:
        assert self.post(path, email=self.email).status_code == 202
        self.house.wait_for(self.house.run_jobs())

    def type(self, code: str) -> bool:
        return "access" in self.post(VERIFY, email=self.email, otp_code=code).json()

    def come_by_provider(self, *, verified: bool) -> bool:
        person = {
            "provider": "demo",
            "issuer": "https://id.example.org",
            "subject": f"{self.subject} {self.email}",
            "email": self.email,
            "email_verified": verified,
            "first_name": self.subject,
            "last_name": "P",
            "language": "fr",
        }
        return (
            "access"
            in self.post(EXCHANGE, **self.house.wait_for(self.house.provider_says(person))).json()
        )


class Walk(RuleBasedStateMachine):
    """The stranger reads no mail; the owner types any code that comes, wherever they are, and registers with their own password."""

    house: House

    def __init__(self) -> None:
        super().__init__()
        self.email = f"walk{next(PLACES)}@example.org"
        self.stranger = Somebody(self.house, EVIL, "stranger", self.email)
        self.owner = Somebody(self.house, HIS, "owner", self.email)
        self.is_provider_linked = False

    @rule(who=st.sampled_from(["stranger", "owner"]))
    def register(self, who: str) -> None:
        getattr(self, who).register()

    @rule(who=st.sampled_from(["stranger", "owner"]))
    def move(self, who: str) -> None:
        getattr(self, who).move()

    @rule(age=st.integers(0, 3))
    def owner_types(self, age: int) -> None:
        """The newest code, mostly; an older one at times."""
        codes = self.house.wait_for(self.house.mails(self.email, CODES))
        if codes:
            self.owner.type(codes[max(0, len(codes) - 1 - age)]["code"])

    @rule(times=st.integers(1, 6))
    def stranger_guesses(self, times: int) -> None:
        known = {one["code"] for one in self.house.wait_for(self.house.mails(self.email, CODES))}
        wrong = next(code for code in (f"{n:06d}" for n in range(1000)) if code not in known)
        for _ in range(times):
            assert not self.stranger.type(wrong)

    @rule(who=st.sampled_from(["stranger", "owner"]), path=st.sampled_from([RESEND, FORGOT]))
    def ask(self, who: str, path: str) -> None:
        getattr(self, who).ask(path)

    @rule(times=st.integers(1, 3))
    def stranger_signs_in(self, times: int) -> None:
        for _ in range(times):
            assert not self.stranger.log_in(), "in another's house by a password"
            self.house.clock.move(seconds=61)

    @rule()
    def owner_signs_in(self) -> None:
        self.owner.log_in()

    @rule()
    def owner_follows_the_link(self) -> None:
        self._reset()

    def _reset(self) -> bool:
        links = self.house.wait_for(self.house.mails(self.email, LINKS))
        if not links:
            return False
        answer = self.owner.post(
            RESET,
            token=links[-1]["token"],
            new_password=HIS,
            new_password_confirm=HIS,
        )
        return bool(answer.is_success)

    @rule()
    def stranger_comes_by_provider(self) -> None:
        assert not self.stranger.come_by_provider(verified=False), "by an identity nobody verified"

    @rule(verified=st.booleans())
    def owner_comes_by_provider(self, verified: bool) -> None:
        self.is_provider_linked |= self.owner.come_by_provider(verified=verified)

    @rule(seconds=st.sampled_from([61, 11 * 60, 3601, 86_401]))
    def wait(self, seconds: int) -> None:
        self.house.clock.move(seconds=seconds)

    def teardown(self) -> None:
        """At any moment the stranger is outside, and the owner has a way in by what is in their mailbox."""
        assert not self.stranger.log_in(), "in another's house by a password"
        assert not self.stranger.come_by_provider(verified=False), "by an identity nobody verified"
        if not (self.is_provider_linked or self.owner.log_in()):
            self.owner.register()
            self.owner.ask(FORGOT)
            typed = self.house.wait_for(self.house.mails(self.email, CODES))
            entered = bool(typed) and self.owner.type(typed[-1]["code"])
            assert entered or self._reset(), "the owner is shut out"
            assert self.owner.log_in() or (self._reset() and self.owner.log_in())
        assert not self.stranger.log_in(), "in another's house by a password"
        assert not self.stranger.come_by_provider(verified=False), "by an identity nobody verified"


async def test_no_order_lets_a_stranger_in_or_keeps_the_owner_out(
    call: Any, clock: Any, admin_engine: Any, run_jobs: Any, open_work: Any
) -> None:
    house = House(call, clock, admin_engine, run_jobs, open_work)
    machine = type("Walk", (Walk,), {"house": house})
    chosen = settings(
        max_examples=20,
        stateful_step_count=10,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    await asyncio.to_thread(run_state_machine_as_test, machine, settings=chosen)
