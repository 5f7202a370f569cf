"""Records from the domain's own alphabet: dates around 29 February, money of 0, 2 and 3 decimals, quantities, warranties. Whatever is
said is kept exactly or refused with a reason; no 500, and the sums are those of the lines.
"""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.vehicles.tests.factories import make_vehicle
from shared.money import exponent
from shared.testing.client import Callers

LEAP = st.builds(
    lambda year, days: date(year, 2, 28) + timedelta(days=days),
    st.sampled_from([1904, 1999, 2000, 2023, 2024, 2025, 2096]),
    st.integers(-1, 3),
)
DAYS = st.one_of(
    LEAP.map(str),
    st.dates(date(1880, 1, 1), date(2205, 1, 1)).map(str),
    st.sampled_from(["2023-02-29", "2024-02-30", "2026-06-31", "1900-02-29", "20240229", "", "x"]),
)
CURRENCIES = st.sampled_from(["XOF", "EUR", "TND"])
RATES = st.sampled_from(["0", "5.5", "8.1", "19", "20", "100"])


def amounts(currency: str) -> st.SearchStrategy[str]:
    """As they are written, now and then with a decimal too many or of another sign."""
    places = exponent(currency)
    fit = st.decimals("0", "9999999", places=places)
    odd = st.one_of(
        st.decimals("-99", "99", places=places), st.decimals("0", "9", places=places + 1)
    )
    return st.one_of(fit, fit, fit, odd).map(lambda amount: f"{amount:f}")


@st.composite
def records(draw: st.DrawFn) -> dict[str, Any]:
    currency = draw(CURRENCIES)

    def money() -> dict[str, str]:
        return {"amount": draw(amounts(currency)), "currency": currency}

    def line() -> dict[str, Any]:
        said: dict[str, Any] = {
            "kind": draw(st.sampled_from(["part", "labour", "fee", "discount", "other"])),
            "description": "x",
            "quantity": f"{draw(st.decimals('0.001', '9999.999', places=3)):f}",
            "unit_price": money(),
        }
        if draw(st.booleans()):
            said["tax_rate"] = draw(RATES)
        if draw(st.integers(0, 3)) == 0:
            said["warranty"] = {
                "months": draw(st.integers(1, 600)),
                "km": draw(st.integers(1, 10**6)),
            }
        return said

    said: dict[str, Any] = {
        "service_date": draw(DAYS),
        "service_type": "oil_change",
        "kind": draw(st.sampled_from(["service", "service", "refund"])),
        "status": draw(st.sampled_from(["COMPLETED", "SCHEDULED", "IN_PROGRESS", "CANCELLED"])),
        "lines": [line() for _ in range(draw(st.integers(0, 5)))],
        "prices_include_tax": draw(st.booleans()),
        "mileage": draw(st.none() | st.integers(0, 9_999_999)),
    }
    if draw(st.booleans()):
        said["cost"] = money()
    return said


def line_sum(lines: list[dict[str, Any]], currency: str) -> Decimal:
    """Worked out once more, in another way."""
    unit = Decimal(1).scaleb(-exponent(currency))
    found = Decimal(0)
    for each in lines:
        exact = Decimal(each["quantity"]) * Decimal(each["unit_price"]["amount"])
        rounded = exact.quantize(unit, ROUND_HALF_UP)
        found += -abs(rounded) if each["kind"] == "discount" else rounded
    return found


def holds(told: dict[str, Any], said: dict[str, Any]) -> None:
    """What is told is what was said, to the last decimal."""
    assert (told["service_date"], told["kind"]) == (said["service_date"], said["kind"])
    if "cost" in said:
        assert Decimal(told["cost"]["amount"]) == Decimal(said["cost"]["amount"])
        assert len(told["cost"]["amount"].partition(".")[2]) == exponent(said["cost"]["currency"])
    if not said["lines"]:
        assert told["taxes"] == []
        return
    currency = said["lines"][0]["unit_price"]["currency"]
    summed = line_sum(said["lines"], currency)
    if said["kind"] == "refund":
        summed = -abs(summed)
    net = sum(Decimal(each["net"]["amount"]) for each in told["taxes"])
    tax = sum(Decimal(each["tax"]["amount"]) for each in told["taxes"])
    assert summed == (net + tax if said["prices_include_tax"] else net)
    if "cost" not in said:
        assert Decimal(told["cost"]["amount"]) == net + tax


@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    derandomize=True,
)
@given(said=records())
async def test_any_record_is_kept_exactly_or_refused(call: Callers, said: dict[str, Any]) -> None:
    cars = (await call.free.get("/api/vehicles")).json()["results"]
    car = cars[0] if cars else await make_vehicle(call.free)
    answer = await call.free.post("/api/maintenances", json={"vehicle": car["id"], **said})
    assert answer.status_code in {201, 422}, answer.text
    if answer.status_code == 201:
        holds(answer.json(), said)
        address = f"/api/maintenances/{answer.json()['id']}"
        got = await call.free.get(address)
        assert got.json() == answer.json()
        again = await call.free.put(address, json=got.json())
        assert again.status_code == 200, again.text
        unchanged = got.json() | {"updated_at": again.json()["updated_at"]}
        assert again.json() == unchanged | {"odometer_reading": again.json()["odometer_reading"]}
        assert (await call.free.delete(address)).status_code == 204
