"""Each setting of auth's that names this service is obeyed by it."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.notifications.tests.factories import (
    make_account,
    make_draft,
    make_expiry,
    make_export,
    make_notice,
    make_reminder,
    make_subscription,
)
from shared.contracts.base import Language


def mailed(mailbox: Any) -> list[str]:
    return [mail.subject for mail in mailbox.store.newest_first()]


async def inbox(call: Any) -> set[str]:
    listed = (await call.free.get("/api/notifications")).json()["results"]
    return {note["type"] for note in listed}


REMINDERS = {"reminder_due", "document_expiring"}
EVERYTHING = REMINDERS | {"subscription_changed", "draft_ready", "new_device", "export_ready"}


@pytest.mark.parametrize(
    ("switch", "silent", "mails"),
    [
        ("maintenance_reminders", REMINDERS, 5),
        ("subscription_alerts", {"subscription_changed"}, 6),
        ("email_notifications", set(), 3),
    ],
)
async def test_a_switch_silences_its_own_and_nothing_else(
    told: Any, call: Any, mailbox: Any, clock: Any, switch: str, silent: set[str], mails: int
) -> None:
    await told(make_account(switches={switch: False}))
    news = (make_reminder(), make_expiry(), make_subscription(), make_draft(), make_notice())
    await told(*news, make_export(clock.now()))
    assert await inbox(call) == EVERYTHING - silent
    subjects = mailed(mailbox)
    assert len(subjects) == mails, "the welcome, and what the switch lets through"
    assert "Nouvelle connexion à votre compte" in subjects, "security is told whatever"
    assert "Vos données sont prêtes" in subjects


async def test_a_new_language_holds_from_the_next_mail_on(told: Any, mailbox: Any) -> None:
    await told(make_account(), make_reminder())
    await told(make_account(version=2, language=Language.EN), make_reminder())
    assert mailed(mailbox)[0] == "Engine oil and filter: Peugeot 208"


async def test_units_hold_whatever_the_car_counts_in(told: Any, mailbox: Any) -> None:
    await told(make_account(distance_unit="mi"), make_reminder())
    text = mailbox.store.newest_first()[0].text
    assert "46\u00a0603\u00a0mi" in text
    assert "km" not in text


async def test_a_new_timezone_moves_the_quiet_hours(
    told: Any, call: Any, mailbox: Any, clock: Any, run_jobs: Any
) -> None:
    """21:00 in Paris is quiet; for somebody who lives in Montréal now, it is the afternoon."""
    night = datetime(2030, 1, 15, 21, 0, tzinfo=ZoneInfo("Europe/Paris"))
    clock.move(seconds=(night - clock.now()).total_seconds())
    await told(make_account())
    quiet = {"quiet_hours": {"start": "20:00", "end": "07:00"}}
    answer = await call.free.put("/api/notification-preferences", json=quiet)
    assert answer.status_code == 200, answer.text
    await told(make_reminder())
    assert len(mailed(mailbox)) == 1, "the welcome; the reminder waits for the morning"
    await told(make_account(version=2, timezone="America/Montreal"), make_reminder())
    assert len(mailed(mailbox)) == 2
    clock.move(hours=10, minutes=1)
    await run_jobs()
    assert len(mailed(mailbox)) == 3
