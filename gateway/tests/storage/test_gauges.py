from prometheus_client import generate_latest

from gateway.storage.gauges import GatewayMetrics


def test_tallies_become_the_counters_and_histograms_every_service_has() -> None:
    metrics = GatewayMetrics()
    metrics.requests.of("GET", "/api/x", 200).add(0.003)
    metrics.requests.of("GET", "/api/x", 200).add(0.2)
    metrics.requests.of("GET", "/api/x", 500).add(99)
    text = generate_latest(metrics.registry).decode()
    series = 'method="GET",route="/api/x"'
    assert f'autotrack_http_requests_total{{{series},status="200"}} 2.0' in text
    assert f'autotrack_http_requests_total{{{series},status="500"}} 1.0' in text
    assert f'autotrack_http_request_seconds_bucket{{le="0.005",{series}}} 1.0' in text
    assert f'autotrack_http_request_seconds_bucket{{le="0.25",{series}}} 2.0' in text
    assert f'autotrack_http_request_seconds_bucket{{le="+Inf",{series}}} 3.0' in text
    assert f"autotrack_http_request_seconds_count{{{series}}} 3.0" in text
