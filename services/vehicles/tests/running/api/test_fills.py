import asyncio
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.vehicles.domain.cars.roles import Role
from services.vehicles.storage.retention import RETENTION
from services.vehicles.tests.factories import kept_document, make_vehicle, read_odometer
from services.vehicles.tests.running.sharing import fit
from services.vehicles.tests.sharing import as_person, share
from shared.clock import FixedClock
from shared.contracts.vehicles import OdometerRead
from shared.ids import new_id
from shared.testing.client import Callers

PETROL_TANK = {"energies": ["petrol"], "capacity": 50_000, "unit": "l"}


async def make_fill(client: Any, car: str, **said: Any) -> dict[str, Any]:
    body = {"day": "2026-03-01", "quantity": "40", "energy": "petrol"} | said
    answer = await client.post(f"/api/vehicles/{car}/fills", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def money(amount: str, currency: str = "EUR") -> dict[str, str]:
    return {"amount": amount, "currency": currency}


async def mileage(client: Any, car: str) -> int | None:
    found: int | None = (await client.get(f"/api/vehicles/{car}")).json()["mileage"]
    return found


class TestCreateFill:
    async def test_a_fill_tells_the_odometer(self, call: Callers, emitted: Any) -> None:
        car = (await make_vehicle(call.standard))["id"]
        made = await make_fill(
            call.standard, car, mileage=10_000, total=money("74.36"), unit_price="1.859"
        )
        assert (made["quantity"], made["unit"], made["doubts"]) == ("40.000", "l", [])
        assert (made["odometer"]["status"], made["derived"]) == ("ACCEPTED", None)
        assert await mileage(call.standard, car) == 10_000
        [reading] = (await call.standard.get(f"/api/vehicles/{car}/odometer")).json()["results"]
        assert (reading["source"], reading["maintenance"]) == ("fuel", None)
        assert [event.source for event in await emitted(OdometerRead)] == ["fuel"]
        assert (await call.standard.get(f"/api/fills/{made['id']}")).json() == made
        [listed] = (await call.standard.get(f"/api/vehicles/{car}/fills")).json()["results"]
        assert listed == made

    @pytest.mark.parametrize(
        ("said", "expected"),
        [
            (
                {"quantity": "38.5", "unit_price": "1.859", "currency": "EUR"},
                ("38.500", "1.859", "71.57", "total"),
            ),
            (
                {"quantity": "38.5", "total": money("71.57")},
                ("38.500", "1.859", "71.57", "unit_price"),
            ),
            (
                {"quantity": None, "unit_price": "1.859", "total": money("50.00")},
                ("26.896", "1.859", "50.00", "quantity"),
            ),
            ({"quantity": "38.5"}, ("38.500", None, None, None)),
            ({"quantity": 38.5, "total": money("0")}, ("38.500", "0", "0.00", "unit_price")),
        ],
    )
    async def test_two_of_three_are_enough(
        self, call: Callers, said: dict[str, Any], expected: tuple[Any, ...]
    ) -> None:
        car = (await make_vehicle(call.standard))["id"]
        made = await make_fill(call.standard, car, **said)
        total = made["total"]["amount"] if made["total"] else None
        assert (made["quantity"], made["unit_price"], total, made["derived"]) == expected
        assert made["doubts"] == []

    async def test_all_three_are_compared(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        three = {"quantity": "40", "unit_price": "1.80"}
        near = await make_fill(call.standard, car, total=money("72.70"), **three)
        far = await make_fill(call.standard, car, total=money("73.80"), **three)
        assert (near["doubts"], far["doubts"]) == ([], ["amounts_differ"])

    @pytest.mark.parametrize(
        ("said", "code", "pointer"),
        [
            ({"quantity": None}, "fill_incomplete", "/quantity"),
            ({"quantity": None, "total": money("5")}, "fill_incomplete", "/quantity"),
            ({"quantity": "0", "full": False}, "fill_incomplete", "/quantity"),
            (
                {"quantity": None, "total": money("99999999"), "unit_price": "0.0001"},
                "fill_incomplete",
                "/quantity",
            ),
            ({"unit": "kWh"}, "unit_unfit", "/unit"),
            ({"energy": "electric", "unit": "l"}, "unit_unfit", "/unit"),
            ({"unit_price": "1.8"}, "currency_differs", "/currency"),
            ({"total": money("5"), "currency": "CHF"}, "currency_differs", "/currency"),
            ({"battery_quantity": "5"}, "not_a_charge", "/battery_quantity"),
            ({"energy": "electric", "solar_quantity": "41"}, "solar_too_much", "/solar_quantity"),
            (
                {
                    "energy": "electric",
                    "charged_from": "2026-03-01T10:00:00Z",
                    "charged_to": "2026-03-01T09:00:00Z",
                },
                "charge_times_wrong",
                "/charged_to",
            ),
            ({"documents": [str(new_id())]}, "not_found", "/documents"),
            ({"energy": "electric", "tariff": str(new_id())}, "not_found", "/tariff"),
        ],
    )
    async def test_what_cannot_be_is_refused(
        self, call: Callers, said: dict[str, Any], code: str, pointer: str
    ) -> None:
        car = (await make_vehicle(call.standard))["id"]
        body = {"day": "2026-03-01", "quantity": "40", "energy": "petrol"} | said
        answer = await call.standard.post(f"/api/vehicles/{car}/fills", json=body)
        found = answer.json()
        assert (answer.status_code, found["code"]) == (404 if code == "not_found" else 422, code)
        assert [error["pointer"] for error in found["errors"]] == [pointer]
        assert (await call.standard.get("/api/fills")).json()["count"] == 0

    async def test_the_energy_goes_without_saying_where_there_is_one(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard, fuel_type="diesel"))["id"]
        assert (await make_fill(call.standard, car, energy=None))["energy"] == "diesel"
        hybrid = (await make_vehicle(call.standard, fuel_type="plugin_hybrid"))["id"]
        body = {"day": "2026-03-01", "quantity": "8"}
        refused = await call.standard.post(f"/api/vehicles/{hybrid}/fills", json=body)
        assert refused.json()["code"] == "energy_missing"
        await make_fill(call.standard, hybrid, energy="electric", quantity="8")
        assert (await make_fill(call.standard, hybrid, energy=None))["energy"] == "electric"

    async def test_gallons_stay_gallons(self, call: Callers, open_work: Any) -> None:
        car = (await make_vehicle(call.standard, distance_unit="mi"))["id"]
        tank = {"energies": ["petrol"], "capacity": 60_000, "unit": "gal_us"}
        await fit(open_work, car, ["petrol"], [tank])
        made = await make_fill(
            call.standard, car, quantity="11.257", unit_price="3.459", currency="USD"
        )
        assert (made["quantity"], made["unit"], made["total"]["amount"]) == (
            "11.257",
            "gal_us",
            "38.94",
        )

    async def test_a_photo_is_a_document_of_the_owner(self, call: Callers, hear: Any) -> None:
        car = (await make_vehicle(call.standard))["id"]
        document = new_id()
        await hear(kept_document(call.user_id("standard"), document))
        made = await make_fill(call.standard, car, documents=[str(document)])
        assert made["documents"] == [str(document)]
        await hear(kept_document(call.user_id("standard"), document, version=2, deleted=True))
        assert (await call.standard.get(f"/api/fills/{made['id']}")).json()["documents"] == []

    async def test_many_at_once_keep_the_ledger_ascending(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        says = [(10_000, "2026-01-01"), (10_500, "2026-01-10"), (9_000, "2025-12-01")] * 2
        made = await asyncio.gather(
            *(make_fill(call.standard, car, mileage=km, day=day) for km, day in says)
        )
        assert {fill["odometer"]["status"] for fill in made} == {"ACCEPTED"}
        assert await mileage(call.standard, car) == 10_500


class TestMeters:
    async def test_a_fill_tells_the_hour_meter_of_a_car_that_has_one(self, call: Callers) -> None:
        tractor = (await make_vehicle(call.standard, fuel_type="diesel", meter="hours"))["id"]
        made = await make_fill(call.standard, tractor, energy="diesel", hours="4000.5")
        assert (made["hours"], made["odometer"]) == ("4000.5", None)
        path = f"/api/vehicles/{tractor}/odometer"
        [reading] = (await call.standard.get(path)).json()["results"]
        assert (reading["meter"], reading["hours"], reading["source"]) == (
            "hours",
            "4000.5",
            "fuel",
        )
        later = await make_fill(
            call.standard, tractor, energy="diesel", day="2026-03-11", hours="4010.5", quantity="91"
        )
        found = (await call.standard.get(f"/api/vehicles/{tractor}/consumption")).json()
        assert found["energies"][0]["sums"]["per_hour"] == 9.1
        await call.standard.delete(f"/api/fills/{later['id']}")
        statuses = [each["status"] for each in (await call.standard.get(path)).json()["results"]]
        assert sorted(statuses) == ["ACCEPTED", "VOID"]

    async def test_a_doubted_hour_drops_its_segment(self, call: Callers) -> None:
        tractor = (await make_vehicle(call.standard, fuel_type="diesel", meter="hours"))["id"]
        for day, hours in (("2026-03-01", "4000"), ("2026-03-05", "4010"), ("2026-03-08", "401")):
            await make_fill(call.standard, tractor, energy="diesel", day=day, hours=hours)
        found = (await call.standard.get(f"/api/vehicles/{tractor}/consumption")).json()
        [diesel] = found["energies"]
        assert (diesel["sums"]["hours"], len(diesel["dropped"])) == (10.0, 1)

    async def test_what_it_does_not_have_cannot_be_read(self, call: Callers) -> None:
        tractor = (await make_vehicle(call.standard, fuel_type="diesel", meter="hours"))["id"]
        body = {"day": "2026-03-01", "quantity": "40", "mileage": 100}
        answer = await call.standard.post(f"/api/vehicles/{tractor}/fills", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "meter_missing")
        assert (await call.standard.get("/api/fills")).json()["count"] == 0


class TestDoubts:
    async def test_an_implausible_reading_is_told_with_the_fill(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        await read_odometer(call.standard, car, 50_000, "2026-02-01")
        made = await make_fill(call.standard, car, mileage=5_000)
        assert made["odometer"]["status"] == "QUARANTINED"
        assert made["odometer"]["doubts"] == ["lower_than_before"]
        assert await mileage(call.standard, car) == 50_000

    async def test_swapped_and_with_the_point_elsewhere(
        self, call: Callers, open_work: Any
    ) -> None:
        """Two real ones: 31.5 gallons for 11.25, and 1,480.32 litres for 2,219."""
        car = (await make_vehicle(call.standard))["id"]
        await fit(open_work, car, ["petrol"], [PETROL_TANK])
        swapped = await make_fill(
            call.standard, car, quantity="31.5", unit="gal_us", total=money("11.25", "USD")
        )
        assert (swapped["doubts"], swapped["hints"][0]) == (["implausible_amount"], "swapped")
        shifted = await make_fill(call.standard, car, quantity="1480.32", total=money("2219"))
        assert shifted["doubts"] == ["implausible_amount"]
        assert "decimals" in shifted["hints"]

    async def test_a_price_far_from_the_usual_one(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        for day, total in enumerate(("72.00", "73.00", "74.00", "70.00"), 1):
            made = await make_fill(call.standard, car, day=f"2026-01-0{day}", total=money(total))
            assert made["doubts"] == []
        dear = await make_fill(call.standard, car, total=money("720.00"))
        cheap = await make_fill(call.standard, car, total=money("7.20"))
        free = await make_fill(call.standard, car, total=money("0.00"))
        assert (dear["doubts"], cheap["doubts"]) == (["implausible_amount"],) * 2
        assert free["doubts"] == []

    async def test_what_is_doubted_depends_on_what_stands_there_now(self, call: Callers) -> None:
        """Not on what stood there when it was typed."""
        car = (await make_vehicle(call.standard))["id"]
        first = await make_fill(call.standard, car, total=money("720.00"))
        assert first["doubts"] == []
        for day in range(1, 5):
            await make_fill(call.standard, car, day=f"2026-04-0{day}", total=money("72.00"))
        again = (await call.standard.get(f"/api/fills/{first['id']}")).json()
        assert (again["doubts"], again["hints"]) == (["implausible_amount"], ["decimals"])

    async def test_another_energy_and_another_day(self, call: Callers, clock: FixedClock) -> None:
        clock.set(datetime(2026, 3, 1, 12, tzinfo=UTC))
        car = (await make_vehicle(call.standard))["id"]
        made = await make_fill(call.standard, car, energy="diesel", day="2026-03-02")
        assert made["doubts"] == ["other_energy", "in_the_future"]


class TestTrip:
    async def test_a_trip_leads_to_a_reading(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        await make_fill(call.standard, car, mileage=10_000)
        made = await make_fill(call.standard, car, day="2026-03-10", trip="512.4")
        assert (made["mileage"], made["mileage_derived"]) == (10_512, True)
        assert made["odometer"]["status"] == "ACCEPTED"
        assert await mileage(call.standard, car) == 10_512

    async def test_what_was_before_changes_where_it_leads(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        first = await make_fill(call.standard, car, mileage=10_000)
        second = await make_fill(call.standard, car, day="2026-03-10", trip="500")
        third = await make_fill(call.standard, car, day="2026-03-20", trip="400")
        answer = await call.standard.patch(f"/api/fills/{first['id']}", json={"mileage": 9_900})
        assert answer.status_code == 200, answer.text
        now = [
            (await call.standard.get(f"/api/fills/{fill['id']}")).json()["mileage"]
            for fill in (second, third)
        ]
        assert now == [10_400, 10_800]
        assert await mileage(call.standard, car) == 10_800

    async def test_without_a_start_a_trip_leads_nowhere(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        made = await make_fill(call.standard, car, trip="500")
        assert (made["mileage"], made["odometer"]) == (None, None)
        await make_fill(call.standard, car, day="2026-02-01", mileage=10_000)
        now = (await call.standard.get(f"/api/fills/{made['id']}")).json()
        assert (now["mileage"], now["mileage_derived"]) == (10_500, True)

    async def test_what_is_typed_beats_it_and_a_great_difference_is_told(
        self, call: Callers
    ) -> None:
        car = (await make_vehicle(call.standard))["id"]
        await make_fill(call.standard, car, mileage=10_000)
        near = await make_fill(call.standard, car, day="2026-03-10", mileage=10_510, trip="500")
        assert (near["mileage"], near["mileage_derived"], near["doubts"]) == (10_510, False, [])
        far = await make_fill(call.standard, car, day="2026-03-20", mileage=11_110, trip="500")
        assert far["doubts"] == ["trip_differs"]

    async def test_a_trip_taken_back_takes_its_reading_with_it(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        await make_fill(call.standard, car, mileage=10_000)
        made = await make_fill(call.standard, car, day="2026-03-10", trip="512.4")
        changed = await call.standard.patch(f"/api/fills/{made['id']}", json={"trip": None})
        assert (changed.json()["mileage"], changed.json()["odometer"]) == (None, None)
        assert await mileage(call.standard, car) == 10_000


class TestChangeFill:
    async def test_a_form_sent_back_unchanged_changes_nothing(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        await make_fill(call.standard, car, mileage=10_001)
        made = await make_fill(
            call.standard, car, day="2026-03-10", trip="512.4", total=money("71.57")
        )
        await call.standard.patch(f"/api/vehicles/{car}", json={"distance_unit": "mi"})
        shown = (await call.standard.get(f"/api/fills/{made['id']}")).json()
        readable = {"vehicle", "day", "time", "energy", "quantity", "unit", "unit_price", "total"}
        readable |= {"full", "mileage", "trip", "station", "note", "documents", "missed_before"}
        sent = {name: shown[name] for name in readable}
        answer = await call.standard.put(f"/api/fills/{made['id']}", json=sent)
        assert answer.status_code == 200, answer.text
        assert answer.json() | {"updated_at": ""} == shown | {"updated_at": ""}
        await call.standard.patch(f"/api/vehicles/{car}", json={"distance_unit": "km"})
        again = (await call.standard.get(f"/api/fills/{made['id']}")).json()
        assert again | {"updated_at": ""} == made | {"updated_at": ""}

    async def test_what_was_worked_out_follows(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        made = await make_fill(call.standard, car, quantity="40", total=money("80.00"))
        address = f"/api/fills/{made['id']}"
        dearer = (await call.standard.patch(address, json={"total": money("100.00")})).json()
        assert (dearer["unit_price"], dearer["derived"]) == ("2.5", "unit_price")
        typed = (await call.standard.patch(address, json={"unit_price": "2.6"})).json()
        assert (typed["derived"], typed["doubts"]) == (None, ["amounts_differ"])
        less = (await call.standard.patch(address, json={"total": None})).json()
        assert (less["total"], less["derived"]) == (money("104.00"), "total")

    async def test_a_corrected_mileage_replaces_its_reading(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        made = await make_fill(call.standard, car, mileage=100_000)
        await call.standard.patch(f"/api/fills/{made['id']}", json={"mileage": 10_000})
        assert await mileage(call.standard, car) == 10_000
        ledger = (await call.standard.get(f"/api/vehicles/{car}/odometer")).json()["results"]
        assert sorted(reading["status"] for reading in ledger) == ["ACCEPTED", "VOID"]

    async def test_it_can_move_to_another_car(self, call: Callers) -> None:
        first = (await make_vehicle(call.standard))["id"]
        second = (await make_vehicle(call.standard))["id"]
        for one, other in ((first, second), (second, first)):
            made = await make_fill(call.standard, one, mileage=10_000)
            moved = await call.standard.patch(f"/api/fills/{made['id']}", json={"vehicle": other})
            assert (moved.status_code, moved.json()["vehicle"]) == (200, other)
            assert await mileage(call.standard, one) is None
            assert await mileage(call.standard, other) == 10_000
            await call.standard.delete(f"/api/fills/{made['id']}")
            assert await mileage(call.standard, other) is None


class TestTrash:
    async def test_deleted_with_its_reading_and_taken_back_with_it(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        made = await make_fill(call.standard, car, mileage=10_000)
        address = f"/api/fills/{made['id']}"
        assert (await call.standard.delete(address)).status_code == 204
        assert (await call.standard.get(address)).status_code == 404
        assert (await call.standard.delete(address)).status_code == 404
        assert await mileage(call.standard, car) is None
        assert (await call.standard.get("/api/fills")).json()["count"] == 0
        [trashed] = (await call.standard.get("/api/fills/trash")).json()["results"]
        assert trashed["id"] == made["id"]
        assert (await call.other.post(f"{address}/restore")).status_code == 404
        restored = await call.standard.post(f"{address}/restore")
        assert (restored.status_code, restored.json()["mileage"]) == (200, 10_000)
        assert await mileage(call.standard, car) == 10_000
        assert (await call.standard.post(f"{address}/restore")).status_code == 404

    async def test_after_thirty_days_it_is_gone(self) -> None:
        [goes] = [one for one in RETENTION.goes if one.name == "fill"]
        assert (goes.age.name, goes.after) == ("trashed_at", timedelta(days=30))


class TestRoles:
    @pytest.mark.parametrize(
        ("role", "sees", "adds", "changes"),
        [
            (Role.MANAGER, 200, 201, 200),
            (Role.EDITOR, 200, 201, 200),
            (Role.DRIVER, 403, 201, 403),
            (Role.VIEWER, 200, 403, 403),
            (None, 404, 404, 404),
        ],
    )
    async def test_each_role_at_each_door(
        self, call: Callers, open_work: Any, role: Role | None, sees: int, adds: int, changes: int
    ) -> None:
        car = (await make_vehicle(call.standard))["id"]
        theirs = await make_fill(call.standard, car, total=money("70.00"))
        if role is not None:
            await share(open_work, car, "other", role)
        address = f"/api/fills/{theirs['id']}"
        body = {"quantity": "1", "energy": "petrol", "day": "2026-03-01"}
        whole = body | {"vehicle": car}
        asked = {
            "get": (await call.other.get(address)).status_code,
            "add": (await call.other.post(f"/api/vehicles/{car}/fills", json=body)).status_code,
            "add too": (await call.other.post("/api/fills", json=whole)).status_code,
            "quick": (
                await call.other.post(f"/api/vehicles/{car}/quick-fill", json=body)
            ).status_code,
            "patch": (await call.other.patch(address, json={"station": "x"})).status_code,
            "put": (await call.other.put(address, json=whole)).status_code,
        }
        assert asked == {
            "get": sees,
            "add": adds,
            "add too": adds,
            "quick": adds,
            "patch": changes,
            "put": changes,
        }
        deleted = (await call.other.delete(address)).status_code
        assert deleted == (204 if changes == 200 else changes)
        if changes == 200:
            assert (await call.other.post(f"{address}/restore")).status_code == 200
        else:
            await call.standard.delete(address)
            restored = (await call.other.post(f"{address}/restore")).status_code
            assert restored == (404 if role is None else 403)

    async def test_a_driver_has_what_they_filled_and_nothing_else(
        self, call: Callers, open_work: Any
    ) -> None:
        car = (await make_vehicle(call.standard))["id"]
        await make_fill(call.standard, car, total=money("70.00"))
        await share(open_work, car, "other", Role.DRIVER)
        mine = await make_fill(call.other, car, day="2026-03-05", total=money("60.00"))
        listed = (await call.other.get("/api/fills")).json()["results"]
        assert [fill["id"] for fill in listed] == [mine["id"]]
        assert listed[0]["total"] == money("60.00")
        stats = (await call.other.get("/api/fills/stats")).json()
        assert (stats["count"], stats["total"]) == (1, [money("60.00")])
        changed = await call.other.patch(f"/api/fills/{mine['id']}", json={"station": "Total"})
        assert changed.status_code == 200
        assert (await call.other.delete(f"/api/fills/{mine['id']}")).status_code == 204
        assert (await call.other.post(f"/api/fills/{mine['id']}/restore")).status_code == 200
        assert (await call.standard.get(f"/api/fills/{mine['id']}")).status_code == 200
        async with open_work() as work:
            row = await work.session.get(work.fills.model, UUID(mine["id"]))
            assert (row.owner_id, row.made_by) == (
                call.user_id("standard"),
                call.user_id("other"),
            )

    async def test_a_viewer_sees_the_money_only_where_it_is_shown(
        self, call: Callers, open_work: Any
    ) -> None:
        car = (await make_vehicle(call.standard))["id"]
        await make_fill(call.standard, car, total=money("70.00"), mileage=1_000)
        for name, shown, total in (("guest", False, None), ("friend", True, money("70.00"))):
            await share(open_work, car, name, Role.VIEWER, costs_visible=shown)
            client = as_person(call, name)
            [fill] = (await client.get("/api/fills")).json()["results"]
            assert (fill["total"], fill["unit_price"] is None) == (total, not shown)
            stats = (await client.get("/api/fills/stats")).json()
            assert (stats["count"], stats["total"]) == (1, [total] if total else [])
            consumption = (await client.get(f"/api/vehicles/{car}/consumption")).json()
            assert consumption["spent"] == ([total] if total else [])


def told_alike(found: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if name != "vehicle"}


class TestChaos:
    @pytest.mark.parametrize("seed", range(3))
    async def test_in_any_order_doubled_and_deleted_it_is_as_from_scratch(
        self, call: Callers, seed: int
    ) -> None:
        chance = random.Random(seed)
        history: list[dict[str, Any]] = []
        for week in range(14):
            day = (date(2026, 1, 1) + timedelta(weeks=week)).isoformat()
            told = chance.choice(("mileage", "mileage", "trip", "nothing"))
            says = {"mileage": 10_000 + week * 400, "trip": "400"}
            history.append(
                {
                    "day": day,
                    "quantity": str(chance.randint(10, 40)),
                    "energy": chance.choice(("petrol", "petrol", "e85")),
                    "full": chance.random() < 0.7,
                    "missed_before": chance.random() < 0.1,
                    "total": money(f"{chance.randint(20, 80)}.00"),
                }
                | ({told: says[told]} if told in says else {})
            )
        plain = (await make_vehicle(call.premium))["id"]
        for said in history:
            await make_fill(call.premium, plain, **said)
        wild = (await make_vehicle(call.premium))["id"]
        shuffled = [*history, *chance.sample(history, 5)]
        chance.shuffle(shuffled)
        seen: list[dict[str, Any]] = []
        for said in shuffled:
            made = await make_fill(call.premium, wild, **said)
            address = f"/api/fills/{made['id']}"
            if said in seen:
                assert (await call.premium.delete(address)).status_code == 204
            elif chance.random() < 0.3:
                await call.premium.delete(address)
                await call.premium.post(f"{address}/restore")
            seen.append(said)
        found = []
        for car in (plain, wild):
            answer = await call.premium.get(f"/api/vehicles/{car}/consumption")
            fills = (
                await call.premium.get(f"/api/vehicles/{car}/fills?ordering=day&page_size=100")
            ).json()["results"]
            places = [(fill["day"], fill["mileage"], fill["mileage_derived"]) for fill in fills]
            found.append((told_alike(answer.json()), places, await mileage(call.premium, car)))
        assert found[0] == found[1]


class TestHandover:
    async def test_fills_go_with_the_car_and_no_tariff_of_the_givers(
        self, call: Callers, open_work: Any
    ) -> None:
        car = (await make_vehicle(call.standard))["id"]
        made = await make_fill(call.standard, car, total=money("70.00"), unit_price="1.75")
        async with open_work() as work:
            await work.fills.hand_over(UUID(car), costs=False, documents=False)
        now = (await call.standard.get(f"/api/fills/{made['id']}")).json()
        assert (now["total"], now["unit_price"], now["quantity"]) == (None, None, "40.000")


async def test_a_reading_struck_out_by_hand_stays_so_while_the_fill_says_the_same(
    call: Callers,
) -> None:
    car = (await make_vehicle(call.free))["id"]
    fill = await make_fill(call.free, car, mileage=41_000)
    reading = fill["odometer"]["reading"]
    assert (await call.free.post(f"/api/odometer/{reading}/void")).status_code == 200

    async def stands_after(**said: Any) -> int | None:
        edited = await call.free.patch(f"/api/fills/{fill['id']}", json=said)
        assert edited.status_code == 200
        found: int | None = (await call.free.get(f"/api/vehicles/{car}")).json()["mileage"]
        return found

    assert await stands_after(station="Elsewhere") is None
    assert await stands_after(mileage=41_200) == 41_200


async def test_so_do_the_hours_it_told(call: Callers) -> None:
    tractor = (await make_vehicle(call.standard, fuel_type="diesel", meter="hours"))["id"]
    fill = await make_fill(call.standard, tractor, energy="diesel", hours="4000.5")
    ledger = f"/api/vehicles/{tractor}/odometer"
    [reading] = (await call.standard.get(ledger)).json()["results"]
    assert (await call.standard.post(f"/api/odometer/{reading['id']}/void")).status_code == 200

    async def living(**said: Any) -> list[str]:
        edited = await call.standard.patch(f"/api/fills/{fill['id']}", json=said)
        assert edited.status_code == 200, edited.text
        rows = (await call.standard.get(ledger)).json()["results"]
        return [each["hours"] for each in rows if each["status"] != "VOID"]

    assert await living(station="Elsewhere") == []
    assert await living(hours="4001.0") == ["4001.0"]
    assert await living(hours="4000.5") == ["4000.5"], "it is said anew"
