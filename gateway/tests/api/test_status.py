import re

from gateway.tests.conftest import Running


class TestStatus:
    async def test_the_page_and_what_it_loads(self, running: Running) -> None:
        async with running.client() as client:
            page = await client.get("/status")
            assert page.headers["content-type"].startswith("text/html")
            assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
            for link in re.findall(r'(?:src|href)="(/status/[^"]+)"', page.text):
                assert (await client.get(link)).status_code == 200
            assert (await client.get("/status/nothing")).status_code == 404
