"""What Prometheus sees of the gateway beside its requests."""

from prometheus_client import Counter, Gauge

from shared.observe.metrics import Metrics


class GatewayMetrics(Metrics):
    def __init__(self) -> None:
        super().__init__()
        self.feed_age = Gauge(
            "autotrack_gateway_feed_age_seconds",
            "Since we last heard entitlements, revocations or keys",
            ["feed"],
            registry=self.registry,
        )
        self.known = Gauge(
            "autotrack_gateway_known",
            "Things held in memory, by kind",
            ["kind"],
            registry=self.registry,
        )
        self.in_flight = Gauge(
            "autotrack_gateway_upstream_requests",
            "Requests under way, by service",
            ["upstream"],
            registry=self.registry,
        )
        self.breaker_open = Gauge(
            "autotrack_gateway_breaker_open",
            "1 while a service is not asked because it fails",
            ["upstream"],
            registry=self.registry,
        )
        self.attempts = Gauge(
            "autotrack_gateway_upstream_attempts",
            "Requests sent to a service since the start, second tries included",
            ["upstream"],
            registry=self.registry,
        )
        self.refused_rate = Counter(
            "autotrack_gateway_rate_refusals_total",
            "Requests refused for their rate",
            ["class_"],
            registry=self.registry,
        )
