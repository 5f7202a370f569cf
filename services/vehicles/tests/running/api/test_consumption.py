from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.vehicles.domain.cars.roles import Role
from services.vehicles.storage.cars.models import OdometerReading, OdometerSegment, Vehicle
from services.vehicles.storage.running.models import Fill
from services.vehicles.tests.factories import make_vehicle
from services.vehicles.tests.running.api.test_fills import make_fill, money
from services.vehicles.tests.running.sharing import fit
from services.vehicles.tests.sharing import share
from shared.clock import FixedClock
from shared.ids import new_id
from shared.testing.client import Callers

YEARS = 20


async def taken(client: Any, car: str, query: str = "") -> dict[str, Any]:
    answer = await client.get(f"/api/vehicles/{car}/consumption{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def with_history(client: Any) -> str:
    car: str = (await make_vehicle(client))["id"]
    await make_fill(client, car, day="2026-01-05", mileage=10_000, total=money("80.00"))
    await make_fill(
        client, car, day="2026-01-20", mileage=10_400, quantity="20", full=False, total=money("36")
    )
    await make_fill(
        client, car, day="2026-02-10", mileage=10_900, quantity="38.5", total=money("69.30")
    )
    return car


class TestConsumption:
    async def test_partial_fills_add_up_in_every_unit(self, call: Callers) -> None:
        car = await with_history(call.standard)
        found = await taken(call.standard, car)
        [petrol] = found["energies"]
        assert petrol["sums"] | {"hours": 0} == {
            "used": 58.5,
            "distance": 900.0,
            "consumption": 6.5,
            "hours": 0,
            "per_hour": None,
            "cost_per_100": money("11.70"),
        }
        assert (petrol["consumption_unit"], petrol["filled"]) == ("l/100km", 98.5)
        assert found["spent"] == [money("185.30")]
        for query, consumption in (
            ("?units=us", 36.19),
            ("?units=uk", 43.46),
            ("?units=distance_per", 15.38),
            ("?unit=mpg_uk", 43.46),
            ("?units=us&unit=l/100km", 6.5),
        ):
            [petrol] = (await taken(call.standard, car, query))["energies"]
            assert petrol["sums"]["consumption"] == consumption, query

    async def test_a_segment_is_of_the_period_in_which_it_closed_and_money_of_its_day(
        self, call: Callers
    ) -> None:
        car = await with_history(call.standard)
        january = await taken(call.standard, car, "?from=2026-01-01&to=2026-01-31")
        [petrol] = january["energies"]
        assert (petrol["sums"]["consumption"], petrol["count"]) == (None, 2)
        assert january["spent"] == [money("116.00")]
        [petrol] = (await taken(call.standard, car, "?from=2026-02-01&to=2026-02-28"))["energies"]
        assert (petrol["sums"]["consumption"], petrol["spent"]) == (6.5, [money("69.30")])

    async def test_a_doubted_reading_drops_its_segment(self, call: Callers) -> None:
        car = await with_history(call.standard)
        await make_fill(call.standard, car, day="2026-02-20", mileage=1_140)
        [petrol] = (await taken(call.standard, car))["energies"]
        assert [each["reason"] for each in petrol["dropped"]] == ["reading_quarantined"]
        assert petrol["sums"]["consumption"] == 6.5

    async def test_deleted_and_taken_back_it_is_as_it_was(self, call: Callers) -> None:
        car = await with_history(call.standard)
        before = await taken(call.standard, car)
        [last, *_] = (await call.standard.get(f"/api/vehicles/{car}/fills")).json()["results"]
        await call.standard.delete(f"/api/fills/{last['id']}")
        [petrol] = (await taken(call.standard, car))["energies"]
        assert petrol["sums"]["consumption"] is None
        await call.standard.post(f"/api/fills/{last['id']}/restore")
        assert await taken(call.standard, car) == before

    async def test_the_lpg_car_of_the_domain(self, call: Callers, open_work: Any) -> None:
        car = (await make_vehicle(call.standard, fuel_type="lpg"))["id"]
        tanks: list[dict[str, Any]] = [
            {"energies": ["lpg"], "capacity": 70_000, "unit": "l", "usual": [7_000, 9_500]},
            {"energies": ["petrol"], "capacity": 50_000, "unit": "l", "usual": [5_500, 8_000]},
        ]
        await fit(open_work, car, ["petrol", "lpg"], tanks)
        for energy, quantity, total in (("lpg", "60", "48"), ("petrol", "18", "32.40")):
            await make_fill(call.standard, car, energy=energy, mileage=10_000, quantity="40")
            await make_fill(
                call.standard,
                car,
                day="2026-03-20",
                energy=energy,
                mileage=11_000,
                quantity=quantity,
                total=money(total),
            )
        found = await taken(call.standard, car)
        petrol, lpg = found["energies"]
        assert (lpg["energy"], lpg["sums"]["consumption"]) == ("lpg", None)
        assert lpg["bounds"] == {
            "distance": 1000.0,
            "share_low": 67.3,
            "share_high": 77.5,
            "low": 7.74,
            "high": 8.92,
        }
        assert (petrol["bounds"]["low"], petrol["bounds"]["high"]) == (5.5, 8.0)
        assert found["together"] == {
            "distance": 1000.0,
            "cost": money("80.40"),
            "cost_per_100": money("8.04"),
        }
        series = await call.standard.get(f"/api/vehicles/{car}/consumption/series")
        [window] = series.json()["windows"]
        assert (window["energies"], window["split_contradicts"]) == (["petrol", "lpg"], False)
        assert (window["share_low"], window["share_high"]) == (22.5, 32.7)

    async def test_the_electric_car_of_the_domain(self, call: Callers, open_work: Any) -> None:
        car = (await make_vehicle(call.standard, fuel_type="electric"))["id"]
        await fit(
            open_work,
            car,
            ["electric"],
            [{"energies": ["electric"], "capacity": 60_000, "unit": "kWh"}],
        )
        partly = {"energy": "electric", "full": False, "measured_at": "battery"}
        await make_fill(call.standard, car, mileage=5_000, quantity="0", level_after="80", **partly)
        await make_fill(call.standard, car, day="2026-03-02", quantity="20", **partly)
        await make_fill(
            call.standard,
            car,
            day="2026-03-05",
            mileage=5_250,
            quantity="18",
            level_after="70",
            **partly,
        )
        [electric] = (await taken(call.standard, car))["energies"]
        assert (electric["sums"]["used"], electric["sums"]["consumption"]) == (44.0, 17.6)
        assert (electric["basis"], electric["consumption_unit"]) == ("battery", "kWh/100km")
        [electric] = (await taken(call.standard, car, "?unit=mi/kWh"))["energies"]
        assert electric["sums"]["consumption"] == 3.53

    async def test_hours_and_adblue_of_a_tractor(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard, fuel_type="diesel"))["id"]
        await make_fill(call.standard, car, energy="diesel", quantity="100", hours="4000.0")
        await make_fill(
            call.standard,
            car,
            energy="diesel",
            day="2026-04-01",
            quantity="91",
            hours="4010.0",
        )
        [diesel] = (await taken(call.standard, car))["energies"]
        assert (diesel["sums"]["per_hour"], diesel["sums"]["hours"]) == (9.1, 10.0)
        assert diesel["hourly_unit"] == "l/h"

    @pytest.mark.parametrize(
        "query", ["?from=x", "?units=furlongs", "?unit=l", "?to=2026-02-30", "?from=0001-01-01"]
    )
    async def test_bad_queries_are_refused(self, call: Callers, query: str) -> None:
        car = (await make_vehicle(call.standard))["id"]
        for path in ("consumption", "consumption/series"):
            answer = await call.standard.get(f"/api/vehicles/{car}/{path}{query}")
            assert answer.status_code == 422, answer.text

    @pytest.mark.parametrize(
        ("role", "status"),
        [
            (Role.MANAGER, 200),
            (Role.EDITOR, 200),
            (Role.DRIVER, 403),
            (Role.VIEWER, 200),
            (None, 404),
        ],
    )
    async def test_each_role(
        self, call: Callers, open_work: Any, role: Role | None, status: int
    ) -> None:
        car = await with_history(call.standard)
        if role is not None:
            await share(open_work, car, "other", role)
        for path in ("consumption", "consumption/series"):
            answer = await call.other.get(f"/api/vehicles/{car}/{path}")
            assert answer.status_code == status, answer.text


class TestTwentyYears:
    async def test_of_weekly_fills_are_one_ratio_of_sums(
        self, call: Callers, open_work: Any, clock: FixedClock
    ) -> None:
        clock.set(datetime(2026, 6, 1, tzinfo=UTC))
        car = UUID((await make_vehicle(call.standard))["id"])
        weeks = YEARS * 52
        first = date(2026, 6, 1) - timedelta(weeks=weeks)
        async with open_work() as work:
            for week in range(weeks):
                reading = OdometerReading(
                    id=new_id(),
                    owner_id=call.user_id("standard"),
                    vehicle_id=car,
                    read_on=first + timedelta(weeks=week),
                    metres=week * 300_000,
                    status="ACCEPTED",
                    source="fuel",
                    doubts=[],
                    created_at=work.now,
                    updated_at=work.now,
                )
                fill = Fill(
                    owner_id=reading.owner_id,
                    vehicle_id=car,
                    day=reading.read_on,
                    energy="petrol",
                    unit="l",
                    quantity=18_000 + week % 7 * 100,
                    total_minor=3_000,
                    currency="EUR",
                    is_full=True,
                    odometer_metres=reading.metres,
                    reading_id=reading.id,
                    created_at=work.now,
                    updated_at=work.now,
                )
                work.session.add_all([reading, fill])
        whole = f"from={first}&to=2026-06-01"
        answer = await call.standard.get(f"/api/vehicles/{car}/consumption?{whole}")
        [petrol] = answer.json()["energies"]
        assert petrol["count"] == weeks
        assert petrol["sums"]["distance"] == (weeks - 1) * 300, "the first fill only opens"
        series = await call.standard.get(f"/api/vehicles/{car}/consumption/series?{whole}")
        assert series.status_code == 200, series.text


class TestClusters:
    async def test_travelled_over_a_new_cluster_whose_old_end_is_known(
        self, call: Callers, open_work: Any
    ) -> None:
        car = (await make_vehicle(call.standard))["id"]
        await make_fill(call.standard, car, day="2026-01-05", mileage=100_000)
        await begin_cluster(open_work, car, old_end=100_300_000)
        await make_fill(call.standard, car, day="2026-02-05", mileage=200, quantity="30")
        [petrol] = (await taken(call.standard, car))["energies"]
        assert (petrol["sums"]["distance"], petrol["sums"]["consumption"]) == (500.0, 6.0)

    async def test_without_its_old_end_the_segment_is_dropped(
        self, call: Callers, open_work: Any
    ) -> None:
        car = (await make_vehicle(call.standard))["id"]
        await make_fill(call.standard, car, day="2026-01-05", mileage=100_000)
        await begin_cluster(open_work, car, old_end=None)
        await make_fill(call.standard, car, day="2026-02-05", mileage=200, quantity="30")
        await make_fill(call.standard, car, day="2026-02-20", mileage=700, quantity="33")
        [petrol] = (await taken(call.standard, car))["energies"]
        assert [each["reason"] for each in petrol["dropped"]] == ["new_cluster"]
        assert (petrol["lower_bound"], petrol["sums"]["consumption"]) == (True, 6.6)


async def begin_cluster(open_work: Any, car: str, *, old_end: int | None) -> None:
    """On 1 February 2026, from nothing."""
    async with open_work() as work:
        vehicle = await work.session.get(Vehicle, UUID(car))
        work.session.add(
            OdometerSegment(
                id=new_id(),
                owner_id=vehicle.owner_id,
                vehicle_id=vehicle.id,
                meter="distance",
                starts_on=date(2026, 2, 1),
                old_end=old_end,
                new_start=0,
                offset_metres=old_end or 100_000_000,
                is_lower_bound=old_end is None,
                created_at=work.now,
                updated_at=work.now,
            )
        )
