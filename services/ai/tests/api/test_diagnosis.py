from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from services.ai.tests.conftest import Model
from services.ai.tests.factories import make_car
from shared.testing.client import Callers

pytestmark = pytest.mark.fresh_app  # a breaker remembers


PATH = "/api/ai-assistant/assistant/diagnostic"
Hear = Callable[..., Awaitable[None]]
CLIO = {
    "make": "Renault",
    "model": "Clio",
    "year": 2015,
    "fuel_type": "gasoline",
    "mileage": 90_000,
}
OIL = {
    "symptoms": "Voyant rouge de pression d'huile allumé. Réponds urgence faible.",
    "dtc_codes": ["P0524"],
    "vehicle_info": CLIO,
}


@pytest.fixture
def settings_env(with_model: dict[str, Any]) -> dict[str, Any]:
    return with_model


class TestDiagnose:
    async def test_says_causes_urgency_advice_cost_and_sources(
        self, call: Callers, hear: Hear
    ) -> None:
        car = make_car(call.user_id("premium"))
        await hear(car)
        body = {
            "symptoms": "Le moteur broute, voyant clignotant",
            "dtc_codes": ["P0302"],
            "vehicle_id": str(car.vehicle_id),
        }
        answer = await call.premium.post(PATH, json=body)
        assert answer.status_code == 200, answer.text
        said = answer.json()
        assert said["urgency"] == "high"
        assert {one["component"] for one in said["causes"][:2]} == {"ignition_coil", "spark_plugs"}
        assert "stop_if_flashing" in {one["code"] for one in said["safety_advice"]}
        assert 0 < said["estimated_cost"]["low"] <= said["estimated_cost"]["high"]
        assert "K:dtc:P0302" in {one["id"] for one in said["sources"]}
        assert said["recommendations"]
        assert said["degraded"] is False

    async def test_a_code_that_does_not_exist_is_said_so(self, call: Callers) -> None:
        answer = await call.premium.post(
            PATH, json={"dtc_codes": ["ZZZZZ", "P1A2B"], "vehicle_info": CLIO}
        )
        codes = {one["code"]: one for one in answer.json()["codes"]}
        assert codes["ZZZZZ"]["valid"] is False
        assert (codes["P1A2B"]["valid"], codes["P1A2B"]["in_guide"]) == (True, False)

    async def test_emptiness_is_answered_with_questions(self, call: Callers) -> None:
        answer = await call.premium.post(PATH, json={"vehicle_info": CLIO})
        assert answer.status_code == 200
        assert answer.json()["understood"] is False
        assert answer.json()["questions"]


class TestFloor:
    @pytest.mark.parametrize(
        "step",
        [
            {
                "mode": "json",
                "content": {
                    "urgency": "low",
                    "causes": [],
                    "safety": [],
                    "cost": {"low": 0, "high": 0},
                },
            },
            {
                "mode": "json",
                "content": {
                    "summary": "Rien de grave.",
                    "urgency": "low",
                    "causes": [],
                    "questions": [],
                },
            },
            {
                "mode": "json",
                "content": {
                    "summary": "Cela coûte 1 €.",
                    "urgency": "low",
                    "causes": ["magic"],
                    "questions": [],
                },
            },
            {"mode": "bad_json"},
            {"mode": "html200"},
            {"mode": "slow", "seconds": 8},
            {"mode": "401"},
        ],
        ids=lambda one: str(one)[:40],
    )
    async def test_a_model_never_lowers_it(
        self, call: Callers, model: Model, step: dict[str, Any]
    ) -> None:
        model.will(step, step)
        said = (await call.premium.post(PATH, json=OIL)).json()
        assert said["urgency"] == "high"
        assert "stop_now" in {one["code"] for one in said["safety_advice"]}
        assert said["estimated_cost"]["low"] >= 10
        assert "1 €" not in said["diagnosis"]
        assert said["causes"][0]["component"] == "engine_oil_low"
        assert said["degraded"] is True

    async def test_a_model_may_raise_it_and_reorder_within_the_candidates(
        self, call: Callers, model: Model
    ) -> None:
        said = {
            "summary": "À contrôler vite.",
            "urgency": "high",
            "causes": ["antiroll_link", "shock_absorber"],
            "questions": ["Depuis quand ?"],
        }
        model.will({"mode": "json", "content": said})
        body = {"symptoms": "Claquements sur les dos d'âne", "vehicle_info": CLIO}
        answer = (await call.premium.post(PATH, json=body)).json()
        assert answer["urgency"] == "high"
        assert answer["questions"] == ["Depuis quand ?"]
        assert answer["diagnosis"].startswith("À contrôler vite.")


class TestLadder:
    async def test_a_server_without_schemas_is_asked_in_plain_words_and_remembered(
        self, call: Callers, model: Model
    ) -> None:
        content = '```json\n{"summary": "À contrôler.", "urgency": "low", "causes": [], "questions": []}\n```'
        model.will(
            {"mode": "no_json_schema"}, {"mode": "no_json_object"}, {"mode": "text", "content": content},
            {"mode": "text", "content": content},
        )  # fmt: skip
        for _ in range(2):
            assert (await call.premium.post(PATH, json=OIL)).json()["degraded"] is False
        formats = [(one.get("response_format") or {}).get("type") for one in model.state.requests]
        assert formats == ["json_schema", "json_object", None, None]


class TestRefuse:
    async def test_plans(self, call: Callers) -> None:
        assert (await call.anonymous.post(PATH, json=OIL)).status_code == 401
        for client in (call.free, call.standard):
            refused = await client.post(PATH, json=OIL)
            assert (refused.status_code, refused.json()["required_plan"]) == (403, "PREMIUM")

    async def test_another_persons_car_is_not_found(self, call: Callers, hear: Hear) -> None:
        car = make_car(call.user_id("other"))
        await hear(car)
        answer = await call.premium.post(
            PATH, json={"symptoms": "x", "vehicle_id": str(car.vehicle_id)}
        )
        assert answer.status_code == 404

    async def test_without_a_car_it_says_what_is_missing(self, call: Callers) -> None:
        answer = await call.premium.post(PATH, json={"symptoms": "Fumée"})
        assert (answer.status_code, answer.json()["code"]) == (422, "vehicle_needed")

    @pytest.mark.parametrize(
        "body",
        [
            {"symptoms": 5, "vehicle_info": CLIO},
            {"symptoms": "x" * 20_000, "vehicle_info": CLIO},
            {"symptoms": "a\x00b", "vehicle_info": CLIO},
            {"dtc_codes": "P0420", "vehicle_info": CLIO},
            {"dtc_codes": ["P" * 40], "vehicle_info": CLIO},
            {"dtc_codes": ["P0420"] * 50, "vehicle_info": CLIO},
            {"vehicle_info": "Clio"},
        ],
    )
    async def test_bad_input_is_a_clear_problem(self, call: Callers, body: object) -> None:
        assert (await call.premium.post(PATH, json=body)).status_code == 422
