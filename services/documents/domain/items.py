"""The lines of an invoice: rows that start with words and end with an amount; the sums of the invoice say which belong."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.documents.domain.invoices import CENT, amounts_in
from services.documents.domain.labels import Sheet
from services.documents.domain.page import Line, Word
from services.documents.domain.values import Candidate, parse_words


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    description: str
    quantity: Decimal | None
    unit_price: Decimal | None
    amount: Decimal


_QUANTITY = re.compile(
    r"^(\d{1,4}(?:[.,]\d{1,3})?)\s*(?:x|h|u|pcs?|unit(?:s|é|e|ad)?|l|kg)?\.?$", re.IGNORECASE
)


_TIMES = re.compile(r"^(\d{1,4}(?:[.,]\d{1,3})?)\s*[x×*]\s*(.+)$", re.IGNORECASE)


_NO_ITEM = {"net", "subtotal", "tax", "total", "amount_due", "paid", "paid_total"}


def read_lines(sheet: Sheet, expected: Sequence[Decimal]) -> list[InvoiceLine]:
    """Rows that start with words and end with an amount, above the totals. When `expected` (net, total) is known, the rows
    whose sum matches win; rows that cannot add up are still told, the owner sees them as a proposal.
    """
    rows = list(_rows(sheet))
    if not rows:
        return []
    amounts = [row.amount for row in rows]
    for length in range(len(rows), 0, -1):
        for start in range(len(rows) - length + 1):
            if any(abs(sum(amounts[start : start + length]) - goal) <= CENT for goal in expected):
                return rows[start : start + length]
    return rows


def _rows(sheet: Sheet) -> Iterator[InvoiceLine]:
    labelled = {(hit.line.page, hit.index): hit for hit in sheet.hits if hit.kind in _NO_ITEM}
    for page in sheet.pages:
        for index, line in enumerate(page.lines):
            if (page.number, index) in labelled:
                continue
            row = _row(line)
            if row:
                yield row


def _row(line: Line) -> InvoiceLine | None:
    found = parse_words(line.words, amounts_in, line.page)
    if not found or found[-1].words[-1] not in line.words[-2:]:
        return None
    first = line.words.index(found[0].words[0])
    head = list(line.words[:first])
    quantity, words = _quantity(head)
    description = " ".join(word.text for word in words).strip(" |:-")
    if sum(c.isalpha() for c in description) < 3 or len(words) > 14:  # noqa: PLR2004 -- a thing has a name; a sentence is none
        return None
    amount = found[-1].value
    price = found[0].value if len(found) > 1 else None
    if quantity is None and _multiplies(found):
        return InvoiceLine(description, found[0].value, found[1].value, amount)
    if price is not None and quantity is None and price > 0 and amount % price == 0:
        quantity = amount / price
    return InvoiceLine(description, quantity, price, amount)


def _multiplies(found: Sequence[Candidate[Decimal]]) -> bool:
    """`0,75  66,00  49,50`: quantity, price, amount."""
    if len(found) < 3:  # noqa: PLR2004 -- three columns
        return False
    return abs(found[0].value * found[1].value - found[-1].value) <= CENT


def _quantity(head: list[Word]) -> tuple[Decimal | None, list[Word]]:
    """The number that stands last before the prices (`2`, `2 x`, `1x`), and the words before it."""
    words = list(head)
    while words and words[-1].text.strip("|.,") in {"", "x", "X", "×", "€", "$", "£"}:
        words.pop()
    if len(words) > 1:
        match = _QUANTITY.match(words[-1].text) or _TIMES.match(words[-1].text)
        if match:
            return Decimal(match[1].replace(",", ".")), words[:-1]
    return None, words
