from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.vehicles.domain.moving.days import DMY, MDY, NoDay, OrderSeen, moment_of, order_in

DAY = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("cell", "order", "found"),
    [
        ("2026-03-04", "", (DAY, None)),
        ("2026-03-04 14:50", "", (DAY, time(14, 50))),
        ("2026-03-04 9:05", "", (DAY, time(9, 5))),
        ("2026-03-04T08:10:00", "", (DAY, time(8, 10))),
        ("2026-03-04 00:00:00", "", (DAY, None)),
        ("2026-03-04T23:30:00+01:00", "", (DAY, time(23, 30))),
        ("2026/3/4", "", (DAY, None)),
        ("2026. 03. 04.", "", (DAY, None)),
        ("20260304", "", (DAY, None)),
        ("3/4/2026", MDY, (DAY, None)),
        ("4/3/2026", DMY, (DAY, None)),
        ("04.03.2026", DMY, (DAY, None)),
        ("4. 3. 2026", DMY, (DAY, None)),
        ("4.03.2026 г.", DMY, (DAY, None)),
        ("04-03-26", DMY, (DAY, None)),
        ("3/4/26 6:45 PM", MDY, (DAY, time(18, 45))),
        ("3/4/2026 12:05:09 AM", MDY, (DAY, time(0, 5, 9))),
        ("4 Mar 2026", "", (DAY, None)),
        ("March 4, 2026", "", (DAY, None)),
        ("Wed Mar 04 2026", "", (DAY, None)),
        ("4 mars 2026", "", (DAY, None)),
        ("04-Mar-26", "", (DAY, None)),
        ("3/4/99", MDY, (date(1999, 3, 4), None)),
    ],
)
def test_days(cell: str, order: str, found: tuple[date, time | None]) -> None:
    assert moment_of(cell, order) == found


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("", "date_missing"), ("  ", "date_missing"), ("30/02/2026", "date_impossible"), ("2026-02-30", "date_impossible"),
        ("31/31/2026", "date_impossible"), ("0/1/2026", "date_impossible"), ("01/01/0000", "date_impossible"),
        ("9999-01-01", "date_impossible"), ("yesterday", "date_unreadable"), ("2026-03-04 teatime", "date_unreadable"),
        ("1" * 100, "date_unreadable"), ("12", "date_unreadable"), ("2026-03-04 99:99", "date_unreadable"),
    ],
)  # fmt: skip
def test_what_is_no_day(cell: str, code: str) -> None:
    with pytest.raises(NoDay) as refused:
        moment_of(cell, DMY)
    assert refused.value.code == code


def test_universal_time_is_lived_in_a_zone() -> None:
    assert moment_of("2026-03-04T23:30:00.000Z", "", "Europe/Paris") == (
        date(2026, 3, 5),
        time(0, 30),
    )
    assert moment_of("2026-03-04T00:00:00.000Z", "", "America/New_York") == (DAY, None)


@pytest.mark.parametrize(
    ("cells", "decided"),
    [
        (["1/5/2026", "1/13/2026"], MDY),
        (["1/5/2026", "13/1/2026"], DMY),
        (["1/5/2026", "2/6/2026"], None),
        (["02.03.2026"], None),
        (["13/1/2026", "1/13/2026"], None),
        (["2026-01-05"], "ymd"),
        (["5/5/2026"], "ymd"),
    ],
)
def test_a_column_says_its_order(cells: list[str], decided: str | None) -> None:
    seen = OrderSeen()
    for cell in cells:
        seen.see(cell)
    assert seen.decided == decided


@pytest.mark.parametrize(
    ("pattern", "order"),
    [
        ("M/d/yyyy", MDY),
        ("dd.MM.yyyy", DMY),
        ("yyyy-MM-dd", "ymd"),
        ("", None),
        ("MMM d, yyyy", MDY),
    ],
)
def test_what_a_program_says_of_its_days(pattern: str, order: str | None) -> None:
    assert order_in(pattern) == order


@given(st.text(max_size=40), st.sampled_from(["", DMY, MDY]))
def test_any_text_is_a_day_or_none(text: str, order: str) -> None:
    OrderSeen().see(text)
    try:
        found, _ = moment_of(text, order)
    except NoDay:
        return
    assert 1900 <= found.year <= 2100


@given(
    st.dates(date(1970, 1, 1), date(2069, 12, 31)), st.sampled_from(["/", ".", "-"]), st.booleans()
)
def test_what_is_written_is_read(day: date, by: str, is_short: bool) -> None:
    year = f"{day:%y}" if is_short else str(day.year)
    assert moment_of(by.join((str(day.day), str(day.month), year)), DMY)[0] == day
    assert moment_of(by.join((str(day.month), str(day.day), year)), MDY)[0] == day
