"""docs/events.md, made from the contracts themselves."""

import json
from collections.abc import Iterator

from shared.bus.inbox import BACKOFF
from shared.bus.topology import HEARD_BY_GATEWAYS, LISTENERS
from shared.contracts.base import Event, StateEvent
from shared.testing.events import all_events
from shared.testing.examples import EXAMPLES

HEAD = """# Events

What the services tell each other. Generated from `shared/contracts/` by `make contracts`; do not edit.

An event is written to the speaker's outbox in the transaction that caused it, published by that service's relay with a
publisher confirm, and handled once by each listener: the listener's inbox row, its effects and its own events commit together.
A handler that fails is tried again after {backoff}, then it is a dead letter (`make dead-letters`). A *state* event
carries the whole public state of its subject and a growing `version`, so that order and duplicates cannot hurt; a *fact* may
come in any order. The body is a CloudEvents 1.0 structured JSON document; `data` is what stands below.
"""


def events_markdown() -> str:
    backoff = ", ".join(_human(delay.total_seconds()) for delay in BACKOFF)
    return (
        HEAD.format(backoff=backoff)
        + "\n"
        + "\n".join(_overview())
        + "\n\n"
        + "\n".join(_details())
    )


def _human(seconds: float) -> str:
    for unit, size in (("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def _summary(event: type[Event]) -> str:
    return " ".join((event.__doc__ or "").split())


def _listeners(event: type[Event]) -> str:
    heard = [*LISTENERS.get(event.topic, ())]
    if event.topic in HEARD_BY_GATEWAYS:
        heard.append("each gateway")
    return ", ".join(heard) or "nobody yet"


def _overview() -> Iterator[str]:
    yield "| topic | kind | heard by |"
    yield "|---|---|---|"
    for event in all_events():
        kind = "state" if issubclass(event, StateEvent) else "fact"
        anchor = event.topic.replace(".", "")
        yield f"| [`{event.topic}`](#{anchor}) | {kind} | {_listeners(event)} |"


def _details() -> Iterator[str]:
    examples = {type(example): example for example in EXAMPLES}
    for event in all_events():
        body = examples[event].model_dump(mode="json")
        yield f"## {event.topic}\n"
        yield f"{_summary(event)} Heard by: {_listeners(event)}.\n"
        yield "```json"
        yield json.dumps(body, indent=2, ensure_ascii=False)
        yield "```\n"
