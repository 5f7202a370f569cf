from typing import Any

from services.vehicles.jobs import car_exports, reminders, trash
from services.vehicles.usecases.copies import COPIES
from shared.bus.schedule import Schedule
from shared.bus.work_queue import AnyJob

jobs: list[AnyJob | Schedule[Any]] = [
    reminders.look,
    reminders.remind,
    reminders.look_for_old_readings,
    reminders.ask,
    trash.empty_trash,
    car_exports.make,
    *COPIES.jobs,
]
