import asyncio
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from gateway.storage.service_tokens import ServiceTokens
from gateway.tests.conftest import Running, StartGateway
from gateway.tests.house import USER_KEY, House, token
from gateway.usecases.feeds import end_sessions
from shared.clock import SystemClock
from shared.contracts.features import Plan
from shared.contracts.scopes import Scope
from shared.security.tokens import load_private, new_private_pem


class TestRevocation:
    async def test_an_ended_session_is_refused_at_once_and_its_stream_ends(
        self, running: Running
    ) -> None:
        session = uuid4()
        _, bearer = running.person(sid=str(session))
        async with running.client(bearer) as client:
            assert (await client.get("/api/vehicles")).status_code == 200
            async with client.stream("GET", "/api/events/stream") as stream:
                lines = stream.aiter_lines()
                assert await anext(lines) == "retry: 3000"
                until = datetime.now(UTC) + timedelta(minutes=10)
                await end_sessions(running.work, session_ids=[session], until=until)
                assert [line async for line in lines if line] == []
            assert (await client.get("/api/vehicles")).status_code == 401

    async def test_the_poll_alone_ends_a_session_within_its_period(self, running: Running) -> None:
        session = uuid4()
        _, bearer = running.person(sid=str(session))
        async with running.client(bearer) as client:
            assert (await client.get("/api/vehicles")).status_code == 200
            until = (datetime.now(UTC) + timedelta(minutes=10)).isoformat()
            running.house.revocations.append({"session_id": str(session), "until": until})
            began = time.monotonic()
            while (await client.get("/api/vehicles")).status_code == 200:
                assert time.monotonic() - began < 5
                await asyncio.sleep(0.05)

    async def test_auth_silent_for_a_minute_closes_the_delicate_routes_only(
        self, running: Running
    ) -> None:
        _, bearer = running.person()
        running.house.down.add("revocations")
        await asyncio.sleep(0.3)
        running.work.news.revocations_at = time.monotonic() - 61
        async with running.client(bearer) as client:
            closed = await client.delete("/api/auth/me")
            assert closed.status_code == 503
            assert closed.headers["retry-after"] == "5"
            assert (await client.get("/api/vehicles")).status_code == 200


class TestRecentProof:
    async def test_a_copy_of_everything_leaves_only_while_its_owner_is_there(
        self, running: Running
    ) -> None:
        session, path = uuid4(), f"/api/exports/{uuid4()}/file"
        _, bearer = running.person(sid=str(session))
        async with running.client(bearer) as client:
            refused = await client.get(path)
            assert (refused.status_code, refused.json()["code"]) == (
                403,
                "reauthentication_required",
            )
            assert not running.house.count(path)
            running.house.proven.add(str(session))
            assert (await client.get(path)).status_code == 200
            running.house.proven.clear()
            assert (await client.get(path)).status_code == 403, "no proof is remembered"
            running.house.down.add("sessions")
            assert (await client.get(path)).status_code == 503
        async with running.client() as client:
            assert (await client.get(path)).status_code == 401


class TestEntitlements:
    async def test_strangers_are_asked_about_once_however_many_wait(self, running: Running) -> None:
        user_id, bearer = running.person(Plan.STANDARD)
        async with running.client(bearer) as client:
            answers = await asyncio.gather(*(client.get("/api/vehicles") for _ in range(20)))
        assert {answer.json()["plan"] for answer in answers} == {"STANDARD"}
        assert running.house.count(f"/internal/entitlements/{user_id}") <= 1

    async def test_a_plan_bought_after_sign_in_needs_no_new_token(self, running: Running) -> None:
        user_id, bearer = running.person(Plan.FREE)
        path = f"/api/documents/{uuid4()}/analyze"
        async with running.client(bearer) as client:
            assert (await client.post(path)).status_code == 403
            running.house.give(user_id, Plan.STANDARD, version=2)
            began = time.monotonic()
            while (await client.post(path)).status_code != 200:
                assert time.monotonic() - began < 5
                await asyncio.sleep(0.05)

    async def test_billing_down_leaves_the_last_known_and_strangers_free(
        self, running: Running
    ) -> None:
        _, known = running.person(Plan.STANDARD)
        path = f"/api/documents/{uuid4()}/analyze"
        async with running.client(known) as client:
            assert (await client.post(path)).status_code == 200
            running.house.down.add("entitlements")
            assert (await client.post(path)).status_code == 200
            running.work.news.entitlements_at = time.monotonic() - 25 * 3600
            assert (await client.post(path)).status_code == 403
        _, stranger = running.person(Plan.PREMIUM)
        async with running.client(stranger) as client:
            assert (await client.get("/api/vehicles")).json()["plan"] == "FREE"


class TestKeys:
    async def test_random_key_ids_cannot_hammer_auth(self, running: Running) -> None:
        """500 tokens of as many keys, 20 at a time: nothing is asked that was asked less than 30 s ago, and one question when
        it was longer."""
        keys, jwks = running.work.user_keys, "/.well-known/jwks.json"
        for seconds_ago, questions in ((0, 0), (29, 0), (31, 1)):
            bearers = [token(time.time(), key=load_private(new_private_pem())) for _ in range(500)]
            keys._asked_at = time.monotonic() - seconds_ago
            asked = running.house.count(jwks)
            async with running.client() as client:
                for start in range(0, len(bearers), 20):
                    answers = await asyncio.gather(
                        *(
                            client.get("/api/vehicles", headers={"Authorization": f"Bearer {one}"})
                            for one in bearers[start : start + 20]
                        )
                    )
                    assert {answer.status_code for answer in answers} == {401}
                    if seconds_ago < 30:  # nor while the seconds go by
                        keys._asked_at = max(keys._asked_at, time.monotonic() - 29)
            assert running.house.count(jwks) - asked == questions

    async def test_a_new_key_is_fetched_when_it_first_signs(self, running: Running) -> None:
        fresh = load_private(new_private_pem())
        running.house.keys.append(fresh)
        running.work.user_keys._asked_at = float("-inf")
        async with running.client(token(time.time(), key=fresh)) as client:
            assert (await client.get("/api/vehicles")).status_code == 200
        async with running.client(token(time.time(), key=USER_KEY)) as client:
            assert (await client.get("/api/vehicles")).status_code == 200


class TestRemembering:
    async def test_a_token_is_never_good_past_its_own_end(self, running: Running) -> None:
        bearer = token(time.time() - 627, exp=int(time.time()) - 28)  # within the leeway
        async with running.client(bearer) as client:
            assert (await client.get("/api/vehicles")).status_code == 200
            await asyncio.sleep(3.0)
            assert (await client.get("/api/vehicles")).status_code == 401

    @pytest.mark.parametrize("seconds", [120, -120])
    async def test_a_clock_that_jumps_ends_no_session(
        self, running: Running, monkeypatch: pytest.MonkeyPatch, seconds: int
    ) -> None:
        """A machine that slept, or was set: no token from before the jump is good at a service, and none is sent."""
        user, bearer = running.person(iat=int(time.time()) - 200)
        async with running.client(bearer) as client, running.client() as stranger:
            before = (await client.get("/api/vehicles")).json()
            await stranger.get("/api/garages")
            jump = timedelta(seconds=seconds)
            monkeypatch.setattr(SystemClock, "now", lambda _: datetime.now(UTC) + jump)
            after = (await client.get("/api/vehicles")).json()
            garages = (await stranger.get("/api/garages")).json()
        assert before["user"] == after["user"] == str(user)
        assert garages["service"] == "vehicles"
        tokens = ServiceTokens(running.work.signing_key)
        first = tokens.for_service("auth")
        monkeypatch.setattr(SystemClock, "now", lambda _: datetime.now(UTC))
        assert tokens.for_service("auth") != first
        assert tokens.for_service("auth") == tokens.for_service("auth")

    async def test_another_address_or_program_is_another_identity(self, running: Running) -> None:
        _, bearer = running.person()
        async with running.client(bearer) as client:
            first = await client.get("/api/vehicles", headers={"User-Agent": "one"})
            again = await client.get("/api/vehicles", headers={"User-Agent": "one"})
            other = await client.get("/api/vehicles", headers={"User-Agent": "two"})
        tokens = [
            answer.json()["headers"]["x-autotrack-identity"] for answer in (first, again, other)
        ]
        assert tokens[0] == tokens[1]
        assert tokens[0] != tokens[2]


class TestRates:
    async def test_429_says_when_to_come_back(self, start_gateway: StartGateway) -> None:
        running = await start_gateway(rate_user=3)
        _, bearer = running.person()
        _, other = running.person()
        async with running.client(bearer) as client:
            for left in (2, 1, 0):
                answer = await client.get("/api/vehicles")
                assert answer.headers["ratelimit"].startswith(f'"user";r={left};t=')
                assert answer.headers["ratelimit-policy"] == '"user";q=3;w=60'
            refused = await client.get("/api/vehicles")
        assert refused.status_code == 429
        assert refused.json()["code"] == "too_many_requests"
        assert 1 <= int(refused.headers["retry-after"]) <= 21
        async with running.client(other) as client:
            assert (await client.get("/api/vehicles")).status_code == 200

    async def test_guessing_at_the_door_is_counted_by_address(
        self, start_gateway: StartGateway
    ) -> None:
        running = await start_gateway(rate_credential=2)
        async with running.client() as client:
            codes = [
                (await client.post("/api/auth/login", json={}, headers={"X-Forwarded-For": f"1.1.1.{n}"})).status_code
                for n in range(3)
            ]  # fmt: skip
            assert codes == [200, 200, 429]
            assert (await client.get("/api/garages")).status_code == 200

    async def test_behind_a_proxy_of_ours_the_callers_are_told_apart(
        self, start_gateway: StartGateway
    ) -> None:
        running = await start_gateway(rate_credential=1, trusted_proxies=1)
        async with running.client() as client:

            async def attempt(forwarded: str) -> int:
                headers = {"X-Forwarded-For": forwarded}
                return (await client.post("/api/auth/login", json={}, headers=headers)).status_code

            assert await attempt("9.9.9.9, 1.1.1.1") == 200
            assert await attempt("8.8.8.8, 1.1.1.1") == 429
            assert await attempt("9.9.9.9, 2.2.2.2") == 200


class TestReadiness:
    @pytest.mark.parametrize("silent", ["entitlements", "revocations", "jwks"])
    async def test_says_whom_it_has_not_heard(
        self, start_gateway: StartGateway, house: House, silent: str
    ) -> None:
        house.down.add(silent)
        running = await start_gateway(ready=False)
        async with running.client() as client:
            await asyncio.sleep(0.3)
            answer = await client.get("/readyz")
            assert answer.status_code == 503
            assert "not known yet" in answer.json()["reason"]
            running.house.down.clear()
            began = time.monotonic()
            while (await client.get("/readyz")).status_code != 200:
                assert time.monotonic() - began < 5
                await asyncio.sleep(0.05)


def moved(user_id: object, zone: str, version: int) -> dict[str, object]:
    until = (datetime.now(UTC) + timedelta(minutes=11)).isoformat()
    return {"account_id": str(user_id), "timezone": zone, "version": version, "until": until}


class TestZone:
    async def test_the_tokens_zone_travels_on(self, running: Running) -> None:
        _, bearer = running.person(zone="Pacific/Tahiti")
        async with running.client(bearer) as client:
            assert (await client.get("/api/vehicles")).json()["zone"] == "Pacific/Tahiti"
        _, older = running.person()
        async with running.client(older) as client:
            assert (await client.get("/api/vehicles")).json()["zone"] is None

    async def test_who_moves_is_there_with_the_next_request(
        self, start_gateway: StartGateway
    ) -> None:
        running = await start_gateway(poll_seconds=5)
        user_id, bearer = running.person(zone="Europe/Paris")
        async with running.client(bearer) as client:
            assert (await client.get("/api/vehicles")).json()["zone"] == "Europe/Paris"
            running.house.zones.append(moved(user_id, "Pacific/Auckland", 2))
            assert (await client.patch("/api/settings/me", json={})).status_code == 200
            assert (await client.get("/api/vehicles")).json()["zone"] == "Pacific/Auckland"
            assert running.work.zones.doubt_of(str(user_id)) is None, "asked once"

    async def test_a_gateway_that_comes_later_knows_it_too(
        self, house: House, start_gateway: StartGateway
    ) -> None:
        user_id = uuid4()
        house.zones.append(moved(user_id, "Pacific/Auckland", 2))
        running = await start_gateway(poll_seconds=5)
        bearer = token(time.time(), sub=str(user_id), zone="Europe/Paris")
        async with running.client(bearer) as client:
            assert (await client.get("/api/vehicles")).json()["zone"] == "Pacific/Auckland"

    async def test_an_older_word_never_wins(self, running: Running) -> None:
        user_id, bearer = running.person(zone="Europe/Paris")
        until = datetime.now(UTC) + timedelta(minutes=11)
        zones = running.work.zones
        zones.put(user_id, version=3, zone="Pacific/Auckland", until=until)
        zones.put(user_id, version=2, zone="Europe/Paris", until=until)
        async with running.client(bearer) as client:
            assert (await client.get("/api/vehicles")).json()["zone"] == "Pacific/Auckland"
        zones.forget_expired(until + timedelta(minutes=2))
        assert not len(zones)

    async def test_while_auth_is_silent_the_last_word_counts_and_it_is_asked_again(
        self, start_gateway: StartGateway
    ) -> None:
        running = await start_gateway(poll_seconds=5)
        user_id, bearer = running.person(zone="Europe/Paris")
        async with running.client(bearer) as client:
            running.house.down.add("revocations")
            assert (await client.patch("/api/settings/me", json={})).status_code == 200
            assert (await client.get("/api/vehicles")).json()["zone"] == "Europe/Paris"
            running.house.down.clear()
            running.house.zones.append(moved(user_id, "Pacific/Auckland", 2))
            assert (await client.get("/api/vehicles")).json()["zone"] == "Pacific/Auckland"

    async def test_a_zone_that_is_no_text_is_no_token(self, running: Running) -> None:
        _, bearer = running.person(zone=7)
        async with running.client(bearer) as client:
            assert (await client.get("/api/vehicles")).status_code == 401

    async def test_a_key_brings_its_owners_zone(self, running: Running) -> None:
        key = running.house.give_key(uuid4(), Scope.VEHICLES_READ, timezone="Pacific/Noumea")
        async with running.client(key) as client:
            assert (await client.get("/api/vehicles")).json()["zone"] == "Pacific/Noumea"
