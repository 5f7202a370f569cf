"""All that moves the plans of a car, read in as many statements for thirty plans as for one, and for twenty cars as for one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.vehicles.domain.care.beats import Done, Pause, Skip, Step, merged
from services.vehicles.domain.care.services import canonical, rests_with_car
from services.vehicles.domain.cars.driving import HOURS
from services.vehicles.domain.cars.forecast import Rate, estimate_rate, position_on
from services.vehicles.domain.cars.lifecycle import Lifecycle, Span, spans
from services.vehicles.domain.cars.odometer import Meter, MeterKind, Reading
from services.vehicles.storage.care.books import CareRows
from services.vehicles.storage.care.models import MaintenancePlan, PlanEntry
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.cars.ledger import rate_of
from services.vehicles.usecases.work import Work


class EntryKind(StrEnum):
    DONE = "done"
    SKIP = "skip"
    PAUSE = "pause"
    RECORD = "record"
    """The owner's yes: that record did this work too."""


@dataclass(frozen=True, slots=True)
class Gauge:
    """What an odometer or an hour meter of a car showed, and how fast it runs; None where nothing is known of that."""

    readings: Sequence[Reading]
    rate: Rate | None

    @property
    def known_rate(self) -> Rate:
        """Of an odometer, which has one always, if only the average car's."""
        if self.rate is None:
            raise ValueError("no such meter")
        return self.rate

    @property
    def last(self) -> Reading | None:
        return self.rate.last if self.rate else max(self.readings, key=_when, default=None)


def _when(reading: Reading) -> tuple[date, int]:
    return reading.read_on, reading.metres


NO_GAUGE = Gauge((), None)
Gauges = tuple[Gauge, Gauge]
"""A car's odometer and its meter of hours."""


@dataclass(slots=True)
class Book:
    """All that moves the plans of one car, read once."""

    vehicle: Vehicle
    odometer: Gauge
    running: Gauge = NO_GAUGE
    records: dict[UUID, Done] = field(default_factory=dict)
    by_service: dict[str, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    laid_up: list[Span] = field(default_factory=list)
    entries: dict[UUID, list[PlanEntry]] = field(default_factory=lambda: defaultdict(list))
    authors: dict[UUID, UUID | None] = field(default_factory=dict)
    """Who wrote each record down."""
    told: dict[UUID, tuple[int | None, int | None]] = field(default_factory=dict)
    """What each completion told the odometer and the hour meter, where that is believed."""

    def note(self, entry: PlanEntry, metres: int | None, minutes: int | None) -> None:
        self.entries[entry.plan_id].append(entry)
        self.told[entry.id] = metres, minutes

    def enter(self, row: Any) -> None:
        """One of `PlanEntryRepository.closing_records`."""
        record_id, _, on, services, metres, minutes, author = row
        self.records[record_id] = Done(record_id, on, metres, minutes)
        self.authors[record_id] = author
        for service in {canonical(service) for service in services}:
            self.by_service[service].append(record_id)


async def open_books(
    work: Work,
    vehicles: Iterable[Vehicle],
    odometers: Mapping[UUID, Gauge] | None,
    *,
    with_phases: bool = True,
) -> dict[UUID, Book]:
    """Of any number of cars in as many statements. The caller has checked whose they are.

    `odometers` None: only what was done is asked for, and no meter is read.
    """
    books = {car.id: Book(car, (odometers or {}).get(car.id, NO_GAUGE)) for car in vehicles}
    fitted = [] if odometers is None else [book.vehicle for book in books.values()]
    for id_, gauge in (await read_hours(work, fitted)).items():
        books[id_].running = gauge
    for row in await work.plan_entries.closing_records(books):
        books[row.vehicle_id].enter(row)
    for entry, metres, minutes in await work.plan_entries.of_vehicles(books):
        books[entry.vehicle_id].note(entry, metres, minutes)
    if with_phases:
        for vehicle_id, phases in (await work.phases.of_each(books)).items():
            books[vehicle_id].laid_up = spans(phases, Lifecycle.LAID_UP)
    return books


def book_of(vehicle: Vehicle, gauges: Gauges, care: CareRows) -> Book:
    """Of a car whose rows are at hand."""
    odometer, running = gauges
    book = Book(vehicle, odometer, running, laid_up=spans(care.phases, Lifecycle.LAID_UP))
    for row in care.records:
        book.enter(row)
    for entry, metres, minutes in care.entries:
        book.note(entry, metres, minutes)
    return book


async def open_book(work: Work, vehicle: Vehicle) -> Book:
    """Of a car that is at hand."""
    ledger = await work.readings.accepted(vehicle.id)
    odometer = Gauge(ledger, rate_of(vehicle, ledger))
    return (await open_books(work, [vehicle], {vehicle.id: odometer}))[vehicle.id]


async def read_hours(work: Work, vehicles: Iterable[Vehicle]) -> dict[UUID, Gauge]:
    """Of those that have an hour meter; of none, no statement."""
    fitted = [car.id for car in vehicles if MeterKind(car.meter).has(Meter.HOURS)]
    if not fitted:
        return {}
    read = await work.readings.accepted_of_each(fitted, Meter.HOURS)
    return {
        id_: Gauge(read.get(id_, []), estimate_rate(read.get(id_, []), typical=HOURS))
        for id_ in fitted
    }


def pauses_of(plan: MaintenancePlan, book: Book) -> tuple[Pause, ...]:
    """Its own, and those of its car while that is laid up; what the law asks for goes on."""
    found = [
        Pause(entry.begins_on, entry.ends_on)
        for entry in book.entries.get(plan.id, ())
        if entry.kind == EntryKind.PAUSE
    ]
    if rests_with_car(plan.service_type):
        found += [Pause(span.since, span.until) for span in book.laid_up]
    return merged(found)


def steps_of(plan: MaintenancePlan, book: Book) -> list[Step]:
    """What was done and left out of a plan's work: its records by their services, those its owner says belong to it, and what was
    done without a record; readings only where the ledger believes them.
    """
    matched = set(book.by_service.get(canonical(plan.service_type), ()))
    steps: list[Step] = []
    for entry in book.entries.get(plan.id, ()):
        match entry.kind:
            case EntryKind.DONE:
                steps.append(_completion(entry, book))
            case EntryKind.SKIP:
                steps.append(
                    Skip(
                        entry.id,
                        entry.begins_on,
                        entry.due_on,
                        entry.due_metres,
                        entry.due_minutes,
                    )
                )
            case EntryKind.RECORD if entry.record_id in book.records:
                matched.add(entry.record_id)
            case _:
                pass  # pauses are part of the rule
    return steps + [book.records[id_] for id_ in matched]


def _completion(entry: PlanEntry, book: Book) -> Done:
    metres, minutes = book.told[entry.id]
    return Done(entry.id, entry.begins_on, metres, minutes, is_record=False)


def stood_at(meter: Gauge, on: date) -> int | None:
    """Where a meter stood that day: between two readings in a straight line, outside of them by its rate."""
    before = max((r for r in meter.readings if r.read_on <= on), key=_when, default=None)
    after = min((r for r in meter.readings if r.read_on >= on), key=_when, default=None)
    if before is not None and after is not None:
        days = (after.read_on - before.read_on).days
        if not days:
            return before.metres
        share = (on - before.read_on).days / days
        return before.metres + round((after.metres - before.metres) * share)
    return position_on(meter.rate, on) if meter.rate else None
