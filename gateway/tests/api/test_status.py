import re
from datetime import UTC, datetime

from gateway.settings import SERVICES
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


class TestNow:
    async def test_services_with_their_latency_messages_and_mail(self, running: Running) -> None:
        running.work.news.broker_connected = True
        running.house.mail["last_sent_at"] = datetime.now(UTC).isoformat()
        async with running.client() as client:
            answer = await client.get("/status/now")
        now = answer.json()
        assert (answer.headers["cache-control"], now["state"]) == ("no-store", "up")
        times = {part["name"]: part["milliseconds"] for part in now["services"]}
        assert set(times) == {"gateway", *SERVICES}
        assert all(times[name] > 0 for name in SERVICES)
        assert now["messages"] == {"state": "up", "waiting": 0, "seconds": 0.0, "set_aside": 0}
        assert now["mail"]["state"] == "up"
        assert now["mail"]["last_sent_at"].endswith("Z")

    async def test_what_waits_is_added_up_and_the_oldest_counts(self, running: Running) -> None:
        running.work.news.broker_connected = True
        running.house.backlog = {"waiting": 2, "seconds": 31.4, "dead": 1}
        async with running.client() as client:
            now = (await client.get("/status/now")).json()
        assert now["messages"] == {
            "state": "slow",
            "waiting": 2 * len(SERVICES),
            "seconds": 31.4,
            "set_aside": len(SERVICES),
        }
        assert now["state"] == "slow"

    async def test_what_is_down_is_down_and_nothing_of_the_inside_is_told(
        self, running: Running
    ) -> None:
        running.work.upstreams["notifications"].port = 1
        running.house.backlog = {"waiting": "many"}
        async with running.client() as client:
            answer = await client.get("/status/now")
        now = answer.json()
        down = [part["name"] for part in now["services"] if part["state"] == "down"]
        assert (now["state"], down, now["mail"]["state"]) == ("down", ["notifications"], "down")
        assert now["messages"]["state"] == "down", "no broker"
        assert "127.0.0.1" not in answer.text
