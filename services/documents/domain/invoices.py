"""The amounts of an invoice: labels propose, sums decide. Net and tax must make the total, lines must make the net."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations

from services.documents.domain.amounts import find_amounts, money_text
from services.documents.domain.labels import Hit, Sheet
from services.documents.domain.page import Line
from services.documents.domain.text import fold
from services.documents.domain.values import (
    Candidate,
    FieldValue,
    Match,
    parse_words,
)

CENT = Decimal("0.02")
_RATES = tuple(
    Decimal(rate) / 1000
    for rate in (
        200,
        100,
        55,
        21,
        210,
        40,
        190,
        70,
        60,
        80,
        90,
        250,
        220,
        230,
        81,
        150,
        50,
        130,
        85,
    )
)
_RATE_SLACK = Decimal("0.03")
_STRONG_TOTAL = re.compile(
    r"ttc|t t c|a payer|net a|grand|due|factura|facture|pagar|payable|incl|inc |invoice|final|nett|round|gesamt|brutto|rechnung"
)


@dataclass(frozen=True, slots=True)
class Amount:
    value: Decimal
    weight: float
    candidate: Candidate[Decimal]


@dataclass(frozen=True, slots=True)
class Totals:
    net: Amount | None
    tax: Amount | None
    total: Amount | None
    due: Amount | None
    proven: bool = False
    """Net and tax make the total."""


def amounts_in(text: str) -> Iterator[Match[Decimal]]:
    for found in find_amounts(text):
        if found.is_money:
            yield Match(found.value, 0.97 if found.has_cents else 0.8, found.start, found.end)


def _any_amount(text: str) -> Iterator[Match[Decimal]]:
    for found in find_amounts(text):
        yield Match(found.value, 0.97 if found.has_cents else 0.6, found.start, found.end)


def _row_candidates(sheet: Sheet, hits: Iterable[Hit]) -> list[Amount]:
    """The last amount beside each label, else the first under it."""
    found = []
    for hit in hits:
        beside = parse_words(sheet.right(hit), amounts_in, hit.line.page) or [
            c for c in parse_words(sheet.right(hit), _any_amount, hit.line.page) if _money_like(c)
        ]
        weight = hit.score * (1.0 - 0.004 * hit.rank)
        if beside:
            found.append(Amount(beside[-1].value, weight, replace(beside[-1], hit=hit)))
            continue
        for row in sheet.below(hit, rows=2):
            under = parse_words(row, amounts_in, hit.line.page)
            if under:
                found.append(Amount(under[0].value, weight * 0.9, replace(under[0], hit=hit)))
                break
    return found


def _money_like(candidate: Candidate[Decimal]) -> bool:
    return candidate.value >= 10 and "%" not in candidate.words[-1].text  # noqa: PLR2004 -- 5 or 20 alone is a quantity or a rate


def read_totals(sheet: Sheet) -> Totals:
    net = _row_candidates(sheet, _not_in_heads(sheet, "net"))
    subtotal = [
        replace(a, weight=a.weight * 0.7)
        for a in _row_candidates(sheet, _not_in_heads(sheet, "subtotal"))
    ]
    tax = _row_candidates(sheet, _not_in_heads(sheet, "tax"))
    total = [_weighed(a) for a in _row_candidates(sheet, _not_in_heads(sheet, "total"))]
    due = _row_candidates(sheet, _not_in_heads(sheet, "amount_due"))
    if not total and not due:
        total = [
            replace(a, weight=0.7 * a.weight)
            for a in _row_candidates(sheet, sheet.of("paid_total"))
        ]
    everything = _all_amounts(sheet)
    row = _three_in_a_row(sheet)
    if row:
        return row
    proven = _proven(net + subtotal, tax, total or due, everything)
    if proven:
        return replace(proven, due=_best(due))
    best = _best([a for a in total if a.value > 0] or [a for a in due if a.value > 0])
    if best is None:
        return _made_of_parts(net, tax, due, everything)
    return Totals(_below(net, best), _below(tax, best, share=Decimal("0.35")), best, _best(due))


_HEAD_WORDS = frozenset(
    {
        *(
            "description",
            "designation",
            "libelle",
            "article",
            "articles",
            "qte",
            "quantite",
            "qty",
            "quantity",
        ),
        *(
            "prix",
            "price",
            "unit",
            "unite",
            "pu",
            "concepto",
            "descripcion",
            "cantidad",
            "unidades",
            "unid",
        ),
        *(
            "precio",
            "precios",
            "importe",
            "item",
            "items",
            "ref",
            "code",
            "remise",
            "rabais",
            "disc",
            "taxes",
        ),
    }
)


def _not_in_heads(sheet: Sheet, kind: str) -> list[Hit]:
    """Labels of this kind that do not stand over a column of the table of items."""

    def heads(line: Line) -> bool:
        words = set(fold(line.text).split())
        figures = any(c.isdigit() for c in line.text)
        return not figures and len(words & _HEAD_WORDS) >= (1 if len(line.segments) > 1 else 2)

    return [hit for hit in sheet.of(kind) if not heads(hit.line)]


def _weighed(amount: Amount) -> Amount:
    hit = amount.candidate.hit
    label = fold(" ".join(w.text for w in hit.line.words[hit.start : hit.end])) if hit else ""
    boost = 1.0 if _STRONG_TOTAL.search(label) else 0.88
    place = (
        hit.line.box.top / 100_000 if hit else 0
    )  # of equals the lower one: subtotals stand above
    return replace(amount, weight=amount.weight * boost + place)


def _best(amounts: Sequence[Amount]) -> Amount | None:
    """The best weighed; the same amount under several labels is surer."""
    scores: dict[Decimal, float] = {}
    for amount in amounts:
        scores[amount.value] = scores.get(amount.value, 0) + amount.weight
    if not scores:
        return None
    return max(amounts, key=lambda a: (scores[a.value], a.weight))


def _below(amounts: Sequence[Amount], total: Amount, share: Decimal = Decimal(1)) -> Amount | None:
    return _best([a for a in amounts if abs(a.value) <= abs(total.value) * share])


def _all_amounts(sheet: Sheet) -> list[Candidate[Decimal]]:
    found: list[Candidate[Decimal]] = []
    for line in sheet.lines:
        found += parse_words(line.words, amounts_in, line.page)
    return found


def _three_in_a_row(sheet: Sheet) -> Totals | None:
    """`Total 24.99 5.00 29.99`: net, tax and total on one line."""
    for hit in sheet.of("total"):
        row = parse_words(hit.line.words[hit.end :], amounts_in, hit.line.page)
        if len(row) == 3 and abs(row[0].value + row[1].value - row[2].value) <= CENT:  # noqa: PLR2004 -- three columns
            a, b, c = (Amount(one.value, 1.0, replace(one, hit=hit)) for one in row)
            if a.value > b.value and c.value > 0:
                return Totals(a, b, c, None, proven=True)
    return None


def _proven(
    net: list[Amount], tax: list[Amount], total: list[Amount], everything: list[Candidate[Decimal]]
) -> Totals | None:
    """The best weighed triple in which net and tax make the total; one member may be unlabelled, if it stands on the page."""
    found: list[tuple[float, Totals]] = []
    taxes = [*tax, *_tax_sums(tax)]
    known = {c.value: c for c in everything}
    for whole in total:
        for part in net:
            missing = whole.value - part.value
            for vat in taxes:
                if abs(vat.value - missing) <= CENT:
                    weight = whole.weight + part.weight + vat.weight
                    found.append((weight + 1, Totals(part, vat, whole, None, proven=True)))
            if missing in known and missing > 0 and _usual_rate(part.value, missing):
                vat = Amount(missing, 0.5, known[missing])
                found.append(
                    (whole.weight + part.weight, Totals(part, vat, whole, None, proven=True))
                )
        for vat in taxes:
            rest = whole.value - vat.value
            if rest in known and vat.value > 0 and _usual_rate(rest, vat.value):
                part = Amount(rest, 0.5, known[rest])
                found.append(
                    (whole.weight + vat.weight, Totals(part, vat, whole, None, proven=True))
                )
    found = [one for one in found if one[1].total and one[1].total.value != 0]
    if not found:
        return None
    return max(found, key=lambda one: one[0])[1]


def _tax_sums(tax: list[Amount]) -> Iterator[Amount]:
    """Several rates on several rows make one tax."""
    rows = {(id(a.candidate.words[0])): a for a in tax}
    distinct = list(rows.values())[:5]
    for size in range(2, len(distinct) + 1):
        for chosen in combinations(distinct, size):
            value = sum((a.value for a in chosen), Decimal(0))
            yield Amount(value, 0.8 * min(a.weight for a in chosen), chosen[0].candidate)


def _made_of_parts(
    net: list[Amount], tax: list[Amount], due: list[Amount], everything: list[Candidate[Decimal]]
) -> Totals:
    known = {c.value: c for c in everything}
    for part in net:
        for vat in tax:
            if _usual_rate(part.value, vat.value):
                value = part.value + vat.value
                seen = known.get(value)
                candidate = seen or replace(
                    vat.candidate, confidence=0.9 * vat.candidate.confidence
                )
                whole = Amount(value, 0.9 if seen else 0.7, candidate)
                return Totals(part, vat, whole, _best(due), proven=True)
    return Totals(_best(net), _best(tax), None, _best(due))


def _usual_rate(net: Decimal, tax: Decimal) -> bool:
    if net <= 0 or tax <= 0:
        return False
    return any(
        abs(net * rate - tax) <= max(_RATE_SLACK, net * Decimal("0.0003")) for rate in _RATES
    )


def total_fields(sheet: Sheet) -> dict[str, FieldValue]:
    totals = read_totals(sheet)
    found = {}
    for name, amount in (
        ("total", totals.total),
        ("total_net", totals.net),
        ("tax", totals.tax),
        ("amount_due", totals.due),
    ):
        if amount is not None:
            sure = (
                0.985 if totals.proven and name != "amount_due" else 0.9 if name == "total" else 0.8
            )
            confidence = sure * min(1.0, 0.55 + 0.45 * amount.candidate.confidence / 0.9)
            if not totals.proven:
                confidence *= min(1.0, amount.weight)
            found[name] = replace(amount.candidate, confidence=min(0.99, confidence)).field(
                name, money_text(amount.value)
            )
    return found
