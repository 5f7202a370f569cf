from collections.abc import Awaitable, Callable

import pytest

from services.ai.tests.factories import make_car
from shared.clock import FixedClock
from shared.testing.client import Callers

ROOT = "/api/ai-assistant/conversations"
MESSAGES = "/api/ai-assistant/messages"
CHAT = "/api/ai-assistant/assistant/chat"
Hear = Callable[..., Awaitable[None]]


class TestKeep:
    async def test_opened_renamed_listed_and_deleted(self, call: Callers) -> None:
        opened = await call.standard.post(ROOT, json={"title": "Freins"})
        assert opened.status_code == 201, opened.text
        one = f"{ROOT}/{opened.json()['id']}"
        assert (await call.standard.patch(one, json={"title": "Freins avant"})).json()[
            "title"
        ] == "Freins avant"
        assert (await call.standard.put(one, json={"title": "Freins"})).json()["title"] == "Freins"
        assert (await call.standard.get(ROOT)).json()["count"] == 1
        assert [row["title"] for row in (await call.standard.get(f"{ROOT}/recent")).json()] == [
            "Freins"
        ]
        assert (await call.standard.delete(one)).status_code == 204
        assert (await call.standard.get(one)).status_code == 404

    async def test_messages_are_listed_and_go_with_their_conversation(self, call: Callers) -> None:
        said = (await call.standard.post(CHAT, json={"message": "Mon moteur chauffe"})).json()
        one = f"{ROOT}/{said['conversation_id']}"
        rows = (await call.standard.get(f"{one}/messages")).json()["results"]
        assert [row["role"] for row in rows] == ["user", "assistant"]
        assert (await call.standard.get(f"{MESSAGES}/{rows[1]['id']}")).json()["content"] == rows[
            1
        ]["content"]
        assert (await call.standard.get(f"{ROOT}/stats")).json() == {
            "conversations": 1,
            "messages": 2,
        }
        await call.standard.delete(one)
        assert (await call.standard.get(MESSAGES)).json()["count"] == 0

    async def test_pages_and_refuses_unknown_orders(self, call: Callers, clock: FixedClock) -> None:
        for title in ("a", "b", "c"):
            await call.standard.post(ROOT, json={"title": title})
            clock.move(seconds=1)
        page = (
            await call.standard.get(ROOT, params={"page_size": 2, "ordering": "created_at"})
        ).json()
        assert [row["title"] for row in page["results"]] == ["a", "b"]
        assert page["next"]
        assert (await call.standard.get(ROOT, params={"ordering": "owner_id"})).status_code == 400


class TestRefuse:
    async def test_somebody_else_finds_nothing_and_changes_nothing(self, call: Callers) -> None:
        said = (await call.standard.post(CHAT, json={"message": "Bonjour"})).json()
        one = f"{ROOT}/{said['conversation_id']}"
        for answer in (
            await call.other.get(one),
            await call.other.patch(one, json={"title": "x"}),
            await call.other.put(one, json={"title": "x"}),
            await call.other.delete(one),
            await call.other.get(f"{one}/messages"),
            await call.other.get(f"{MESSAGES}/{said['message_id']}"),
        ):
            assert answer.status_code == 404
        assert (await call.other.get(ROOT)).json()["count"] == 0
        assert (await call.other.get(MESSAGES)).json()["count"] == 0
        assert (await call.standard.get(one)).status_code == 200

    async def test_another_persons_car_in_the_body_is_not_found(
        self, call: Callers, hear: Hear
    ) -> None:
        car = make_car(call.user_id("other"))
        await hear(car)
        answer = await call.standard.post(
            ROOT, json={"title": "x", "vehicle_id": str(car.vehicle_id)}
        )
        assert answer.status_code == 404

    @pytest.mark.parametrize(
        "path",
        [
            ROOT,
            f"{ROOT}/recent",
            f"{ROOT}/stats",
            f"{ROOT}/01a20000-0000-7000-8000-00000000dead",
            MESSAGES,
        ],
    )
    async def test_nobody_is_asked_to_sign_in(self, call: Callers, path: str) -> None:
        assert (await call.anonymous.get(path)).status_code == 401

    async def test_opening_needs_a_plan_and_reading_does_not(self, call: Callers) -> None:
        assert (await call.free.post(ROOT, json={"title": "x"})).status_code == 403
        assert (await call.free.get(ROOT)).status_code == 200

    @pytest.mark.parametrize("ident", ["1", "not-an-id", "00000000-0000-0000-0000-00000000000g"])
    async def test_a_malformed_id_is_not_found(self, call: Callers, ident: str) -> None:
        assert (await call.standard.get(f"{ROOT}/{ident}")).status_code == 404
