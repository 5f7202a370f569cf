"""Our own specimens of other programs' files, against what an independent reader counted in them. Real excerpts may not lie here:
`python -m bench.imports` reads them where they are.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from bench.imports import answered, differences, figures, items_of
from services.vehicles.domain.moving.intake import take_in
from services.vehicles.domain.moving.readers import READERS, recognise

SAMPLES = Path(__file__).parents[1] / "samples"
EXPECTED: dict[str, dict[str, Any]] = json.loads((SAMPLES / "expected.json").read_text())


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_counts_and_sums_are_equal(name: str) -> None:
    expected = {what: value for what, value in EXPECTED[name].items() if what != "note"}
    readers, items = items_of(SAMPLES / name)
    assert readers == name.partition("/")[0]
    assert list(differences(figures(items), expected)) == []


def test_each_specimen_is_counted() -> None:
    files = {path.relative_to(SAMPLES).as_posix() for path in SAMPLES.glob("*/own_*")}
    assert files == set(EXPECTED)


def test_a_difference_is_seen() -> None:
    _, items = items_of(SAMPLES / "lubelogger/own_gas_fr_fr.csv")
    found = figures(items)
    wrong = {"fills": {"rows": 3, "volume_sum": {"l": "78.8"}}, "expense": {"cost_sum": "0.00"}}
    assert len(list(differences(found, wrong))) == 2


@pytest.mark.parametrize("name", ["tracktor/own_backup.json", "clarkson/own_dump.sql"])
def test_secrets_are_read_past(name: str) -> None:
    """Whatever comes out of a file, no password hash, session or address of its users is in it."""
    _, items = items_of(SAMPLES / name)
    said = repr(items)
    parts = take_in(name, (SAMPLES / name).read_bytes())
    said += repr(answered(recognise(parts)[0], parts))
    for secret in ("not-a-hash", "someone", "expiresAt", "s1"):
        assert secret not in said


def test_no_two_formats_claim_a_specimen() -> None:
    by_hand = READERS[-1]
    for name in EXPECTED:
        parts = take_in(name, (SAMPLES / name).read_bytes())
        claiming = [reader.name for reader in READERS if reader.recognises(parts)]
        assert claiming[0] == name.partition("/")[0]
        assert claiming[1:] in ([], [by_hand.name])
