"""A row of an import becomes a thing of a car: described as if somebody had typed it, by the same use cases."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from services.vehicles.domain.care.lines import LineKind, RecordLine
from services.vehicles.domain.care.services import is_known
from services.vehicles.domain.moving.fitting import THOUSANDTHS_A_PERCENT, Fit, money_of
from services.vehicles.domain.moving.found import (
    Found,
    FoundExpense,
    FoundFill,
    FoundLineKind,
    FoundRecord,
)
from services.vehicles.domain.moving.neutral import LONGEST, clean
from services.vehicles.domain.running.amounts import Third
from services.vehicles.domain.running.expenses import Category, Every
from services.vehicles.storage.care.models import MaintenanceRecord
from services.vehicles.storage.running.expenses import Expense
from services.vehicles.storage.running.models import Fill
from services.vehicles.usecases.care.maintenance import RecordFacts, new_record
from services.vehicles.usecases.moving.judging import is_done, services_of
from services.vehicles.usecases.moving.targets import Target
from services.vehicles.usecases.moving.weighing import Told
from services.vehicles.usecases.running.describing import FillFacts, describe
from services.vehicles.usecases.running.expenses import ExpenseFacts, new_expense
from services.vehicles.usecases.running.fills import new_fill
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.vehicles import RecordKind, RecordStatus
from shared.ids import new_id
from shared.money import Money

LONGEST_LINE: Final = 200
MOST_LINES: Final = 100
LINE_KINDS: Final[Mapping[FoundLineKind, LineKind]] = {
    FoundLineKind.PART: LineKind.PART,
    FoundLineKind.LABOUR: LineKind.LABOUR,
    FoundLineKind.OTHER: LineKind.OTHER,
}
GENERAL: Final = {"repair": "repair", "service": "general_service"}
"""Of a file's category, where its title names nothing we know."""


async def land_fill(
    work: Work, access: Access, target: Target, found: FoundFill, fitted: Fit
) -> Fill:
    vehicle = target.vehicle
    fill = new_fill(work, access, vehicle, new_id())
    currency = fitted.money.currency if fitted.money else found.currency or target.terms.currency
    facts: FillFacts = {
        "vehicle_id": vehicle.id,
        "day": fitted.day,
        "at": fitted.at,
        "energy": fitted.energy,
        "unit": fitted.unit,
        "quantity": fitted.quantity,
        "unit_price": fitted.unit_price,
        "total": None if fitted.is_worked_out else fitted.money,
        "currency": currency,
        "is_full": found.is_full,
        "missed_before": found.missed_before,
        "station": line_of(found.station),
        "note": note_of(found),
        "level_after": _level(found.level_after),
    }
    await describe(work, fill=fill, vehicle=vehicle, facts=facts, tariff=None)
    if fitted.is_worked_out and fitted.money is not None:
        fill.total_minor, fill.derived = fitted.money.amount_minor, Third.TOTAL
    fill.odometer_metres, fill.engine_minutes = fitted.metres, fitted.minutes
    fill.other_metres = fitted.other_metres
    return fill


def _level(percent: Decimal | None) -> int | None:
    if percent is None or not 0 <= percent <= 100:  # noqa: PLR2004 - per cent
        return None
    return round(percent * THOUSANDTHS_A_PERCENT)


async def land_record(
    work: Work, access: Access, target: Target, found: FoundRecord, fitted: Fit
) -> MaintenanceRecord:
    vehicle, title = target.vehicle, line_of(found.title)
    titles = [title or "-", *(each.title for each in found.lines)]
    known = [each for each in found.services if is_known(each)] or [
        each for one in titles for each in services_of(one, vehicle.fuel_type)
    ]
    services = list(dict.fromkeys(known)) or [GENERAL.get(found.category or "", "other")]
    facts: RecordFacts = {
        "vehicle_id": vehicle.id,
        "service_date": fitted.day or work.today,
        "services": services,
        "title": title if title or found.services else "-",
        "description": note_of(found),
        "garage": line_of(found.garage),
        "status": RecordStatus.COMPLETED,
        "cost": fitted.money if found.total is not None or not found.lines else None,
        "lines": _lines(found, fitted),
        "prices_include_tax": True,
    }
    if fitted.money is not None and fitted.money.amount_minor < 0:
        facts["kind"] = RecordKind.REFUND
    is_ahead = "future" in fitted.codes or not found.is_done
    if is_ahead:  # planned work may be long overdue, which nobody who types it may say
        facts["service_date"] = min(facts["service_date"], work.today)
    record = await new_record(work, access=access, vehicle=vehicle, facts=facts)
    if is_ahead:
        record.status, record.service_date = RecordStatus.SCHEDULED, fitted.day or work.today
    record.odometer_metres = fitted.metres if is_done(found, fitted) else None
    return record


def _lines(found: FoundRecord, fitted: Fit) -> Sequence[RecordLine]:
    currency = fitted.money.currency if fitted.money else None
    return [
        RecordLine(
            LINE_KINDS[each.kind],
            line_of(each.title) or "-",
            None,
            None,
            money_of(each.amount, currency)[0] if each.amount is not None and currency else None,
        )
        for each in found.lines[:MOST_LINES]
    ]


async def land_expense(
    work: Work, access: Access, target: Target, found: FoundExpense, fitted: Fit
) -> Expense:
    known = {category.value for category in Category}
    facts: ExpenseFacts = {
        "vehicle_id": target.vehicle.id,
        "category": Category(found.category) if found.category in known else Category.OTHER,
        "amount": fitted.money or Money(0, "EUR"),
        "title": line_of(found.title),
        "note": note_of(found),
        "document_ids": [],
    }
    day = fitted.day or work.today
    if found.ends_on is not None and found.ends_on >= day:
        facts["contract"] = {
            "starts_on": day,
            "ends_on": found.ends_on,
            "every": Every.ONCE,
            "spread": True,
        }
    else:
        facts["spent_on"] = day
    return await new_expense(work, access=access, vehicle=target.vehicle, facts=facts)


def reading_of(
    work: Work,
    access: Access,
    target: Target,
    told: Told,
    *,
    origin_id: UUID | None = None,
    record_id: UUID | None = None,
    note: str | None = None,
) -> dict[str, Any]:
    """A row of the table: of tens of thousands none is an object first."""
    vehicle = target.vehicle
    return {
        "id": told.id,
        "owner_id": vehicle.owner_id,
        "vehicle_id": vehicle.id,
        "made_by": access.person,
        "meter": told.meter,
        "read_on": told.read_on,
        "read_time": told.read_time,
        "metres": told.metres,
        "unit": vehicle.distance_unit if told.meter == "distance" else None,
        "status": told.status,
        "source": told.source,
        "doubts": told.doubts,
        "vouched": False,
        "derived": False,
        "segment_id": told.segment_id,
        "record_id": record_id,
        "origin_id": origin_id,
        "note": note,
        "created_at": work.now,
        "updated_at": work.now,
    }


def line_of(text: str | None) -> str | None:
    """One line, as names and titles are."""
    kept = " ".join(clean(text or "", LONGEST).split())[:LONGEST_LINE].rstrip()
    return kept or None


def note_of(found: Found) -> str | None:
    """What we have no room for stands below the note: tags, and the file's own fields."""
    said = [clean(found.note or "")]
    said += [" ".join(f"#{tag}" for tag in found.tags)] if found.tags else []
    said += [f"{name}: {value}" for name, value in found.extra.items() if value]
    return clean("\n".join(filter(None, said))) or None
