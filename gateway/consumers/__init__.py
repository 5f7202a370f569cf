from collections.abc import Awaitable, Callable
from typing import Any

from gateway.consumers import auth, billing, documents, notifications, vehicles
from gateway.usecases.work import Work

consumers: list[Callable[[Any, Work], Awaitable[None]]] = [
    billing.entitlements_changed,
    auth.sessions_revoked,
    auth.account_changed,
    documents.document_progressed,
    vehicles.diagnosis_progressed,
    vehicles.import_progressed,
    vehicles.car_export_progressed,
    notifications.notification_created,
    notifications.notification_withdrawn,
]
