"""What happened to people, step by step, and who of them may do what with a shared car's ledger."""

from datetime import timedelta
from typing import Any

from services.vehicles.domain.cars.roles import Role
from services.vehicles.tests.cars.api.test_ledger import ledger, stands_at
from services.vehicles.tests.factories import (
    make_plan,
    make_record,
    make_vehicle,
    read_odometer,
)
from services.vehicles.tests.sharing import as_person, share
from shared.contracts.vehicles import ReadingsJudged, VehicleChanged
from shared.testing.client import Callers


class TestACorrectedTypo:
    """Our own steps of a fault that was measured: after the repair two readings stayed doubted and the plan had no due distance."""

    async def test_what_it_had_made_doubtful_is_judged_anew(
        self, call: Callers, clock: Any, emitted: Any
    ) -> None:
        def day(ago: int) -> str:
            return str(clock.now().date() - timedelta(days=ago))

        car = (await make_vehicle(call.free))["id"]
        plan = await make_plan(call.free, car, last_done_on=day(200), last_done_mileage=150_000)
        first = await read_odometer(call.free, car, 154_000, day(60))
        assert first["status"] == "ACCEPTED"
        typo = await make_record(
            call.free, car, service_date=day(40), service_type="tyre_rotation", mileage=159_754
        )
        held = await read_odometer(call.free, car, 155_100, day(30))
        assert (held["status"], held["doubts"]) == ("QUARANTINED", ["lower_than_before"])
        assert held["hint"]["mileage"] == 159_754
        oil = await make_record(call.free, car, service_date=day(20), mileage=155_600)
        assert (await ledger(call, car))[159_754] == "QUARANTINED", "two against one, 5 against 3"
        again = await call.free.patch(f"/api/maintenances/{typo['id']}", json={"mileage": 154_754})
        assert again.status_code == 200
        assert await ledger(call, car) == {
            154_000: "ACCEPTED",
            154_754: "ACCEPTED",
            155_100: "ACCEPTED",
            155_600: "ACCEPTED",
        }
        assert await stands_at(call, car) == 155_600
        plan = (await call.free.get(f"/api/maintenance-plans/{plan['id']}")).json()
        assert (plan["last_done_mileage"], plan["due_mileage"]) == (155_600, 170_600)
        assert plan["last_maintenance"] == oil["id"]
        [notice] = await emitted(ReadingsJudged)
        assert [each.metres for each in notice.doubted] == [159_754_000]

    async def test_repaired_before_anything_else_set_it_right(
        self, call: Callers, emitted: Any
    ) -> None:
        car = (await make_vehicle(call.free))["id"]
        await read_odometer(call.free, car, 154_000, "2026-01-01")
        typo = await make_record(call.free, car, service_date="2026-02-01", mileage=159_754)
        await read_odometer(call.free, car, 155_100, "2026-03-01")
        assert await stands_at(call, car) == 159_754
        await call.free.patch(f"/api/maintenances/{typo['id']}", json={"mileage": 154_754})
        assert await ledger(call, car) == {
            154_000: "ACCEPTED",
            154_754: "ACCEPTED",
            155_100: "ACCEPTED",
        }
        [notice] = await emitted(ReadingsJudged)
        assert ([each.metres for each in notice.believed], notice.doubted) == ([155_100_000], ())
        assert len(await emitted(VehicleChanged)) == 4, "one for each request"

    async def test_a_record_taken_back_takes_its_doubts_with_it(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        await read_odometer(call.free, car, 154_000, "2026-01-01")
        typo = await make_record(call.free, car, service_date="2026-02-01", mileage=159_754)
        await read_odometer(call.free, car, 155_100, "2026-03-01")
        await call.free.delete(f"/api/maintenances/{typo['id']}")
        assert await ledger(call, car) == {154_000: "ACCEPTED", 155_100: "ACCEPTED"}


class TestAFormSentBack:
    """Our own steps of another: a car told in miles, sent back as it was read, had a new reading of today."""

    async def test_unchanged_changes_nothing_whatever_the_unit(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        await read_odometer(call.free, car, 40_000, "2026-03-01")
        await read_odometer(call.free, car, 45_211, "2026-06-01")
        plan = await make_plan(call.free, car, last_done_on="2026-03-01", last_done_mileage=40_000)
        before = (await call.free.get(f"/api/maintenance-plans/{plan['id']}")).json()["forecast"]
        address = f"/api/vehicles/{car}"
        told = (await call.free.patch(address, json={"distance_unit": "mi"})).json()
        assert told["mileage"] == 28_093
        written = ("make", "model", "year", "fuel_type", "distance_unit", "meter", "mileage")
        sent = await call.free.put(address, json={name: told[name] for name in written})
        assert sent.status_code == 200
        assert set(await ledger(call, car)) == {24_855, 28_093}
        after = (await call.free.get(f"/api/maintenance-plans/{plan['id']}")).json()["forecast"]
        assert [after[name] for name in ("on", "earliest", "latest")] == [
            before[name] for name in ("on", "earliest", "latest")
        ]


class TestADriver:
    """Which role may do what is in `test_roles.py`."""

    async def test_accepts_their_own_for_a_day(
        self, call: Callers, open_work: Any, clock: Any
    ) -> None:
        car = (await make_vehicle(call.standard))["id"]
        await read_odometer(call.standard, car, 60_000, "2026-01-01")
        await share(open_work, car, "driver", Role.DRIVER)
        driver = as_person(call, "driver")
        held = await read_odometer(driver, car, 50_000, "2026-02-01")
        assert held["status"] == "QUARANTINED"
        late = await read_odometer(driver, car, 50_100, "2026-02-02")
        accepted = await driver.post(f"/api/odometer/{held['id']}/accept")
        assert (accepted.status_code, accepted.json()["status"]) == (200, "ACCEPTED")
        clock.set(clock.now() + timedelta(hours=25))
        refused = await driver.post(f"/api/odometer/{late['id']}/void")
        assert (refused.status_code, refused.json()["code"]) == (403, "role_insufficient")

    async def test_rehearses_what_they_may_do(self, call: Callers, open_work: Any) -> None:
        car = (await make_vehicle(call.standard))["id"]
        await share(open_work, car, "driver", Role.DRIVER)
        answer = await as_person(call, "driver").post(
            f"/api/vehicles/{car}/odometer?dry_run=true", json={"mileage": 5}
        )
        assert answer.status_code == 200


class TestStruckOutByHand:
    """The owner says of a reading that it is wrong; what told it is edited later, and says the same mileage still."""

    async def test_a_record_does_not_bring_it_back_until_it_says_another(
        self, call: Callers
    ) -> None:
        car = (await make_vehicle(call.free))["id"]
        await read_odometer(call.free, car, 40_000, "2026-01-01")
        record = await make_record(call.free, car, service_date="2026-02-01", mileage=41_000)
        path = f"/api/maintenances/{record['id']}"
        await self._strike_out(call, car, 41_000)
        edited = await call.free.patch(path, json={"description": "with a new filter"})
        assert edited.status_code == 200
        assert await stands_at(call, car) == 40_000
        assert (await call.free.patch(path, json={"mileage": 41_100})).status_code == 200
        assert await stands_at(call, car) == 41_100
        assert (await call.free.delete(path)).status_code == 204
        assert (await call.free.post(f"{path}/restore")).status_code == 200
        assert await stands_at(call, car) == 41_100, "the trash strikes nothing out for good"

    async def _strike_out(self, call: Callers, car: str, mileage: int) -> None:
        rows = (await call.free.get(f"/api/vehicles/{car}/odometer")).json()["results"]
        [reading] = [row["id"] for row in rows if row["mileage"] == mileage]
        assert (await call.free.post(f"/api/odometer/{reading}/void")).status_code == 200
        assert await stands_at(call, car) == 40_000
