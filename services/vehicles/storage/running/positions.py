"""Where cars stood on some days, from their believed readings: only the nearest readings of each day are read."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import Date, Uuid, func, lateral, literal, select, true, union_all
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from services.vehicles.domain.cars.odometer import Reading, ReadingStatus
from services.vehicles.domain.running.distance import Ledger
from services.vehicles.storage.cars.models import OdometerReading


class PositionRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def around(
        self, vehicles: Collection[UUID], days: Collection[date]
    ) -> dict[UUID, Ledger]:
        """For each car a ledger that is right on these days; the caller has checked whose they are. One statement, and for
        each car and day two look-ups in the index, however many readings there are.
        """
        if not vehicles or not days:
            return {}
        cars = select(
            func.unnest(literal(list(vehicles), ARRAY(Uuid))).label("vehicle_id")
        ).subquery()
        when = select(func.unnest(literal(list(days), ARRAY(Date))).label("day")).subquery()
        reading = OdometerReading
        near = []
        for is_before in (True, False):
            beside = reading.read_on <= when.c.day if is_before else reading.read_on > when.c.day
            order = (
                (reading.read_on.desc(), reading.metres.desc())
                if is_before
                else (reading.read_on.asc(), reading.metres.desc())
            )
            near.append(
                select(reading.id, reading.read_on, reading.metres)
                .where(
                    reading.vehicle_id == cars.c.vehicle_id,
                    reading.status == ReadingStatus.ACCEPTED,
                    beside,
                )
                .order_by(*order)
                .limit(1)
                .correlate(cars, when)
            )
        found = lateral(union_all(*near)).alias("near")
        statement = select(
            cars.c.vehicle_id, found.c.id, found.c.read_on, found.c.metres
        ).select_from(cars.join(when, true()).join(found, true()))
        ledgers: dict[UUID, dict[UUID, Reading]] = {}
        for row in (await self.session.execute(statement)).all():
            known = ledgers.setdefault(row.vehicle_id, {})
            known[row.id] = Reading(row.id, row.read_on, row.metres)
        return {id_: Ledger(list(readings.values())) for id_, readings in ledgers.items()}
