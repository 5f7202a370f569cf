"""Charts as SVG, by hand: no script, no font of their own, no colour that carries meaning by itself.

Whoever shows one says in words what it shows; the figures stand in a table beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from itertools import pairwise
from typing import Final

WIDTH: Final = 680
HEIGHT: Final = 220
LEFT, RIGHT, TOP, BOTTOM = 56, 12, 12, 34
INK, LINE, FILL, GRID = "#1b1b1f", "#0b57a4", "#3d7fc4", "#d5d8de"
STEPS: Final = (1, 2, 2.5, 5, 10)
MOST_LABELS: Final = 8
FEW: Final = 4
LONG_DAYS: Final = 366
"""Between two points that far apart nobody looked: the line is dashed."""


@dataclass(frozen=True, slots=True)
class Point:
    on: date
    value: float


def _nice(most: float) -> float:
    """Between two lines of the grid: four or five of them reach above `most`."""
    if most <= 0:
        return 1.0
    size = 1.0
    while size * STEPS[-1] * FEW < most:
        size *= 10
    while size * FEW > most * 10:
        size /= 10
    return next((size * step for step in STEPS if size * step * FEW >= most), size * STEPS[-1])


def _number(value: float, decimal: str) -> str:
    thousands = "," if decimal == "." else "\u00a0"
    text = f"{value:,.1f}".replace(",", thousands)
    return (
        text.removesuffix(".0") if decimal == "." else text.removesuffix(".0").replace(".", decimal)
    )


@dataclass(frozen=True, slots=True)
class _Frame:
    low: float
    step: float
    lines: int

    def y(self, value: float) -> float:
        share = (value - self.low) / (self.step * self.lines)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)

    def grid(self, decimal: str) -> list[str]:
        found = []
        for number in range(self.lines + 1):
            value = self.low + number * self.step
            y = self.y(value)
            found.append(
                f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="{GRID}"/>'
            )
            label = escape(_number(value, decimal))
            found.append(
                f'<text x="{LEFT - 6}" y="{y + 3.5:.1f}" text-anchor="end" font-size="10" fill="{INK}">{label}</text>'
            )
        return found


def _frame(values: Sequence[float], *, from_zero: bool) -> _Frame:
    low = 0.0 if from_zero else min(values)
    step = _nice(max(values) - low)
    low = low // step * step
    lines = 1
    while low + lines * step < max(values):
        lines += 1
    return _Frame(low, step, lines)


def _svg(parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="DejaVu Sans, sans-serif">{"".join(parts)}</svg>'
    )


def _label(x: float, text: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle" font-size="10" '
        f'fill="{INK}">{escape(text)}</text>'
    )


def _path(places: Sequence[tuple[float, float]], dash: str = "") -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return f'<polyline points="{path}" fill="none" stroke="{LINE}" stroke-width="2"{dash}/>'


def bars(labels: Sequence[str], values: Sequence[float | None], *, decimal: str = ".") -> str:
    """One for each label; none where there is no value. Empty where there is none at all."""
    known = [value for value in values if value is not None]
    if not known:
        return ""
    frame = _frame(known, from_zero=True)
    room = (WIDTH - LEFT - RIGHT) / len(values)
    every = -(-len(labels) // MOST_LABELS)
    parts = frame.grid(decimal)
    for place, (label, value) in enumerate(zip(labels, values, strict=True)):
        x = LEFT + place * room
        if value is not None:
            y = frame.y(max(value, 0))
            height = frame.y(frame.low) - y
            parts.append(
                f'<rect x="{x + room * 0.15:.1f}" y="{y:.1f}" width="{room * 0.7:.1f}" height="{height:.1f}" fill="{FILL}"/>'
            )
        if place % every == 0:
            parts.append(_label(x + room / 2, label))
    return _svg(parts)


def line(points: Sequence[Point], *, decimal: str = ".") -> str:
    """Over time, days in their true distances. Empty with fewer than two days."""
    days = [point.on.toordinal() for point in points]
    if len(set(days)) < 2:  # noqa: PLR2004 - a line needs two ends
        return ""
    frame = _frame([point.value for point in points], from_zero=False)
    first, span = min(days), max(days) - min(days)
    wide = WIDTH - LEFT - RIGHT
    places = [
        (LEFT + (day - first) / span * wide, frame.y(point.value))
        for day, point in zip(days, points, strict=True)
    ]
    parts = frame.grid(decimal)
    run = [places[0]]
    for (before, day), (start, end) in zip(pairwise(days), pairwise(places), strict=True):
        if day - before > LONG_DAYS:
            parts += [_path(run), _path([start, end], dash=' stroke-dasharray="3 4"')]
            run = []
        run.append(end)
    parts.append(_path(run))
    years = range(date.fromordinal(first).year, date.fromordinal(first + span).year + 2)
    every = -(-len(years) // MOST_LABELS)
    for year in years[::every]:
        x = LEFT + (date(year, 1, 1).toordinal() - first) / span * wide
        if LEFT <= x <= WIDTH - RIGHT:
            parts.append(_label(x, str(year)))
    return _svg(parts)
