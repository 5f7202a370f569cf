from typing import Any

from services.vehicles.domain.cars.roles import Role
from services.vehicles.tests.care.factories import make_case
from services.vehicles.tests.factories import make_vehicle
from services.vehicles.tests.sharing import as_person, share
from shared.testing.client import Callers


async def some_cases(call: Callers) -> list[str]:
    first, second = [(await make_vehicle(call.standard))["id"] for _ in range(2)]
    await make_case(call.standard, first, dtc_codes=["P0302", "P0420"])
    await make_case(call.standard, first, severity="info", status="waiting")
    done = await make_case(call.standard, first, dtc_codes=["P0420"], reported_on="2026-01-05")
    body = {"how": "no_fault", "resolved_on": "2026-01-09"}
    await call.standard.post(f"/api/diagnostics/{done['id']}/resolve", json=body)
    return [first, second]


class TestBySeverity:
    async def test_all_of_them_the_worst_first(self, call: Callers) -> None:
        await some_cases(call)
        found = (await call.standard.get("/api/diagnostics/by_severity")).json()
        assert [(each["severity"], each["count"]) for each in found] == [
            ("critical", 0),
            ("high", 1),
            ("medium", 1),
            ("low", 0),
            ("info", 1),
        ]
        assert found[4] == {"severity": "info", "open": 0, "waiting": 1, "resolved": 0, "count": 1}


class TestByVehicle:
    async def test_cars_without_cases_included(self, call: Callers) -> None:
        first, second = await some_cases(call)
        found = (await call.standard.get("/api/diagnostics/by_vehicle")).json()
        assert [(each["vehicle"], each["count"], each["worst"]) for each in found] == [
            (first, 3, "high"),
            (second, 0, None),
        ]
        assert (found[0]["open"], found[0]["waiting"], found[0]["resolved"]) == (1, 1, 1)
        assert (await call.other.get("/api/diagnostics/by_vehicle")).json() == []


class TestStats:
    async def test_everything_in_one_answer(self, call: Callers, statements: list[str]) -> None:
        first, second = await some_cases(call)
        statements.clear()
        found = (await call.standard.get("/api/diagnostics/stats")).json()
        assert len(statements) <= 5
        assert (found["total"], found["by_status"]) == (
            3,
            {"open": 1, "waiting": 1, "resolved": 1},
        )
        assert found["by_severity"] == {"info": 1, "low": 0, "medium": 0, "high": 1, "critical": 0}
        assert found["by_outcome"] == {"repaired": 0, "no_fault": 1, "other": 0}
        assert (found["mean_days_to_resolve"], found["answered_by_ai"]) == (4.0, 0)
        assert [(each["code"], each["cases"]) for each in found["frequent_codes"]] == [
            ("P0420", 2),
            ("P0302", 1),
        ]
        other = (await call.standard.get(f"/api/diagnostics/stats?vehicle={second}")).json()
        assert (other["total"], other["mean_days_to_resolve"]) == (0, None)
        assert (await call.other.get(f"/api/diagnostics/stats?vehicle={first}")).json()[
            "total"
        ] == 0

    async def test_a_driver_counts_what_they_reported(self, call: Callers, open_work: Any) -> None:
        car, _ = await some_cases(call)
        await share(open_work, car, "driver", Role.DRIVER)
        driver = as_person(call, "driver")
        await make_case(driver, car)
        assert (await driver.get("/api/diagnostics/stats")).json()["total"] == 1
        [found] = (await driver.get("/api/diagnostics/by_vehicle")).json()
        assert found["count"] == 1
