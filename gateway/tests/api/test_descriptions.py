import re

from gateway.domain.routes import RouteTable
from gateway.storage.pages import DESCRIPTIONS, PAGES
from gateway.storage.route_table import read_route_table
from gateway.tests.conftest import Running


class TestOpenApi:
    async def test_is_the_committed_document_with_a_validator(self, running: Running) -> None:
        async with running.client() as client:
            answer = await client.get("/openapi.json")
            again = await client.get(
                "/openapi.json", headers={"If-None-Match": answer.headers["etag"]}
            )
        assert answer.content == (DESCRIPTIONS / "openapi.json").read_bytes()
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.json()["openapi"].startswith("3.1")
        assert again.status_code == 304

    async def test_describes_exactly_the_routes_that_exist(self, running: Running) -> None:
        async with running.client() as client:
            document = (await client.get("/openapi.json")).json()
        described = {
            (method.upper(), path)
            for path, methods in document["paths"].items()
            for method in methods
        }
        table: RouteTable = read_route_table()
        served = {(route.method, route.template) for route in table.routes}
        assert described <= served
        assert {path for _, path in served - described if path.startswith("/api/")} == set()

    async def test_events_are_described_too(self, running: Running) -> None:
        async with running.client() as client:
            document = (await client.get("/asyncapi.json")).json()
        assert document["asyncapi"] == "3.0.0"
        assert "billing_entitlements_changed_v1" in document["channels"]


class TestDocs:
    async def test_everything_the_page_needs_comes_from_here(self, running: Running) -> None:
        async with running.client() as client:
            page = await client.get("/docs/")
            policy = page.headers["content-security-policy"]
            assert "script-src 'self'" in policy
            assert "unsafe" not in policy
            for link in re.findall(r'(?:src|href)="([^"]+)"', page.text):
                assert link.startswith("/")
                assert (await client.get(link)).status_code == 200
        assert "<script>" not in page.text

    async def test_only_the_listed_files_are_served(self, running: Running) -> None:
        async with running.client() as client:
            for name in ("docs.html", "..%2Fmain.py", "status.js", "nothing"):
                assert (await client.get(f"/docs/{name}")).status_code in {400, 404}

    def test_the_vendored_files_keep_their_licence(self) -> None:
        assert "Apache License" in (PAGES / "swagger" / "LICENSE").read_text()
