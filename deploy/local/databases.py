"""The six databases: one role each, and their migrations."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from deploy.local.machine import LOCAL, LOOPBACK, ROOT, CannotError, environment, say, write_private
from deploy.local.servers import HOUSE

SERVICES = ("auth", "vehicles", "billing", "documents", "ai", "notifications")
INIT = ROOT / "deploy" / "postgres" / "init.sh"
STAMP = LOCAL / "migrated.json"


def database_url(service: str, *, port: int, password: str) -> str:
    return f"postgresql+asyncpg://{service}:{password}@{LOOPBACK}:{port}/{service}"


def passwords(secrets: dict[str, str]) -> dict[str, str]:
    return {name: secrets[f"{name.upper()}_DB_PASSWORD"] for name in SERVICES}


def prepare(
    state: dict[str, Any], passwords: dict[str, str], services: Sequence[str] = SERVICES
) -> None:
    """Create what is missing and migrate what is behind; nothing to do takes no time."""
    seen: dict[str, str] = json.loads(STAMP.read_text()) if STAMP.exists() else {}
    roles = fingerprint(json.dumps(passwords, sort_keys=True).encode() + INIT.read_bytes())
    if seen.get("roles") != roles:
        given = {f"{name.upper()}_DB_PASSWORD": password for name, password in passwords.items()}
        HOUSE.postgres(state).run_script(INIT, given)
        seen = {"roles": roles}
    behind = [name for name in services if seen.get(name) != versions(name)]
    if behind:
        say(f"Migrating {', '.join(behind)} …")
        migrate(behind, port=state["ports"]["postgres"], passwords=passwords)
    write_private(STAMP, json.dumps(seen | {name: versions(name) for name in behind}))


def fingerprint(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def versions(service: str) -> str:
    folder = ROOT / "services" / service / "migrations" / "versions"
    return fingerprint(b"".join(path.read_bytes() for path in sorted(folder.glob("*.py"))))


def migrate(services: list[str], *, port: int, passwords: dict[str, str]) -> None:
    running = {
        name: subprocess.Popen(
            [sys.executable, "-m", "alembic", "-n", name, "upgrade", "head"],
            cwd=ROOT,
            env=_environment(database_url(name, port=port, password=passwords[name])),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for name in services
    }
    said = {name: process.communicate()[0] for name, process in running.items()}
    failed = [name for name, process in running.items() if process.returncode]
    if failed:
        reason = "\n".join(
            f"The migrations of {name} failed:\n{said[name][-3000:]}" for name in failed
        )
        raise CannotError(reason)


def _environment(url: str) -> dict[str, str]:
    kept = {k: v for k, v in environment().items() if not k.startswith("AUTOTRACK_")}
    return kept | {"AUTOTRACK_DATABASE_URL": url, "AUTOTRACK_ENVIRONMENT": "development"}
