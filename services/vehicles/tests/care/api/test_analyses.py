"""Domain page §9: the assistant is asked by an event and answers by one, once for each request, however late."""

from typing import Any
from uuid import UUID

from services.vehicles.domain.cars.roles import Role
from services.vehicles.tests.care.factories import make_case
from services.vehicles.tests.factories import make_vehicle
from services.vehicles.tests.sharing import as_person, person, share
from shared.contracts.ai import DiagnosisAnswered
from shared.contracts.base import Language
from shared.contracts.features import Plan
from shared.contracts.vehicles_cases import (
    CaseNews,
    CaseNotice,
    DiagnosisAsked,
    DiagnosisProgressed,
)
from shared.ids import new_id
from shared.testing.client import Callers

VIN = "VF3LCYHZPFS123456"


def answer_to(asked: DiagnosisAsked, **said: Any) -> DiagnosisAnswered:
    facts: dict[str, Any] = {
        "diagnostic_id": asked.diagnostic_id,
        "vehicle_id": asked.vehicle_id,
        "owner_id": asked.owner_id,
        "urgency": "high",
        "summary": "Bobine d'allumage probable",
        "confidence": 0.8,
        "answered_at": asked.asked_at,
        "request_id": asked.request_id,
    }
    return DiagnosisAnswered(**facts | said)


async def asked_case(client: Any, **said: Any) -> str:
    car = await make_vehicle(client, license_plate="AA-111-AA", vin=VIN, fuel_type="gasoline")
    case = await make_case(client, car["id"], dtc_codes=["P0302"], **said)
    answer = await client.post(f"/api/diagnostics/{case['id']}/request_ai_analysis")
    assert answer.status_code == 202, answer.text
    assert answer.json()["analysis"] == "asked"
    return str(case["id"])


class TestRequest:
    async def test_asks_with_the_cars_facts_and_no_plate_name_or_number(
        self, call: Callers, emitted: Any
    ) -> None:
        said = f"Ma AA 111 AA ({VIN}) broute"
        case = await asked_case(call.premium, title="Ratés", description=said)
        [asked] = await emitted(DiagnosisAsked)
        assert asked.symptoms == "Ratés\nMa … (…) broute"
        assert (asked.dtc_codes, asked.language) == (("P0302",), Language.FR)
        assert (asked.car.make, asked.car.fuel_type) == ("Peugeot", "gasoline")
        assert (str(asked.diagnostic_id), asked.owner_id) == (case, call.user_id("premium"))
        told = asked.model_dump_json()
        assert VIN not in told
        assert "AA-111-AA" not in told
        [progress] = await emitted(DiagnosisProgressed)
        assert (progress.owner_id, progress.stage) == (call.user_id("premium"), "asked")
        assert progress.request_id == asked.request_id

    async def test_refused_by_plan_is_403_before_any_event(
        self, call: Callers, emitted: Any
    ) -> None:
        for client in (call.free, call.standard):
            car = (await make_vehicle(client))["id"]
            case = (await make_case(client, car))["id"]
            answer = await client.post(f"/api/diagnostics/{case}/request_ai_analysis")
            assert (answer.status_code, answer.json()["code"]) == (403, "plan_required")
        assert await emitted(DiagnosisAsked) == []
        assert await emitted(DiagnosisProgressed) == []

    async def test_asked_again_while_it_waits_is_asked_once(
        self, call: Callers, emitted: Any, clock: Any
    ) -> None:
        path = f"/api/diagnostics/{await asked_case(call.premium)}/request_ai_analysis"
        first = (await call.premium.post(path)).json()["ai_request"]
        assert len(await emitted(DiagnosisAsked)) == 1
        clock.move(minutes=11)
        second = (await call.premium.post(path)).json()["ai_request"]
        assert first != second
        assert len(await emitted(DiagnosisAsked)) == 2

    async def test_of_a_resolved_case_is_refused(self, call: Callers) -> None:
        car = (await make_vehicle(call.premium))["id"]
        case = (await make_case(call.premium, car))["id"]
        await call.premium.post(f"/api/diagnostics/{case}/resolve", json={"how": "no_fault"})
        answer = await call.premium.post(f"/api/diagnostics/{case}/request_ai_analysis")
        assert (answer.status_code, answer.json()["code"]) == (409, "case_is_resolved")

    async def test_an_editor_asks_in_their_own_language_and_hears_the_answer(
        self, call: Callers, open_work: Any, hear: Any, emitted: Any
    ) -> None:
        car = (await make_vehicle(call.standard))["id"]
        case = (await make_case(call.standard, car))["id"]
        await share(open_work, car, "editor", Role.EDITOR)
        editor = call.as_user(person("editor"), Plan.PREMIUM, language=Language.ES)
        await editor.post(f"/api/diagnostics/{case}/request_ai_analysis")
        [asked] = await emitted(DiagnosisAsked)
        assert (asked.owner_id, asked.language) == (person("editor"), Language.ES)
        await hear(answer_to(asked))
        [notice] = await emitted(CaseNotice)
        assert (notice.account_id, notice.kind) == (person("editor"), CaseNews.ANSWERED)

    async def test_a_driver_may_not_even_for_their_own(
        self, call: Callers, open_work: Any, emitted: Any
    ) -> None:
        car = (await make_vehicle(call.standard))["id"]
        await share(open_work, car, "driver", Role.DRIVER)
        driver = as_person(call, "driver", Plan.PREMIUM)
        case = (await make_case(driver, car))["id"]
        answer = await driver.post(f"/api/diagnostics/{case}/request_ai_analysis")
        assert (answer.status_code, answer.json()["code"]) == (403, "role_insufficient")
        assert await emitted(DiagnosisAsked) == []


class TestAnswer:
    async def test_fills_in_and_is_a_reply_by_ai_once(
        self, call: Callers, hear: Any, emitted: Any
    ) -> None:
        case = await asked_case(call.premium)
        [asked] = await emitted(DiagnosisAsked)
        await hear(answer_to(asked), times=2)
        await hear(answer_to(asked, summary="Autre chose"))
        await hear(answer_to(asked, request_id=new_id(), summary="De qui ?"))
        await hear(answer_to(asked, request_id=None, summary="D'avant"))
        told = (await call.premium.get(f"/api/diagnostics/{case}")).json()
        assert (told["analysis"], told["ai_analysis"], told["confidence_score"]) == (
            "answered",
            "Bobine d'allumage probable",
            0.8,
        )
        assert [(each["author"], each["text"]) for each in told["replies"]] == [
            ("ai", "Bobine d'allumage probable")
        ]
        assert [each.stage for each in await emitted(DiagnosisProgressed)] == ["asked", "answered"]
        assert [each.kind for each in await emitted(CaseNotice)] == [CaseNews.ANSWERED]

    async def test_a_late_answer_to_a_resolved_case_is_stored_and_not_shown_as_new(
        self, call: Callers, hear: Any, emitted: Any
    ) -> None:
        case = await asked_case(call.premium)
        [asked] = await emitted(DiagnosisAsked)
        path = f"/api/diagnostics/{case}"
        await call.premium.post(f"{path}/resolve", json={"how": "no_fault"})
        before = (await call.premium.get(path)).json()
        await hear(answer_to(asked))
        told = (await call.premium.get(path)).json()
        assert (told["status"], told["analysis"]) == ("resolved", "late")
        assert told["ai_analysis"] == "Bobine d'allumage probable"
        assert [each["author"] for each in told["replies"]] == ["system", "ai"]
        assert told["last_reply_at"] == before["last_reply_at"]
        assert await emitted(CaseNotice) == []
        assert [each.stage for each in await emitted(DiagnosisProgressed)] == ["asked"]

    async def test_an_answer_to_an_earlier_request_is_nobodys(
        self, call: Callers, hear: Any, emitted: Any, clock: Any
    ) -> None:
        case = await asked_case(call.premium)
        clock.move(minutes=11)
        await call.premium.post(f"/api/diagnostics/{case}/request_ai_analysis")
        earlier, _ = sorted(await emitted(DiagnosisAsked), key=lambda each: each.asked_at)
        await hear(answer_to(earlier))
        told = (await call.premium.get(f"/api/diagnostics/{case}")).json()
        assert (told["analysis"], told["replies"]) == ("asked", [])

    async def test_to_what_is_gone_it_says_nothing(
        self, call: Callers, hear: Any, emitted: Any
    ) -> None:
        case = await asked_case(call.premium)
        [asked] = await emitted(DiagnosisAsked)
        await call.premium.delete(f"/api/vehicles/{asked.vehicle_id}")
        await hear(answer_to(asked))
        await hear(answer_to(asked, diagnostic_id=new_id()))
        assert await emitted(CaseNotice) == []
        assert UUID(case) == asked.diagnostic_id
