import base64
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from gateway.tests.conftest import Running, StartGateway
from gateway.tests.house import USER_KEY, claims, token
from gateway.usecases.feeds import end_sessions
from shared.contracts.features import Plan
from shared.contracts.scopes import Scope
from shared.security.tokens import load_private, new_private_pem


def _part(document: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()


def _hs256_with_public_key() -> str:
    """The classic confusion: our public key as the secret of a symmetric signature."""
    signed = (
        _part({"alg": "HS256", "typ": "at+jwt", "kid": USER_KEY.kid})
        + "."
        + _part(claims(time.time()))
    )
    secret = USER_KEY.public.key.to_pem()
    mac = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
    return signed + "." + base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def _unsigned() -> str:
    header = _part({"alg": "none", "typ": "at+jwt", "kid": USER_KEY.kid})
    return f"{header}.{_part(claims(time.time()))}."


class TestTokens:
    @pytest.mark.parametrize(
        "make",
        [
            lambda now: token(now - 2000),
            lambda now: token(now, aud="another-api"),
            lambda now: token(now, iss="somebody"),
            lambda now: token(now, typ="JWT"),
            lambda now: token(now, key=load_private(new_private_pem())),
            lambda now: token(now, key=load_private(new_private_pem(), USER_KEY.kid)),
            lambda now: token(now, sub=None),
            lambda now: token(now, sid=None),
            lambda now: token(now, sub="not-a-uuid"),
            lambda now: token(now, iat=int(now) + 4000, exp=int(now) + 5000),
            lambda now: token(now, roles=["x" * 8000]),
            lambda now: token(now, exp=int(now) + 86_400),
            lambda now: token(now, nbf=int(now) + 3600),
            lambda now: token(now, roles=["service"]),
            lambda now: token(now, roles="admin"),
            lambda now: token(now, lang="tlh"),
            lambda now: token(now)[:-4] + "AAAA",
            lambda _now: _hs256_with_public_key(),
            lambda _now: _unsigned(),
            lambda _now: "garbage",
            lambda _now: "a.b.c",
        ],
        ids=[
            "expired", "audience", "issuer", "type", "unknown-key", "forged-key", "no-subject",
            "no-session", "bad-subject", "future", "oversized", "a-day",
            "not-yet", "the-gateways-role", "roles-no-list", "no-language", "bad-signature", "hs256", "none",
            "garbage", "three-parts",
        ],
    )  # fmt: skip
    async def test_a_token_that_is_not_ours_is_401(self, common: Running, make: Any) -> None:
        asked = common.house.count("/api/vehicles")
        async with common.client(make(time.time())) as client:
            answer = await client.get("/api/vehicles")
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["code"] == "unauthorized"
        assert common.house.count("/api/vehicles") == asked

    async def test_no_token_is_401_and_the_service_is_not_asked(self, common: Running) -> None:
        asked = common.house.count("/api/vehicles")
        async with common.client() as client:
            answer = await client.get("/api/vehicles")
        assert answer.status_code == 401
        assert common.house.count("/api/vehicles") == asked

    async def test_another_scheme_is_401(self, running: Running) -> None:
        async with running.client(Authorization="Basic YTpi") as client:
            assert (await client.get("/api/vehicles")).status_code == 401

    async def test_a_bad_token_makes_nobody_of_its_bearer_on_a_public_route(
        self, running: Running
    ) -> None:
        async with running.client("garbage") as client:
            answer = await client.get("/api/garages")
        assert answer.status_code == 200
        assert answer.json()["user"] is None

    async def test_a_good_token_becomes_an_identity_for_that_service_only(
        self, running: Running
    ) -> None:
        user_id, bearer = running.person(Plan.STANDARD)
        async with running.client(bearer) as client:
            answer = (await client.get("/api/vehicles")).json()
            assert answer["service"] == "vehicles"
            assert answer["user"] == str(user_id)
            assert (await client.get("/api/auth/me")).json()["service"] == "auth"
        assert "authorization" not in answer["headers"]

    async def test_the_problem_speaks_the_callers_language(self, running: Running) -> None:
        details = set()
        async with running.client() as client:
            for language in ("fr", "en", "es"):
                answer = await client.get("/api/vehicles", headers={"Accept-Language": language})
                assert answer.headers["content-language"] == language
                details.add(answer.json()["detail"])
        assert len(details) == 3


class TestLanguage:
    """Of a refusal of ours, as in `shared/http`: the request's language, then the person's own, then French."""

    @pytest.mark.parametrize(
        ("asked", "spoken"),
        [(None, "es"), ("de", "es"), ("*", "es"), ("en", "en"), ("de, fr;q=0.5", "fr")],
    )
    async def test_the_persons_own_where_the_request_names_none_of_ours(
        self, common: Running, asked: str | None, spoken: str
    ) -> None:
        _, bearer = common.person(lang="es")
        headers = {} if asked is None else {"Accept-Language": asked}
        async with common.client(bearer) as client:
            refused = await client.get("/api/auth/users", headers=headers)
            unknown = await client.get("/api/nothing", headers=headers)
            method = await client.delete("/api/vehicles", headers=headers)
        assert (refused.status_code, unknown.status_code, method.status_code) == (403, 404, 405)
        for answer in (refused, unknown, method):
            assert answer.headers["content-language"] == spoken
        title = {"es": "Acceso denegado", "en": "Forbidden", "fr": "Accès refusé"}[spoken]
        assert refused.json()["title"] == title

    async def test_so_says_a_limit(self, start_gateway: StartGateway) -> None:
        running = await start_gateway(rate_user=1)
        _, bearer = running.person(lang="en")
        async with running.client(bearer) as client:
            await client.get("/api/vehicles")
            refused = await client.get("/api/vehicles")
        assert (refused.status_code, refused.headers["content-language"]) == (429, "en")

    async def test_an_ended_session_has_no_language_and_a_stranger_none(
        self, running: Running
    ) -> None:
        session = uuid4()
        _, bearer = running.person(lang="es", sid=str(session))
        async with running.client(bearer) as client:
            await client.get("/api/vehicles")
            until = datetime.now(UTC) + timedelta(minutes=10)
            await end_sessions(running.work, session_ids=[session], until=until)
            ended = await client.get("/api/vehicles")
        assert (ended.status_code, ended.headers["content-language"]) == (401, "fr")
        async with running.client(token(time.time(), lang="es")) as client:
            unread = await client.get("/api/nothing")
        assert (unread.status_code, unread.headers["content-language"]) == (404, "fr")

    async def test_an_api_key_speaks_its_owners(self, running: Running) -> None:
        key = running.house.give_key(uuid4(), Scope.VEHICLES_READ, language="es")
        async with running.client(key) as client:
            refused = await client.post("/api/vehicles", json={})
        assert refused.json()["code"] == "scope_required"
        assert refused.headers["content-language"] == "es"


class TestEntitlements:
    async def test_free_is_told_which_plan_opens_the_feature(self, running: Running) -> None:
        _, bearer = running.person(Plan.FREE)
        async with running.client(bearer) as client:
            answer = await client.post(f"/api/documents/{uuid4()}/analyze")
        assert answer.status_code == 403
        problem = answer.json()
        assert problem["code"] == "plan_required"
        assert problem["feature"] == "documents.ocr"
        assert problem["required_plan"] == "STANDARD"
        assert problem["upgrade_url"]

    async def test_somebody_billing_does_not_know_is_free(self, running: Running) -> None:
        _, bearer = running.person()
        async with running.client(bearer) as client:
            assert (await client.get("/api/vehicles")).json()["plan"] == "FREE"
            assert (await client.post(f"/api/documents/{uuid4()}/analyze")).status_code == 403

    async def test_standard_passes_and_premium_is_still_closed(self, running: Running) -> None:
        _, bearer = running.person(Plan.STANDARD)
        async with running.client(bearer) as client:
            assert (await client.post(f"/api/documents/{uuid4()}/analyze")).status_code == 200
            closed = await client.post("/api/ai-assistant/assistant/diagnostic")
        assert closed.status_code == 403
        assert closed.json()["required_plan"] == "PREMIUM"

    async def test_an_admin_route_is_closed_to_others(self, running: Running) -> None:
        _, plain = running.person()
        _, admin = running.person(roles=["admin"])
        async with running.client(plain) as client:
            assert (await client.get("/api/auth/users")).status_code == 403
        async with running.client(admin) as client:
            assert (await client.get("/api/auth/users")).status_code == 200


class TestRouting:
    async def test_an_unknown_path_is_404_before_any_token_is_read(self, running: Running) -> None:
        async with running.client("garbage") as client:
            answer = await client.get("/api/nothing")
        assert answer.status_code == 404
        assert answer.json()["code"] == "not_found"

    async def test_a_known_path_with_another_method_is_405(self, running: Running) -> None:
        async with running.client() as client:
            answer = await client.delete("/api/vehicles")
        assert answer.status_code == 405
        assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"

    async def test_internal_routes_do_not_exist_outside(self, running: Running) -> None:
        _, admin = running.person(roles=["admin", "service"])
        async with running.client(admin) as client:
            assert (await client.get("/internal/entitlements")).status_code == 404

    @pytest.mark.parametrize(
        ("asked", "forwarded"),
        [
            ("/api/vehicles/", "/api/vehicles"),
            ("/api/users/me", "/api/auth/me"),
            ("/api/users/me/", "/api/auth/me"),
            ("/api/%76ehicles", "/api/vehicles"),
        ],
    )
    async def test_other_spellings_reach_the_canonical_path(
        self, running: Running, asked: str, forwarded: str
    ) -> None:
        _, bearer = running.person()
        async with running.client(bearer) as client:
            answer = await client.get(asked + "?page=2&search=a%20b")
        assert answer.json()["path"] == forwarded
        assert answer.json()["query"] == "page=2&search=a%20b"

    async def test_the_old_assistant_and_refresh_paths_are_known(self, running: Running) -> None:
        _, bearer = running.person(Plan.PREMIUM)
        async with running.client(bearer) as client:
            asked = await client.post("/api/ai_assistant/assistant/diagnostic", json={})
            assert asked.json()["path"] == "/api/ai-assistant/assistant/diagnostic"
        async with running.client() as client:
            refreshed = await client.post("/api/token/refresh/", json={})
            assert refreshed.json()["path"] == "/api/auth/token/refresh"

    async def test_head_is_answered_without_a_body(self, running: Running) -> None:
        _, bearer = running.person()
        async with running.client(bearer) as client:
            answer = await client.head("/api/vehicles")
            assert (answer.status_code, answer.content) == (200, b"")
            assert (await client.get("/api/vehicles")).status_code == 200


class TestHeaders:
    async def test_what_a_caller_may_not_say_never_arrives(self, running: Running) -> None:
        _, bearer = running.person()
        sent = {
            "X-AutoTrack-Identity": "forged",
            "X-Forwarded-For": "1.2.3.4",
            "X-Forwarded-Host": "evil.example",
            "X-Real-IP": "1.2.3.4",
            "X-Anything": "1",
            "Forwarded": "for=1.2.3.4",
            "Connection": "keep-alive, Dropped",
            "Dropped": "1",
            "TE": "trailers",
            "Cookie": "a=1",
            "Idempotency-Key": "k-1",
        }
        async with running.client(bearer) as client:
            got = (await client.get("/api/vehicles", headers=sent)).json()
        headers = got["headers"]
        assert got["service"] == "vehicles"
        assert headers["x-forwarded-for"] == "127.0.0.1"
        assert headers["x-forwarded-host"] == f"127.0.0.1:{running.port}"
        assert headers["idempotency-key"] == "k-1"
        for name in ("x-real-ip", "x-anything", "forwarded", "dropped", "te", "cookie"):
            assert name not in headers

    async def test_a_service_is_told_how_long_it_is_waited_for(self, running: Running) -> None:
        _, bearer = running.person(Plan.STANDARD)
        async with running.client(bearer, **{"X-AutoTrack-Deadline": "3600"}) as client:
            read = (await client.get("/api/vehicles")).json()["headers"]
            small = (await client.post("/api/vehicles", content=b"{}")).json()["headers"]
            long = (await client.post("/api/documents", content=b"x" * 100_000)).json()["headers"]
        assert read["x-autotrack-deadline"] == small["x-autotrack-deadline"] == "10"
        assert "x-autotrack-deadline" not in long

    async def test_a_post_is_asked_again_only_with_a_key_that_its_service_keeps(
        self, running: Running
    ) -> None:
        _, bearer = running.person(Plan.PREMIUM)
        key = {"Idempotency-Key": "k"}
        asked: tuple[tuple[str, dict[str, str], int], ...] = (
            ("/api/vehicles", {}, 503),
            ("/api/vehicles", key, 200),
            ("/api/ai-assistant/assistant/diagnostic", key, 503),
            ("/api/auth/login", key, 503),
            ("/api/auth/logout", key, 503),
        )
        async with running.client(bearer) as client:
            for path, headers, status in asked:
                running.house.fails = 1
                answer = await client.post(path, json={}, headers=headers)
                assert answer.status_code == status, path
                running.house.fails = 0

    async def test_while_draining_each_answer_ends_its_connection(self, running: Running) -> None:
        _, bearer = running.person()
        async with running.client(bearer) as client:
            before = await client.get("/api/vehicles")
            running.gateway.state.readiness.is_stopping = True
            after = await client.get("/api/vehicles")
            own = await client.get("/api/health")
        assert "connection" not in before.headers
        assert (after.status_code, after.headers["connection"]) == (200, "close")
        assert own.headers["connection"] == "close"

    async def test_cookies_reach_auth_and_nobody_else(self, running: Running) -> None:
        async with running.client() as client:
            crumbs = [("Cookie", "r=1"), ("Cookie", "s=2")]
            got = await client.post("/api/auth/login", headers=crumbs, json={})
        assert got.json()["headers"]["cookie"] == "r=1; s=2"

    async def test_answers_carry_the_security_headers_and_keep_each_cookie(
        self, running: Running
    ) -> None:
        _, bearer = running.person()
        async with running.client(bearer) as client:
            fine = await client.get("/api/vehicles")
            refused = await client.get("/api/nothing")
        for answer in (fine, refused):
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert "default-src 'none'" in answer.headers["content-security-policy"]
            assert answer.headers["strict-transport-security"].startswith("max-age=")
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert "server" not in answer.headers
            assert answer.headers["ratelimit-policy"].startswith('"')
        assert fine.headers.get_list("set-cookie") == ["a=1", "b=2"]
        assert "x-internal-note" not in fine.headers

    async def test_a_services_own_policy_is_obeyed_beside_ours(self, running: Running) -> None:
        """A document that somebody uploaded is shown in a sandbox."""
        _, bearer = running.person()
        async with running.client(bearer) as client:
            answer = await client.get(f"/api/documents/{uuid4()}/file")
        assert answer.headers.get_list("content-security-policy") == [
            "default-src 'none'; sandbox",
            "default-src 'none'; frame-ancestors 'none'",
        ]

    async def test_a_request_id_is_kept_when_well_formed_and_made_otherwise(
        self, running: Running
    ) -> None:
        async with running.client() as client:
            kept = await client.get("/api/garages", headers={"X-Request-ID": "abc-1"})
            made = await client.get("/api/garages", headers={"X-Request-ID": "a b"})
        assert kept.headers["x-request-id"] == "abc-1"
        assert kept.json()["headers"]["x-request-id"] == "abc-1"
        assert made.headers["x-request-id"] not in {"a b", ""}

    async def test_cors_knows_exactly_the_listed_origin(self, running: Running) -> None:
        async with running.client() as client:
            for origin, allowed in (
                ("https://app.example.org", True),
                ("https://app.example.org.evil.net", False),
                ("null", False),
            ):
                answer = await client.get("/api/garages", headers={"Origin": origin})
                assert ("access-control-allow-origin" in answer.headers) is allowed
                assert "Origin" in answer.headers["vary"]
                asked = await client.options(
                    "/api/vehicles",
                    headers={"Origin": origin, "Access-Control-Request-Method": "POST"},
                )
                assert asked.status_code == 204
                assert ("access-control-allow-methods" in asked.headers) is allowed


class TestBodies:
    async def test_a_webhook_arrives_byte_for_byte(self, running: Running) -> None:
        body = b'{ "id":"evt_1",\r\n "x": "\xc3\xa9\x00" }\n'
        async with running.client() as client:
            got = await client.post(
                "/api/webhooks/stripe/", content=body, headers={"Stripe-Signature": "t=1,v1=ab"}
            )
        assert bytes.fromhex(got.json()["body"]) == body
        assert got.json()["headers"]["stripe-signature"] == "t=1,v1=ab"

    async def test_a_chunked_body_arrives_whole(self, running: Running) -> None:
        async def pieces() -> Any:
            for number in range(50):
                yield b"%d," % number * 100

        async with running.client() as client:
            got = await client.post("/api/webhooks/stripe", content=pieces())
        expected = b"".join(b"%d," % number * 100 for number in range(50))
        assert bytes.fromhex(got.json()["body"]) == expected

    async def test_a_body_over_the_cap_is_413_declared_or_not(self, running: Running) -> None:
        async def pieces() -> Any:
            for _ in range(30):
                yield b"x" * 64 * 1024

        async with running.client() as client:
            declared = await client.post("/api/webhooks/stripe", content=b"x" * 1_100_000)
            assert declared.status_code == 413
            assert declared.json()["code"] == "payload_too_large"
            streamed = await client.post("/api/webhooks/stripe", content=pieces())
            assert streamed.status_code == 413
            assert (await client.get("/api/garages")).status_code == 200

    async def test_documents_may_be_larger(self, running: Running) -> None:
        _, bearer = running.person()
        async with running.client(bearer) as client:
            fine = await client.post("/api/documents", content=b"x" * 20 * 1024 * 1024)
            assert fine.json()["body"] == 20 * 1024 * 1024
            assert (
                await client.post("/api/documents", content=b"x" * 25 * 1024 * 1024)
            ).status_code == 413
