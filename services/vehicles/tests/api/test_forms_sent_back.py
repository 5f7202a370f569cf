"""A form sent back as it was shown changes nothing: no figure, no reading, nobody's word, also after the car's unit was switched."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.vehicles.tests.factories import make_document, make_vehicle
from shared.testing.client import Callers

ROOT = Path(__file__).parents[4]
DAY = "2026-01-15"
EURO = {"amount": "9.90", "currency": "EUR"}
FORMS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "record": (
        "/api/maintenances",
        "/api/maintenances/{record_id}",
        {"service_date": DAY, "service_type": "oil_change", "mileage": 12_450, "cost": EURO},
    ),
    "plan": (
        "/api/maintenance-plans",
        "/api/maintenance-plans/{plan_id}",
        {"service_type": "oil_change", "every_distance": 10_000, "every_months": 12},
    ),
    "plan never done": (
        "/api/maintenance-plans",
        "/api/maintenance-plans/{plan_id}",
        {"service_type": "brake_fluid", "every_months": 24},
    ),
    "plan done before": (
        "/api/maintenance-plans",
        "/api/maintenance-plans/{plan_id}",
        {
            "service_type": "coolant",
            "every_distance": 33_333,
            "last_done": {"on": DAY, "odometer": 1234},
        },
    ),
    "reminder": (
        "/api/reminders",
        "/api/reminders/{reminder_id}",
        {"title": "Courroie", "due_mileage": 20_001, "lead_distance": 333},
    ),
    "case": (
        "/api/diagnostics",
        "/api/diagnostics/{case_id}",
        {"title": "Elle broute", "mileage": 12_449, "reported_on": DAY, "severity": "low"},
    ),
    "trip by readings": (
        "/api/trips",
        "/api/trips/{trip_id}",
        {"day": DAY, "purpose": "Client", "start_mileage": 12_400, "end_mileage": 12_433},
    ),
    "trip by length": (
        "/api/trips",
        "/api/trips/{trip_id}",
        {"day": DAY, "purpose": "Client", "distance": "33.3"},
    ),
    "fill": (
        "/api/fills",
        "/api/fills/{fill_id}",
        {"day": DAY, "energy": "petrol", "quantity": "30.511", "total": EURO, "mileage": 12_451},
    ),
    "fill by trip": (
        "/api/fills",
        "/api/fills/{fill_id}",
        {"day": "2026-01-20", "energy": "petrol", "quantity": "30", "trip": "133.7"},
    ),
    "expense": (
        "/api/expenses",
        "/api/expenses/{expense_id}",
        {"category": "toll", "amount": EURO, "spent_on": DAY},
    ),
    "tyres": (
        "/api/tyre-sets",
        "/api/tyre-sets/{set_id}",
        {"name": "Hiver", "season": "winter", "dot": "DOT 2420"},
    ),
}
"""Where each is made, its address in the description, and what is said of it."""
MOVES = {"updated_at"}


@pytest.fixture(scope="module")
def fields() -> dict[tuple[str, str], set[str]]:
    """What may be said at an address, by method."""
    described = json.loads((ROOT / "docs" / "openapi.json").read_text())
    return {
        (path, method): set(described["components"]["schemas"][_named(operation)]["properties"])
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
        if method in {"put", "patch"} and _named(operation)
    }


def _named(operation: dict[str, Any]) -> str:
    content = operation.get("requestBody", {}).get("content", {})
    return str(content.get("application/json", {}).get("schema", {}).get("$ref", "")).split("/")[-1]


@pytest.mark.parametrize("name", FORMS)
async def test_it_changes_nothing_whatever_the_unit(
    call: Callers, fields: dict[tuple[str, str], set[str]], name: str
) -> None:
    made_at, address, said = FORMS[name]
    car = (await make_vehicle(call.premium, distance_unit="mi", mileage=12_345, mileage_on=DAY))[
        "id"
    ]
    if name == "plan":  # it was done once: a record says so
        await call.premium.post(
            "/api/maintenances",
            json={"vehicle": car, "service_date": DAY, "service_type": "oil_change"},
        )
    answer = await call.premium.post(made_at, json=said | {"vehicle": car})
    assert answer.status_code == 201, answer.text
    path = f"{made_at}/{answer.json()['id']}"
    before = await _state(call, car, path)
    for unit in ("km", "mi"):
        await _speak(call, car, unit)
        for method in ("put", "patch"):
            form = fields.get((address, method))
            if form is None:
                continue
            shown = (await call.premium.get(path)).json()
            back = {key: value for key, value in shown.items() if key in form}
            answer = await call.premium.request(method.upper(), path, json=back)
            assert answer.status_code == 200, (method, back, answer.text)
            again = (await call.premium.get(path)).json()
            assert _still(again) == _still(shown), (method, unit)
    assert await _state(call, car, path) == before


async def test_a_draft_keeps_the_unit_of_its_paper(call: Callers, hear: Any) -> None:
    """Until its owner says another distance: that is in the car's own."""
    car = (await make_vehicle(call.free, license_plate="AB-123-CD"))["id"]
    paper = {"plate": "AB123CD", "mileage": "12450", "mileage_unit": "mi"}
    await hear(make_document(call.user_id("free"), fields=paper))
    [shown] = (await call.free.get("/api/maintenances/drafts")).json()["results"]
    assert (shown["vehicle"], shown["mileage"], shown["distance_unit"]) == (car, 12_450, "mi")
    path = f"/api/maintenances/drafts/{shown['id']}"
    kept = (await call.free.patch(path, json={"mileage": 12_450, "title": "Vidange"})).json()
    assert (kept["mileage"], kept["distance_unit"]) == (12_450, "mi")
    said = (await call.free.patch(path, json={"mileage": 20_036})).json()
    assert (said["mileage"], said["distance_unit"]) == (20_036, None)


async def _speak(call: Callers, car: str, unit: str) -> None:
    answer = await call.premium.patch(f"/api/vehicles/{car}", json={"distance_unit": unit})
    assert answer.status_code == 200, answer.text


def _still(shown: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in shown.items() if key not in MOVES}


async def _state(call: Callers, car: str, path: str) -> tuple[Any, Any]:
    """The thing, and each reading of the ledger, believed or struck out."""
    ledger = (await call.premium.get(f"/api/vehicles/{car}/odometer")).json()["results"]
    return _still((await call.premium.get(path)).json()), ledger
