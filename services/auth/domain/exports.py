"""The life of a data export."""

from datetime import timedelta
from enum import StrEnum

from services.auth.domain.codes import Budget


class ExportState(StrEnum):
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"
    EXPIRED = "expired"


ALARM_AFTER = timedelta(hours=1)
"""An operator hears that some service has not handed over its part."""
GIVEN_UP_AFTER = timedelta(hours=24)
BUDGETS = (Budget("exports-1d", 5, timedelta(days=1)),)
