"""Domain page §12: what a kilometre for business counts for."""

import json
from datetime import date
from importlib import resources

import pytest

from services.vehicles.domain.running.mileage_scales import amount_of, scales, scales_of

DAY = date(2025, 6, 1)


def amount(country: str, km: int, power: int | None = None, *, electric: bool = False) -> str:
    scale = scales_of(country, None, [DAY])[DAY]
    found = amount_of(scale, km * 1000, power=power, is_electric=electric)
    return str(found.amount) if found else "unknown"


@pytest.mark.parametrize(
    ("power", "km", "electric", "expected"),
    [
        (5, 5_000, False, "3180.00"),
        (5, 12_000, False, "5679.00"),
        (5, 12_000, True, "6814.80"),
        (5, 25_000, False, "10675.00"),
        (3, 5_000, False, "2645.00"),
        (1, 5_000, False, "2645.00"),
        (4, 20_000, False, "8130.00"),
        (6, 20_001, False, "8940.45"),
        (7, 10_000, False, "5455.00"),
        (12, 30_000, False, "14100.00"),
        (5, 0, False, "0.00"),
    ],
)
def test_french_scale(power: int, km: int, electric: bool, expected: str) -> None:
    assert amount("FR", km, power, electric=electric) == expected


def test_german_and_spanish_scales() -> None:
    assert (amount("DE", 1_000), amount("ES", 1_000)) == ("300.00", "260.00")
    assert amount("DE", 1_000, electric=True) == "300.00"


def test_without_the_fiscal_power_nothing_is_said() -> None:
    assert amount("FR", 1_000) == "unknown"


def test_only_for_its_days_and_vehicles() -> None:
    assert scales_of("FR", None, [date(2022, 12, 31), date(2027, 1, 1)]) == {}
    assert scales_of("ES", "car", [date(2023, 7, 16)]) == {}
    assert scales_of("FR", "motorcycle", [DAY]) == {}
    assert scales_of("XX", None, [DAY]) == {}


def test_the_data_is_dated_with_its_source_and_its_bands_rise() -> None:
    folder = resources.files("services.vehicles.domain") / "data"
    rows = json.loads((folder / "mileage_scales.json").read_text("utf-8"))["scales"]
    assert len({row["id"] for row in rows}) == len(rows) == len(scales())
    for scale in scales():
        assert scale.source_url.startswith("https://")
        assert scale.checked_on >= scale.valid_from
        assert [band.power_to for band in scale.bands][-1] is None
        for band in scale.bands:
            ends = [step.to_km for step in band.steps]
            assert ends[-1] is None
            known = [end for end in ends if end is not None]
            assert known == sorted(known)
