from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import Engine, event, insert

from services.vehicles.main import create_app
from services.vehicles.settings import Settings
from services.vehicles.storage.cars.models import Membership
from shared.clock import Clock
from shared.db.reading import by_entities


@pytest.fixture(scope="session")
def service_name() -> str:
    return "vehicles"


@pytest.fixture(scope="session")
def make_app() -> Callable[[dict[str, Any], Clock], Any]:
    return lambda env, clock: create_app(Settings(**env), clock=clock)


@pytest_asyncio.fixture(loop_scope="session")
async def statements() -> AsyncIterator[list[str]]:
    """What is sent to the database, by whoever."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not by_entities.get():  # the comparison of each list: shared/testing/statements.py
            sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield sent
    event.remove(Engine, "before_cursor_execute", note)


@pytest.fixture
def share(admin_engine: Any) -> Callable[[str, UUID, str], Awaitable[None]]:
    """Awaited with a car, a person and a role, makes them a member of it."""

    async def shared(vehicle_id: str, member_id: UUID, role: str) -> None:
        async with admin_engine.begin() as connection:
            await connection.execute(
                insert(Membership).values(
                    vehicle_id=UUID(vehicle_id),
                    member_id=member_id,
                    role=role,
                    created_at=datetime(2026, 1, 1, tzinfo=UTC),
                )
            )

    return shared
