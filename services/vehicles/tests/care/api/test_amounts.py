"""Domain page §3: what a record cost, line by line, in whatever currency."""

from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from services.vehicles.tests.factories import (
    make_plan,
    make_record,
    make_segment,
    make_vehicle,
    read_odometer,
)
from shared.contracts.vehicles import MaintenanceChanged, RecordKind
from shared.testing.client import Callers

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)


def money(amount: str, currency: str = "EUR") -> dict[str, str]:
    return {"amount": amount, "currency": currency}


def line(price: str | None, currency: str = "EUR", **said: Any) -> dict[str, Any]:
    priced = {"unit_price": money(price, currency)} if price else {}
    return {"description": "Huile 5W30", "tax_rate": "20"} | priced | said


OIL = [
    line("12.90", quantity="4.5"),
    line("14.20", description="Filtre à huile"),
    line("85.00", quantity="1.2", kind="labour", description="Main d'œuvre"),
]


@pytest_asyncio.fixture(loop_scope="session")
async def car(call: Callers, clock: Any) -> str:
    clock.set(NOW)
    found: str = (await make_vehicle(call.free))["id"]
    return found


async def refused(call: Callers, car: str, **said: Any) -> str:
    body = {"vehicle": car, "service_date": "2026-01-15", "service_type": "oil_change"} | said
    answer = await call.free.post("/api/maintenances", json=body)
    assert answer.status_code == 422, answer.text
    code: str = answer.json()["code"]
    return code


class TestLines:
    async def test_4_5_litres_a_filter_and_labour(self, call: Callers, car: str) -> None:
        record = await make_record(call.free, car, lines=OIL)
        assert [each["amount"] for each in record["lines"]] == [
            money("58.05"), money("14.20"), money("102.00"),
        ]  # fmt: skip
        assert (record["net"], record["tax"]) == (money("174.25"), money("34.85"))
        assert record["cost"] == money("209.10")
        assert record["taxes"] == [{"rate": "20", "net": money("174.25"), "tax": money("34.85")}]
        assert record["warnings"] == []
        got = await call.free.get(f"/api/maintenances/{record['id']}")
        assert got.json() == record

    async def test_three_lines_of_3_33_at_20_percent(self, call: Callers, car: str) -> None:
        record = await make_record(call.free, car, lines=[line("3.33")] * 3)
        assert (record["tax"], record["cost"]) == (money("2.00"), money("11.99"))

    async def test_prices_with_tax(self, call: Callers, car: str) -> None:
        lines = [line("59.90", tax_rate="21")]
        record = await make_record(call.free, car, lines=lines, prices_include_tax=True)
        assert (record["net"], record["tax"]) == (money("49.50"), money("10.40"))
        assert record["cost"] == money("59.90")

    async def test_all_kinds_and_a_discount_is_taken_off(self, call: Callers, car: str) -> None:
        kinds = ("part", "labour", "fee", "other", "discount")
        lines = [line("10.00", kind=kind) for kind in kinds]
        record = await make_record(call.free, car, lines=lines)
        assert [each["kind"] for each in record["lines"]] == list(kinds)
        assert record["lines"][-1]["amount"] == money("-10.00")
        assert record["cost"] == money("36.00")

    async def test_a_typed_total_wins_and_a_difference_is_told(
        self, call: Callers, car: str
    ) -> None:
        record = await make_record(call.free, car, lines=OIL, cost=money("190.00"))
        assert (record["cost"], record["warnings"]) == (
            money("190.00"), ["lines_do_not_add_up"],
        )  # fmt: skip
        assert (record["tax"], record["net"]) == (None, None)
        near = await make_record(call.free, car, lines=OIL, cost=money("209.00"))
        assert (near["cost"], near["warnings"]) == (money("209.00"), [])

    async def test_what_is_not_typed_follows_the_lines(self, call: Callers, car: str) -> None:
        record = await make_record(call.free, car, lines=OIL)
        address = f"/api/maintenances/{record['id']}"
        fewer = (await call.free.patch(address, json={"lines": OIL[:1]})).json()
        assert (fewer["cost"], fewer["tax"]) == (money("69.66"), money("11.61"))
        typed = (await call.free.patch(address, json={"cost": money("70.00")})).json()
        assert typed["warnings"] == ["lines_do_not_add_up"]
        more = (await call.free.patch(address, json={"lines": OIL})).json()
        assert (more["cost"], more["warnings"]) == (money("70.00"), ["lines_do_not_add_up"])
        again = (await call.free.patch(address, json={"cost": None})).json()
        assert (again["cost"], again["warnings"]) == (money("209.10"), [])
        pounds = [line("10.00", "GBP")]
        other = (await call.free.patch(address, json={"lines": pounds})).json()
        assert other["cost"] == money("12.00", "GBP")

    async def test_a_form_sent_back_unchanged_changes_nothing(
        self, call: Callers, car: str
    ) -> None:
        lines = [*OIL, line(None, description="Contrôle", warranty={"months": 12})]
        record = await make_record(call.free, car, lines=lines, mileage=50_000)
        address = f"/api/maintenances/{record['id']}"
        for send in (call.free.put, call.free.patch):
            answer = await send(address, json=record)
            assert answer.status_code == 200, answer.text
            assert answer.json() | {"updated_at": record["updated_at"]} == record
        assert (await call.free.get("/api/reminders")).json()["count"] == 1
        fewer = (await call.free.patch(address, json={"lines": OIL[:1]})).json()
        assert fewer["cost"] == money("69.66")

    async def test_two_currencies_in_one_record(self, call: Callers, car: str) -> None:
        for said in (
            {"lines": [line("1.00"), line("1.00", "CHF")]},
            {"lines": [line("1.00", total=money("1.00", "CHF"))]},
            {"lines": [line("1.00")], "cost": money("1.00", "CHF")},
            {"cost": money("1.00"), "tax": money("1.00", "CHF")},
        ):
            assert await refused(call, car, **said) == "mixed_currencies"

    async def test_what_no_invoice_has(self, call: Callers, car: str) -> None:
        lines = [line("99999999999.99", quantity="999999")]
        assert await refused(call, car, lines=lines) == "amount_too_large"


class TestCurrencies:
    async def test_three_decimals(self, call: Callers, car: str) -> None:
        """The bug `three-decimals`: was refused, and 85.75 kept with two."""
        record = await make_record(call.free, car, cost=money("85.750", "TND"))
        assert record["cost"] == money("85.750", "TND")
        lines = [line("0.333", "TND", quantity="1.5", tax_rate="19")]
        small = await make_record(call.free, car, lines=lines)
        assert (small["net"], small["tax"]) == (money("0.500", "TND"), money("0.095", "TND"))
        stats = (await call.free.get("/api/maintenances/stats")).json()
        assert stats["total"] == [money("86.345", "TND")]

    async def test_none(self, call: Callers, car: str) -> None:
        record = await make_record(call.free, car, lines=[line("5000", "XOF", tax_rate="18")])
        assert (record["tax"], record["cost"]) == (money("900", "XOF"), money("5900", "XOF"))

    @pytest.mark.parametrize(
        ("amount", "currency"), [("1.5", "XOF"), ("1.005", "EUR"), ("1.0005", "TND")]
    )
    async def test_more_than_the_currency_has(
        self, call: Callers, car: str, amount: str, currency: str
    ) -> None:
        assert await refused(call, car, cost=money(amount, currency)) == "invalid_input"

    async def test_money_is_summed_exactly(self, call: Callers, car: str) -> None:
        """A defect of the replaced system, which summed floats."""
        for _ in range(3):
            await make_record(call.free, car, cost=money("0.10"))
        await make_record(call.free, car, cost=money("99999999999.99"))
        await make_record(call.free, car, cost=money("99999999999.99"))
        stats = (await call.free.get("/api/maintenances/stats")).json()
        assert stats["total"] == [money("200000000000.28")]


class TestRefund:
    async def test_a_credit_note_closes_no_plan_and_comes_off_the_sums(
        self, call: Callers, car: str, emitted: Any
    ) -> None:
        plan = await make_plan(call.free, car, last_done_on="2025-03-10")
        await make_record(
            call.free, car, service_type="brake_fluid", cost=money("300.00"), mileage=50_000
        )
        refund = await make_record(
            call.free, car, kind="refund", cost=money("-258.00"), mileage=68_420,
            service_date="2026-06-14",
        )  # fmt: skip
        assert (refund["kind"], refund["cost"]) == ("refund", money("-258.00"))
        assert refund["odometer_reading"] is None
        got = (await call.free.get(f"/api/maintenance-plans/{plan['id']}")).json()
        assert got["last_maintenance"] is None
        assert (await call.free.get(f"/api/vehicles/{car}")).json()["mileage"] == 50_000
        stats = (await call.free.get("/api/maintenances/stats")).json()
        assert stats["total"] == [money("42.00")]
        [summary] = (await call.free.get("/api/maintenances/by_vehicle")).json()
        assert (summary["count"], summary["last_service_on"]) == (1, "2026-01-15")
        told = (await emitted(MaintenanceChanged))[-1]
        assert (told.kind, told.services) == (RecordKind.REFUND, ())
        assert told.cost is not None
        assert told.cost.amount_minor == -25_800
        listed = (await call.free.get("/api/maintenances?kind=refund")).json()
        assert [each["id"] for each in listed["results"]] == [refund["id"]]

    async def test_its_lines_are_those_that_are_printed(self, call: Callers, car: str) -> None:
        refund = await make_record(call.free, car, kind="refund", lines=[line("215.00")])
        assert (refund["net"], refund["tax"]) == (money("-215.00"), money("-43.00"))
        assert (refund["cost"], refund["warnings"]) == (money("-258.00"), [])

    @pytest.mark.parametrize(
        ("said", "code"),
        [
            ({"kind": "refund", "cost": money("258.00")}, "refund_not_negative"),
            (
                {"kind": "refund", "cost": money("-1.00"), "tax": money("1.00")},
                "refund_not_negative",
            ),
            ({"cost": money("-10.00")}, "negative_cost"),
            ({"cost": money("10.00"), "tax": money("-1.00")}, "negative_cost"),
            ({"lines": [line("-10.00")]}, "negative_cost"),
        ],
    )
    async def test_the_sign_is_that_of_the_kind(
        self, call: Callers, car: str, said: dict[str, Any], code: str
    ) -> None:
        assert await refused(call, car, **said) == code

    async def test_a_record_becomes_one_and_takes_back_what_it_did(
        self, call: Callers, car: str
    ) -> None:
        plan = await make_plan(call.free, car, last_done_on="2025-03-10")
        record = await make_record(call.free, car, mileage=50_000, cost=money("258.00"))
        address = f"/api/maintenances/{record['id']}"
        half = await call.free.patch(address, json={"kind": "refund"})
        assert half.json()["code"] == "refund_not_negative"
        await call.free.patch(address, json={"kind": "refund", "cost": money("-258.00")})
        got = (await call.free.get(f"/api/maintenance-plans/{plan['id']}")).json()
        assert got["last_maintenance"] is None
        assert (await call.free.get(f"/api/vehicles/{car}")).json()["mileage"] is None


class TestWarranty:
    async def reminders(self, call: Callers) -> list[tuple[Any, ...]]:
        found = (await call.free.get("/api/reminders?ordering=created_at")).json()["results"]
        return [(each["title"], each["due_on"], each["due_mileage"]) for each in found]

    def warranted(self, **warranty: int) -> list[dict[str, Any]]:
        return [line("90.00", description="Batterie", warranty=warranty)]

    async def test_it_is_reminded_of_by_day_and_distance(self, call: Callers, car: str) -> None:
        lines = self.warranted(months=24, km=40_000)
        record = await make_record(call.free, car, lines=lines, mileage=60_000)
        assert record["lines"][0]["warranty"] == {"months": 24, "km": 40_000, "mi": None}
        assert await self.reminders(call) == [("Fin de garantie : Batterie", "2028-01-15", 100_000)]

    async def test_it_follows_the_record(self, call: Callers, car: str) -> None:
        lines = self.warranted(months=24)
        record = await make_record(call.free, car, lines=lines)
        address = f"/api/maintenances/{record['id']}"
        await call.free.patch(address, json={"garage": "Chez Paul"})
        [first] = (await call.free.get("/api/reminders")).json()["results"]
        await call.free.patch(address, json={"lines": [line("5.00"), *lines]})
        [second] = (await call.free.get("/api/reminders")).json()["results"]
        assert first["id"] == second["id"]
        await call.free.patch(address, json={"service_date": "2026-02-15"})
        assert [due for _, due, _ in await self.reminders(call)] == ["2028-02-15"]
        await call.free.patch(address, json={"status": "CANCELLED"})
        assert await self.reminders(call) == []
        await call.free.patch(address, json={"status": "COMPLETED"})
        await call.free.delete(address)
        assert await self.reminders(call) == []
        await call.free.post(f"{address}/restore")
        assert [due for _, due, _ in await self.reminders(call)] == ["2028-02-15"]
        await call.free.patch(address, json={"lines": []})
        assert await self.reminders(call) == []

    async def test_what_is_removed_by_hand_stays_so(self, call: Callers, car: str) -> None:
        record = await make_record(call.free, car, lines=self.warranted(months=24))
        address = f"/api/maintenances/{record['id']}"
        [reminder] = (await call.free.get("/api/reminders")).json()["results"]
        await call.free.delete(f"/api/reminders/{reminder['id']}")
        await call.free.patch(address, json={"garage": "Chez Paul"})
        assert await self.reminders(call) == []
        assert (await call.free.delete(address)).status_code == 204

    async def test_a_distance_needs_the_mileage_of_the_work(self, call: Callers, car: str) -> None:
        record = await make_record(call.free, car, lines=self.warranted(km=40_000))
        assert record["warnings"] == ["warranty_without_mileage"]
        assert await self.reminders(call) == []

    async def test_a_doubted_mileage_ends_nothing(self, call: Callers, car: str) -> None:
        await make_record(call.free, car, mileage=60_000, service_date="2026-06-01")
        record = await make_record(
            call.free, car, mileage=600, service_date="2026-06-02",
            lines=self.warranted(months=24, km=40_000),
        )  # fmt: skip
        assert record["warnings"] == ["mileage_quarantined"]
        assert [each[1:] for each in await self.reminders(call)] == [("2028-06-02", None)]

    async def test_a_mileage_believed_later_ends_it_then(self, call: Callers, car: str) -> None:
        lines = self.warranted(km=40_000)
        for shown, day in ((162_000, "2025-12-01"), (162_100, "2025-12-02")):
            await read_odometer(call.free, car, shown, day)
        record = await make_record(call.free, car, mileage=60_000, lines=lines)
        assert (record["warnings"], await self.reminders(call)) == (["mileage_quarantined"], [])
        await read_odometer(call.free, car, 60_500, "2026-02-01")
        assert await self.reminders(call) == [("Fin de garantie : Batterie", None, 100_000)]
        [reminder] = (await call.free.get("/api/reminders")).json()["results"]
        await call.free.post(f"/api/reminders/{reminder['id']}/dismiss")
        wrong = await read_odometer(call.free, car, 60_100, "2026-01-10")
        await call.free.post(f"/api/odometer/{wrong['id']}/accept")
        assert await self.reminders(call) == []  # and doubted again

    async def test_a_new_cluster_counts_on_whichever_was_typed_first(self, call: Callers) -> None:
        """187,450 km, then a new cluster from 12: 4,812 on it is 192,250 travelled, and 40,000 further is 44,812 on it."""
        told = []
        for is_cluster_first in (True, False):
            car = (await make_vehicle(call.free))["id"]
            await read_odometer(call.free, car, 187_450, "2025-03-02")

            async def change(car: str = car) -> None:
                said = {"starts_on": "2025-03-03", "new_start": 12, "old_end": 187_450}
                await make_segment(call.free, car, **said)

            if is_cluster_first:
                await change()
            lines = self.warranted(months=36, km=40_000)
            before = await make_record(
                call.free, car, service_date="2025-01-05", mileage=185_000, lines=lines
            )
            after = await make_record(
                call.free, car, service_date="2025-09-01", mileage=4_812, lines=lines
            )
            if not is_cluster_first:
                await change()
            assert {before["vehicle"], after["vehicle"]} == {car}
            found = (await call.free.get(f"/api/reminders?vehicle={car}")).json()["results"]
            told.append(sorted((each["due_on"], each["due_mileage"]) for each in found))
        assert told[0] == told[1] == [("2028-01-05", 37_562), ("2028-09-01", 44_812)]

    async def test_it_goes_with_its_record_to_another_car(self, call: Callers, car: str) -> None:
        record = await make_record(call.free, car, lines=self.warranted(months=24))
        other = (await make_vehicle(call.free))["id"]
        await call.free.patch(f"/api/maintenances/{record['id']}", json={"vehicle": other})
        found = (await call.free.get("/api/reminders")).json()["results"]
        assert [(each["vehicle"], each["due_on"]) for each in found] == [(other, "2028-01-15")]

    async def test_what_is_over_is_not_reminded_of(self, call: Callers, car: str) -> None:
        await make_record(
            call.free, car, service_date="2020-02-29", lines=self.warranted(months=12)
        )
        assert await self.reminders(call) == []

    @pytest.mark.parametrize(
        "warranty", [{}, {"km": 1, "mi": 1}, {"months": 0}, {"months": 601}, {"km": 1.5}]
    )
    async def test_what_is_none_is_refused(
        self, call: Callers, car: str, warranty: dict[str, Any]
    ) -> None:
        assert await refused(call, car, lines=[line("1", warranty=warranty)]) == "invalid_input"
