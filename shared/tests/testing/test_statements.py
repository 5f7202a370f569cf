from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from shared.ids import new_id
from shared.testing.statements import MOST, CountingTransport


@pytest.fixture
def client(admin_engine: Any) -> httpx2.AsyncClient:
    """Of an app that asks the database as often as it is told."""
    app = FastAPI()

    @app.get("/{path:path}")
    async def read(path: str, times: int) -> None:
        async with admin_engine.connect() as connection:
            for _ in range(times):
                await connection.execute(text("SELECT 1"))

    return httpx2.AsyncClient(transport=CountingTransport(app=app), base_url="http://service")


async def test_a_read_of_one_thing_may_ask_so_often_and_no_more(client: httpx2.AsyncClient) -> None:
    one = f"/things/{new_id()}"
    assert (await client.get(one, params={"times": MOST})).status_code == 200
    with pytest.raises(AssertionError, match=f"sent {MOST + 1} statements"):
        await client.get(one, params={"times": MOST + 1})


async def test_lists_have_tests_of_their_own(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/things", params={"times": MOST + 1})).status_code == 200
