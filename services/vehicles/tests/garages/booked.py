"""A garage that takes bookings, with people, services and hours; and bookings at it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import httpx2

from services.vehicles.storage.garages.models import (
    Garage,
    GarageService,
    GarageStaff,
    OpeningException,
    OpeningSpan,
)
from services.vehicles.tests.factories import make_vehicle
from services.vehicles.tests.sharing import as_person, person
from shared.ids import new_id
from shared.testing.client import Callers
from shared.testing.holding import PREPARED

PARIS = "Europe/Paris"
DAY = ((8 * 60, 12 * 60), (14 * 60, 18 * 60))
"""With lunch."""
OIL, HOUR, LONG = "Vidange", "Diagnostic", "Courroie"
MINUTES = {OIL: 30, HOUR: 60, LONG: 90}
BOSS, HAND = "boss", "mechanic"
"""The garage's owner, and one of its staff."""
PHONE = "+33 1 99 00 12 34"


class Made:
    """A garage by its ids."""

    def __init__(self, garage: UUID, services: dict[str, UUID]) -> None:
        self.id, self.services = str(garage), {name: str(id_) for name, id_ in services.items()}


async def make_garage(
    open_work: Any,
    *,
    bays: int = 2,
    zone: str = PARIS,
    spans: tuple[tuple[int, int], ...] = DAY,
    closed: date | None = None,
    boss: str = BOSS,
    **said: Any,
) -> Made:
    """Open every day at these hours, on its own clock."""
    async with open_work() as work:
        now = work.now
        garage = Garage(
            id=new_id(),
            **{
                "owner_id": person(boss),
                "name": "Garage du Parc",
                "name_key": "garage du parc",
                "street": "12 rue du Parc",
                "postal_code": "69006",
                "city": "Lyon",
                "city_key": "lyon",
                "country": "FR",
                "timezone": zone,
                "phone": PHONE,
                "bays": bays,
                "cancel_hours": 24,
                "takes_bookings": True,
                "claimed_at": now,
            }
            | said,
        )
        work.session.add(garage)
        await work.flush()
        services = {name: new_id() for name in MINUTES}
        work.session.add_all(
            GarageService(
                id=services[name],
                garage_id=garage.id,
                name=name,
                category="service",
                service_type="oil_change" if name == OIL else None,
                minutes=minutes,
                price_minor=8_900 if name == OIL else None,
                currency="EUR" if name == OIL else None,
            )
            for name, minutes in MINUTES.items()
        )
        work.session.add_all(
            OpeningSpan(
                id=new_id(), garage_id=garage.id, weekday=weekday, opens=opens, closes=closes
            )
            for weekday in range(1, 8)
            for opens, closes in spans
        )
        if closed is not None:
            work.session.add(
                OpeningException(
                    id=new_id(),
                    garage_id=garage.id,
                    starts_on=closed,
                    ends_on=closed,
                    spans=[],
                    note=None,
                    created_at=now,
                )
            )
        if boss == BOSS:
            work.session.add(
                GarageStaff(
                    id=new_id(),
                    garage_id=garage.id,
                    account_id=person(HAND),
                    asked_at=now,
                    expires_at=now,
                    joined_at=now,
                )
            )
        return Made(garage.id, services)


def opener(call: Callers) -> Any:
    """As the fixture `open_work`, for who has only the callers."""

    @asynccontextmanager
    async def prepared() -> AsyncIterator[Any]:
        async with call._app.state.open_work() as work:
            work.session.info[PREPARED] = True
            work.stand_in(None)
            yield work

    return prepared


def boss_of(call: Callers) -> httpx2.AsyncClient:
    return as_person(call, BOSS)


async def ask(
    client: httpx2.AsyncClient,
    garage: Made,
    car: str,
    at: str,
    /,
    *services: str,
    **said: Any,
) -> httpx2.Response:
    body = {
        "vehicle": car,
        "garage": garage.id,
        "starts_at": at,
        "services": [garage.services[name] for name in services or (HOUR,)],
    } | said
    return await client.post("/api/bookings", json=body)


async def book(
    client: httpx2.AsyncClient, garage: Made, car: str, at: str, /, *services: str, **said: Any
) -> dict[str, Any]:
    answer = await ask(client, garage, car, at, *services, **said)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def a_car(client: httpx2.AsyncClient) -> str:
    found: str = (await make_vehicle(client, license_plate="AA-123-BB"))["id"]
    return found


async def go(client: httpx2.AsyncClient, booking: str, move: str, **body: Any) -> httpx2.Response:
    return await client.post(f"/api/bookings/{booking}/{move}", json=body or None)


async def went(client: httpx2.AsyncClient, booking: str, move: str, **body: Any) -> dict[str, Any]:
    answer = await go(client, booking, move, **body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


NIGHT = ((0, 6 * 60),)
ALL_DAY = ((0, 24 * 60),)
_TOMORROW = datetime.combine(datetime.now(UTC).date() + timedelta(days=1), time(9), UTC)
SOON = (_TOMORROW + timedelta(days=30)).isoformat()
LATER = (_TOMORROW + timedelta(days=31)).isoformat()
"""Times to come, on whatever day the tests run; for garages that never close."""
