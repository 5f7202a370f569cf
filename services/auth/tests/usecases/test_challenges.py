"""Any walk through sign-in, against a model of what it may cost: the counters of passwords and of codes know nothing of each other."""

from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pyotp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.auth.tests.factories import (
    LOGIN,
    NEW_PASSWORD,
    PASSWORD,
    REGISTER,
    VERIFY,
    last_code,
    registration,
    signed_in,
)
from services.auth.usecases import challenges
from shared.http.identity import Caller

TOTP, CONFIRM, ANSWER = "/api/auth/2fa/totp", "/api/auth/2fa/totp/confirm", "/api/auth/2fa/verify"
MINUTE, HOUR, DAY = 60, 3600, 86_400
OPEN = 200
STEP = 30
PEOPLE: Iterator[int] = count()
"""Each walk is somebody else's, in a network of their own."""

Moves = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "wrong password",
                "password",
                "wrong code",
                "wrong word",
                "wrong mail",
                "code",
                "old code",
            ]
        ),
        st.integers(1, 6),
    )
    | st.tuples(
        st.just("wait"), st.sampled_from([STEP, MINUTE, 4 * MINUTE, 11 * MINUTE, HOUR, DAY])
    ),
    min_size=1,
    max_size=14,
)


@dataclass
class Window:
    """So many in so much time; it begins with the first and nothing renews it."""

    allowed: int
    length: int
    began: int | None = None
    used: int = 0

    def spend(self, now: int) -> bool:
        if self.began is None or now >= self.began + self.length:
            self.began, self.used = now, 0
        self.used += 1
        return self.used <= self.allowed


@dataclass
class Model:
    """What the rules are, said in another way than the code says them."""

    now: int = 0
    debt: int = 0
    """Seconds until the wrong passwords are forgotten: a minute each, ten at most."""
    windows: list[Window] = field(
        default_factory=lambda: [
            Window(5, 10 * MINUTE),
            Window(10, HOUR),
            Window(20, DAY),
        ]
    )
    pending: bool = False
    """A right password was given, and neither used nor used up."""
    asked_at: int = 0
    tries: int = 0
    last_step: int = -1

    @classmethod
    def enrolled(cls, clock: Any) -> "Model":
        """Confirming the app was a try, and used the code of that moment."""
        model = cls(last_step=int(clock.now().timestamp()) // STEP)
        for window in model.windows:
            window.spend(model.now)
        return model

    def wait(self, seconds: int) -> None:
        self.now += seconds
        self.debt = max(0, self.debt - seconds)

    def password(self, *, right: bool) -> int:
        if self.debt > 9 * MINUTE:
            return 401
        if not right:
            self.debt = min(self.debt + MINUTE, 10 * MINUTE)
            return 401
        self.pending, self.asked_at, self.tries = True, self.now, 0
        return 200

    def code(self, *, right: bool) -> int:
        if not self.pending or self.now >= self.asked_at + 10 * MINUTE:
            return 401
        self.tries += 1
        if self.tries > 5:
            return 401
        if not all(window.spend(self.now) for window in self.windows):
            return 429
        if not right:
            return 400
        self.pending = False
        return OPEN


@dataclass
class Person:
    """A person with an app, at one device, and what they hold: the last challenge and their codes."""

    client: Any
    email: str
    app: pyotp.TOTP
    challenge: str = "none-yet"

    async def say_password(self, password: str) -> int:
        answer = await self.client.post(LOGIN, json={"email": self.email, "password": password})
        if answer.status_code == 200:
            self.challenge = answer.json()["challenge"]
        status: int = answer.status_code
        return status

    async def say(self, **given: str) -> int:
        body = {"challenge": self.challenge, **given}
        status: int = (await self.client.post(ANSWER, json=body)).status_code
        return status


async def arrive(call: Any, emitted: Any, clock: Any) -> Person:
    number = next(PEOPLE)
    email = f"walker{number}@example.org"
    place = Caller(ip=f"198.18.{number % 250}.{number // 250 + 1}", user_agent="tests")
    client = call.with_caller(place)
    await client.post(REGISTER, json=registration(email))
    code = await last_code(emitted, email)
    entered = signed_in(
        call, (await client.post(VERIFY, json={"email": email, "otp_code": code})).json()
    )
    begun = await entered.client.post(TOTP, json={"password": PASSWORD})
    app = pyotp.TOTP(begun.json()["secret"])
    done = await entered.client.post(CONFIRM, json={"totp_code": app.at(clock.now())})
    assert done.status_code == 200, done.text
    await entered.client.aclose()
    return Person(client, email, app)


async def move(person: Person, model: Model, kind: str, clock: Any) -> tuple[int, int]:
    """What the house answers, and what the model says it should."""
    code, step = person.app.at(clock.now()), int(clock.now().timestamp()) // STEP
    if kind in {"password", "wrong password"}:
        right = kind == "password"
        said = await person.say_password(PASSWORD if right else NEW_PASSWORD)
        return said, model.password(right=right)
    given = {
        "code": {"totp_code": code},
        "wrong code": {"totp_code": f"{(int(code) + 1) % 1_000_000:06d}"},
        "old code": {"totp_code": person.app.at(clock.now().timestamp() - 10 * MINUTE)},
        "wrong word": {"recovery_code": "aaaaa-aaaaa"},
        "wrong mail": {"otp_code": code},
    }[kind]
    expected = model.code(right=kind == "code" and step > model.last_step)
    if expected == OPEN:
        model.last_step = step
    return await person.say(**given), expected


async def walk(
    person: Person, model: Model, clock: Any, moves: Iterable[tuple[str, int]]
) -> AsyncIterator[tuple[str, int, int]]:
    for kind, amount in moves:
        if kind == "wait":
            clock.move(seconds=amount)
            model.wait(amount)
            continue
        for _ in range(amount):
            yield kind, *await move(person, model, kind, clock)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    derandomize=True,
)
@given(moves=Moves)
async def test_no_walk_gets_more_than_the_rules_give(
    call: Any, emitted: Any, clock: Any, moves: list[tuple[str, int]]
) -> None:
    """Counters apart; five wrong codes end the sign-in they were given in; then the password must be given again."""
    person, model = await arrive(call, emitted, clock), Model.enrolled(clock)
    async for kind, said, expected in walk(person, model, clock, moves):
        assert said == expected, kind
    await person.client.aclose()


@pytest.mark.parametrize(
    ("rule", "broken"),
    [("TRIES_PER_CHALLENGE", 9), ("TRY_BUDGETS", ()), ("TRIES_PER_CHALLENGE", 3)],
    ids=str,
)
async def test_a_broken_rule_is_found(
    call: Any, emitted: Any, clock: Any, monkeypatch: pytest.MonkeyPatch, rule: str, broken: Any
) -> None:
    person, model = await arrive(call, emitted, clock), Model.enrolled(clock)
    monkeypatch.setattr(challenges, rule, broken)
    moves = [("password", 1), ("wrong code", 6)]
    answers = [one async for one in walk(person, model, clock, moves)]
    assert any(said != expected for _, said, expected in answers)
