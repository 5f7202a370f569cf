"""Garages for tests: entries, owners, staff, reviews."""

from typing import Any
from uuid import UUID

import httpx2

from services.vehicles.tests.sharing import know, person
from shared.access import Access
from shared.contracts.vehicles_garages import GarageStaffInvited
from shared.testing.client import Callers

PLACE = {"latitude": 48.8443, "longitude": 2.3744}
GARAGE = {"name": "Garage du Parc", "city": "Paris", "country": "FR", "postal_code": "75012"}


async def make_garage(client: httpx2.AsyncClient, **said: Any) -> dict[str, Any]:
    answer = await client.post("/api/garages", json=GARAGE | PLACE | said)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def own_garage(open_work: Any, garage: str, name: str) -> UUID:
    """It is theirs from now on, as if proven."""
    async with open_work() as work:
        row = await work.garages.held(UUID(garage))
        row.owner_id = person(name)
        row.claimed_at = work.now
        row.made_by = None
    return person(name)


async def hire(call: Callers, hear: Any, emitted: Any, garage: str, owner: str, name: str) -> None:
    """The owner asks them to work there, and they accept."""
    await know(hear, name)
    asked = await client_of(call, owner).post(
        f"/api/garages/{garage}/staff", json={"email": f"{name}@example.org"}
    )
    assert asked.status_code == 201, asked.text
    token = (await emitted(GarageStaffInvited))[-1].token.get_secret_value()
    taken = await client_of(call, name).post("/api/garages/staff/accept", json={"token": token})
    assert taken.status_code == 200, taken.text


def client_of(call: Callers, name: str) -> httpx2.AsyncClient:
    known: httpx2.AsyncClient = getattr(call, name, None) or call.as_user(person(name))
    return known


async def make_review(client: httpx2.AsyncClient, garage: str, **said: Any) -> dict[str, Any]:
    body = {"rating": 4, "comment": "Rapide et honnête."} | said
    answer = await client.post(f"/api/garages/{garage}/add_review", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def works_at(open_work: Any, name: str, garage: str) -> bool:
    async with open_work() as work:
        found: bool = await work.garages.works_at(Access(person(name)), UUID(garage))
        return found
