from typing import Any

from services.billing.jobs import customers, reconcile, stripe_events
from services.billing.usecases.copies import COPIES
from shared.bus.schedule import Schedule
from shared.bus.work_queue import AnyJob

jobs: list[AnyJob | Schedule[Any]] = [
    stripe_events.apply,
    customers.update,
    customers.end_grace_days,
    customers.erase,
    customers.refresh_plan,
    reconcile.run_reconcile,
    reconcile.nightly,
    reconcile.catch_up,
    reconcile.run_catch_up,
    *COPIES.jobs,
]
