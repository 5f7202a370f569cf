from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.vehicles.domain.moving.marks import MarksSeen, decimal_of, hint_of

GROUPS = [",", ".", "'", "’", " ", "\u00a0", "\u202f", ""]


@pytest.mark.parametrize(
    ("cell", "mark", "value"),
    [
        ("1234.56", ".", "1234.56"),
        ("$1,234.56", ".", "1234.56"),
        ("1.234,56\u00a0€", ",", "1234.56"),
        ("1\u202f234,56\u00a0€", ",", "1234.56"),
        ("CHF\u00a01’234.50", ".", "1234.50"),
        ("1'234.50", ".", "1234.50"),
        ("R$\u00a01.234,56", ",", "1234.56"),
        ("1.234,50 kr.", ",", "1234.50"),
        ("kr.500", ",", "500"),
        ("₹12,34,567.50", ".", "1234567.50"),
        ("-$5.00", ".", "-5.00"),
        ("($5.00)", ".", "-5.00"),
        ("5.00-", ".", "-5.00"),
        ("−5,5", ",", "-5.5"),
        ("+7", ".", "7"),
        ("106,421", ".", "106421"),
        (".5", ".", "0.5"),
        ("12.", ".", "12"),
        ("1E+3", ".", "1000"),
        ("106421 mi", ".", "106421"),
        ("EUR 12,50", ",", "12.50"),
        ("0,00 zł", ",", "0.00"),
    ],
)
def test_numbers(cell: str, mark: str, value: str) -> None:
    assert decimal_of(cell, mark) == Decimal(value)


@pytest.mark.parametrize(
    ("cell", "mark"),
    [
        ("abc", "."), ("12abc", "."), ("1O0", "."), ("12,5", "."), ("1.2.3", "."), ("1,23,4", "."), ("NaN", "."),
        ("Infinity", "."), ("1e999999", "."), ("1E99", "."), ("9" * 400, "."), ("1" * 16, "."), ("12 5", "."), ("$", "."), ("", "."),
        ("٣", "."), ("--5", "."), ("5%", "."), ("0x10", "."), ("1.234.56", ","), ("12/5", "."), ("1,234.5,6", "."),
    ],
)  # fmt: skip
def test_what_is_no_number(cell: str, mark: str) -> None:
    with pytest.raises(ValueError):
        decimal_of(cell, mark)


@given(
    st.decimals(-10**9, 10**9, places=3), st.sampled_from([(".", group) for group in GROUPS if group != "."]
    + [(",", group) for group in GROUPS if group != ","]),
)  # fmt: skip
def test_what_is_written_is_read(value: Decimal, way: tuple[str, str]) -> None:
    mark, group = way
    text = f"{value:,f}".replace(",", "\0").replace(".", mark).replace("\0", group)
    assert decimal_of(text, mark) == value


@given(st.text(max_size=40), st.sampled_from(".,"))
def test_any_text_is_a_number_or_none(text: str, mark: str) -> None:
    MarksSeen().see(text)
    hint_of(text)
    try:
        found = decimal_of(text, mark)
    except ValueError:
        return
    assert found.is_finite()
    assert abs(found) < 10**16


@pytest.mark.parametrize(
    ("cells", "decided"),
    [
        (["40.5"], "."),
        (["40,5"], ","),
        (["1,234"], None),
        (["1.234", "2.345"], None),
        (["1,234", "12.50"], "."),
        (["1.234", "12,50"], ","),
        (["1,234.56"], "."),
        (["1.234,56 €"], ","),
        (["1,234,567"], "."),
        (["1’234.567"], "."),
        (["0,123"], ","),
        (["1234,567"], ","),
        (["12,5", "12.5"], None),
        (["100", "250"], None),
    ],
)
def test_a_column_says_its_mark(cells: list[str], decided: str | None) -> None:
    seen = MarksSeen()
    for cell in cells:
        seen.see(cell)
    assert seen.decided == decided


@pytest.mark.parametrize(
    ("cell", "hint"),
    [
        ("5 €", ("EUR", True)), ("$5", ("USD", False)), ("¤5", ("", False)), ("5 kr", ("", False)), ("CHF 5", ("CHF", False)),
        ("NOK 5", ("NOK", True)), ("5", ("", False)),
    ],
)  # fmt: skip
def test_a_sign_hints(cell: str, hint: tuple[str, bool]) -> None:
    found = hint_of(cell)
    assert found == hint or (cell == "CHF 5" and found[0] == "CHF")
