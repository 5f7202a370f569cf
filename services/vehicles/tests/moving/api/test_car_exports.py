import json
from typing import Any

import pytest

from services.vehicles.domain.cars.roles import Role
from services.vehicles.domain.moving.bundles import verdict_of
from services.vehicles.tests.factories import make_plan, make_record, make_reminder, make_vehicle
from services.vehicles.tests.moving.exported import (
    exported,
    make_export,
    passport_of,
    tables_of,
)
from services.vehicles.tests.running.factories import euros, fill_up, make_expense, make_value
from services.vehicles.tests.sharing import as_person, share
from shared.contracts.vehicles_moving import CarExportProgressed
from shared.ids import new_id
from shared.testing.client import Callers

PATH = "/api/car-exports"
LINE = {"description": "Filtre", "quantity": "1", "unit_price": euros("14.20")}


async def a_car(call: Callers, **said: Any) -> str:
    """With something of everything."""
    car: str = (
        await make_vehicle(
            call.standard, mileage=900, license_plate="AA-111-AA", vin="VF3LBHZTXHS123456", **said
        )
    )["id"]
    await make_record(
        call.standard, car, cost=euros("189.90"), lines=[LINE], mileage=1000, garage="=1+1"
    )
    gone = await make_record(call.standard, car, garage="In the trash")
    await call.standard.delete(f"/api/maintenances/{gone['id']}")
    await fill_up(call.standard, car, mileage=1100, station="+Total")
    await make_expense(call.standard, car, note="private words", title="Gare")
    await make_value(call.standard, car, "2026-01-01", "9000.00")
    await make_plan(call.standard, car)
    await make_reminder(call.standard, car)
    return car


class TestCsv:
    async def test_has_a_table_of_everything(self, call: Callers, run_jobs: Any) -> None:
        await a_car(call)
        tables = tables_of(await exported(call.standard, run_jobs, "csv"))
        assert {
            "vehicle.csv",
            "maintenance_record.csv",
            "fill.csv",
            "expense.csv",
            "odometer_reading.csv",
            "maintenance_plan.csv",
            "reminder.csv",
            "value_point.csv",
        } <= tables.keys()
        [record] = tables["maintenance_record.csv"]
        assert (record["cost_amount"], record["currency"]) == ("189.90", "EUR")
        assert (record["odometer_km"], record["garage"]) == ("1000", "'=1+1")
        [fill] = tables["fill.csv"]
        assert (fill["quantity"], fill["unit"], fill["station"]) == ("40", "l", "'+Total")
        [expense] = tables["expense.csv"]
        assert (expense["amount"], expense["vehicle"]) == ("10.00", "Peugeot 308")

    async def test_of_all_cars_or_of_one(self, call: Callers, run_jobs: Any) -> None:
        cars = [(await make_vehicle(call.standard))["id"] for _ in range(2)]
        every = tables_of(await exported(call.standard, run_jobs, "csv"))
        assert {row["id"] for row in every["vehicle.csv"]} == set(cars)
        one = tables_of(await exported(call.standard, run_jobs, "csv", vehicle=cars[0]))
        assert [row["id"] for row in one["vehicle.csv"]] == [cars[0]]

    async def test_of_no_car(self, call: Callers, run_jobs: Any) -> None:
        assert tables_of(await exported(call.standard, run_jobs, "csv")) == {}

    async def test_without_costs_there_is_no_amount(self, call: Callers, run_jobs: Any) -> None:
        price = {"amount": "12345.67", "currency": "EUR"}
        await a_car(call, purchase_price=price)
        tables = tables_of(await exported(call.standard, run_jobs, "csv", costs=False))
        assert "expense.csv" not in tables
        told = json.dumps(tables)
        for amount in ("189.90", "14.20", "12345.67", "72.00", "9000"):
            assert amount not in told


class TestJson:
    async def test_says_the_same(self, call: Callers, run_jobs: Any) -> None:
        car = await a_car(call)
        whole = json.loads(await exported(call.standard, run_jobs, "json"))
        assert (whole["format"], whole["version"], whole["with_costs"]) == (
            "autotrack/export",
            1,
            True,
        )
        [told] = whole["vehicles"]
        assert (told["id"], told["name"]) == (car, "Peugeot 308")
        [record] = told["tables"]["maintenance_record"]
        assert record["lines"][0]["unit_price"] == "14.20"
        assert "In the trash" not in json.dumps(whole)

    async def test_tells_nothing_of_the_machine_nor_of_persons(
        self, call: Callers, run_jobs: Any
    ) -> None:
        await a_car(call)
        text = (await exported(call.standard, run_jobs, "json")).decode()
        for word in ("owner_id", "made_by", "digest", "changed_in", "shared_with", "_minor"):
            assert word not in text
        assert str(call.user_id("standard")) not in text


class TestPassport:
    async def test_is_whole_and_holds_the_history(self, call: Callers, run_jobs: Any) -> None:
        car = await a_car(call)
        file = await exported(call.standard, run_jobs, "passport", vehicle=car)
        verdict = verdict_of(file)
        assert verdict.is_whole
        assert (verdict.car, verdict.papers) == ("Peugeot 308", 0)
        passport = passport_of(file)
        kinds = sorted(entry["kind"] for entry in passport["entries"])
        assert kinds == ["expense", "fill", "maintenance", "reading"]
        assert "private words" not in json.dumps(passport)
        assert str(call.user_id("standard")) not in json.dumps(passport)

    async def test_of_a_car_of_which_nothing_is_known(self, call: Callers, run_jobs: Any) -> None:
        car = (await make_vehicle(call.standard))["id"]
        verdict = verdict_of(await exported(call.standard, run_jobs, "passport", vehicle=car))
        assert (verdict.is_whole, verdict.entries) == (True, 0)

    async def test_without_costs(self, call: Callers, run_jobs: Any) -> None:
        car = await a_car(call)
        file = await exported(call.standard, run_jobs, "passport", vehicle=car, costs=False)
        told = json.dumps(passport_of(file))
        assert "expense" not in told
        for amount in ("189.90", "14.20", "72.00", "10.00"):
            assert amount not in told
        assert "Filtre" in told

    async def test_is_of_one_car(self, call: Callers) -> None:
        for form in ("passport", "pdf"):
            refused = await call.standard.post(PATH, json={"format": form})
            assert (refused.status_code, refused.json()["code"]) == (422, "export_needs_car")


class TestAsking:
    async def test_goes_through_its_states_and_tells_them(
        self, call: Callers, run_jobs: Any, emitted: Any
    ) -> None:
        await make_vehicle(call.standard)
        made = await make_export(call.standard, "json")
        assert (made["state"], made["percent"], made["file"]) == ("queued", 0, None)
        early = await call.standard.get(f"{PATH}/{made['id']}/file")
        assert (early.status_code, early.json()["code"]) == (409, "export_not_ready")
        await run_jobs("vehicles.make_export")
        told = [event.state for event in await emitted(CarExportProgressed)]
        assert told == ["making", "ready"]

    async def test_sent_again_is_one_export(self, call: Callers) -> None:
        body = {"id": str(new_id()), "format": "json"}
        for _ in range(2):
            answer = await call.standard.post(PATH, json=body)
            assert (answer.status_code, answer.json()["id"]) == (202, body["id"])
        assert (await call.standard.get(PATH)).json()["count"] == 1

    async def test_three_at_a_time(self, call: Callers) -> None:
        for _ in range(3):
            await make_export(call.standard, "json")
        refused = await call.standard.post(PATH, json={"format": "json"})
        assert (refused.status_code, refused.json()["code"]) == (429, "exports_waiting")
        assert refused.headers["retry-after"] == "60"

    async def test_is_gone_after_a_week(self, call: Callers, run_jobs: Any, clock: Any) -> None:
        made = await make_export(call.standard, "json")
        await run_jobs("vehicles.make_export")
        clock.move(days=8)
        for path in (f"{PATH}/{made['id']}", f"{PATH}/{made['id']}/file"):
            assert (await call.standard.get(path)).status_code == 404
        assert (await call.standard.get(PATH)).json()["count"] == 0

    async def test_deleted_it_is_gone_and_its_job_finds_nothing(
        self, call: Callers, run_jobs: Any
    ) -> None:
        made = await make_export(call.standard, "json")
        assert (await call.standard.delete(f"{PATH}/{made['id']}")).status_code == 204
        await run_jobs("vehicles.make_export")
        assert (await call.standard.get(f"{PATH}/{made['id']}")).status_code == 404

    @pytest.mark.parametrize(
        "said",
        [
            {},
            {"format": "exe"},
            {"format": None},
            {"format": "csv", "language": "de"},
            {"format": "csv", "vehicle": "x"},
            {"format": "csv", "costs": "yes"},
            {"format": "csv", "more": 1},
            {"format": "\x00"},
        ],
    )
    async def test_hostile_wishes_are_refused(self, call: Callers, said: dict[str, Any]) -> None:
        assert (await call.standard.post(PATH, json=said)).status_code == 422


class TestWho:
    async def test_each_role_takes_what_it_may(
        self, call: Callers, open_work: Any, run_jobs: Any
    ) -> None:
        car = (await make_vehicle(call.standard))["id"]
        may = {Role.MANAGER: {"csv", "json", "passport"}, Role.EDITOR: {"csv"}}
        for role in (Role.MANAGER, Role.EDITOR, Role.DRIVER, Role.VIEWER):
            await share(open_work, car, role.value, role)
            for form in ("csv", "json", "passport"):
                member = as_person(call, role.value)
                answer = await member.post(PATH, json={"format": form, "vehicle": car})
                wanted = 202 if form in may.get(role, set()) else 403
                assert answer.status_code == wanted, (role, form)
        refused = await call.other.post(PATH, json={"format": "csv", "vehicle": car})
        assert (refused.status_code, refused.json()["code"]) == (404, "not_found")

    async def test_somebody_elses_export_is_not_found(
        self, call: Callers, run_jobs: Any, open_work: Any
    ) -> None:
        car = (await make_vehicle(call.standard))["id"]
        await share(open_work, car, "manager", Role.MANAGER)
        made = await make_export(call.standard, "json", vehicle=car)
        await run_jobs("vehicles.make_export")
        for stranger in (call.other, as_person(call, "manager")):
            for path in (f"{PATH}/{made['id']}", f"{PATH}/{made['id']}/file"):
                assert (await stranger.get(path)).status_code == 404
            assert (await stranger.delete(f"{PATH}/{made['id']}")).status_code == 404

    async def test_who_left_the_car_takes_nothing_of_it_any_more(
        self, call: Callers, run_jobs: Any, open_work: Any
    ) -> None:
        car = (await make_vehicle(call.standard))["id"]
        member = await share(open_work, car, "manager", Role.MANAGER)
        manager = as_person(call, "manager")
        made = await make_export(manager, "json", vehicle=car)
        late = await make_export(manager, "json", vehicle=car)
        await run_jobs("vehicles.make_export")
        again = await make_export(manager, "json", vehicle=car)
        await call.standard.delete(f"/api/vehicles/{car}/members/{member}")
        assert (await manager.get(f"{PATH}/{made['id']}/file")).status_code == 404
        await run_jobs("vehicles.make_export")
        states = [(await manager.get(f"{PATH}/{each['id']}")).json() for each in (late, again)]
        assert [each["state"] for each in states] == ["ready", "failed"]
        assert states[1]["problem"] == "no_longer_yours"
