import json
from pathlib import Path

import pytest

from shared.contracts.scopes import AREAS, Scope, including, scope_of

TABLE = Path(__file__).parents[3] / "gateway" / "domain" / "route_table.json"


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/api/vehicles", "vehicles:read"),
        ("HEAD", "/api/vehicles/{vehicle_id}", "vehicles:read"),
        ("POST", "/api/vehicles", "vehicles:write"),
        ("DELETE", "/api/documents/{document_id}", "documents:write"),
        ("GET", "/api/maintenances/drafts", "maintenance:read"),
        ("POST", "/api/ai-assistant/assistant/chat", "assistant:write"),
        ("POST", "/api/auth/api-keys", None),
        ("GET", "/api/auth/me", None),
        ("POST", "/api/subscriptions/checkout", None),
        ("GET", "/api/invoices", None),
        ("GET", "/internal/api-keys/{fingerprint}", None),
        ("GET", "/vehicles", None),
        ("GET", "/api/something-new", None),
    ],
)
def test_a_scope_follows_from_method_and_path(method: str, path: str, scope: str | None) -> None:
    assert scope_of(path, [method]) == scope


def test_an_operation_that_may_write_needs_write() -> None:
    assert scope_of("/api/vehicles", ["GET", "POST"]) is Scope.VEHICLES_WRITE


def test_every_area_has_both_scopes_and_no_scope_is_of_no_area() -> None:
    wanted = {f"{area}:{verb}" for area in AREAS.values() for verb in ("read", "write")}
    assert wanted == {scope.value for scope in Scope}


def test_write_includes_read_of_its_area_only() -> None:
    assert including([Scope.VEHICLES_WRITE]) == {Scope.VEHICLES_WRITE, Scope.VEHICLES_READ}
    assert including(iter([Scope.DOCUMENTS_READ])) == {Scope.DOCUMENTS_READ}


def test_every_area_leads_to_an_operation() -> None:
    """A line of AREAS that outlived its operations would be a promise of nothing."""
    paths = {
        row["path"].split("/")[2] for row in json.loads(TABLE.read_text()) if "/api/" in row["path"]
    }
    assert set(AREAS) <= paths
