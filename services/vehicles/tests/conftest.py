from collections.abc import Callable
from typing import Any

import pytest

from services.vehicles.main import create_app
from services.vehicles.settings import Settings
from shared.clock import Clock


@pytest.fixture(scope="session")
def service_name() -> str:
    return "vehicles"


@pytest.fixture(scope="session")
def make_app() -> Callable[[dict[str, Any], Clock], Any]:
    return lambda env, clock: create_app(Settings(**env), clock=clock)
