"""What the judge writes is read back whole: each format in its layouts and languages, with all line ends and encodings in turn."""

import pytest

from services.vehicles.tests.moving.domain.judging import faults
from services.vehicles.tests.moving.domain.truth import Variant
from services.vehicles.tests.moving.domain.variants import ENCODINGS, MANY_LINES, variants

ALL = list(variants())
LINES, CODES = list(MANY_LINES), [name for name in ENCODINGS if name != "cp1252"]


@pytest.mark.parametrize("number", range(len(ALL)), ids=[each.name for each in ALL])
def test_what_was_written_is_read(number: int) -> None:
    variant = ALL[number]
    text = variant.write(variant.truth)
    for turn in range(2):
        lines, code = LINES[(number + turn) % len(LINES)], CODES[(number + turn) % len(CODES)]
        data = ENCODINGS[code](MANY_LINES[lines](text))
        judged = variant if lines == "lf" else without_notes(variant)
        assert list(faults(judged, data)) == [], (lines, code)


@pytest.mark.parametrize("number", range(len(ALL)), ids=[each.name for each in ALL])
def test_what_windows_wrote_is_read(number: int) -> None:
    text = ALL[number].write(ALL[number].truth)
    try:
        data = text.encode("cp1252")
    except UnicodeEncodeError:
        data = text.encode("utf-16")
    assert list(faults(ALL[number], data)) == []


def without_notes(variant: Variant) -> Variant:
    """A line within a note ends as all others do."""
    return Variant(
        variant.name, variant.reader, variant.write, variant.truth, variant.answers, variant.asks,
        variant.unit, variant.fills, variant.costs,
    )  # fmt: skip


def test_the_judge_sees_a_fault() -> None:
    variant = next(each for each in ALL if each.name == "fuelio-2021")
    data = variant.write(variant.truth).replace('"1","110"', '"1","210"').encode()
    assert list(faults(variant, data)) == []
    total = str(variant.truth.fills[0].total)
    assert list(faults(variant, data.replace(total.encode(), b"1.23")))
