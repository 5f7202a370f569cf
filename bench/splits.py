"""How often the bounds of an unknown split hold the true one, and how wide they are: on a car that runs on gas and petrol and whose owner
wrote down how far each stretch was driven on petrol.

    python -m bench.splits ../shared/data/imports/fuelio/cng_petrol_it.csv

The file is Fuelio's; nothing of it is kept. What was written down is hidden from the bounds and compared with them: for each stretch
between two full tanks of gas, and for several in a row, which is what a period is.
"""

import csv
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from statistics import mean, median

from services.vehicles.domain.cars.energies import Energy
from services.vehicles.domain.running.splits import (
    CARS,
    METRES_IN_100_KM,
    Range,
    bounds,
    own_range,
)

TANK = 45_000
"""Of petrol, in millilitres, as the file's own head says: how full it was at either end nobody knows."""
RUNS = (1, 3, 10, 30)


@dataclass(frozen=True)
class Stretch:
    """Between two full tanks of gas: grams, metres, metres on petrol, and millilitres of petrol filled meanwhile."""

    gas: int
    metres: int
    on_petrol: int
    petrol: int


def stretches(path: Path) -> Iterator[Stretch]:
    opened: int | None = None
    gas = petrol = on_petrol = 0
    for row in sorted(fills(path), key=lambda row: (float(row["Odo (km)"]), row["Data"])):
        amount = round(float(row["kg"]) * 1000)
        if row["TankNumber"] == "2":
            petrol += amount
            continue
        gas += amount
        on_petrol += round(float(row["ExcludeDistance"] or 0) * 1000)
        if row["Full"] != "1":
            continue
        odometer = round(float(row["Odo (km)"]) * 1000)
        if opened is not None and row["Missed"] != "1":
            yield Stretch(gas, odometer - opened, on_petrol, petrol)
        opened, gas, petrol, on_petrol = odometer, 0, 0, 0


def fills(path: Path) -> Iterator[dict[str, str]]:
    lines = path.read_text("utf-8").splitlines()
    start = lines.index('"## Log"') + 1
    end = next(n for n in range(start, len(lines)) if lines[n].startswith('"## Cost'))
    yield from csv.DictReader(lines[start:end])


def judged(known: Sequence[Stretch], run: int, *, by_own: bool) -> list[tuple[bool | None, float]]:
    """Whether the truth was held (None: contradiction) and how wide the bounds were, of each run of stretches."""
    found: list[tuple[bool | None, float]] = []
    for place in range(0, len(known) - run + 1, run):
        part = known[place : place + run]
        others = [*known[:place], *known[place + run :]]
        alone = [Fraction(s.gas * METRES_IN_100_KM, s.metres) for s in others if not s.on_petrol]
        takes = (own_range(alone) if by_own else None) or CARS[Energy.CNG]
        metres, gas = sum(s.metres for s in part), sum(s.gas for s in part)
        petrol = sum(s.petrol for s in part)
        split = bounds(
            metres=metres,
            a=Range.of(gas, gas),
            b=Range.of(max(0, petrol - TANK), petrol + TANK),
            takes_a=takes,
            takes_b=CARS[Energy.PETROL],
        )
        truth = 1 - Fraction(sum(s.on_petrol for s in part), metres)
        if split is None:
            found.append((None, 0.0))
            continue
        low, high = split.share.low, split.share.high
        found.append((low <= truth <= high, float(high - low)))
    return found


def main(path: Path) -> None:
    known = list(stretches(path))
    print(f"{len(known)} stretches, {sum(s.metres for s in known) / 1e6:,.0f} thousand km")
    print(f"{'ranges':<12}{'stretches':>10}{'windows':>9}{'held':>8}{'no split':>10}", end="")
    print(f"{'mean width':>12}{'median':>8}")
    for by_own, name in ((True, "own p5-p95"), (False, "cars")):
        for run in RUNS:
            found = judged(known, run, by_own=by_own)
            told = [(held, width) for held, width in found if held is not None]
            if not told:
                continue
            held = mean(bool(held) for held, _ in told)
            widths = [width for _, width in told]
            print(f"{name:<12}{run:>10}{len(found):>9}{held:>8.0%}", end="")
            print(f"{len(found) - len(told):>10}{mean(widths):>12.1%}{median(widths):>8.1%}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
