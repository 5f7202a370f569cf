"""A message does its work once, whatever the broker does: dedupe, retries with back-off and dead letters, in the consumer's database.

A message is acknowledged when its fate is stored: done, to be retried, or dead. Only a database out of reach makes us hold it.
"""

import random
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from pydantic import ValidationError
from sqlalchemy import func, literal, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.bus.envelope import Envelope, Poison, kept_text, open_envelope
from shared.bus.listen import AnyListener
from shared.bus.work_queue import hold_as
from shared.db.base import inbox, persons
from shared.db.persons import Hold, hold_person
from shared.db.unit_of_work import OpenWork, UnitOfWork
from shared.errors import Permanent, PersonErased
from shared.ids import new_id
from shared.observe import correlation
from shared.observe.metrics import Metrics
from shared.storable import plain

log = structlog.get_logger()
Receive = Callable[[bytes, Mapping[str, Any]], Awaitable[None]]
BACKOFF = tuple(timedelta(seconds=seconds) for seconds in (1, 10, 60, 600, 3600, 21_600))
JITTER = 0.2
KEEP_RAW = 65_536
_ID = re.compile(rb"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def delay_after(attempts: int) -> timedelta | None:
    """How long to wait after the n-th failed attempt (n from 1), with jitter; None means dead."""
    if attempts > len(BACKOFF):
        return None
    return BACKOFF[attempts - 1] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - jitter is no secret


class Inbox:
    def __init__(
        self,
        engine: AsyncEngine,
        open_work: OpenWork[Any],
        listeners: Sequence[AnyListener],
        metrics: Metrics,
    ) -> None:
        self._engine = engine
        self._open_work = open_work
        self._metrics = metrics
        self._by_topic: dict[str, list[AnyListener]] = {}
        for listener in listeners:
            self._by_topic.setdefault(listener.event.topic, []).append(listener)

    @property
    def topics(self) -> tuple[str, ...]:
        return tuple(self._by_topic)

    def does_together(self, topic: str) -> bool:
        listeners = self._by_topic.get(topic, ())
        return bool(listeners) and all(listener.together for listener in listeners)

    async def receive(self, raw: bytes, headers: Mapping[str, Any]) -> None:
        """Handle a delivery; returns when its fate is stored. Raises only when the database is out of reach."""
        try:
            envelope = open_envelope(raw, headers)
        except Poison as poison:
            await self._bury_raw(raw, headers, str(poison))
            return
        listeners = self._by_topic.get(envelope.topic)
        if listeners is None:
            await self._bury_raw(raw, headers, f"nobody here listens to {envelope.topic[:200]}")
            return
        for listener in listeners:
            await self._handle(listener, envelope)

    async def receive_all(
        self, deliveries: Sequence[tuple[bytes, Mapping[str, Any]]]
    ) -> list[Exception | None]:
        """Deliveries of one queue in one transaction; each by itself when that fails, or when they are no company.

        For each what `receive` would have raised.
        """
        if len(deliveries) > 1 and await self._done_together(deliveries):
            return [None] * len(deliveries)
        outcomes: list[Exception | None] = []
        for raw, headers in deliveries:
            try:
                await self.receive(raw, headers)
            except Exception as error:  # noqa: BLE001 - the delivery's own, who waits for it is told
                outcomes.append(error)
            else:
                outcomes.append(None)
        return outcomes

    async def _done_together(self, deliveries: Sequence[tuple[bytes, Mapping[str, Any]]]) -> bool:
        try:
            envelopes = [open_envelope(raw, headers) for raw, headers in deliveries]
        except Poison:
            return False
        (topic, *others) = {envelope.topic for envelope in envelopes}
        if others or not self.does_together(topic):
            return False
        listeners = self._by_topic[topic]
        envelopes.sort(key=lambda envelope: str(envelope.body.get("subject")))
        try:
            for listener in listeners:
                await self._handle_all(listener, envelopes)
        except Exception as error:  # noqa: BLE001 - whatever it was, each has its own chance now
            log.info(
                "event.not_together", topic=topic, number=len(envelopes), error=_describe(error)
            )
            return False
        return True

    async def _handle_all(self, listener: AnyListener, envelopes: Sequence[Envelope]) -> None:
        """Sorted by subject: who writes the same rows elsewhere takes them in the same order. Raises whatever one of them raises."""
        began = time.perf_counter()
        done: dict[UUID, Envelope] = {}
        values = [_done(listener, envelope) for envelope in envelopes]
        async with self._open_work() as work:
            work.is_whole = True
            rows = await work.session.execute(_FRESH, values)
            fresh = {row.event_id for row in rows}
            people = (envelope.person for envelope in envelopes)
            await work.hold_all({person for person in people if person is not None})
            for envelope in envelopes:
                if envelope.event_id in fresh and envelope.event_id not in done:
                    _begin(envelope)
                    await _run(listener, envelope, work)
                    await work.part()
                    done[envelope.event_id] = envelope
        seconds = time.perf_counter() - began
        lasted = self._metrics.handle_seconds.labels(listener.name)
        for _ in envelopes:
            lasted.observe(seconds)
        self._tell(listener, list(done.values()), len(envelopes))

    async def _handle(self, listener: AnyListener, envelope: Envelope) -> None:
        _begin(envelope)
        try:
            with self._metrics.handle_seconds.labels(listener.name).time():
                fresh = await self._run_once(listener, envelope)
        except PersonErased:
            await self._store_erased(listener.name, envelope)
            return
        except Exception as error:  # noqa: BLE001 - whatever a handler raises must be stored, not lost
            await self._store_failure(listener, envelope, error, attempts=1)
            return
        self._tell(listener, [envelope] if fresh else [], 1)

    def _tell(self, listener: AnyListener, done: Sequence[Envelope], delivered: int) -> None:
        """One line however many were done together: with their ids it costs each more than its work."""
        if delivered > len(done):  # twins in one company, too
            self._metrics.handled.labels(listener.name, "duplicate").inc(delivered - len(done))
        if not done:
            return
        self._metrics.handled.labels(listener.name, "done").inc(len(done))
        waited = self._metrics.event_lag.labels(listener.name)
        lag = 0.0
        for envelope in done:
            lag = envelope.lag_seconds
            waited.observe(lag)
        self._metrics.note_lag(done[-1].topic, lag)
        ids = [str(envelope.event_id) for envelope in done]
        if len(done) == 1:
            _begin(done[0])
            log.info("event.handled", handler=listener.name, event_id=ids[0])
            return
        correlation.end()
        clicks = [envelope.headers.get("x-request-id") for envelope in done]
        log.info("events.handled", handler=listener.name, event_ids=ids, request_ids=clicks)

    async def _run_once(self, listener: AnyListener, envelope: Envelope) -> bool:
        async with self._open_work() as work:
            work.is_whole = True
            if (await work.session.execute(_FRESH, [_done(listener, envelope)])).first() is None:
                return False
            await _run(listener, envelope, work)
        return True

    async def _store_erased(self, handler: str, envelope: Envelope) -> None:
        """Nothing was done and nothing is kept, but that a copy of the message is known."""
        async with self._engine.begin() as connection:
            await connection.execute(_fate(handler, envelope, _ERASED))
        self._metrics.handled.labels(handler, "erased").inc()

    async def _store_failure(
        self, listener: AnyListener, envelope: Envelope, error: Exception, *, attempts: int
    ) -> None:
        handler = listener.name
        delay = None if isinstance(error, Permanent | ValidationError) else delay_after(attempts)
        state = "retry" if delay is not None else "dead"
        values = {
            "state": state,
            "body": envelope.body,
            "attempts": attempts,
            "next_at": func.now() + delay if delay is not None else None,
            "last_error": _describe(error),
            "finished_at": None if delay is not None else func.now(),
        }
        person, is_over = envelope.person, listener.hold is Hold.LIVING or state == "dead"
        async with self._engine.begin() as connection:
            if person is not None and is_over and not await hold_person(connection, person):
                state, values = "erased", _ERASED
            await connection.execute(_fate(handler, envelope, values))
        self._metrics.handled.labels(handler, state).inc()
        level = log.error if state == "dead" else log.warning
        level(
            "event.failed",
            handler=handler,
            event_id=str(envelope.event_id),
            state=state,
            attempts=attempts,
            error=_describe(error),
        )

    async def _bury_raw(self, raw: bytes, headers: Mapping[str, Any], reason: str) -> None:
        log.error("event.poison", reason=reason, size=len(raw))
        self._metrics.handled.labels("unknown", "dead").inc()
        values = {
            "event_id": new_id(),
            "handler": "unknown",
            "topic": kept_text(headers.get("type", "")),
            "state": "dead",
            "raw": raw[:KEEP_RAW],
            "headers": {kept_text(key)[:100]: kept_text(value) for key, value in headers.items()},
            "last_error": reason,
            "finished_at": func.now(),
        }
        async with self._engine.begin() as connection:
            if await _names_the_erased(connection, raw):
                values |= {"raw": None, "headers": {}}
            await connection.execute(insert(inbox).values(**values))

    async def retry_due(self, limit: int = 50) -> int:
        """Run the retries that are due; returns how many were tried."""
        tried = 0
        while tried < limit and await self._retry_one():
            tried += 1
        return tried

    async def _retry_one(self) -> bool:
        handlers = {
            listener.name: listener for group in self._by_topic.values() for listener in group
        }
        due = (
            select(inbox)
            .where(
                inbox.c.state == "retry",
                inbox.c.next_at <= func.now(),
                inbox.c.handler.in_(handlers),
            )
            .order_by(inbox.c.next_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        envelope, row = None, None
        try:
            async with self._open_work() as work:
                work.is_whole = True
                row = (await work.session.execute(due)).mappings().first()
                if row is None:
                    return False
                envelope = Envelope(row["event_id"], row["topic"], row["body"], row["headers"])
                _begin(envelope)
                await _run(handlers[row["handler"]], envelope, work)
                await work.session.execute(
                    update(inbox)
                    .where(inbox.c.event_id == row["event_id"], inbox.c.handler == row["handler"])
                    .values(
                        state="done",
                        finished_at=func.now(),
                        body=None,
                        next_at=None,
                        attempts=row["attempts"] + 1,
                    )
                )
        except Exception as error:
            if envelope is None or row is None:
                raise
            if isinstance(error, PersonErased):
                await self._store_erased(row["handler"], envelope)
                return True
            listener = handlers[row["handler"]]
            await self._store_failure(listener, envelope, error, attempts=row["attempts"] + 1)
            return True
        self._metrics.handled.labels(row["handler"], "done").inc()
        return True

    async def look(self) -> None:
        """Refresh the gauges."""
        counted = (
            select(inbox.c.state, func.count().label("number"))
            .where(inbox.c.state.in_(("retry", "dead")))
            .group_by(inbox.c.state)
        )
        async with self._engine.connect() as connection:
            rows = await connection.execute(counted)
            found = {row.state: row.number for row in rows}
        for state in ("retry", "dead"):
            self._metrics.inbox_waiting.labels(state).set(found.get(state, 0))


_FRESH = (
    insert(inbox)
    .values(finished_at=func.now())
    .on_conflict_do_nothing()
    .returning(inbox.c.event_id)
)
"""Notes messages as done; returns those that were not known."""


def _done(listener: AnyListener, envelope: Envelope) -> dict[str, Any]:
    return {
        "event_id": envelope.event_id,
        "handler": listener.name,
        "topic": envelope.topic,
        "state": "done",
        "headers": envelope.headers,
    }


def _begin(envelope: Envelope) -> None:
    correlation.begin(envelope.headers.get("x-request-id"), envelope.headers.get("traceparent"))


_ERASED: dict[str, Any] = {
    "state": "done",
    "body": None,
    "headers": literal({}, JSONB),
    "attempts": 1,
    "next_at": None,
    "last_error": "erased",
    "finished_at": func.now(),
}


def _fate(handler: str, envelope: Envelope, values: dict[str, Any]) -> Any:
    """What became of a message that was not handled; it never undoes a "done"."""
    keys = {"event_id": envelope.event_id, "handler": handler, "topic": envelope.topic}
    statement = insert(inbox).values(**{"headers": envelope.headers, **keys, **values})
    return statement.on_conflict_do_update(
        index_elements=["event_id", "handler"], set_=values, where=inbox.c.state != "done"
    )


async def _run(listener: AnyListener, envelope: Envelope, work: UnitOfWork) -> None:
    """Raises PersonErased, with which the whole transaction is undone."""
    work.stand_nowhere()  # whoever the message before was about
    if envelope.person is not None:
        await hold_as(work, envelope.person, listener.hold)
    await listener.handle(listener.event.model_validate(envelope.body["data"]), work)


async def _names_the_erased(connection: AsyncConnection, raw: bytes) -> bool:
    """Of bytes that are no event of ours: whether some id in them is that of somebody erased. Holds the others."""
    ids = {UUID(found.decode()) for found in _ID.findall(raw[:KEEP_RAW])}
    known = select(persons.c.erased_at).where(persons.c.person_id.in_(ids))
    held = known.order_by(persons.c.person_id).with_for_update(read=True)
    return any(row.erased_at is not None for row in await connection.execute(held))


def _describe(error: Exception) -> str:
    if isinstance(error, ValidationError):
        wrong = [
            ".".join(map(str, item["loc"])) + ": " + item["type"]
            for item in error.errors(include_input=False)
        ]
        return ("contract: " + "; ".join(wrong))[:500]
    return plain(f"{type(error).__name__}: {error}")[:500]
