"""What outlives a key, or holds more than one area, is no key's: who gave it away could not take it back by revoking the key."""

from typing import Any

import pytest

from services.vehicles.tests.factories import make_vehicle
from services.vehicles.tests.moving.exported import make_export
from services.vehicles.tests.sharing import as_person, with_key
from shared.contracts.scopes import Scope
from shared.ids import new_id
from shared.testing.client import Callers

ANOTHER = {"email": "zoe@example.org"}
GIVING: dict[str, tuple[str, str, dict[str, Any]]] = {
    "a member": ("POST", "/vehicles/{car}/invitations", ANOTHER | {"role": "manager"}),
    "a role": ("PATCH", f"/vehicles/{{car}}/members/{new_id()}", {"role": "editor"}),
    "the car": ("POST", "/vehicles/{car}/handover", ANOTHER),
    "a guest's link": (
        "POST",
        "/vehicles/{car}/guest-links",
        {"label": "Loueur", "until": "2027-01-01"},
    ),
    "a passport's link": ("POST", "/vehicles/{car}/passport-links", {"until": "2027-01-01"}),
    "a car with records and receipts": ("POST", "/car-exports", {"format": "json"}),
    "its file": ("GET", "/car-exports/{export}/file", {}),
}


@pytest.mark.parametrize("name", GIVING)
async def test_no_key_gives(call: Callers, name: str, run_jobs: Any) -> None:
    owner = as_person(call, "owner")
    car = (await make_vehicle(owner))["id"]
    export = (await make_export(owner, "json"))["id"]
    await run_jobs("vehicles.make_export")
    method, path, body = GIVING[name]
    key = with_key(call, "owner", *Scope)
    answer = await key.request(method, "/api" + path.format(car=car, export=export), json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "personally_only")
