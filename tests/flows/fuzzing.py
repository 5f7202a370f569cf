"""Schemathesis against a whole house: every operation of the merged OpenAPI, as two people who share nothing.

`make fuzz` runs it for as long as asked; `test_contract.py` for a few minutes. Settings and waivers: `schemathesis.toml` beside this
file. The gateway it speaks to is one more, with rates nobody reaches (AUTOTRACK_RATE_*): limits are tried elsewhere, and a 429 to
every second request would only hide what is looked for. Nothing else differs from the house people use.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from deploy.local.machine import ROOT
from tests.flows.house import FOLDER, FlowHouse
from tests.flows.person import PASSWORD, Person

ENDS_THE_SESSION = (
    "^auth_(logout|erase_account|delete_session|delete_other_sessions|mail_codes_on|passkey_on)$"
)
"""Left out, and walked by tests/flows and services/auth/tests: whoever calls them is signed out, or signs in with
a second factor from then on, and is a stranger to all that follows."""
HERE = Path(__file__).parent
UNLIMITED = {
    f"AUTOTRACK_RATE_{name}": "1000000"
    for name in ("IP", "USER", "CREDENTIAL", "UPLOAD", "ASSISTANT")
}


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


def fuzz(house: FlowHouse, *, seconds: int, options: list[str]) -> tuple[int, str, Path]:
    """Run it; answers Schemathesis' exit status, what it printed, and where every answer was recorded."""
    gateway = house.another_gateway(9, **UNLIMITED)
    people = [Person(house, name).register() for name in ("Claire", "Yves")]
    for person in people:
        person.subscribe("PREMIUM")
        person.add_car(mileage=57_900)
    folder = FOLDER / "fuzz"
    folder.mkdir(parents=True, exist_ok=True)
    wfc = folder / "people.json"
    wfc.write_text(json.dumps({"auth": [identity(person) for person in people]}))
    config = folder / "schemathesis.toml"
    names = json.dumps([person.name for person in people])
    config.write_text(
        (HERE / "schemathesis.toml").read_text()
        + f"\n[auth.wfc]\npath = {json.dumps(str(wfc))}\npeers = {names}\n"
    )
    recorded = folder / "answers.ndjson"
    done = subprocess.run(
        [
            str(Path(sys.executable).parent / "st"),
            "--config-file",
            str(config),
            "run",
            f"{house.url(gateway)}/openapi.json",
            "--url",
            house.url(gateway),
            "--max-time",
            str(seconds),
            "--report-ndjson-path",
            str(recorded),
            *("--workers", "1"),  # Python 3.11 confuses two threads that parse source (gh-106905)
            *("--exclude-operation-id-regex", ENDS_THE_SESSION),
            *options,
        ],
        cwd=ROOT,
        env=os.environ
        | {
            "SCHEMATHESIS_HOOKS": "tests.flows.fuzz_hooks",
            "PYTHONPATH": str(ROOT),
            "FUZZ_ADDRESSES": json.dumps({person.name: person.email for person in people}),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr, recorded


if __name__ == "__main__":
    built = FlowHouse.build()
    try:
        status, printed, _ = fuzz(built, seconds=int(sys.argv[1]), options=sys.argv[2:])
        sys.stdout.write(printed)
    finally:
        built.end()
    sys.exit(status)
