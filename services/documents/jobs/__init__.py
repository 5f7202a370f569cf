from typing import Any

from services.documents.jobs import cleanup, exports, extraction, receipts
from services.documents.usecases.copies import COPIES
from shared.bus.schedule import Schedule
from shared.bus.work_queue import Job

jobs: list[Job[Any, Any] | Schedule[Any]] = [
    extraction.extract,
    cleanup.forget,
    cleanup.sweep,
    cleanup.sweep_files,
    exports.pack,
    exports.forget_old,
    receipts.send,
    *COPIES.jobs,
]
