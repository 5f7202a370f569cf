"""What becomes of each row of an import: one judgement for the preview and for applying it, so that both name the same counts."""

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from services.vehicles.domain.care.recognition import recognise
from services.vehicles.domain.care.services import canonical
from services.vehicles.domain.cars.odometer import Meter, ReadingStatus
from services.vehicles.domain.moving.cars import CarOfFile
from services.vehicles.domain.moving.fitting import Fit, Misfit, Terms, fit, recurs
from services.vehicles.domain.moving.found import Found, FoundNote, FoundPlan, FoundRecord, Place
from services.vehicles.domain.moving.matching import Known, There
from services.vehicles.domain.moving.neutral import clean, from_row
from services.vehicles.domain.moving.states import REMARKS, TAKEN, RowState
from services.vehicles.storage.moving.import_rows import Verdict
from services.vehicles.storage.moving.models import VehicleImport
from services.vehicles.usecases.moving.targets import LONGEST_KEY, Target
from services.vehicles.usecases.moving.weighing import SOURCES, Changed, Told, weigh
from services.vehicles.usecases.work import Work
from shared.ids import new_id

APPLICABLE = ("fill", "record", "expense", "reading", "plan", "note")
_NUMBERED = re.compile(r" \(\d+\)$")
"""The second note of one name."""
MOST_CUSTOM = 30
"""Fields a car has room for; each note takes one."""


@dataclass(slots=True)
class Judged:
    """All rows of one car of the file."""

    verdicts: dict[UUID, Verdict] = field(default_factory=dict)
    told: dict[UUID, list[Told]] = field(default_factory=dict)
    """By row."""
    changed: Changed = field(default_factory=dict)
    before: dict[UUID, tuple[str, list[str]]] = field(default_factory=dict)
    """Of rows that were anything but new: how they stood."""

    @property
    def lacks_energy(self) -> bool:
        return any(each.codes == ("energy_unknown",) for each in self.verdicts.values())

    @property
    def news(self) -> list[Verdict]:
        """What is to be written down: of most rows nothing."""
        plain = (RowState.NEW.value, list[str]())
        return [
            verdict
            for id_, verdict in self.verdicts.items()
            if self.before.get(id_, plain) != (verdict.state, list(verdict.codes))
        ]


@dataclass(slots=True)
class Room:
    """A car has one plan for a work, and so many fields of its owner's own."""

    fields: int
    plans: set[str] = field(default_factory=set)

    def has(self, fitted: Fit) -> bool:
        """And it is taken."""
        if fitted.kind == "note":
            self.fields -= 1
            return self.fields >= 0
        if fitted.kind == "plan":
            is_free = fitted.word not in self.plans
            self.plans.add(fitted.word)
            return is_free
        return True

    @staticmethod
    def refusal(row_id: UUID, fitted: Fit) -> Verdict:
        if fitted.kind == "note":
            return Verdict(row_id, RowState.LEFT_OUT, ("no_room",))
        return Verdict(row_id, RowState.DUPLICATE, ("already_there",))


@dataclass(frozen=True, slots=True)
class Already:
    """What the car has, and which of the other program's ids were brought along before."""

    known: Known
    seen: set[tuple[str, str]]
    format: str | None


async def judge_car(work: Work, *, imported: VehicleImport, target: Target) -> Judged:
    """Nothing is changed by it."""
    vehicle_id = target.vehicle.id
    near = round(target.terms.distance_unit.metres)
    already = Already(
        Known([each async for each in _there(work, target)], near_metres=near),
        set() if target.is_new else await work.import_sources.of(vehicle_id),
        imported.format,
    )
    judged, room = Judged(), Room(MOST_CUSTOM - len(target.vehicle.custom_fields))
    async for rows in work.import_rows.chunks(imported.id, car=target.car.key, kinds=APPLICABLE):
        for row in rows:
            found = found_in(row)
            verdict, fitted = judge_row(row.id, found, target.terms, already)
            if fitted is not None and not room.has(fitted):
                verdict = room.refusal(row.id, fitted)
            judged.verdicts[row.id] = verdict
            if row.state != RowState.NEW or row.codes:
                judged.before[row.id] = (row.state, row.codes)
            if fitted is not None and verdict.state in TAKEN:
                readings = _told(row, found, fitted)
                if readings:
                    judged.told[row.id] = readings
    judged.changed = await weigh(
        work, vehicle=target.vehicle, told=[one for each in judged.told.values() for one in each]
    )
    _doubt(judged)
    return judged


def found_in(row: Any) -> Found:
    return from_row(row.kind, row.found, Place(row.line, row.section))


def judge_row(
    row_id: UUID, found: Found, terms: Terms, already: Already
) -> tuple[Verdict, Fit | None]:
    try:
        fitted = fit(found, terms)
    except Misfit as misfit:
        column, cell = misfit.column, misfit.cell
        return Verdict(row_id, RowState.BAD, (misfit.code,), column, cell), None
    if isinstance(found, FoundPlan):
        fitted.word = plan_word(found)
    elif isinstance(found, FoundNote):
        fitted.word = note_name(found).casefold()
    source = source_of(found, already.format)
    is_seen = source is not None and (fitted.kind, source) in already.seen
    is_there = already.known.take(fitted) is not None
    if is_there or is_seen:
        code = "already_there" if is_there else "seen_before"
        return Verdict(row_id, RowState.DUPLICATE, (code,)), None
    is_doubtful = any(code not in REMARKS for code in fitted.codes)
    state = RowState.DOUBTFUL if is_doubtful else RowState.NEW
    return Verdict(row_id, state, fitted.codes), fitted


def source_of(found: Found, format_: str | None) -> str | None:
    return f"{format_}:{found.source_id}"[:500] if found.source_id else None


@lru_cache(maxsize=2_000)
def services_of(title: str, fuel: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.service for each in recognise([title], fuel=fuel)))


def plan_word(found: FoundPlan) -> str:
    """What it is about: a service we know, else its title. A reminder for one day is known by that."""
    if not recurs(found):
        return f"reminder:{found.title.casefold()[:200]}"
    services = services_of(found.title, None)
    return canonical(services[0]) if services else own_word(found.title)


def own_word(title: str) -> str:
    """A service of somebody's own, as a plan's service type is written."""
    kept = "".join(each if each.isascii() and each.isalnum() else "_" for each in title.lower())
    return f"own_{kept.strip('_')}"[:50] or "own_work"


def note_name(found: FoundNote) -> str:
    """As the field of the car is called."""
    return clean(" ".join(found.title.split()) or found.kind, LONGEST_KEY) or "note"


async def _there(work: Work, target: Target) -> Any:
    if target.is_new:
        return
    vehicle = target.vehicle
    async for each in work.there.of(vehicle.id):
        yield each
    for plan in await work.plans.of_vehicle(vehicle.id):
        yield There(plan.id, "plan", None, word=canonical(plan.service_type))
    for row in await work.there.reminders(vehicle.id):
        yield There(row.id, "plan", None, word=f"reminder:{row.title.casefold()}")
    for name in vehicle.custom_fields:
        yield There(vehicle.id, "note", None, word=_NUMBERED.sub("", name).casefold())


def _told(row: Any, found: Found, fitted: Fit) -> list[Told]:
    if fitted.kind not in SOURCES or fitted.day is None:
        return []
    if isinstance(found, FoundRecord) and not is_done(found, fitted):
        return []
    source = SOURCES[fitted.kind].value
    said = [(Meter.DISTANCE, fitted.metres)]
    if fitted.kind != "record":
        said.append((Meter.HOURS, fitted.minutes))
    return [
        Told(new_id(), row.id, meter.value, fitted.day, fitted.at, value, source)
        for meter, value in said
        if value is not None
    ]


def is_done(found: FoundRecord, fitted: Fit) -> bool:
    """Work of tomorrow is planned, whatever the file says; money that came back is no work."""
    is_refund = fitted.money is not None and fitted.money.amount_minor < 0
    return found.is_done and "future" not in fitted.codes and not is_refund


def _doubt(judged: Judged) -> None:
    """A row whose reading is not believed is doubtful."""
    for row_id, readings in judged.told.items():
        doubts = [
            doubt
            for each in readings
            if each.status == ReadingStatus.QUARANTINED
            for doubt in each.doubts
        ]
        if doubts:
            verdict = judged.verdicts[row_id]
            verdict.state = RowState.DOUBTFUL
            verdict.codes = tuple(dict.fromkeys([*verdict.codes, *doubts]))


async def judge_skipped(work: Work, *, imported: VehicleImport, car: CarOfFile) -> None:
    """Of a car the person does not want."""
    async for rows in work.import_rows.chunks(imported.id, car=car.key, kinds=APPLICABLE):
        verdicts = [Verdict(row.id, RowState.LEFT_OUT, ("car_skipped",)) for row in rows]
        await work.import_rows.judge(imported.id, verdicts)


async def count(work: Work, *, imported: VehicleImport) -> None:
    """Of all its rows, by state and by kind."""
    total: Counter[str] = Counter(dict.fromkeys(RowState, 0))
    by_kind: dict[str, dict[str, int]] = {}
    for kind, state, rows in await work.import_rows.counts(imported.id):
        total[state] += rows
        by_kind.setdefault(kind, {})[state] = rows
    imported.counts = {
        **{state.value: total[state] for state in RowState},
        "by_kind": by_kind,
    }
    imported.total = sum(total[state] for state in TAKEN)
