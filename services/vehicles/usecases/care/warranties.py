"""What a record's lines are warranted for is told before it ends: a reminder for each line, which goes when the record goes."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.vehicles.domain.care.lines import RecordLine, WarrantyEnd, warranty_end
from services.vehicles.domain.care.records import is_work_done
from services.vehicles.domain.cars.units import DistanceUnit, in_unit
from services.vehicles.storage.care.models import MaintenanceRecord, line_from_row
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.care.reminders import ReminderFacts, add_reminder, remove_reminder
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
    is_doubted: bool,
    language: Language,
) -> None:
    """What was removed or dismissed by hand stays so as long as the line says the same. The caller holds record and vehicle."""
    wanted = {each.key: each for each in _warranted(record, is_doubted=is_doubted)}
    kept = []
    for row in record.warranty_reminders:
        same = wanted.get(row["key"])
        if same is not None and same.due == {name: row[name] for name in same.due}:
            kept.append(row)
            del wanted[row["key"]]
        else:
            with suppress(NotFound):  # its owner was quicker
                await remove_reminder(work, access=access, reminder_id=UUID(row["reminder_id"]))
    for each in wanted.values():
        if _is_over(each.end, work, vehicle):
            continue
        what = TITLE.into(language, what=each.what)[:LONGEST_TITLE]
        reminder_id = new_id()
        facts = ReminderFacts(
            id=reminder_id,
            title=what,
            due_on=each.end.on,
            due_distance=in_unit(each.end.metres, DistanceUnit(vehicle.distance_unit)),
        )
        await add_reminder(work, access=access, vehicle_id=vehicle.id, facts=facts)
        kept.append({"key": each.key, "reminder_id": str(reminder_id), **each.due})
    if kept != record.warranty_reminders:
        record.warranty_reminders = kept


def end_of(record: MaintenanceRecord, line: RecordLine) -> WarrantyEnd | None:
    """As the record says, whether its mileage is believed or not."""
    if line.warranty is None:
        return None
    return warranty_end(line.warranty, since=record.service_date, metres=record.odometer_metres)


def _warranted(record: MaintenanceRecord, *, is_doubted: bool) -> Iterator[_Warranted]:
    """A mileage that is doubted ends nothing."""
    done = is_work_done(RecordStatus(record.status), RecordKind(record.kind))
    if not done or record.trashed_at is not None:
        return
    seen: dict[str, int] = {}
    for row in record.lines:
        line = line_from_row(row, record.currency)
        if line.warranty is None:
            continue
        metres = None if is_doubted else record.odometer_metres
        end = warranty_end(line.warranty, since=record.service_date, metres=metres)
        lasts = line.warranty
        name = "|".join(map(str, (line.description, lasts.months, lasts.km, lasts.mi)))
        seen[name] = seen.get(name, 0) + 1
        if end.is_known:
            yield _Warranted(f"{name}|{seen[name]}", line.description, end)


def _is_over(end: WarrantyEnd, work: Work, vehicle: Vehicle) -> bool:
    """Of an old record typed today: there is nothing to remind of."""
    stands = vehicle.odometer_metres
    by_distance = end.metres is not None and stands is not None and stands >= end.metres
    return by_distance or (end.on is not None and end.on < work.today)
