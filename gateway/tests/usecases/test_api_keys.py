import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from gateway.tests.conftest import Running, StartGateway
from gateway.usecases.feeds import doubt_keys, end_sessions
from shared.contracts.features import Plan
from shared.contracts.scopes import Scope
from shared.security.api_keys import fingerprint, new_api_key

CARS = "/api/vehicles"


def asked(running: Running, key: str) -> int:
    return running.house.count(f"/internal/api-keys/{fingerprint(key)}")


async def until_refused(running: Running, key: str, within: float) -> float:
    began = time.monotonic()
    async with running.client(key) as client:
        while (await client.get(CARS)).status_code == 200:
            assert time.monotonic() - began < within
            await asyncio.sleep(0.05)
    return time.monotonic() - began


class TestKnown:
    async def test_it_is_the_person_with_their_plan_and_the_keys_scopes(
        self, running: Running
    ) -> None:
        user_id = uuid4()
        running.house.give(user_id, Plan.STANDARD)
        key = running.house.give_key(user_id, Scope.VEHICLES_WRITE)
        async with running.client(key) as client:
            seen = (await client.get(CARS)).json()
            assert (await client.post(CARS, json={})).status_code == 200
        assert (seen["user"], seen["plan"]) == (str(user_id), "STANDARD")
        assert seen["scopes"] == ["vehicles:read", "vehicles:write"]
        key_id = running.house.api_keys[fingerprint(key)]["key_id"]
        assert seen["behind"] == {"key_id": key_id}
        assert "authorization" not in seen["headers"]

    async def test_auth_is_asked_once_in_a_few_seconds_however_many_wait(
        self, running: Running
    ) -> None:
        key = running.house.give_key(uuid4(), Scope.VEHICLES_READ)
        async with running.client(key) as client:
            answers = await asyncio.gather(*(client.get(CARS) for _ in range(20)))
            for _ in range(20):
                answers.append(await client.get(CARS))
        assert {answer.status_code for answer in answers} == {200}
        assert asked(running, key) == 1

    async def test_another_scope_is_403_and_says_which(self, running: Running) -> None:
        key = running.house.give_key(uuid4(), Scope.VEHICLES_READ, Scope.DOCUMENTS_WRITE)
        languages = {"fr": "n'a pas le droit", "en": "does not have", "es": "no tiene"}
        async with running.client(key) as client:
            for language, words in languages.items():
                answer = await client.post(CARS, headers={"accept-language": language})
                assert (answer.status_code, answer.json()["code"]) == (403, "scope_required")
                assert answer.json()["required_scope"] == "vehicles:write"
                assert words in answer.json()["detail"]

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", "/api/auth/users"),
            ("DELETE", "/api/auth/me"),
            ("POST", "/api/auth/logout"),
            ("POST", "/api/subscriptions/cancel"),
        ],
    )
    async def test_what_is_the_persons_alone_is_closed_to_every_scope(
        self, running: Running, method: str, path: str
    ) -> None:
        key = running.house.give_key(uuid4(), *Scope, roles=["admin", "user"])
        before = running.house.count(path)
        async with running.client(key) as client:
            answer = await client.request(method, path)
        assert (answer.status_code, answer.json()["code"]) == (403, "personally_only")
        assert running.house.count(path) == before

    async def test_a_live_stream_opens_and_ends_with_the_key(self, running: Running) -> None:
        key = running.house.give_key(uuid4(), Scope.NOTIFICATIONS_READ)
        key_id = UUID(running.house.api_keys[fingerprint(key)]["key_id"])
        async with (
            running.client(key) as client,
            client.stream("GET", "/api/events/stream") as stream,
        ):
            lines = stream.aiter_lines()
            assert await anext(lines) == "retry: 3000"
            until = datetime.now(UTC) + timedelta(minutes=10)
            await end_sessions(running.work, session_ids=[key_id], until=until)
            assert [line async for line in lines if line] == []

    async def test_each_key_has_its_own_allowance_within_the_persons(
        self, start_gateway: StartGateway
    ) -> None:
        running = await start_gateway(rate_key=2, rate_user=5)
        user_id = uuid4()
        keys = [running.house.give_key(user_id, Scope.VEHICLES_READ) for _ in range(3)]

        async def statuses(key: str, number: int) -> list[int]:
            async with running.client(key) as client:
                return [(await client.get(CARS)).status_code for _ in range(number)]

        assert await statuses(keys[0], 3) == [200, 200, 429]
        async with running.client(keys[1]) as client:
            answer = await client.get(CARS)
            assert answer.headers["ratelimit-policy"] == '"key";q=2;w=60'
            assert answer.headers["ratelimit"].startswith('"key";r=1;')
        assert await statuses(keys[2], 1) == [200]
        assert await statuses(keys[2], 1) == [429], "the person's five are used up"


class TestUnknown:
    @pytest.mark.parametrize(
        "key",
        [
            "atk_",
            "atk_" + "0" * 49,
            "atk_" + "é" * 49,
            new_api_key()[:-1],
            new_api_key() + "0",
            "ATK_" + new_api_key()[4:],
            "atk_" + "x" * 4000,
        ],
        ids=range(7),
    )
    async def test_what_cannot_be_a_key_is_refused_without_asking(
        self, running: Running, key: str
    ) -> None:
        before = len(running.house.asked)
        async with running.client() as client:
            answer = await client.get(CARS, headers={b"Authorization": f"Bearer {key}".encode()})
        assert (answer.status_code, answer.json()["code"]) == (401, "api_key_refused")
        assert answer.headers["www-authenticate"] == "Bearer"
        assert [path for _, path in running.house.asked[before:] if "api-keys" in path] == []

    async def test_one_unknown_key_is_asked_about_once(self, running: Running) -> None:
        key = new_api_key()
        async with running.client(key) as client:
            answers = await asyncio.gather(*(client.get(CARS) for _ in range(20)))
            answers += [await client.get(CARS) for _ in range(20)]
            assert {answer.status_code for answer in answers} == {401}
            assert (await client.get("/api/garages")).status_code == 200, "a public route is open"
        assert asked(running, key) == 1

    async def test_random_keys_cannot_hammer_auth_and_hinder_nobody_elses(
        self, start_gateway: StartGateway
    ) -> None:
        running = await start_gateway(rate_credential=10)
        known = running.house.give_key(uuid4(), Scope.VEHICLES_READ)
        async with running.client(known) as friend, running.client() as stranger:
            assert (await friend.get(CARS)).status_code == 200
            before = len(running.house.asked)
            codes = []
            for _ in range(100):
                headers = {"Authorization": f"Bearer {new_api_key()}"}
                codes.append(await stranger.get(CARS, headers=headers))
            about = [path for _, path in running.house.asked[before:] if "api-keys" in path]
            assert len(about) <= 10
            assert {answer.status_code for answer in codes} == {401, 429}
            assert int(codes[-1].headers["retry-after"]) > 0
            assert (await friend.get(CARS)).status_code == 200
            await asyncio.sleep(4.1)
            assert (await friend.get(CARS)).status_code == 200, "once seen, it is no stranger"

    async def test_what_is_remembered_is_bounded(self, running: Running) -> None:
        store = type(running.work.api_keys)(most_good=3, most_refused=5)
        for number in range(100):
            store.remember(b"%d" % number, None, tick=0.0)
        assert len(store) == 5


class TestRevoked:
    async def test_by_the_event_at_once_and_auth_is_not_asked(self, running: Running) -> None:
        key = running.house.give_key(uuid4(), Scope.VEHICLES_READ)
        key_id = UUID(running.house.api_keys[fingerprint(key)]["key_id"])
        async with running.client(key) as client:
            assert (await client.get(CARS)).status_code == 200
            until = datetime.now(UTC) + timedelta(minutes=10)
            await end_sessions(running.work, session_ids=[key_id], until=until)
            answer = await client.get(CARS)
            assert (answer.status_code, answer.json()["code"]) == (401, "api_key_refused")

    async def test_by_the_feed_within_its_period(self, running: Running) -> None:
        key = running.house.give_key(uuid4(), Scope.VEHICLES_READ)
        key_id = running.house.api_keys[fingerprint(key)]["key_id"]
        async with running.client(key) as client:
            assert (await client.get(CARS)).status_code == 200
        until = (datetime.now(UTC) + timedelta(minutes=10)).isoformat()
        running.house.revocations.append({"session_id": key_id, "until": until})
        await until_refused(running, key, within=1.5)

    async def test_without_any_news_within_five_seconds(self, running: Running) -> None:
        """A locked account's key: auth no longer vouches for it, and says nothing by itself."""
        key = running.house.give_key(uuid4(), Scope.VEHICLES_READ)
        async with running.client(key) as client:
            assert (await client.get(CARS)).status_code == 200
        del running.house.api_keys[fingerprint(key)]
        assert await until_refused(running, key, within=5) > 1

    async def test_news_of_the_account_make_it_ask_again(self, running: Running) -> None:
        user_id = uuid4()
        key = running.house.give_key(user_id, Scope.VEHICLES_READ)
        async with running.client(key) as client:
            assert (await client.get(CARS)).status_code == 200
            del running.house.api_keys[fingerprint(key)]
            await doubt_keys(running.work, account_id=user_id)
            assert (await client.get(CARS)).status_code == 401

    async def test_never_past_its_own_end(self, running: Running) -> None:
        soon = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
        key = running.house.give_key(uuid4(), Scope.VEHICLES_READ, expires_at=soon)
        async with running.client(key) as client:
            assert (await client.get(CARS)).status_code == 200
        assert await until_refused(running, key, within=2) > 0.5


class TestAuthSilent:
    async def test_a_key_in_use_goes_on_for_a_minute_and_a_stranger_is_asked_to_come_back(
        self, running: Running
    ) -> None:
        known = running.house.give_key(uuid4(), Scope.VEHICLES_READ)
        stranger = running.house.give_key(uuid4(), Scope.VEHICLES_READ)
        async with running.client(known) as client:
            assert (await client.get(CARS)).status_code == 200
            running.house.down.add("api-keys")
            await asyncio.sleep(4.2)
            assert (await client.get(CARS)).status_code == 200
        async with running.client(stranger) as client:
            answer = await client.get(CARS)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


class TestActing:
    async def test_who_acts_is_passed_on_and_the_persons_own_routes_are_closed(
        self, running: Running
    ) -> None:
        boss, session = uuid4(), uuid4()
        act: Any = {"sub": str(boss)}
        _, bearer = running.person(sid=str(session), act=act)
        async with running.client(bearer) as client:
            assert (await client.get(CARS)).json()["behind"] == {"actor_id": str(boss)}
            assert (await client.post("/api/auth/logout")).status_code == 200
            for method, path in (("DELETE", "/api/auth/me"), ("POST", "/api/subscriptions/cancel")):
                answer = await client.request(method, path)
                assert (answer.status_code, answer.json()["code"]) == (403, "personally_only")
            until = datetime.now(UTC) + timedelta(minutes=30)
            await end_sessions(running.work, session_ids=[session], until=until)
            assert (await client.get(CARS)).status_code == 401

    @pytest.mark.parametrize("act", ["", "somebody", {}, {"sub": "x"}, []])
    async def test_a_claim_of_another_form_is_no_token(self, running: Running, act: Any) -> None:
        _, bearer = running.person(act=act)
        async with running.client(bearer) as client:
            assert (await client.get(CARS)).status_code == 401
