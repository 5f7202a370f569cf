"""The programs of the house and what each is given: only the settings it needs, nothing of ours by accident."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.local.databases import SERVICES, database_url
from deploy.local.machine import LOCAL, LOOPBACK, ROOT, environment
from deploy.local.servers import HOUSE
from deploy.simulators.oidc.client import CLIENT_ID, CLIENT_SECRET
from shared.settings import inner_port_of

PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "SSL_CERT_FILE", "TESSDATA_PREFIX")
SIMULATORS = ("mailbox", "smtp", "stripe", "openai", "oidc", "recalls", "clock")
GATEWAY = "gateway"
PYTHON = ROOT / ".venv" / "bin" / "python"


def inner(name: str) -> str:
    """Under which name `House.ports` has a program's inner port, where it is not the usual one."""
    return f"{name}-inner"


@dataclass(frozen=True, slots=True)
class House:
    """Where everything listens, and the secrets: what the settings below are made of."""

    ports: dict[str, int]
    secrets: dict[str, str]
    servers: dict[str, Any]
    model: dict[str, str] = field(default_factory=dict)
    """Where the assistant's language model is; empty: its rules answer alone."""

    def url(self, name: str) -> str:
        return f"http://{LOOPBACK}:{self.ports[name]}"

    def inner_port(self, name: str) -> int:
        return self.ports.get(inner(name)) or inner_port_of(self.ports[name])


@dataclass(frozen=True, slots=True)
class Program:
    name: str
    module: str
    port: int
    settings: dict[str, str]

    @property
    def operations(self) -> str:
        """Where it says how it is; a simulator has no such place."""
        port = self.settings.get("AUTOTRACK_OPERATIONS_PORT") or inner_port_of(self.port)
        return f"http://{LOOPBACK}:{port}" if "AUTOTRACK_PORT" in self.settings else ""

    @property
    def log(self) -> Path:
        return LOCAL / "logs" / f"{self.name}.log"

    def environment(self) -> dict[str, str]:
        ours = environment()
        kept = {name: ours[name] for name in PASSED_ON if name in ours}
        return kept | {"MALLOC_ARENA_MAX": "2"} | self.settings  # less memory, as in the images

    def fingerprint(self) -> str:
        """Tell one state of code and settings from another: `make up` restarts what changed."""
        mark = hashlib.sha256(json.dumps(self.settings, sort_keys=True).encode())
        for path in self._sources():
            mark.update(f"{path}{path.stat().st_mtime_ns}".encode())
        return mark.hexdigest()

    def _sources(self) -> Iterator[Path]:
        own = ROOT.joinpath(*self.module.split(".")[:-1])
        for folder in (ROOT / "shared", own):
            for path in sorted(folder.rglob("*")):
                if path.is_file() and "__pycache__" not in path.parts and "tests" not in path.parts:
                    yield path


def simulators(house: House) -> Program:
    settings = {f"SIM_{name.upper()}_PORT": str(house.ports[name]) for name in SIMULATORS}
    settings |= {
        "SIM_HOST": LOOPBACK,
        "SIM_WEBHOOK_URL": f"{house.url(GATEWAY)}/api/webhooks/stripe",
        "SIM_WEBHOOK_SECRET": house.secrets["STRIPE_WEBHOOK_SECRET"],
    }
    return Program("simulators", "deploy.simulators.main", house.ports["clock"], settings)


def gateway(house: House) -> Program:
    common = _common(house, GATEWAY)
    own = {f"{name}_url": house.url(name) for name in SERVICES}
    own["internal_private_key"] = house.secrets["INTERNAL_PRIVATE_KEY"]
    return Program(GATEWAY, "gateway.main", house.ports[GATEWAY], _named(common | own))


def service(house: House, name: str) -> Program:
    settings = _common(house, name) | _database(house, name) | _own(house, name)
    return Program(name, f"services.{name}.main", house.ports[name], _named(settings))


def worker(house: House, name: str, number: int) -> Program:
    """One more worker of a service: hears its messages and runs its jobs, serves no request."""
    whole = service(house, name)
    own = f"{name}-worker-{number}"
    port = house.ports[own]
    settings = whole.settings | {
        "AUTOTRACK_ROLES": "worker",
        "AUTOTRACK_PORT": str(port),
        "AUTOTRACK_OPERATIONS_PORT": str(house.inner_port(own)),
    }
    return Program(own, whole.module, port, settings)


def _common(house: House, name: str) -> dict[str, str]:
    return {
        "environment": "development",
        "roles": "web,worker",
        "host": LOOPBACK,
        "port": str(house.ports[name]),
        "operations_port": str(house.ports.get(inner(name), "")),
        "broker_url": HOUSE.rabbitmq(house.servers).url(),
        "internal_public_keys": house.secrets["INTERNAL_PUBLIC_KEY"],
        "public_url": house.url(GATEWAY),
        "clock_url": house.url("clock"),
    }


def _database(house: House, name: str) -> dict[str, str]:
    password = house.secrets[f"{name.upper()}_DB_PASSWORD"]
    port = house.servers["ports"]["postgres"]
    return {"database_url": database_url(name, port=port, password=password)}


def _own(house: House, name: str) -> dict[str, str]:  # noqa: PLR0911 - a program each
    match name:
        case "auth":
            return {
                "key_encryption_key": house.secrets["KEY_ENCRYPTION_KEY"],
                "pepper": house.secrets["PEPPER"],
                "oidc_providers": json.dumps([_demo_provider(house)]),
            }
        case "billing":
            return {
                "stripe_api_key": house.secrets["STRIPE_API_KEY"],
                "stripe_webhook_secrets": house.secrets["STRIPE_WEBHOOK_SECRET"],
                "stripe_api_base": house.url("stripe"),
            }
        case "vehicles":
            return {"passport_key": house.secrets["PASSPORT_KEY"]} | _feeds(house)
        case "documents":
            return {"blob_dir": str(LOCAL / "documents")}
        case "ai":
            return {"safety_identifier_key": house.secrets["SAFETY_IDENTIFIER_KEY"]} | house.model
        case "notifications":
            return {"smtp_host": LOOPBACK, "smtp_port": str(house.ports["smtp"])}
        case _:
            return {}


def _feeds(house: House) -> dict[str, str]:
    """The simulated authorities."""
    feeds = {"fr": "rappelconso", "de": "kba", "gb": "dvsa", "us": "nhtsa"}
    return {
        f"recalls_{country}_url": f"{house.url('recalls')}/{name}"
        for country, name in feeds.items()
    }


def _demo_provider(house: House) -> dict[str, str]:
    """The simulator's consent page as a button of the sign-in page."""
    return {
        "name": "demo",
        "title": "Démo",
        "issuer": house.url("oidc"),
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
    }


def _named(settings: dict[str, str]) -> dict[str, str]:
    return {f"AUTOTRACK_{name.upper()}": value for name, value in settings.items()}
