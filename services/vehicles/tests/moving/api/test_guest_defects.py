"""What guests report, and that a form of theirs that is sent twice writes one thing down."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
import pytest_asyncio
from sqlalchemy import func, select

from services.vehicles.domain.cars.roles import Role
from services.vehicles.storage.care.diagnostics import Diagnostic
from services.vehicles.tests.api.test_sync import Client
from services.vehicles.tests.factories import make_vehicle, read_odometer
from services.vehicles.tests.moving.exported import give_link
from services.vehicles.tests.running.factories import euros
from services.vehicles.tests.sharing import as_person, share
from shared.bus.data_pages import unpacked
from shared.clock import FixedClock
from shared.contracts.auth import AccountDeletionStarted, AccountExportStarted
from shared.contracts.base import Language
from shared.contracts.export import DataPage
from shared.contracts.vehicles_cases import CaseNews, CaseNotice
from shared.ids import new_id
from shared.testing.client import Callers

LAST = "2026-06-15"
PATHS: dict[str, dict[str, Any]] = {
    "readings": {"mileage": 50_500},
    "fills": {"quantity": "40", "total": euros("72.00"), "mileage": 50_600},
    "defects": {"title": "Un bruit \u00e0 droite"},
}
OTHER_WORDS: dict[str, dict[str, Any]] = {
    "readings": {"mileage": 50_501},
    "fills": {"quantity": "41"},
    "defects": {"title": "Un bruit"},
}


@pytest_asyncio.fixture(loop_scope="session")
async def car(call: Callers, clock: FixedClock) -> str:
    clock.set(datetime(2026, 6, 10, 9, tzinfo=UTC))
    found: str = (await make_vehicle(call.standard))["id"]
    await read_odometer(call.standard, found, 50_000, "2026-06-01")
    return found


async def report(call: Callers, token: str, **said: Any) -> Any:
    body = {"token": token, "title": "Voyant moteur allum\u00e9"} | said
    return await call.anonymous.post("/api/guest/defects", json=body)


async def cases_of(client: Any, car: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get(f"/api/diagnostics?vehicle={car}")).json()[
        "results"
    ]
    return found


class TestDefect:
    async def test_opens_a_case_under_the_links_name(self, call: Callers, car: str) -> None:
        _, token = await give_link(call.standard, car, LAST)
        answer = await report(call, token, description="Depuis ce matin", mileage=50_700)
        assert answer.status_code == 201, answer.text
        assert answer.json() == {
            "car": "Peugeot 308",
            "label": "Loueur",
            "day": "2026-06-10",
            "mileage": 50_700,
            "distance_unit": "km",
            "title": "Voyant moteur allum\u00e9",
            "description": "Depuis ce matin",
            "severity": "medium",
            "safety_advice": [],
        }
        [case] = await cases_of(call.standard, car)
        assert (case["guest"], case["made_by"], case["status"]) == ("Loueur", None, "open")
        assert case["documents"] == []
        ledger = (await call.standard.get(f"/api/vehicles/{car}/odometer")).json()["results"]
        [theirs] = [row for row in ledger if row["mileage"] == 50_700]
        assert (theirs["guest"], theirs["made_by"]) == ("Loueur", None)

    async def test_is_on_the_timeline_and_in_a_sync_as_a_guests(
        self, call: Callers, car: str
    ) -> None:
        _, token = await give_link(call.standard, car, LAST)
        app = await Client(call.standard).sync()
        await report(call, token)
        moments = (await call.standard.get(f"/api/vehicles/{car}/timeline")).json()["results"]
        first = moments[0]
        assert (first["kind"], first["guest"], first["made_by"]) == ("diagnostic", "Loueur", None)
        await app.sync()
        [told] = [item for (kind, _), item in app.items.items() if kind == "diagnostic" and item]
        assert (told["title"], told["guest"]) == ("Voyant moteur allumé", "Loueur")

    async def test_words_of_danger_say_what_to_do_and_reach_the_owner(
        self, call: Callers, car: str, emitted: Any
    ) -> None:
        _, token = await give_link(call.standard, car, LAST)
        answer = await report(call, token, title="Plus de frein", severity="low")
        said = answer.json()
        assert said["severity"] == "critical"
        assert [each["code"] for each in said["safety_advice"]][:1] == ["do_not_drive"]
        [notice] = await emitted(CaseNotice)
        assert notice.kind is CaseNews.REPORTED
        assert notice.account_id == call.user_id("standard")
        assert notice.other_name == "Loueur"

    async def test_of_one_that_can_wait_nobody_is_told(
        self, call: Callers, car: str, emitted: Any
    ) -> None:
        _, token = await give_link(call.standard, car, LAST)
        await report(call, token, title="Un grincement", severity="low")
        assert await emitted(CaseNotice) == []

    @pytest.mark.parametrize(
        ("role", "sees"),
        [(Role.MANAGER, True), (Role.EDITOR, True), (Role.VIEWER, True), (Role.DRIVER, False)],
    )
    async def test_is_seen_by_whoever_sees_cases_of_others(
        self, call: Callers, car: str, open_work: Any, role: Role, *, sees: bool
    ) -> None:
        _, token = await give_link(call.standard, car, LAST)
        await report(call, token)
        await share(open_work, car, "them", role)
        found = await cases_of(as_person(call, "them"), car)
        assert [case["guest"] for case in found] == (["Loueur"] if sees else [])

    async def test_its_owner_lowers_answers_and_resolves_it(self, call: Callers, car: str) -> None:
        _, token = await give_link(call.standard, car, LAST)
        await report(call, token, title="Odeur d'essence")
        [case] = await cases_of(call.standard, car)
        path = f"/api/diagnostics/{case['id']}"
        lowered = await call.standard.patch(
            path, json={"severity": "low", "severity_reason": "Bouchon mal ferm\u00e9"}
        )
        assert (lowered.status_code, lowered.json()["guest"]) == (200, "Loueur")
        resolved = await call.standard.post(f"{path}/resolve", json={"how": "no_fault"})
        assert resolved.status_code == 200, resolved.text

    async def test_only_where_the_link_allows_it(self, call: Callers, car: str) -> None:
        _, token = await give_link(call.standard, car, LAST, allows=["reading", "fill"])
        refused = await report(call, token)
        assert (refused.status_code, refused.json()["code"]) == (403, "guest_may_not")
        assert await cases_of(call.standard, car) == []

    async def test_counts_against_the_links_hour(self, call: Callers, car: str) -> None:
        _, token = await give_link(call.standard, car, LAST)
        for number in range(20):
            assert (await report(call, token, title=f"Un {number}")).status_code == 201
        assert (await report(call, token)).json()["code"] == "guest_too_often"

    @pytest.mark.parametrize(
        "said",
        [
            {"title": ""},
            {"title": "a\nb"},
            {"title": "x" * 201},
            {"title": None},
            {"description": "a\x00b"},
            {"description": "x" * 10_001},
            {"severity": "catastrophic"},
            {"mileage": -1},
            {"documents": [str(new_id())]},
            {"vehicle": str(new_id())},
            {"status": "resolved"},
        ],
    )
    async def test_hostile_words_are_refused(
        self, call: Callers, car: str, said: dict[str, Any]
    ) -> None:
        _, token = await give_link(call.standard, car, LAST)
        assert (await report(call, token, **said)).status_code == 422


async def test_leaves_with_its_owner_who_is_told_of_it(
    call: Callers, car: str, hear: Any, emitted: Any, open_work: Any
) -> None:
    _, token = await give_link(call.standard, car, LAST)
    await report(call, token)
    owner = call.user_id("standard")
    asked = AccountExportStarted(
        account_id=owner, export_id=new_id(), language=Language.FR, started_at=datetime.now(UTC)
    )
    await hear(asked)
    lines = b"".join(
        unpacked(page.content.get_secret_value()) for page in await emitted(DataPage)
    ).splitlines()
    told = [line["row"] for line in map(orjson.loads, lines) if line["table"] == "diagnostic"]
    assert [(row["guest"], row["title"]) for row in told] == [("Loueur", "Voyant moteur allumé")]
    await hear(AccountDeletionStarted(account_id=owner, started_at=datetime.now(UTC)))
    async with open_work() as work:
        kept = select(func.count()).select_from(Diagnostic).where(Diagnostic.owner_id == owner)
        assert await work.session.scalar(kept) == 0
    assert (await report(call, token)).json()["code"] == "link_dead"


@pytest.mark.parametrize("kind", sorted(PATHS))
class TestSentTwice:
    async def test_writes_one_thing_down(self, call: Callers, car: str, kind: str) -> None:
        _, token = await give_link(call.standard, car, LAST)
        body = {"id": str(new_id()), "token": token} | PATHS[kind]
        answers = await asyncio.gather(
            *(call.anonymous.post(f"/api/guest/{kind}", json=body) for _ in range(4))
        )
        assert [answer.status_code for answer in answers] == [201] * 4, answers[0].text
        assert len({answer.text for answer in answers}) == 1
        [link] = (await call.standard.get(f"/api/vehicles/{car}/guest-links")).json()["results"]
        assert link["used"] == 1
        moments = (await call.standard.get(f"/api/vehicles/{car}/timeline")).json()["results"]
        own = {"readings": "odometer", "fills": "fill", "defects": "diagnostic"}[kind]
        assert len([each for each in moments if each["kind"] == own and each["guest"]]) == 1

    async def test_with_other_words_is_refused(self, call: Callers, car: str, kind: str) -> None:
        _, token = await give_link(call.standard, car, LAST)
        body = {"id": str(new_id()), "token": token} | PATHS[kind]
        await call.anonymous.post(f"/api/guest/{kind}", json=body)
        other = await call.anonymous.post(f"/api/guest/{kind}", json=body | OTHER_WORDS[kind])
        assert (other.status_code, other.json()["code"]) == (409, "id_taken")

    async def test_an_id_of_somebody_else_tells_nothing_of_theirs(
        self, call: Callers, car: str, kind: str
    ) -> None:
        _, token = await give_link(call.standard, car, LAST)
        theirs = {"id": str(new_id()), "make": "Secret", "model": "9"}
        assert (await call.other.post("/api/vehicles", json=theirs)).status_code == 201
        body = {"id": theirs["id"], "token": token} | PATHS[kind]
        answer = await call.anonymous.post(f"/api/guest/{kind}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (409, "id_taken")
        assert "Secret" not in answer.text
