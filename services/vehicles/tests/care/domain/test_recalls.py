"""Domain page §11: recalls."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.vehicles.domain.care.recalls import (
    Campaign,
    Certainty,
    FeedSource,
    Subject,
    VinRange,
    makes_of,
    match,
    model_of,
)


def campaign(make: str = "citroën & ds", *models: str, **said: object) -> Campaign:
    facts: dict[str, object] = {
        "built_from": date(2013, 1, 1),
        "built_to": date(2016, 12, 31),
    } | said
    return Campaign(FeedSource.RAPPELCONSO, "1", (make,), models, "Airbag", **facts)  # type: ignore[arg-type]  # each by its name


def car(model: str = "C3", year: int | None = 2015, **said: str) -> Subject:
    return Subject(said.get("make", "Citroën"), model, year, said.get("vin"))


def test_make_model_and_time_fit() -> None:
    assert match(campaign("citroën & ds", "C3"), car()) is Certainty.LIKELY


def test_another_model_whose_name_begins_alike() -> None:
    assert match(campaign("citroën & ds", "C3"), car("C3 Aircross")) is None


def test_no_model() -> None:
    assert match(campaign("citroën & ds"), car()) is Certainty.POSSIBLE


@pytest.mark.parametrize(
    ("model", "year", "expected"),
    [
        ("c3 puretech 82", 2015, Certainty.LIKELY),
        ("CITROËN C3", 2013, Certainty.LIKELY),
        ("C3", 2017, Certainty.LIKELY),  # built in 2016, of the next year
        ("C3", 2018, None),
        ("C3", 2012, None),
        ("C3", None, Certainty.POSSIBLE),
        ("C4", 2015, None),
        (" ", 2015, Certainty.POSSIBLE),
    ],
)
def test_what_is_known(model: str, year: int | None, expected: Certainty | None) -> None:
    assert match(campaign("citroën & ds", "C3"), car(model, year)) is expected


def test_without_days_it_is_possible_at_most() -> None:
    open_ = campaign("citroën", "C3", built_from=None, built_to=None)
    assert match(open_, car()) is Certainty.POSSIBLE


RANGE = (VinRange("VF7SC0000FA500000", "VF7SC0000FA599999"),)


@pytest.mark.parametrize(
    ("vin", "expected"),
    [
        ("VF7SC0000FA500000", Certainty.LIKELY),
        ("VF7SC0000FA550000", Certainty.LIKELY),
        ("VF7SC0000FA600000", None),
        ("SHORT-1", Certainty.LIKELY),  # cannot be compared: by the rest
    ],
)
def test_a_vin_decides_where_there_are_ranges(vin: str, expected: Certainty | None) -> None:
    assert match(campaign("citroën", "C3", vins=RANGE), car(vin=vin)) is expected


@pytest.mark.parametrize(
    ("said", "make"),
    [
        ("VW", "Volkswagen"),
        ("MERCEDES", "Mercedes-Benz"),
        ("Citroën et DS", "citroen"),
        ("DS Automobiles", "DS"),
        ("Peugeot / Citroën", "CITROËN"),
        ("Škoda, SEAT", "SKODA"),
    ],
)
def test_makes_by_their_other_names(said: str, make: str) -> None:
    assert makes_of([said]) & makes_of([make])


def test_no_make_is_another() -> None:
    assert not makes_of(["Ford"]) & makes_of(["Fiat"])
    assert match(campaign("Renault", "C3"), car()) is None


def test_a_model_that_is_in_no_list_is_all_its_words() -> None:
    assert model_of("Citroën", "Zzz 9") == ("zzz", "9")


@given(st.text(max_size=30), st.text(max_size=30), st.integers(1900, 2100))
def test_whatever_somebody_calls_a_car(make: str, model: str, year: int) -> None:
    found = match(campaign("citroën & ds", "C3"), Subject(make, model, year, None))
    assert found in {None, *Certainty}
