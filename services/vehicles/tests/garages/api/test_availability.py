from datetime import UTC, datetime
from typing import Any

import pytest

from services.vehicles.tests.garages.factories import client_of, make_garage, own_garage
from shared.clock import FixedClock
from shared.ids import new_id
from shared.testing.client import Callers

MORNING, AFTERNOON = {"opens": "08:00", "closes": "12:00"}, {"opens": "14:00", "closes": "18:30"}
MONDAY = {"weekday": 1, "spans": [MORNING, AFTERNOON]}


@pytest.fixture
async def path(call: Callers, open_work: Any, clock: FixedClock) -> str:
    clock.set(datetime(2026, 11, 30, 7, 30, tzinfo=UTC))
    made = await make_garage(call.free, timezone="Europe/Paris")
    await own_garage(open_work, made["id"], "owner")
    return f"/api/garages/{made['id']}"


class TestWeek:
    async def test_is_replaced_as_a_whole_and_told_to_everybody(
        self, call: Callers, path: str
    ) -> None:
        owner = client_of(call, "owner")
        body = {"weekly": [MONDAY], "bays": 2, "cancel_hours": 48, "takes_bookings": True}
        put = await owner.put(f"{path}/availability", json=body)
        assert put.status_code == 200, put.text
        assert put.json() == {**body, "timezone": "Europe/Paris", "exceptions": []}
        assert (await call.anonymous.get(f"{path}/availability")).json() == put.json()
        changed = (await owner.patch(f"{path}/availability", json={"bays": 3})).json()
        assert (changed["bays"], changed["weekly"]) == (3, [MONDAY])
        other = {"weekly": [{"weekday": 2, "spans": [MORNING]}]}
        again = (await owner.put(f"{path}/availability", json=other)).json()
        assert (again["weekly"], again["bays"], again["takes_bookings"]) == (
            other["weekly"],
            1,
            False,
        )
        assert (await owner.delete(f"{path}/availability")).status_code == 204
        assert (await call.anonymous.get(f"{path}/availability")).json()["weekly"] == []

    @pytest.mark.parametrize(
        "bad",
        [
            {"weekly": [MONDAY, MONDAY]},
            {"weekly": [{"weekday": 8, "spans": []}]},
            {"weekly": [{"weekday": 1, "spans": [{"opens": "12:00", "closes": "08:00"}]}]},
            {"weekly": [{"weekday": 1, "spans": [MORNING, MORNING]}]},
            {"weekly": [{"weekday": 1, "spans": [{"opens": "8:00", "closes": "12:00"}]}]},
            {"weekly": [{"weekday": 1, "spans": [{"opens": "08:00", "closes": "24:01"}]}]},
            {"bays": 0},
            {"bays": 201},
            {"cancel_hours": 73},
            {"cancel_hours": -1},
            {"takes_bookings": "yes"},
        ],
    )
    async def test_nonsense_is_refused(self, call: Callers, path: str, bad: dict[str, Any]) -> None:
        owner = client_of(call, "owner")
        for method in ("PUT", "PATCH"):
            answer = await owner.request(method, f"{path}/availability", json=bad)
            assert answer.status_code == 422, answer.text

    async def test_nobodys_garage_takes_no_bookings(self, call: Callers) -> None:
        made = await make_garage(call.free, name="Unclaimed")
        answer = await call.admin.patch(
            f"/api/garages/{made['id']}/availability", json={"takes_bookings": True}
        )
        assert (answer.status_code, answer.json()["code"]) == (409, "garage_unclaimed")


class TestExceptions:
    async def test_hold_instead_of_the_week(self, call: Callers, path: str) -> None:
        owner = client_of(call, "owner")
        await owner.put(f"{path}/availability", json={"weekly": [MONDAY]})
        assert (await call.anonymous.get(f"{path}/open_now")).json() == {
            "is_open": True,
            "until": "2026-11-30T11:00:00.000Z",
        }
        today = {"starts_on": "2026-11-30", "note": "Inventaire"}
        made = await owner.post(f"{path}/availability/exceptions", json=today)
        assert (made.status_code, made.json()["ends_on"]) == (201, "2026-11-30")
        assert (await call.anonymous.get(f"{path}/open_now")).json() == {
            "is_open": False,
            "until": "2026-12-07T07:00:00.000Z",
        }
        one = f"{path}/availability/exceptions/{made.json()['id']}"
        assert (await owner.delete(one)).status_code == 204
        assert (await call.anonymous.get(f"{path}/open_now")).json()["is_open"] is True

    async def test_sent_again_it_is_one(self, call: Callers, path: str) -> None:
        body = {"id": str(new_id()), "starts_on": "2027-08-01"}
        exceptions = f"{path}/availability/exceptions"
        for _ in range(2):
            made = await client_of(call, "owner").post(exceptions, json=body)
            assert (made.status_code, made.json()["id"]) == (201, body["id"])
        other = body | {"starts_on": "2027-08-02"}
        taken = await client_of(call, "owner").post(exceptions, json=other)
        assert (taken.status_code, taken.json()["code"]) == (409, "id_taken")

    async def test_do_not_overlap(self, call: Callers, path: str) -> None:
        owner = client_of(call, "owner")
        exceptions = f"{path}/availability/exceptions"
        summer = {"starts_on": "2027-08-01", "ends_on": "2027-08-21"}
        assert (await owner.post(exceptions, json=summer)).status_code == 201
        for starts, ends, code in (
            ("2027-08-21", "2027-08-21", 409),
            ("2027-07-01", "2027-08-01", 409),
            ("2027-07-01", "2027-12-31", 409),
            ("2027-08-22", "2027-08-22", 201),
            ("2027-08-02", "2027-08-01", 422),
        ):
            said = {"starts_on": starts, "ends_on": ends}
            assert (await owner.post(exceptions, json=said)).status_code == code, starts

    async def test_what_is_over_is_not_told(
        self, call: Callers, path: str, clock: FixedClock
    ) -> None:
        owner = client_of(call, "owner")
        await owner.post(f"{path}/availability/exceptions", json={"starts_on": "2026-12-24"})
        clock.set(datetime(2026, 12, 24, 22, 59, tzinfo=UTC))
        there = (await call.anonymous.get(f"{path}/availability")).json()["exceptions"]
        assert len(there) == 1
        clock.move(minutes=1)  # midnight in Paris
        assert (await call.anonymous.get(f"{path}/availability")).json()["exceptions"] == []
