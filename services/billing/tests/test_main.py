from typing import Any


class TestMain:
    async def test_the_service_starts_and_is_ready(self, app: Any, call: Any) -> None:
        for path in ("/livez", "/readyz", "/version", "/metrics"):
            assert (await call.inner.get(path)).status_code == 200
            if path not in {"/livez", "/readyz"}:
                assert (await call.with_headers({}).get(path)).status_code == 401
