"""What an operator watches: webhooks by type and result, how late they come, and how Stripe answers."""

from prometheus_client import CollectorRegistry, Counter, Histogram

LAGS = (0.1, 0.5, 1, 5, 30, 60, 300, 3600, 86_400)
WAITS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Measures:
    def __init__(self) -> None:
        self.webhooks = Counter(
            "autotrack_billing_webhooks",
            "Webhooks by type, result and the secret that matched",
            ["type", "result", "secret"],
            registry=None,
        )
        self.lag = Histogram(
            "autotrack_billing_webhook_lag_seconds",
            "From the event at Stripe to its arrival",
            buckets=LAGS,
            registry=None,
        )
        self.stripe_seconds = Histogram(
            "autotrack_billing_stripe_seconds",
            "Stripe calls, retries included, by outcome",
            ["outcome"],
            buckets=WAITS,
            registry=None,
        )

    def join(self, registry: CollectorRegistry) -> None:
        """Shown at this app's /metrics, on its inner port; an app has its own registry."""
        for measure in (self.webhooks, self.lag, self.stripe_seconds):
            registry.register(measure)
