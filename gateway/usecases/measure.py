"""Gauges are read when somebody looks, not kept up to date for nobody."""

from gateway.domain.breaker import BreakerState
from gateway.usecases.work import Work


async def measure(work: Work) -> None:
    metrics = work.metrics
    ages = {
        "entitlements": work.news.entitlements_age,
        "revocations": work.news.revocations_age,
        "keys": work.user_keys.age,
    }
    for feed, age in ages.items():
        metrics.feed_age.labels(feed).set(float("inf") if age is None else age)
    metrics.known.labels("entitlements").set(len(work.entitlements))
    metrics.known.labels("revocations").set(len(work.revocations))
    metrics.known.labels("tokens").set(len(work.verified))
    metrics.known.labels("streams").set(len(work.streams))
    for name in work.upstreams.names():
        upstream = work.upstreams[name]
        is_closed = upstream.breaker.state is BreakerState.CLOSED
        metrics.in_flight.labels(name).set(upstream.in_flight)
        metrics.attempts.labels(name).set(upstream.attempts)
        metrics.breaker_open.labels(name).set(0 if is_closed else 1)
