"""The inbox over HTTP: one's own, and nobody else's."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from services.notifications.storage.models import Notification
from services.notifications.tests.factories import (
    CHLOE,
    HUGO,
    make_account,
    make_draft,
    make_reminder,
)
from shared.clock import FixedClock
from shared.contracts.base import Language
from shared.ids import new_id
from shared.testing.client import Callers

Tell = Callable[..., Awaitable[None]]
PATH = "/api/notifications"
NOBODY = "019a0000-0000-7000-8000-000000000000"
ROUTES = [
    ("GET", ""),
    ("GET", "/unread"),
    ("GET", "/unread_count"),
    ("GET", "/by_type?type=reminder_due"),
    ("GET", "/stats"),
    ("POST", "/mark_all_as_read"),
    ("DELETE", "/delete_all_read"),
    ("GET", f"/{NOBODY}"),
    ("DELETE", f"/{NOBODY}"),
    ("POST", f"/{NOBODY}/mark_as_read"),
    ("POST", f"/{NOBODY}/mark_as_unread"),
]


@pytest.fixture
async def three(told: Tell, mailbox: Any, clock: FixedClock) -> None:
    """Chloé has two reminders and a draft, Hugo one reminder."""
    await told(make_account(), make_account(account_id=HUGO, email="hugo@example.org"))
    await told(make_reminder(vehicle_name="Clio"))
    clock.move(minutes=1)
    await told(make_draft(), make_reminder(HUGO))
    clock.move(minutes=1)
    await told(make_reminder(vehicle_name="Zoe"))


async def results(call: Callers, query: str = "") -> list[dict[str, Any]]:
    answer = await call.free.get(PATH + query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


class TestAccess:
    @pytest.mark.parametrize(("method", "path"), ROUTES)
    async def test_nobody_gets_401(self, call: Callers, method: str, path: str) -> None:
        answer = await call.anonymous.request(method, PATH + path)
        assert answer.status_code == 401
        assert answer.json()["code"] == "unauthorized"

    @pytest.mark.parametrize("method_path", [r for r in ROUTES if NOBODY in r[1]])
    async def test_somebody_elses_is_404_and_stays_as_it_is(
        self, call: Callers, three: None, open_work: Any, method_path: tuple[str, str]
    ) -> None:
        method, path = method_path
        mine = (await results(call))[0]
        answer = await call.other.request(method, PATH + path.replace(NOBODY, mine["id"]))
        assert answer.status_code == 404
        assert await results(call, "?is_read=false&page_size=1") == [mine]

    @pytest.mark.parametrize("plan", ["free", "standard", "premium"])
    async def test_every_plan_has_it(self, call: Callers, plan: str) -> None:
        answer = await getattr(call, plan).get(PATH)
        assert answer.json() == {"count": 0, "next": None, "previous": None, "results": []}


class TestLists:
    async def test_newest_first_in_the_words_it_was_told_with(
        self, call: Callers, three: None
    ) -> None:
        first, draft, last = await results(call)
        assert first["title"] == "Vidange et filtre à huile\u00a0: Zoe"
        assert "14 mars 2027" in first["body"].replace("\u00a0", " ")
        assert first["type"] == "reminder_due"
        assert first["path"].startswith("/vehicles/")
        assert set(first["about"]) == {"vehicle_id", "reminder_id"}
        assert (first["is_read"], first["read_at"]) == (False, None)
        assert draft["type"] == "draft_ready"
        assert last["title"].endswith("Clio")

    @pytest.mark.parametrize(
        ("query", "count"),
        [
            ("?type=reminder_due", 2),
            ("?type=payment_failed", 0),
            ("?is_read=false", 3),
            ("?is_read=true", 0),
            ("?search=zoe", 1),
            ("?search=%25", 0),
            ("/unread", 3),
            ("/unread?type=draft_ready", 1),
            ("/by_type?type=reminder_due", 2),
            ("?ordering=type", 3),
            ("?page_size=2&page=2", 1),
        ],
    )
    async def test_filters(self, call: Callers, three: None, query: str, count: int) -> None:
        assert len(await results(call, query)) == count

    @pytest.mark.parametrize(
        ("query", "status"),
        [
            ("?type=gossip", 422),
            ("?is_read=perhaps", 422),
            ("?page=0", 422),
            ("?page=99999999999999999999", 422),
            ("?page_size=1000", 422),
            ("?ordering=owner_id", 400),
            ("?search=%00", 422),
            ("/by_type", 422),
            ("/not-an-id", 404),
            ("/0", 404),
        ],
    )
    async def test_nonsense_is_a_problem_not_a_crash(
        self, call: Callers, query: str, status: int
    ) -> None:
        answer = await call.free.get(PATH + query)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"

    async def test_problems_speak_the_callers_language(self, call: Callers) -> None:
        client = call.as_user(CHLOE, language=Language.ES)
        assert (await client.get(f"{PATH}/{NOBODY}")).json()["detail"] == "No encontrado."


class TestReading:
    async def test_mark_read_and_unread(
        self, call: Callers, three: None, clock: FixedClock
    ) -> None:
        mine = (await results(call))[0]
        read = (await call.free.post(f"{PATH}/{mine['id']}/mark_as_read")).json()
        assert read["is_read"]
        clock.move(hours=1)
        again = (await call.free.post(f"{PATH}/{mine['id']}/mark_as_read")).json()
        assert again["read_at"] == read["read_at"]
        assert (await call.free.get(f"{PATH}/unread_count")).json() == {"unread_count": 2}
        unread = (await call.free.post(f"{PATH}/{mine['id']}/mark_as_unread")).json()
        assert (unread["is_read"], unread["read_at"]) == (False, None)
        assert (await call.free.get(f"{PATH}/{mine['id']}")).json() == unread

    async def test_all_at_once_but_only_ones_own(
        self, call: Callers, three: None, open_work: Any
    ) -> None:
        assert (await call.free.post(f"{PATH}/mark_all_as_read")).json() == {"updated": 3}
        assert (await call.free.post(f"{PATH}/mark_all_as_read")).json() == {"updated": 0}
        assert (await call.other.get(f"{PATH}/unread_count")).json() == {"unread_count": 1}
        assert (await call.other.delete(f"{PATH}/delete_all_read")).json() == {"deleted": 0}
        assert (await call.free.delete(f"{PATH}/delete_all_read")).json() == {"deleted": 3}
        assert await results(call) == []
        async with open_work() as work:
            assert await work.inbox.count_owned(HUGO) == 1

    async def test_stats(self, call: Callers, three: None) -> None:
        mine = (await results(call, "?type=draft_ready"))[0]
        await call.free.post(f"{PATH}/{mine['id']}/mark_as_read")
        assert (await call.free.get(f"{PATH}/stats")).json() == {
            "total": 3,
            "unread": 2,
            "read": 1,
            "by_type": [
                {"type": "draft_ready", "total": 1, "unread": 0},
                {"type": "reminder_due", "total": 2, "unread": 2},
            ],
        }

    async def test_delete_one(self, call: Callers, three: None) -> None:
        mine = (await results(call))[0]
        assert (await call.free.delete(f"{PATH}/{mine['id']}")).status_code == 204
        assert (await call.free.delete(f"{PATH}/{mine['id']}")).status_code == 404
        assert len(await results(call)) == 2

    async def test_a_deleted_one_does_not_come_back(
        self, call: Callers, told: Tell, mailbox: Any
    ) -> None:
        reminder = make_reminder()
        await told(make_account(), reminder)
        mine = (await results(call))[0]
        await call.free.delete(f"{PATH}/{mine['id']}")
        await told(reminder)
        assert await results(call) == []


async def test_markup_from_outside_is_text(
    call: Callers, open_work: Any, clock: FixedClock
) -> None:
    async with open_work() as work:
        work.inbox.add(
            Notification(
                id=new_id(),
                owner_id=CHLOE,
                key="k",
                kind="draft_ready",
                title="<img src=x onerror=alert(1)>",
                body="'; DROP TABLE notification; --",
                about={},
                created_at=clock.now(),
            )
        )
    [row] = await results(call, "?search=DROP TABLE")
    assert row["title"] == "<img src=x onerror=alert(1)>"
