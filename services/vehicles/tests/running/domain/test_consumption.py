"""The table of the domain's §7, row by row, and what its rules promise beyond it."""

import random
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from services.vehicles.domain.cars.energies import Energy, QuantityUnit, Tank
from services.vehicles.domain.running.consumption import (
    Consumption,
    Figures,
    consumption_of,
    months_between,
)
from services.vehicles.domain.running.figures import (
    ConsumptionUnit,
    consumption_in,
    half_up,
    rounded,
)
from services.vehicles.domain.running.histories import Basis, car_of
from services.vehicles.domain.running.segments import Read, Reason, Stop, in_order
from services.vehicles.domain.running.splits import Range
from shared.money import Money

DAY = date(2026, 1, 1)
EVER = (date.min, date.max)
BATTERY = Tank((Energy.ELECTRIC,), 60_000, QuantityUnit.KILOWATT_HOUR)


def stop(days: int, km: float | None, litres: float, **said: Any) -> Stop:
    """A full fill of petrol with an accepted reading, but for what is said."""
    facts: dict[str, Any] = {
        "energy": Energy.PETROL,
        "read": Read.ABSENT if km is None else Read.ACCEPTED,
        "metres": None if km is None else round(km * 1000),
    } | said
    return Stop(
        UUID(int=facts.pop("number", days + 1)),
        DAY + timedelta(days=days),
        quantity=round(litres * 1000),
        **facts,
    )


def taken(stops: list[Stop], *tanks: Tank) -> Consumption:
    return consumption_of(car_of(stops, tanks), *EVER)


def of(consumption: Consumption, energy: Energy) -> Figures:
    return next(each for each in consumption.figures if energy in each.history.chain.energies)


def told(figures: Figures, unit: ConsumptionUnit = ConsumptionUnit.L_100KM) -> float:
    value = consumption_in(unit, figures.sums.quantity, figures.sums.metres)
    assert value is not None
    return rounded(*value, 2)


def percent(share: Fraction) -> float:
    return round(float(share) * 100, 1)


def litres(amount: Fraction) -> float:
    return round(float(amount) / 1000, 1)


class TestTableOfTheDomain:
    """Each row of §7."""

    def test_a_partial_fill_adds_up(self) -> None:
        stops = [stop(0, 10_000, 45), stop(9, 10_400, 20, is_full=False), stop(20, 10_900, 38.5)]
        [petrol] = taken(stops).figures
        assert (petrol.sums.quantity, petrol.sums.metres) == (58_500, 900_000)
        assert told(petrol) == 6.50
        assert told(petrol, ConsumptionUnit.MPG_US) == 36.19
        assert told(petrol, ConsumptionUnit.MPG_UK) == 43.46

    def test_a_period_is_a_ratio_of_sums_and_no_mean_of_ratios(self) -> None:
        stops = [stop(0, 10_000, 45), stop(9, 10_500, 30), stop(20, 10_600, 9)]
        [petrol] = taken(stops).figures
        assert told(petrol) == 6.50

    def test_a_missed_fill_drops_its_segment_and_the_next_opens(self) -> None:
        stops = [stop(0, 10_000, 45), stop(9, 10_600, 40, missed_before=True), stop(20, 11_100, 33)]
        [petrol] = taken(stops).figures
        assert (told(petrol), petrol.sums.metres) == (6.60, 500_000)
        assert [each.reason for each in petrol.dropped] == [Reason.MISSED_BEFORE]

    def test_a_state_of_charge_makes_any_charge_a_boundary(self) -> None:
        partial: dict[str, Any] = {"energy": Energy.ELECTRIC, "is_full": False}
        stops = [
            replace(stop(0, 5_000, 0, level=800, **partial), battery=0),
            replace(stop(3, 5_100, 20, **partial), battery=20_000),
            replace(stop(6, 5_250, 18, level=700, **partial), battery=18_000),
        ]
        [electric] = taken(stops, BATTERY).figures
        assert (electric.sums.quantity, electric.sums.metres) == (44_000, 250_000)
        assert told(electric, ConsumptionUnit.KWH_100KM) == 17.6
        assert electric.history.basis is Basis.BATTERY

    def lpg_car(self, petrol: float) -> Consumption:
        both = [
            stop(0, 1_000, 40, energy=Energy.LPG, number=1),
            stop(0, 1_000, 40, number=2),
            stop(30, 2_000, 60, energy=Energy.LPG, number=3, cost=Money(4_800, "EUR")),
            stop(30, 2_000, petrol, number=4, cost=Money(round(petrol * 180), "EUR")),
        ]
        tanks = (
            Tank((Energy.LPG,), 70_000, QuantityUnit.LITRE, (7_000, 9_500)),
            Tank((Energy.PETROL,), 50_000, QuantityUnit.LITRE, (5_500, 8_000)),
        )
        return taken(both, *tanks)

    def test_an_unknown_split_has_bounds_and_an_exact_cost(self) -> None:
        found = self.lpg_car(18)
        lpg, petrol = of(found, Energy.LPG).limits, of(found, Energy.PETROL).limits
        assert lpg is not None
        assert petrol is not None
        assert (percent(lpg.share.low), percent(lpg.share.high)) == (67.3, 77.5)
        assert (litres(lpg.per_100_km.low), litres(lpg.per_100_km.high)) == (7.7, 8.9)
        assert (litres(petrol.per_100_km.low), litres(petrol.per_100_km.high)) == (5.5, 8.0)
        assert found.together is not None
        assert (found.together.cost, found.together.priced) == (Money(8_040, "EUR"), 1_000_000)

    def test_a_split_that_contradicts_itself_has_no_figure(self) -> None:
        found = self.lpg_car(30)
        assert [window.split for window in found.windows] == [None]
        lpg = of(found, Energy.LPG)
        assert (lpg.limits, lpg.contradicting) == (None, 1)

    def test_a_plug_in(self) -> None:
        stops = [
            stop(0, 1_000, 40, number=1),
            stop(0, 1_000, 10, number=2, energy=Energy.ELECTRIC),
            stop(30, 1_500, 15, number=3, cost=Money(2_700, "EUR")),
            stop(30, 1_500, 60, number=4, energy=Energy.ELECTRIC, cost=Money(1_200, "EUR")),
        ]
        tanks = (
            Tank((Energy.PETROL,), 45_000, QuantityUnit.LITRE, (4_500, 8_500)),
            Tank((Energy.ELECTRIC,), 13_000, QuantityUnit.KILOWATT_HOUR, (13_000, 30_000)),
        )
        found = taken(stops, *tanks)
        electric, petrol = of(found, Energy.ELECTRIC).limits, of(found, Energy.PETROL).limits
        assert electric is not None
        assert petrol is not None
        assert (percent(electric.share.low), percent(electric.share.high)) == (40.0, 64.7)
        low, high = electric.per_100_km.low, electric.per_100_km.high
        assert (litres(low), litres(high)) == (18.5, 30.0)
        assert (litres(petrol.per_100_km.low), litres(petrol.per_100_km.high)) == (5.0, 8.5)
        assert found.together is not None
        assert (found.together.cost, found.together.metres) == (Money(3_900, "EUR"), 500_000)

    def test_a_gas_car_that_says_how_far_it_went_on_petrol(self) -> None:
        gas: dict[str, Any] = {"energy": Energy.CNG}
        stops = [
            stop(0, 313_526, 14.222, **gas),
            stop(7, 313_901, 14.777, other_metres=20_000, **gas),
            stop(3, 313_600, 20, number=99),
        ]
        cng = of(taken(stops), Energy.CNG)
        assert told(cng, ConsumptionUnit.KG_100KM) == 4.16
        assert told(cng, ConsumptionUnit.KM_KG) == 24.02


class TestUnits:
    @pytest.mark.parametrize(
        ("unit", "expected"),
        [
            (ConsumptionUnit.MPG_US, "235.214583"),
            (ConsumptionUnit.MPG_UK, "282.480936"),
            (ConsumptionUnit.KM_L, "100.000000"),
        ],
    )
    def test_one_litre_per_hundred_kilometres(self, unit: ConsumptionUnit, expected: str) -> None:
        value = consumption_in(unit, 1_000, 100_000)
        assert value is not None
        assert f"{value[0] / value[1]:.6f}" == expected

    def test_kilowatt_hours(self) -> None:
        value = consumption_in(ConsumptionUnit.MI_KWH, 17_600, 100_000)
        assert value is not None
        assert rounded(*value, 2) == 3.53


class TestDropped:
    @pytest.mark.parametrize(
        ("closing", "reason"),
        [
            (stop(9, None, 40), Reason.NO_READING),
            (stop(9, 90_000, 40, read=Read.QUARANTINED), Reason.READING_QUARANTINED),
            (stop(9, 200, 40, reach=1), Reason.NEW_CLUSTER),
            (stop(9, 10_000, 40), Reason.NO_DISTANCE),
            (stop(9, 9_000, 40), Reason.NO_DISTANCE),
            (stop(9, 10_500, 40, other_metres=600_000), Reason.SPLIT_CONTRADICTS),
            (stop(9, 10_500, 40, is_full=False, missed_before=True), Reason.MISSED_BEFORE),
        ],
    )
    def test_a_segment_is_dropped_with_its_reason(self, closing: Stop, reason: Reason) -> None:
        further = closing.metres if closing.metres and closing.reach else 11_000_000
        last = stop(20, further / 1000 + 500, 30, reach=closing.reach)
        later = stop(30, further / 1000 + 1_000, 33, reach=closing.reach)
        [petrol] = taken([stop(0, 10_000, 45), closing, last, later]).figures
        assert [each.reason for each in petrol.dropped] == [reason]
        assert petrol.sums.metres >= 500_000

    def test_a_level_without_a_tanks_size_is_a_partial_fill(self) -> None:
        stops = [
            stop(0, 1_000, 40),
            stop(5, 1_300, 10, is_full=False, level=700),
            stop(9, 1_500, 20),
        ]
        [petrol] = taken(stops).figures
        assert (petrol.sums.quantity, petrol.sums.metres) == (30_000, 500_000)

    def test_the_first_fill_only_opens(self) -> None:
        [petrol] = taken([stop(0, 10_000, 45, cost=Money(8_000, "EUR"))]).figures
        assert (petrol.sums.metres, petrol.dropped) == (0, ())
        assert petrol.spent == (Money(8_000, "EUR"),)


class TestOtherEnergies:
    def test_e85_and_petrol_are_one_chain_by_volume(self) -> None:
        stops = [stop(0, 1_000, 40), stop(9, 1_500, 30, energy=Energy.E85), stop(19, 1_900, 10)]
        [tank] = taken(stops).figures
        assert (tank.sums.quantity, tank.energies) == (40_000, (Energy.PETROL, Energy.E85))
        assert tank.ethanol == Fraction(30 * 75, 80 * 100)

    def test_adblue_is_no_consumption(self) -> None:
        blue: dict[str, Any] = {"energy": Energy.ADBLUE}
        stops = [
            stop(0, 1_000, 40, number=1, energy=Energy.DIESEL),
            stop(0, 1_000, 10, number=2, **blue),
            stop(50, 11_000, 600, number=3, energy=Energy.DIESEL),
            stop(50, 11_000, 24, number=4, **blue),
        ]
        found = taken(stops)
        diesel, adblue = of(found, Energy.DIESEL), of(found, Energy.ADBLUE).adblue
        assert told(diesel) == 6.00
        assert adblue is not None
        assert (half_up(adblue.per_metre * 1000), adblue.of_diesel) == (2.4, Fraction(4, 100))
        assert adblue.is_usual
        assert found.windows == ()

    def test_a_charge_loses_between_wall_and_battery(self) -> None:
        both: dict[str, Any] = {"energy": Energy.ELECTRIC}
        stops = [
            stop(0, 1_000, 44, battery=40_000, **both),
            stop(9, 1_250, 50, battery=44_000, **both),
        ]
        [electric] = taken(stops, BATTERY).figures
        assert told(electric, ConsumptionUnit.KWH_100KM) == 17.6
        assert electric.other_basis is not None
        assert electric.other_basis.quantity == 50_000
        assert electric.charging is not None
        assert electric.charging.loss == 1 - Fraction(84, 94)

    def test_hours_of_an_engine(self) -> None:
        stops = [stop(0, None, 100, minutes=240_000), stop(9, None, 91, minutes=240_600)]
        [diesel] = taken(stops).figures
        assert (diesel.sums.hourly, diesel.sums.minutes, diesel.sums.metres) == (91_000, 600, 0)

    def test_a_separate_meter_needs_no_odometer(self) -> None:
        stops = [
            stop(0, None, 8, energy=Energy.ELECTRIC, own_metres=40_000),
            stop(2, None, 9, energy=Energy.ELECTRIC, own_metres=50_000),
            stop(5, 2_000, 30),
        ]
        electric = of(taken(stops), Energy.ELECTRIC)
        assert told(electric, ConsumptionUnit.KWH_100KM) == 18.0

    def test_an_unknown_level_at_the_edge_widens_the_bounds_by_a_tank(self) -> None:
        tanks = (
            Tank((Energy.PETROL,), 45_000, QuantityUnit.LITRE, (4_500, 8_500)),
            Tank((Energy.ELECTRIC,), 10_000, QuantityUnit.KILOWATT_HOUR, (13_000, 30_000)),
        )
        charge: dict[str, Any] = {"energy": Energy.ELECTRIC, "is_full": False}
        stops = [
            stop(0, 1_000, 40, number=1),
            *(stop(day, None, 7.5, number=day + 1, **charge) for day in range(1, 9)),
            stop(30, 1_500, 15, number=40),
        ]
        found = taken(stops, *tanks)
        [window] = found.windows
        assert window.used[1] == Range.of(50_000, 70_000)
        assert found.together is None
        limits = of(found, Energy.ELECTRIC).limits
        assert limits is not None
        assert limits.share.low < Fraction(40, 100) < limits.share.high


@some.composite
def histories(draw: some.DrawFn) -> list[Stop]:
    energies = draw(
        some.sampled_from(
            [(Energy.PETROL,), (Energy.PETROL, Energy.LPG), (Energy.ELECTRIC,), tuple(Energy)]
        )
    )
    stops = []
    for number in range(draw(some.integers(0, 25))):
        metres = draw(some.none() | some.integers(0, 2_000_000))
        stops.append(
            Stop(
                UUID(int=number),
                DAY + timedelta(days=draw(some.integers(0, 40))),
                draw(some.sampled_from(energies)),
                draw(some.none() | some.integers(0, 80_000)),
                is_full=draw(some.booleans()),
                level=draw(some.none() | some.integers(0, 1000)),
                missed_before=draw(some.booleans()) and draw(some.booleans()),
                read=Read.ABSENT if metres is None else draw(some.sampled_from(Read)),
                metres=metres,
                reach=draw(some.integers(0, 1)),
                minutes=draw(some.none() | some.integers(0, 10_000)),
                own_metres=draw(some.none() | some.integers(0, 500_000)),
                other_metres=draw(some.none() | some.integers(0, 500_000)),
                battery=draw(some.none() | some.integers(0, 80_000)),
                cost=draw(
                    some.none() | some.builds(Money, some.integers(0, 10**6), some.just("EUR"))
                ),
            )
        )
    return stops


def figures_alone(found: Consumption) -> list[Any]:
    """Without ids, which differ with the order of typing."""
    return [
        (each.count, each.filled, each.spent, each.sums, each.limits, each.dropped, each.ethanol)
        for each in found.figures
    ] + [found.together, found.spent, len(found.windows)]


class TestWhateverTheOrder:
    @settings(max_examples=40)
    @given(histories(), some.randoms(use_true_random=False))
    def test_the_same_fills_tell_the_same(self, stops: list[Stop], chance: random.Random) -> None:
        shuffled = list(stops)
        chance.shuffle(shuffled)
        renamed = [replace(each, id=UUID(int=1000 + n)) for n, each in enumerate(shuffled)]
        assert figures_alone(taken(renamed, BATTERY)) == figures_alone(taken(stops, BATTERY))

    @settings(max_examples=40)
    @given(histories())
    def test_months_add_up_to_their_years(self, stops: list[Stop]) -> None:
        car = car_of(stops, (BATTERY,))
        whole = consumption_of(car, DAY, DAY + timedelta(days=60))
        parts = [consumption_of(car, *m) for m in months_between(DAY, DAY + timedelta(days=60))]
        for place, figures in enumerate(whole.figures):
            months = [part.figures[place] for part in parts]
            assert figures.sums.quantity == sum(each.sums.quantity for each in months)
            assert figures.sums.metres == sum(each.sums.metres for each in months)
            assert figures.count == sum(each.count for each in months)
            spent = sum(money.amount_minor for each in months for money in each.spent)
            assert spent == sum(money.amount_minor for money in figures.spent)

    @settings(max_examples=40)
    @given(histories())
    def test_no_stop_is_lost_in_the_ordering(self, stops: list[Stop]) -> None:
        ordered = in_order(stops)
        assert sorted(each.id for each in ordered) == sorted(each.id for each in stops)
        assert [each.day for each in ordered] == sorted(each.day for each in stops)

    @settings(max_examples=40)
    @given(histories())
    def test_bounds_lie_within_each_other(self, stops: list[Stop]) -> None:
        found = taken(stops, BATTERY)
        for each in found.figures:
            if each.limits is not None:
                assert 0 <= each.limits.share.low <= each.limits.share.high <= 1
                assert 0 < each.limits.per_100_km.low <= each.limits.per_100_km.high


class TestMonths:
    def test_they_are_cut_at_the_ends(self) -> None:
        assert list(months_between(date(2024, 1, 31), date(2024, 3, 1))) == [
            (date(2024, 1, 31), date(2024, 1, 31)),
            (date(2024, 2, 1), date(2024, 2, 29)),
            (date(2024, 3, 1), date(2024, 3, 1)),
        ]
