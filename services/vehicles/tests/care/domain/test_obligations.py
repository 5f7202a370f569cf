"""Domain page §11: what a country asks of a vehicle, and when."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.vehicles.domain.care.obligations import (
    Assumed,
    Basis,
    Done,
    Due,
    Registered,
    Result,
    following,
    next_due,
)
from services.vehicles.domain.care.rule_packs import (
    CountryRule,
    ObligationKind,
    packs,
    rules_for,
)
from services.vehicles.domain.cars.categories import FuelClass, VehicleCategory

TODAY = date(2026, 11, 30)
LONG_AGO = date(1900, 1, 1)


def rule(
    country: str,
    category: str = "car",
    fuel: str = "petrol",
    obligation: str = "inspection",
    *,
    historic: bool = False,
) -> CountryRule:
    found = rules_for(
        packs()[country],
        category=VehicleCategory(category),
        fuels=[FuelClass(fuel)],
        historic=historic,
        today=TODAY,
    )
    return next(each for each in found if each.obligation == obligation)


def day(said: str) -> date:
    return date.fromisoformat(said)


def car(first: str, entered: date = LONG_AGO) -> Registered:
    return Registered(day(first), entered)


def due(rule_: CountryRule, first: str, *done: Done, entered: date = LONG_AGO) -> Due:
    found = next_due(rule_, car(first, entered), done)
    assert found is not None
    return found


def done(on: str, result: str = "A", next_on: str | None = None) -> Done:
    return Done(day(on), Result(result), day(next_on) if next_on else None)


def schedule(rule_: CountryRule, first: str, number: int) -> list[str]:
    found = due(rule_, first)
    return [str(each) for each in [found.due_on, *found.later]][:number]


class TestFrenchCar:
    FIRST = "2022-09-15"

    def test_first_in_the_six_months_before_four_years(self) -> None:
        found = due(rule("FR"), self.FIRST)
        assert (found.opens_on, found.due_on) == (day("2026-03-15"), day("2026-09-15"))

    def test_done_then_two_years_from_the_day_it_was_done(self) -> None:
        assert due(rule("FR"), self.FIRST, done("2026-07-02")).due_on == day("2028-07-02")

    def test_major_defect_re_test_within_two_months(self) -> None:
        found = due(rule("FR"), self.FIRST, done("2026-07-02", "S"))
        assert (found.due_on, found.basis) == (day("2026-09-02"), Basis.RETEST)
        assert found.driven_until is None

    def test_critical_defect_valid_that_day_only(self) -> None:
        found = due(rule("FR"), self.FIRST, done("2026-07-02", "R"))
        assert (found.driven_until, found.due_on) == (day("2026-07-02"), day("2026-09-02"))

    def test_re_test_passed_in_time_counts_from_the_first_test(self) -> None:
        tests = done("2026-07-02", "S"), done("2026-08-01", "S"), done("2026-08-20")
        assert due(rule("FR"), self.FIRST, *tests).due_on == day("2028-07-02")

    def test_re_test_too_late_is_a_test_of_its_own(self) -> None:
        tests = done("2026-07-02", "S"), done("2026-09-20")
        assert due(rule("FR"), self.FIRST, *tests).due_on == day("2028-09-20")

    def test_the_papers_own_next_date_wins(self) -> None:
        found = due(rule("FR"), self.FIRST, done("2026-07-02", next_on="2028-06-30"))
        assert (found.due_on, found.basis) == (day("2028-06-30"), Basis.PAPER)

    def test_a_report_sells_for_six_months(self) -> None:
        assert due(rule("FR"), self.FIRST, done("2026-07-02")).report_until == day("2027-01-02")


class TestFrenchVan:
    def test_pollution_test_in_the_years_between(self) -> None:
        inspection = due(rule("FR", "van", "diesel"), "2022-09-15", done("2026-07-02"))
        pollution = rule("FR", "van", "diesel", "pollution_test")
        found = following(pollution, inspection, [])
        assert found is not None
        assert (found.opens_on, found.due_on) == (day("2027-05-02"), day("2027-07-02"))
        assert following(pollution, inspection, [done("2027-06-10")]) is None

    def test_none_for_an_electric_one(self) -> None:
        with pytest.raises(StopIteration):
            rule("FR", "van", "electric", "pollution_test")


class TestFrenchTwoWheels:
    def test_between_four_and_a_half_and_five_years_then_every_three(self) -> None:
        found = due(rule("FR", "motorcycle"), "2022-05-10")
        assert (found.opens_on, found.due_on) == (day("2026-11-10"), day("2027-05-10"))
        assert found.later[0] == day("2030-05-10")
        done_ = due(rule("FR", "motorcycle"), "2022-05-10", done("2027-01-10"))
        assert done_.due_on == day("2030-01-10")

    @pytest.mark.parametrize(
        ("registered", "by"),
        [
            ("2010-01-20", "2024-08-14"),  # its anniversary was over when the rule began
            ("2010-04-15", "2024-08-14"),
            ("2010-05-16", "2024-09-15"),  # four months, as centres tell it
            ("2012-02-29", "2024-08-14"),
            ("2015-07-22", "2024-11-21"),
            ("2016-12-31", "2024-12-31"),
            ("2017-01-01", "2025-04-30"),
            ("2019-05-05", "2025-09-04"),
            ("2020-01-01", "2026-04-30"),
            ("2020-02-29", "2026-06-27"),  # 28 February is its anniversary
            ("2021-12-31", "2026-12-31"),
            ("2022-01-01", "2027-01-01"),
        ],
    )
    def test_the_oldest_began(self, registered: str, by: str) -> None:
        assert due(rule("FR", "moped"), registered).due_on == day(by)

    def test_collection_every_five_years_and_before_1960_none(self) -> None:
        old = rule("FR", "motorcycle", historic=True)
        found = due(old, "1975-03-01", done("2024-06-01"))
        assert found.due_on == day("2029-06-01")
        assert next_due(old, car("1959-12-31"), []) is None


class TestSpanishCar:
    FIRST = "2018-03-20"

    def test_at_four_years_every_two_until_ten_then_yearly(self) -> None:
        assert schedule(rule("ES"), self.FIRST, 4) == [
            "2022-03-20",
            "2024-03-20",
            "2026-03-20",
            "2028-03-20",
        ]
        assert due(rule("ES"), self.FIRST, done("2028-03-20")).due_on == day("2029-03-20")

    @pytest.mark.parametrize(
        ("on", "next_on"),
        [
            ("2024-03-01", "2026-03-20"),  # 19 days early
            ("2024-02-19", "2026-03-20"),  # 30 days early
            ("2024-02-18", "2026-02-18"),  # 31
            ("2024-02-01", "2026-02-01"),  # 48 days early
            ("2024-04-10", "2026-04-10"),  # late
            ("2027-09-20", "2029-03-20"),  # the day of the change of period + 1
        ],
    )
    def test_done(self, on: str, next_on: str) -> None:
        assert due(rule("ES"), self.FIRST, done(on)).due_on == day(next_on)

    def test_one_after_the_other(self) -> None:
        tests = done("2022-03-01"), done("2024-02-01"), done("2026-01-10")
        assert due(rule("ES"), self.FIRST, *reversed(tests)).due_on == day("2028-02-01")


@pytest.mark.parametrize(
    ("country", "category", "fuel", "first", "expected"),
    [
        ("ES", "motorcycle", "petrol", "2020-05-01", ["2024-05-01", "2026-05-01", "2028-05-01"]),
        ("ES", "moped", "petrol", "2020-05-01", ["2023-05-01", "2025-05-01", "2027-05-01"]),
        ("ES", "van", "diesel", "2020-05-01", ["2022-05-01", "2024-05-01", "2026-05-01"]),
        ("ES", "caravan", "petrol", "2020-05-01", ["2026-05-01", "2028-05-01", "2030-05-01"]),
        ("DE", "car", "petrol", "2020-05-10", ["2023-05-31", "2025-05-31", "2027-05-31"]),
        ("DE", "motorcycle", "petrol", "2020-05-10", ["2022-05-31", "2024-05-31"]),
        ("GB", "car", "petrol", "2020-05-16", ["2023-05-15", "2024-05-15", "2025-05-15"]),
        ("IE", "car", "petrol", "2020-05-16", ["2024-05-16", "2026-05-16", "2028-05-16"]),
        ("NL", "car", "petrol", "2016-05-16", ["2020-05-16", "2022-05-16", "2024-05-16"]),
        ("NL", "car", "diesel", "2016-05-16", ["2019-05-16", "2020-05-16", "2021-05-16"]),
    ],
)  # fmt: skip
def test_schedules(country: str, category: str, fuel: str, first: str, expected: list[str]) -> None:
    assert schedule(rule(country, category, fuel), first, len(expected)) == expected


class TestElsewhere:
    def test_spanish_van_yearly_from_six_and_twice_a_year_from_ten(self) -> None:
        van = rule("ES", "van", "diesel")
        assert due(van, "2010-05-01", done("2016-05-01")).due_on == day("2017-05-01")
        assert due(van, "2010-05-01", done("2020-05-01")).due_on == day("2020-11-01")

    def test_german_hu_from_the_month_it_was_done(self) -> None:
        found = due(rule("DE"), "2020-05-10", done("2023-03-02"))
        assert (found.opens_on, found.due_on) == (day("2025-03-01"), day("2025-03-31"))

    @pytest.mark.parametrize(
        ("on", "ends"),
        [
            ("2024-04-16", "2025-05-15"),  # one month minus a day early keeps the date
            ("2024-04-15", "2025-04-14"),
            ("2024-05-20", "2025-05-19"),
        ],
    )
    def test_british_mot(self, on: str, ends: str) -> None:
        history = done("2023-05-01"), done(on)
        assert due(rule("GB"), "2020-05-16", *history).due_on == day(ends)

    def test_irish_nct_keeps_the_day_of_registration(self) -> None:
        late = due(rule("IE"), "2016-05-16", done("2020-09-01"))
        early = due(rule("IE"), "2016-05-16", done("2020-03-01"))
        assert (late.due_on, early.due_on) == (day("2022-05-16"), day("2022-05-16"))
        assert due(rule("IE"), "2016-05-16", done("2026-05-10")).due_on == day("2027-05-16")

    def test_dutch_petrol_yearly_from_eight(self) -> None:
        assert due(rule("NL"), "2016-05-16", done("2024-05-01")).due_on == day("2025-05-16")

    def test_an_old_british_car_is_left_alone(self) -> None:
        assert next_due(rule("GB"), car("1980-05-16", TODAY), []) is None


class TestInsurance:
    def test_spain_notice_one_month_before_its_end(self) -> None:
        found = due(rule("ES", obligation="insurance"), "2018-03-20", done("2026-02-01"))
        assert (found.due_on, found.notice_by) == (day("2027-02-01"), day("2027-01-01"))

    def test_france_to_be_ended_any_time_after_a_year(self) -> None:
        policy = rule("FR", obligation="insurance")
        found = due(policy, "2018-03-20", done("2026-02-01", next_on="2027-01-31"))
        assert (found.due_on, found.opens_on) == (day("2027-01-31"), day("2026-12-02"))
        assert (found.cancellable_from, found.notice_by) == (day("2027-02-01"), None)
        assert policy.policy is not None
        assert policy.policy.leads_days == (60, 15)

    def test_without_a_policy_nothing_is_known(self) -> None:
        assert next_due(rule("FR", obligation="insurance"), car("2018-03-20"), []) is None


class TestWhatNobodySaid:
    def test_what_fell_due_before_it_was_entered_is_taken_for_done(self) -> None:
        found = due(rule("FR"), "2015-04-01", entered=day("2026-06-15"))
        assert (found.due_on, found.assumed) == (day("2027-04-01"), (Assumed.LAST_DONE,))

    def test_what_falls_due_later_waits(self) -> None:
        found = due(rule("FR"), "2022-09-15", entered=day("2026-06-15"))
        assert (found.due_on, found.assumed) == (day("2026-09-15"), ())

    def test_an_old_paper_is_followed_up(self) -> None:
        old = done("2019-04-01", next_on="2021-04-01")
        found = due(rule("FR"), "2015-04-01", old, entered=day("2026-06-15"))
        assert (found.due_on, found.basis) == (day("2027-04-01"), Basis.SCHEDULE)

    def test_one_that_lapsed_while_the_car_was_here_stays_overdue(self) -> None:
        found = due(rule("FR"), "2015-04-01", done("2023-04-01"), entered=day("2024-01-01"))
        assert found.due_on == day("2025-04-01")


RULES = [each for pack in packs().values() for each in pack.rules if each.first is not None]
DAYS = st.dates(date(1950, 1, 1), date(2026, 11, 30))


@given(st.sampled_from(RULES), DAYS, st.lists(DAYS, max_size=6), DAYS, st.randoms())
def test_the_order_of_what_is_known_changes_nothing(
    rule_: CountryRule, first: date, tests: list[date], entered: date, chance: Any
) -> None:
    history = [Done(on) for on in tests if on >= first]
    shuffled = list(history)
    chance.shuffle(shuffled)
    known = Registered(first, max(entered, first))
    assert next_due(rule_, known, history) == next_due(rule_, known, shuffled)


@given(st.sampled_from(RULES), DAYS, st.lists(DAYS, min_size=1, max_size=6), DAYS)
def test_a_test_passed_last_is_never_overdue_the_day_it_was_done(
    rule_: CountryRule, first: date, tests: list[date], entered: date
) -> None:
    history = [Done(on) for on in tests if on >= first]
    found = next_due(rule_, Registered(first, entered), history)
    if found is not None and history:
        assert found.due_on >= max(each.on for each in history)


@given(st.sampled_from(RULES), DAYS, st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_a_paper_always_wins(rule_: CountryRule, first: date, on: date) -> None:
    said = on + timedelta(days=100)
    found = next_due(rule_, Registered(first, first), [Done(on, next_on=said)])
    assert found is None or found.due_on == said


def test_every_kind_of_obligation_is_in_some_pack() -> None:
    told = {each.obligation for pack in packs().values() for each in pack.rules}
    assert told == set(ObligationKind)
