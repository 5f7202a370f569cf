from typing import Any

from services.vehicles.jobs import bookings, reminders, trash
from services.vehicles.usecases.copies import COPIES
from shared.bus.schedule import Schedule
from shared.bus.work_queue import AnyJob

jobs: list[AnyJob | Schedule[Any]] = [
    reminders.look,
    reminders.remind,
    reminders.look_for_old_readings,
    reminders.ask,
    trash.empty_trash,
    bookings.look_at_bookings,
    bookings.attend,
    *COPIES.jobs,
]
