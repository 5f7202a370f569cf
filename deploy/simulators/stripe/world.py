"""Everything this make-believe Stripe knows: objects, events and the time, in memory.

Ids are counted, so a run with the same seed and the same calls gives the same ids; the seed of a started simulator is its start
time, so that ids never come back after a restart.
"""

import copy
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Protocol

from deploy.simulators.stripe.wire import Json, missing

API_VERSION = "2026-10-28.endive"
PAGE = 10
LONGEST_PAGE = 100


class HasNow(Protocol):
    def now(self) -> datetime: ...


class SystemTime:
    def now(self) -> datetime:
        return datetime.now(UTC)


class World:
    def __init__(self, *, clock: HasNow, seed: str, public_url: str) -> None:
        self.clock = clock
        self.seed = seed
        self.public_url = public_url.rstrip("/")
        self._frozen: int | None = None
        self.listeners: list[Callable[[Json], None]] = []
        self.request: Json = {"id": None, "idempotency_key": None}
        self.reset()

    def reset(self) -> None:
        self.tables: dict[str, dict[str, Json]] = defaultdict(dict)
        self.counters: dict[str, int] = defaultdict(int)
        self.answers: dict[str, tuple[Json, int, Json]] = {}
        self.calls: list[Json] = []
        self.faults: list[Json] = []
        self.outcomes: dict[str, list[str]] = defaultdict(list)
        self.notes: dict[str, Json] = defaultdict(dict)

    def now(self) -> int:
        return self._frozen if self._frozen is not None else int(self.clock.now().timestamp())

    @contextmanager
    def at(self, moment: int) -> Iterator[None]:
        """What fell due in the past happens with the time stamp of the moment when it was due."""
        before, self._frozen = self._frozen, moment
        try:
            yield
        finally:
            self._frozen = before

    def new_id(self, prefix: str) -> str:
        self.counters[prefix] += 1
        return f"{prefix}_{self.seed}{self.counters[prefix]:06d}"

    def add(self, table: str, row: Json) -> Json:
        self.tables[table][row["id"]] = row
        return row

    def find(self, table: str, object_id: str, *, param: str = "id") -> Json:
        row = self.tables[table].get(object_id)
        if row is None:
            raise missing(table, object_id, param=param)
        return row

    def all(self, table: str) -> list[Json]:
        """Newest first, as Stripe lists."""
        return list(reversed(self.tables[table].values()))

    def emit(self, kind: str, about: Json, previous: Json | None = None) -> Json:
        data: Json = {"object": copy.deepcopy(about)}
        if previous is not None:
            data["previous_attributes"] = copy.deepcopy(previous)
        event = {
            "id": self.new_id("evt"),
            "object": "event",
            "api_version": API_VERSION,
            "created": self.now(),
            "data": data,
            "livemode": False,
            "pending_webhooks": 1,
            "request": dict(self.request),
            "type": kind,
        }
        self.add("event", event)
        for listener in self.listeners:
            listener(event)
        return event


def page(rows: list[Json], params: Json, url: str) -> Json:
    """Stripe's list envelope; cursors are ids."""
    limit = min(int(params.get("limit", PAGE)), LONGEST_PAGE)
    ids = [row["id"] for row in rows]
    if after := params.get("starting_after"):
        rows = rows[ids.index(after) + 1 :] if after in ids else []
    elif before := params.get("ending_before"):
        rows = rows[max(0, ids.index(before) - limit) : ids.index(before)] if before in ids else []
    return {
        "object": "list",
        "data": rows[:limit],
        "has_more": len(rows) > limit,
        "url": url,
    }


def listing(rows: list[Json], url: str) -> Json:
    return {"object": "list", "data": rows, "has_more": False, "total_count": len(rows), "url": url}


def within(value: int, window: Any) -> bool:
    if isinstance(window, dict):
        bounds = {
            "gt": value > window.get("gt", value - 1),
            "gte": value >= window.get("gte", value),
            "lt": value < window.get("lt", value + 1),
            "lte": value <= window.get("lte", value),
        }
        return all(bounds.values())
    return window is None or value == int(window)
