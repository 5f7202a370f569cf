from typing import Any

import pytest

from services.ai.main import create_app
from services.ai.settings import Settings
from shared.testing.client import Callers


class TestFloor:
    async def test_the_open_paths_answer(self, call: Callers) -> None:
        nobody = call.with_headers({})
        for path in ("/livez", "/readyz"):
            assert (await nobody.get(path)).status_code == 200, path
        for path in ("/livez", "/readyz", "/metrics", "/version"):
            assert (await call.inner.get(path)).status_code == 200, path
        await nobody.aclose()

    async def test_every_other_path_wants_an_identity(self, call: Callers, app: Any) -> None:
        nobody = call.with_headers({})
        for route in app.routes:
            path = getattr(route, "path", "")
            if path.startswith("/api/"):
                assert (await nobody.get(path)).status_code == 401, path
        await nobody.aclose()

    def test_production_refuses_the_development_secret(self) -> None:
        with pytest.raises(ValueError, match="development value"):
            create_app(Settings(environment="production"))
