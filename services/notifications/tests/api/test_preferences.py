from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from services.notifications.api.preferences import Choices
from services.notifications.domain.kinds import CHOOSABLE
from services.notifications.tests.factories import make_account, make_draft, make_reminder
from shared.testing.client import Callers

Tell = Callable[..., Awaitable[None]]
PATH = "/api/notification-preferences"
ALL = {"inbox": True, "mail": True}


def test_every_kind_that_may_be_chosen_can_be() -> None:
    assert set(Choices.model_fields) == CHOOSABLE


async def test_all_is_wanted_until_said(call: Callers) -> None:
    answer = (await call.free.get(PATH)).json()
    assert answer == {"kinds": dict.fromkeys(Choices.model_fields, ALL), "quiet_hours": None}


async def test_what_is_put_is_kept_and_replaced(call: Callers) -> None:
    body = {
        "kinds": {"reminder_due": {"mail": False}},
        "quiet_hours": {"start": "22:00", "end": "07:30"},
    }
    put = await call.free.put(PATH, json=body)
    assert put.status_code == 200
    assert put.json()["kinds"]["reminder_due"] == {"inbox": True, "mail": False}
    assert (await call.free.get(PATH)).json() == put.json()
    assert (await call.other.get(PATH)).json()["quiet_hours"] is None
    await call.free.put(PATH, json={})
    assert (await call.free.get(PATH)).json()["kinds"]["reminder_due"] == ALL


async def test_it_is_obeyed(call: Callers, told: Tell, mailbox: Any) -> None:
    choices = {"reminder_due": {"mail": False}, "draft_ready": {"inbox": False}}
    await call.free.put(PATH, json={"kinds": choices})
    await told(make_account(), make_reminder(), make_draft())
    assert [m.subject for m in mailbox.store.newest_first()] == [
        "Facture lue\u00a0: Garage du Parc",
        "Bienvenue dans AutoTrack",
    ]
    listed = (await call.free.get("/api/notifications")).json()["results"]
    assert [row["type"] for row in listed] == ["reminder_due"]


@pytest.mark.parametrize(
    "body",
    [
        {"kinds": {"code": {"mail": False}}},
        {"kinds": {"reminder_due": {"mail": "no"}}},
        {"kinds": {"reminder_due": {"pigeon": True}}},
        {"kinds": None},
        {"quiet_hours": {"start": "25:00", "end": "07:00"}},
        {"quiet_hours": {"start": "22:00"}},
        {"quiet_hours": {"start": "22:00", "end": "07.00"}},
        {"owner_id": "x"},
        [],
        "x",
    ],
)
async def test_nonsense_is_refused_and_changes_nothing(call: Callers, body: Any) -> None:
    answer = await call.free.put(PATH, json=body)
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
    assert (await call.free.get(PATH)).json()["quiet_hours"] is None


@pytest.mark.parametrize("method", ["GET", "PUT"])
async def test_nobody_gets_401(call: Callers, method: str) -> None:
    assert (await call.anonymous.request(method, PATH, json={})).status_code == 401
