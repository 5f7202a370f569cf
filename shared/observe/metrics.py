"""What Prometheus scrapes from every process. One registry per app, so that seven apps can live in one test."""

import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from shared.observe.requests import RequestTallies

LATELY_SECONDS = 60.0
SLOW = (0.005, 0.025, 0.1, 0.25, 1, 2.5, 10, 30, 60, 300)


class Metrics:
    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._lags: dict[str, tuple[float, float]] = {}
        self.requests = RequestTallies()
        self.registry.register(self.requests)
        self._of_events()
        self._of_jobs()

    def note_lag(self, topic: str, seconds: float) -> None:
        """How old an event of this topic was when its effect committed."""
        self._lags[topic] = time.monotonic(), seconds

    def lag_of(self, topic: str) -> float:
        """Seconds that the last one had waited, if it came within the last minute; else 0."""
        at, seconds = self._lags.get(topic, (0.0, 0.0))
        return seconds if time.monotonic() - at < LATELY_SECONDS else 0.0

    def _counter(self, name: str, what: str, *labels: str) -> Counter:
        return Counter(f"autotrack_{name}", what, labels, registry=self.registry)

    def _gauge(self, name: str, what: str, *labels: str) -> Gauge:
        return Gauge(f"autotrack_{name}", what, labels, registry=self.registry)

    def _histogram(
        self, name: str, what: str, *labels: str, buckets: tuple[float, ...] = SLOW
    ) -> Histogram:
        return Histogram(f"autotrack_{name}", what, labels, registry=self.registry, buckets=buckets)

    def _of_events(self) -> None:
        self.outbox_depth = self._gauge("outbox_depth", "Events not yet on the bus")
        self.outbox_age = self._gauge(
            "outbox_oldest_seconds", "Age of the oldest event not yet on the bus"
        )
        self.published = self._counter(
            "events_published_total", "Events confirmed by the broker", "topic"
        )
        self.publish_failures = self._counter(
            "publish_failures_total", "Publishes without a confirm"
        )
        self.handled = self._counter(
            "events_handled_total", "Messages by outcome", "handler", "outcome"
        )
        self.handle_seconds = self._histogram("event_handle_seconds", "Handler duration", "handler")
        self.event_lag = self._histogram("event_lag_seconds", "From commit to effect", "handler")
        self.inbox_waiting = self._gauge("inbox_rows", "Inbox rows by state", "state")

        self.loop_restarts = self._counter(
            "loop_restarts_total", "Loops of a worker that began again", "loop"
        )
        self.left_behind = self._gauge(
            "left_behind_rows", "Rows of people erased more than a day ago"
        )

        self.copies_wrong = self._counter(
            "copies_wrong_total", "Copies of another service's that were behind", "of", "kind"
        )

    def _of_jobs(self) -> None:
        self.jobs = self._counter("jobs_total", "Jobs by outcome", "kind", "outcome")
        self.job_seconds = self._histogram("job_seconds", "Job duration", "kind")
        self.jobs_waiting = self._gauge("job_rows", "Job rows by state", "kind", "state")
        self.schedule_lag = self._gauge(
            "schedule_lag_seconds", "How late the last slot ran", "name"
        )
