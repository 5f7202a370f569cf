"""A message as it comes off the wire: an event of ours, or poison."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

import orjson

from shared.clock import SystemClock
from shared.db.persons import person_of
from shared.storable import flaw_in, plain

MAX_BYTES = 1_048_576


@dataclass(frozen=True)
class Envelope:
    event_id: UUID
    topic: str
    body: dict[str, Any]
    headers: dict[str, str]

    @cached_property
    def person(self) -> UUID | None:
        """Whom it is about."""
        return person_of(self.body["data"])

    @property
    def lag_seconds(self) -> float:
        try:
            sent = datetime.fromisoformat(self.body["time"])
            return (SystemClock().now() - sent).total_seconds()
        except (KeyError, ValueError):
            return 0.0


class Poison(Exception):
    """Bytes that are no event of ours."""


def open_envelope(raw: bytes, headers: Mapping[str, Any]) -> Envelope:
    """Raises Poison."""
    if len(raw) > MAX_BYTES:
        raise Poison(f"{len(raw)} bytes, at most {MAX_BYTES}")
    try:
        body = orjson.loads(raw)
        event_id, topic = UUID(body["id"]), str(body["type"])
        if not isinstance(body["data"], dict):
            raise Poison("data is no object")
        flaw = flaw_in(body)
        if flaw is not None:  # nor could PostgreSQL store it as a dead letter
            raise Poison(f"holds what cannot be kept: {flaw.reason}")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Poison(f"not an event: {type(error).__name__}") from error
    kept = {
        name: kept_text(headers[name])
        for name in ("x-request-id", "traceparent")
        if name in headers
    }
    return Envelope(event_id, topic, body, kept)


def kept_text(value: Any) -> str:
    """As it may be stored."""
    return (base64.b64encode(value).decode() if isinstance(value, bytes) else plain(str(value)))[
        :200
    ]
