"""A shared passport and a verdict, as a page lays them out: values in, lines in one language out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from gateway.domain import guest_words
from gateway.domain import passport_words as words
from gateway.domain.typed import day_written, money_written, quantity_written, written
from shared.contracts.base import Language

KILO: Final = 1024


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a verification."""

    is_good: bool
    title: str
    text: str
    problems: Sequence[str]
    lines: Sequence[tuple[str, str]]


def verdict_told(verdict: Mapping[str, Any], language: Language) -> Told:
    is_good = bool(verdict["valid"])
    issuer = verdict["issuer"] or "?"
    if not is_good:
        title, text = words.CHANGED, words.CHANGED_TEXT
    elif verdict["ours"]:
        title, text = words.UNCHANGED, words.UNCHANGED_OURS
    else:
        title, text = words.UNCHANGED, words.UNCHANGED_THEIRS
    lines = [
        (words.CAR, verdict["car"]),
        (words.ISSUER, verdict["issuer"]),
        (words.ISSUED, _day_of(verdict["issued_at"], language)),
        (words.ENTRIES, written(verdict["entries"], language)),
        (words.PAPERS, written(verdict["papers"], language)),
        (words.KEY, verdict["key_id"]),
    ]
    return Told(
        is_good,
        title.into(language),
        text.into(language, issuer=issuer),
        [_problem(each, language) for each in verdict["problems"]],
        [(label.into(language), value) for label, value in lines if value],
    )


def _problem(problem: str, language: Language) -> str:
    name, _, where = problem.partition(":")
    if name in words.PROBLEMS:
        return words.PROBLEMS[name].into(language, where=where)
    return words.ANY_PROBLEM.into(language, what=problem)


def _day_of(moment: str | None, language: Language) -> str | None:
    """Whoever made the file may have written anything."""
    try:
        return day_written(date.fromisoformat((moment or "")[:10]), language)
    except ValueError:
        return moment


@dataclass(frozen=True, slots=True)
class Row:
    """An entry of the history."""

    day: str
    title: str
    facts: Sequence[str]
    """Mileage, quantity, amount: short."""
    details: Sequence[str]


def rows_told(rows: Sequence[Mapping[str, Any]], unit: str, language: Language) -> list[Row]:
    return [_row(row, unit, language) for row in rows]


def _row(row: Mapping[str, Any], unit: str, language: Language) -> Row:
    kind = words.KINDS.get(row["kind"])
    title = kind.into(language, title=row["title"]) if kind else row["title"]
    facts = []
    if row["distance"] is not None:
        facts.append(f"{written(row['distance'], language)}\u00a0{unit}")
    if row["quantity"] is not None:
        counted = guest_words.UNITS.get(row["quantity_unit"])
        named = counted.into(language) if counted else row["quantity_unit"]
        facts.append(f"{quantity_written(row['quantity'], language)}\u00a0{named}")
    if row["money"]:
        facts.append(money_written(row["money"]["amount"], row["money"]["currency"], language))
    facts += [each for each in (row["where"], *row["marks"]) if each]
    if row["papers"]:
        facts.append(words.WITH_PAPERS.into(language, count=row["papers"]))
    if row["guest"]:
        facts.append(words.BY_GUEST.into(language, guest=row["guest"]))
    day = day_written(date.fromisoformat(row["on"]), language)
    return Row(day, title, facts, row["details"])


def car_told(
    rows: Sequence[Mapping[str, Any]], unit: str, language: Language
) -> list[tuple[str, str]]:
    found = []
    for row in rows:
        value = str(row["value"])
        if row["kind"] == "distance":
            value = f"{written(row['value'], language)}\u00a0{unit}"
            if row["on"]:
                day = day_written(date.fromisoformat(row["on"]), language)
                value = f"{value}, {words.ON.into(language, day=day)}"
        elif row["kind"] == "day":
            value = day_written(date.fromisoformat(value), language)
        found.append((row["label"], value))
    return found


def size_told(size: int, language: Language) -> str:
    unit = {Language.FR: ("Ko", "Mo")}.get(language, ("kB", "MB"))
    if size < KILO * KILO:
        return f"{written(max(1, round(size / KILO)), language)}\u00a0{unit[0]}"
    return f"{written(str(round(size / KILO / KILO, 1)), language)}\u00a0{unit[1]}"
