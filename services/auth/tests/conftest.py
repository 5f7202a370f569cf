from collections.abc import Callable
from typing import Any

import pytest

from services.auth.main import create_app
from services.auth.settings import Settings
from shared.clock import Clock


@pytest.fixture(scope="session")
def service_name() -> str:
    return "auth"


@pytest.fixture(scope="session")
def make_app() -> Callable[[dict[str, Any], Clock], Any]:
    def make(settings_env: dict[str, Any], clock: Clock) -> Any:
        return create_app(Settings(**settings_env), clock)

    return make


@pytest.fixture
def settings_env(settings_env: dict[str, Any]) -> dict[str, Any]:
    """Cheap hashes: what they cost is tested where it matters."""
    return settings_env | {"argon2_memory_kib": 64, "argon2_passes": 1}
