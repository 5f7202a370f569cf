"""What no font has a sign for is not printed as a box."""

import pytest

from services.vehicles.domain.moving.legible import all_legible, legible


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("Révision 🚗🔧", "Révision"),
        ("🚗 Révision", "Révision"),
        ("avant 🏳️‍🌈 après", "avant après"),
        ("👩🏽‍🔧", ""),
        ("ligne 🚗\nautre ligne", "ligne\nautre ligne"),
        ("drapeau 🏴\U000e0067\U000e0062\U000e007f.", "drapeau ."),
        ("☀ ✓ 5\u20e3", "☀ ✓ 5"),
        ("deux  espaces", "deux  espaces"),
        ("שלום, ش, क्\u200dष", "שלום, ش, क्\u200dष"),
    ],
)
def test_text(written: str, printed: str) -> None:
    assert legible(written) == printed


def test_everything_that_is_handed_over() -> None:
    said = {"title": "🚗 Clio", "papers": [{"name": "a🔧.pdf", "number": 1, "file": None}]}
    assert all_legible(said) == {
        "title": "Clio",
        "papers": [{"name": "a .pdf", "number": 1, "file": None}],
    }
