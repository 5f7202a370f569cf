from typing import Any

from services.auth.jobs import cleanup, erasure, export, keys, mails
from services.auth.usecases.copies import COPIES
from shared.bus.schedule import Schedule
from shared.bus.work_queue import Job

jobs: list[Job[Any, Any] | Schedule[Any]] = [
    cleanup.forget_at_night,
    erasure.alarm_late_erasures,
    export.alarm_late_exports,
    keys.keep_keys_young,
    mails.mail_code_again,
    mails.mail_reset,
    *COPIES.jobs,
]
