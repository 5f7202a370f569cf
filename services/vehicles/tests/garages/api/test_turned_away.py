"""Bookings ahead when a garage closes, has other hours or withdraws a service: nobody is turned away by accident, or without a word."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, text

from services.vehicles.storage.garages.models import GarageStaff, OpeningException
from services.vehicles.tests.garages.booked import (
    BOSS,
    HOUR,
    OIL,
    Made,
    a_car,
    ask,
    book,
    boss_of,
    make_garage,
    went,
)
from services.vehicles.tests.sharing import person
from shared.clock import FixedClock
from shared.contracts.auth import AccountDeletionStarted
from shared.contracts.vehicles_bookings import (
    BookingHappened,
    BookingNotice,
    BookingSide,
    CalendarEntry,
)
from shared.ids import new_id
from shared.testing.client import Callers

SOMEBODY_WAITS = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"
TUESDAY = datetime(2026, 12, 1, 9, tzinfo=UTC)
TEN, SIX, NEXT_DAY = (
    "2026-12-03T10:00:00+01:00",
    "2026-12-03T17:00:00+01:00",
    "2026-12-04T10:00:00+01:00",
)
WHY = "Pont en panne"


@pytest.fixture(autouse=True)
def _today(clock: FixedClock) -> None:
    clock.set(TUESDAY)


@pytest.fixture
def cancelled(run_jobs: Any, emitted: Any) -> Any:
    async def notices() -> list[BookingNotice]:
        await run_jobs("vehicles.call_off_booking")
        found = await emitted(BookingNotice)
        return [each for each in found if each.happened is BookingHappened.CANCELLED]

    return notices


async def confirmed(call: Callers, garage: Made, car: str, at: str, *services: str) -> str:
    id_: str = (await book(call.standard, garage, car, at, *services))["id"]
    await went(boss_of(call), id_, "confirm")
    return id_


async def state(call: Callers, id_: str) -> tuple[str, str | None]:
    found = (await call.standard.get(f"/api/bookings/{id_}")).json()
    return found["state"], found["reason"]


def week(*spans: tuple[str, str]) -> dict[str, Any]:
    of_day = [{"opens": opens, "closes": closes} for opens, closes in spans]
    return {"weekly": [{"weekday": day, "spans": of_day} for day in range(1, 8)]}


MORNINGS = week(("08:00", "12:00"))
THAT_DAY = {"starts_on": "2026-12-03"}


class TestWithoutAReason:
    async def test_a_change_that_turns_somebody_away_is_refused_and_says_whom(
        self, call: Callers, open_work: Any, cancelled: Any
    ) -> None:
        garage, car = await make_garage(open_work), await a_car(call.standard)
        id_ = await confirmed(call, garage, car, SIX, OIL)
        boss, path = boss_of(call), f"/api/garages/{garage.id}"
        for method, where, body in (
            ("DELETE", path, None),
            ("POST", f"{path}/availability/exceptions", THAT_DAY),
            ("PATCH", f"{path}/availability", MORNINGS),
            ("PUT", f"{path}/availability", MORNINGS | {"takes_bookings": True}),
            ("DELETE", f"{path}/services/{garage.services[OIL]}", None),
            ("DELETE", f"{path}?reason=%20", None),
        ):
            answer = await boss.request(method, where, json=body)
            assert (answer.status_code, answer.json()["code"]) == (409, "bookings_ahead"), where
            assert answer.json()["count"] == 1
            assert [each["id"] for each in answer.json()["bookings"]] == [id_]
        assert await cancelled() == []
        assert await state(call, id_) == ("confirmed", None)
        assert (await boss.get(path)).json()["closed_at"] is None
        assert len((await boss.get(f"{path}/availability")).json()["weekly"][0]["spans"]) == 2

    async def test_one_that_hits_nobody_needs_none(
        self, call: Callers, open_work: Any, cancelled: Any
    ) -> None:
        garage, car = await make_garage(open_work), await a_car(call.standard)
        id_ = await confirmed(call, garage, car, TEN, OIL)
        boss, path = boss_of(call), f"/api/garages/{garage.id}"
        assert (await boss.patch(f"{path}/availability", json=MORNINGS)).status_code == 200
        other = {"starts_on": "2026-12-04"}
        made = await boss.post(f"{path}/availability/exceptions", json=other)
        assert made.status_code == 201
        gone = await boss.delete(f"{path}/services/{garage.services[HOUR]}")
        assert gone.status_code == 204
        assert await cancelled() == []
        assert await state(call, id_) == ("confirmed", None)


class TestWithAReason:
    async def test_a_closed_day_cancels_with_a_mail_a_calendar_entry_and_other_times(
        self, call: Callers, open_work: Any, cancelled: Any
    ) -> None:
        garage, car = await make_garage(open_work, bays=1), await a_car(call.standard)
        hit = await confirmed(call, garage, car, TEN, OIL)
        kept = await confirmed(call, garage, car, NEXT_DAY, OIL)
        path = f"/api/garages/{garage.id}/availability/exceptions?reason={WHY}"
        assert (await boss_of(call).post(path, json=THAT_DAY)).status_code == 201
        [notice] = await cancelled()
        assert (notice.account_id, notice.audience, notice.by) == (
            person("standard"),
            BookingSide.CUSTOMER,
            BookingSide.GARAGE,
        )
        assert (notice.reason, notice.calendar, notice.sequence) == (
            WHY,
            CalendarEntry.CANCELLED,
            1,
        )
        told = [at.isoformat() for at in notice.next_free]
        assert told == [f"2026-12-04T07:{minutes}:00+00:00" for minutes in ("00", "15", "30")]
        assert await state(call, hit) == ("cancelled", WHY)
        assert await state(call, kept) == ("confirmed", None)
        again = await book(call.standard, garage, car, notice.next_free[0].isoformat(), OIL)
        assert again["state"] == "pending", "what is offered can be booked"

    async def test_shorter_hours_cancel_what_does_not_fit_them(
        self, call: Callers, open_work: Any, cancelled: Any
    ) -> None:
        garage, car = await make_garage(open_work), await a_car(call.standard)
        morning = await confirmed(call, garage, car, TEN, OIL)
        evening = (await book(call.standard, garage, car, SIX, OIL))["id"]
        path = f"/api/garages/{garage.id}/availability?reason={WHY}"
        assert (await boss_of(call).patch(path, json=MORNINGS)).status_code == 200
        [notice] = await cancelled()
        assert (str(notice.booking_id), notice.calendar) == (evening, None), "it was in no calendar"
        assert await state(call, morning) == ("confirmed", None)

    async def test_a_garage_that_closes_cancels_all_ahead_and_offers_nothing(
        self, call: Callers, open_work: Any, cancelled: Any, clock: FixedClock
    ) -> None:
        garage, car = await make_garage(open_work), await a_car(call.standard)
        here = await confirmed(call, garage, car, "2026-12-01T15:00:00+01:00", OIL)
        ahead = [await confirmed(call, garage, car, at, OIL) for at in (TEN, NEXT_DAY)]
        clock.set(datetime(2026, 12, 1, 14, tzinfo=UTC))
        await went(boss_of(call), here, "start")
        path = f"/api/garages/{garage.id}?reason={WHY}"
        assert (await boss_of(call).delete(path)).status_code == 204
        notices = await cancelled()
        assert sorted(str(each.booking_id) for each in notices) == sorted(ahead)
        assert {each.next_free for each in notices} == {()}
        assert (await state(call, here))[0] == "in_progress", "the car that is there is finished"

    async def test_a_withdrawn_service_cancels_what_is_for_it(
        self, call: Callers, open_work: Any, cancelled: Any
    ) -> None:
        garage, car = await make_garage(open_work), await a_car(call.standard)
        both = await confirmed(call, garage, car, TEN, OIL, HOUR)
        other = await confirmed(call, garage, car, NEXT_DAY, HOUR)
        path = f"/api/garages/{garage.id}/services/{garage.services[OIL]}?reason={WHY}"
        assert (await boss_of(call).delete(path)).status_code == 204
        [notice] = await cancelled()
        assert str(notice.booking_id) == both
        assert len(notice.next_free) == 3
        assert await state(call, other) == ("confirmed", None)

    async def test_who_opens_again_in_time_keeps_them(
        self, call: Callers, open_work: Any, cancelled: Any
    ) -> None:
        garage, car = await make_garage(open_work), await a_car(call.standard)
        id_ = await confirmed(call, garage, car, TEN, OIL)
        path = f"/api/garages/{garage.id}/availability/exceptions"
        made = await boss_of(call).post(f"{path}?reason={WHY}", json=THAT_DAY)
        assert (await boss_of(call).delete(f"{path}/{made.json()['id']}")).status_code == 204
        assert await cancelled() == []
        assert await state(call, id_) == ("confirmed", None)

    async def test_what_the_week_of_longer_hours_held_goes_with_them(
        self, call: Callers, open_work: Any, cancelled: Any
    ) -> None:
        garage, car = await make_garage(open_work), await a_car(call.standard)
        path = f"/api/garages/{garage.id}/availability/exceptions"
        late = THAT_DAY | {"spans": [{"opens": "08:00", "closes": "22:00"}]}
        made = (await boss_of(call).post(path, json=late)).json()
        id_ = await confirmed(call, garage, car, "2026-12-03T20:00:00+01:00", OIL)
        refused = await boss_of(call).delete(f"{path}/{made['id']}")
        assert refused.status_code == 409
        gone = await boss_of(call).delete(f"{path}/{made['id']}?reason={WHY}")
        assert gone.status_code == 204
        [notice] = await cancelled()
        assert str(notice.booking_id) == id_


class TestItsOwnerLeaves:
    async def leave(self, hear: Any) -> None:
        await hear(AccountDeletionStarted(account_id=person(BOSS), started_at=TUESDAY))

    async def test_where_nobody_works_any_more_customers_are_told(
        self, call: Callers, open_work: Any, cancelled: Any, hear: Any
    ) -> None:
        garage, car = await make_garage(open_work), await a_car(call.standard)
        id_ = await confirmed(call, garage, car, TEN, OIL)
        async with open_work() as work:
            await work.session.execute(delete(GarageStaff))
        await self.leave(hear)
        [notice] = await cancelled()
        assert (str(notice.booking_id), notice.calendar) == (id_, CalendarEntry.CANCELLED)
        assert notice.reason is not None
        assert notice.reason.startswith("Le garage n’est plus sur AutoTrack")
        assert notice.next_free == ()

    async def test_where_others_work_they_answer(
        self, call: Callers, open_work: Any, cancelled: Any, hear: Any
    ) -> None:
        garage, car = await make_garage(open_work), await a_car(call.standard)
        id_ = await confirmed(call, garage, car, TEN, OIL)
        await self.leave(hear)
        assert await cancelled() == []
        assert await state(call, id_) == ("confirmed", None)


async def test_a_booking_waits_for_the_change_of_hours_and_sees_it(
    call: Callers, open_work: Any
) -> None:
    """No booking slips into a day while it is being closed: hours are changed alone."""
    garage, car = await make_garage(open_work), await a_car(call.standard)
    async with open_work() as work:
        await work.garages.held(UUID(garage.id))
        work.opening_exceptions.add(
            OpeningException(
                id=new_id(),
                garage_id=UUID(garage.id),
                starts_on=date(2026, 12, 3),
                ends_on=date(2026, 12, 3),
                spans=[],
                note=None,
                created_at=work.now,
            )
        )
        await work.flush()
        asked = asyncio.create_task(ask(call.standard, garage, car, TEN, OIL))
        while not await work.session.scalar(text(SOMEBODY_WAITS)):
            assert not asked.done(), "it did not wait"
            await asyncio.sleep(0)
    answer = await asked
    assert (answer.status_code, answer.json()["code"]) == (409, "slot_closed")
    assert answer.json()["next_free"][0].startswith("2026-12-04")
