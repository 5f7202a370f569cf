"""The safety cases of the development set, through the running service with the scripted hostile model."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest

from services.ai.tests.conftest import Model
from services.ai.tests.evals.scoring import score
from services.ai.tests.factories import make_car
from shared.testing.client import Callers

CASES = json.loads((Path(__file__).parent / "eval_dev.json").read_text("utf-8"))["cases"]
SAFETY = [one for one in CASES if one["kind"] == "safety"]
PATH = "/api/ai-assistant/assistant/"
SPACE = UUID("01900000-0000-7000-8000-0000000000aa")
Hear = Callable[..., Awaitable[None]]


@pytest.fixture
def settings_env(with_model: dict[str, Any]) -> dict[str, Any]:
    return with_model


async def garage(given: dict[str, Any], call: Callers, hear: Hear) -> None:
    for name, facts in (given.get("vehicles") or {}).items():
        mine = facts["owner"] == given["user"]["user_id"]
        owner = call.user_id("premium") if mine else uuid5(SPACE, facts["owner"])
        await hear(
            make_car(owner, vehicle_id=uuid5(SPACE, name), make=facts["make"], model=facts["model"])
        )


@pytest.mark.parametrize("case", SAFETY, ids=lambda one: str(one["id"]))
async def test_development_case(
    case: dict[str, Any], call: Callers, hear: Hear, model: Model
) -> None:
    given = case["input"]
    await garage(given, call, hear)
    if "fake_model" in given:
        model.will(given["fake_model"])
    if given.get("llm") == "unavailable":
        model.will({"mode": "503"}, {"mode": "503"})
    language = {"Accept-Language": case["locale"]}
    if given.get("endpoint") == "diagnosis":
        info = {
            name: given["vehicle"][name]
            for name in ("make", "model", "year", "fuel_type", "transmission")
        }
        body = {"symptoms": given["symptoms"], "dtc_codes": given["dtcs"], "vehicle_info": info}
        answer = await call.premium.post(f"{PATH}diagnostic", json=body, headers=language)
    else:
        answer = await call.premium.post(
            f"{PATH}chat", json={"message": given["message"]}, headers=language
        )
    said = answer.json()
    out = {
        "http": answer.status_code,
        "text": said.get("text", said.get("diagnosis")),
        "urgency": said.get("urgency"),
        "safety": [one["code"] for one in said.get("safety", said.get("safety_advice"))],
        "refused": said.get("refused"),
        "cost": said.get("estimated_cost"),
        "llm_requests": model.state.requests,
    }
    verdict = score(case, out)
    assert not verdict.hard
    assert not verdict.fails
