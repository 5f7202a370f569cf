"""What is only named to say that it is not so: a judge of phrases of our own, in two halves. The rules were made with one half in view; of
the other only the sum was ever looked at. A third part was written afterwards, to break them.
"""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from services.vehicles.domain.care.diagnostics import red_flags

PHRASES = Path(__file__).parent / "samples" / "negated_dangers.txt"
DEGREES = ("none", "high", "critical")
AFTERWARDS = "!"


def phrases(part: str) -> Iterator[tuple[str, str]]:
    for line in PHRASES.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        _, degree, said = (each.strip() for each in line.split("|", 2))
        half = "seen" if sha256(said.encode()).digest()[0] % 2 == 0 else "unseen"
        if (AFTERWARDS if degree.endswith(AFTERWARDS) else half) == part:
            yield degree.removesuffix(AFTERWARDS).strip(), said


def degree_of(said: str) -> str:
    found = red_flags(said)
    return found[0].severity.value if found else "none"


@pytest.mark.parametrize(
    ("part", "at_least", "of"), [("seen", 82, 82), ("unseen", 86, 87), (AFTERWARDS, 37, 37)]
)
def test_so_many_are_understood(part: str, at_least: int, of: int) -> None:
    """Before there were such rules: 42 of 82, 39 of 87."""
    known = list(phrases(part))
    assert len(known) == of
    right = sum(degree_of(said) == degree for degree, said in known)
    assert right >= at_least


@pytest.mark.parametrize("part", ["seen", "unseen", AFTERWARDS])
def test_no_danger_is_taken_for_less(part: str) -> None:
    less = [
        said
        for degree, said in phrases(part)
        if DEGREES.index(degree_of(said)) < DEGREES.index(degree)
    ]
    assert less == []


def test_a_line_does_not_calm_the_next() -> None:
    assert degree_of("Pas de bruit\nFumée sous le capot") == "critical"
    assert degree_of("Les freins vont bien\nFumée sous le capot") == "critical"
    assert degree_of("Pas de fumée\nLes freins vont bien") == "none"


def test_words_that_stand_over_two_lines_are_one() -> None:
    assert degree_of("une odeur\nd'essence") == "critical"


def test_a_long_complaint_is_read_to_its_end() -> None:
    assert degree_of("no smoke and no fire " * 500 + "but smoke") == "critical"
    assert degree_of("no smoke and no fire " * 500) == "none"
