import itertools
import random
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from services.ai.storage.models import CarCopy, RecordCopy
from services.ai.tests.factories import make_car, make_record
from services.ai.usecases.garage_copy import load_garage
from services.ai.usecases.work import Work
from shared.access import Access
from shared.contracts.ai import DiagnosisAnswered
from shared.contracts.base import Event, Language
from shared.contracts.vehicles import RecordKind, RecordStatus
from shared.contracts.vehicles_cases import CarFacts, DiagnosisAsked
from shared.ids import new_id
from shared.testing.client import Callers

Hear = Callable[..., Awaitable[None]]
OpenWork = Callable[[], AbstractAsyncContextManager[Work]]
LEFT_OUT = {"heard_at", "id", "vehicle_id", "owner_id"}


async def copied(
    open_work: OpenWork, tables: tuple[Any, ...] = (CarCopy, RecordCopy)
) -> list[dict[str, Any]]:
    async with open_work() as work:
        rows = [
            row
            for table in tables
            for row in (await work.session.scalars(select(table).order_by(table.id))).all()
        ]
    return [
        {c.name: getattr(row, c.name) for c in row.__table__.columns if c.name not in LEFT_OUT}
        for row in rows
    ]


def story() -> list[Event]:
    """A car that changes, is read wrongly and serviced; one record is corrected, one deleted."""
    owner = uuid4()
    car = make_car(owner)
    later = make_car(
        owner,
        vehicle_id=car.vehicle_id,
        version=2,
        model="Clio V",
        odometer_m=82_000_000,
        odometer_read_on=date(2025, 11, 12),
    )
    record = make_record(car)
    corrected = make_record(
        car, record_id=record.record_id, version=2, title="Vidange et filtre à air"
    )
    gone = make_record(car, title="Pneus")
    deleted = make_record(car, record_id=gone.record_id, version=3, deleted=True)
    struck = make_car(
        owner,
        vehicle_id=car.vehicle_id,
        version=3,
        model="Clio V",
        odometer_m=80_000_000,
        odometer_read_on=date(2025, 11, 9),
    )
    return [car, later, struck, record, corrected, gone, deleted]


class TestCopy:
    @pytest.mark.parametrize("seed", range(6))
    async def test_order_and_repetition_make_no_difference(
        self, hear: Hear, open_work: OpenWork, seed: int
    ) -> None:
        """Two copies of one house: one hears in order, the other shuffled with everything twice."""
        orderly = story()
        ids: dict[str, Any] = {}

        def again(event: Event) -> Event:
            """The same event about a second car, for the second copy."""
            new = {
                name: ids.setdefault(str(value), uuid4())
                for name, value in event
                if name in {"owner_id", "vehicle_id", "record_id"}
            }
            return event.model_copy(update=new)

        for event in orderly:
            await hear(event)
        first = await copied(open_work)
        shuffled = [again(event) for event in orderly] * 2
        random.Random(seed).shuffle(shuffled)
        for event in shuffled:
            await hear(event)
        both = await copied(open_work)
        assert len(both) == 2 * len(first)
        for one in first:
            assert both.count(one) == 2, one

    async def test_every_order_of_a_deletion_ends_deleted(
        self, hear: Hear, open_work: OpenWork, call: Callers
    ) -> None:
        owner = call.user_id("standard")
        for order in itertools.permutations(range(2)):
            car = make_car(owner)
            gone = make_car(owner, vehicle_id=car.vehicle_id, version=2, deleted=True)
            events = [car, gone]
            for place in order:
                await hear(events[place])
        async with open_work() as work:
            assert (await load_garage(work, access=Access(owner))).cars == {}
            rows = (await work.session.scalars(select(CarCopy))).all()
        assert {row.make for row in rows} == {""}

    async def test_a_reading_that_is_struck_out_counts_no_more(
        self, hear: Hear, open_work: OpenWork, call: Callers
    ) -> None:
        owner = call.user_id("standard")
        car = make_car(owner, odometer_m=50_000_000, odometer_read_on=date(2025, 11, 1))
        same = {"vehicle_id": car.vehicle_id}
        wrong = make_car(owner, version=2, odometer_m=55_000_000, **same)
        struck = make_car(owner, version=3, odometer_m=50_000_000, **same)
        for event in (car, wrong, struck, wrong):
            await hear(event)
        async with open_work() as work:
            assert (await load_garage(work, access=Access(owner))).cars["v1"].mileage_km == 50_000

    async def test_cancelled_work_is_kept_as_such(
        self, hear: Hear, open_work: OpenWork, call: Callers
    ) -> None:
        owner = call.user_id("standard")
        car = make_car(owner)
        await hear(car)
        await hear(make_record(car, status=RecordStatus.CANCELLED))
        async with open_work() as work:
            assert (await load_garage(work, access=Access(owner))).records["v1"][
                0
            ].status == "CANCELLED"


class TestAnswerDiagnosis:
    async def test_once_with_the_engines_words(
        self, hear: Hear, emitted: Callable[..., Awaitable[list[Any]]], call: Callers
    ) -> None:
        car = make_car(call.user_id("premium"))
        await hear(car)
        asked = DiagnosisAsked(
            diagnostic_id=new_id(),
            vehicle_id=car.vehicle_id,
            owner_id=car.owner_id,
            symptoms="Brake pedal goes to the floor",
            dtc_codes=(),
            odometer_m=None,
            language=Language.EN,
            asked_at="2025-11-15T09:00:00Z",
        )
        await hear(asked, times=2)
        answers = await emitted(DiagnosisAnswered)
        assert [(one.diagnostic_id, one.urgency) for one in answers] == [
            (asked.diagnostic_id, "high")
        ]
        assert "Do not drive" in answers[0].summary

    async def test_once_for_each_request_whichever_messages_bring_it(
        self, hear: Hear, emitted: Callable[..., Awaitable[list[Any]]], call: Callers
    ) -> None:
        def asked(**said: Any) -> DiagnosisAsked:
            facts: dict[str, Any] = {
                "diagnostic_id": new_id(),
                "vehicle_id": new_id(),
                "owner_id": call.user_id("premium"),
                "symptoms": "Ratés au ralenti",
                "dtc_codes": ("P0302",),
                "odometer_m": 84_000_000,
                "language": Language.FR,
                "asked_at": "2025-11-15T09:00:00Z",
                "request_id": new_id(),
                "car": CarFacts(make="Peugeot", model="308", fuel_type="diesel"),
            }
            return DiagnosisAsked(**facts | said)

        first = asked()
        await hear(first)
        await hear(asked(request_id=first.request_id))
        petrol = CarFacts(make="Peugeot", model="308", fuel_type="petrol")
        second = asked(car=petrol)
        await hear(second)
        by_request = {one.request_id: one for one in await emitted(DiagnosisAnswered)}
        assert by_request.keys() == {first.request_id, second.request_id}
        assert len(await emitted(DiagnosisAnswered)) == 2
        assert "ougie" in by_request[second.request_id].summary
        assert "ougie" not in by_request[first.request_id].summary, "a diesel has no spark plugs"


async def test_a_credit_note_is_no_work_that_was_done(hear: Hear, open_work: OpenWork) -> None:
    car = make_car(uuid4())
    record = make_record(car)
    for event in (car, record):
        await hear(event)

    async def known() -> int:
        async with open_work() as work:
            garage = await load_garage(work, access=Access(car.owner_id))
        return sum(len(each) for each in garage.records.values())

    assert await known() == 1
    refund = make_record(car, record_id=record.record_id, version=2, kind=RecordKind.REFUND)
    await hear(refund)
    assert await known() == 0
