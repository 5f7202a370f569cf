from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from services.vehicles.tests.factories import make_record, make_vehicle, read_odometer
from services.vehicles.tests.running.factories import euros, make_expense, make_value
from shared.clock import FixedClock
from shared.ids import new_id
from shared.testing.client import Callers


@pytest.fixture(autouse=True)
def _today(clock: FixedClock) -> None:
    clock.set(datetime(2026, 11, 30, 12, tzinfo=UTC))


async def costs(call: Callers, car: str, query: str = "") -> dict[str, Any]:
    answer = await call.standard.get(f"/api/vehicles/{car}/costs?{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def publish(open_work: Any, currency: str, day: date, per_euro: str) -> None:
    async with open_work() as work:
        await work.exchange_rates.keep(
            [
                {
                    "id": new_id(),
                    "currency": currency,
                    "day": day,
                    "per_euro": Decimal(per_euro),
                    "source": "test",
                }
            ]
        )


class TestCosts:
    async def test_months_are_in_order_and_an_empty_one_is_0(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        await make_expense(call.standard, car, spent_on="2025-12-31", amount=euros("5.00"))
        await make_record(call.standard, car, service_date="2026-02-10", cost=euros("100.10"))
        found = await costs(call, car)
        months = {each["month"]: each["converted"]["amount"] for each in found["by_month"]}
        assert list(months)[0::11] == ["2025-12", "2026-11"]
        assert (months["2025-12"], months["2026-01"], months["2026-02"]) == (
            "5.00",
            "0.00",
            "100.10",
        )
        assert found["total"]["converted"] == euros("105.10")
        assert {c["category"]: c["converted"]["amount"] for c in found["by_category"]} == {
            "maintenance": "100.10",
            "parking": "5.00",
        }

    async def test_only_what_was_done_and_paid(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        for status in ("CANCELLED", "IN_PROGRESS"):
            await make_record(call.standard, car, status=status, cost=euros("999.00"))
        await make_record(call.standard, car, service_type="repair", cost=euros("80.00"))
        await make_expense(call.standard, car, spent_on="2026-12-24", amount=euros("999.00"))
        found = await costs(call, car, "from=2026-01-01&to=2026-12-31")
        assert found["counted_until"] == "2026-11-30"
        assert [c["category"] for c in found["by_category"]] == ["repair"]
        assert found["total"]["spent"] == [euros("80.00")]

    async def test_an_insurance_is_spread_or_on_its_day(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        contract = {"starts_on": "2025-01-01", "ends_on": "2025-12-31", "every": "year"}
        await make_expense(
            call.standard, car, category="insurance", amount=euros("730.00"), contract=contract
        )
        year = "from=2025-01-01&to=2025-12-31"
        spread = await costs(call, car, year)
        on_day = await costs(call, car, f"{year}&view=on_day")
        assert spread["total"]["converted"] == on_day["total"]["converted"] == euros("730.00")
        assert [m["converted"]["amount"] for m in spread["by_month"]][:2] == ["62.00", "56.00"]
        assert [m["converted"]["amount"] for m in on_day["by_month"]][:2] == ["730.00", "0.00"]

    async def test_trends_compare_with_the_period_before_and_the_year_before(
        self, call: Callers
    ) -> None:
        car = (await make_vehicle(call.standard))["id"]
        for day, amount in (("2025-10-05", "50.00"), ("2026-09-05", "80.00")):
            await make_expense(call.standard, car, spent_on=day, amount=euros(amount))
        await make_expense(call.standard, car, spent_on="2026-10-05", amount=euros("100.00"))
        found = await costs(call, car, "from=2026-10-01&to=2026-10-31")
        assert found["before"] == {
            "first": "2026-09-01",
            "last": "2026-09-30",
            "spent": euros("80.00"),
            "change": "0.250",
        }
        assert found["year_before"]["change"] == "1.000"

    async def test_a_period_is_forwards_and_of_this_world(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        path = f"/api/vehicles/{car}/costs"
        for query, code in (
            ("from=2026-02-01&to=2026-01-01", "period_backwards"),
            ("from=0001-01-01", "period_too_long"),
        ):
            answer = await call.standard.get(f"{path}?{query}")
            assert (answer.status_code, answer.json()["code"]) == (422, code)
        for query in ("to=0001-01-01", "from=9999-12-31&to=9999-12-31", "to=9999-12-31"):
            assert (await call.standard.get(f"{path}?{query}")).status_code == 200, query


class TestPerDistance:
    async def test_2400_and_2003_65_on_13000_km_are_0_339_a_km(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard, year=2020))["id"]
        await make_value(call.standard, car, "2023-01-01", "18000.00", kind="purchase")
        await make_value(call.standard, car, "2026-01-01", "12000.00")
        await read_odometer(call.standard, car, 50_000, "2023-12-31")
        await read_odometer(call.standard, car, 63_000, "2024-12-31")
        await make_record(call.standard, car, service_date="2024-05-05", cost=euros("2400.00"))
        found = await costs(call, car, "from=2024-01-01&to=2024-12-31")
        assert found["distance"]["distance"] == 13_000
        assert found["depreciation"]["amount"] == euros("2003.65")
        assert found["tco"]["amount"] == euros("4403.65")
        assert found["tco_per_distance"]["amount"] == "0.339"
        assert found["per_distance"]["amount"] == "0.185"

    async def test_under_100_km_there_is_none_and_a_reason(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        await make_record(call.standard, car, cost=euros("2400.00"))
        none = (await costs(call, car))["per_distance"]
        assert (none["amount"], none["reason"]) == (None, "no_readings")
        await read_odometer(call.standard, car, 50_000, "2026-03-01")
        await read_odometer(call.standard, car, 50_099, "2026-10-01")
        short = (await costs(call, car))["per_distance"]
        assert (short["amount"], short["reason"]) == (None, "under_100_km")
        await read_odometer(call.standard, car, 50_100, "2026-10-02")
        assert (await costs(call, car))["per_distance"]["amount"] == "24.000"

    async def test_miles_for_a_car_of_miles(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard, distance_unit="mi"))["id"]
        await make_record(call.standard, car, cost=euros("100.00"))
        await read_odometer(call.standard, car, 50_000, "2026-03-01")
        await read_odometer(call.standard, car, 51_000, "2026-10-01")
        found = (await costs(call, car))["per_distance"]
        assert (found["amount"], found["unit"]) == ("0.100", "mi")

    async def test_without_a_second_value_nothing_is_guessed(self, call: Callers) -> None:
        car = (
            await make_vehicle(
                call.standard, purchase_date="2023-01-01", purchase_price=euros("18000.00")
            )
        )["id"]
        found = await costs(call, car)
        assert found["depreciation"] == {"amount": None, "reason": "fewer_than_two_values"}
        assert found["tco"]["amount"] is None
        await make_value(call.standard, car, "2026-01-01", "12000.00")
        found = await costs(call, car, "from=2024-01-01&to=2024-12-31")
        assert found["depreciation"]["amount"] == euros("2003.65")  # from the price in its papers


class TestCurrencies:
    async def test_100_chf_on_a_sunday_use_fridays_rate(
        self, call: Callers, open_work: Any
    ) -> None:
        await publish(open_work, "CHF", date(2026, 11, 27), "0.9350")
        car = (await make_vehicle(call.standard))["id"]
        await make_expense(call.standard, car, spent_on="2026-11-29", amount=euros("100.00", "CHF"))
        found = await costs(call, car, "currency=EUR")
        assert found["total"]["converted"] == euros("106.95")
        assert found["total"]["spent"] == [euros("100.00", "CHF")]
        assert found["not_converted"] == []

    async def test_3_eur_and_1_thb_without_rate(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        for amount in ("10.00", "20.50", "0.01"):
            await make_expense(call.standard, car, amount=euros(amount))
        await make_expense(call.standard, car, amount=euros("999.00", "THB"))
        await read_odometer(call.standard, car, 50_000, "2026-03-01")
        await read_odometer(call.standard, car, 51_000, "2026-10-01")
        found = await costs(call, car)
        assert found["currency"] == "EUR"
        assert found["total"]["converted"] == euros("30.51")
        assert found["not_converted"] == [
            {
                "amount": "999.00",
                "currency": "THB",
                "count": 1,
                "first": "2026-01-15",
                "last": "2026-01-15",
            }
        ]
        assert found["per_distance"]["reason"] == "no_rate"
