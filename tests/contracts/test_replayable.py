"""Which POST may be sent again under a key is said once, by the route; service, gateway and OpenAPI text obey it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fastapi.routing import iter_route_contexts

from deploy.local.contracts import apps, route_rows
from shared.http.router import _holds_a_secret

ROOT = Path(__file__).parents[2]
OVER_SEVERAL_TRANSACTIONS = {
    "/api/ai-assistant/assistant/chat",
    "/api/ai-assistant/assistant/diagnostic",
    "/api/ai-assistant/assistant/maintenance_ask",
    "/api/ai-assistant/conversations/{conversation_id}/send_message",
}
"""A model is asked between them, and the answer streams: no transaction holds both key and answer."""


def posts() -> Iterator[tuple[dict[str, Any], Any]]:
    """Every POST of every program: what its route says, and the route."""
    for service, app in apps():
        routes = {
            context.path: context.original_route
            for context in iter_route_contexts(app.routes)
            if "POST" in (context.methods or ())
        }
        for row in route_rows(service, app):
            if row["method"] == "POST":
                yield row, routes[row["path"]]


def test_a_signed_in_persons_post_is_replayable_unless_it_cannot_be() -> None:
    found = list(posts())
    assert len(found) > 70
    for row, route in found:
        cannot = (
            row["access"] in {"public", "internal"}
            or _holds_a_secret(route.response_model)
            or row["path"] in OVER_SEVERAL_TRANSACTIONS
        )
        assert row["replayable"] is not cannot, row["path"]


def test_the_gateways_table_and_the_openapi_text_say_the_same() -> None:
    said = {row["path"] for row, _ in posts() if row["replayable"]}
    rows = json.loads((ROOT / "gateway" / "domain" / "route_table.json").read_text())
    assert {row["path"] for row in rows if row["replayable"]} == said
    assert {row["method"] for row in rows if row["replayable"]} == {"POST"}
    listed = {
        (method, path)
        for path, described in json.loads((ROOT / "docs" / "openapi.json").read_text())[
            "paths"
        ].items()
        for method, operation in described.items()
        for parameter in operation.get("parameters", ())
        if parameter["name"] == "Idempotency-Key"
    }
    assert listed == {("post", path) for path in said}
