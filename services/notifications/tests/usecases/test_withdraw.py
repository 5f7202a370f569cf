"""What was told of something that is over is taken back, in whatever order the events arrive."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from deploy.simulators.mailbox.app import Mailbox
from services.notifications.storage.models import Delivery
from services.notifications.tests.factories import (
    CHLOE,
    make_account,
    make_reminder,
    make_request,
    make_withdrawal,
)
from shared.clock import FixedClock
from shared.contracts.base import Language
from shared.contracts.notifications import NotificationCreated, NotificationWithdrawn
from shared.contracts.vehicles import ToldState, WithdrawnBecause
from shared.testing.client import Callers

Tell = Callable[..., Awaitable[None]]
NIGHT = datetime(2026, 11, 22, 22, 10, tzinfo=UTC)  # 23:10 in Paris


async def inbox_of(call: Callers, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await call.free.get(f"/api/notifications{query}")).json()[
        "results"
    ]
    return found


def subjects(mailbox: Mailbox) -> list[str]:
    return [mail.subject for mail in mailbox.store.newest_first()]


class TestWithdraw:
    @pytest.mark.parametrize("because", WithdrawnBecause)
    async def test_it_leaves_the_inbox_and_says_why(
        self, told: Tell, call: Callers, emitted: Any, because: WithdrawnBecause
    ) -> None:
        reminder = make_reminder(state=ToldState.OVERDUE)
        await told(make_account(), reminder)
        assert (await call.free.get("/api/notifications/unread_count")).json()["unread_count"] == 1
        await told(make_withdrawal(reminder, because=because), times=2)
        assert await inbox_of(call) == []
        assert (await call.free.get("/api/notifications/unread_count")).json()["unread_count"] == 0
        [row] = await inbox_of(call, "?withdrawn=true")
        assert (row["type"], row["withdrawn_because"]) == ("reminder_overdue", because)
        assert row["withdrawn_text"]
        [event] = await emitted(NotificationWithdrawn)
        assert (str(event.notification_id), event.user_id) == (row["id"], CHLOE)

    async def test_in_the_readers_language(self, told: Tell, call: Callers) -> None:
        reminder = make_reminder()
        await told(make_account(), reminder, make_withdrawal(reminder))
        texts = set()
        for language in Language:
            answer = await call.free.get(
                "/api/notifications?withdrawn=true", headers={"Accept-Language": language}
            )
            texts.add(answer.json()["results"][0]["withdrawn_text"])
        assert "C’est fait\u00a0: plus rien à faire." in texts

    async def test_what_comes_after_it_is_not_told(
        self, told: Tell, call: Callers, mailbox: Mailbox, emitted: Any
    ) -> None:
        reminder = make_reminder(state=ToldState.DUE)
        await told(make_account())
        mails = len(subjects(mailbox))
        await told(make_withdrawal(reminder), reminder)
        assert await inbox_of(call) == []
        assert len(subjects(mailbox)) == mails
        assert await emitted(NotificationCreated) == []

    async def test_a_mail_that_waits_for_the_morning_is_not_sent(
        self, told: Tell, call: Callers, mailbox: Mailbox, clock: FixedClock, run_jobs: Any,
        open_work: Any,
    ) -> None:  # fmt: skip
        clock.set(NIGHT)
        await told(make_account())
        quiet = {"quiet_hours": {"start": "22:00", "end": "08:00"}}
        await call.free.put("/api/notification-preferences", json=quiet)
        reminder, mails = make_reminder(), len(subjects(mailbox))
        await told(reminder)
        assert len(subjects(mailbox)) == mails
        await told(make_withdrawal(reminder))
        clock.move(hours=10)
        await run_jobs()
        assert len(subjects(mailbox)) == mails
        async with open_work() as work:
            rows = select(Delivery).where(Delivery.channel == "mail", Delivery.kind != "welcome")
            assert [row.state for row in await work.session.scalars(rows)] == ["withdrawn"]

    async def test_another_occurrence_is_another_message(self, told: Tell, call: Callers) -> None:
        old = make_reminder()
        new = make_reminder(reminder_id=old.reminder_id, occurrence="2")
        await told(make_account(), old, make_withdrawal(old), new)
        assert len(await inbox_of(call)) == 1


class TestStates:
    async def test_each_state_is_told_once(self, told: Tell, call: Callers) -> None:
        soon = make_reminder()
        await told(make_account())
        states = [state for state in ToldState if state is not ToldState.READING_WANTED]
        for state in states:
            await told(make_reminder(reminder_id=soon.reminder_id, state=state), times=2)
        assert sorted(row["type"] for row in await inbox_of(call)) == [
            "reminder_due",
            "reminder_escalated",
            "reminder_overdue",
            "reminder_today",
        ]

    async def test_by_the_channels_chosen_for_the_car_only(
        self, told: Tell, call: Callers, mailbox: Mailbox
    ) -> None:
        await told(make_account())
        mails = len(subjects(mailbox))
        await told(make_reminder(channels=("inbox",)), make_request(channels=("inbox", "pigeon")))
        assert len(subjects(mailbox)) == mails
        found = await inbox_of(call)
        assert {row["type"] for row in found} == {"reminder_due", "reading_wanted"}
        [asked] = [row for row in found if row["type"] == "reading_wanted"]
        assert asked["path"] == f"/vehicles/{asked['about']['vehicle_id']}/odometer"

    async def test_an_event_from_before_there_were_states_is_soon(
        self, told: Tell, call: Callers
    ) -> None:
        """Its key is the one it had: what was told before is not told again."""
        reminder = make_reminder()
        await told(make_account(), reminder)
        [row] = await inbox_of(call)
        assert row["type"] == "reminder_due"


async def test_quiet_hours_22_to_08_and_a_send_at_23_10_gives_08_00(
    told: Tell, call: Callers, mailbox: Mailbox, clock: FixedClock, run_jobs: Any
) -> None:
    clock.set(NIGHT)
    await told(make_account())
    quiet = {"quiet_hours": {"start": "22:00", "end": "08:00"}}
    await call.free.put("/api/notification-preferences", json=quiet)
    mails = len(subjects(mailbox))
    await told(make_reminder())
    clock.set(datetime(2026, 11, 23, 6, 59, tzinfo=UTC))
    await run_jobs()
    assert len(subjects(mailbox)) == mails
    clock.set(datetime(2026, 11, 23, 7, 0, tzinfo=UTC))
    await run_jobs()
    assert len(subjects(mailbox)) == mails + 1
