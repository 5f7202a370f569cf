"""What a record's lines are warranted for is told before it ends: a reminder for each line, which goes when the record goes.

The distance at which one ends is counted over all clusters of the car, from what its ledger believes of the work's mileage: it follows
both, whatever order they became known in.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.vehicles.domain.care.lines import RecordLine, WarrantyEnd, warranty_end
from services.vehicles.domain.care.records import is_work_done
from services.vehicles.domain.cars.odometer import ReadingStatus
from services.vehicles.storage.care.models import MaintenanceRecord, line_from_row
from services.vehicles.storage.cars.models import OdometerReading, Vehicle
from services.vehicles.usecases.care.reminders import ReminderFacts, add_reminder, remove_reminder
from services.vehicles.usecases.care.schedule import place_reminder
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.base import Language
from shared.contracts.vehicles import RecordKind, RecordStatus
from shared.errors import NotFound
from shared.ids import new_id
from shared.messages import Text

TITLE = Text(
    fr="Fin de garantie : {what}", en="Warranty ends: {what}", es="Fin de la garantía: {what}"
)
LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class _Warranted:
    key: str
    """The same for the same line, wherever it stands on the paper."""
    what: str
    end: WarrantyEnd

    @property
    def due(self) -> dict[str, Any]:
        return {
            "due_on": self.end.on.isoformat() if self.end.on else None,
            "due_metres": self.end.metres,
        }


async def follow_warranties(
    work: Work,
    *,
    access: Access,
    record: MaintenanceRecord,
    vehicle: Vehicle,
    reading: OdometerReading | None,
    language: Language,
) -> None:
    """Of a record that was described anew. What was removed or dismissed by hand stays so as long as the line says the same. The caller
    holds record and vehicle.
    """
    wanted = _wanted(record, await _travelled(work, vehicle, reading))
    kept = []
    for row in record.warranty_reminders:
        same = wanted.get(row["key"])
        if same is not None and same.due == {name: row[name] for name in same.due}:
            kept.append(row)
            del wanted[row["key"]]
        else:
            await _forget(work, access, row)
    kept += await _remind(work, access, vehicle, list(wanted.values()), language)
    _keep(record, kept)


async def forget_warranties(work: Work, *, access: Access, record: MaintenanceRecord) -> None:
    """Of a record that goes to another car, where they begin anew."""
    for row in record.warranty_reminders:
        await _forget(work, access, row)
    _keep(record, [])


async def follow_ends(
    work: Work, vehicle: Vehicle, warranted: Sequence[tuple[MaintenanceRecord, int | None]]
) -> None:
    """After the car's ledger, before its reminders are placed: the work's mileage is believed or doubted now, or stands on another
    cluster. The warranty is the same, so its reminder stays, is not told anew, and only moves.
    """
    owner = Access(vehicle.owner_id)
    for record, metres in warranted:
        wanted = _wanted(record, metres)
        kept = []
        for row in record.warranty_reminders:
            same = wanted.pop(row["key"], None)
            if same is None:
                await _forget(work, owner, row)
            else:
                kept.append(await _moved(work, vehicle, row, same))
        late = [each for each in wanted.values() if each.end.metres is not None]
        if late:
            kept += await _remind(work, owner, vehicle, late, await _speaks(work, owner))
        _keep(record, kept)


async def _moved(
    work: Work, vehicle: Vehicle, row: dict[str, Any], to: _Warranted
) -> dict[str, Any]:
    if to.due == {name: row[name] for name in to.due}:
        return row
    reminder = await work.reminders.find(UUID(row["reminder_id"]))
    if reminder is not None:  # else somebody has removed it
        reminder.due_metres = to.end.metres
        reminder.version += 1
        reminder.updated_at = work.now
        await place_reminder(work, reminder=reminder, vehicle=vehicle)
    return row | to.due


async def _forget(work: Work, access: Access, row: dict[str, Any]) -> None:
    with suppress(NotFound):  # its owner was quicker
        await remove_reminder(work, access=access, reminder_id=UUID(row["reminder_id"]))


async def _remind(
    work: Work,
    access: Access,
    vehicle: Vehicle,
    wanted: Sequence[_Warranted],
    language: Language,
) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    ledger = await work.readings.accepted(vehicle.id) if wanted else []
    travelled = ledger[-1].metres if ledger else None
    for each in wanted:
        if _is_over(each.end, travelled, work.today):
            continue
        reminder_id = new_id()
        facts = ReminderFacts(
            id=reminder_id,
            title=TITLE.into(language, what=each.what)[:LONGEST_TITLE],
            due_on=each.end.on,
            due_metres=each.end.metres,
        )
        await add_reminder(work, access=access, vehicle_id=vehicle.id, facts=facts)
        made.append({"key": each.key, "reminder_id": str(reminder_id), **each.due})
    return made


def _keep(record: MaintenanceRecord, kept: list[dict[str, Any]]) -> None:
    if kept != record.warranty_reminders:
        record.warranty_reminders = kept


async def _speaks(work: Work, access: Access) -> Language:
    known = await work.owners.of(access)
    return Language(known.language) if known else Language.FR


async def _travelled(work: Work, vehicle: Vehicle, reading: OdometerReading | None) -> int | None:
    """What the car had travelled by a reading that is believed; a mileage that is doubted ends nothing."""
    if reading is None or reading.status != ReadingStatus.ACCEPTED:
        return None
    clusters = {row.id: row for row in await work.segments.of_vehicle(vehicle.id)}
    shown_by = clusters.get(reading.segment_id) if reading.segment_id else None
    return reading.metres + (shown_by.offset_metres if shown_by else 0)


def end_of(record: MaintenanceRecord, line: RecordLine) -> WarrantyEnd | None:
    """As the record says, whether its mileage is believed or not."""
    if line.warranty is None:
        return None
    return warranty_end(line.warranty, since=record.service_date, metres=record.odometer_metres)


def _wanted(record: MaintenanceRecord, metres: int | None) -> dict[str, _Warranted]:
    """`metres`: what the car had travelled; None where nobody knows."""
    return {each.key: each for each in _warranted(record, metres)}


def _warranted(record: MaintenanceRecord, metres: int | None) -> Iterator[_Warranted]:
    done = is_work_done(RecordStatus(record.status), RecordKind(record.kind))
    if not done or record.trashed_at is not None:
        return
    seen: dict[str, int] = {}
    for row in record.lines:
        line = line_from_row(row, record.currency)
        if line.warranty is None:
            continue
        end = warranty_end(line.warranty, since=record.service_date, metres=metres)
        lasts = line.warranty
        name = "|".join(map(str, (line.description, lasts.months, lasts.km, lasts.mi)))
        seen[name] = seen.get(name, 0) + 1
        if end.is_known:
            yield _Warranted(f"{name}|{seen[name]}", line.description, end)


def _is_over(end: WarrantyEnd, travelled: int | None, today: date) -> bool:
    """Of an old record typed today: there is nothing to remind of."""
    by_distance = end.metres is not None and travelled is not None and travelled >= end.metres
    return by_distance or (end.on is not None and end.on < today)
