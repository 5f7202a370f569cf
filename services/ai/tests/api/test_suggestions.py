from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from services.ai.tests.factories import make_car, make_record
from shared.clock import FixedClock
from shared.ids import new_id
from shared.testing.client import Callers

PATH = "/api/ai-assistant/assistant/maintenance_suggestions"
Hear = Callable[..., Awaitable[None]]
DESCRIBED = {
    "make": "Renault",
    "model": "Clio",
    "year": 2012,
    "mileage": 150_000,
    "fuel_type": "gasoline",
}


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2025, 11, 15, 9, tzinfo=UTC))


class TestEdges:
    @pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
    async def test_the_first_and_the_last_day_are_days(self, call: Callers, day: str) -> None:
        done = [{"date": day, "text": "Vidange huile moteur", "mileage": 2**63 - 1}]
        for country in ("FR", "DE", None):
            for first in (day, "2012-03-01"):
                info = DESCRIBED | {"first_registration": first, "country": country}
                answer = await call.standard.post(
                    PATH, json={"vehicle_info": info, "history": done, "country": country}
                )
                assert answer.status_code == 200, answer.text


class TestSuggest:
    async def test_answers_from_the_cars_own_history(self, call: Callers, hear: Hear) -> None:
        car = make_car(call.user_id("standard"))
        await hear(car)
        await hear(make_record(car, title="Vidange et filtre à huile"))
        answer = await call.standard.post(PATH, json={"vehicle_id": str(car.vehicle_id)})
        assert answer.status_code == 200, answer.text
        body = answer.json()
        services = [one["service"] for one in body["suggestions"]]
        assert "oil_change" not in services
        assert "brake_fluid" in services
        assert len(services) <= 5
        assert body["as_of"] == "2025-11-15"
        assert all(one["reason"] and one["sources"] for one in body["suggestions"])

    async def test_a_described_car_needs_no_garage(self, call: Callers) -> None:
        answer = await call.premium.post(PATH, json={"vehicle_info": DESCRIBED, "country": "FR"})
        assert answer.status_code == 200, answer.text
        assert {"oil_change", "brake_fluid"} <= {
            one["service"] for one in answer.json()["suggestions"]
        }

    async def test_an_electric_car_is_never_offered_oil(self, call: Callers) -> None:
        described = {**DESCRIBED, "fuel_type": "electric", "transmission": "automatic"}
        answer = await call.standard.post(PATH, json={"vehicle_info": described})
        services = {one["service"] for one in answer.json()["suggestions"]}
        assert services
        assert not services & {
            "oil_change",
            "spark_plugs",
            "timing_belt",
            "timing_belt_check",
            "fuel_filter",
            "atf",
        }

    async def test_speaks_the_callers_language(self, call: Callers) -> None:
        said = set()
        for language in ("fr", "en", "es"):
            answer = await call.standard.post(
                PATH, json={"vehicle_info": DESCRIBED}, headers={"Accept-Language": language}
            )
            said.add(answer.json()["note"])
        assert len(said) == 3


class TestRefuse:
    async def test_another_persons_car_is_not_found(self, call: Callers, hear: Hear) -> None:
        car = make_car(call.user_id("other"))
        await hear(car)
        answer = await call.standard.post(PATH, json={"vehicle_id": str(car.vehicle_id)})
        assert answer.status_code == 404
        assert (
            await call.other.post(PATH, json={"vehicle_id": str(car.vehicle_id)})
        ).status_code == 200

    async def test_an_unknown_car_is_not_found(self, call: Callers) -> None:
        assert (
            await call.standard.post(PATH, json={"vehicle_id": str(new_id())})
        ).status_code == 404

    async def test_free_is_told_which_plan(self, call: Callers) -> None:
        answer = await call.free.post(PATH, json={"vehicle_info": DESCRIBED})
        assert (answer.status_code, answer.json()["code"]) == (403, "plan_required")
        assert answer.json()["required_plan"] == "STANDARD"

    async def test_nobody_is_asked_to_sign_in(self, call: Callers) -> None:
        assert (
            await call.anonymous.post(PATH, json={"vehicle_info": DESCRIBED})
        ).status_code == 401

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"vehicle_id": "not-an-id"},
            {"vehicle_info": {"make": "A\x00B", "model": "C"}},
            {"vehicle_info": {**DESCRIBED, "year": "2012"}},
            {"vehicle_info": {**DESCRIBED, "mileage": -5}},
            {"vehicle_info": DESCRIBED, "history": "Vidange"},
            {"vehicle_info": DESCRIBED, "surprise": 1},
            [],
            "text",
        ],
    )
    async def test_bad_input_is_a_clear_problem(self, call: Callers, body: object) -> None:
        answer = await call.standard.post(PATH, json=body)
        assert answer.status_code == 422
        assert answer.headers["content-type"].startswith("application/problem+json")

    async def test_broken_json_is_a_clear_problem(self, call: Callers) -> None:
        answer = await call.standard.post(
            PATH, content=b'{"vehicle_id": ', headers={"Content-Type": "application/json"}
        )
        assert answer.status_code == 400
