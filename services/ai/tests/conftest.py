from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI

from services.ai.main import create_app
from services.ai.settings import Settings
from shared.clock import Clock


@pytest.fixture(scope="session")
def service_name() -> str:
    return "ai"


@pytest.fixture(scope="session")
def make_app() -> Callable[[dict[str, Any], Clock], FastAPI]:
    return lambda settings_env, clock: create_app(Settings(**settings_env), clock=clock)
