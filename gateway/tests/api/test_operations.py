from gateway.tests.conftest import Running


class TestProbes:
    async def test_alive_ready_and_which_version(self, running: Running) -> None:
        async with running.client() as client:
            assert (await client.get("/livez")).json() == {"live": True}
            assert (await client.get("/readyz")).json() == {"ready": True, "reason": None}
            assert (await client.get("/version")).json()["service"] == "gateway"

    async def test_not_alive_when_a_background_task_has_died(self, running: Running) -> None:
        running.work.background[0].cancel()
        async with running.client() as client:
            assert (await client.get("/livez")).status_code == 503

    async def test_not_ready_from_the_moment_it_is_told_to_stop(self, running: Running) -> None:
        running.gateway.state.readiness.is_stopping = True
        async with running.client() as client:
            assert (await client.get("/readyz")).json()["reason"] == "stopping"
            assert (await client.get("/api/garages")).status_code == 200


class TestMetrics:
    async def test_count_requests_by_template_and_show_the_feeds(self, running: Running) -> None:
        _, bearer = running.person()
        async with running.client(bearer) as client:
            await client.get("/api/vehicles/0190c8e2-7b5e-7000-8000-000000000000")
            await client.get("/api/nothing/secret")
            text = (await client.get("/metrics")).text
        labels = 'method="GET",route="/api/vehicles/{vehicle_id}",status="200"'
        assert f"autotrack_http_requests_total{{{labels}}} 1.0" in text
        assert 'route="unmatched",status="404"' in text
        assert "secret" not in text
        assert 'autotrack_gateway_feed_age_seconds{feed="entitlements"}' in text
        assert 'autotrack_gateway_breaker_open{upstream="ai"} 0.0' in text

    async def test_do_not_exist_for_whoever_comes_through_a_proxy(self, running: Running) -> None:
        async with running.client() as client:
            asked = await client.get("/metrics", headers={"X-Forwarded-For": "1.2.3.4"})
        assert asked.status_code == 404
