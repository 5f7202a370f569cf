"""One durable topic exchange; one quorum queue for each listening service and topic; one dead queue per service.

The queue arguments never change: RabbitMQ refuses to redeclare a queue with other ones, so a change means a new queue name.
Whoever publishes declares the queues of all who listen, so that no event is lost to a service that has not started yet.
"""

from collections.abc import Iterable
from typing import Any, Final

from aio_pika import ExchangeType
from aio_pika.abc import AbstractChannel, AbstractExchange

EVENTS: Final = "autotrack.events"
DEAD: Final = "autotrack.dead"
DELIVERY_LIMIT: Final = 50
"""A guard against a message that kills its consumer; retries with back-off live in the consumer's inbox."""

LISTENERS: Final[dict[str, tuple[str, ...]]] = {
    "auth.account_changed.v1": ("billing", "notifications", "vehicles"),
    "auth.code_issued.v1": ("notifications",),
    "auth.password_reset_asked.v1": ("notifications",),
    "auth.security_notice.v1": ("notifications",),
    "auth.account_deletion_started.v1": ("vehicles", "billing", "documents", "ai", "notifications"),
    "erasure.account_erased.v1": ("auth",),
    "auth.address_changed.v1": ("notifications",),
    "auth.account_export_started.v1": ("vehicles", "billing", "documents", "ai", "notifications"),
    "auth.export_ready.v1": ("notifications",),
    "export.data_page.v1": ("documents",),
    "documents.export_packed.v1": ("auth",),
    "vehicles.vehicle_changed.v1": ("documents", "ai"),
    "vehicles.maintenance_drafted.v1": ("notifications",),
    "vehicles.maintenance_changed.v1": ("ai",),
    "vehicles.reminder_due.v1": ("notifications",),
    "vehicles.readings_judged.v1": ("notifications",),
    "vehicles.reminder_withdrawn.v1": ("notifications",),
    "vehicles.reading_wanted.v1": ("notifications",),
    "vehicles.invitation_issued.v1": ("notifications",),
    "vehicles.handover_offered.v1": ("notifications",),
    "vehicles.sharing_notice.v1": ("notifications",),
    "vehicles.booking_notice.v1": ("notifications",),
    "vehicles.garage_claimed.v1": ("notifications",),
    "vehicles.garage_staff_invited.v1": ("notifications",),
    "vehicles.garage_notice.v1": ("notifications",),
    "vehicles.vehicle_handed_over.v1": ("documents",),
    "vehicles.receipts_wanted.v1": ("documents",),
    "documents.receipt_part.v1": ("vehicles",),
    "vehicles.diagnosis_asked.v1": ("ai",),
    "vehicles.case_notice.v1": ("notifications",),
    "ai.diagnosis_answered.v1": ("vehicles",),
    "billing.entitlements_changed.v1": ("vehicles", "documents"),
    "billing.subscription_changed.v1": ("notifications",),
    "billing.payment_failed.v1": ("notifications",),
    "documents.document_changed.v1": ("vehicles",),
    "documents.document_read.v1": ("vehicles", "notifications"),
    "documents.document_expiring.v1": ("notifications",),
    "copies.versions_said.v1": ("vehicles", "billing", "documents", "ai", "notifications"),
    "copies.digests_said.v1": ("vehicles", "billing", "documents", "ai", "notifications"),
    "copies.states_asked.v1": ("auth", "vehicles", "billing", "documents"),
    "copies.subjects_gone.v1": ("vehicles", "billing", "documents", "ai", "notifications"),
}
"""Who listens to what; `tests/contracts/test_listeners.py` holds it to the services' consumers."""

RETIRED: Final = (("ai", "vehicles.odometer_read.v1"),)
"""Who listens no longer to what: these queues would fill for ever, and are deleted by whoever declares the others."""

HEARD_BY_GATEWAYS: Final = frozenset(
    {
        "auth.account_changed.v1",
        "auth.sessions_revoked.v1",
        "billing.entitlements_changed.v1",
        "documents.document_progressed.v1",
        "notifications.notification_created.v1",
        "notifications.notification_withdrawn.v1",
        "vehicles.car_export_progressed.v1",
        "vehicles.diagnosis_progressed.v1",
        "vehicles.import_progressed.v1",
    }
)
"""Heard on a queue of each gateway replica's own, which lives as long as the replica; polls make up for what is missed."""


def queue_name(service: str, topic: str) -> str:
    return f"{service}.{topic}"


def queue_arguments(service: str) -> dict[str, Any]:
    return {
        "x-queue-type": "quorum",
        "x-overflow": "reject-publish",
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-dead-letter-exchange": DEAD,
        "x-dead-letter-routing-key": service,
        "x-dead-letter-strategy": "at-least-once",
    }


def is_heard(topic: str) -> bool:
    return bool(LISTENERS.get(topic))


async def declare_exchange(channel: AbstractChannel) -> AbstractExchange:
    return await channel.declare_exchange(EVENTS, ExchangeType.TOPIC, durable=True)


async def declare_listeners(channel: AbstractChannel, topics: Iterable[str]) -> AbstractExchange:
    """Declare the exchanges and the queues of everybody who listens to `topics`; returns the events exchange."""
    exchange = await declare_exchange(channel)
    dead = await channel.declare_exchange(DEAD, ExchangeType.DIRECT, durable=True)
    for topic in topics:
        for service in LISTENERS.get(topic, ()):
            graves = await channel.declare_queue(
                f"{service}.dead", durable=True, arguments={"x-queue-type": "quorum"}
            )
            await graves.bind(dead, routing_key=service)
            queue = await channel.declare_queue(
                queue_name(service, topic), durable=True, arguments=queue_arguments(service)
            )
            await queue.bind(exchange, routing_key=topic)
    for service, topic in RETIRED:
        await channel.queue_delete(queue_name(service, topic))
    return exchange
