"""Domain page §9: cases."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.vehicles.domain.care.diagnostics import Severity
from services.vehicles.domain.cars.roles import Role
from services.vehicles.tests.care.factories import make_case, make_reply
from services.vehicles.tests.factories import kept_document, make_vehicle, read_odometer
from services.vehicles.tests.sharing import as_person, know, person, share
from shared.contracts.vehicles_cases import CaseNews, CaseNotice
from shared.ids import new_id
from shared.testing.client import Callers


async def refused(client: Any, path: str, body: Any, *, method: str = "POST") -> tuple[int, str]:
    answer = await client.request(method, path, json=body)
    return answer.status_code, answer.json()["code"]


class TestReport:
    async def test_codes_in_one_spelling_doubles_once(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        case = await make_case(call.free, car, dtc_codes=["p0 420", "P0420", "P0420-00", "p1351"])
        assert case["dtc_codes"] == ["P0420", "P0420-00", "P1351"]
        known, typed, makers = case["codes"]
        assert (known["title"], known["defined_by"], known["urgency"]) == (
            "Efficacité du catalyseur insuffisante (banc 1)",
            "generic",
            "medium",
        )
        assert (typed["code"], typed["failure_type"]) == ("P0420", "00")
        assert (makers["system"], makers["group"], makers["defined_by"], makers["urgency"]) == (
            "powertrain",
            "ignition",
            "maker",
            None,
        )

    @pytest.mark.parametrize("code", ["P4A00", "X0123", "P042G", "", "P042", "P0420-0"])
    async def test_what_is_no_code_is_refused_and_named(self, call: Callers, code: str) -> None:
        car = (await make_vehicle(call.free))["id"]
        body = {"vehicle": car, "title": "x", "dtc_codes": ["P0420", code]}
        answer = await call.free.post("/api/diagnostics", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "fault_code_malformed")
        assert "/dtc_codes/1" in answer.text

    async def test_60_codes_are_refused_and_50_kept(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        codes = [f"P0{number:03}" for number in range(60)]
        body = {"vehicle": car, "title": "x", "dtc_codes": codes}
        assert (await call.free.post("/api/diagnostics", json=body)).status_code == 422
        case = await make_case(call.free, car, dtc_codes=codes[:50])
        assert len(case["dtc_codes"]) == 50

    async def test_today_is_the_cars_day_and_tomorrow_is_refused(
        self, call: Callers, clock: Any
    ) -> None:
        car = (await make_vehicle(call.free))["id"]
        today = clock.now().astimezone(ZoneInfo("Europe/Paris")).date()
        assert (await make_case(call.free, car))["reported_on"] == today.isoformat()
        body = {"vehicle": car, "title": "x", "reported_on": "2199-01-01"}
        assert await refused(call.free, "/api/diagnostics", body) == (422, "reported_in_future")

    async def test_its_mileage_is_a_reading_that_goes_and_comes_with_it(
        self, call: Callers
    ) -> None:
        car = (await make_vehicle(call.free))["id"]
        await read_odometer(call.free, car, 84_000, "2025-01-01")
        case = await make_case(call.free, car, mileage=84_250, reported_on="2025-01-02")
        assert case["mileage"] == 84_250

        async def stands_at() -> int:
            found: int = (await call.free.get(f"/api/vehicles/{car}")).json()["mileage"]
            return found

        path = f"/api/diagnostics/{case['id']}"
        assert await stands_at() == 84_250
        await call.free.patch(path, json={"mileage": 84_300})
        assert await stands_at() == 84_300
        await call.free.patch(path, json={"title": "Elle broute encore"})
        assert await stands_at() == 84_300
        await call.free.delete(path)
        assert await stands_at() == 84_000
        await call.free.post(f"{path}/restore")
        assert await stands_at() == 84_300

    async def test_sent_again_is_one_case(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        id_ = str(new_id())
        for _ in range(2):
            assert (await make_case(call.free, car, id=id_))["id"] == id_
        assert (await call.free.get("/api/diagnostics")).json()["count"] == 1

    async def test_documents_are_the_owners(self, call: Callers, hear: Any) -> None:
        mine, theirs = new_id(), new_id()
        await hear(kept_document(call.user_id("free"), mine))
        await hear(kept_document(call.user_id("other"), theirs))
        car = (await make_vehicle(call.free))["id"]
        case = await make_case(call.free, car, documents=[str(mine), str(mine)])
        assert case["documents"] == [str(mine)]
        body = {"vehicle": car, "title": "x", "documents": [str(theirs)]}
        assert await refused(call.free, "/api/diagnostics", body) == (404, "not_found")


class TestSeverity:
    @pytest.mark.parametrize(
        ("said", "shown"),
        [
            ({}, "medium"),
            ({"severity": "info"}, "info"),
            ({"severity": "LOW", "dtc_codes": ["P0302"]}, "high"),
            ({"severity": "critical", "dtc_codes": ["P0130"]}, "critical"),
            ({"severity": "low", "description": "De la fumée sous le capot"}, "critical"),
            ({"title": "Brake pedal is soft"}, "high"),
        ],
    )
    async def test_the_highest_of_typed_guide_and_red_flags(
        self, call: Callers, said: dict[str, Any], shown: str
    ) -> None:
        car = (await make_vehicle(call.free))["id"]
        assert (await make_case(call.free, car, **said))["severity"] == shown

    async def test_lowering_it_needs_a_reason(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        case = await make_case(call.free, car, dtc_codes=["P0302"])
        path = f"/api/diagnostics/{case['id']}"
        needs = (422, "severity_needs_reason")
        assert await refused(call.free, path, {"severity": "low"}, method="PATCH") == needs
        assert await refused(call.free, path, {"dtc_codes": []}, method="PATCH") == needs
        said = {"severity": "low", "severity_reason": "Bougie changée, plus de ratés"}
        lowered = (await call.free.patch(path, json=said)).json()
        assert (lowered["severity"], lowered["severity_found"]) == ("low", "high")
        assert lowered["severity_reason"] == "Bougie changée, plus de ratés"
        kept = (await call.free.patch(path, json={"title": "Elle broutait"})).json()
        assert kept["severity"] == "low"
        worse = (await call.free.patch(path, json={"description": "Fumée"})).json()
        assert worse["severity"] == "critical", "something worse takes no notice of the reason"

    async def test_what_was_answered_may_be_sent_back(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        case = await make_case(call.free, car, severity="low", dtc_codes=["P0302"])
        path = f"/api/diagnostics/{case['id']}"
        before = (await call.free.get(path)).json()
        after = (await call.free.put(path, json=before)).json()
        assert after["severity"] == "high"
        body = {"vehicle": car, "title": "Elle broute", "severity": "low", "dtc_codes": ["P0302"]}
        other = await make_case(call.free, car, **{k: v for k, v in body.items() if k != "vehicle"})
        again = await call.free.put(f"/api/diagnostics/{other['id']}", json=body)
        assert again.json()["severity"] == "high", "what it was made of, again"


class TestChange:
    async def test_it_stays_with_its_car_and_is_closed_by_saying_how(self, call: Callers) -> None:
        car, other = [(await make_vehicle(call.free))["id"] for _ in range(2)]
        theirs = (await make_vehicle(call.other))["id"]
        path = f"/api/diagnostics/{(await make_case(call.free, car))['id']}"
        for body, answer in (
            ({"vehicle": other}, (422, "case_stays_with_car")),
            ({"vehicle": theirs}, (404, "not_found")),
            ({"status": "resolved"}, (422, "resolve_says_how")),
            ({"status": "completed"}, (422, "resolve_says_how")),
            ({"vehicle": None}, (422, "invalid_input")),
        ):
            assert await refused(call.free, path, body, method="PATCH") == answer
        waiting = await call.free.patch(path, json={"status": "WAITING"})
        assert waiting.json()["status"] == "waiting"

    async def test_in_the_trash_it_is_nowhere_but_there(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        case = (await make_case(call.free, car))["id"]
        path = f"/api/diagnostics/{case}"
        assert (await call.free.delete(path)).status_code == 204
        for method, where in (
            *(("GET", path), ("PATCH", path), ("DELETE", path)),
            *(("POST", f"{path}/reopen"), ("POST", f"{path}/add_reply")),
        ):
            body = {"text": "x"} if where.endswith("reply") else {}
            answer = await call.free.request(method, where, json=None if method == "GET" else body)
            assert answer.status_code == 404, f"{method} {where}"
        assert (await call.free.get("/api/diagnostics")).json()["count"] == 0
        assert (await call.free.get("/api/diagnostics?trashed=true")).json()["count"] == 1
        assert (await call.free.post(f"{path}/restore")).json()["trashed_at"] is None
        assert (await call.free.get(path)).status_code == 200


class TestComesBack:
    async def test_a_same_code_within_1000_km_or_30_days_offers_to_reopen(
        self, call: Callers
    ) -> None:
        car = (await make_vehicle(call.free))["id"]
        first = await make_case(
            call.free, car, dtc_codes=["P0420"], reported_on="2025-03-01", mileage=50_000
        )
        ended = {"how": "other", "resolved_on": "2025-03-10"}
        path = f"/api/diagnostics/{first['id']}"
        assert (await call.free.post(f"{path}/resolve", json=ended)).status_code == 200

        async def offered(**said: Any) -> Any:
            case = await make_case(call.free, car, **said)
            await call.free.delete(f"/api/diagnostics/{case['id']}")
            return case["comes_back"]

        assert await offered(dtc_codes=["P0420-00"], reported_on="2025-04-09") == first["id"]
        assert await offered(dtc_codes=["P0430"], reported_on="2025-03-11") is None
        late = {"dtc_codes": ["P0420"], "reported_on": "2025-09-01"}
        assert await offered(**late, mileage=51_000) == first["id"]
        assert await offered(**late, mileage=51_001) is None

    async def test_reopened_instead_it_takes_over_what_the_new_one_says(
        self, call: Callers
    ) -> None:
        car = (await make_vehicle(call.free))["id"]
        first = await make_case(call.free, car, dtc_codes=["P0420"])
        path = f"/api/diagnostics/{first['id']}"
        await call.free.post(f"{path}/resolve", json={"how": "no_fault"})
        second = await make_case(
            call.free, car, title="Encore", description="Au froid", dtc_codes=["P0420", "P0301"]
        )
        assert second["comes_back"] == first["id"]
        body = {"instead_of": second["id"], "reason": "Revenu"}
        reopened = (await call.free.post(f"{path}/reopen", json=body)).json()
        assert (reopened["status"], reopened["dtc_codes"]) == ("open", ["P0420", "P0301"])
        told = (await call.free.get(path)).json()["replies"]
        assert [(each["author"], each["text"]) for each in told] == [
            ("system", "Résolu : aucun défaut trouvé"),
            ("system", "Rouvert : Revenu"),
            ("user", "Encore\n\nAu froid"),
        ]
        assert (await call.free.get(f"/api/diagnostics/{second['id']}")).status_code == 404


class TestLists:
    async def test_pending_resolved_completed_and_filters(self, call: Callers) -> None:
        car, other = [(await make_vehicle(call.free))["id"] for _ in range(2)]
        one = await make_case(call.free, car, dtc_codes=["P0302-00"])
        await make_case(call.free, other, severity="info", status="waiting")
        done = await make_case(call.free, car, severity="low")
        await call.free.post(f"/api/diagnostics/{done['id']}/resolve", json={"how": "no_fault"})

        async def count(path: str) -> int:
            found: int = (await call.free.get(f"/api/{path}")).json()["count"]
            return found

        for path, wanted in (
            ("diagnostics", 3),
            ("diagnostics/pending", 2),
            ("diagnostics/resolved", 1),
            ("diagnostics/completed", 1),
            (f"diagnostics/pending?vehicle={car}", 1),
            (f"vehicles/{car}/diagnostics", 2),
            ("diagnostics?status=pending", 2),
            ("diagnostics?status=waiting", 1),
            ("diagnostics?status=completed", 1),
            ("diagnostics?severity=high", 1),
            ("diagnostics?code=p0 302", 1),
            ("diagnostics?code=P0303", 0),
            ("diagnostics?search=broute", 3),
        ):
            assert await count(path) == wanted, path
        worst = (await call.free.get("/api/diagnostics?ordering=-severity")).json()["results"]
        assert worst[0]["id"] == one["id"]
        assert await refused(call.free, "/api/diagnostics?code=P4A00", None, method="GET") == (
            422,
            "fault_code_malformed",
        )


class TestDriver:
    async def test_reports_sees_their_own_and_the_owner_hears_of_what_cannot_wait(
        self, call: Callers, open_work: Any, hear: Any, emitted: Any
    ) -> None:
        await know(hear, "driver", first_name="Léa", last_name="Petit")
        car = (await make_vehicle(call.standard))["id"]
        await share(open_work, car, "driver", Role.DRIVER)
        driver = as_person(call, "driver")
        hidden = await make_case(call.standard, car, title="Freins")
        await make_case(driver, car, title="Bruit dans le coffre")
        urgent = await make_case(driver, car, title="La pédale de frein est molle")
        [notice] = await emitted(CaseNotice)
        assert (notice.kind, notice.account_id) == (CaseNews.REPORTED, person("standard"))
        assert (notice.severity, notice.other_name) == (Severity.HIGH, "Léa Petit")
        assert str(notice.diagnostic_id) == urgent["id"]
        seen = (await driver.get("/api/diagnostics")).json()
        assert seen["count"] == 2
        assert {each["made_by"]["is_you"] for each in seen["results"]} == {True}
        path = f"/api/diagnostics/{hidden['id']}"
        assert (await driver.get(path)).json()["code"] == "role_insufficient"
        assert (await call.standard.get("/api/diagnostics")).json()["count"] == 3

    async def test_sees_what_is_said_to_their_own_case(self, call: Callers, open_work: Any) -> None:
        car = (await make_vehicle(call.standard))["id"]
        await share(open_work, car, "driver", Role.DRIVER)
        driver = as_person(call, "driver")
        case = (await make_case(driver, car))["id"]
        await make_reply(call.standard, case, text="Vu au garage", author="mechanic")
        other = (await make_case(call.standard, car))["id"]
        await make_reply(call.standard, other)
        told = (await driver.get(f"/api/diagnostics/{case}")).json()["replies"]
        assert [each["text"] for each in told] == ["Vu au garage"]
        assert (await driver.get("/api/diagnostics/replies")).json()["count"] == 1

    async def test_says_anew_what_they_reported_and_nothing_else(
        self, call: Callers, open_work: Any
    ) -> None:
        car = (await make_vehicle(call.standard))["id"]
        await share(open_work, car, "driver", Role.DRIVER)
        driver = as_person(call, "driver")
        own, other = await make_case(driver, car), await make_case(call.standard, car)
        path = f"/api/diagnostics/{own['id']}"
        edited = await driver.patch(path, json={"title": "Elle broute à froid", "mileage": 42_000})
        assert (edited.status_code, edited.json()["title"]) == (200, "Elle broute à froid")
        assert (await call.standard.get(f"/api/vehicles/{car}")).json()["mileage"] == 42_000
        whole = await driver.put(path, json={"vehicle": car, "title": "Elle cale"})
        assert (whole.status_code, whole.json()["title"]) == (200, "Elle cale")
        for where, body in (
            (path, {"status": "waiting"}),
            (path, {"severity": "info", "severity_reason": "rien de grave"}),
            (f"/api/diagnostics/{other['id']}", {"title": "x"}),
        ):
            assert await refused(driver, where, body, method="PATCH") == (403, "role_insufficient")
        for method, where in (("DELETE", path), ("POST", f"{path}/resolve")):
            how = {"how": "no_fault"} if method == "POST" else None
            assert (await driver.request(method, where, json=how)).status_code == 403
        ended = await call.standard.post(f"{path}/resolve", json={"how": "no_fault"})
        assert ended.status_code == 200, ended.text
        assert await refused(driver, path, {"title": "y"}, method="PATCH") == (
            409,
            "case_is_resolved",
        )

    async def test_the_owner_hears_of_what_they_make_urgent(
        self, call: Callers, open_work: Any, emitted: Any
    ) -> None:
        car = (await make_vehicle(call.standard))["id"]
        await share(open_work, car, "driver", Role.DRIVER)
        driver = as_person(call, "driver")
        path = f"/api/diagnostics/{(await make_case(driver, car))['id']}"
        assert await emitted(CaseNotice) == []
        for title in ("Fumée sous le capot", "Fumée noire sous le capot"):
            assert (await driver.patch(path, json={"title": title})).status_code == 200
        [notice] = await emitted(CaseNotice)
        assert (notice.kind, notice.account_id) == (CaseNews.REPORTED, person("standard"))


class TestMileage:
    async def test_struck_out_by_hand_it_stays_so_while_the_case_says_the_same(
        self, call: Callers
    ) -> None:
        car = (await make_vehicle(call.free))["id"]
        case = (await make_case(call.free, car, mileage=41_000))["id"]
        [reading] = (await call.free.get(f"/api/vehicles/{car}/odometer")).json()["results"]
        assert (await call.free.post(f"/api/odometer/{reading['id']}/void")).status_code == 200

        async def stands_after(method: str, path: str = "", **said: Any) -> int | None:
            answer = await call.free.request(method, f"/api/diagnostics/{case}{path}", json=said)
            assert answer.status_code in {200, 204}, answer.text
            found: int | None = (await call.free.get(f"/api/vehicles/{car}")).json()["mileage"]
            return found

        assert await stands_after("PATCH", title="Elle broute encore") is None
        assert await stands_after("DELETE") is None
        assert await stands_after("POST", "/restore") is None
        assert await stands_after("PATCH", mileage=41_200) == 41_200
        assert await stands_after("PATCH", mileage=41_000) == 41_000, "it is said anew"
