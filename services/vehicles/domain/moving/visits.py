"""Rows that are single jobs of one visit: of the same car, day, odometer and place they are one record with lines."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from services.vehicles.domain.moving.found import (
    FoundExpense,
    FoundLine,
    FoundLineKind,
    FoundRecord,
    Item,
)
from services.vehicles.domain.moving.words import bare
from services.vehicles.domain.running.expenses import Category

LABOUR: Final = (
    "man-hour", "man hour", "labour", "labor", "mao de obra", "mano de obra", "arbeitszeit", "arbeitsstunden", "arbeitslohn",
    "main d'oeuvre", "main d'œuvre", "main d’œuvre", "robocizna", "manodopera", "работ", "трудо", "arbeid", "munkadij", "iscilik",
)  # fmt: skip


def line_of(title: str, amount: Decimal | None) -> FoundLine:
    is_labour = bare(title).startswith(LABOUR)
    return FoundLine(title, FoundLineKind.LABOUR if is_labour else FoundLineKind.OTHER, amount)


def together(items: Iterable[Item]) -> Iterator[Item]:
    """Keeps records apart until all rows are read; what else passes is handed on at once."""
    kept: dict[tuple[object, ...], list[FoundRecord]] = {}
    for item in items:
        if isinstance(item, FoundRecord):
            key = (item.car, item.day, item.odometer, item.garage, item.is_done)
            kept.setdefault(key, []).append(item)
        else:
            yield item
    for rows in kept.values():
        yield merged(rows)


def merged(rows: Sequence[FoundRecord]) -> FoundRecord:
    """One record of the rows, in their order; the first says what else there is to say."""
    first = rows[0]
    if len(rows) == 1:
        return first
    lines = tuple(line_of(row.title, row.total) for row in rows)
    paid = [row.total for row in rows if row.total is not None]
    notes = dict.fromkeys(row.note for row in rows if row.note)
    jobs = [line for line in lines if line.kind is not FoundLineKind.LABOUR]
    return replace(
        first,
        title=(jobs or list(lines))[0].title,
        lines=lines,
        total=sum(paid, Decimal()) if paid else None,
        note="\n".join(notes) or None,
        tags=tuple(dict.fromkeys(tag for row in rows for tag in row.tags)),
    )


def expense_of(record: FoundRecord, category: Category | None) -> FoundExpense:
    """The same, as what it was paid for."""
    return FoundExpense(
        place=record.place, car=record.car, source_id=record.source_id, day=record.day, at=record.at, odometer=record.odometer,
        title=record.title, category=category, total=record.total, currency=record.currency, tags=record.tags, note=record.note,
        extra={**record.extra, **({"place": record.garage} if record.garage else {})}, doubts=record.doubts,
    )  # fmt: skip
