"""Today is the person's own day, from the setting to the judgement, whatever their token says."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest

from tests.flows.house import FlowHouse
from tests.flows.person import Person, eventually

pytestmark = pytest.mark.timeout(300)
EVENING = time(16, 21)
"""UTC; the morning of the next day in Auckland."""


def test_work_done_today_in_auckland_is_recorded(
    house: FlowHouse, person: Callable[..., Person]
) -> None:
    now = house.advance_to(EVENING)
    owner = person("Aroha")
    car = owner.add_car(mileage=50_000)
    today = str(now.date() + timedelta(days=1))
    work = {
        "vehicle": car["id"],
        "service_date": today,
        "service_type": "oil_change",
        "mileage": 50_010,
    }
    odometer = f"/api/vehicles/{car['id']}/odometer"
    assert owner.api.post("/api/maintenances", json=work).status_code == 422, "Paris: tomorrow"

    moved = owner.api.patch("/api/settings/me", json={"timezone": "Pacific/Auckland"})
    assert moved.status_code == 200
    recorded = owner.api.post("/api/maintenances", json=work)  # with the token of before
    assert recorded.status_code == 201, recorded.text
    read = owner.api.post(odometer, json={"read_on": today, "mileage": 50_010})
    assert (read.status_code, read.json()["status"]) == (201, "ACCEPTED"), read.text

    back = owner.api.patch("/api/settings/me", json={"timezone": "Pacific/Tahiti"})
    assert back.status_code == 200
    assert owner.api.post("/api/maintenances", json=work).status_code == 422


def test_another_gateway_follows_within_seconds(
    house: FlowHouse, person: Callable[..., Person]
) -> None:
    now = house.advance_to(EVENING)
    owner = person("Aroha")
    car = owner.add_car(mileage=50_000)
    body: dict[str, Any] = {
        "mileage": 50_010,
        "read_on": str(now.date() + timedelta(days=2)),  # a day ahead is taken
    }
    name = house.another_gateway(2)
    try:
        elsewhere = f"{house.url(name)}/api/vehicles/{car['id']}/odometer"
        headers = {"authorization": f"Bearer {owner.token}"}
        first = owner.api.post(elsewhere, json=body, headers=headers)
        assert first.json()["status"] == "QUARANTINED"
        owner.api.patch("/api/settings/me", json={"timezone": "Pacific/Auckland"})

        def accepted() -> bool:
            body["mileage"] += 1
            answer = owner.api.post(elsewhere, json=body, headers=headers)
            return bool(answer.json()["status"] == "ACCEPTED")

        eventually(accepted, "the other gateway", 6)
    finally:
        house.stop(name)
