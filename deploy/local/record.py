"""What runs: `running.json` is our own memory, `house.json` tells people and programs (every address, every process, no secret)."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from deploy.local.databases import SERVICES
from deploy.local.machine import LOCAL, LOOPBACK, write_private
from deploy.local.processes import Process
from deploy.local.programs import GATEWAY, SIMULATORS, House, Program
from deploy.local.secrets_file import FILE as SECRETS_FILE

RUNNING = LOCAL / "running.json"
PUBLISHED = LOCAL / "house.json"


@dataclass(slots=True)
class Running:
    """The programs started by the last `make up` and the ports they were given."""

    programs: dict[str, dict[str, Any]] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls) -> "Running":
        return cls(**json.loads(RUNNING.read_text())) if RUNNING.exists() else cls()

    def write(self) -> None:
        write_private(RUNNING, json.dumps({"programs": self.programs, "ports": self.ports}))

    def note(self, program: Program, process: Process, fingerprint: str) -> None:
        self.programs[program.name] = {
            "url": f"http://{LOOPBACK}:{program.port}",
            "operations": program.operations,
            "fingerprint": fingerprint,
            **process.record(),
        }
        self.write()

    def process(self, name: str) -> Process:
        return Process.of(self.programs.get(name, {"pid": 0, "started": 0}))

    def alive(self) -> dict[str, Process]:
        found = {name: self.process(name) for name in self.programs}
        return {name: process for name, process in found.items() if process.alive}

    def forget(self) -> None:
        RUNNING.unlink(missing_ok=True)
        PUBLISHED.unlink(missing_ok=True)


def publish(house: House, running: Running) -> None:
    known = {
        name: {key: entry.get(key, "") for key in ("url", "operations", "pid", "started")}
        for name, entry in running.programs.items()
    }
    ports, processes = house.servers["ports"], house.servers["processes"]
    simulators = {name: house.url(name) for name in SIMULATORS}
    simulators["smtp"] = f"smtp://{LOOPBACK}:{house.ports['smtp']}"
    whole = {
        "gateway": known.get(GATEWAY),
        "services": {name: known[name] for name in SERVICES if name in known},
        "workers": {name: entry for name, entry in known.items() if "-worker-" in name},
        "simulators": known.get("simulators", {"pid": 0, "started": 0, "url": ""}) | simulators,
        "postgres": processes["postgres"] | {"url": f"postgresql://{LOOPBACK}:{ports['postgres']}"},
        "rabbitmq": processes["rabbitmq"]
        | {
            "url": f"amqp://{LOOPBACK}:{ports['amqp']}",
            "management": f"http://{LOOPBACK}:{ports['management']}",
            "distribution": ports["distribution"],
        },
        "epmd": processes["epmd"] | {"port": ports["epmd"]},
        "secrets_file": str(SECRETS_FILE),
    }
    PUBLISHED.write_text(json.dumps(whole, indent=2) + "\n")


def read_published() -> dict[str, Any]:
    if not PUBLISHED.exists():
        return {}
    found: dict[str, Any] = json.loads(PUBLISHED.read_text())
    return found


def status_lines(house: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    """Describe each program of the house in a line, and say whether it is well."""
    for name in ("postgres", "rabbitmq", "epmd"):
        yield _line(name, house[name], ready=True)
    simulators = house["simulators"]
    yield _line("simulators", simulators, ready=answers(simulators["url"] + "/livez"))
    programs = (
        house["services"]
        | house["workers"]
        | ({GATEWAY: house["gateway"]} if house["gateway"] else {})
    )
    for name, entry in programs.items():
        live = answers(entry["url"] + "/livez")
        yield _line(name, entry, ready=live and answers(entry["url"] + "/readyz"), live=live)
    for name in ("mailbox", "stripe", "openai", "clock"):
        yield f"    {name:14} {simulators[name]}", True


def _line(name: str, entry: dict[str, Any], *, ready: bool, live: bool = True) -> tuple[str, bool]:
    alive = Process.of(entry).alive
    word = "stopped" if not alive else "stuck" if not live else "ready" if ready else "not ready"
    return f"  {name:14} {word:10} pid {entry['pid']:<8} {entry.get('url', '')}", alive and ready


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - always our own http address
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False
