"""The floor under every service, tried on the miniature one."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

import httpx2
import pytest
import uvicorn
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import create_async_engine

from shared.contracts.features import Plan
from shared.db.base import outbox
from shared.http.deadline import DEADLINE
from shared.http.exchange import EXCHANGE_HEADER, IDENTITY_HEADER, bind
from shared.http.identity import Caller, mint
from shared.ids import new_id
from shared.observe.health import FRESH_SECONDS
from shared.security.tokens import PrivateKey, load_private, new_private_pem
from shared.testing.client import AsGateway, Callers
from shared.tests.conftest import NoteWritten, behaviour, notes


def _bound(token: str, target: str = "/api/notes/public") -> dict[str, str]:
    return {
        IDENTITY_HEADER: token,
        EXCHANGE_HEADER: bind(token.encode(), "GET", target.encode()).decode(),
    }


class TestIdentity:
    @pytest.mark.parametrize("path", ["/api/notes/public", "/api/notes/paid", "/nowhere"])
    async def test_no_internal_token_is_401_before_anything_else(
        self, call: Callers, path: str
    ) -> None:
        answer = await call.with_headers({}).get(path)
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"

    async def test_a_token_for_another_service_is_401(
        self, call: Callers, gateway_key: PrivateKey
    ) -> None:
        token = mint(Caller(), gateway_key, audience="billing", token_id="x")
        answer = await call.with_headers(_bound(token)).get("/api/notes/public")
        assert answer.status_code == 401

    async def test_a_token_of_another_key_is_401(self, call: Callers) -> None:
        token = mint(Caller(), load_private(new_private_pem()), audience="kernel", token_id="x")
        assert (await call.with_headers(_bound(token)).get("/api/notes/public")).status_code == 401

    @pytest.mark.parametrize(
        ("method", "target", "status"),
        [
            ("GET", "/api/notes/public?limit=5", 200),
            ("GET", "/api/notes/public?limit=6", 401),
            ("GET", "/api/notes/public", 401),
            ("GET", "/api/notes/public/?limit=5", 401),
            ("GET", "/api/notes/paid?limit=5", 401),
            ("GET", "/api/notes/%70ublic?limit=5", 401),
            ("HEAD", "/api/notes/public?limit=5", 401),
            ("DELETE", "/api/notes/public?limit=5", 401),
        ],
    )
    async def test_a_token_is_good_for_the_exchange_it_was_sent_with(
        self, call: Callers, gateway_key: PrivateKey, method: str, target: str, status: int
    ) -> None:
        """What gets between the gateway and a service by another way carries no binding of its own."""
        token = mint(Caller(), gateway_key, audience="kernel", token_id="x")
        client = call.with_headers(_bound(token, "/api/notes/public?limit=5"))
        assert (await client.request(method, target)).status_code == status

    async def test_a_token_without_its_binding_or_said_twice_is_401(
        self, call: Callers, gateway_key: PrivateKey
    ) -> None:
        token = mint(Caller(), gateway_key, audience="kernel", token_id="x")
        fine = list(_bound(token).items())
        other = list(_bound(mint(Caller(), gateway_key, audience="kernel", token_id="y")).items())
        client = call.with_headers({})
        wrong = (
            fine[:1], fine[1:], fine + fine[:1], fine + fine[1:], other + fine, fine[:1] + other[1:],
            [fine[0], (EXCHANGE_HEADER, "")], [fine[0], (EXCHANGE_HEADER, fine[1][1] + "=")],
        )  # fmt: skip
        for headers in wrong:
            answer = await client.get("/api/notes/public", headers=headers)
            assert answer.status_code == 401, headers
        assert (await client.get("/api/notes/public", headers=fine)).status_code == 200

    async def test_access_is_what_the_route_says(self, call: Callers) -> None:
        matrix = {
            "/api/notes/public": (200, 200, 200, 200, 200),
            "/api/notes/paid": (401, 403, 200, 403, 401),
            "/api/notes/admin": (401, 403, 403, 200, 401),
            "/api/notes/internal": (403, 403, 403, 403, 200),
        }
        people = (call.anonymous, call.free, call.standard, call.admin, call.service)
        for path, expected in matrix.items():
            got = tuple([(await person.get(path)).status_code for person in people])
            assert got == expected, path

    async def test_plan_required_names_the_plan_and_where_to_get_it(self, call: Callers) -> None:
        body = (await call.free.get("/api/notes/paid")).json()
        assert body["code"] == "plan_required"
        assert (body["required_plan"], body["feature"]) == ("STANDARD", "documents.ocr")
        assert body["upgrade_url"]


class TestConnections:
    async def test_after_an_unexpected_error_its_connection_carries_the_next_request(
        self, app: Any, gateway_key: PrivateKey
    ) -> None:
        """On a real server: a 500 that closed it unannounced made a 502 of whatever came next, anybody's."""
        config = uvicorn.Config(app, port=0, http="httptools", log_config=None, lifespan="off")
        server = uvicorn.Server(config)
        serving = asyncio.ensure_future(server._serve())
        while not server.started:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        token = mint(Caller(), gateway_key, audience="kernel", token_id="x")
        limits = httpx2.Limits(max_connections=1)
        async with httpx2.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", auth=AsGateway(lambda: token), limits=limits
        ) as client:
            lent = set()
            for path in ("broken", "public", "unwritable", "public"):
                answer = await client.get(f"/api/notes/{path}")
                assert answer.status_code == (200 if path == "public" else 500)
                lent.add(answer.extensions["network_stream"].get_extra_info("client_addr"))
        server.should_exit = True
        await serving
        assert len(lent) == 1


class TestProblems:
    async def test_an_unexpected_error_tells_a_number_and_nothing_else(self, call: Callers) -> None:
        answer = await call.anonymous.get(
            "/api/notes/broken", headers={"accept-language": "en-GB,en;q=0.9"}
        )
        assert answer.status_code == 500
        assert "SELECT" not in answer.text
        assert answer.json()["trace_id"] in answer.json()["detail"]

    @pytest.mark.parametrize(
        ("asked", "title"),
        [
            ("fr", "Introuvable"),
            ("en", "Not found"),
            ("es-MX", "No encontrado"),
            ("de", "Introuvable"),
        ],
    )
    async def test_texts_are_in_the_callers_language(
        self, call: Callers, asked: str, title: str
    ) -> None:
        answer = await call.free.get("/api/notes/none", headers={"accept-language": asked})
        assert (answer.status_code, answer.json()["title"]) == (404, title)

    async def test_invalid_input_points_at_what_is_wrong(self, call: Callers) -> None:
        answer = await call.free.post("/api/notes", json={"text": 5, "more": True})
        assert answer.status_code == 422
        assert {item["pointer"] for item in answer.json()["errors"]} == {"/text", "/more"}

    async def test_malformed_json_is_400(self, call: Callers) -> None:
        answer = await call.free.post(
            "/api/notes", content=b"{", headers={"content-type": "application/json"}
        )
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")

    async def test_a_malformed_path_parameter_is_404(self, call: Callers) -> None:
        assert (await call.free.get("/api/notes/number/abc")).status_code == 404

    async def test_a_wrong_method_is_405(self, call: Callers) -> None:
        answer = await call.free.delete("/api/notes/public")
        assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


class TestCommit:
    async def test_a_failed_commit_is_not_told_as_success(
        self, call: Callers, admin_engine: Any
    ) -> None:
        person = call.as_user(new_id(), Plan.FREE)
        assert (await person.post("/api/notes", json={"text": "first"})).status_code == 201
        again = await person.post("/api/notes", json={"text": "second"})
        assert again.status_code == 409
        assert again.json()["code"] == "already_exists"
        async with admin_engine.connect() as connection:
            assert await connection.scalar(select(func.count()).select_from(notes)) == 1
            assert await connection.scalar(select(func.count()).select_from(outbox)) == 1


class TestOpenPaths:
    async def test_probes_need_no_identity(self, call: Callers) -> None:
        nobody = call.with_headers({})
        for path in ("/livez", "/readyz"):
            assert (await nobody.get(path)).status_code == 200, path
        for path in ("/metrics", "/version", "/backlog", "/internal/backlog"):
            assert (await nobody.get(path)).status_code == 401, path
            assert (await call.free.get(path)).status_code in {403, 404}, path
        assert (await call.service.get("/internal/backlog")).json()["waiting"] == 0

    async def test_a_busy_pool_is_no_reason_to_leave_the_load_to_others(
        self, call: Callers, open_work: Callable[[], Any], settings_env: dict[str, Any]
    ) -> None:
        async with AsyncExitStack() as held:
            for _ in range(settings_env["pool_size"]):
                work = await held.enter_async_context(open_work())
                await work.session.scalar(select(1))
            async with asyncio.timeout(2):
                assert (await call.with_headers({}).get("/readyz")).status_code == 200

    async def test_the_backlog_is_what_waits_what_failed_and_what_is_dead(
        self, call: Callers, hear: Callable[..., Any]
    ) -> None:
        async def backlog() -> tuple[int, int]:
            told = (await call.inner.get("/backlog")).json()
            assert told["seconds"] >= 0
            return told["waiting"], told["dead"]

        assert await backlog() == (0, 0)
        assert (await call.free.post("/api/notes", json={"text": "one"})).status_code == 201
        assert await backlog() == (1, 0), "written and not yet published"
        behaviour.fail_times = 1
        await hear(NoteWritten(note_id=new_id(), text="two"))
        assert await backlog() == (2, 0), "waits for another try"
        behaviour.permanent = True
        await hear(NoteWritten(note_id=new_id(), text="three"))
        assert await backlog() == (2, 1)

    async def test_without_a_database_it_is_not_ready(
        self, call: Callers, app: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        nowhere = create_async_engine("postgresql+asyncpg://nobody@127.0.0.1:1/nothing")
        monkeypatch.setattr(app.state.health, "_engine", nowhere)
        await asyncio.sleep(FRESH_SECONDS)
        assert (await call.with_headers({}).get("/readyz")).status_code == 503
        assert (await call.inner.get("/backlog")).status_code == 503
        assert (await call.service.get("/internal/backlog")).status_code == 503

    async def test_routes_are_labels_and_ids_are_not(self, call: Callers) -> None:
        await call.free.get("/api/notes/number/7")
        await call.free.get("/api/notes/unknown/thing")
        text = (await call.inner.get("/metrics")).text
        assert 'route="/api/notes/number/{number}"' in text
        assert 'route="unmatched"' in text
        assert "/number/7" not in text

    async def test_the_request_id_is_echoed_and_a_bad_one_replaced(self, call: Callers) -> None:
        good = await call.free.get("/api/notes/public", headers={"x-request-id": "abc-123"})
        bad = await call.free.get("/api/notes/public", headers={"x-request-id": "a b\tc" * 30})
        assert good.headers["x-request-id"] == "abc-123"
        assert " " not in bad.headers["x-request-id"]


class TestDeadline:
    async def test_work_nobody_waits_for_any_more_is_undone(
        self, call: Callers, open_work: Callable[[], Any]
    ) -> None:
        answer = await call.free.post(
            "/api/notes/many", json={"text": "slow"}, headers={DEADLINE: "0.1"}
        )
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert answer.headers["content-type"] == "application/problem+json"
        async with open_work() as work:
            assert await work.session.scalar(select(func.count()).select_from(notes)) == 0

    @pytest.mark.parametrize("said", ["5", "soon", "-1", "inf", "nan"])
    async def test_time_enough_or_nonsense_changes_nothing(self, call: Callers, said: str) -> None:
        body = {"text": "slow"}
        answer = await call.free.post("/api/notes/many", json=body, headers={DEADLINE: said})
        assert answer.status_code == 201
