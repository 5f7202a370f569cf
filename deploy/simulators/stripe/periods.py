"""Billing periods counted from their anchor, so that the 31st comes back after a short month."""

import calendar
from datetime import UTC, datetime

DAY = 86_400
HOUR = 3_600
_MONTHS = {"month": 1, "year": 12}


def period_after(anchor: int, count: int, interval: str) -> int:
    """The anchor moved by `count` intervals; 31 January + 1 month is the last day of February."""
    if interval in {"day", "week"}:
        return anchor + count * DAY * (7 if interval == "week" else 1)
    start = datetime.fromtimestamp(anchor, UTC)
    months = start.year * 12 + start.month - 1 + count * _MONTHS[interval]
    year, month = divmod(months, 12)
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return int(start.replace(year=year, month=month + 1, day=day).timestamp())


def next_boundary(anchor: int, after: int, interval: str) -> int:
    count = 1
    while period_after(anchor, count, interval) <= after:
        count += 1
    return period_after(anchor, count, interval)
