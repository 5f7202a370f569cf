import asyncio
from typing import Any
from uuid import UUID

from services.billing.tests.factories import make_account
from services.billing.tests.stripe_house import StripeHouse
from services.billing.usecases.customers import Account, hear_account
from shared.contracts.base import Language
from shared.ids import new_id
from shared.testing.client import Callers

FEED = "/internal/entitlements"


def account(user_id: UUID) -> Account:
    return Account(user_id, 1, "a@example.org", "A", Language.FR, "Europe/Paris")


class TestFeed:
    async def test_b41_everything_in_pages_then_only_what_changed(
        self, call: Callers, hear: Any, stripe: StripeHouse
    ) -> None:
        people = {new_id() for _ in range(5)}
        for person in people:
            await hear(make_account(person))
        seen: list[str] = []
        cursor: str | None = None
        async with asyncio.timeout(60):
            while True:  # the cursor waits for every transaction of the server, other tests' too
                asked = {"limit": 2} | ({"since": cursor} if cursor else {})
                page = (await call.service.get(FEED, params=asked)).json()
                seen += [row["user_id"] for row in page["results"]]
                cursor = page["cursor"]
                if not page["results"] and set(seen) == set(map(str, people)):
                    break
        assert set(seen) == set(map(str, people))
        await stripe.subscribe(call.free)
        (news,) = (await call.service.get(FEED, params={"since": cursor})).json()["results"]
        assert (news["plan"], news["version"]) == ("STANDARD", 1)
        assert news["user_id"] == str(call.user_id("free"))

    async def test_a_transaction_that_commits_late_is_not_missed(
        self, call: Callers, open_work: Any
    ) -> None:
        early, late = new_id(), new_id()
        written, may_commit = asyncio.Event(), asyncio.Event()

        async def slow() -> None:
            async with open_work() as work:
                await hear_account(work, account(late))
                await work.flush()
                written.set()
                await may_commit.wait()

        waiting = asyncio.create_task(slow())
        await written.wait()
        async with open_work() as work:
            await hear_account(work, account(early))
        first = (await call.service.get(FEED)).json()
        assert [row["user_id"] for row in first["results"]] == [str(early)]
        may_commit.set()
        await waiting
        second = (await call.service.get(FEED, params={"since": first["cursor"]})).json()
        assert str(late) in [row["user_id"] for row in second["results"]]

    async def test_only_the_house_may_ask(self, call: Callers, app: Any) -> None:
        for path in (FEED, f"{FEED}/{new_id()}"):
            assert (await call.admin.get(path)).status_code == 403
            assert (await call.anonymous.get(path)).status_code in {401, 403}
            assert (await call.service.get(path)).status_code == 200

    async def test_nonsense_cursors(self, call: Callers, app: Any) -> None:
        for odd in (
            "x",
            "1",
            "1.2",
            "-1." + str(new_id()),
            "9" * 30 + "." + str(new_id()),
            "²." + str(new_id()),
        ):
            answer = await call.service.get(FEED, params={"since": odd})
            assert answer.status_code == 400, odd
        for odd in ("0", "-1", "5001", "x"):
            assert (await call.service.get(FEED, params={"limit": odd})).status_code == 422


class TestOne:
    async def test_somebody_unknown_has_free(self, call: Callers, app: Any) -> None:
        found = (await call.service.get(f"{FEED}/{new_id()}")).json()
        assert (found["plan"], found["version"], found["features"]) == ("FREE", 0, [])
        assert found["limits"]["documents"] == 50

    async def test_a_subscriber(self, call: Callers, stripe: StripeHouse) -> None:
        await stripe.subscribe(call.premium, "PREMIUM")
        found = (await call.service.get(f"{FEED}/{call.user_id('premium')}")).json()
        assert found["plan"] == "PREMIUM"
        assert "ai.diagnosis" in found["features"]
