from typing import Any

import pytest

from services.vehicles.tests.factories import make_plan, make_vehicle, read_odometer
from shared.ids import new_id
from shared.testing.client import Callers


async def change(call: Callers, car: str, **said: Any) -> dict[str, Any]:
    answer = await call.free.post(f"/api/vehicles/{car}/odometer/segments", json=said)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    assert answer.headers["Location"].endswith(found["id"])
    return found


async def car_of(call: Callers, car: str) -> dict[str, Any]:
    found: dict[str, Any] = (await call.free.get(f"/api/vehicles/{car}")).json()
    return found


class TestNewCluster:
    async def test_the_distance_goes_on_and_plans_are_shown_on_the_new_one(
        self, call: Callers
    ) -> None:
        """187,450 on 2024-03-02, the new one starts at 12; 4,812 on 2024-09-01: 192,250 travelled, due at 200,000 is due at 12,562."""
        car = (await make_vehicle(call.free))["id"]
        await read_odometer(call.free, car, 180_000, "2023-09-01")
        plan = await make_plan(call.free, car, last_done_on="2023-11-02", last_done_mileage=185_000)
        assert plan["due_mileage"] == 200_000
        changed = await change(call, car, starts_on="2024-03-02", old_end=187_450, new_start=12)
        assert (changed["travelled"], changed["lower_bound"]) == (187_450, False)
        shown = await read_odometer(call.free, car, 4_812, "2024-09-01")
        assert (shown["status"], shown["segment"]) == ("ACCEPTED", changed["id"])
        after = await car_of(call, car)
        assert (after["mileage"], after["travelled"]) == (4_812, 192_250)
        assert after["travelled_at_least"] is False
        plan = (await call.free.get(f"/api/maintenance-plans/{plan['id']}")).json()
        assert plan["due_mileage"] == 12_562

    async def test_readings_that_were_there_become_its_own(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        await read_odometer(call.free, car, 187_000, "2024-02-01")
        held = await read_odometer(call.free, car, 4_812, "2024-09-01")
        assert held["status"] == "QUARANTINED"
        await change(call, car, starts_on="2024-03-02", new_start=0)
        after = await car_of(call, car)
        assert (after["mileage"], after["travelled"]) == (4_812, 191_812)
        assert after["travelled_at_least"] is True, "nobody knows where the old one ended"

    async def test_what_is_learnt_of_the_old_one_moves_what_came_after(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        await read_odometer(call.free, car, 187_000, "2024-02-01")
        await change(call, car, starts_on="2024-03-02", new_start=0)
        await read_odometer(call.free, car, 4_812, "2024-09-01")
        await read_odometer(call.free, car, 187_400, "2024-02-20")
        assert (await car_of(call, car))["travelled"] == 192_212

    async def test_nothing_is_believed_against_where_it_began(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        await change(call, car, starts_on="2024-03-02", old_end=187_450, new_start=100)
        low = await read_odometer(call.free, car, 50, "2024-04-01")
        high = await read_odometer(call.free, car, 187_451, "2024-03-01")
        assert low["doubts"] == ["lower_than_before"]
        assert high["doubts"] == ["higher_than_later"]

    async def test_it_may_count_in_another_unit(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        await read_odometer(call.free, car, 100_000, "2024-02-01")
        changed = await change(
            call, car, starts_on="2024-03-02", old_end=101_000, new_start=62_758, unit="mi"
        )
        assert (changed["unit"], changed["travelled"]) == ("mi", 62_758)
        after = await car_of(call, car)
        assert (after["distance_unit"], after["mileage"]) == ("mi", 62_137)

    async def test_taken_back_it_never_was(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        await read_odometer(call.free, car, 187_000, "2024-02-01")
        changed = await change(call, car, starts_on="2024-03-02", new_start=0)
        await read_odometer(call.free, car, 4_812, "2024-09-01")
        address = f"/api/vehicles/{car}/odometer/segments"
        assert (await call.free.delete(f"{address}/{changed['id']}")).status_code == 204
        assert (await call.free.get(address)).json()["count"] == 0
        after = await car_of(call, car)
        assert (after["mileage"], after["travelled"]) == (187_000, 187_000)
        assert (await call.free.delete(f"{address}/{changed['id']}")).status_code == 404

    async def test_on_the_day_of_the_change_a_reading_says_whose_it_is(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        await read_odometer(call.free, car, 187_400, "2024-03-02")
        changed = await change(call, car, starts_on="2024-03-02", old_end=187_450, new_start=0)
        new = await read_odometer(call.free, car, 3, "2024-03-02")
        assert new["segment"] == changed["id"]
        listed = (await call.free.get(f"/api/vehicles/{car}/odometer")).json()["results"]
        assert {each["mileage"]: each["segment"] for each in listed} == {
            187_400: None,
            3: changed["id"],
        }
        assert {each["status"] for each in listed} == {"ACCEPTED"}
        after = await car_of(call, car)
        assert (after["mileage"], after["travelled"]) == (3, 187_453)


class TestRefusals:
    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"starts_on": "2024-03-02"},
            {"starts_on": "2024-02-30", "new_start": 0},
            {"starts_on": "2024-03-02", "new_start": -1},
            {"starts_on": "2024-03-02", "new_start": 10**9},
            {"starts_on": "2024-03-02", "new_start": 1, "new_start_hours": 1},
            {"starts_on": "2024-03-02", "new_start_hours": 1, "old_end": 1},
            {"starts_on": "2024-03-02", "new_start": 1, "unit": "leagues"},
        ],
    )
    async def test_hostile(self, call: Callers, body: dict[str, Any]) -> None:
        car = (await make_vehicle(call.free))["id"]
        refused = await call.free.post(f"/api/vehicles/{car}/odometer/segments", json=body)
        assert refused.status_code == 422

    async def test_two_on_one_day(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        await change(call, car, starts_on="2024-03-02", new_start=0)
        again = await call.free.post(
            f"/api/vehicles/{car}/odometer/segments",
            json={"starts_on": "2024-03-02", "new_start": 5},
        )
        assert (again.status_code, again.json()["code"]) == (409, "segment_exists")

    async def test_hours_of_a_car_that_counts_none(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        refused = await call.free.post(
            f"/api/vehicles/{car}/odometer/segments",
            json={"starts_on": "2024-03-02", "new_start_hours": 0},
        )
        assert (refused.status_code, refused.json()["code"]) == (422, "meter_missing")

    async def test_what_is_somebody_elses_is_not_there(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        changed = await change(call, car, starts_on="2024-03-02", new_start=0)
        other = (await make_vehicle(call.other))["id"]
        address = f"/api/vehicles/{car}/odometer/segments"
        body = {"starts_on": "2025-03-02", "new_start": 0}
        assert (await call.other.get(address)).status_code == 404
        assert (await call.other.post(address, json=body)).status_code == 404
        for where in (car, other):
            gone = await call.other.delete(
                f"/api/vehicles/{where}/odometer/segments/{changed['id']}"
            )
            assert gone.status_code == 404
        mine = await call.free.delete(f"{address}/{new_id()}")
        assert mine.status_code == 404
