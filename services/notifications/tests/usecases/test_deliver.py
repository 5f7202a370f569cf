"""Who hears what: events in, inbox and mails out."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from deploy.simulators.mailbox.app import Mailbox
from services.notifications.storage.models import Delivery, Notification
from services.notifications.tests.factories import (
    CHLOE,
    EMAIL,
    HUGO,
    NOW,
    make_account,
    make_case,
    make_code,
    make_draft,
    make_expiry,
    make_failure,
    make_judgement,
    make_notice,
    make_reading,
    make_reminder,
    make_subscription,
)
from shared.clock import FixedClock
from shared.contracts.auth import NoticeKind
from shared.contracts.base import Language
from shared.contracts.documents import ReadStatus
from shared.contracts.features import Plan
from shared.contracts.notifications import NotificationCreated
from shared.contracts.vehicles_cases import CaseNews
from shared.db.base import inbox

Tell = Callable[..., Awaitable[None]]


async def inbox_of(open_work: Any, owner_id: UUID = CHLOE) -> list[str]:
    async with open_work() as work:
        rows = select(Notification).where(Notification.owner_id == owner_id)
        return [row.kind for row in await work.session.scalars(rows.order_by(Notification.id))]


def subjects(mailbox: Mailbox) -> list[str]:
    return [mail.subject for mail in reversed(mailbox.store.newest_first())]


class TestNews:
    @pytest.mark.parametrize(
        ("event", "kind"),
        [
            (make_reminder(), "reminder_due"),
            (make_judgement(), "readings_judged"),
            (make_draft(), "draft_ready"),
            (make_reading(), "document_problem"),
            (make_reading(ReadStatus.PASSWORD_REQUIRED), "document_problem"),
            (make_expiry(), "document_expiring"),
            (make_subscription(), "subscription_changed"),
            (make_failure(), "payment_failed"),
            (make_notice(), "new_device"),
            (make_case(), "defect_reported"),
            (make_case(CaseNews.ANSWERED, other_name=None), "case_answered"),
            (make_case(CaseNews.REPLIED), "case_answered"),
        ],
    )
    async def test_it_reaches_inbox_and_mailbox(
        self, told: Tell, mailbox: Mailbox, open_work: Any, emitted: Any, event: Any, kind: str
    ) -> None:
        await told(make_account())
        await told(event, times=2)
        assert await inbox_of(open_work) == [kind]
        assert len(subjects(mailbox)) == 2
        [created] = await emitted(NotificationCreated)
        assert (created.user_id, created.kind) == (CHLOE, kind)
        assert created.title == subjects(mailbox)[1]

    @pytest.mark.parametrize(
        "event",
        [
            make_reading(ReadStatus.OK),
            make_subscription(plan=Plan.FREE),
            make_subscription(previous_plan=Plan.STANDARD, previous_status="active"),
        ],
    )
    async def test_what_is_no_news_is_not_told(
        self, told: Tell, mailbox: Mailbox, open_work: Any, event: Any
    ) -> None:
        await told(make_account(), event)
        assert await inbox_of(open_work) == []
        assert len(subjects(mailbox)) == 1

    async def test_a_code_leaves_nothing_in_the_inbox(
        self, told: Tell, open_work: Any, mailbox: Mailbox, clock: FixedClock
    ) -> None:
        await told(make_code(clock.now()))
        assert await inbox_of(open_work) == []
        assert len(subjects(mailbox)) == 1


class TestWelcome:
    async def test_once_when_the_address_is_proven(self, told: Tell, mailbox: Mailbox) -> None:
        await told(make_account(verified=False))
        assert subjects(mailbox) == []
        await told(make_account(version=2), make_account(version=3), times=2)
        assert subjects(mailbox) == ["Bienvenue dans AutoTrack"]

    async def test_an_older_state_changes_nothing(self, told: Tell, mailbox: Mailbox) -> None:
        await told(
            make_account(version=3, language=Language.EN, first_name="Zoe"),
            make_account(version=2, language=Language.ES, email="old@example.org"),
            make_reminder(),
        )
        assert subjects(mailbox) == ["Welcome to AutoTrack", "Engine oil and filter: Peugeot 208"]
        assert {mail.recipients for mail in mailbox.store.newest_first()} == {(EMAIL,)}
        assert all("Hello Zoe" in mail.text for mail in mailbox.store.newest_first())


class TestOrder:
    async def test_news_before_the_account_waits_for_it(
        self, told: Tell, mailbox: Mailbox, open_work: Any, app: Any
    ) -> None:
        reminder, news = make_reminder(), make_subscription()
        await told(reminder, news)
        assert subjects(mailbox) == []
        await told(make_account())
        async with open_work() as work:
            await work.session.execute(
                inbox.update()
                .where(inbox.c.state == "retry")
                .values(next_at=NOW.replace(year=2020))
            )
        await app.state.worker.inbox.retry_due()
        await told(reminder, news)
        assert sorted(subjects(mailbox)) == [
            "Bienvenue dans AutoTrack",
            "Vidange et filtre à huile\u00a0: Peugeot 208",
            "Votre formule Standard est active",
        ]

    async def test_a_late_subscription_state_is_no_news(self, told: Tell, mailbox: Mailbox) -> None:
        ended = make_subscription(version=3, plan=Plan.FREE, previous_plan=Plan.STANDARD)
        await told(make_account(), ended, make_subscription(version=2))
        assert subjects(mailbox)[1:] == ["Votre abonnement a pris fin"]


class TestWishes:
    @pytest.mark.parametrize(
        ("switches", "mails", "kept"),
        [
            ({}, 3, ["reminder_due", "draft_ready", "payment_failed"]),
            ({"email_notifications": False}, 0, ["reminder_due", "draft_ready", "payment_failed"]),
            ({"maintenance_reminders": False}, 2, ["draft_ready", "payment_failed"]),
            ({"subscription_alerts": False}, 2, ["reminder_due", "draft_ready"]),
        ],
    )
    async def test_the_switches_of_the_settings_are_obeyed(
        self,
        told: Tell,
        mailbox: Mailbox,
        open_work: Any,
        switches: dict[str, bool],
        mails: int,
        kept: list[str],
    ) -> None:
        await told(make_account(switches=switches))
        mailbox.store.delete([])
        await told(make_reminder(), make_draft(), make_failure(), make_notice())
        assert len(subjects(mailbox)) == mails + 1  # the security notice comes always
        assert await inbox_of(open_work) == [*kept, "new_device"]

    async def test_an_unproven_address_gets_codes_only(
        self, told: Tell, mailbox: Mailbox, clock: FixedClock
    ) -> None:
        await told(make_account(verified=False), make_reminder(), make_code(clock.now()))
        assert subjects(mailbox) == ["Votre code de vérification AutoTrack"]

    async def test_what_was_not_wanted_is_on_record(self, told: Tell, open_work: Any) -> None:
        await told(make_account(switches={"maintenance_reminders": False}), make_reminder())
        async with open_work() as work:
            rows = await work.session.scalars(select(Delivery).filter_by(kind="reminder_due"))
            states = {row.channel: (row.state, row.facts) for row in rows}
        assert states == {"mail": ("skipped", {}), "inbox": ("skipped", {})}

    async def test_quiet_hours_hold_a_reminder_but_no_code(
        self, told: Tell, run_jobs: Any, call: Any, mailbox: Mailbox, clock: FixedClock
    ) -> None:
        clock.set(NOW.replace(hour=21, minute=30))  # 22:30 in Paris
        quiet = {"quiet_hours": {"start": "22:00", "end": "07:00"}}
        assert (await call.free.put("/api/notification-preferences", json=quiet)).status_code == 200
        await told(make_account(), make_reminder(), make_code(clock.now()))
        assert len(subjects(mailbox)) == 2
        clock.move(hours=8, minutes=31)
        await run_jobs()
        assert len(subjects(mailbox)) == 3


class TestPeople:
    async def test_each_hears_their_own(self, told: Tell, mailbox: Mailbox, open_work: Any) -> None:
        await told(make_account(), make_account(account_id=HUGO, email="hugo@example.org"))
        await told(make_reminder(HUGO))
        assert await inbox_of(open_work, CHLOE) == []
        assert await inbox_of(open_work, HUGO) == ["reminder_due"]
        assert mailbox.store.newest_first()[0].recipients == ("hugo@example.org",)

    async def test_a_changed_address_is_told_to_the_old_one(
        self, told: Tell, mailbox: Mailbox
    ) -> None:
        await told(make_account(version=2, email="new@example.org"))
        await told(
            make_notice(NoticeKind.EMAIL_CHANGED),
            make_notice(NoticeKind.EMAIL_CHANGED, email="new@example.org"),
        )
        assert [m.recipients for m in mailbox.store.search("subject:adresse")] == [
            ("new@example.org",),
            (EMAIL,),
        ]
