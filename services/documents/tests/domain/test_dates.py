from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.documents.domain.dates import find_dates


class TestFindDates:
    @pytest.mark.parametrize(
        ("text", "day"),
        [
            ("le 12/11/2026", date(2026, 11, 12)),
            ("Date : 03.04.24 19:18", date(2024, 4, 3)),
            ("2026-11-12", date(2026, 11, 12)),
            ("1er février 2025", date(2025, 2, 1)),
            ("12 août 2025", date(2025, 8, 12)),
            ("August 3 , 2014", date(2014, 8, 3)),
            ("19 de octubre de 2025", date(2025, 10, 19)),
            ("7. Mai 2014", date(2014, 5, 7)),
            ("26 Jun 2024", date(2024, 6, 26)),
            ("10/18/18", date(2018, 10, 18)),
            ("22 11 2021", date(2021, 11, 22)),
            ("31/12/99", date(1999, 12, 31)),
        ],
    )
    def test_reads_what_papers_write(self, text: str, day: date) -> None:
        assert [found.day for found in find_dates(text)] == [day]

    @pytest.mark.parametrize(
        "text", ["31/02/2024", "00/00/0000", "1/2", "12.50", "2024", "03-51213881", "1.234.567"]
    )
    def test_invents_none(self, text: str) -> None:
        assert find_dates(text) == []

    def test_swaps_only_where_told(self) -> None:
        assert find_dates("03/04/2024")[0].day == date(2024, 4, 3)
        assert find_dates("03/04/2024", month_first=True)[0].day == date(2024, 3, 4)
        assert find_dates("03/04/2024")[0].certain is False
        assert find_dates("13/04/2024", month_first=True)[0].day == date(2024, 4, 13)

    @given(st.dates(min_value=date(1960, 1, 1), max_value=date(2069, 12, 31)))
    def test_reads_every_day_back(self, day: date) -> None:
        assert find_dates(f"le {day:%d/%m/%Y}.")[0].day == day

    @given(st.text(max_size=80))
    def test_whatever_it_reads_they_lie_one_behind_the_other(self, text: str) -> None:
        ends = [edge for one in find_dates(text) for edge in (one.start, one.end)]
        assert ends == sorted(ends)
        assert all(0 <= end <= len(text) for end in ends)
