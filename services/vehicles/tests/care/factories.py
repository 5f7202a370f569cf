"""Cases, for tests."""

from typing import Any

import httpx2


async def make_case(client: httpx2.AsyncClient, vehicle: str, **said: Any) -> dict[str, Any]:
    body = {"vehicle": vehicle, "title": "Elle broute"} | said
    answer = await client.post("/api/diagnostics", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def make_reply(client: httpx2.AsyncClient, case: str, **said: Any) -> dict[str, Any]:
    body = {"text": "Depuis hier"} | said
    answer = await client.post(f"/api/diagnostics/{case}/add_reply", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found
