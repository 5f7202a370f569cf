from typing import Any

from services.vehicles.jobs import bookings, car_exports, imports, recalls, reminders, trash
from services.vehicles.usecases.copies import COPIES
from shared.bus.schedule import Schedule
from shared.bus.work_queue import AnyJob

jobs: list[AnyJob | Schedule[Any]] = [
    reminders.look,
    reminders.remind,
    reminders.look_for_old_readings,
    reminders.ask,
    trash.empty_trash,
    imports.go_on_with_import,
    recalls.look_for_recalls,
    recalls.look_at_new_cars,
    recalls.read_recalls,
    recalls.match_recalls,
    bookings.look_at_bookings,
    bookings.attend,
    bookings.call_off,
    car_exports.make,
    car_exports.stop_collecting,
    *COPIES.jobs,
]
