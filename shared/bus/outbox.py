"""An event becomes an outbox row in the transaction that caused it; the relay turns rows into messages.

The body is a CloudEvents 1.0 structured document; its AMQP binding is for AMQP 1.0, RabbitMQ here speaks 0-9-1, so no header mapping.
"""

from typing import Any

from shared.clock import SystemClock
from shared.contracts.base import Event, StateEvent
from shared.ids import new_id
from shared.observe.correlation import Correlation, current

CONTENT_TYPE = "application/cloudevents+json"


def outbox_row(
    event: Event, *, is_secret: bool = False, caused_by: Correlation | None = None
) -> dict[str, Any]:
    """`is_secret`: its data is wiped once sent, as that of events which always carry a secret.

    `caused_by`: the click or message it comes from, unless that is the one at hand.
    """
    event_id = new_id()
    version = event.version if isinstance(event, StateEvent) else None
    return {
        "event_id": event_id,
        "topic": event.topic,
        "subject": event.subject,
        "version": version,
        "body": {
            "specversion": "1.0",
            "id": str(event_id),
            "source": f"/autotrack/{event.topic.partition('.')[0]}",
            "type": event.topic,
            "subject": str(event.subject),
            "time": SystemClock().now().isoformat(),
            "datacontenttype": "application/json",
            "dataschema": f"/schemas/{event.topic}.json",
            "aggversion": version,
            "data": event.model_dump(mode="json"),
        },
        "headers": (caused_by or current()).headers(),
        "carries_secret": int(event.carries_secret or is_secret),
    }
