"""What Prometheus has to keep of one process is bounded: fewer than 3,000 series when everything has happened."""

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from prometheus_client.parser import text_string_to_metric_families

from deploy.local.contracts import apps
from gateway.settings import SERVICES
from shared.observe.metrics import Metrics
from tests.contracts.test_listeners import consumers

MOST = 3000
STATUSES = (
    200,
    201,
    202,
    204,
    303,
    304,
    400,
    401,
    403,
    404,
    409,
    412,
    422,
    429,
    500,
    502,
    503,
    507,
)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW", 'X"{le="1"}')
OUTCOMES = ("done", "retry", "dead", "again", "duplicate", "failed", "ignored", "lost")


@pytest.fixture(scope="module")
def every() -> dict[str, FastAPI]:
    return dict(apps())


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_in_which_everything_has_happened(
    service: str, every: dict[str, FastAPI]
) -> None:
    app = every[service]
    metrics: Metrics = app.state.metrics
    for context in iter_route_contexts(app.routes):
        for method in (*(context.methods or ()), "HEAD", "OPTIONS"):
            for status in STATUSES:
                metrics.requests.add(method, str(context.path), status, 0.1)
    for method in METHODS:
        for status in (*STATUSES, *range(100, 600), 999):
            metrics.requests.add(method, "unmatched", status, 0.1)
    _all_events(metrics, [listener.name for listener in consumers(service)])
    _all_jobs(metrics, app.state.worker)
    text = (await app.state.operations.exposition.text()).decode()
    found = sum(len(family.samples) for family in text_string_to_metric_families(text))
    assert found < MOST
    assert "_created" not in text
    assert 'route="other"' not in text, "more routes than are counted each"


def _all_events(metrics: Metrics, handlers: list[str]) -> None:
    for handler in handlers:
        metrics.handle_seconds.labels(handler).observe(0.1)
        metrics.event_lag.labels(handler).observe(0.1)
        metrics.published.labels(handler).inc()
        for outcome in OUTCOMES:
            metrics.handled.labels(handler, outcome).inc()
            metrics.inbox_waiting.labels(outcome).set(1)


def _all_jobs(metrics: Metrics, worker: Any) -> None:
    for name in worker.schedules:
        metrics.schedule_lag.labels(name).set(1)
    for job in worker._lanes:
        metrics.job_seconds.labels(job.kind).observe(0.1)
        for outcome in OUTCOMES:
            metrics.jobs.labels(job.kind, outcome).inc()
            metrics.jobs_waiting.labels(job.kind, outcome).set(1)
