from typing import Any

from services.vehicles.domain.cars.roles import Role
from services.vehicles.tests.factories import kept_document, make_vehicle
from services.vehicles.tests.running.api.test_fills import make_fill, mileage, money
from services.vehicles.tests.sharing import share
from shared.ids import new_id
from shared.testing.client import Callers


class TestQuickFill:
    async def test_reading_fill_and_photo_at_once(self, call: Callers, hear: Any) -> None:
        car = (await make_vehicle(call.standard))["id"]
        photo = new_id()
        await hear(kept_document(call.user_id("standard"), photo))
        await make_fill(call.standard, car, mileage=10_000)
        body = {
            "day": "2026-03-20",
            "mileage": 10_500,
            "quantity": "32.5",
            "total": money("60.00"),
            "photo": str(photo),
        }
        answer = await call.standard.post(f"/api/vehicles/{car}/quick-fill", json=body)
        assert answer.status_code == 201, answer.text
        found = answer.json()
        assert answer.headers["Location"] == f"/api/fills/{found['fill']['id']}"
        assert (found["doubts"], found["fill"]["documents"]) == ([], [str(photo)])
        assert found["closed"]["sums"]["consumption"] == 6.5
        assert await mileage(call.standard, car) == 10_500

    async def test_one_answer_tells_all_doubts(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        await make_fill(call.standard, car, mileage=10_000)
        body = {
            "day": "2026-03-20",
            "mileage": 1_050,
            "quantity": "32.5",
            "unit_price": "1.80",
            "total": money("600.00"),
        }
        answer = await call.standard.post(f"/api/vehicles/{car}/quick-fill", json=body)
        assert answer.json()["doubts"] == ["amounts_differ", "lower_than_before"]
        assert answer.json()["closed"] is None

    async def test_a_driver_is_not_told_what_the_car_takes(
        self, call: Callers, open_work: Any
    ) -> None:
        car = (await make_vehicle(call.standard))["id"]
        await make_fill(call.standard, car, mileage=10_000)
        await share(open_work, car, "other", Role.DRIVER)
        body = {"day": "2026-03-20", "mileage": 10_500, "quantity": "32.5"}
        answer = await call.other.post(f"/api/vehicles/{car}/quick-fill", json=body)
        assert (answer.status_code, answer.json()["closed"]) == (201, None)
