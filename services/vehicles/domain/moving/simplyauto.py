"""Simply Auto: a zip of tables, or one of them. Its iOS app quotes nothing, so a comma in a note shifts what follows: such a row is put
together again from both ends, twelve cells on the left, eight (six without positions) on the right, the note between them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from services.vehicles.domain.cars.energies import Energy, QuantityUnit
from services.vehicles.domain.cars.units import DistanceUnit
from services.vehicles.domain.moving.found import (
    FoundCar,
    FoundFill,
    FoundLine,
    FoundPlan,
    FoundReading,
    FoundRecord,
    Item,
    LeftOut,
    Part,
    Settled,
)
from services.vehicles.domain.moving.marks import POINT, MarksSeen
from services.vehicles.domain.moving.sections import by_kind, first_header, table_of
from services.vehicles.domain.moving.settling import (
    CURRENCY,
    DISTANCE_UNIT,
    DISTANCES,
    FREE,
    QUANTITIES,
    QUANTITY_UNIT,
    TIME_ZONE,
    Settling,
)
from services.vehicles.domain.moving.sheets import (
    BadCell,
    Lens,
    Line,
    positive,
    read_each,
    words_of,
)
from services.vehicles.domain.moving.visits import expense_of
from services.vehicles.domain.moving.words import cost_of, joined

LOG, PLANS, VEHICLES, TRIPS = "fuel_log", "services", "vehicles", "trip_log"
CAR, PARTIAL = "vehicle id", "partial tank"
LEFT: Final = 12
"""Columns before the note."""
LEFT_OF_TITLE: Final = 3
FILL, SERVICE, EXPENSE, CHECKPOINT = "0", "1", "2", "4"
WHOLE: Final = re.compile(r"-?[0-9]+(?:\.[0-9]*)?")
DAY_LENGTH: Final = 86_400_000
FIRST: Final = datetime(1970, 1, 1, tzinfo=UTC)
LATEST: Final = Decimal(4_102_444_800_000)
"""The year 2100, in milliseconds since 1970."""
NUMBERS: Final = ("odometer", "qty", "total cost")


class SimplyAuto:
    name = "simplyauto"

    def recognises(self, parts: Sequence[Part]) -> bool:
        return any(_kind(part) in {LOG, PLANS, TRIPS} for part in parts)

    def settle(self, parts: Sequence[Part], answers: Mapping[str, str]) -> Settled:
        settling = Settling(self.name, answers)
        numbers, kinds, is_odd = MarksSeen(), set(), False
        for part, kind in by_kind(parts, _kind):
            kinds.add(kind)
            for line in _lines(part, kind, Lens()):
                if kind == LOG:
                    for name in NUMBERS:
                        numbers.see(line.text(name))
                is_odd = is_odd or (kind == PLANS and not _is_midnight(line.text("last date")))
        settling.marks(numbers, POINT)
        settling.ask(DISTANCE_UNIT, DISTANCES)
        if LOG in kinds:
            settling.ask(QUANTITY_UNIT, QUANTITIES)
            settling.currency()
        if is_odd:
            settling.ask(TIME_ZONE, FREE)
        return settling.done()

    def read(self, parts: Sequence[Part], settled: Settled) -> Iterator[Item]:
        lens = Lens.of(settled.facts)
        mine = by_kind(parts, _kind)
        rows = _Rows(settled.facts)
        yield from _cars(mine, lens, rows)
        for part, kind in mine:
            make = {LOG: rows.entry, PLANS: rows.plan, TRIPS: rows.trip}.get(kind)
            if make:
                yield from read_each(_lines(part, kind, lens), make)


def _kind(part: Part) -> str | None:
    header = first_header(part)
    if header is None or CAR not in header.places:
        return None
    if header.has("odometer", "qty", PARTIAL):
        return LOG
    if header.has("service name", "due miles"):
        return PLANS
    if any(name.startswith(("departure", "dep ", "arrival", "arr ")) for name in header.names):
        return TRIPS
    return VEHICLES if header.has("make", "model") else None


def _lines(part: Part, kind: str, lens: Lens) -> Iterator[Line]:
    for line in table_of(part, lens, kind):
        if len(line.row.cells) <= line.header.width:
            yield line
        elif kind == LOG:
            yield _repaired(line)
        else:
            yield _joined(line, LEFT_OF_TITLE) if kind == PLANS else line


def _joined(line: Line, left: int, ends: int = 0) -> Line:
    """The surplus goes into the column behind `left`; `ends` of it into the last."""
    cells = line.row.cells
    middle = len(cells) - line.header.width - ends + 1
    whole = [*cells[:left], ",".join(cells[left : left + middle]), *cells[left + middle :]]
    last = line.header.width - 1
    whole = [*whole[:last], ",".join(whole[last:])]
    return replace(line, row=replace(line.row, cells=whole))


def _repaired(line: Line) -> Line:
    """The first way to share the surplus between the note and the description in which what must be numbers are; else as it is."""
    surplus = len(line.row.cells) - line.header.width
    while surplus > 0 and not line.row.cells[line.header.width + surplus - 1].strip():
        surplus -= 1
    for ends in range(surplus + 1):
        tried = _joined(line, LEFT, ends)
        if _fits(tried):
            return tried
    return line


def _fits(line: Line) -> bool:
    wanted = [
        line.at(line.header.places[name])
        for name in ("day", "month", "year", "record type")
        if name in line.header.places
    ]
    positions = [line.text(name) for name in ("latitude", "longitude")]
    return all(WHOLE.fullmatch(cell) for cell in wanted) and all(
        WHOLE.fullmatch(cell) for cell in positions if cell
    )


def _is_midnight(cell: str) -> bool:
    """Of universal time, or none."""
    try:
        said = Decimal(cell or "0")
    except ArithmeticError:
        return True
    return not said.is_finite() or not 0 < said < LATEST or said % DAY_LENGTH == 0


def _cars(mine: Sequence[tuple[Part, str]], lens: Lens, rows: "_Rows") -> Iterator[Item]:
    named: set[str] = set()
    more: dict[str, Line] = {}
    for part, kind in mine:
        for line in _lines(part, kind, lens):
            name = line.text(CAR)
            if kind == VEHICLES:
                named.add(name)
                yield from read_each([line], rows.car)
            elif name:
                more.setdefault(name, line)
    for name, line in more.items():
        if name not in named:
            yield FoundCar(place=line.place, car=name, name=name, distance_unit=rows.distance)


@dataclass(frozen=True, slots=True)
class _Rows:
    facts: Mapping[str, str]

    @property
    def distance(self) -> DistanceUnit:
        return DistanceUnit(self.facts[DISTANCE_UNIT])

    def car(self, line: Line) -> FoundCar:
        name, year = line.text(CAR), line.text("year")
        plate = line.named("lic", "plate", "registration")
        return FoundCar(
            place=line.place, car=name, name=name or line.text("model"),
            make=line.text("make") or None, model=line.text("model") or None,
            year=int(year) if re.fullmatch("[12][0-9]{3}", year) else None,
            plate=(line.text(plate) if plate else "") or None, vin=line.text("vin") or None,
            distance_unit=self.distance, note=line.text("notes") or None,
        )  # fmt: skip

    def entry(self, line: Line) -> Item:
        kind = line.text("record type") or FILL
        if kind == FILL:
            return self._fill(line)
        day = _day(line)
        if kind == CHECKPOINT:
            return FoundReading(
                place=line.place, car=line.text(CAR), source_id=_source(line), day=day,
                odometer=positive(line.number("odometer"), "odometer"), note=line.text("notes") or None,
            )  # fmt: skip
        if kind not in {SERVICE, EXPENSE}:
            return LeftOut(place=line.place, car=line.text(CAR), day=day, what="entry")
        jobs, note = words_of(line.text("record desc")), line.text("notes") or None
        record = FoundRecord(
            place=line.place, car=line.text(CAR), source_id=_source(line), day=day,
            odometer=line.counted("odometer"),
            title=", ".join(jobs) or note or "service",
            lines=tuple(FoundLine(job) for job in jobs) if len(jobs) > 1 else (),
            total=line.number("total cost"), currency=self.facts.get(CURRENCY),
            garage=line.text("filling station") or None, category="service", note=note,
        )  # fmt: skip
        return record if kind == SERVICE else expense_of(record, cost_of(" ".join(jobs)))

    def _fill(self, line: Line) -> FoundFill:
        unit = QuantityUnit(self.facts[QUANTITY_UNIT])
        octane = line.text("octane")
        return FoundFill(
            place=line.place, car=line.text(CAR), source_id=_source(line), day=_day(line),
            odometer=line.counted("odometer"),
            quantity=line.quantity("qty"), unit=unit,
            energy=Energy.ELECTRIC if unit is QuantityUnit.KILOWATT_HOUR else None,
            total=line.number("total cost") or None, currency=self.facts.get(CURRENCY),
            is_full=line.flag(PARTIAL) is not True,
            missed_before=line.flag("missed previous fill up", "missed fill up", "missed previous fillup") is True,
            station=joined([line.text("fuel brand"), line.text("filling station")], ", "),
            note=line.text("notes") or None,
            extra={"octane": octane} if octane not in {"", "0"} else {},
        )  # fmt: skip

    def plan(self, line: Line) -> FoundPlan:
        every, days = line.number("due miles") or None, line.number("due days") or None
        return FoundPlan(
            place=line.place, car=line.text(CAR), source_id=_source(line),
            title=line.text("service name") or "service",
            day=self._last(line), odometer=line.counted("last odo"),
            every_distance=every, every_days=int(days) if days else None,
            is_recurring=line.text("recurring") != "0",
        )  # fmt: skip

    def _last(self, line: Line) -> date | None:
        said = line.number("last date")
        if not said or not 0 < said < LATEST:
            return None
        there = FIRST + timedelta(milliseconds=int(said))
        zone = self.facts.get(TIME_ZONE)
        return (there.astimezone(ZoneInfo(zone)) if zone else there).date()

    @staticmethod
    def trip(line: Line) -> LeftOut:
        return LeftOut(place=line.place, car=line.text(CAR), what="trips")


def _source(line: Line) -> str | None:
    name = line.named("row id")
    said = line.text(name) if name else ""
    return f"{line.place.section}:{said}" if said else None


def _day(line: Line) -> date:
    cells = [line.text(name) for name in ("year", "month", "day")]
    if not any(cells):
        raise BadCell("day", "date_missing")
    shown = "-".join(cells)
    if not all(re.fullmatch(r"[0-9]{1,4}(?:\.0)?", cell) for cell in cells):
        raise BadCell("day", "date_unreadable", shown)
    try:
        return date(*(int(cell.removesuffix(".0")) for cell in cells))
    except ValueError as error:
        raise BadCell("day", "date_impossible", shown) from error
