from dataclasses import dataclass
from datetime import datetime, timedelta

from services.notifications.usecases.work import Work

LATELY = timedelta(minutes=5)
TRIES = 3
"""One or two failed tries are a busy server; the third waits for something."""


@dataclass(frozen=True, slots=True)
class MailHealth:
    up: bool
    delayed: int
    """Mails that the server has not taken in spite of several tries."""
    last_sent_at: datetime | None


async def mail_health(work: Work) -> MailHealth:
    """Whether mail leaves. Whose server refuses one address alone is well as long as others pass."""
    delayed = await work.deliveries.count_delayed(tries=TRIES)
    last = await work.deliveries.last_sent_at()
    passes = last is not None and work.now - last <= LATELY
    return MailHealth(up=delayed == 0 or passes, delayed=delayed, last_sent_at=last)
