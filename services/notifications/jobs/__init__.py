from typing import Any

from services.notifications.jobs import cleanup, sending
from services.notifications.usecases.copies import COPIES
from shared.bus.schedule import Schedule
from shared.bus.work_queue import AnyJob

jobs: list[AnyJob | Schedule[Any]] = [
    sending.send,
    sending.send_now,
    cleanup.clean_up,
    *COPIES.jobs,
]
