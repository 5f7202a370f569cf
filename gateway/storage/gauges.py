"""What Prometheus sees of the gateway.

Requests are tallied in plain numbers, which one thread needs no lock for, and become metrics when scraped.
"""

from bisect import bisect_left
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from shared.observe.metrics import FAST


class Tally:
    """The requests of one method, route and status."""

    __slots__ = ("buckets", "seconds")

    def __init__(self) -> None:
        self.buckets = [0] * (len(FAST) + 1)
        self.seconds = 0.0

    def add(self, seconds: float) -> None:
        self.buckets[bisect_left(FAST, seconds)] += 1
        self.seconds += seconds


class RequestTallies(Collector):
    def __init__(self) -> None:
        self._of: dict[tuple[str, str, int], Tally] = {}

    def of(self, method: str, route: str, status: int) -> Tally:
        key = (method, route, status)
        found = self._of.get(key)
        if found is None:
            found = self._of[key] = Tally()
        return found

    def collect(self) -> Iterator[Metric]:
        requests = CounterMetricFamily(
            "autotrack_http_requests", "HTTP requests", labels=["method", "route", "status"]
        )
        seconds = HistogramMetricFamily(
            "autotrack_http_request_seconds", "HTTP latency", labels=["method", "route"]
        )
        routes: dict[tuple[str, str], Tally] = {}
        for (method, route, status), tally in self._of.items():
            requests.add_metric([method, route, str(status)], sum(tally.buckets))
            whole = routes.setdefault((method, route), Tally())
            whole.seconds += tally.seconds
            whole.buckets = [a + b for a, b in zip(whole.buckets, tally.buckets, strict=True)]
        for (method, route), whole in routes.items():
            seconds.add_metric([method, route], _cumulative(whole.buckets), whole.seconds)
        yield requests
        yield seconds


def _cumulative(buckets: list[int]) -> list[tuple[str, float]]:
    total = 0
    found: list[tuple[str, float]] = []
    for bound, count in zip((*map(str, FAST), "+Inf"), buckets, strict=True):
        total += count
        found.append((bound, total))
    return found


class GatewayMetrics:
    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = RequestTallies()
        self.registry.register(self.requests)
        self.feed_age = self._gauge(
            "feed_age_seconds", "Since we last heard entitlements, revocations or keys", "feed"
        )
        self.known = self._gauge("known", "Things held in memory, by kind", "kind")
        self.in_flight = self._gauge(
            "upstream_requests", "Requests under way, by service", "upstream"
        )
        self.breaker_open = self._gauge(
            "breaker_open", "1 while a service is not asked because it fails", "upstream"
        )
        self.attempts = self._gauge(
            "upstream_attempts", "Requests sent to a service, second tries included", "upstream"
        )
        self.rate_refusals = Counter(
            "autotrack_gateway_rate_refusals_total",
            "Requests refused for their rate",
            ["rate"],
            registry=self.registry,
        )

    def _gauge(self, name: str, text: str, label: str) -> Gauge:
        return Gauge(f"autotrack_gateway_{name}", text, [label], registry=self.registry)
