"""What a car has already, as far as an import is compared with it; and taking out again what one made."""

from collections.abc import AsyncIterator, Collection, Sequence
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import delete, exists, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.vehicles.domain.cars.odometer import Meter, ReadingStatus
from services.vehicles.domain.moving.matching import There
from services.vehicles.storage.authorship import tables
from services.vehicles.storage.care.models import MaintenancePlan, MaintenanceRecord
from services.vehicles.storage.care.reminder_models import Occurrence, ReadingRequest, Reminder
from services.vehicles.storage.cars.models import OdometerReading
from services.vehicles.storage.running.expenses import Expense
from services.vehicles.storage.running.models import Fill

FETCHED: Final = 5_000
MODELS: Final[dict[str, Any]] = {
    "fill": Fill,
    "record": MaintenanceRecord,
    "expense": Expense,
    "reading": OdometerReading,
    "plan": MaintenancePlan,
    "reminder": Reminder,
}


class ThereRepository:
    """Of cars the caller holds, or has seen as a manager."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def of(self, vehicle_id: UUID) -> AsyncIterator[There]:
        """All but plans and notes; what lies in the trash is not there."""
        async for row in self._rows(_fills(vehicle_id)):
            yield There(
                *(row.id, "fill", row.day, row.at, row.odometer_metres, row.engine_minutes),
                row.quantity,
            )
        async for row in self._rows(_records(vehicle_id)):
            yield There(
                row.id,
                "record",
                row.service_date,
                metres=row.odometer_metres,
                measure=row.cost_minor,
            )
        async for row in self._rows(_expenses(vehicle_id)):
            yield There(row.id, "expense", row.spent_on, measure=row.amount_minor)
        async for row in self._rows(_readings(vehicle_id)):
            is_distance = row.meter == Meter.DISTANCE
            yield There(
                row.id,
                "reading",
                row.read_on,
                row.read_time,
                row.metres if is_distance else None,
                None if is_distance else row.metres,
            )

    async def _rows(self, statement: Any) -> AsyncIterator[Any]:
        """Some at a time: a car may have as many as a file brings."""
        key = statement.selected_columns["id"]
        last: UUID | None = None
        while True:
            asked = statement if last is None else statement.where(key > last)
            rows = (await self.session.execute(asked.order_by(key).limit(FETCHED))).all()
            for row in rows:
                yield row
            if len(rows) < FETCHED:
                return
            last = rows[-1].id

    async def keep(self, things: Sequence[Any], readings: Sequence[dict[str, Any]]) -> None:
        """What was described and is in no session, and the readings it tells: in as few statements as there are tables."""
        rows: dict[Any, list[dict[str, Any]]] = {OdometerReading.__table__: list(readings)}
        for thing in things:
            table = type(thing).__table__
            names = table.columns.keys()
            said = {name: value for name, value in thing.__dict__.items() if name in names}
            rows.setdefault(table, []).append(said)
        for table, mine in rows.items():
            if mine:
                names = set().union(*mine)
                even = [{name: row.get(name) for name in names} for row in mine]
                await self.session.execute(table.insert(), even)

    async def reminders(self, vehicle_id: UUID) -> Sequence[Any]:
        statement = select(Reminder.id, Reminder.title).where(Reminder.vehicle_id == vehicle_id)
        return (await self.session.execute(statement)).all()

    async def cars_of(self, kind: str, ids: Collection[UUID]) -> set[UUID]:
        model = MODELS[kind]
        statement = select(model.vehicle_id).where(model.id.in_(list(ids))).distinct()
        return set((await self.session.scalars(statement)).all())

    async def remove(self, kind: str, ids: Collection[UUID], vehicle_ids: Collection[UUID]) -> None:
        """With the readings they told. Deleted by the rows, so that each leaves its tombstone."""
        model, these, cars = MODELS[kind], list(ids), list(vehicle_ids)
        told = or_(OdometerReading.origin_id.in_(these), OdometerReading.record_id.in_(these))
        await self.session.execute(
            delete(OdometerReading).where(OdometerReading.vehicle_id.in_(cars), told)
        )
        await self.session.execute(
            delete(model).where(model.vehicle_id.in_(cars), model.id.in_(these))
        )

    async def forget_occurrences(self, what_id: UUID) -> None:
        await self.session.execute(delete(Occurrence).where(Occurrence.what_id == what_id))

    async def remembered(self, vehicle_id: UUID) -> dict[str, Any]:
        """What is not worked out of a car's history but remembered beside it: what moved its plans last, and each time one fell due."""
        said = {"car": vehicle_id}
        plans = (await self.session.execute(_PLANS, said)).scalar_one()
        return {
            "plans": plans,
            "occurrences": (await self.session.execute(_OCCURRENCES, said)).scalar_one(),
            "requests": (await self.session.execute(_REQUESTS, said)).scalar_one(),
        }

    async def remember(self, vehicle_id: UUID, remembered: dict[str, Any]) -> None:
        """As it was; a calendar's entries count on, so that every calendar takes the change."""
        said = {
            "car": vehicle_id,
            "plans": orjson.dumps(remembered["plans"]).decode(),
            "rows": orjson.dumps(remembered["occurrences"]).decode(),
            "requests": orjson.dumps(remembered["requests"]).decode(),
        }
        for statement in _REMEMBER:
            names = statement.compile().params.keys()
            await self.session.execute(statement, {name: said[name] for name in names})
        for row in list(self.session.identity_map.values()):
            if isinstance(row, Occurrence | MaintenancePlan | ReadingRequest):
                self.session.expunge(row)

    async def has_anything(self, vehicle_id: UUID) -> bool:
        """Made by people, in any wing."""
        for table in tables():
            mine = exists().where(table.c["vehicle_id"] == vehicle_id)
            if await self.session.scalar(select(mine)):
                return True
        return False


_PLANS = text(
    """SELECT coalesce(jsonb_agg(jsonb_build_object('id', id, 'closed_by', closed_by, 'reopened_by', reopened_by,
    'occurrence', occurrence) ORDER BY id), '[]') FROM maintenance_plan WHERE vehicle_id = :car"""
)
_OCCURRENCES = text(
    "SELECT coalesce(jsonb_agg(to_jsonb(o) - 'changed_in' ORDER BY id), '[]') FROM occurrence AS o WHERE vehicle_id = :car"
)
_REQUESTS = text(
    "SELECT coalesce(jsonb_agg(to_jsonb(r)), '[]') FROM reading_request AS r WHERE vehicle_id = :car"
)
_REMEMBER = (
    text("DELETE FROM reading_request WHERE vehicle_id = :car"),
    text(
        """INSERT INTO reading_request SELECT (jsonb_populate_record(null::reading_request, was)).*
        FROM jsonb_array_elements(CAST(:requests AS jsonb)) AS was"""
    ),
    text(
        """UPDATE maintenance_plan AS p SET closed_by = was.closed_by, reopened_by = was.reopened_by, occurrence = was.occurrence
        FROM jsonb_to_recordset(CAST(:plans AS jsonb)) AS was(id uuid, closed_by uuid, reopened_by uuid, occurrence text)
        WHERE p.id = was.id AND p.vehicle_id = :car"""
    ),
    text(
        """WITH gone AS (DELETE FROM occurrence WHERE vehicle_id = :car RETURNING id, sequence)
        SELECT set_config('autotrack.sequences', coalesce(jsonb_object_agg(id, sequence), '{}')::text, true) FROM gone"""
    ),
    text(
        """INSERT INTO occurrence SELECT (jsonb_populate_record(null::occurrence, was || jsonb_build_object('changed_in', 0,
        'entry_digest', '', 'sequence', coalesce((current_setting('autotrack.sequences')::jsonb ->> (was ->> 'id'))::int,
        (was ->> 'sequence')::int)))).* FROM jsonb_array_elements(CAST(:rows AS jsonb)) AS was"""
    ),
)


def _fills(vehicle_id: UUID) -> Any:
    return select(
        *(Fill.id, Fill.day, Fill.at, Fill.odometer_metres, Fill.engine_minutes, Fill.quantity)
    ).where(Fill.vehicle_id == vehicle_id, Fill.trashed_at.is_(None))


def _records(vehicle_id: UUID) -> Any:
    record = MaintenanceRecord
    return select(record.id, record.service_date, record.odometer_metres, record.cost_minor).where(
        record.vehicle_id == vehicle_id, record.trashed_at.is_(None)
    )


def _expenses(vehicle_id: UUID) -> Any:
    return select(Expense.id, Expense.spent_on, Expense.amount_minor).where(
        Expense.vehicle_id == vehicle_id, Expense.trashed_at.is_(None)
    )


def _readings(vehicle_id: UUID) -> Any:
    """Those nothing else tells."""
    reading = OdometerReading
    return select(
        reading.id, reading.meter, reading.read_on, reading.read_time, reading.metres
    ).where(
        reading.vehicle_id == vehicle_id,
        reading.status != ReadingStatus.VOID,
        reading.record_id.is_(None),
        reading.origin_id.is_(None),
    )
