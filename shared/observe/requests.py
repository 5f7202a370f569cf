"""Requests, tallied in plain numbers, which one thread needs no lock for; they become metrics when somebody looks.

The number of series is bounded whatever callers send: a route is a template of ours, a method or a status nobody knows is `other`,
and past `MOST_ROUTES` a new route is `other`, too. Latencies have one histogram for reads, changes and streams; a route has
its sum and its count, of which its mean follows.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from http import HTTPStatus

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
CLASSES = ("2xx", "4xx", "5xx")
"""Of a route; redirections and what was not modified went well, too. Exact statuses are counted for the process."""
MOST_ROUTES = 640
"""Four series each."""
OTHER = "other"
UNMATCHED = "unmatched"
GONE = 499
"""The caller hung up before the answer; nginx's number."""
_METHODS = {name: name for name in ("GET", "POST", "PUT", "PATCH", "DELETE")} | {"HEAD": "GET"}
"""Any other, also a preflight, is counted without its route: it reaches none."""
_STATUSES = frozenset({*map(int, HTTPStatus), GONE})
_STREAMS = ("/stream", "/chat")
"""How a route ends whose answer lasts as long as somebody listens."""


class _Kind:
    """All requests of one kind."""

    __slots__ = ("buckets", "seconds")

    def __init__(self) -> None:
        self.buckets = [0] * (len(FAST) + 1)
        self.seconds = 0.0


class _Row:
    """All requests of one method and route."""

    __slots__ = ("answers", "kind", "seconds")

    def __init__(self, kind: _Kind) -> None:
        self.answers = [0] * len(CLASSES)
        self.seconds = 0.0
        self.kind = kind


class RequestTallies(Collector):
    def __init__(self) -> None:
        self._kinds = {name: _Kind() for name in ("read", "write", "stream")}
        self._rows: dict[tuple[str, str], _Row] = {}
        self._statuses: Counter[int | str] = Counter()

    def add(self, method: str, route: str, status: int, seconds: float) -> None:
        """`route` is the template, never what a caller wrote."""
        known = _METHODS.get(method)
        key = (known, route) if known else (OTHER, UNMATCHED)
        row = self._rows.get(key) or self._begin(key)
        row.answers[min(max(status // 100, 3), 5) - 3] += 1
        row.seconds += seconds
        row.kind.buckets[bisect_left(FAST, seconds)] += 1
        row.kind.seconds += seconds
        self._statuses[status if status in _STATUSES else OTHER] += 1

    def _begin(self, key: tuple[str, str]) -> _Row:
        if len(self._rows) >= MOST_ROUTES:
            key = (OTHER, OTHER)
            if key in self._rows:
                return self._rows[key]
        method, route = key
        is_read = method == "GET"
        name = "stream" if route.endswith(_STREAMS) else "read" if is_read else "write"
        row = self._rows[key] = _Row(self._kinds[name])
        return row

    def collect(self) -> Iterator[Metric]:
        yield self._requests()
        yield self._route_seconds()
        yield self._answers()
        yield self._request_seconds()

    def _requests(self) -> Metric:
        found = CounterMetricFamily(
            "autotrack_http_requests",
            "HTTP requests by route and class of status",
            labels=["method", "route", "status"],
        )
        for (method, route), row in self._rows.items():
            for status, count in zip(CLASSES, row.answers, strict=True):
                if count:
                    found.add_metric([method, route, status], count)
        return found

    def _route_seconds(self) -> Metric:
        found = CounterMetricFamily(
            "autotrack_http_route_seconds",
            "Time spent on a route's requests; divided by their number, the mean",
            labels=["method", "route"],
        )
        for (method, route), row in self._rows.items():
            found.add_metric([method, route], row.seconds)
        return found

    def _answers(self) -> Metric:
        found = CounterMetricFamily(
            "autotrack_http_answers", "HTTP answers by exact status", labels=["status"]
        )
        for status, count in self._statuses.items():
            found.add_metric([str(status)], count)
        return found

    def _request_seconds(self) -> Metric:
        found = HistogramMetricFamily(
            "autotrack_http_request_seconds",
            "HTTP latency of reads, changes and streams",
            labels=["kind"],
        )
        for name, kind in self._kinds.items():
            found.add_metric([name], _cumulative(kind.buckets), kind.seconds)
        return found


def _cumulative(buckets: list[int]) -> list[tuple[str, float]]:
    total = 0
    found: list[tuple[str, float]] = []
    for bound, count in zip((*map(str, FAST), "+Inf"), buckets, strict=True):
        total += count
        found.append((bound, total))
    return found
