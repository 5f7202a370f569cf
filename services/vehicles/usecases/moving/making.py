"""How each form of an export is made: what it needs is read in one short transaction, and the file made outside of any."""

import asyncio
import hashlib
import io
import re
import zipfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import orjson

from services.vehicles.clients.printer import PaperToPrint, PrintOrder
from services.vehicles.domain.cars.odometer import Meter
from services.vehicles.domain.moving import headings as words
from services.vehicles.domain.moving import history_words
from services.vehicles.domain.moving.book import Book, Entry, EntryKind, Paper
from services.vehicles.domain.moving.bundles import packed
from services.vehicles.domain.moving.history import Printed, history_facts, title_of
from services.vehicles.domain.moving.history_figures import Consumed, CostTable
from services.vehicles.domain.moving.passport import Issuer, issued
from services.vehicles.domain.moving.plain_rows import told, without_costs
from services.vehicles.domain.moving.receipts import Why, said
from services.vehicles.domain.moving.tables import Cell, csv_of
from services.vehicles.domain.running.expenses import View
from services.vehicles.domain.running.figures import teller_of
from services.vehicles.errors.running import PeriodTooLong
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.storage.moving.exports import CarExport, Receipt
from services.vehicles.usecases.cars.owners import stand_by
from services.vehicles.usecases.moving.book import read_book
from services.vehicles.usecases.moving.car_exports import ExportFormat, MadeFile, cars_of
from services.vehicles.usecases.moving.receipts import Collected, read_collected
from services.vehicles.usecases.moving.trip_pages import read_trip_pages
from services.vehicles.usecases.running.costs import Ask, read_costs
from services.vehicles.usecases.running.series import read_series
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.base import Language
from shared.messages import texts_in

Make = Callable[[], Awaitable[MadeFile]]
ZIP, JSON, PDF = "application/zip", "application/json", "application/pdf"
EXPORT_FORMAT: Final = "autotrack/export"
BELOW_ZERO: Final = re.compile(r"-\d{1,18}(\.\d{1,6})?")


async def plan_file(work: Work, *, export: CarExport) -> Make:
    """Reads all that is needed, and answers what makes the file of it. Raises NotFound, RoleInsufficient."""
    cars = await cars_of(work, export)
    work.stand_in(await work.owners.zone_of(Access(export.account_id)))
    if export.vehicle_id is not None:
        await stand_by(work, cars[0], Access(export.account_id))
    match ExportFormat(export.format):
        case ExportFormat.CSV | ExportFormat.JSON:
            return await _plan_tables(work, export, cars)
        case ExportFormat.PDF:
            return await _plan_history(work, export, cars[0])
        case ExportFormat.PASSPORT:
            return await _plan_passport(work, export, cars[0])
        case ExportFormat.TRIPS:
            return await _plan_trips(work, export, cars[0])


def _named(what: str, made_on: date, ending: str) -> str:
    return f"autotrack-{what}-{made_on:%Y-%m-%d}.{ending}"


def _word(text: str) -> str:
    kept = "".join(letter if letter.isalnum() else "-" for letter in text.lower())
    return "-".join(filter(None, kept.split("-")))[:60] or "car"


def _file(content: bytes, name: str, media_type: str) -> MadeFile:
    return MadeFile(content, name, media_type, hashlib.sha256(content).digest())


@dataclass(frozen=True, slots=True)
class _Car:
    id: UUID
    name: str
    tables: Mapping[str, Sequence[Mapping[str, Any]]]


async def _plan_tables(work: Work, export: CarExport, cars: Sequence[Vehicle]) -> Make:
    found = []
    for car in cars:
        rows = await work.car_rows.frozen(car.id)
        tables: Mapping[str, Any] = {name: told(name, each) for name, each in rows.items()}
        if not export.with_costs:
            tables = without_costs(tables)
        found.append(_Car(car.id, car.name, tables))
    language, at, form = Language(export.language), work.now, ExportFormat(export.format)
    with_costs, made_on = export.with_costs, work.today
    what = _word(found[0].name) if export.vehicle_id and found else "vehicles"

    async def make() -> MadeFile:
        if form is ExportFormat.JSON:
            content = await asyncio.to_thread(_json, found, at, with_costs)
            return _file(content, _named(what, made_on, "json"), JSON)
        content = await asyncio.to_thread(_zip_of_tables, found, language)
        return _file(content, _named(what, made_on, "zip"), ZIP)

    return make


def _json(cars: Sequence[_Car], at: datetime, with_costs: bool) -> bytes:  # noqa: FBT001 - a fact of the file
    whole = {
        "format": EXPORT_FORMAT,
        "version": 1,
        "made_at": at.isoformat(timespec="seconds"),
        "with_costs": with_costs,
        "vehicles": [{"id": str(car.id), "name": car.name, "tables": car.tables} for car in cars],
    }
    return orjson.dumps(whole, option=orjson.OPT_INDENT_2)


def _zip_of_tables(cars: Sequence[_Car], language: Language) -> bytes:
    """A table of all cars in one file; empty ones are left out."""
    out = io.BytesIO()
    names = dict.fromkeys(name for car in cars for name in car.tables)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("README.txt", words.README.into(language))
        for name in names:
            rows = [(car, row) for car in cars for row in car.tables.get(name, ())]
            if not rows:
                continue
            columns = list(dict.fromkeys(column for _, row in rows for column in row))
            table = [
                [car.name, *(_cell(row.get(column)) for column in columns)] for car, row in rows
            ]
            bundle.writestr(f"{name}.csv", csv_of(["vehicle", *columns], table))
    return out.getvalue()


def _cell(value: Any) -> Cell:
    """A number below zero is no formula."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return Decimal(value) if BELOW_ZERO.fullmatch(value) else value
    if value is None or isinstance(value, int):
        return value
    return orjson.dumps(value).decode() if value else None


async def _plan_history(work: Work, export: CarExport, car: Vehicle) -> Make:
    book = await read_book(work, vehicle=car, with_costs=export.with_costs)
    language, made_on = Language(export.language), work.today
    collected = await read_collected(work, export=export, book=book)
    numbers = {id_: number for number, id_ in enumerate(book.document_ids, start=1)}
    facts = history_facts(
        book,
        await _printed(work, export, car, book, numbers),
        language=language,
        made_on=made_on,
        with_costs=export.with_costs,
    )
    order = PrintOrder(
        template="history",
        title=f"{history_words.TITLE.into(language)} – {car.name}",
        language=language,
        words=texts_in(history_words, language),
        facts=facts,
        papers=_to_print(book, numbers, collected, language) if export.with_receipts else [],
    )
    name, printer = _named(_word(car.name), made_on, "pdf"), work.clients.printer

    async def make() -> MadeFile:
        pages = await printer.print(order)
        unshown = {id_: Why.DAMAGED for id_, number in numbers.items() if number in pages.unshown}
        made = _file(pages.content, name, PDF)
        return replace(made, receipts=pages.papers, missing={**collected.missing, **unshown})

    return make


async def _plan_trips(work: Work, export: CarExport, car: Vehicle) -> Make:
    pages = await read_trip_pages(work, export)
    language, printer = Language(export.language), work.clients.printer
    order = PrintOrder("trips", pages.title, language, pages.words, pages.facts)
    name = _named(f"{_word(car.name)}-trips-{export.year}", work.today, "pdf")

    async def make() -> MadeFile:
        return _file((await printer.print(order)).content, name, PDF)

    return make


def _to_print(
    book: Book, numbers: Mapping[UUID, int], collected: Collected, language: Language
) -> list[PaperToPrint]:
    """Each once, told by the first entry it belongs to."""
    found: dict[UUID, PaperToPrint] = {}
    for entry in book.entries:
        for id_ in book.papers.get(str(entry.id), ()):
            receipt, why = collected.receipts.get(id_), collected.missing.get(id_)
            found.setdefault(
                id_,
                PaperToPrint(
                    number=numbers[id_],
                    name=receipt.file_name if receipt else None,
                    on=entry.on,
                    what=title_of(entry, language),
                    media_type=receipt.media_type if receipt else None,
                    content=receipt.content if receipt else None,
                    why=said(why, language) if why else None,
                ),
            )
    return list(found.values())


async def _printed(
    work: Work, export: CarExport, car: Vehicle, book: Book, numbers: Mapping[UUID, int]
) -> Printed:
    ledgers = await work.readings.of_period([car.id], date.min, work.today)
    of_hours = await work.readings.of_period([car.id], date.min, work.today, Meter.HOURS)
    ledger, hours = ledgers.get(car.id, []), of_hours.get(car.id, [])
    return Printed(
        costs=await _costs(work, export, car, book) if export.with_costs else None,
        consumed=await _consumed(work, export, car),
        mileage=[(each.read_on, each.metres) for each in ledger],
        hours=[(each.read_on, each.metres) for each in hours],
        numbers=numbers if export.with_receipts else {},
        fills=sum(1 for entry in book.entries if entry.kind is EntryKind.FILL),
        readings=len(ledger) + len(hours),
    )


async def _costs(work: Work, export: CarExport, car: Vehicle, book: Book) -> CostTable | None:
    days = [entry.on for entry in book.entries if _costs_something(entry)]
    if not days:
        return None
    ask = Ask(min(days).replace(month=1, day=1), work.today, View.ON_DAY)
    try:
        costs = await read_costs(work, access=Access(export.account_id), vehicle_id=car.id, ask=ask)
    except PeriodTooLong:
        return None
    spending = costs.spending
    categories = [category for category, spent in spending.categories.items() if spent.converted]
    years: dict[int, list[int]] = {}
    for month in spending.months:
        row = years.setdefault(int(month[:4]), [0] * len(categories))
        for place, category in enumerate(categories):
            row[place] += spending.of(month, category).converted
    rows = [(year, years[year]) for year in sorted(years, reverse=True) if any(years[year])]
    if not rows:
        return None
    return CostTable(spending.currency, categories, rows, sorted(spending.missing))


def _costs_something(entry: Entry) -> bool:
    return any(name in entry.facts for name in ("cost", "total", "amount"))


async def _consumed(work: Work, export: CarExport, car: Vehicle) -> list[Consumed]:
    try:
        series = await read_series(
            work, access=Access(export.account_id), vehicle_id=car.id, since=None, until=None
        )
    except PeriodTooLong:
        return []
    teller = teller_of(
        None, None, distance_unit=series.of.distance_unit, in_gallons=series.of.in_gallons
    )
    found = []
    for figures in series.of.consumption.figures:
        history, sums = figures.history, figures.sums
        if not history.chain.moves or not sums.metres:
            continue
        measure = history.chain.measure
        months = [
            (month.first, teller.consumption(taken.sums.quantity, taken.sums.metres, measure))
            for month in series.months
            for taken in month.taken
            if taken.history is history
        ]
        _, unit, _ = teller.units(measure)
        overall = teller.consumption(sums.quantity, sums.metres, measure)
        found.append(Consumed(history.energies[0].value, unit.value, overall, months))
    return found


async def _plan_passport(work: Work, export: CarExport, car: Vehicle) -> Make:
    book = await read_book(work, vehicle=car, with_costs=export.with_costs)
    collected = await read_collected(work, export=export, book=book)
    papers = {
        entry: [_paper(id_, collected.receipts.get(id_)) for id_ in ids]
        for entry, ids in book.papers.items()
    }
    base = work.settings.public_url.rstrip("/")
    by = Issuer.at(base, work.settings.passport_key.get_secret_value())
    at, language, with_costs = work.now, Language(export.language), export.with_costs
    readme = history_words.PASSPORT_README.into(
        language, car=car.name, issuer=base, page=f"{base}/passport"
    )
    name = _named(f"{_word(car.name)}-passport", work.today, "zip")

    async def make() -> MadeFile:
        passport = await asyncio.to_thread(
            issued, book, papers, by=by, at=at, with_costs=with_costs
        )
        every = [paper for each in papers.values() for paper in each]
        content = await asyncio.to_thread(packed, passport, every, readme)
        there = len({paper.document_id for paper in every if paper.content})
        return replace(_file(content, name, ZIP), receipts=there, missing=collected.missing)

    return make


def _paper(document_id: UUID, receipt: Receipt | None) -> Paper:
    if receipt is None:
        return Paper(document_id)
    digest = hashlib.sha256(receipt.content).hexdigest()
    return Paper(document_id, receipt.file_name, receipt.media_type, digest, receipt.content)
