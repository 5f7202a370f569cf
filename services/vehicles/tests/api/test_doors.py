"""Every route of this service, whoever knocks: nobody, somebody else, and hostile input."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from fastapi.routing import APIRoute

from services.vehicles.api import routers
from services.vehicles.tests.care.factories import make_case, make_reply
from services.vehicles.tests.factories import (
    make_document,
    make_plan,
    make_record,
    make_reminder,
    make_segment,
    make_vehicle,
    read_odometer,
)
from services.vehicles.tests.garages.booked import ALL_DAY, LATER, SOON, book, make_garage, opener
from services.vehicles.tests.moving.factories import PROFILE, fuelio, send
from services.vehicles.tests.running.api.test_tariffs import HOME, make_tariff
from services.vehicles.tests.running.factories import make_expense, make_value
from shared.contracts.features import Plan
from shared.http.access import OpenTo, read
from shared.testing.client import Callers

SHARED = ("/api/brands", "/api/models", "/api/plan-templates", "/api/garages")
"""The catalogue and the directory are everybody's to read; who changes a garage: `tests/garages/api/test_garages.py`."""
SOMETHING = UUID("01a20000-0000-7000-8000-00000000ffff")


def routes() -> Iterator[tuple[str, APIRoute]]:
    for router in routers:
        for route in router.routes:
            if isinstance(route, APIRoute):
                for method in sorted(route.methods or ()):
                    yield method, route


def is_public(route: APIRoute) -> bool:
    return read(route.openapi_extra).access is OpenTo.PUBLIC


class TestNobody:
    async def test_every_route_asks_who_is_there(self, call: Callers) -> None:
        asked = 0
        for method, route in routes():
            if is_public(route):
                continue
            path = route.path.replace("{template}", "oil_change")
            for name in route.param_convertors:
                path = path.replace(f"{{{name}}}", str(SOMETHING))
            answer = await call.anonymous.request(method, path, json={})
            assert answer.status_code == 401, f"{method} {route.path}"
            asked += 1
        assert asked > 50


async def everything_of(call: Callers, hear: Any) -> dict[str, str]:
    """One of each thing of `standard`, by the name of its path parameter."""
    client = call.standard
    car = (await make_vehicle(client, license_plate="AA-111-AA"))["id"]
    await hear(make_document(call.user_id("standard"), fields={"plate": "AA-111-AA"}))
    [draft] = (await client.get("/api/maintenances/drafts")).json()["results"]
    fill = {"day": "2025-01-02", "quantity": "40", "energy": "petrol"}
    filled = await client.post(f"/api/vehicles/{car}/fills", json=fill)
    body = {"email": "guest@example.org", "role": "viewer"}
    invitation = (await client.post(f"/api/vehicles/{car}/invitations", json=body)).json()
    plan = (await make_plan(client, car))["id"]
    steps = f"/api/maintenance-plans/{plan}"
    done = await client.post(f"{steps}/completions", json={"on": "2025-02-01"})
    skipped = await client.post(f"{steps}/skip", json={"reason": "sold soon"})
    case = (await make_case(client, car))["id"]
    garage = await make_garage(opener(call), bays=20, spans=ALL_DAY)
    tomorrow = str((datetime.now(UTC) + timedelta(days=1)).date())
    link = {"label": "Loueur", "until": tomorrow}
    guest = (await client.post(f"/api/vehicles/{car}/guest-links", json=link)).json()
    return {
        "case_id": case,
        "reply_id": (await make_reply(client, case))["id"],
        "tomorrow": tomorrow,
        "passport_link_id": str(SOMETHING),
        "link_id": guest["id"],
        "vehicle_id": car,
        "garage_id": garage.id,
        "booking_id": (await book(client, garage, car, SOON))["id"],
        "invitation_id": invitation["id"],
        "person_id": str(call.user_id("standard")),
        "past_id": str(SOMETHING),
        "completion_id": done.json()["id"],
        "skip_id": skipped.json()["id"],
        "fill_id": filled.json()["id"],
        "tariff_id": (await make_tariff(client))["id"],
        "reading_id": (await read_odometer(client, car, 900, "2025-01-01"))["id"],
        "segment_id": (await make_segment(client, car))["id"],
        "plan_id": plan,
        "record_id": (await make_record(client, car, status="IN_PROGRESS"))["id"],
        "reminder_id": (await make_reminder(client, car))["id"],
        "draft_id": draft["id"],
        "trip_id": (
            await client.post(
                "/api/trips",
                json={"vehicle": car, "day": "2025-03-01", "distance": 12, "purpose": "a client"},
            )
        ).json()["id"],
        "set_id": (
            await client.post("/api/tyre-sets", json={"vehicle": car, "name": "Winter"})
        ).json()["id"],
        "depth_id": str(SOMETHING),
        "match_id": str(SOMETHING),
        "done_id": (
            await client.post(
                f"/api/vehicles/{car}/obligations/inspection/done", json={"done_on": "2025-03-01"}
            )
        ).json()["id"],
        "kind": "inspection",
        "expense_id": (await make_expense(client, car))["id"],
        "point_id": (await make_value(client, car, "2026-01-01", "9000.00"))["id"],
        "budget_id": (await client.post(f"/api/vehicles/{car}/budgets", json=TEN_EUROS)).json()[
            "id"
        ],
        "import_id": (await send(client, fuelio())).json()["id"],
        "profile_id": (await client.post("/api/import-profiles", json=PROFILE)).json()["id"],
        "export_id": (await client.post("/api/car-exports", json={"format": "csv"})).json()["id"],
        "group_id": (await client.post("/api/vehicle-groups", json={"name": "Lyon"})).json()["id"],
    }


TEN_EUROS = {"amount": {"amount": "10.00", "currency": "EUR"}}
BODIES: dict[str, dict[str, Any]] = {
    "change_diagnostic": {"title": "Mine"},
    "resolve_a_diagnostic": {"how": "no_fault"},
    "add_a_reply": {"text": "Mine"},
    "replace_reply": {"text": "Mine"},
    "change_reply": {"text": "Mine"},
    "create_obligation_done": {"done_on": "2026-01-01"},
    "change_obligation_done": {"note": "Mine"},
    "settle_vehicle_recall": {"status": "done"},
    "change_trip": {"note": "Mine"},
    "change_tyre_set": {"note": "Mine"},
    "mount_tyres": {"on": "2025-04-01", "mileage": 950},
    "dismount_tyres": {"on": "2025-04-01", "mileage": 950},
    "rotate_tyres": {"on": "2025-04-01", "mileage": 950, "corners": ["front_left"]},
    "measure_tread": {"on": "2025-04-01", "mileage": 950, "depths": {"1": 80}},
    "complete_a_booking": {"price": {"amount": "10.00", "currency": "EUR"}},
    "reschedule_a_booking": {"starts_at": LATER},
    "create_passport_link": {"export": str(SOMETHING), "until": "2026-01-01"},
    "create_guest_link": {"label": "Mine", "until": "2026-01-01"},
    "change_expense": {"title": "Mine"},
    "replace_profile": PROFILE,
    "change_profile": {"name": "Mine"},
    "change_an_import": {"answers": {"currency": "EUR"}},
    "create_value_point": {"valued_on": "2026-01-02", **TEN_EUROS},
    "change_value_point": {"note": "Mine"},
    "create_budget": {"category": "toll", **TEN_EUROS},
    "change_budget": {"category": "toll"},
    "create_reading": {"mileage": 5},
    "create_segment": {"starts_on": "2024-03-02", "new_start": 5},
    "use_template": {"template": "brake_fluid"},
    "replace_vehicle": {"make": "Mine", "model": "Now"},
    "change_vehicle": {"make": "Mine"},
    "replace_group": {"name": "Mine"},
    "change_plan": {"active": False},
    "create_completion": {"on": "2026-01-01"},
    "skip_a_beat": {"reason": "mine"},
    "close_a_plan": {"maintenance": str(SOMETHING)},
    "copy_from_another_car": {"from_vehicle": str(SOMETHING)},
    "take_plan_pack": {
        "schema": "autotrack/plan-pack",
        "version": 1,
        "name": "Mine",
        "distance_unit": "km",
        "plans": [{"service_type": "coolant", "every_months": 12}],
    },
    "change_draft": {"garage": "Mine"},
    "change_maintenance": {"garage": "Mine"},
    "change_reminder": {"title": "Mine"},
    "create_vehicle_fill": {"quantity": "1", "energy": "petrol"},
    "change_fill": {"station": "Mine"},
    "replace_energy_tariff": HOME,
    "price_a_charge": {"quantity": "1"},
    "snooze_a_reminder": {"until": "2030-01-01"},
    "replace_reminder_preferences": {"kinds": []},
    "change_member": {"role": "viewer"},
    "create_invitation": {"email": "mine@example.org", "role": "viewer"},
    "create_handover": {"email": "mine@example.org"},
}


async def seen_by_owner(call: Callers) -> list[Any]:
    lists = (
        "vehicles",
        "maintenances",
        "maintenance-plans",
        "maintenances/drafts",
        "reminders",
        "fills",
        "energy-tariffs",
        "vehicle-groups",
        "expenses",
        "diagnostics",
        "diagnostics/replies",
        "bookings",
    )
    return [(await call.standard.get(f"/api/{name}")).json() for name in lists]


class TestSomebodyElse:
    async def test_another_persons_id_in_a_path_is_not_found_and_changes_nothing(
        self, call: Callers, hear: Any
    ) -> None:
        ids = await everything_of(call, hear)
        mine = (await make_vehicle(call.other))["id"]
        bodies = BODIES | {
            "replace_maintenance": {
                "vehicle": mine,
                "service_date": "2026-01-01",
                "service_type": "oil_change",
            },
            "replace_expense": {
                "vehicle": mine,
                "category": "toll",
                "spent_on": "2026-01-01",
                **TEN_EUROS,
            },
            "replace_fill": {"vehicle": mine, "quantity": "1", "energy": "petrol"},
            "replace_diagnostic": {"vehicle": mine, "title": "Mine"},
        }
        before = await seen_by_owner(call)
        other = call.as_user(call.user_id("other"), Plan.PREMIUM)  # the plan opens every door
        tried = 0
        for method, route in routes():
            names = list(route.param_convertors)
            if not names or route.path.startswith(SHARED):
                continue
            answer = await other.request(
                method, route.path.format(**ids), json=bodies.get(route.name, {})
            )
            assert answer.status_code == 404, f"{method} {route.path}: {answer.text}"
            assert answer.json()["code"] == "not_found"
            tried += 1
        assert tried > 25
        assert await seen_by_owner(call) == before

    async def test_another_persons_car_in_a_body_is_not_found(
        self, call: Callers, hear: Any
    ) -> None:
        theirs = (await everything_of(call, hear))["vehicle_id"]
        mine = (await make_vehicle(call.other))["id"]
        record = (await make_record(call.other, mine))["id"]
        await hear(make_document(call.user_id("other")))
        [draft] = (await call.other.get("/api/maintenances/drafts")).json()["results"]
        day = {"service_date": "2026-01-01", "service_type": "oil_change"}
        expense = {"category": "toll", "spent_on": "2026-01-01", **TEN_EUROS}
        plan = {"service_type": "coolant", "every_months": 12}
        for method, path, body in (
            ("POST", "/api/maintenances", {"vehicle": theirs, **day}),
            ("PUT", f"/api/maintenances/{record}", {"vehicle": theirs, **day}),
            ("PATCH", f"/api/maintenances/{record}", {"vehicle": theirs}),
            ("POST", "/api/maintenance-plans", {"vehicle": theirs, **plan}),
            ("POST", "/api/expenses", {"vehicle": theirs, **expense}),
            ("POST", "/api/diagnostics", {"vehicle": theirs, "title": "x"}),
            ("POST", "/api/reminders", {"vehicle": theirs, "title": "x", "due_on": "2027-01-01"}),
            ("POST", "/api/fills", {"vehicle": theirs, "quantity": "1", "energy": "petrol"}),
            ("PATCH", f"/api/maintenances/drafts/{draft['id']}", {"vehicle": theirs}),
            ("GET", f"/api/plan-templates?vehicle={theirs}", None),
        ):
            answer = await call.other.request(method, path, json=body)
            assert answer.status_code == 404, f"{method} {path}: {answer.text}"
        assert (await call.other.get(f"/api/maintenances/{record}")).json()["vehicle"] == mine

    async def test_another_persons_car_in_a_query_lists_nothing(
        self, call: Callers, hear: Any
    ) -> None:
        theirs = (await everything_of(call, hear))["vehicle_id"]
        for name in (
            "maintenances",
            "maintenance-plans",
            "maintenance-plans/due",
            "reminders",
            "expenses",
            "fills",
            "diagnostics",
            "diagnostics/pending",
            "diagnostics/resolved",
            "diagnostics/completed",
            "diagnostics/replies",
            "bookings",
        ):
            assert (await call.other.get(f"/api/{name}?vehicle={theirs}")).json()["count"] == 0


HOSTILE: list[tuple[str, dict[str, Any]]] = [
    ("/api/vehicles", {"make": "Peugeot", "model": "308"}),
    ("/api/maintenances", {"service_date": "2026-01-01", "service_type": "oil_change"}),
    ("/api/maintenance-plans", {"service_type": "coolant", "every_months": 12}),
    ("/api/reminders", {"title": "x", "due_on": "2027-01-01"}),
    ("/api/expenses", {"category": "toll", "spent_on": "2026-01-01", **TEN_EUROS}),
    ("/api/fills", {"day": "2026-01-01", "quantity": "40", "energy": "petrol"}),
    ("/api/diagnostics", {"title": "x"}),
]
BAD: dict[str, list[Any]] = {
    "/api/diagnostics": [
        {"title": None},
        {"title": ""},
        {"title": "a\x00b"},
        {"title": "x" * 201},
        {"description": "a\x00b"},
        {"description": "x" * 10_001},
        {"dtc_codes": None},
        {"dtc_codes": "P0420"},
        {"dtc_codes": [420]},
        {"dtc_codes": ["P0420\x00"]},
        {"dtc_codes": ["P4A00"]},
        {"dtc_codes": ["P0420"] * 51},
        {"severity": "fatal"},
        {"severity": 5},
        {"status": "resolved"},
        {"status": "done"},
        {"reported_on": "2026-02-30"},
        {"reported_on": "2199-01-01"},
        {"mileage": -1},
        {"mileage": 10**18},
        {"mileage": "5"},
        {"documents": ["x"]},
        {"author": "me"},
    ],
    "/api/expenses": [
        {"category": "champagne"},
        {"category": None},
        {"spent_on": "2026-02-30"},
        {"spent_on": "1066-10-14"},
        {"amount": {"amount": "0.5", "currency": "JPY"}},
        {"amount": {"amount": "1e9", "currency": "EUR"}},
        {"amount": {"amount": "999999999999.00", "currency": "EUR"}},
        {"amount": 10},
        {"amount": None},
        {"title": "a\x00b"},
        {"title": "two\nlines"},
        {"documents": ["x"]},
        {"documents": [str(SOMETHING)] * 31},
        {"contract": {}},
        {"contract": {"starts_on": "2026-01-01", "every": "fortnight"}},
        {"contract": {"starts_on": "2026-01-01", "spread": "yes"}},
        {"spent_on": None},
    ],
    "/api/vehicles": [
        {"make": ""},
        {"make": "a\x00b"},
        {"make": "x" * 201},
        {"make": "two\nlines"},
        {"make": None},
        {"make": 5},
        {"year": -5},
        {"year": 10**30},
        {"year": "2019"},
        {"year": 2019.5},
        {"year": True},
        {"mileage": -1},
        {"mileage": 10**18},
        {"mileage": 1.5},
        {"mileage_on": "0000-00-00"},
        {"license_plate": "!!!"},
        {"license_plate": "A" * 21},
        {"license_plate": "A\x00B"},
        {"vin": "I" * 17},
        {"vin": "\x00" * 17},
        {"fuel_type": "plutonium"},
        {"distance_unit": "league"},
        {"purchase_date": "2026-02-30"},
        {"purchase_date": "tomorrow"},
        {"purchase_date": 20260101},
        {"purchase_date": "9999-12-31"},
        {"purchase_price": {"amount": "-10", "currency": "EUR"}},
        {"purchase_price": {"amount": "10.001", "currency": "EUR"}},
        {"purchase_price": {"amount": "1e9", "currency": "EUR"}},
        {"purchase_price": {"amount": 10, "currency": "EUR"}},
        {"purchase_price": {"amount": "10", "currency": "euro"}},
        {"purchase_price": {"amount": "0.5", "currency": "JPY"}},
        {"purchase_price": 10},
        {"country": "fr"},
        {"custom_fields": {"a": {"b": 1}}},
        {"custom_fields": {"a\x00": "b"}},
        {"custom_fields": {str(n): "x" for n in range(31)}},
        {"owner_id": str(SOMETHING)},
        {"plan": "PREMIUM"},
    ],
    "/api/maintenances": [
        {"vehicle": "not-an-id"},
        {"vehicle": 5},
        {"service_date": "0000-00-00"},
        {"service_date": "2026-13-01"},
        {"service_date": None},
        {"service_type": "DROP TABLE"},
        {"service_type": ""},
        {"service_types": ["x" * 60]},
        {"service_types": ["a1"] * 31},
        {"cost": {"amount": "-10", "currency": "EUR"}},
        {"cost": {"amount": "99999999999999", "currency": "EUR"}},
        {"cost": {"amount": "NaN", "currency": "EUR"}},
        {"mileage": -3},
        {"status": "PAID"},
        {"lines": [{"description": ""}]},
        {"lines": [{"description": "a", "quantity": "-1"}]},
        {"lines": [{"description": "a", "quantity": "1e50"}]},
        {"lines": [{"description": "a", "quantity": "NaN"}]},
        {"lines": [{"description": "a", "tax_rate": "101"}]},
        {"lines": [{"description": "a"}] * 101},
        {"lines": [{"description": "a", "unit_price": {"amount": "1.001", "currency": "EUR"}}]},
        {"lines": [{"description": "a", "warranty": {}}]},
        {"lines": [{"description": "a", "warranty": {"months": 10**9}}]},
        {"lines": [{"description": "a", "warranty": {"km": 1, "mi": 1}}]},
        {"lines": "many"},
        {"prices_include_tax": "yes"},
        {"kind": "gift"},
        {"garage_id": "x"},
        {"cost": {"amount": "1.5", "currency": "XOF"}},
        {"cost": {"amount": "1.0005", "currency": "TND"}},
        {"documents": ["x"]},
        {"description": "\x00"},
        {"description": "x" * 10_001},
        {"performed_by": str(SOMETHING)},
    ],
    "/api/maintenance-plans": [
        {"every_months": 0},
        {"every_months": -1},
        {"every_months": 10**9},
        {"every_distance": -15000},
        {"every_distance": 10**12},
        {"mode": "SOMETIMES"},
        {"lead_days": -1},
        {"lead_days": 366},
        {"last_done_on": "1066-10-14"},
        {"last_done_mileage": -1},
        {"active": "yes"},
        {"title": "\x00"},
    ],
    "/api/fills": [
        {"vehicle": 5},
        {"day": "2026-02-30"},
        {"day": "9999-12-31"},
        {"time": "24:00"},
        {"time": "9:00"},
        {"quantity": "-1"},
        {"quantity": "100000"},
        {"quantity": "1.0001"},
        {"quantity": "NaN"},
        {"quantity": "1e9"},
        {"quantity": True},
        {"quantity": None},
        {"unit": "barrel"},
        {"unit": "kWh"},
        {"energy": "plutonium"},
        {"unit_price": "-1"},
        {"unit_price": "1.0000001"},
        {"total": {"amount": "-10", "currency": "EUR"}},
        {"total": {"amount": "10", "currency": "euro"}},
        {"currency": "EURO"},
        {"full": "yes"},
        {"level_after": "100.1"},
        {"level_after": -1},
        {"mileage": -1},
        {"mileage": 10**18},
        {"trip": "-0.1"},
        {"hours": "4120.55"},
        {"distance_on_other": "x"},
        {"station": "two\nlines"},
        {"station": ""},
        {"note": "\x00"},
        {"documents": ["x"]},
        {"battery_quantity": "5"},
        {"charged_from": "2026-01-01T10:00:00"},
        {"tariff": "x"},
        {"made_by": str(SOMETHING)},
    ],
    "/api/reminders": [
        {"due_on": "0000-00-00"},
        {"due_mileage": -1},
        {"title": ""},
        {"title": "x\x00"},
        {"lead_days": 10**6},
        {"status": "DONE"},
    ],
}


class TestHostileInput:
    @pytest.mark.parametrize(("path", "good"), HOSTILE, ids=[path for path, _ in HOSTILE])
    async def test_a_bad_field_is_named_and_nothing_is_written(
        self, call: Callers, path: str, good: dict[str, Any]
    ) -> None:
        body = dict(good)
        if path != "/api/vehicles":
            body["vehicle"] = (await make_vehicle(call.standard))["id"]
        before = await seen_by_owner(call)
        for bad in BAD[path]:
            answer = await call.standard.post(path, json=body | bad)
            assert answer.status_code == 422, f"{bad}: {answer.status_code} {answer.text}"
            [name] = bad
            pointers = [error["pointer"] for error in answer.json()["errors"]]
            assert any(pointer.startswith(f"/{name}") for pointer in pointers), f"{bad}: {pointers}"
        assert await seen_by_owner(call) == before
        assert (await call.standard.post(path, json=body)).status_code == 201

    @pytest.mark.parametrize(("path", "good"), HOSTILE, ids=[path for path, _ in HOSTILE])
    async def test_changes_are_judged_as_strictly(
        self, call: Callers, path: str, good: dict[str, Any]
    ) -> None:
        body = dict(good)
        if path != "/api/vehicles":
            body["vehicle"] = (await make_vehicle(call.standard))["id"]
        made = (await call.standard.post(path, json=body)).json()
        for bad in BAD[path]:
            answer = await call.standard.patch(f"{path}/{made['id']}", json=bad)
            assert answer.status_code == 422, f"{bad}: {answer.status_code} {answer.text}"
        assert (await call.standard.get(f"{path}/{made['id']}")).json() == made

    @pytest.mark.parametrize("path", [path for path, _ in HOSTILE])
    async def test_what_is_no_json_is_a_bad_request(self, call: Callers, path: str) -> None:
        for content in (b"{", b"\xff\xfe", b'{"make": "x",}', b"", b"[" * 5000):
            answer = await call.standard.post(
                path, content=content, headers={"Content-Type": "application/json"}
            )
            assert answer.status_code in {400, 422}, f"{content[:20]!r}: {answer.text}"
        bodies: tuple[Any, ...] = ([], "text", 5, None, True)
        for body in bodies:
            answer = await call.standard.post(path, json=body)
            assert answer.status_code == 422, f"{body}: {answer.text}"

    async def test_what_is_no_id_is_not_found(self, call: Callers) -> None:
        admin = call.as_user(call.user_id("admin"), Plan.PREMIUM, roles=["admin"])
        for method, route in routes():
            if not route.param_convertors or route.path.startswith("/api/plan-templates"):
                continue
            for id_ in ("1", "x", "%00", "null", "..%2f", "0" * 400):
                path = route.path
                for name in route.param_convertors:
                    path = path.replace(f"{{{name}}}", id_)
                answer = await admin.request(method, path, json={})
                assert answer.status_code in {404, 405, 422}, f"{method} {path}: {answer.text}"

    @pytest.mark.parametrize(
        "query",
        [
            "page=0",
            "page=x",
            "page_size=101",
            "ordering=drop",
            "search=%00",
            "page=99999999999999999999",
        ],
    )
    async def test_bad_queries_are_refused(self, call: Callers, query: str) -> None:
        for name in (
            "vehicles",
            "maintenances",
            "maintenance-plans",
            "reminders",
            "brands",
            "fills",
        ):
            answer = await call.free.get(f"/api/{name}?{query}")
            assert answer.status_code in {400, 422}, f"{name}?{query}: {answer.text}"

    async def test_bad_filters_are_refused(self, call: Callers) -> None:
        for path in (
            "maintenances?vehicle=x",
            "maintenances?status=PAID",
            "maintenances?service_type=%00",
            "maintenances/stats?from=0000-00-00",
            "maintenances/stats?to=x",
            "maintenance-plans/due?within_days=-1",
            "maintenances/drafts?status=x",
            "reminders?status=x",
        ):
            answer = await call.free.get(f"/api/{path}")
            assert answer.status_code == 422, f"{path}: {answer.text}"

    async def test_the_widest_dates_are_no_trap(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        await make_plan(call.free, car, last_done_on="1886-01-01", every_months=240, mode="FIXED")
        await make_plan(call.free, car, template="brake_fluid", last_done_on="2199-12-31")
        await make_reminder(call.free, car, due_on="2199-12-31", lead_days=365)
        await make_record(
            call.free, car, service_date="2199-12-31", status="SCHEDULED", mileage=9_999_999
        )
        for path in ("maintenance-plans/due", "maintenances/stats?to=9999-12-31", "reminders"):
            assert (await call.free.get(f"/api/{path}")).status_code == 200
