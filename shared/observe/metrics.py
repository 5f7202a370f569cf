"""What Prometheus scrapes from every process. One registry per app, so that seven apps can live in one test."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
SLOW = (0.005, 0.025, 0.1, 0.25, 1, 2.5, 10, 30, 60, 300)


class Metrics:
    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "autotrack_http_requests_total",
            "HTTP requests",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self.request_seconds = Histogram(
            "autotrack_http_request_seconds",
            "HTTP latency",
            ["method", "route"],
            buckets=FAST,
            registry=self.registry,
        )
        self.outbox_depth = Gauge(
            "autotrack_outbox_depth", "Events not yet on the bus", registry=self.registry
        )
        self.outbox_age = Gauge(
            "autotrack_outbox_oldest_seconds",
            "Age of the oldest event not yet on the bus",
            registry=self.registry,
        )
        self.published = Counter(
            "autotrack_events_published_total",
            "Events confirmed by the broker",
            ["topic"],
            registry=self.registry,
        )
        self.publish_failures = Counter(
            "autotrack_publish_failures_total",
            "Publishes without a confirm",
            registry=self.registry,
        )
        self.handled = Counter(
            "autotrack_events_handled_total",
            "Messages by outcome",
            ["handler", "outcome"],
            registry=self.registry,
        )
        self.handle_seconds = Histogram(
            "autotrack_event_handle_seconds",
            "Handler duration",
            ["handler"],
            buckets=SLOW,
            registry=self.registry,
        )
        self.event_lag = Histogram(
            "autotrack_event_lag_seconds",
            "From commit to effect",
            ["handler"],
            buckets=SLOW,
            registry=self.registry,
        )
        self.inbox_waiting = Gauge(
            "autotrack_inbox_rows", "Inbox rows by state", ["state"], registry=self.registry
        )
        self.jobs = Counter(
            "autotrack_jobs_total", "Jobs by outcome", ["kind", "outcome"], registry=self.registry
        )
        self.job_seconds = Histogram(
            "autotrack_job_seconds", "Job duration", ["kind"], buckets=SLOW, registry=self.registry
        )
        self.jobs_waiting = Gauge(
            "autotrack_job_rows", "Job rows by state", ["kind", "state"], registry=self.registry
        )
        self.schedule_lag = Gauge(
            "autotrack_schedule_lag_seconds",
            "How late the last slot ran",
            ["name"],
            registry=self.registry,
        )
