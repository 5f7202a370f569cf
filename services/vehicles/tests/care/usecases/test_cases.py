"""A case wherever else a car's things are told: timeline, search, sync; handed over, left, erased, purged."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from services.vehicles.domain.cars.roles import Role
from services.vehicles.storage.care.diagnostics import Diagnostic, DiagnosticReply
from services.vehicles.storage.care.models import MaintenanceRecord
from services.vehicles.storage.retention import RETENTION
from services.vehicles.tests.api.test_sync import Client
from services.vehicles.tests.care.api.test_analyses import answer_to
from services.vehicles.tests.care.factories import make_case, make_reply
from services.vehicles.tests.cars.api.test_handovers import accepted, offered
from services.vehicles.tests.factories import kept_document, make_record, make_vehicle
from services.vehicles.tests.sharing import as_person, know, person, share
from shared.contracts.auth import AccountDeletionStarted
from shared.contracts.features import Plan
from shared.contracts.vehicles_cases import CaseNotice, DiagnosisAsked
from shared.db.retention import purge
from shared.ids import new_id
from shared.testing.client import Callers


async def count_of(open_work: Any, model: Any) -> int:
    async with open_work() as work:
        found: int = await work.session.scalar(select(func.count()).select_from(model))
        return found


class TestTold:
    async def test_on_the_timeline_and_found_by_words_and_codes(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        case = await make_case(
            call.free, car, title="Elle siffle", dtc_codes=["P0299"], reported_on="2026-01-10"
        )
        timeline = f"/api/vehicles/{car}/timeline?kind=diagnostic"
        [moment] = (await call.free.get(timeline)).json()["results"]
        assert (moment["id"], moment["on"], moment["title"], moment["status"]) == (
            case["id"],
            "2026-01-10",
            "Elle siffle",
            "open",
        )
        assert moment["address"] == f"/api/diagnostics/{case['id']}"
        for words in ("siffle", "p0299"):
            [found] = (await call.free.get(f"/api/search?q={words}")).json()["results"]
            assert (found["kind"], found["id"]) == ("diagnostic", case["id"])
        await call.free.delete(f"/api/diagnostics/{case['id']}")
        assert (await call.free.get(timeline)).json()["results"] == []
        assert (await call.free.get("/api/search?q=siffle")).json()["results"] == []

    async def test_an_offline_copy_follows_it_with_its_replies(
        self, call: Callers, open_work: Any
    ) -> None:
        car = (await make_vehicle(call.standard))["id"]
        await share(open_work, car, "driver", Role.DRIVER)
        driver = as_person(call, "driver")
        own = (await make_case(driver, car))["id"]
        hidden = (await make_case(call.standard, car))["id"]
        app, theirs = await Client(call.standard).sync(), await Client(driver).sync()
        assert {own, hidden} == {id_ for kind, id_ in app.items if kind == "diagnostic"}
        assert [id_ for kind, id_ in theirs.items if kind == "diagnostic"] == [own]
        await make_reply(call.standard, own, text="Vu au garage", author="mechanic")
        for client in (app, theirs):
            await client.sync()
            item = client.items["diagnostic", own]
            assert [each["text"] for each in item["replies"]] == ["Vu au garage"]
        await call.standard.delete(f"/api/diagnostics/{own}")
        for client in (app, theirs):
            assert ("diagnostic", own) not in (await client.sync()).items


class TestChangesHands:
    async def test_it_goes_with_the_car_and_the_givers_question_is_answered_to_nobody(
        self, call: Callers, hear: Any, emitted: Any
    ) -> None:
        paper = new_id()
        await hear(kept_document(call.user_id("standard"), paper))
        await know(hear, "lea")
        car = (await make_vehicle(call.standard))["id"]
        case = (await make_case(call.standard, car, documents=[str(paper)]))["id"]
        await make_reply(call.standard, case, documents=[str(paper)])
        giver = call.as_user(call.user_id("standard"), Plan.PREMIUM)
        await giver.post(f"/api/diagnostics/{case}/request_ai_analysis")
        [asked] = await emitted(DiagnosisAsked)
        token = await offered(call, car, emitted, include_documents=False)
        assert (await accepted(call, token)).status_code in {200, 201}
        await hear(answer_to(asked))
        taker = call.as_user(person("lea"))
        told = (await taker.get(f"/api/diagnostics/{case}")).json()
        assert (told["documents"], told["analysis"], told["ai_analysis"]) == ([], "none", None)
        assert [each["documents"] for each in told["replies"]] == [[]]
        assert await emitted(CaseNotice) == []
        assert (await call.standard.get(f"/api/diagnostics/{case}")).status_code == 404


class TestGone:
    async def test_whoever_leaves_is_nameless_and_hears_no_more(
        self, call: Callers, open_work: Any, emitted: Any
    ) -> None:
        car = (await make_vehicle(call.standard))["id"]
        await share(open_work, car, "driver", Role.DRIVER)
        driver = as_person(call, "driver")
        case = (await make_case(driver, car))["id"]
        await make_reply(driver, case)
        await driver.post(f"/api/vehicles/{car}/leave")
        told = (await call.standard.get(f"/api/diagnostics/{case}")).json()
        for made in (told, told["replies"][0]):
            assert made["made_by"]["id"] != str(person("driver"))
        await make_reply(call.standard, case, author="mechanic")
        assert await emitted(CaseNotice) == []
        assert (await driver.get("/api/diagnostics")).json()["count"] == 0

    async def test_with_its_owner_and_a_late_answer_finds_the_door_closed(
        self, call: Callers, hear: Any, emitted: Any, open_work: Any
    ) -> None:
        car = (await make_vehicle(call.premium))["id"]
        case = (await make_case(call.premium, car))["id"]
        await make_record(call.premium, car, case=case)
        await make_reply(call.premium, case)
        other = (await make_case(call.premium, car))["id"]
        await call.premium.post(f"/api/diagnostics/{other}/request_ai_analysis")
        [asked] = await emitted(DiagnosisAsked)
        owner = call.user_id("premium")
        await hear(AccountDeletionStarted(account_id=owner, started_at=datetime.now(UTC)))
        await hear(answer_to(asked))
        for model in (Diagnostic, DiagnosticReply, MaintenanceRecord):
            assert await count_of(open_work, model) == 0

    async def test_purged_after_thirty_days_its_record_stays(
        self, call: Callers, open_work: Any, admin_engine: Any
    ) -> None:
        car = (await make_vehicle(call.free))["id"]
        case = (await make_case(call.free, car))["id"]
        record = (await make_record(call.free, car, case=case))["id"]
        await make_reply(call.free, case)
        await call.free.delete(f"/api/diagnostics/{case}")
        assert (await purge(admin_engine, RETENTION)).get("diagnostic", 0) == 0
        async with open_work() as work:
            row = await work.session.get(Diagnostic, UUID(case))
            row.trashed_at = datetime(2020, 1, 1, tzinfo=UTC)
        assert (await purge(admin_engine, RETENTION))["diagnostic"] == 1
        assert await count_of(open_work, DiagnosticReply) == 0
        assert (await call.free.get(f"/api/maintenances/{record}")).json()["case"] is None
