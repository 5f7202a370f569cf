"""The figures of a printed history: costs, consumption and mileage, each with its chart and, beside it, the table it is drawn from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from services.vehicles.domain.moving import history_words as words
from services.vehicles.domain.moving.charts import Point, bars, line
from services.vehicles.domain.things import ThingKind, name_of
from shared.contracts.base import Language
from shared.messages import Text
from shared.money import Money

METRES_A_UNIT: Final = {"km": Decimal(1000), "mi": Decimal("1609.344")}
MINUTES_AN_HOUR: Final = 60
DECIMAL_MARKS: Final = {Language.FR: ",", Language.EN: ".", Language.ES: ","}
MOST_MONTHS: Final = 36
"""Drawn; all of them are in the table."""
MOST_COLUMNS: Final = 6
"""Kinds of costs that have a column of their own; an upright page holds no more amounts beside each other."""
FEWEST_BARS: Final = 2
MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class CostTable:
    """`rows`: per year the amounts of `categories`, in minor units."""

    currency: str
    categories: Sequence[str]
    rows: Sequence[tuple[int, Sequence[int]]]
    missing: Sequence[str] = ()
    """Currencies that could not be converted."""


@dataclass(frozen=True, slots=True)
class Consumed:
    energy: str
    unit: str
    overall: float | None
    months: Sequence[tuple[date, float | None]]


def in_unit(metres: int | None, unit: str) -> int | None:
    return None if metres is None else round(metres / METRES_A_UNIT[unit])


def cost_facts(costs: CostTable, language: Language) -> dict[str, Any]:
    """The most expensive kinds have a column each, the others one together; a second table tells every kind."""

    def money(minor: int) -> dict[str, str]:
        return {"amount": Money(minor, costs.currency).text, "currency": costs.currency}

    sums = [sum(row[place] for _, row in costs.rows) for place in range(len(costs.categories))]
    order = sorted(range(len(sums)), key=lambda place: -sums[place])
    shown = order if len(order) <= MOST_COLUMNS else order[: MOST_COLUMNS - 1]
    together = order[len(shown) :]

    def cells(row: Sequence[int]) -> list[dict[str, str]]:
        rest = [sum(row[place] for place in together)] if together else []
        return [money(each) for each in [*(row[place] for place in shown), *rest]]

    def named(place: int) -> str:
        name = name_of(ThingKind.EXPENSE, costs.categories[place])
        return name.into(language) if name else costs.categories[place]

    total = sum(sums)
    return {
        "text": words.COSTS_IN.into(language, currency=costs.currency),
        "categories": [
            *(named(place) for place in shown),
            *([words.OTHER_KINDS.into(language)] if together else []),
        ],
        "rows": [
            {"year": year, "cells": cells(row), "total": money(sum(row))}
            for year, row in costs.rows
        ],
        "sums": cells(sums),
        "total": money(total),
        "kinds": [
            {"name": named(place), "sum": money(sums[place]), "share": sums[place] / total}
            for place in order
        ]
        if together and total > 0
        else [],
        "missing": words.NOT_CONVERTED.into(language, currencies=", ".join(costs.missing))
        if costs.missing
        else None,
        **_cost_chart(costs, language),
    }


def _cost_chart(costs: CostTable, language: Language) -> dict[str, Any]:
    by_year = {year: Money(sum(row), costs.currency) for year, row in costs.rows}
    if len(by_year) < FEWEST_BARS or min(money.amount_minor for money in by_year.values()) < 0:
        return {"chart": None, "alt": None}
    years = range(min(by_year), max(by_year) + 1)
    values = [float(by_year[year].text) if year in by_year else 0.0 for year in years]
    what = f"{words.COSTS.into(language)}, {costs.currency}"
    alt = words.CHART_OF.into(language, what=what, first=str(years[0]), last=str(years[-1]))
    chart = bars([str(year) for year in years], values, decimal=DECIMAL_MARKS[language])
    return {"chart": chart, "alt": alt}


def consumption_facts(consumed: Consumed, language: Language) -> dict[str, Any] | None:
    """None where there is no figure to tell."""
    if consumed.overall is None and all(value is None for _, value in consumed.months):
        return None
    shown = consumed.months[-MOST_MONTHS:]
    unit = _told(words.UNITS.get(consumed.unit), consumed.unit, language)
    energy = _told(words.ENERGIES.get(consumed.energy), consumed.energy, language)
    chart = bars(
        [f"{first:%m/%y}" for first, _ in shown],
        [value for _, value in shown],
        decimal=DECIMAL_MARKS[language],
    )
    return {
        "energy": energy,
        "unit": unit,
        "overall": consumed.overall,
        "years": _by_year(consumed.months),
        "is_part": len(shown) < len(consumed.months),
        "chart": chart or None,
        "alt": alt_of(f"{energy}, {unit}", [first for first, _ in shown], language),
    }


def _told(text: Text | None, word: str, language: Language) -> str:
    return text.into(language) if text else word


def _by_year(months: Iterable[tuple[date, float | None]]) -> list[dict[str, Any]]:
    """The latest first; a month without a figure is an empty cell."""
    found: dict[int, list[float | None]] = {}
    for first, value in months:
        row = found.setdefault(first.year, [None] * MONTHS)
        row[first.month - 1] = value
    return [
        {"year": year, "cells": found[year]}
        for year in sorted(found, reverse=True)
        if any(value is not None for value in found[year])
    ]


def meter_facts(
    readings: Sequence[tuple[date, int]], unit: str, language: Language
) -> dict[str, Any] | None:
    """Of metres, or where `unit` is hours of minutes. Years nobody read the meter in are rows too."""
    if not readings:
        return None
    size = Decimal(MINUTES_AN_HOUR) if unit == "h" else METRES_A_UNIT[unit]
    title = words.HOURS if unit == "h" else words.MILEAGE
    ends: dict[int, int] = {}
    for day, shown in readings:
        ends[day.year] = max(round(shown / size), ends.get(day.year, 0))
    years = range(max(ends), min(ends) - 1, -1)
    points = [Point(day, float(shown / size)) for day, shown in readings]
    return {
        "title": title.into(language),
        "unit": unit,
        "chart": line(points, decimal=DECIMAL_MARKS[language]) or None,
        "alt": alt_of(f"{title.into(language)}, {unit}", [day for day, _ in readings], language),
        "years": [
            {
                "year": year,
                "shown": ends.get(year),
                "during": ends[year] - ends[year - 1]
                if year in ends and year - 1 in ends
                else None,
            }
            for year in years
        ],
    }


def alt_of(what: str, days: Iterable[date], language: Language) -> str:
    known = sorted(days)
    if not known:
        return what
    return words.CHART_OF.into(
        language, what=what, first=f"{known[0]:%m/%Y}", last=f"{known[-1]:%m/%Y}"
    )
