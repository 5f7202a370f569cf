import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.vehicles.domain.moving.cells import rows_of, separator_of, unwrapped
from services.vehicles.domain.moving.found import LONGEST_CELL, MOST_CELLS, CannotTake

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=12)
TABLE = st.lists(st.lists(TEXT, min_size=1, max_size=6), min_size=1, max_size=8)


def cells(text: str, separator: str = ",", escape: str = "") -> list[list[str]]:
    return [list(row.cells) for row in rows_of(text, separator, escape)]


@settings(max_examples=60, deadline=None)
@given(
    TABLE,
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_well_formed_rows_are_those_of_csv(
    table: list[list[str]], separator: str, ends: str, quoting: int
) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator, lineterminator=ends, quoting=quoting).writerows(table)  # type: ignore[arg-type] # one of csv's numbers
    text = out.getvalue()
    theirs = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if row]
    assert cells(text, separator) == theirs


@given(st.text(alphabet='a",;\n\r\\ ', max_size=60))
def test_any_text_has_rows(text: str) -> None:
    """It always ends, and no letter is lost."""
    found = "".join("".join(row) for row in cells(text))
    assert found.count("a") == text.count("a")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"Filled tank completely" 2,x\n', [["Filled tank completely 2", "x"]]),
        ("a,b\rc,d\r", [["a", "b"], ["c", "d"]]),
        ("a,b\r\nc,d", [["a", "b"], ["c", "d"]]),
        ('"two\nlines",b\n', [["two\nlines", "b"]]),
        ('"a", "b, c"\n', [["a", "b, c"]]),
        ("\n\n a\n", [[" a"]]),
        ('"open,b\nc', [["open,b\nc"]]),
        ('a"b,c\n', [['a"b', "c"]]),
        ("sep=;\na,b\n", [["a", "b"]]),
        ('"",""\n', [["", ""]]),
    ],
)
def test_lenient(text: str, expected: list[list[str]]) -> None:
    assert cells(text) == expected


def test_a_backslash_before_a_quote_where_a_program_writes_it() -> None:
    assert cells('1;"say \\"yes\\"";2\n', ";", "\\") == [["1", 'say "yes"', "2"]]


def test_lines_are_counted_as_a_person_counts() -> None:
    text = 'a,b\n"two\r\nlines",c\n\nd,e\n'
    assert [row.line for row in rows_of(text, ",")] == [1, 2, 5]


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("a;b;c\n1,5;2,5;3,5\n", ";"),
        ("## Log\nData,Odo\n", ","),
        ("a\tb\n1,2\t3,4,5\n", "\t"),
        ('"a;b",c\n', ","),
        ('"57562.0,""2025-01-26"",""x"""\n', ","),
        ('"a,""b"",c";;;\n', ","),
        ("sep=|\na|b\n", "|"),
        ("word\n", ","),
    ],
)
def test_the_separator_is_the_headers(text: str, separator: str) -> None:
    assert separator_of(text) == separator


def test_a_line_that_was_wrapped_whole_is_read_again() -> None:
    text = 'a,b,c\n"57562.0,""2025-01-26"",""x, y"""\n"just, a note"\n'
    found = [list(row.cells) for row in unwrapped(rows_of(text, ","), ",")]
    assert found == [["a", "b", "c"], ["57562.0", "2025-01-26", "x, y"], ["just, a note"]]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("," * MOST_CELLS + "\n", "too_many_cells"),
        ("a" * (LONGEST_CELL + 1), "cell_too_long"),
        ('"' + "a" * (LONGEST_CELL + 1), "cell_too_long"),
        ('"a' + ',"' * 10_000, "too_many_cells"),
    ],
)
def test_bounds(text: str, code: str) -> None:
    with pytest.raises(CannotTake) as refused:
        cells(f"head\n{text}")
    assert (refused.value.code, refused.value.line) == (code, 2)


def test_as_many_cells_as_may_be() -> None:
    assert len(cells("," * (MOST_CELLS - 1))[0]) == MOST_CELLS
