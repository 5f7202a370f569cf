import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from services.vehicles.domain.care.services import service_name
from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.cars.units import DistanceUnit, in_unit
from services.vehicles.domain.moving import headings as words
from services.vehicles.domain.moving.tables import Cell, csv_of, workbook_of
from services.vehicles.domain.running.periods import Period
from services.vehicles.errors.moving_out import ExportTooLong
from services.vehicles.storage.care.models import MaintenanceRecord, line_from_row
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.base import Language
from shared.messages import Text
from shared.money import Money

MOST_ROWS: Final = 10_000
COLUMNS: Final[Sequence[Text]] = (
    *(words.DAY, words.CAR, words.PLATE, words.WORK, words.TITLE, words.KIND, words.STATUS),
    *(words.ODOMETER, words.UNIT, words.COST, words.TAX, words.CURRENCY, words.GARAGE),
    *(words.INVOICE, words.DESCRIPTION, words.LINES, words.PAPERS),
)


class SheetFormat(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


MEDIA_TYPES: Final = {
    SheetFormat.CSV: "text/csv; charset=utf-8",
    SheetFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    content: bytes
    file_name: str
    media_type: str


async def export_maintenances(
    work: Work,
    *,
    access: Access,
    vehicle_id: UUID | None,
    period: Period,
    form: SheetFormat,
    language: Language,
) -> Sheet:
    """Of one car, or of all of which they may take tables; two statements. Raises NotFound, RoleInsufficient, ExportTooLong."""
    if vehicle_id is not None:
        await work.vehicles.one_for(access, vehicle_id, May.EXPORT_CSV)
    found = await work.sheets.rows(
        access, vehicle_id=vehicle_id, since=period.first, until=period.last, most=MOST_ROWS
    )
    if len(found) > MOST_ROWS:
        raise ExportTooLong(most=MOST_ROWS)
    headers = [text.into(language) for text in COLUMNS]
    rows = [_row(record, car, language) for record, car in found]
    name = f"autotrack-{words.FILE.into(language)}-{work.today:%Y-%m-%d}.{form}"
    if form is SheetFormat.CSV:
        content = await asyncio.to_thread(csv_of, headers, rows)
    else:
        title = words.SHEET.into(language)
        content = await asyncio.to_thread(workbook_of, title, headers, rows)
    return Sheet(content, name, MEDIA_TYPES[form])


def _row(record: MaintenanceRecord, car: Vehicle, language: Language) -> list[Cell]:
    services: list[str] = record.services or [record.service_type]
    day: date = record.service_date
    unit = DistanceUnit(car.distance_unit)
    return [
        day,
        car.name,
        car.plate,
        ", ".join(_service(each, language) for each in services),
        record.title,
        _said(words.RECORD_KINDS, record.kind, language),
        _said(words.STATUSES, record.status, language),
        in_unit(record.odometer_metres, unit),
        unit.value if record.odometer_metres is not None else None,
        record.cost.amount if record.cost else None,
        record.tax.amount if record.tax else None,
        record.currency if record.cost or record.tax else None,
        record.garage,
        record.invoice_number,
        record.description,
        "\n".join(_line(row, record.currency) for row in record.lines) or None,
        len(record.document_ids),
    ]


def _said(texts: Mapping[str, Text], word: str, language: Language) -> str:
    text = texts.get(word)
    return text.into(language) if text else word


def _service(word: str, language: Language) -> str:
    name = service_name(word)
    return name.into(language) if name else word


def _line(row: dict[str, Any], currency: str | None) -> str:
    line = line_from_row(row, currency)
    parts = [line.description]
    if line.quantity is not None:
        parts.append(f"× {line.quantity:f}")
    if line.total is not None:
        parts.append(f"= {_money(line.total)}")
    elif line.unit_price is not None:
        parts.append(f"× {_money(line.unit_price)}")
    return " ".join(parts)


def _money(money: Money) -> str:
    return f"{money.text} {money.currency}"
