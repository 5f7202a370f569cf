"""Whatever is said in the domain's own alphabet (plates, chassis numbers, 29 February, the hours when clocks change, money of 0, 2 and 3
decimals, kilometres, miles and hours) is kept to the last digit or refused with a reason, and all sums are those of their parts.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import httpx2
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from services.vehicles.domain.cars.vin import normalise_vin
from services.vehicles.tests.factories import make_vehicle
from shared.clock import FixedClock
from shared.money import exponent
from shared.testing.client import Callers

NOW: Final = datetime(2028, 2, 29, 11, tzinfo=UTC)
TODAY: Final = NOW.date()
PAGE: Final = 100
FIXTURES: Final = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def examples(number: int) -> settings:
    return settings(
        max_examples=number, deadline=None, suppress_health_check=FIXTURES, derandomize=True
    )


PLATES = st.sampled_from(
    ["AB-123-CD", "ab 123 cd", "1234 BCD", "M-AB 1234E", "B·X 1", "京都 300 あ 12-34", "ÖÄ-1 H",
     "А 123 ВС 77", "W 1", "--", "  ", "", "1" * 13, "AB\t1", "🚗 1"]
) | st.text("ABC 019-·É", max_size=21)  # fmt: skip
CHASSIS = st.sampled_from(
    ["VF3LBHZTXHS123456", "vf1rfb00x56789012", "WVWZZZ1JZXW000001", "1M8GDM9AXKP042788",
     "EK9-1100234", "AE86-0051234", "JD6410-12345", "I0Q-12345", "VF3LBHZTXHS12345", "", "   ",
     "VF3 LBHZ TXHS 123456", "X" * 40, "vin"]
) | st.text("ABHXZ0189-", max_size=20)  # fmt: skip
LEAP = st.builds(
    lambda year, days: date(year, 2, 28) + timedelta(days=days),
    st.sampled_from([1904, 1999, 2000, 2023, 2024, 2027, 2028]),
    st.integers(-1, 3),
)
CLOCKS_CHANGE = st.builds(
    lambda day, off: day + timedelta(days=off),
    st.sampled_from([date(2026, 10, 25), date(2027, 3, 28), date(2027, 10, 31)]),
    st.integers(-1, 1),
)
PAST = LEAP | CLOCKS_CHANGE | st.dates(date(2020, 1, 1), TODAY)
SPENT_ON = (PAST).filter(lambda day: date(1999, 1, 1) <= day <= TODAY)
ODD_DAYS = st.sampled_from(["2023-02-29", "2100-02-29", "2026-06-31", "0000-01-01", "20240229"])
ZONES = st.sampled_from(["Europe/Paris", "Pacific/Apia", "America/St_Johns", "Asia/Kathmandu"])
CURRENCIES = ("XOF", "EUR", "TND")


@st.composite
def money(draw: st.DrawFn, most: str = "9999999") -> dict[str, str]:
    currency = draw(st.sampled_from(CURRENCIES))
    amount = draw(st.decimals("0", most, places=exponent(currency)))
    return {"amount": f"{amount:f}", "currency": currency}


def decimals(most: str, places: int, least: str = "0") -> st.SearchStrategy[str]:
    return st.decimals(least, most, places=places).map(lambda number: f"{number:f}")


def optional(**strategies: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=strategies)


CARS = optional(
    license_plate=PLATES,
    vin=CHASSIS,
    year=st.sampled_from([1885, 1886, 1904, 2000, 2028, 2100, 2101]),
    distance_unit=st.sampled_from(["km", "mi", "MI"]),
    meter=st.sampled_from(["distance", "hours", "both"]),
    purchase_date=PAST.map(str) | ODD_DAYS,
    first_registration=PAST.map(str) | ODD_DAYS,
    purchase_price=money("99999999999"),
    timezone=ZONES,
    mileage=st.integers(-1, 9_999_999) | st.just(10_000_000),
    fuel_type=st.sampled_from(["gasoline", "Essence", "gpl", "électrique", "steam"]),
    tags=st.lists(st.sampled_from(["Été", "été", "Firma"]), max_size=3),
    custom_fields=st.dictionaries(st.sampled_from(["Ölsorte", "n°"]), st.just("5W-30"), max_size=2),
)
AS_SAID = ("year", "purchase_date", "first_registration", "timezone", "meter", "custom_fields")


def holds_car(told: Mapping[str, Any], said: Mapping[str, Any]) -> None:
    for name in AS_SAID:
        if name in said:
            assert told[name] == said[name]
    if "vin" in said:
        assert told["vin"] == (normalise_vin(said["vin"]) or None)
    if "license_plate" in said:
        assert told["license_plate"] == (said["license_plate"].strip().upper() or None)
    if "purchase_price" in said:
        assert same_money(told["purchase_price"], said["purchase_price"])
    if "mileage" in said and said.get("meter") != "hours":
        assert told["mileage"] in {said["mileage"], None}


def same_money(told: Mapping[str, str], said: Mapping[str, str]) -> bool:
    places = len(told["amount"].partition(".")[2])
    is_same = Decimal(told["amount"]) == Decimal(said["amount"])
    return is_same and told["currency"] == said["currency"] and places == exponent(said["currency"])


@examples(36)
@given(said=CARS, then=CARS)
async def test_any_car_is_kept_as_it_is_described(
    call: Callers, clock: FixedClock, said: dict[str, Any], then: dict[str, Any]
) -> None:
    clock.set(NOW)
    base = {"make": "Škoda", "model": "Octavia"}
    answer = await call.premium.post("/api/vehicles", json=base | said)
    assert answer.status_code in {201, 422}, answer.text
    if answer.status_code == 422:
        return
    try:
        address = f"/api/vehicles/{answer.json()['id']}"
        holds_car(answer.json(), said)
        got = (await call.premium.get(address)).json()
        assert got | {"warnings": answer.json()["warnings"]} == answer.json()
        for unit in ("mi", "km", got["distance_unit"]):  # switched to and fro, nothing changes
            switched = await call.premium.patch(address, json={"distance_unit": unit})
            assert switched.status_code == 200, switched.text
        back = (await call.premium.get(address)).json()
        assert back | {"updated_at": None} == got | {"updated_at": None}
        changed = await call.premium.patch(address, json=then)
        assert changed.status_code in {200, 409, 422}, changed.text
        if changed.status_code == 200:
            holds_car(changed.json(), {name: then[name] for name in then if name != "mileage"})
    finally:
        assert (await call.premium.delete(address)).status_code == 204


ENERGIES = st.sampled_from([("petrol", "l"), ("lpg", "l"), ("cng", "kg"), ("electric", "kWh")])


@st.composite
def fills(draw: st.DrawFn) -> dict[str, Any]:
    energy, unit = draw(ENERGIES)
    return {
        "day": str(draw(SPENT_ON)),
        "time": draw(st.sampled_from(["00:00", "02:30", "23:59"])),
        "energy": energy,
        "unit": unit,
        "quantity": draw(decimals("999.999", 3, "0.001")),
        "total": draw(money()),
        "full": draw(st.booleans()),
    } | draw(
        optional(
            mileage=st.integers(0, 9_999_999),
            trip=decimals("99999", 3),
            level_after=decimals("100", 1),
            station=st.sampled_from(["Aral", "Óleos", "  加油站 "]),
        )
    )


EXPENSES = st.fixed_dictionaries(
    {
        "category": st.sampled_from(["parking", "tax", "other"]),
        "amount": money(),
        "spent_on": SPENT_ON.map(str),
    }
)
RECORDS = st.fixed_dictionaries(
    {
        "service_date": SPENT_ON.map(str),
        "service_type": st.sampled_from(["oil_change", "coolant"]),
        "cost": money(),
    },
    optional={"mileage": st.integers(0, 9_999_999)},
)


def kept(told: Mapping[str, Any], said: Mapping[str, Any]) -> None:
    for name, value in said.items():
        if isinstance(value, dict):
            assert same_money(told[name], value)
        elif name in {"quantity", "trip", "level_after"}:
            assert Decimal(str(told[name])) == Decimal(value)
        elif isinstance(value, str):
            assert told[name] == value.strip()
        else:
            assert told[name] == value


def sums(amounts: Iterable[Mapping[str, str]]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for each in amounts:
        found[each["currency"]] += Decimal(each["amount"])
    return dict(found)


def parts(groups: Iterable[Mapping[str, Any]]) -> dict[str, Decimal]:
    """What they come to together; what comes to nothing may be left out."""
    return some(sums(amount for group in groups for amount in group["spent"]))


def some(amounts: Mapping[str, Decimal]) -> dict[str, Decimal]:
    return {currency: amount for currency, amount in amounts.items() if amount}


PLACES = (
    ("/api/fills", "total", "day"),
    ("/api/expenses", "amount", "spent_on"),
    ("/api/maintenances", "cost", "service_date"),
)


@examples(8)
@given(
    told=st.tuples(
        st.lists(fills(), max_size=6),
        st.lists(EXPENSES, max_size=5),
        st.lists(RECORDS, max_size=5),
    ),
    unit=st.sampled_from(["km", "mi"]),
    gone=st.integers(0, 5),
)
async def test_any_money_adds_up(
    call: Callers,
    clock: FixedClock,
    told: tuple[list[dict[str, Any]], ...],
    unit: str,
    gone: int,
) -> None:
    clock.set(NOW)
    client = call.premium
    car = (await make_vehicle(client, distance_unit=unit, fuel_type=None))["id"]
    paid: list[list[dict[str, str]]] = []
    for (path, amount, _), things in zip(PLACES, told, strict=True):
        mine = []
        for place, said in enumerate(things):
            answer = await client.post(path, json={"vehicle": car} | said)
            assert answer.status_code == 201, answer.text
            kept(answer.json(), said)
            got = await client.get(f"{path}/{answer.json()['id']}")
            assert got.json() == answer.json()
            if place == gone:
                assert (await client.delete(f"{path}/{answer.json()['id']}")).status_code == 204
            else:
                mine.append(said[amount])
        paid.append(mine)
    await _adds_up(client, car, paid)
    assert (await client.delete(f"/api/vehicles/{car}")).status_code == 204


async def _adds_up(client: httpx2.AsyncClient, car: str, paid: list[list[dict[str, str]]]) -> None:
    for view in ("spread", "on_day"):
        path = f"/api/vehicles/{car}/costs?from=1999-01-01&view={view}"
        costs = (await client.get(path)).json()
        whole = some(sums(amount for mine in paid for amount in mine))
        assert some(sums(costs["total"]["spent"])) == whole
        assert parts(costs["by_category"]) == parts(costs["by_month"]) == whole
        left_out = sums(costs["not_converted"])
        here = Decimal(costs["total"]["converted"]["amount"])
        assert some(left_out | {costs["currency"]: here}) == whole
    filled = (await client.get(f"/api/fills/stats?vehicle={car}")).json()
    assert filled["count"] == len(paid[0])
    for groups in ("by_energy", "by_month", "by_station", "by_vehicle"):
        assert parts(filled[groups]) == some(sums(paid[0])) == some(sums(filled["total"]))
    cared = (await client.get("/api/maintenances/stats")).json()
    for groups in ("by_month", "by_vehicle"):
        assert parts(cared[groups]) == some(sums(paid[2])) == some(sums(cared["total"]))


PLANS = st.fixed_dictionaries(
    {"service_type": st.sampled_from(["oil_change", "coolant", "timing_belt"])},
    optional={
        "mode": st.sampled_from(["FIXED", "FLOATING", "floating"]),
        "every_distance": st.integers(0, 1_000_000),
        "every_months": st.integers(1, 240),
        "every_hours": decimals("999999.9", 1, "0.1"),
        "lead_days": st.integers(0, 365),
        "lead_distance": st.integers(0, 20_000),
        "last_done": st.fixed_dictionaries(
            {"on": PAST.map(str) | ODD_DAYS},
            optional={"odometer": st.integers(0, 9_999_999), "hours": decimals("99999.9", 1)},
        ),
    },
)
REMINDERS = optional(
    due_on=(PAST | st.dates(TODAY, date(2199, 12, 31))).map(str) | ODD_DAYS,
    due_mileage=st.integers(0, 9_999_999),
    due_hours=decimals("999999.9", 1),
    lead_days=st.integers(0, 365),
    lead_hours=decimals("999.9", 1),
)


@examples(24)
@given(
    plan=PLANS,
    reminder=REMINDERS,
    unit=st.sampled_from(["km", "mi"]),
    read=st.lists(st.tuples(PAST, st.integers(0, 9_999_999)), max_size=3),
)
@example(  # twelve months after 29 February are no 1 March
    plan={"service_type": "coolant", "every_months": 12, "last_done": {"on": "2024-02-29"}},
    reminder={"due_on": "2028-02-29"},
    unit="km",
    read=[],
)
async def test_any_plan_and_reminder_is_kept_and_falls_due_some_day(
    call: Callers,
    clock: FixedClock,
    plan: dict[str, Any],
    reminder: dict[str, Any],
    unit: str,
    read: list[tuple[date, int]],
) -> None:
    clock.set(NOW)
    client = call.premium
    car = (await make_vehicle(client, distance_unit=unit, meter="both"))["id"]
    for day, mileage in read:
        body = {"mileage": mileage, "read_on": str(day)}
        answer = await client.post(f"/api/vehicles/{car}/odometer", json=body)
        assert (answer.status_code, answer.json()["mileage"]) == (201, mileage)
    await _plan_is_kept(client, car, plan)
    await _reminder_is_kept(client, car, reminder)
    shown = await client.get(f"/api/vehicles/{car}/dashboard")
    assert shown.status_code == 200, shown.text
    assert (await client.delete(f"/api/vehicles/{car}")).status_code == 204


async def _plan_is_kept(client: httpx2.AsyncClient, car: str, plan: dict[str, Any]) -> None:
    preview = await client.post("/api/maintenance-plans/preview", json={"vehicle": car} | plan)
    answer = await client.post("/api/maintenance-plans", json={"vehicle": car} | plan)
    assert answer.status_code in {201, 422}, answer.text
    assert (preview.status_code == 200) == (answer.status_code == 201), preview.text
    if answer.status_code == 422:
        return
    told = answer.json()
    assert told["mode"] == plan.get("mode", "FLOATING").upper()
    for name in ("every_distance", "every_months", "every_hours", "lead_days", "lead_distance"):
        assert name not in plan or told[name] == plan[name], name
    started = plan.get("last_done", {})
    if started:
        assert told["start_on"] == started["on"]
        assert told["start_mileage"] == started.get("odometer", told["start_mileage"])
    if "every_months" in plan and started:
        due = date.fromisoformat(told["due_on"]) if told["due_on"] else None
        began = date.fromisoformat(started["on"])
        months = began.year * 12 + began.month - 1 + plan["every_months"]
        assert due is not None
        assert (due.year * 12 + due.month - 1, due.day <= began.day) == (months, True)
    address = f"/api/maintenance-plans/{told['id']}"
    assert (await client.get(address)).json() == told
    assert (await client.get(f"/api/reminders/{told['id']}")).status_code == 200
    done = await client.post(f"{address}/completions", json={"on": "2028-02-29"})
    assert done.status_code == 201, done.text


async def _reminder_is_kept(client: httpx2.AsyncClient, car: str, said: dict[str, Any]) -> None:
    body = {"vehicle": car, "title": "Assurance"} | said
    answer = await client.post("/api/reminders", json=body)
    assert answer.status_code in {201, 422}, answer.text
    if answer.status_code == 422:
        return
    for name, value in said.items():
        assert answer.json()[name] == value, name
    address = f"/api/reminders/{answer.json()['id']}"
    assert (await client.get(address)).json() == answer.json()
    again = await client.patch(address, json=said)
    assert again.status_code == 200, again.text
    assert again.json() | {"updated_at": None} == answer.json() | {"updated_at": None}


MOMENTS = st.builds(
    lambda day, minutes: (
        datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
    CLOCKS_CHANGE,
    st.integers(0, 24 * 60),
)


@examples(24)
@given(
    zone=ZONES,
    currency=st.sampled_from(CURRENCIES),
    prices=st.lists(decimals("9.999999", 6), min_size=2, max_size=2),
    since=MOMENTS,
    minutes=st.integers(1, 26 * 60),
    kwh=decimals("99.999", 3, "0.001"),
)
async def test_any_charge_over_the_change_of_clocks_costs_what_its_hours_cost(
    call: Callers,
    clock: FixedClock,
    zone: str,
    currency: str,
    prices: list[str],
    since: datetime,
    minutes: int,
    kwh: str,
) -> None:
    clock.set(NOW)
    client = call.premium
    night = {"name": "night", "starts": "22:00", "ends": "06:00", "price": prices[1]}
    table = [{"valid_from": "2020-02-29", "price": prices[0], "bands": [night]}]
    body = {"name": "home", "timezone": zone, "currency": currency, "prices": table}
    tariff = await client.post("/api/energy-tariffs", json=body)
    assert tariff.status_code == 201, tariff.text
    assert Decimal(tariff.json()["prices"][0]["price"]) == Decimal(prices[0])
    until = since + timedelta(minutes=minutes)
    charge = {
        "quantity": kwh,
        "charged_from": since.isoformat(),
        "charged_to": until.isoformat(),
        "day": str(since.date()),
    }
    address = f"/api/energy-tariffs/{tariff.json()['id']}"
    answer = await client.post(f"{address}/price", json=charge)
    assume(answer.status_code != 422)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    taken = sum(Decimal(str(part["quantity"])) for part in told["parts"])
    assert abs(taken - Decimal(kwh)) <= Decimal("0.001") * len(told["parts"])
    cost = sum(Decimal(str(part["quantity"])) * Decimal(part["price"]) for part in told["parts"])
    coin = Decimal(1).scaleb(-exponent(currency))
    assert abs(cost - Decimal(told["total"]["amount"])) <= coin / 2 + Decimal("0.01") * len(
        told["parts"]
    )
    low, high = (Decimal(kwh) * each for each in sorted(map(Decimal, prices)))
    assert low - coin / 2 <= Decimal(told["total"]["amount"]) <= high + coin / 2
    assert (await client.delete(address)).status_code == 204
