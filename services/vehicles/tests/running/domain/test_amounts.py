from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.vehicles.domain.cars.energies import (
    SIZES,
    Energy,
    QuantityUnit,
    Tank,
    chain_of,
    energies_of,
    from_smallest,
    tank_from,
    to_smallest,
)
from services.vehicles.domain.running.amounts import Paid, Third, differ, settle
from shared.money import Money


class TestUnits:
    def test_gallons_are_exact(self) -> None:
        assert SIZES[QuantityUnit.GALLON_US] == Decimal("3785.411784")
        assert SIZES[QuantityUnit.GALLON_UK] == Decimal("4546.09")

    @given(some.decimals(0, 99_999, places=3), some.sampled_from(QuantityUnit))
    def test_what_is_kept_comes_back(self, quantity: Decimal, unit: QuantityUnit) -> None:
        assert from_smallest(to_smallest(quantity, unit), unit) == quantity


class TestTanks:
    def test_petrol_and_e85_share_one_unless_each_has_its_own(self) -> None:
        both = (Energy.PETROL, Energy.E85)
        own = [Tank((energy,), 40_000, QuantityUnit.LITRE) for energy in both]
        assert chain_of(Energy.E85, []).energies == both
        assert chain_of(Energy.E85, own[:1]).energies == both
        assert chain_of(Energy.E85, own).energies == (Energy.E85,)
        assert chain_of(Energy.PETROL, [Tank(both, 50_000, QuantityUnit.LITRE)]).capacity == 50_000

    def test_two_tanks_of_one_energy_are_counted_together(self) -> None:
        tanks = [Tank((Energy.DIESEL,), size, QuantityUnit.LITRE) for size in (60_000, 40_000)]
        assert chain_of(Energy.DIESEL, tanks).capacity == 100_000

    def test_rows_come_back_as_they_were(self) -> None:
        for usual in (None, (5_000, 8_000)):
            tank = Tank((Energy.LPG,), 60_000, QuantityUnit.LITRE, usual)
            assert tank_from(tank.row()) == tank

    @pytest.mark.parametrize(
        ("fuel_type", "energies"),
        [
            ("gasoline", (Energy.PETROL,)),
            ("plugin_hybrid", (Energy.PETROL, Energy.ELECTRIC)),
            ("lpg", (Energy.PETROL, Energy.LPG)),
            ("other", ()),
            (None, ()),
        ],
    )
    def test_the_old_fuel_type_says_something(
        self, fuel_type: str | None, energies: tuple[Energy, ...]
    ) -> None:
        assert energies_of([], fuel_type) == energies
        assert energies_of(["diesel"], fuel_type) == (Energy.DIESEL,)


class TestSettle:
    @given(
        some.decimals(Decimal("0.1"), 5_000, places=3),
        some.decimals(Decimal("0.001"), 100, places=3),
        some.sampled_from(["EUR", "JPY"]),
    )
    def test_what_was_worked_out_never_differs(
        self, quantity: Decimal, price: Decimal, currency: str
    ) -> None:
        found = settle(quantity=quantity, unit_price=price, total=None, currency=currency)
        assert found.derived is Third.TOTAL
        assert not differ(found)
        assert found.total is not None
        back = settle(quantity=quantity, unit_price=None, total=found.total, currency=None)
        assert not differ(back)

    @pytest.mark.parametrize(
        ("total", "is_off"),
        [("72.00", False), ("72.72", False), ("72.74", True), ("71.28", True), ("71.30", False)],
    )
    def test_one_per_cent_of_the_total(self, total: str, is_off: bool) -> None:
        paid = Paid(Decimal(40), Decimal("1.80"), Money.of(total, "EUR"))
        assert differ(paid) is is_off

    def test_five_hundredths_of_a_small_one(self) -> None:
        assert not differ(Paid(Decimal(1), Decimal("1.00"), Money.of("1.05", "EUR")))
        assert differ(Paid(Decimal(1), Decimal("1.00"), Money.of("1.06", "EUR")))
        assert not differ(Paid(Decimal(1), Decimal("1.4"), Money.of("1", "JPY")))
