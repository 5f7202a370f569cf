"""Doing a thing once, however often it is asked for."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from shared.db.base import idempotency
from shared.db.retention import KERNEL, purge
from shared.http.models import AnswerModel, SecretAnswer
from shared.http.router import _holds_a_secret
from shared.testing.client import Callers
from shared.tests.conftest import notes

URL = "/api/notes/many"


class _Secret(SecretAnswer):
    token: str


class _Plain(AnswerModel):
    text: str


async def post(client: Any, text: str, key: str) -> Any:
    return await client.post(URL, json={"text": text}, headers={"Idempotency-Key": key})


async def note_count(admin_engine: Any) -> int:
    async with admin_engine.connect() as connection:
        return int(await connection.scalar(select(func.count()).select_from(notes)) or 0)


class TestKey:
    async def test_the_same_request_gets_the_first_answer_again(
        self, call: Callers, admin_engine: Any
    ) -> None:
        first, second = await post(call.free, "a", "k1"), await post(call.free, "a", "k1")
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.json() == second.json()
        assert second.headers["idempotency-replayed"] == "true"
        assert await note_count(admin_engine) == 1

    async def test_an_answer_that_holds_a_secret_is_not_kept(
        self, call: Callers, admin_engine: Any
    ) -> None:
        headers = {"Idempotency-Key": "k-secret"}
        answer = await call.free.post("/api/notes/secret", json={"text": "a"}, headers=headers)
        assert (answer.status_code, answer.headers["cache-control"]) == (201, "no-store")
        async with admin_engine.connect() as connection:
            kept = select(func.count()).select_from(idempotency)
            assert await connection.scalar(kept) == 0

    async def test_a_key_is_kept_where_the_route_says_so_and_nowhere_else(
        self, app: Any, call: Callers
    ) -> None:
        """The gateway sends once more by the same declaration."""
        described = app.openapi()["paths"]
        for path, declared in (("many", True), ("open", False), ("workless", False)):
            operation = described[f"/api/notes/{path}"]["post"]
            names = {parameter["name"] for parameter in operation.get("parameters", ())}
            assert operation["x-autotrack"].get("replayable", False) is declared
            assert ("Idempotency-Key" in names) is declared
            headers = {"Idempotency-Key": "k-declared-" + path}
            answers = [
                await call.free.post(f"/api/notes/{path}", json={"text": "a"}, headers=headers)
                for _ in range(2)
            ]
            assert [answer.status_code for answer in answers] == [201, 201]
            assert ("idempotency-replayed" in answers[1].headers) is declared
            assert (answers[0].json() == answers[1].json()) is declared

    async def test_another_body_under_the_same_key_is_422(self, call: Callers) -> None:
        await post(call.free, "a", "k2")
        answer = await post(call.free, "b", "k2")
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")

    async def test_twenty_at_once_are_one_row(self, call: Callers, admin_engine: Any) -> None:
        answers = await asyncio.gather(*(post(call.free, "slow", "k3") for _ in range(20)))
        assert {answer.status_code for answer in answers} <= {201, 409}
        assert await note_count(admin_engine) == 1
        assert (await post(call.free, "slow", "k3")).status_code == 201

    async def test_another_persons_key_is_another_key(
        self, call: Callers, admin_engine: Any
    ) -> None:
        await post(call.free, "a", "k4")
        await post(call.other, "a", "k4")
        assert await note_count(admin_engine) == 2

    async def test_a_refused_request_leaves_nothing_and_may_be_tried_again(
        self, call: Callers, admin_engine: Any
    ) -> None:
        assert (await post(call.free, "refused", "k5")).status_code == 409
        async with admin_engine.connect() as connection:
            assert await connection.scalar(select(func.count()).select_from(idempotency)) == 0
        assert (await post(call.free, "a", "k5")).status_code == 201

    @pytest.mark.parametrize("key", ["a b", "x" * 256])
    async def test_a_malformed_key_is_400(self, call: Callers, key: str) -> None:
        assert (await post(call.free, "a", key)).status_code == 400

    async def test_answers_are_forgotten_after_a_day(
        self, app: Any, call: Callers, admin_engine: Any
    ) -> None:
        await post(call.free, "a", "k6")
        async with admin_engine.begin() as connection:
            await connection.execute(
                update(idempotency).values(created_at=func.now() - timedelta(hours=25))
            )
        await purge(admin_engine, KERNEL)
        await post(call.free, "a", "k6")
        assert await note_count(admin_engine) == 2


class TestEtag:
    async def test_an_unchanged_answer_is_304(self, call: Callers) -> None:
        first = await call.free.get("/api/notes/public")
        again = await call.free.get(
            "/api/notes/public", headers={"If-None-Match": first.headers["etag"]}
        )
        assert (again.status_code, again.content) == (304, b"")
        other = await call.free.get("/api/notes/public", headers={"If-None-Match": '"something"'})
        assert other.status_code == 200


class TestSecrets:
    @pytest.mark.parametrize("model", [_Secret, _Secret | _Plain, _Secret | None])
    def test_an_answer_that_may_hold_one_is_known_by_its_model(self, model: Any) -> None:
        assert _holds_a_secret(model)

    @pytest.mark.parametrize("model", [_Plain, None, list[int], _Plain | None])
    def test_others_are_not(self, model: Any) -> None:
        assert not _holds_a_secret(model)
