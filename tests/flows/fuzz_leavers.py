"""The run of those who are signed out by what they do: somebody who comes back, and somebody new where nobody can."""

import json
import os
from dataclasses import dataclass
from typing import Any

import schemathesis

from deploy.local.programs import House
from tests.flows import fuzz_hooks
from tests.flows.person import PASSWORD, Person

CHECKS = fuzz_hooks
"""What every answer must be holds here, too."""


@dataclass(frozen=True)
class Doors:
    plan: House


DOORS = Doors(House(ports=json.loads(os.environ["FUZZ_PORTS"]), secrets={}, servers={}))


@schemathesis.auth(refresh_interval=None)
class Leaver:
    """Asked before each request: the same person while the token is good, then as long as the password is enough."""

    def __init__(self) -> None:
        self._person: Person | None = None

    def get(self, _case: Any, _context: Any) -> str:
        if self._person is None or not (self._is_in(self._person) or self._is_back(self._person)):
            self._person = Person(DOORS, "Malik").register()
        return self._person.token

    def set(self, case: Any, data: str, _context: Any) -> None:
        case.headers["Authorization"] = f"Bearer {data}"

    @staticmethod
    def _is_in(person: Person) -> bool:
        return person.api.get("/api/auth/me").status_code == 200

    @staticmethod
    def _is_back(person: Person) -> bool:
        """Not when the account is erased, or asks for a second factor since."""
        del person.api.headers["authorization"]
        body = {"email": person.email, "password": PASSWORD}
        answer = person.api.post("/api/auth/login", json=body).json()
        if "access" not in answer:
            return False
        person.api.headers["authorization"] = f"Bearer {answer['access']}"
        return True
