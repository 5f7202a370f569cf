"""Domain page §11: Crit'Air and the label of the DGT."""

from datetime import date

import pytest

from services.vehicles.domain.care.rule_packs import packs
from services.vehicles.domain.care.stickers import Emitter, sticker_of
from services.vehicles.domain.cars.categories import (
    FuelClass,
    VehicleCategory,
    euro_norm,
    fuel_classes,
)


def sticker(
    country: str,
    fuel: str,
    first: str | None = None,
    *,
    norm: str | None = None,
    category: str = "car",
    km: int | None = None,
) -> str | None:
    rule = packs()[country].sticker
    assert rule is not None
    car = Emitter(
        category=VehicleCategory(category),
        fuels=[FuelClass(fuel)],
        norm=euro_norm(norm),
        first_registered_on=date.fromisoformat(first) if first else None,
        range_metres=None if km is None else km * 1000,
    )
    found = sticker_of(rule, car)
    return found.value if found else None


@pytest.mark.parametrize(
    ("fuel", "first", "norm", "expected"),
    [
        ("electric", "2021-01-01", None, "E"),
        ("hydrogen", "2021-01-01", None, "E"),
        ("gas", "1999-01-01", None, "1"),
        ("plugin_hybrid", "2015-01-01", None, "1"),
        ("petrol", "2011-01-01", None, "1"),
        ("petrol", "2010-12-31", None, "2"),
        ("petrol", "2006-01-01", None, "2"),
        ("petrol", "2005-12-31", None, "3"),
        ("petrol", "1997-01-01", None, "3"),
        ("petrol", "1996-12-31", None, None),
        ("diesel", "2011-01-01", None, "2"),
        ("diesel", "2010-12-31", None, "3"),
        ("diesel", "2006-01-01", None, "3"),
        ("diesel", "2005-12-31", None, "4"),
        ("diesel", "2001-01-01", None, "4"),
        ("diesel", "2000-12-31", None, "5"),
        ("diesel", "1997-01-01", None, "5"),
        ("diesel", "1996-12-31", None, None),
        ("petrol", "2010-06-01", "EURO 5", "1"),  # the norm first
        ("diesel", "2011-02-01", "Euro 4", "3"),
        ("diesel", "2019-02-01", "6d-TEMP", "2"),
        ("diesel", "2011-02-01", "715/2007*692/2008A", "2"),  # no norm: by the day
    ],
)
def test_critair(fuel: str, first: str, norm: str | None, expected: str | None) -> None:
    assert sticker("FR", fuel, first, norm=norm) == expected


@pytest.mark.parametrize(
    ("fuel", "first", "km", "expected"),
    [
        ("electric", "2021-01-01", None, "0"),
        ("plugin_hybrid", "2021-01-01", 40, "0"),
        ("plugin_hybrid", "2021-01-01", 39, "ECO"),
        ("plugin_hybrid", "2021-01-01", None, "ECO"),
        ("hybrid", "2012-01-01", None, "ECO"),
        ("gas", "2012-01-01", None, "ECO"),
        ("petrol", "2006-01-01", None, "C"),
        ("petrol", "2005-12-31", None, "B"),
        ("petrol", "2001-01-01", None, "B"),
        ("petrol", "2000-12-31", None, None),
        ("diesel", "2015-09-01", None, "C"),
        ("diesel", "2015-08-31", None, "B"),
        ("diesel", "2006-01-01", None, "B"),
        ("diesel", "2005-12-31", None, None),
    ],
)
def test_dgt_label(fuel: str, first: str, km: int | None, expected: str | None) -> None:
    assert sticker("ES", fuel, first, km=km) == expected


def test_what_is_not_known_has_no_sticker() -> None:
    assert sticker("FR", "diesel") is None
    assert sticker("FR", "petrol", "2020-01-01", category="caravan") is None


def test_a_french_van_by_its_own_days() -> None:
    assert sticker("FR", "diesel", "1997-06-01", category="van") is None
    assert sticker("FR", "diesel", "1997-10-01", category="van") == "5"


def test_a_french_motorcycle() -> None:
    days = ["2000-05-31", "2000-06-01", "2004-07-01", "2007-01-01", "2017-01-01"]
    found = [sticker("FR", "petrol", each, category="motorcycle") for each in days]
    assert found == [None, "4", "3", "2", "1"]


@pytest.mark.parametrize(
    ("energies", "fuel_type", "expected"),
    [
        ([], "electric", {"electric"}),
        ([], "plugin_hybrid", {"plugin_hybrid"}),
        ([], "hybrid", {"petrol", "hybrid"}),
        (["diesel", "adblue"], "hybrid", {"diesel", "hybrid"}),
        ([], "lpg", {"gas"}),
        (["petrol", "e85"], None, {"petrol"}),
        (["diesel", "adblue"], None, {"diesel"}),
        (["hydrogen", "electric"], None, {"hydrogen"}),
        (["adblue"], None, set()),
        ([], None, set()),
        ([], "other", set()),
    ],
)
def test_what_a_car_is_taken_for(
    energies: list[str], fuel_type: str | None, expected: set[str]
) -> None:
    assert fuel_classes(energies, fuel_type) == expected


@pytest.mark.parametrize(
    ("said", "number"),
    [("EURO 6d-TEMP-EVAP-ISC", "6"), ("euro5", "5"), ("4", "4"), ("Euro 6 AP", "6"), ("V", None),
     ("EURO 12", None), ("", None), (None, None), ("715/2007*2018/1832AP", None)],
)  # fmt: skip
def test_euro_norms_as_papers_write_them(said: str | None, number: str | None) -> None:
    assert euro_norm(said) == number


@pytest.mark.parametrize("category", ["motorcycle", "moped", "quad"])
def test_gas_and_plug_in_are_1_on_two_wheels_too(category: str) -> None:
    assert sticker("FR", "gas", "2003-01-01", category=category) == "1"
    assert sticker("FR", "plugin_hybrid", "2003-01-01", norm="2", category=category) == "1"
    assert sticker("FR", "electric", category=category) == "E"


@pytest.mark.parametrize(
    ("fuels", "first", "norm", "expected"),
    [
        (["hybrid", "petrol"], "2005-06-01", None, "B"),  # no ECO without the criteria of C
        (["hybrid", "petrol"], "2006-01-01", None, "ECO"),
        (["hybrid", "diesel"], "2012-06-01", "Euro 5", "B"),
        (["hybrid", "diesel"], "2016-06-01", "Euro 6", "ECO"),
        (["gas"], "2003-06-01", "Euro 3", "B"),
        (["gas"], "1999-06-01", None, None),
    ],
)
def test_eco_needs_what_c_needs(
    fuels: list[str], first: str, norm: str | None, expected: str | None
) -> None:
    rule = packs()["ES"].sticker
    assert rule is not None
    car = Emitter(
        category=VehicleCategory.CAR,
        fuels=[FuelClass(fuel) for fuel in fuels],
        norm=euro_norm(norm),
        first_registered_on=date.fromisoformat(first),
        range_metres=None,
    )
    found = sticker_of(rule, car)
    assert (found.value if found else None) == expected


def test_a_norm_newer_than_the_tables_leaves_it_to_the_day_and_an_old_one_does_not() -> None:
    assert sticker("FR", "petrol", "2027-01-01", norm="Euro 7") == "1"
    assert sticker("ES", "petrol", "2027-01-01", norm="Euro 7") == "C"
    assert sticker("FR", "petrol", "1998-01-01", norm="Euro 1") is None


@pytest.mark.parametrize(
    ("category", "norm", "first", "expected"),
    [
        ("motorcycle", "Euro 2", None, "B"),
        ("motorcycle", "Euro 3", None, "C"),
        ("moped", None, "2003-01-01", "B"),
        ("moped", None, "2002-12-31", None),
        ("motorcycle", None, "2006-01-01", "C"),
    ],
)
def test_spanish_two_wheels(
    category: str, norm: str | None, first: str | None, expected: str | None
) -> None:
    assert sticker("ES", "petrol", first, norm=norm, category=category) == expected
