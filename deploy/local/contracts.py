"""What the house promises, written down: event schemas, the merged OpenAPI, AsyncAPI, the gateway's route table.

`python -m deploy.local.contracts` writes them; `--check` writes nothing and fails when a committed one is old.
"""

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from deploy.local.descriptions.describe_events import describe_events
from deploy.local.descriptions.merge_openapi import merge
from deploy.local.machine import ROOT
from gateway.domain.routes import RouteTable
from gateway.main import build_work, create_own_app
from gateway.settings import SERVICES
from gateway.settings import Settings as GatewaySettings
from shared.clock import SystemClock
from shared.http.access import read
from shared.security.tokens import new_private_pem
from shared.testing.event_docs import events_markdown
from shared.testing.events import all_events
from shared.testing.schemas import breaking_changes, committed, file_of, schema_of

DOCS = ROOT / "docs"
GATEWAY = ROOT / "gateway"
VERSION = "0.1.0"
DATABASE = "postgresql+asyncpg://nobody:nothing@127.0.0.1:1/none"
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})


def apps() -> Iterator[tuple[str, FastAPI]]:
    """Every program's own routes; nothing is started and nothing is connected."""
    for service in SERVICES:
        main = importlib.import_module(f"services.{service}.main")
        settings = importlib.import_module(f"services.{service}.settings").Settings
        yield service, main.create_app(settings(environment="test", database_url=DATABASE))
    settings = GatewaySettings(environment="test", internal_private_key=new_private_pem())
    yield "gateway", create_own_app(build_work(settings, RouteTable([]), SystemClock()))


def route_rows(service: str, app: FastAPI) -> Iterator[dict[str, Any]]:
    for context in iter_route_contexts(app.routes):
        said = read(getattr(context.original_route, "openapi_extra", None))
        for method in sorted(METHODS & set(context.methods or ())):
            yield {
                "method": method,
                "path": context.path,
                "service": service,
                "access": said.access.value,
                "feature": said.feature.value if said.feature else None,
                "scope": said.scope.value if said.scope else None,
                "personal": said.personal,
                "recent": said.recent,
                "quota": said.quota.value if said.quota else None,
                "replayable": said.replayable,
            }


def changed_ids(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Clients are generated from operation ids: one that an operation has, it keeps."""
    return [
        f"{method.upper()} {path} was {known['operationId']}"
        for path, described in old["paths"].items()
        for method, known in described.items()
        if method in new["paths"].get(path, {})
        and new["paths"][path][method].get("operationId") != known["operationId"]
    ]


def event_schemas() -> tuple[dict[Path, str], list[str]]:
    written, broken = {}, []
    for event in all_events():
        old, new = committed(event), schema_of(event)
        broken += [f"{event.topic}: {reason}" for reason in breaking_changes(old or new, new)]
        written[file_of(event)] = pretty(new)
    return written, broken


def pretty(document: Any) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def minified(document: Any) -> str:
    """The gateway's own copy, which it answers as it stands."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"


def compact(rows: list[dict[str, Any]]) -> str:
    """One route a line, so that a change reads as one."""
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return f"[\n{lines}\n]\n"


def contracts() -> tuple[dict[Path, str], list[str]]:
    """Every file and its content, and what must not be written because it would break a listener or a client."""
    files, broken = event_schemas()
    documents: dict[str, Any] = {}
    rows: list[dict[str, Any]] = []
    for service, app in apps():
        documents[service] = app.openapi()
        rows += route_rows(service, app)
    events = list(all_events())
    openapi = merge(documents, version=VERSION)
    broken += changed_ids(json.loads((DOCS / "openapi.json").read_text()), openapi)
    schemas = {event.topic: schema_of(event) for event in events}
    asyncapi = describe_events(events, schemas, version=VERSION)
    rows.sort(key=lambda row: (row["path"], row["method"]))
    files |= {
        DOCS / "openapi.json": pretty(openapi),
        DOCS / "asyncapi.json": pretty(asyncapi),
        DOCS / "events.md": events_markdown(),
        GATEWAY / "domain" / "data" / "openapi.json": minified(openapi),
        GATEWAY / "domain" / "data" / "asyncapi.json": minified(asyncapi),
        GATEWAY / "domain" / "route_table.json": compact(rows),
    }
    return files, broken


def differences(files: dict[Path, str]) -> list[str]:
    return [
        str(path.relative_to(ROOT))
        for path, text in files.items()
        if not path.exists() or path.read_text() != text
    ]


def main(arguments: list[str]) -> int:
    files, broken = contracts()
    for reason in broken:
        print(f"would break a listener or a client: {reason}", file=sys.stderr)
    if broken:
        return 1
    changed = differences(files)
    if "--check" in arguments:
        for name in changed:
            print(f"old: {name} (run `make contracts`)", file=sys.stderr)
        return 1 if changed else 0
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    print(
        f"{len(files)} contracts, {len(changed)} changed"
        + "".join(f"\n  {name}" for name in changed)
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
