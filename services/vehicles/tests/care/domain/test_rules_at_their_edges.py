"""Cars, vans and motorcycles of six countries on the days where rules change: the day of registration, 29 February, the day of a change
of period, the last day before an exemption. The sources stand in the packs.
"""

from datetime import date, timedelta

import pytest

from services.vehicles.domain.care.obligations import Basis, following, next_due
from services.vehicles.domain.care.rule_packs import Confidence, packs
from services.vehicles.tests.care.domain.test_obligations import car, day, done, due, rule


@pytest.mark.parametrize(
    ("country", "category", "fuel", "first", "tests", "expected"),
    [
        # France: cars four years, then two from the day it was done
        ("FR", "car", "petrol", "2020-02-29", [], "2024-02-29"),
        ("FR", "car", "petrol", "2020-02-29", ["2024-02-29"], "2026-02-28"),
        ("FR", "car", "petrol", "2022-09-15", ["2026-09-15"], "2028-09-15"),
        ("FR", "motorhome", "diesel", "2022-09-15", [], "2026-09-15"),
        ("FR", "van", "diesel", "2022-09-15", [], "2026-09-15"),
        ("FR", "motorcycle", "petrol", "2024-02-29", [], "2029-02-28"),
        ("FR", "motorcycle", "petrol", "2022-05-10", ["2027-05-10"], "2030-05-10"),
        ("FR", "quad", "petrol", "2022-05-10", [], "2027-05-10"),
        # Spain: cars 4-2-1, vans 2-2-1-½, motorcycles 4-2, mopeds 3-2
        ("ES", "car", "petrol", "2020-02-29", [], "2024-02-29"),
        ("ES", "car", "petrol", "2016-03-20", ["2026-03-20"], "2027-03-20"),
        ("ES", "car", "petrol", "2016-03-20", ["2026-03-19"], "2027-03-20"),
        ("ES", "car", "petrol", "2010-03-20", ["2026-03-20"], "2027-03-20"),
        ("ES", "motorhome", "diesel", "2016-03-20", ["2026-03-20"], "2027-03-20"),
        ("ES", "van", "diesel", "2020-03-20", ["2026-03-20"], "2027-03-20"),
        ("ES", "van", "diesel", "2016-03-20", ["2026-03-20"], "2026-09-20"),
        ("ES", "motorcycle", "petrol", "2010-03-20", ["2026-03-20"], "2028-03-20"),
        ("ES", "moped", "petrol", "2024-02-29", [], "2027-02-28"),
        # Ireland: cars 4-2-1 until thirty, vans yearly from one
        ("IE", "car", "petrol", "2020-02-29", [], "2024-02-29"),
        ("IE", "car", "petrol", "1996-05-16", ["2026-05-16"], "2028-05-16"),
        ("IE", "car", "petrol", "1996-05-17", ["2025-05-17"], "2026-05-17"),
        ("IE", "van", "diesel", "2025-05-16", [], "2026-05-16"),
        ("IE", "van", "diesel", "2020-05-16", ["2025-05-16"], "2026-05-16"),
        ("IE", "van", "diesel", "2020-05-16", ["2025-05-10", "2026-04-17"], "2027-05-16"),
        ("IE", "van", "diesel", "1996-05-16", ["2026-05-16"], "2028-05-16"),
        ("IE", "motorhome", "diesel", "2022-05-16", [], "2026-05-16"),
        # Germany: by month
        ("DE", "car", "petrol", "2024-02-29", [], "2027-02-28"),
        ("DE", "van", "diesel", "2024-02-29", [], "2026-02-28"),
        ("DE", "motorcycle", "petrol", "2024-06-30", [], "2026-06-30"),
        ("DE", "caravan", "petrol", "2024-06-30", [], "2026-06-30"),
        ("DE", "car", "petrol", "2020-05-10", ["2023-08-01"], "2025-08-31"),  # late: no dating back
        # Great Britain: three years, then yearly
        ("GB", "car", "petrol", "2024-02-29", [], "2027-02-27"),
        ("GB", "van", "diesel", "2023-05-16", [], "2026-05-15"),
        ("GB", "motorcycle", "petrol", "2023-05-16", [], "2026-05-15"),
        # Netherlands: petrol 4-2-2-1, diesel and gas 3-1, every two years from thirty
        ("NL", "van", "petrol", "2022-05-16", [], "2026-05-16"),
        ("NL", "van", "diesel", "2023-05-16", [], "2026-05-16"),
        ("NL", "car", "gas", "2023-02-28", [], "2026-02-28"),
        ("NL", "car", "petrol", "1996-05-16", ["2026-05-16"], "2028-05-16"),
        ("NL", "car", "diesel", "1996-05-17", ["2025-05-17"], "2026-05-17"),
    ],
)  # fmt: skip
def test_next(
    country: str, category: str, fuel: str, first: str, tests: list[str], expected: str
) -> None:
    found = due(rule(country, category, fuel), first, *map(done, tests))
    assert str(found.due_on) == expected


@pytest.mark.parametrize(
    ("country", "category", "historic", "years"),
    [
        ("GB", "car", False, 40),
        ("GB", "motorcycle", False, 40),
        ("IE", "car", False, 40),
        ("IE", "van", False, 40),
        ("NL", "car", False, 50),
        ("ES", "car", True, 60),
    ],
)
def test_none_from_that_age_on(country: str, category: str, historic: bool, years: int) -> None:
    today = date(2026, 11, 30)
    rule_ = rule(country, category, historic=historic)
    of_age = today.replace(year=today.year - years)
    assert next_due(rule_, car(str(of_age), today), []) is None
    younger = next_due(rule_, car(str(of_age + timedelta(days=700)), day("1900-01-01")), [])
    assert younger is not None


@pytest.mark.parametrize(
    ("country", "category"),
    [("ES", "moped"), ("NL", "motorcycle"), ("IE", "motorcycle"), ("DE", "moped"), ("GB", "caravan")],
)  # fmt: skip
def test_nothing_is_asked_of_these(country: str, category: str) -> None:
    with pytest.raises(StopIteration):
        rule(country, category, historic=country == "ES")


@pytest.mark.parametrize(
    ("first", "on", "expected"),
    [
        ("1990-03-20", "2026-03-20", "2028-03-20"),  # 36 years: two
        ("1984-03-20", "2026-03-20", "2029-03-20"),  # 42: three
        ("1981-03-20", "2026-03-20", "2030-03-20"),  # 45, that day: four
        ("1986-03-20", "2025-03-20", "2027-03-20"),  # 39: two, over its fortieth year
        ("1962-03-20", "2022-03-20", None),  # sixty that day
    ],
)
def test_spanish_historic_vehicles(first: str, on: str, expected: str | None) -> None:
    found = next_due(rule("ES", historic=True), car(first), [done(on)])
    assert (str(found.due_on) if found else None) == expected


@pytest.mark.parametrize(
    ("first", "on", "expected"),
    [
        ("1975-03-01", "2024-02-29", "2029-02-28"),
        ("1960-01-01", "2024-06-01", "2029-06-01"),
        ("1959-12-31", "2024-06-01", None),
    ],
)
@pytest.mark.parametrize("category", ["car", "van", "motorcycle"])
def test_french_collection(category: str, first: str, on: str, expected: str | None) -> None:
    found = next_due(rule("FR", category, historic=True), car(first), [done(on)])
    assert (str(found.due_on) if found else None) == expected
    if found is not None:
        assert found.report_until is not None, "to be sold it needs a report, too"


@pytest.mark.parametrize("fuel", ["petrol", "diesel", "gas", "hybrid", "plugin_hybrid"])
def test_french_vans_between_two_tests(fuel: str) -> None:
    """Done on 1 July 2017: between 1 May and 1 July 2018, in a van that burns something."""
    van, pollution = rule("FR", "van", fuel), rule("FR", "van", fuel, "pollution_test")
    inspection = due(van, "2013-01-01", done("2017-07-01"))
    found = following(pollution, inspection, [])
    assert found is not None
    assert (found.opens_on, found.due_on) == (day("2018-05-01"), day("2018-07-01"))
    assert following(pollution, inspection, [done("2018-07-01")]) is None
    with pytest.raises(StopIteration):
        rule("FR", "car", fuel, "pollution_test")
    with pytest.raises(StopIteration):
        rule("FR", "van", fuel, "pollution_test", historic=True)


class TestIrishEarlyTest:
    """Ninety days early keep the date; earlier still the car's own new one."""

    @pytest.mark.parametrize(
        ("on", "expected"),
        [
            ("2020-02-16", "2022-05-16"),  # 90 days
            ("2020-02-15", "2022-02-15"),  # 91
            ("2020-12-01", "2022-05-16"),  # late
        ],
    )
    def test_first(self, on: str, expected: str) -> None:
        assert str(due(rule("IE"), "2016-05-16", done(on)).due_on) == expected

    def test_later_ones_go_by_the_new_date(self) -> None:
        tests = done("2020-01-10"), done("2022-01-05")
        assert str(due(rule("IE"), "2016-05-16", *tests).due_on) == "2024-01-10"

    def test_what_was_not_passed_moves_nothing(self) -> None:
        found = due(rule("IE"), "2016-05-16", done("2020-05-01", "S"))
        assert (str(found.due_on), found.basis) == ("2020-05-16", Basis.SCHEDULE)
        found = due(rule("IE"), "2016-05-16", done("2020-05-01", "S"), done("2020-05-20"))
        assert str(found.due_on) == "2022-05-16"


def test_each_rule_says_what_was_read_or_that_nothing_was() -> None:
    for pack in packs().values():
        told = [(each.id, each.source, each.unchecked) for each in pack.rules]
        told += [(each.kind, each.source, None) for each in [pack.sticker] if each]
        for name, source, unchecked in told:
            assert source.checked_on >= date(2026, 11, 30), name
            assert all(url.startswith("http") for url in source.read), name
            if source.confidence is Confidence.UNVERIFIED:
                assert unchecked is not None, name
                assert not source.read, name
            else:
                assert source.read, name
