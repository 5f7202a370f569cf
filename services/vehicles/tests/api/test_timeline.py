from datetime import UTC, datetime
from typing import Any

import pytest

from services.vehicles.tests.factories import make_record, make_vehicle, read_odometer
from services.vehicles.tests.running.factories import euros, fill_up, make_expense, make_value
from services.vehicles.tests.running.sharing import share
from shared.clock import FixedClock
from shared.testing.client import Callers


@pytest.fixture(autouse=True)
def _today(clock: FixedClock) -> None:
    clock.set(datetime(2026, 11, 30, 12, tzinfo=UTC))


async def live(call: Callers) -> str:
    car: str = (await make_vehicle(call.premium))["id"]
    await read_odometer(call.premium, car, 50_000, "2025-12-01")
    await make_record(call.premium, car, mileage=51_000, cost=euros("99.00"))
    await read_odometer(call.premium, car, 52_000, "2026-02-01")
    await make_expense(call.premium, car, spent_on="2026-02-02", category="toll")
    await fill_up(call.premium, car, mileage=52_500)
    await make_value(call.premium, car, "2026-03-01", "9000.00")
    await call.premium.post(f"/api/vehicles/{car}/lay-up", json={"on": "2026-04-01"})
    return car


ALL = [
    ("lifecycle", "2026-04-01"),
    ("value_point", "2026-03-01"),
    ("fill", "2026-02-20"),
    ("expense", "2026-02-02"),
    ("odometer", "2026-02-01"),
    ("maintenance", "2026-01-15"),
    ("odometer", "2025-12-01"),
]


async def told(client: Any, path: str) -> list[tuple[str, str]]:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return [(m["kind"], m["on"]) for m in answer.json()["results"]]


class TestTimeline:
    async def test_everything_latest_first(self, call: Callers) -> None:
        car = await live(call)
        page = (await call.premium.get(f"/api/vehicles/{car}/timeline")).json()
        assert [(m["kind"], m["on"]) for m in page["results"]] == ALL
        assert page["count"] == 7
        record = page["results"][5]
        assert (record["mileage"], record["amount"]) == (51_000, euros("99.00"))
        assert [m["title"] for m in page["results"][:5]] == [
            "Immobilisé",
            "Estimation",
            "Plein ou recharge",
            "Péage",
            "Relevé du compteur",
        ]
        for moment in page["results"]:
            assert (await call.premium.get(moment["address"])).status_code == 200

    async def test_by_page(self, call: Callers) -> None:
        car = await live(call)
        page = (await call.premium.get(f"/api/vehicles/{car}/timeline?page_size=4")).json()
        assert (page["count"], len(page["results"])) == (7, 4)
        rest = (await call.premium.get(page["next"])).json()
        assert [m["on"] for m in rest["results"]] == ["2026-02-01", "2026-01-15", "2025-12-01"]
        assert (rest["next"], rest["count"]) == (None, 7)

    async def test_by_cursor_there_and_back(self, call: Callers) -> None:
        car = await live(call)
        path: str | None = f"/api/vehicles/{car}/timeline?page_size=2&cursor="
        there, last = [], None
        while path is not None:
            page = (await call.premium.get(path)).json()
            assert page["count"] == 7
            there += [(m["kind"], m["on"]) for m in page["results"]]
            path, last = page["next"], page
        assert there == ALL
        assert last is not None
        back = (await call.premium.get(last["previous"])).json()
        assert [(m["kind"], m["on"]) for m in back["results"]] == ALL[4:6]
        back = (await call.premium.get(back["previous"])).json()
        assert [(m["kind"], m["on"]) for m in back["results"]] == ALL[2:4]
        first = (await call.premium.get(back["previous"])).json()
        assert [(m["kind"], m["on"]) for m in first["results"]] == ALL[:2]
        assert first["previous"] is None

    async def test_narrowed(self, call: Callers) -> None:
        path = f"/api/vehicles/{await live(call)}/timeline"
        assert await told(call.premium, f"{path}?kind=expense&kind=value_point") == [ALL[1], ALL[3]]
        assert await told(call.premium, f"{path}?from=2026-02-01&to=2026-02-28") == ALL[2:5]
        assert await told(call.premium, f"{path}?kind=budget") == []
        assert (await call.premium.get(f"{path}?kind=nothing")).status_code == 422

    @pytest.mark.parametrize(
        ("role", "switches", "seen"),
        [
            ("editor", {}, ALL),
            ("viewer", {"costs_visible": True}, ALL),
            ("viewer", {}, [ALL[0], ALL[2], *ALL[4:]]),
            ("driver", {}, []),
        ],
    )
    async def test_each_role_sees_what_is_its_own(
        self,
        call: Callers,
        open_work: Any,
        role: str,
        switches: dict[str, bool],
        seen: list[tuple[str, str]],
    ) -> None:
        car = await live(call)
        await share(open_work, car, call.user_id("standard"), role, **switches)
        page = (await call.standard.get(f"/api/vehicles/{car}/timeline")).json()
        assert [(m["kind"], m["on"]) for m in page["results"]] == seen
        amounts = {m["kind"]: m["amount"] for m in page["results"]}
        hidden = role == "viewer" and not switches
        assert amounts.get("maintenance") == (None if hidden or not seen else euros("99.00"))

    async def test_a_stranger_finds_no_car(self, call: Callers) -> None:
        car = await live(call)
        assert (await call.other.get(f"/api/vehicles/{car}/timeline")).status_code == 404


class TestMaintenancesOfACar:
    async def test_only_that_car(self, call: Callers) -> None:
        first = (await make_vehicle(call.standard))["id"]
        second = (await make_vehicle(call.standard))["id"]
        await make_record(call.standard, first)
        await make_record(call.standard, second)
        found = (await call.standard.get(f"/api/vehicles/{first}/maintenances")).json()
        assert [record["vehicle"] for record in found["results"]] == [first]
