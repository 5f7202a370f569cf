from typing import Any

import httpx2


async def make_expense(client: httpx2.AsyncClient, vehicle: str, **said: Any) -> dict[str, Any]:
    body: dict[str, Any] = {"vehicle": vehicle, "category": "parking", "amount": euros("10.00")}
    if "contract" not in said:
        body["spent_on"] = "2026-01-15"
    answer = await client.post("/api/expenses", json=body | said)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def make_value(
    client: httpx2.AsyncClient, vehicle: str, valued_on: str, amount: str, **said: Any
) -> dict[str, Any]:
    body = {"valued_on": valued_on, "amount": euros(amount)} | said
    answer = await client.post(f"/api/vehicles/{vehicle}/value-points", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def euros(amount: str, currency: str = "EUR") -> dict[str, str]:
    return {"amount": amount, "currency": currency}
