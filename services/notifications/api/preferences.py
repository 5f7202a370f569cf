from datetime import time
from typing import Annotated, Self

from pydantic import Field

from services.notifications.api.dependencies import InWork
from services.notifications.domain.quiet import QuietHours
from services.notifications.storage.models import Preferences
from services.notifications.usecases.preferences import save_preferences
from shared.http.identity import CurrentCaller
from shared.http.models import RequestModel
from shared.http.router import Router

router = Router(prefix="/api/notification-preferences", tags=["notifications"])
HourMinute = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["22:00"])]


class Channels(RequestModel):
    """What is not said is wanted."""

    inbox: bool = True
    mail: bool = True


class Choices(RequestModel):
    """By kind of message. Codes and security notices cannot be switched off."""

    draft_ready: Channels = Channels()
    reminder_due: Channels = Channels()
    readings_judged: Channels = Channels()
    reminder_today: Channels = Channels()
    reminder_overdue: Channels = Channels()
    reminder_escalated: Channels = Channels()
    reading_wanted: Channels = Channels()
    document_problem: Channels = Channels()
    document_expiring: Channels = Channels()
    subscription_changed: Channels = Channels()
    payment_failed: Channels = Channels()
    sharing: Channels = Channels()
    defect_reported: Channels = Channels()
    case_answered: Channels = Channels()
    booking: Channels = Channels()
    booking_tomorrow: Channels = Channels()
    booking_completed: Channels = Channels()
    garage_booking: Channels = Channels()
    garage_news: Channels = Channels()


class Quiet(RequestModel):
    """Mail that can wait is held from start to end, in the person's timezone."""

    start: HourMinute
    end: HourMinute

    def hours(self) -> QuietHours:
        return QuietHours(time.fromisoformat(self.start), time.fromisoformat(self.end))


class NotificationPreferences(RequestModel):
    """The whole of what a person chooses here; the switches of /api/settings come before it."""

    kinds: Choices = Choices()
    quiet_hours: Quiet | None = None

    @classmethod
    def of(cls, row: Preferences | None) -> Self:
        if row is None:
            return cls()
        quiet = (
            Quiet(start=row.quiet_start, end=row.quiet_end)
            if row.quiet_start and row.quiet_end
            else None
        )
        return cls(kinds=Choices.model_validate(row.choices), quiet_hours=quiet)


@router.get("")
async def read_notification_preferences(
    work: InWork, caller: CurrentCaller
) -> NotificationPreferences:
    return NotificationPreferences.of(await work.preferences.of(caller.user))


@router.put("")
async def replace_notification_preferences(
    body: NotificationPreferences, work: InWork, caller: CurrentCaller
) -> NotificationPreferences:
    await save_preferences(
        work,
        owner_id=caller.user,
        choices=body.kinds.model_dump(),
        quiet=body.quiet_hours.hours() if body.quiet_hours else None,
    )
    return body
