import csv
import io
from collections.abc import AsyncIterator

import httpx2
import pytest

from deploy.simulators.recalls.app import create_app


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=create_app())
    async with httpx2.AsyncClient(transport=transport, base_url="http://recalls") as one:
        yield one


async def test_each_feed_in_its_own_form(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/rappelconso")).json()["results"]
    assert (await client.get("/nhtsa")).json()["results"]
    for name, mark in (("kba", ";"), ("dvsa", ",")):
        text = (await client.get(f"/{name}")).text
        rows = list(csv.reader(io.StringIO(text), delimiter=mark))
        assert len({len(row) for row in rows}) == 1, name


async def test_breaks_and_is_mended(client: httpx2.AsyncClient) -> None:
    await client.post("/__fake/fault", json={"source": "kba", "status": 503})
    await client.post("/__fake/fault", json={"source": "dvsa", "garbage": True})
    assert (await client.get("/kba")).status_code == 503
    assert (await client.get("/dvsa")).text.startswith("<html>")
    assert (await client.get("/nhtsa")).status_code == 200
    await client.post("/__fake/fault", json={})
    assert (await client.get("/kba")).status_code == 200
