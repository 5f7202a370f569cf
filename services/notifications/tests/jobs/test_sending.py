"""Mails over real SMTP: each exactly once, late rather than never, never dead."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import select

from deploy.simulators.mailbox.app import Mailbox
from deploy.simulators.mailbox.faults import Fault, FaultKind
from services.notifications.storage.models import Contact, Delivery
from services.notifications.tests.factories import (
    CHLOE,
    EMAIL,
    make_account,
    make_code,
    make_notice,
    make_reminder,
    make_reset,
)
from shared.clock import FixedClock
from shared.contracts.base import Language
from shared.contracts.notifications import MailBounced
from shared.ids import new_id

pytestmark = pytest.mark.fresh_app  # a breaker remembers


Tell = Callable[..., Awaitable[None]]
RunJobs = Callable[..., Awaitable[int]]


async def deliveries(open_work: Any, **wanted: Any) -> list[Delivery]:
    async with open_work() as work:
        statement = select(Delivery).filter_by(channel="mail", **wanted)
        return list(await work.session.scalars(statement))


class TestTheMail:
    async def test_a_code_arrives_in_french_html_and_text(
        self, told: Tell, mailbox: Mailbox, clock: FixedClock
    ) -> None:
        await told(make_code(clock.now()))
        [mail] = mailbox.store.newest_first()
        assert mail.recipients == (EMAIL,)
        assert mail.subject == "Votre code de vérification AutoTrack"
        assert "042917" in mail.text
        assert "042917" in mail.html
        assert "10 minutes" in mail.text
        assert "042917" not in mail.subject

    async def test_its_headers_are_a_machines(
        self, told: Tell, mailbox: Mailbox, open_work: Any
    ) -> None:
        await told(make_account(), make_reminder())
        mail = mailbox.store.newest_first()[0]
        [row] = await deliveries(open_work, kind="reminder_due")
        assert mail.message_id == f"{row.id}@autotrack.local"
        assert mail.parsed["Auto-Submitted"] == "auto-generated"
        assert mail.parsed["Content-Language"] == "fr"
        assert mail.parsed["To"] == "Chloé <chloe@example.org>"
        assert mail.parsed["List-Unsubscribe"].endswith("/settings/notifications>")

    async def test_what_cannot_be_refused_offers_no_way_to(
        self, told: Tell, mailbox: Mailbox
    ) -> None:
        await told(make_notice())
        [mail] = mailbox.store.newest_first()
        assert "List-Unsubscribe" not in mail.parsed

    async def test_the_reset_link_carries_the_token_whole(
        self, told: Tell, mailbox: Mailbox, clock: FixedClock
    ) -> None:
        await told(make_reset(clock.now()))
        [mail] = mailbox.store.newest_first()
        assert "/reset-password?token=t0k%26n%2F%2B%3D" in mail.text
        assert "/reset-password?token=t0k%26n%2F%2B%3D" in mail.html

    async def test_a_stranger_cannot_put_words_into_somebodys_mail(
        self, told: Tell, mailbox: Mailbox, clock: FixedClock
    ) -> None:
        spam = "Win at http://evil.example"
        await told(make_account(verified=False, first_name=spam), make_code(clock.now()))
        await told(make_account(version=2, first_name=spam))
        assert len(mailbox.store.newest_first()) == 2
        for mail in mailbox.store.newest_first():
            assert "evil" not in mail.text
            assert "evil" not in mail.html
            assert "evil" not in str(mail.parsed["To"])

    @pytest.mark.parametrize(
        "breaks", ["\r\nBcc: eve@example.org", "\nX: y", "\x7f\x1b", "\u2028z"]
    )
    async def test_line_breaks_cannot_add_headers(
        self, told: Tell, mailbox: Mailbox, breaks: str
    ) -> None:
        await told(make_account(first_name="Chloé" + breaks))
        await told(make_reminder(vehicle_name="208" + breaks, titles={Language.FR: "A" + breaks}))
        assert len(mailbox.store.newest_first()) == 2
        for mail in mailbox.store.newest_first():
            assert mail.recipients == (EMAIL,)
            assert "Bcc" not in mail.parsed
            assert "X" not in mail.parsed
            assert "\n" not in mail.subject

    async def test_markup_in_names_is_shown_not_obeyed(self, told: Tell, mailbox: Mailbox) -> None:
        await told(make_account(), make_reminder(vehicle_name="<script>alert(1)</script> & Co"))
        mail = mailbox.store.newest_first()[0]
        assert "<script>" not in mail.html
        assert "&lt;script&gt;" in mail.html
        assert "<script>alert(1)</script> & Co" in mail.text


class TestExactlyOnce:
    async def test_every_event_twice_is_one_mail(
        self, told: Tell, mailbox: Mailbox, clock: FixedClock
    ) -> None:
        await told(make_account(), make_code(clock.now()), make_reminder(), make_notice(), times=2)
        assert len(mailbox.store.newest_first()) == 4

    async def test_two_events_of_one_occurrence_are_one_mail(
        self, told: Tell, mailbox: Mailbox
    ) -> None:
        reminder = make_reminder()
        await told(make_account(), reminder, reminder.model_copy(update={"due_odometer_m": None}))
        assert len(mailbox.store.search("subject:vidange")) == 1
        await told(reminder.model_copy(update={"occurrence": "2"}))
        assert len(mailbox.store.search("subject:vidange")) == 2

    async def test_many_workers_send_one_mail(
        self, hear: Tell, run_jobs: RunJobs, mailbox: Mailbox
    ) -> None:
        await hear(make_account())
        for _ in range(10):
            await hear(make_reminder())
        mailbox.faults.set(Fault(kind=FaultKind.DELAY, seconds=0.02))
        await asyncio.gather(*(run_jobs() for _ in range(6)))
        assert len(mailbox.store.search("subject:vidange")) == 10
        assert len({mail.message_id for mail in mailbox.store.newest_first()}) == 11


class TestAServerInTrouble:
    @pytest.mark.parametrize("kind", [FaultKind.REFUSE, FaultKind.TEMPORARY, FaultKind.DROP])
    async def test_down_then_up_the_mail_arrives_once(
        self, told: Tell, run_jobs: RunJobs, mailbox: Mailbox, clock: FixedClock, kind: FaultKind
    ) -> None:
        mailbox.faults.set(Fault(kind=kind))
        await told(make_code(clock.now()))
        assert mailbox.store.newest_first() == []
        clock.move(seconds=2)
        await run_jobs()
        mailbox.faults.set(None)
        clock.move(seconds=2)
        assert await run_jobs() == 0  # the second wait is longer
        clock.move(seconds=1)
        await run_jobs()
        clock.move(minutes=5)
        await run_jobs()
        assert len(mailbox.store.newest_first()) == 1

    async def test_a_copy_after_a_lost_answer_has_the_same_id(
        self, told: Tell, run_jobs: RunJobs, mailbox: Mailbox, clock: FixedClock
    ) -> None:
        """The server kept the mail but could not say so: nobody can know, so receivers must be able to tell."""
        mailbox.faults.set(Fault(kind=FaultKind.DROP_KEPT, times=1))
        await told(make_code(clock.now()))
        clock.move(seconds=3)
        await run_jobs()
        first, second = mailbox.store.newest_first()
        assert first.message_id == second.message_id

    async def test_a_dead_code_is_never_mailed_and_is_wiped(
        self, told: Tell, run_jobs: RunJobs, mailbox: Mailbox, clock: FixedClock, open_work: Any
    ) -> None:
        mailbox.faults.set(Fault(kind=FaultKind.REFUSE))
        await told(make_code(clock.now()))
        clock.move(minutes=11)
        mailbox.faults.set(None)
        await run_jobs()
        assert mailbox.store.newest_first() == []
        [row] = await deliveries(open_work)
        assert (row.state, row.secret) == ("expired", None)

    async def test_a_code_that_comes_dead_is_not_even_kept(
        self, told: Tell, mailbox: Mailbox, clock: FixedClock, open_work: Any
    ) -> None:
        event = make_code(clock.now())
        clock.move(minutes=10)
        await told(event)
        assert mailbox.store.newest_first() == []
        assert await deliveries(open_work) == []

    async def test_an_unknown_address_bounces_and_gets_no_more_mail(
        self, told: Tell, mailbox: Mailbox, open_work: Any, emitted: Any
    ) -> None:
        await told(make_account())
        mailbox.faults.set(Fault(kind=FaultKind.PERMANENT))
        await told(make_reminder())
        mailbox.faults.set(None)
        [row] = await deliveries(open_work, kind="reminder_due")
        assert (row.state, row.last_error) == ("bounced", "smtp 550")
        [bounced] = await emitted(MailBounced)
        assert (bounced.user_id, bounced.delivery_id) == (CHLOE, row.id)
        await told(make_reminder())
        assert len(mailbox.store.newest_first()) == 1
        await told(make_account(version=2, email="new@example.org"), make_reminder())
        assert mailbox.store.newest_first()[0].recipients == ("new@example.org",)

    async def test_a_server_that_hangs_is_left_after_the_time_out(
        self, told: Tell, mailbox: Mailbox, clock: FixedClock, open_work: Any
    ) -> None:
        mailbox.faults.set(Fault(kind=FaultKind.DELAY, seconds=3, times=1))
        await told(make_code(clock.now()))
        [row] = await deliveries(open_work)
        assert (row.state, row.attempts) == ("pending", 1)


class TestSecrets:
    async def test_nothing_secret_is_kept_after_sending(
        self, told: Tell, mailbox: Mailbox, clock: FixedClock, open_work: Any
    ) -> None:
        await told(make_code(clock.now()), make_reset(clock.now()))
        assert len(mailbox.store.newest_first()) == 2
        for row in await deliveries(open_work):
            assert (row.state, row.secret) == ("sent", None)
            assert row.address == "c•••@example.org"

    async def test_a_forged_address_is_no_crash(
        self, told: Tell, mailbox: Mailbox, open_work: Any, clock: FixedClock
    ) -> None:
        await told(make_account())
        async with open_work() as work:
            contact = await work.session.get(Contact, CHLOE)
            contact.email = "a@example.org\r\nBcc: eve@example.org"
        await told(make_reminder())
        [row] = await deliveries(open_work, kind="reminder_due")
        assert row.state == "bounced"
        assert len(mailbox.store.newest_first()) == 1


class TestLanes:
    async def test_a_code_does_not_stand_behind_a_mornings_reminders(
        self, hear: Tell, run_jobs: RunJobs, mailbox: Mailbox, clock: FixedClock
    ) -> None:
        await hear(make_account())
        for _ in range(20):
            await hear(make_reminder(reminder_id=new_id(), occurrence=str(new_id())))
        await hear(make_code(clock.now()))
        assert await run_jobs("notifications.send_now") == 1
        [mail] = mailbox.store.newest_first()
        assert "042917" in mail.text
        assert await run_jobs("notifications.send") == 21, "the reminders, and a welcome"
