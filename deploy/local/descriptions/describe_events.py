"""The events, described for those who listen: AsyncAPI 3.0 from the contracts and the topology."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.bus.outbox import CONTENT_TYPE
from shared.bus.topology import EVENTS, HEARD_BY_GATEWAYS, LISTENERS, queue_name
from shared.contracts.base import Event

Document = dict[str, Any]


def describe_events(
    events: Sequence[type[Event]], schemas: Mapping[str, Document], *, version: str
) -> Document:
    """`schemas` are the committed ones, by topic."""
    channels: Document = {}
    operations: Document = {}
    messages: Document = {}
    for event in sorted(events, key=lambda event: event.topic):
        topic, key = event.topic, event.topic.replace(".", "_")
        speaker = topic.partition(".")[0]
        listeners = [*LISTENERS.get(topic, ()), *(["gateway"] * (topic in HEARD_BY_GATEWAYS))]
        channels[key] = {
            "address": topic,
            "messages": {event.__name__: {"$ref": f"#/components/messages/{event.__name__}"}},
            "bindings": {
                "amqp": {
                    "is": "routingKey",
                    "exchange": {"name": EVENTS, "type": "topic", "durable": True},
                }
            },
            "x-listeners": {
                name: queue_name(name, topic) if name != "gateway" else "one queue per replica"
                for name in listeners
            },
        }
        operations[f"send_{key}"] = {
            "action": "send",
            "channel": {"$ref": f"#/channels/{key}"},
            "summary": f"Sent by {speaker}.",
        }
        messages[event.__name__] = {
            "name": topic,
            "title": event.__name__,
            "summary": " ".join((event.__doc__ or "").split()),
            "contentType": CONTENT_TYPE,
            "payload": _envelope(topic, schemas[topic]),
        }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "AutoTrack events",
            "version": version,
            "description": "CloudEvents 1.0 (structured) on one RabbitMQ topic exchange.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages},
    }


def _envelope(topic: str, schema: Document) -> Document:
    definitions = schema.get("$defs", {})
    data = {
        name: value for name, value in schema.items() if name not in {"$schema", "$id", "$defs"}
    }
    envelope: Document = {
        "type": "object",
        "required": ["specversion", "id", "source", "type", "subject", "time", "data"],
        "properties": {
            "specversion": {"const": "1.0"},
            "id": {"type": "string", "format": "uuid"},
            "source": {"type": "string"},
            "type": {"const": topic},
            "subject": {"type": "string", "format": "uuid"},
            "time": {"type": "string", "format": "date-time"},
            "datacontenttype": {"const": "application/json"},
            "dataschema": {"type": "string"},
            "aggversion": {"type": ["integer", "null"]},
            "data": data,
        },
    }
    inlined: Document = _inlined(envelope, definitions)
    return inlined


def _inlined(node: Any, definitions: Mapping[str, Any]) -> Any:
    """References inside a message would point outside of it: put what they name in their place."""
    if isinstance(node, list):
        return [_inlined(value, definitions) for value in node]
    if not isinstance(node, dict):
        return node
    pointer = node.get("$ref")
    if isinstance(pointer, str) and pointer.startswith("#/$defs/"):
        rest = {key: value for key, value in node.items() if key != "$ref"}
        return {**_inlined(definitions[pointer.removeprefix("#/$defs/")], definitions), **rest}
    return {key: _inlined(value, definitions) for key, value in node.items()}
