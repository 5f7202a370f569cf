"""What the demo's person can reach: the gateway's public API, their mailbox, the payment page; and the demo's clock."""

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import httpx2

from deploy.local.demo.story import StepFailedError

T = TypeVar("T")
PATIENCE = 45.0
UNAUTHORIZED = 401
FORBIDDEN = 403
NOTICE_SECONDS = 2.0
"""Until every program has noticed that the clock was moved."""


def expect(found: object, what: str) -> None:
    if not found:
        raise StepFailedError(what)


def wait_for(look: Callable[[], T | None], what: str, *, seconds: float = PATIENCE) -> T:
    """Look again and again until there is something to see."""
    until = time.monotonic() + seconds
    while True:
        found = look()
        if found is not None:
            return found
        if time.monotonic() > until:
            reason = f"{what} did not happen within {seconds:.0f} s"
            raise StepFailedError(reason)
        time.sleep(0.15)


@dataclass(slots=True)
class Api:
    """The gateway as a client sees it; remembers who is signed in."""

    url: str
    client: httpx2.Client = field(init=False)
    token: str | None = None
    sign_in_again: Callable[[], None] | None = None

    def __post_init__(self) -> None:
        self.client = httpx2.Client(base_url=self.url, timeout=60, trust_env=False)

    def get(self, path: str, **query: object) -> Any:
        return self.ask("GET", path, params=query).json()

    def post(self, path: str, body: object = None, *, status: int | None = None) -> Any:
        answer = self.ask("POST", path, json={} if body is None else body, expected=status)
        return answer.json() if answer.content else None

    def ask(
        self, method: str, path: str, *, expected: int | None = None, **words: Any
    ) -> httpx2.Response:
        """Send a request; anything but the expected status (default: any success) ends the story."""
        answer = self._send(method, path, words)
        if answer.status_code == UNAUTHORIZED and expected != UNAUTHORIZED and self.sign_in_again:
            self.sign_in_again()
            answer = self._send(method, path, words)
        fits = answer.is_success if expected is None else answer.status_code == expected
        if not fits:
            wanted = "a success" if expected is None else str(expected)
            reason = (
                f"{method} {path} answered {answer.status_code}, not {wanted}: {answer.text[:600]}"
            )
            trace = answer.headers.get("x-request-id")
            raise StepFailedError(reason + (f"\nrequest id {trace}" if trace else ""))
        return answer

    def allowed(self, method: str, path: str) -> bool | None:
        """Tell whether the gateway lets this request through by now; None while the plan does not open it."""
        answer = self._send(method, path, {"json": {}})
        if answer.status_code == FORBIDDEN:
            return None
        expect(
            answer.is_success, f"{method} {path} answered {answer.status_code}: {answer.text[:600]}"
        )
        return True

    def try_post(self, path: str, body: object) -> httpx2.Response:
        return self._send("POST", path, {"json": body})

    def events(self, path: str, body: object) -> Iterator[tuple[str, dict[str, Any]]]:
        """Send a request whose answer streams; give each server-sent event as it comes."""
        with self.client.stream("POST", path, json=body, headers=self._headers()) as answer:
            if not answer.is_success:
                reason = (
                    f"POST {path} answered {answer.status_code}: {answer.read().decode()[:600]}"
                )
                raise StepFailedError(reason)
            name = "message"
            for line in answer.iter_lines():
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    yield name, json.loads(line.removeprefix("data: "))

    def _headers(self) -> dict[str, str]:
        headers = {"Accept-Language": "fr"}
        return headers | {"Authorization": f"Bearer {self.token}"} if self.token else headers

    def _send(self, method: str, path: str, words: dict[str, Any]) -> httpx2.Response:
        try:
            return self.client.request(method, path, headers=self._headers(), **words)
        except httpx2.HTTPError as problem:
            reason = f"{method} {self.url}{path}: {problem!r}; is the house up? `make status`"
            raise StepFailedError(reason) from problem


@dataclass(slots=True)
class Mailbox:
    """The mailbox, through Mailpit's paths."""

    url: str

    def mails(self, address: str) -> list[dict[str, Any]]:
        answer = httpx2.get(
            f"{self.url}/api/v1/search",
            params={"query": f"to:{address}", "limit": 50},
            timeout=10,
            trust_env=False,
        )
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()["messages"]
        return found

    def read(self, mail: dict[str, Any]) -> dict[str, Any]:
        answer = httpx2.get(f"{self.url}/api/v1/message/{mail['ID']}", timeout=10, trust_env=False)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def page(self, mail: dict[str, Any]) -> str:
        return f"{self.url}/view/{mail['ID']}.html"

    def wait(
        self, address: str, has: Callable[[dict[str, Any]], bool], what: str
    ) -> dict[str, Any]:
        """Wait for a mail to this address that has what we look for, and open it."""

        def look() -> dict[str, Any] | None:
            for mail in self.mails(address):
                whole = self.read(mail)
                if has(whole):
                    return whole
            return None

        return wait_for(look, what)


def code_in(mail: dict[str, Any]) -> str | None:
    found = re.search(r"(?<!\d)(\d{6})(?!\d)", mail["Text"])
    return found.group(1) if found else None


def token_in(mail: dict[str, Any]) -> str | None:
    """What an invitation is accepted with."""
    found = re.search(r"^[\w-]{40,}(?=\s*$)", mail["Text"], re.MULTILINE)
    return found.group() if found else None


@dataclass(slots=True)
class Payments:
    """The page of the payment simulator, as a browser uses it."""

    url: str

    def pay(self, checkout_url: str) -> str:
        """Fill in the payment page; return where it leads back to."""
        with httpx2.Client(timeout=30, trust_env=False) as browser:
            browser.get(checkout_url).raise_for_status()
            answer = browser.post(checkout_url, data={"action": "pay", "card": "4242"})
        expect(
            answer.is_redirect,
            f"the payment page answered {answer.status_code}: {answer.text[:300]}",
        )
        return str(answer.headers["location"])


@dataclass(slots=True)
class Clock:
    """The demo's time."""

    url: str

    def now(self) -> datetime:
        answer = httpx2.get(f"{self.url}/clock", timeout=10, trust_env=False)
        return datetime.fromisoformat(answer.json()["now"])

    def move_to(self, moment: datetime) -> None:
        body = {"now": moment.isoformat()}
        answer = httpx2.post(f"{self.url}/clock", json=body, timeout=10, trust_env=False)
        expect(answer.is_success, f"the clock refused: {answer.text[:300]}")

    def leap(self, moment: datetime) -> None:
        """Move, and let every program notice."""
        self.move_to(moment)
        time.sleep(NOTICE_SECONDS)
