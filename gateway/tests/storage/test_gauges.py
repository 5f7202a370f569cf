from prometheus_client import generate_latest

from gateway.storage.gauges import GatewayMetrics


def test_tallies_become_the_counters_and_histograms_every_service_has() -> None:
    metrics = GatewayMetrics()
    metrics.requests.add("GET", "/api/x", 200, 0.003)
    metrics.requests.add("HEAD", "/api/x", 204, 0.2)
    metrics.requests.add("GET", "/api/x", 500, 99)
    text = generate_latest(metrics.registry).decode()
    series = 'method="GET",route="/api/x"'
    assert f'autotrack_http_requests_total{{{series},status="2xx"}} 2.0' in text
    assert f'autotrack_http_requests_total{{{series},status="5xx"}} 1.0' in text
    assert f"autotrack_http_route_seconds_total{{{series}}} 99.203" in text
    assert 'autotrack_http_answers_total{status="204"} 1.0' in text
    read = 'kind="read"'
    assert f'autotrack_http_request_seconds_bucket{{{read},le="0.005"}} 1.0' in text
    assert f'autotrack_http_request_seconds_bucket{{{read},le="0.25"}} 2.0' in text
    assert f'autotrack_http_request_seconds_bucket{{{read},le="+Inf"}} 3.0' in text
    assert f"autotrack_http_request_seconds_count{{{read}}} 3.0" in text
