"""Tables as files: CSV and workbook, of values that strangers typed.

A cell that begins as a formula does is run by spreadsheets (CWE-1236): such text is written behind an apostrophe, in both forms.
Numbers and days stay numbers and days, so that they can be summed.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

import xlsxwriter

Cell = str | int | Decimal | date | None
FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""The four of OWASP, what some programs take off before they look, and the wide forms that some take for the narrow ones."""
ALWAYS: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - no moment: what a workbook must say
LONGEST_CELL: Final = 32_767
"""Of a workbook; a CSV has no end, and is cut alike so that both say the same."""
WIDEST: Final = 60
MARK: Final = "\ufeff"
"""Tells spreadsheets that a CSV is UTF-8."""


def guarded(text: str) -> str:
    """As text that nothing runs; cut where a workbook would refuse it."""
    said = (
        f"'{text}" if text.lstrip(" \u00a0").startswith(FORMULAS) or text[:1] in FORMULAS else text
    )
    return said[:LONGEST_CELL]


def csv_of(headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """RFC 4180, UTF-8 with its mark; numbers with a dot, days as ISO 8601."""
    out = io.StringIO()
    out.write(MARK)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([guarded(name) for name in headers])
    writer.writerows([_written(cell) for cell in row] for row in rows)
    return out.getvalue().encode()


def _written(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case str():
            return guarded(cell)
        case date():
            return cell.isoformat()
        case Decimal():
            return f"{cell:f}"
        case _:
            return str(cell)


def workbook_of(name: str, headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """One sheet, its first row frozen and filtered. Some 3 kB of memory a row: the caller has counted them."""
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd",
        "remove_timezone": True,
    }
    book = xlsxwriter.Workbook(out, options)
    book.set_properties(
        {"created": ALWAYS}
    )  # the same rows are the same bytes, whenever they are asked for
    sheet = book.add_worksheet(name[:31])
    bold = book.add_format({"bold": True, "bottom": 1})
    for column, header in enumerate(headers):
        sheet.set_column(column, column, min(max(len(header) + 4, 12), WIDEST))
        sheet.write_string(0, column, guarded(header), bold)
    last = 0
    for last, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            _write(sheet, last, column, cell)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, last, max(len(headers) - 1, 0))
    book.close()
    return out.getvalue()


def _write(sheet: "xlsxwriter.worksheet.Worksheet", row: int, column: int, cell: Cell) -> None:
    match cell:
        case None:
            return
        case str():
            sheet.write_string(row, column, guarded(cell))
        case date():
            sheet.write_datetime(row, column, cell)
        case _:
            sheet.write_number(row, column, cell)
