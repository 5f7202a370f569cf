from typing import Any

import pytest

from services.ai.clients.breaker import FAILURES
from services.ai.tests.conftest import Model
from shared.testing.client import Callers

pytestmark = pytest.mark.fresh_app  # a breaker remembers


HEALTH = "/internal/health/openai"


@pytest.fixture
def settings_env(with_model: dict[str, Any]) -> dict[str, Any]:
    return with_model


class TestHealth:
    async def test_only_the_house_may_ask(self, call: Callers) -> None:
        assert (await call.admin.get(HEALTH)).status_code == 403

    async def test_two_hundred_questions_ask_the_provider_nothing(
        self, call: Callers, app: Any, model: Model
    ) -> None:
        for _ in range(200):
            assert (await call.service.get(HEALTH)).json() == {"up": True}
        for _ in range(FAILURES):
            app.state.llm._breaker.failed()
        away = await call.service.get(HEALTH)
        assert (away.status_code, away.json()["code"]) == (503, "model_away")
        assert model.state.requests == []
