from typing import Any

from services.ai.usecases.copies import COPIES
from shared.bus.schedule import Schedule
from shared.bus.work_queue import AnyJob

jobs: list[AnyJob | Schedule[Any]] = [*COPIES.jobs]
