from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.auth.domain.device_marks import (
    LIFETIME,
    LONGEST,
    known_device,
    mark_name,
    marks_among,
    new_mark,
)

PEPPER, NOW = b"pepper", datetime(2026, 3, 1, 12, tzinfo=UTC)
LEA, MAX = UUID(int=1), UUID(int=2)


def marked(who: UUID = LEA) -> dict[str, str]:
    return dict([new_mark(PEPPER, who, marks={}, now=NOW)])


def known(marks: dict[str, str], who: UUID = LEA, at: datetime = NOW) -> str | None:
    return known_device(PEPPER, who, marks=marks, now=at)


class TestMark:
    def test_it_is_known_for_a_year(self) -> None:
        marks = marked()
        assert known(marks)
        assert known(marks, at=NOW + LIFETIME - timedelta(seconds=1))
        assert known(marks, at=NOW + LIFETIME) is None
        assert known(marks, at=NOW - timedelta(seconds=1)) is None, "made tomorrow"

    def test_a_known_device_stays_the_same_one_and_two_are_two(self) -> None:
        marks = marked()
        later = NOW + timedelta(days=300)
        renewed = dict([new_mark(PEPPER, LEA, marks=marks, now=later)])
        assert known(renewed, at=later + timedelta(days=300)) == known(marks)
        assert known(marked()) != known(marks)

    def test_it_is_one_accounts_whatever_its_name(self) -> None:
        [value] = marked(MAX).values()
        assert known({mark_name(PEPPER, LEA): value}) is None
        assert known(marked(MAX)) is None
        assert mark_name(PEPPER, LEA) != mark_name(PEPPER, MAX)
        assert str(LEA) not in str(marked())

    @pytest.mark.parametrize("at", range(0, 98, 3))
    def test_any_other_letter_is_another_mark(self, at: int) -> None:
        [(name, value)] = marked().items()
        other = value[:at] + ("A" if value[at] != "A" else "B") + value[at + 1 :]
        assert known({name: other}) is None

    @pytest.mark.parametrize(
        "value", ["", ".", "..", "a.b.c", "....", "é.1.é", "a.1e9." + "0" * 64]
    )
    def test_what_is_no_mark(self, value: str) -> None:
        assert known({mark_name(PEPPER, LEA): value}) is None


def test_only_marks_are_kept_of_the_cookies() -> None:
    mark, long = marked(), {mark_name(PEPPER, MAX): "x" * (LONGEST + 1)}
    assert marks_among({"r": "1"} | mark | long) == mark
