"""Schemathesis against a whole house: every operation of the merged OpenAPI, in four runs by people whom it takes.

- two people who share nothing, on everything that is theirs and leaves them signed in (that the rest is closed to them:
  `test_functions.py`);
- the same two, going from answer to request along the links;
- people who are signed out by what they do, and come back (`fuzz_leavers.py`);
- the administrator, on what is the administrator's; last, for who is locked then asks no more.

`make fuzz` runs them for as long as asked; `test_contract.py` for a minute and a half. Settings and waivers: `schemathesis.toml` beside
this file. The gateway they speak to is one more, with rates nobody reaches (AUTOTRACK_RATE_*): limits are tried elsewhere, and a 429
to every second request would only hide what is looked for. Nothing else differs from the house people use.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.local.machine import ROOT
from tests.flows.house import ADMINISTRATOR, FOLDER, FlowHouse
from tests.flows.person import PASSWORD, Person

ENDS_THE_SESSION = (
    "^auth_(logout|erase_account|delete_session|delete_other_sessions|mail_codes_on|passkey_on)$"
)
"""Whoever calls them is signed out, or signs in with a second factor from then on."""
LEADS_THERE = ENDS_THE_SESSION.removesuffix(")$") + "|list_sessions)$"
ADMINISTRATORS = "/x-autotrack/access == admin"
HERE = Path(__file__).parent
HOOKS = "tests.flows.fuzz_hooks"
UNLIMITED = {
    f"AUTOTRACK_RATE_{name}": "1000000"
    for name in ("IP", "USER", "CREDENTIAL", "UPLOAD", "ASSISTANT")
}


@dataclass(frozen=True)
class Run:
    name: str
    share: float
    """Of the time there is."""
    operations: tuple[str, ...]
    people: tuple[Person, ...] = ()
    hooks: str = HOOKS


@dataclass(frozen=True)
class Outcome:
    status: int
    printed: str
    recorded: Path


def identity(person: Person) -> dict[str, Any]:
    """An entry of a Web Fuzzing Commons document: how to sign this person in, again when the token has run out."""
    return {
        "name": person.name,
        "loginEndpointAuth": {
            "endpoint": "/api/auth/login",
            "verb": "POST",
            "contentType": "application/json",
            "payloadRaw": json.dumps({"email": person.email, "password": PASSWORD}),
            "token": {
                "extractFrom": "body",
                "extractSelector": "/access",
                "sendIn": "header",
                "sendName": "Authorization",
                "sendTemplate": "Bearer {token}",
            },
        },
    }


class Fuzzer:
    def __init__(self, house: FlowHouse, administrator: Person) -> None:
        self._house = house
        self._administrator = administrator
        self._gateway = house.url(house.another_gateway(9, **UNLIMITED))
        self._people = [Person(house, name).register() for name in ("Claire", "Yves")]
        for person in self._people:
            person.subscribe("PREMIUM")
            person.add_car(mileage=57_900)
        self._folder = FOLDER / "fuzz"
        self._folder.mkdir(parents=True, exist_ok=True)

    def runs(self) -> tuple[Run, ...]:
        staying = ("--exclude-operation-id-regex", ENDS_THE_SESSION, "--exclude-by", ADMINISTRATORS)
        people = tuple(self._people)
        leaving = ("--include-operation-id-regex", LEADS_THERE)
        return (
            Run("people", 0.55, (*staying, "--phases", "examples,coverage,fuzzing"), people),
            Run("walkers", 0.2, (*staying, "--phases", "stateful"), people),
            Run("leavers", 0.12, leaving, hooks="tests.flows.fuzz_leavers"),
            Run("administrator", 0.13, ("--include-by", ADMINISTRATORS), (self._administrator,)),
        )

    def _config(self, run: Run) -> Path:
        """Schemathesis' settings: ours, and who calls; where they are several, none may see what is another's."""
        text = (HERE / "schemathesis.toml").read_text()
        if run.people:
            wfc = self._folder / f"{run.name}.json"
            wfc.write_text(json.dumps({"auth": [identity(person) for person in run.people]}))
            text += f"\n[auth.wfc]\npath = {json.dumps(str(wfc))}\n"
        if len(run.people) > 1:
            text += f"peers = {json.dumps([person.name for person in run.people])}\n"
        config = self._folder / f"{run.name}.toml"
        config.write_text(text)
        return config

    def run(self, run: Run, *, seconds: int, options: list[str]) -> Outcome:
        recorded = self._folder / f"{run.name}.ndjson"
        several = run.people if len(run.people) > 1 else ()  # an administrator reads everybody's
        told = {one.name: one.email for one in several}
        done = subprocess.run(
            [
                str(Path(sys.executable).parent / "st"),
                "--config-file",
                str(self._config(run)),
                "run",
                f"{self._gateway}/openapi.json",
                "--url",
                self._gateway,
                "--max-time",
                str(round(seconds * run.share)),
                "--report-ndjson-path",
                str(recorded),
                *(
                    "--workers",
                    "1",
                ),  # Python 3.11 confuses two threads that parse source (gh-106905)
                *run.operations,
                *options,
            ],
            cwd=ROOT,
            env=os.environ
            | {
                "SCHEMATHESIS_HOOKS": run.hooks,
                "PYTHONPATH": str(ROOT),
                "FUZZ_PORTS": json.dumps(self._house.plan.ports),
                "FUZZ_ADDRESSES": json.dumps(told),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        return Outcome(done.returncode, done.stdout + done.stderr, recorded)

    def offers(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._administrator.api.get("/api/plans").json()["results"]
        return found

    def restore(self, offers: list[dict[str, Any]]) -> None:
        """The plans as they were sold before: the house goes on after us."""
        self._administrator.sign_in()
        for offer in offers:
            body = {name: offer[name] for name in ("is_active", "is_popular", "limits")}
            answer = self._administrator.api.patch(f"/api/plans/{offer['id']}", json=body)
            assert answer.status_code == 200, answer.text


def fuzz(
    house: FlowHouse, administrator: Person, *, seconds: int, options: list[str]
) -> list[Outcome]:
    """All runs, one after the other: Schemathesis' exit status, what it printed, and where every answer was recorded."""
    fuzzer = Fuzzer(house, administrator)
    offers = fuzzer.offers()
    outcomes = [fuzzer.run(run, seconds=seconds, options=options) for run in fuzzer.runs()]
    fuzzer.restore(offers)
    return outcomes


if __name__ == "__main__":
    built = FlowHouse.build()
    try:
        head = Person(built, "Nadia", ADMINISTRATOR).register()
        found = fuzz(built, head, seconds=int(sys.argv[1]), options=sys.argv[2:])
        sys.stdout.write("\n".join(outcome.printed for outcome in found))
    finally:
        built.end()
    sys.exit(max(outcome.status for outcome in found))
