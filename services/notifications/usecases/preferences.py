from datetime import time
from uuid import UUID

from services.notifications.domain.audience import Choices
from services.notifications.domain.quiet import QuietHours
from services.notifications.storage.models import Preferences
from services.notifications.usecases.work import Work


def quiet_hours(preferences: Preferences | None) -> QuietHours | None:
    if preferences is None or not preferences.quiet_start or not preferences.quiet_end:
        return None
    return QuietHours(
        time.fromisoformat(preferences.quiet_start), time.fromisoformat(preferences.quiet_end)
    )


async def save_preferences(
    work: Work, *, owner_id: UUID, choices: Choices, quiet: QuietHours | None
) -> None:
    """Replaces what was chosen before."""
    told = {kind: dict(by_channel) for kind, by_channel in choices.items()}
    hours = (quiet.start.isoformat("minutes"), quiet.end.isoformat("minutes")) if quiet else None
    await work.preferences.keep(owner_id, choices=told, quiet=hours, now=work.now)
