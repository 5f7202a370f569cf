"""What Prometheus sees of the gateway."""

from prometheus_client import CollectorRegistry, Counter, Gauge

from shared.observe.requests import RequestTallies


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
