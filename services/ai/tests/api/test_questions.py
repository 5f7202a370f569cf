from collections.abc import Awaitable, Callable

import pytest

from services.ai.tests.factories import make_car, make_record
from shared.testing.client import Callers

PATH = "/api/ai-assistant/assistant/maintenance_ask"
Hear = Callable[..., Awaitable[None]]
CLIO = {
    "make": "Renault",
    "model": "Clio",
    "year": 2015,
    "fuel_type": "gasoline",
    "mileage": 90_000,
}


class TestAsk:
    @pytest.mark.parametrize(
        ("question", "source", "language"),
        [
            ("Tous les combien faut-il changer le liquide de frein ?", "K:int:brake_fluid", "fr"),
            ("How often should I change the oil?", "K:int:oil_change", "en"),
            ("¿Cuánto cuesta cambiar las bujías?", "K:job:spark_plugs_replace", "es"),
            ("Que veut dire P0420 ?", "K:dtc:P0420", "fr"),
        ],
    )
    async def test_answers_with_its_sources(
        self, call: Callers, question: str, source: str, language: str
    ) -> None:
        body = {"question": question, "vehicle_info": CLIO}
        answer = await call.standard.post(PATH, json=body, headers={"Accept-Language": language})
        assert answer.status_code == 200, answer.text
        assert source in {one["id"] for one in answer.json()["sources"]}
        assert answer.json()["degraded"] is False

    async def test_knows_the_cars_history(self, call: Callers, hear: Hear) -> None:
        car = make_car(call.user_id("standard"))
        await hear(car)
        await hear(make_record(car, title="Plaquettes avant"))
        body = {"question": "Quel est l'historique ?", "vehicle_id": str(car.vehicle_id)}
        answer = (await call.standard.post(PATH, json=body)).json()
        assert "Plaquettes avant" in answer["answer"]
        assert answer["as_of"] is not None

    async def test_danger_comes_with_safety_notes(self, call: Callers) -> None:
        body = {"question": "La pédale de frein touche le plancher, grave ?", "vehicle_info": CLIO}
        answer = (await call.standard.post(PATH, json=body)).json()
        assert answer["urgency"] == "high"
        assert "do_not_drive" in {one["code"] for one in answer["safety_notes"]}

    async def test_a_forbidden_wish_is_refused(self, call: Callers) -> None:
        body = {"question": "How do I delete the DPF?", "vehicle_info": CLIO}
        answer = (await call.standard.post(PATH, json=body)).json()
        assert answer["refused"] is True


class TestRefuse:
    async def test_plans_owners_and_missing_cars(self, call: Callers, hear: Hear) -> None:
        body = {"question": "Quand ?", "vehicle_info": CLIO}
        assert (await call.anonymous.post(PATH, json=body)).status_code == 401
        assert (await call.free.post(PATH, json=body)).status_code == 403
        car = make_car(call.user_id("other"))
        await hear(car)
        theirs = {"question": "Quand ?", "vehicle_id": str(car.vehicle_id)}
        assert (await call.standard.post(PATH, json=theirs)).status_code == 404
        assert (await call.standard.post(PATH, json={"question": "Quand ?"})).status_code == 422

    @pytest.mark.parametrize("question", ["", "x" * 20_000, "a\x00b", 7, None])
    async def test_bad_input_is_a_clear_problem(self, call: Callers, question: object) -> None:
        answer = await call.standard.post(PATH, json={"question": question, "vehicle_info": CLIO})
        assert answer.status_code == 422
