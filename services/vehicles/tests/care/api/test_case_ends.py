"""Domain page §9: a case is resolved by saying how; the record that mends it closes it, and taken back opens it again."""

from typing import Any

import pytest

from services.vehicles.tests.care.factories import make_case
from services.vehicles.tests.factories import make_record, make_vehicle
from shared.testing.client import Callers


async def status_of(client: Any, case: str) -> tuple[str, str | None, str | None]:
    found = (await client.get(f"/api/diagnostics/{case}")).json()
    return found["status"], found["outcome"], found["record"]


OPEN = ("open", None, None)


class TestResolve:
    @pytest.mark.parametrize("how", ["no_fault", "OTHER"])
    async def test_needs_how(self, call: Callers, how: str, clock: Any) -> None:
        car = (await make_vehicle(call.free))["id"]
        path = f"/api/diagnostics/{(await make_case(call.free, car))['id']}"
        assert (await call.free.post(f"{path}/resolve", json={})).status_code == 422
        body = {"how": how, "outcome_note": "Rien trouvé"}
        case = (await call.free.post(f"{path}/resolve", json=body)).json()
        assert (case["status"], case["outcome"]) == ("resolved", how.lower())
        assert (case["outcome_note"], case["resolved_on"]) == ("Rien trouvé", case["reported_on"])
        again = await call.free.post(f"{path}/resolve", json=body)
        assert (again.status_code, again.json()["code"]) == (409, "case_is_resolved")
        changed = await call.free.patch(path, json={"status": "open"})
        assert changed.json()["code"] == "case_is_resolved"

    async def test_repaired_needs_the_completed_record_of_this_car(self, call: Callers) -> None:
        car, second = [(await make_vehicle(call.free))["id"] for _ in range(2)]
        theirs = (await make_record(call.other, (await make_vehicle(call.other))["id"]))["id"]
        case = (await make_case(call.free, car, reported_on="2026-01-10"))["id"]
        elsewhere = (await make_record(call.free, second))["id"]
        begun = (await make_record(call.free, car, status="IN_PROGRESS"))["id"]
        refund = await make_record(
            call.free, car, kind="refund", cost={"amount": "-5.00", "currency": "EUR"}
        )
        done = (await make_record(call.free, car, service_date="2026-01-15"))["id"]
        for record, code in (
            (None, "repair_needs_record"),
            (theirs, "not_found"),
            (elsewhere, "not_found"),
            (begun, "record_mends_nothing"),
            (refund["id"], "record_mends_nothing"),
        ):
            body = {"how": "repaired", "record": record}
            answer = await call.free.post(f"/api/diagnostics/{case}/resolve", json=body)
            assert answer.json()["code"] == code
            assert await status_of(call.free, case) == OPEN
        wrong = {"how": "no_fault", "record": done}
        answer = await call.free.post(f"/api/diagnostics/{case}/resolve", json=wrong)
        assert answer.json()["code"] == "record_mends_nothing"
        body = {"how": "repaired", "record": done}
        answer = await call.free.post(f"/api/diagnostics/{case}/resolve", json=body)
        assert answer.json()["resolved_on"] == "2026-01-15"
        assert await status_of(call.free, case) == ("resolved", "repaired", done)
        assert (await call.free.get(f"/api/maintenances/{done}")).json()["case"] == case

    async def test_neither_before_it_was_reported_nor_tomorrow(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        case = (await make_case(call.free, car, reported_on="2026-01-10"))["id"]
        for day in ("2026-01-09", "2199-01-01"):
            body = {"how": "other", "resolved_on": day}
            answer = await call.free.post(f"/api/diagnostics/{case}/resolve", json=body)
            assert (answer.status_code, answer.json()["code"]) == (422, "resolved_too_early")


class TestRecordThatNamesIt:
    async def test_completed_it_closes_the_case_and_deleted_it_reopens_it(
        self, call: Callers
    ) -> None:
        car = (await make_vehicle(call.free))["id"]
        case = (await make_case(call.free, car))["id"]
        record = (await make_record(call.free, car, case=case))["id"]
        closed = ("resolved", "repaired", record)
        assert await status_of(call.free, case) == closed
        await call.free.delete(f"/api/maintenances/{record}")
        assert await status_of(call.free, case) == ("open", None, record)
        await call.free.post(f"/api/maintenances/{record}/restore")
        assert await status_of(call.free, case) == closed
        told = (await call.free.get(f"/api/diagnostics/{case}")).json()["replies"]
        assert [each["text"] for each in told] == [
            "Résolu : réparé",
            "Rouvert : l'entretien qui l'avait réparé n'est plus là",
            "Résolu : réparé",
        ]

    async def test_planned_it_waits_for_it(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        case = (await make_case(call.free, car))["id"]
        record = (await make_record(call.free, car, case=case, status="IN_PROGRESS"))["id"]
        assert await status_of(call.free, case) == ("open", None, record)
        path = f"/api/maintenances/{record}"
        await call.free.patch(path, json={"status": "COMPLETED"})
        assert await status_of(call.free, case) == ("resolved", "repaired", record)
        await call.free.patch(path, json={"status": "IN_PROGRESS"})
        assert await status_of(call.free, case) == ("open", None, record)

    async def test_naming_another_or_none_opens_it_again(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        first, second = [(await make_case(call.free, car))["id"] for _ in range(2)]
        record = (await make_record(call.free, car, case=first))["id"]
        path = f"/api/maintenances/{record}"
        await call.free.patch(path, json={"case": second})
        assert await status_of(call.free, first) == OPEN
        assert await status_of(call.free, second) == ("resolved", "repaired", record)
        await call.free.patch(path, json={"case": None})
        assert await status_of(call.free, second) == OPEN

    async def test_moved_to_another_car_it_lets_the_case_go(self, call: Callers) -> None:
        car, second = [(await make_vehicle(call.free))["id"] for _ in range(2)]
        case = (await make_case(call.free, car))["id"]
        record = (await make_record(call.free, car, case=case))["id"]
        moved = await call.free.patch(f"/api/maintenances/{record}", json={"vehicle": second})
        assert (moved.status_code, moved.json()["case"]) == (200, None)
        assert await status_of(call.free, case) == OPEN

    async def test_another_one_takes_the_place_of_what_was_deleted(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        case = (await make_case(call.free, car))["id"]
        first = (await make_record(call.free, car, case=case))["id"]
        await call.free.delete(f"/api/maintenances/{first}")
        second = (await make_record(call.free, car, case=case, service_date="2026-01-14"))["id"]
        closed = ("resolved", "repaired", second)
        assert await status_of(call.free, case) == closed
        await call.free.post(f"/api/maintenances/{first}/restore")
        assert await status_of(call.free, case) == closed
        await call.free.delete(f"/api/maintenances/{first}")
        assert await status_of(call.free, case) == closed

    async def test_one_visit_mends_several(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        first, second = [(await make_case(call.free, car))["id"] for _ in range(2)]
        record = (await make_record(call.free, car, case=first))["id"]
        body = {"how": "repaired", "record": record}
        await call.free.post(f"/api/diagnostics/{second}/resolve", json=body)
        for case in (first, second):
            assert await status_of(call.free, case) == ("resolved", "repaired", record)
        await call.free.delete(f"/api/maintenances/{record}")
        for case in (first, second):
            assert await status_of(call.free, case) == ("open", None, record)

    async def test_a_case_of_another_car_or_person_or_in_the_trash_is_not_found(
        self, call: Callers
    ) -> None:
        car, second = [(await make_vehicle(call.free))["id"] for _ in range(2)]
        gone = (await make_case(call.free, car))["id"]
        await call.free.delete(f"/api/diagnostics/{gone}")
        theirs = (await make_case(call.other, (await make_vehicle(call.other))["id"]))["id"]
        elsewhere = (await make_case(call.free, second))["id"]
        for case in (gone, theirs, elsewhere):
            body = {"vehicle": car, "service_date": "2026-01-15", "service_type": "oil_change"}
            answer = await call.free.post("/api/maintenances", json=body | {"case": case})
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


class TestReopen:
    async def test_by_hand_it_stays_open_whatever_becomes_of_the_record(
        self, call: Callers
    ) -> None:
        car = (await make_vehicle(call.free))["id"]
        case = (await make_case(call.free, car))["id"]
        record = (await make_record(call.free, car, case=case))["id"]
        path = f"/api/diagnostics/{case}/reopen"
        answer = await call.free.post(path, json={"reason": "Toujours là"})
        assert answer.json()["status"] == "open"
        assert (await call.free.post(path)).json()["code"] == "case_is_open"
        edited = await call.free.patch(f"/api/maintenances/{record}", json={"garage": "Chez nous"})
        assert edited.json()["case"] is None
        assert await status_of(call.free, case) == OPEN

    async def test_without_a_body(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        case = (await make_case(call.free, car))["id"]
        await call.free.post(f"/api/diagnostics/{case}/resolve", json={"how": "no_fault"})
        answer = await call.free.post(f"/api/diagnostics/{case}/reopen")
        assert (answer.status_code, answer.json()["resolved_on"]) == (200, None)

    async def test_instead_of_what_is_not_its_like_is_not_found(self, call: Callers) -> None:
        car, second = [(await make_vehicle(call.free))["id"] for _ in range(2)]
        case = (await make_case(call.free, car))["id"]
        await call.free.post(f"/api/diagnostics/{case}/resolve", json={"how": "no_fault"})
        theirs = (await make_case(call.other, (await make_vehicle(call.other))["id"]))["id"]
        elsewhere = (await make_case(call.free, second))["id"]
        for other in (case, theirs, elsewhere):
            answer = await call.free.post(
                f"/api/diagnostics/{case}/reopen", json={"instead_of": other}
            )
            assert answer.status_code == 404
        assert (await status_of(call.free, case))[0] == "resolved"
