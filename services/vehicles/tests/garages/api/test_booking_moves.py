"""domain.md §8, states: every move by each side, with its rules about time; and what becomes of a booking when its car goes."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from services.vehicles.domain.garages.bookings import BookingState
from services.vehicles.tests.garages.booked import (
    OIL,
    PHONE,
    Made,
    a_car,
    ask,
    book,
    boss_of,
    go,
    make_garage,
    went,
)
from services.vehicles.tests.sharing import know, person
from shared.clock import FixedClock
from shared.contracts.auth import AccountDeletionStarted
from shared.contracts.vehicles import HandoverOffered, MaintenanceDrafted
from shared.contracts.vehicles_bookings import BookingNotice
from shared.testing.client import Callers

TUESDAY = datetime(2026, 12, 1, 9, tzinfo=UTC)
START = datetime(2026, 12, 3, 9, tzinfo=UTC)
"""Ten in Paris, two days later."""
TEN, THREE = "2026-12-03T10:00:00+01:00", "2026-12-03T15:00:00+01:00"
PRICE = {"price": {"amount": "123.45", "currency": "EUR"}}


@pytest.fixture(autouse=True)
def _today(clock: FixedClock) -> None:
    clock.set(TUESDAY)


class Booked:
    def __init__(self, garage: Made, car: str, id_: str) -> None:
        self.garage, self.car, self.id = garage, car, id_


@pytest_asyncio.fixture(loop_scope="session")
async def booked(call: Callers, open_work: Any) -> AsyncIterator[Booked]:
    garage, car = await make_garage(open_work), await a_car(call.standard)
    made = await book(call.standard, garage, car, TEN, OIL)
    yield Booked(garage, car, made["id"])


async def bring_to(call: Callers, clock: FixedClock, id_: str, state: str) -> None:
    boss = boss_of(call)
    steps = {
        "pending": (),
        "confirmed": ("confirm",),
        "in_progress": ("confirm", "start"),
        "completed": ("confirm", "start", "complete"),
        "cancelled": ("cancel",),
        "no_show": ("confirm", "no_show"),
    }[state]
    for step in steps:
        if step == "no_show":
            clock.set(START + timedelta(minutes=15))
        body = PRICE if step == "complete" else {}
        who = call.standard if step == "cancel" else boss
        await went(who, id_, step, **body)


BODIES: dict[str, dict[str, Any]] = {
    "complete": PRICE,
    "cancel": {"reason": "Pont en panne"},
    "reschedule": {"starts_at": THREE},
}
ALLOWED = {
    "pending": {"confirm", "cancel", "reschedule"},
    "confirmed": {"start", "cancel", "reschedule"},  # no_show: not yet
    "in_progress": {"complete"},
}
MOVES = ("confirm", "start", "complete", "cancel", "no_show", "reschedule")


class TestStates:
    @pytest.mark.parametrize("state", [s for s in BookingState if s != "expired"])
    async def test_what_is_not_allowed_is_wrong_state(
        self, call: Callers, clock: FixedClock, booked: Booked, state: str
    ) -> None:
        await bring_to(call, clock, booked.id, state)
        for move in MOVES:
            if move in ALLOWED.get(state, ()):
                continue
            refused = await go(boss_of(call), booked.id, move, **BODIES.get(move, {}))
            wanted = "no_show_untimely" if (state, move) == ("confirmed", "no_show") else None
            code = refused.json()["code"]
            assert (refused.status_code, code) == (409, wanted or "wrong_state"), move

    async def test_the_whole_way(
        self, call: Callers, clock: FixedClock, booked: Booked, emitted: Any
    ) -> None:
        boss = boss_of(call)
        confirmed = await went(boss, booked.id, "confirm")
        assert (confirmed["state"], confirmed["moves"]) == (
            "confirmed",
            ["start", "cancel", "no_show", "reschedule"],
        )
        clock.set(START)
        assert (await went(boss, booked.id, "start"))["state"] == "in_progress"
        done = await went(
            boss,
            booked.id,
            "complete",
            **PRICE,
            work_done="Vidange, filtre",
            mileage=84_250,
            invoice_number="F-12",
        )
        assert (done["state"], done["price"]["amount"]) == ("completed", "123.45")
        assert done["draft"] is None, "the customer's, not the garage's"
        mine = (await call.standard.get(f"/api/bookings/{booked.id}")).json()
        [draft] = (await call.standard.get("/api/maintenances/drafts")).json()["results"]
        assert mine["draft"] == draft["id"]
        assert (draft["booking"], draft["document"], draft["status"]) == (
            booked.id,
            None,
            "PENDING",
        )
        assert (draft["cost"]["amount"], draft["mileage"]) == ("123.45", 84_250)
        assert (draft["garage"], draft["service_types"]) == ("Garage du Parc", ["oil_change"])
        assert (await call.standard.get("/api/maintenances")).json()["count"] == 0, "never unseen"
        kept = await call.standard.post(f"/api/maintenances/drafts/{draft['id']}/confirm")
        assert kept.status_code == 200, kept.text
        record = kept.json()["maintenance"]
        assert (record["garage_id"], record["cost"]["amount"]) == (booked.garage.id, "123.45")
        told = [each for each in await emitted(BookingNotice) if each.audience == "customer"]
        assert [(each.happened, each.is_drafted) for each in told] == [
            ("asked", False),
            ("confirmed", False),
            ("completed", True),
        ]
        assert await emitted(MaintenanceDrafted) == [], "the booking's own mail tells of it"

    @pytest.mark.parametrize("move", ["confirm", "start", "complete", "no_show"])
    async def test_only_the_garage(self, call: Callers, booked: Booked, move: str) -> None:
        refused = await go(call.standard, booked.id, move, **BODIES.get(move, {}))
        assert (refused.status_code, refused.json()["code"]) == (403, "garage_only")

    @pytest.mark.parametrize(
        "price",
        [None, 1, {"amount": "-1.00", "currency": "EUR"}, {"amount": "x", "currency": "EUR"}],
    )
    async def test_a_price_is_a_price(self, call: Callers, booked: Booked, price: Any) -> None:
        for step in ("confirm", "start"):
            await went(boss_of(call), booked.id, step)
        refused = await go(boss_of(call), booked.id, "complete", price=price)
        assert refused.status_code == 422


class TestCancelling:
    async def test_until_24_hours_before_later_with_the_phone(
        self, call: Callers, clock: FixedClock, booked: Booked
    ) -> None:
        confirmed = await went(boss_of(call), booked.id, "confirm")
        assert confirmed["cancel_until"] == "2026-12-02T09:00:00.000Z"
        clock.set(START - timedelta(hours=23, minutes=59))
        for answer in (
            await go(call.standard, booked.id, "cancel"),
            await go(call.standard, booked.id, "reschedule", starts_at=THREE),
            await call.standard.delete(f"/api/bookings/{booked.id}"),
        ):
            said = answer.json()
            assert (answer.status_code, said["code"]) == (409, "too_late_to_cancel")
            assert said["phone"] == PHONE
        clock.set(START - timedelta(hours=24))
        assert (await went(call.standard, booked.id, "cancel"))["ended_by"] == "customer"

    @pytest.mark.parametrize("hours", [0, 72])
    async def test_by_the_garages_rule_as_it_was_when_it_was_booked(
        self, call: Callers, clock: FixedClock, open_work: Any, hours: int
    ) -> None:
        garage, car = await make_garage(open_work, cancel_hours=hours), await a_car(call.standard)
        made = await book(call.standard, garage, car, "2026-12-07T09:00:00+01:00")
        await went(boss_of(call), made["id"], "confirm")
        start = datetime(2026, 12, 7, 8, tzinfo=UTC)
        if hours:
            clock.set(start - timedelta(hours=hours) + timedelta(minutes=1))
            assert (await go(call.standard, made["id"], "cancel")).status_code == 409
        clock.set(start - timedelta(hours=hours))
        assert (await go(call.standard, made["id"], "cancel")).status_code == 200

    async def test_the_garage_always_with_a_reason(
        self, call: Callers, clock: FixedClock, booked: Booked, emitted: Any
    ) -> None:
        await went(boss_of(call), booked.id, "confirm")
        clock.set(START - timedelta(minutes=5))
        silent = await go(boss_of(call), booked.id, "cancel")
        assert (silent.status_code, silent.json()["code"]) == (422, "reason_missing")
        await went(boss_of(call), booked.id, "cancel", reason="Pont en panne")
        seen = (await call.standard.get(f"/api/bookings/{booked.id}")).json()
        assert (seen["state"], seen["reason"], seen["ended_by"]) == (
            "cancelled",
            "Pont en panne",
            "garage",
        )
        last = (await emitted(BookingNotice))[-1]
        assert (last.happened, last.calendar, last.sequence) == ("cancelled", "cancelled", 1)


class TestRescheduling:
    async def test_the_customer_asks_anew_and_its_calendar_follows(
        self, call: Callers, booked: Booked, emitted: Any
    ) -> None:
        await went(boss_of(call), booked.id, "confirm")
        moved = await went(call.standard, booked.id, "reschedule", starts_at=THREE)
        assert (moved["state"], moved["starts_at"]) == ("pending", "2026-12-03T14:00:00.000Z")
        await went(boss_of(call), booked.id, "confirm")
        entries = [
            (each.happened, each.calendar, each.sequence)
            for each in await emitted(BookingNotice)
            if each.audience == "customer"
        ]
        assert entries == [
            ("asked", None, 0),
            ("confirmed", "confirmed", 0),
            ("changed", "tentative", 1),
            ("confirmed", "confirmed", 2),
        ]

    async def test_what_the_garage_moves_stays_confirmed_and_may_be_called_off(
        self, call: Callers, clock: FixedClock, booked: Booked
    ) -> None:
        await went(boss_of(call), booked.id, "confirm")
        moved = await went(
            boss_of(call), booked.id, "reschedule", starts_at=THREE, reason="Pièce en retard"
        )
        assert (moved["state"], moved["side"]) == ("confirmed", "garage")
        clock.set(START)
        assert (await go(call.standard, booked.id, "cancel")).status_code == 200

    async def test_over_its_own_time_but_not_into_a_full_one(
        self, call: Callers, open_work: Any
    ) -> None:
        garage, car = await make_garage(open_work, bays=1), await a_car(call.standard)
        one = await book(call.standard, garage, car, TEN)
        await book(call.standard, garage, car, THREE)
        full = await go(call.standard, one["id"], "reschedule", starts_at=THREE)
        assert (full.status_code, full.json()["code"]) == (409, "slot_full")
        half = "2026-12-03T10:30:00+01:00"
        assert (await went(call.standard, one["id"], "reschedule", starts_at=half))["state"]
        taken = await ask(call.standard, garage, car, "2026-12-03T09:30:00+01:00")
        assert taken.status_code == 201, "its old first half is free again"


class TestNoShow:
    async def test_from_15_minutes_after_on_the_same_local_day(
        self, call: Callers, clock: FixedClock, booked: Booked
    ) -> None:
        await went(boss_of(call), booked.id, "confirm")
        for at in (START + timedelta(minutes=14), START + timedelta(hours=14)):
            clock.set(at)
            refused = await go(boss_of(call), booked.id, "no_show")
            assert refused.json()["code"] == "no_show_untimely"
        clock.set(START + timedelta(hours=13, minutes=59))
        assert (await went(boss_of(call), booked.id, "no_show"))["state"] == "no_show"


class TestTheCarGoes:
    @pytest.mark.parametrize("way", ["sell", "delete", "erase", "lay-up"])
    async def test_the_garage_hears_that_it_does_not_come(
        self, call: Callers, booked: Booked, hear: Any, emitted: Any, way: str
    ) -> None:
        await know(hear, "standard", first_name="Claire")
        await went(boss_of(call), booked.id, "confirm")
        if way == "erase":
            await hear(
                AccountDeletionStarted(account_id=call.user_id("standard"), started_at=TUESDAY)
            )
        elif way == "delete":
            await call.standard.delete(f"/api/vehicles/{booked.car}")
        else:
            await call.standard.post(f"/api/vehicles/{booked.car}/{way}", json={})
        gone = [each for each in await emitted(BookingNotice) if each.happened == "cancelled"]
        to_garage = {each.account_id for each in gone if each.audience == "garage"}
        if way == "lay-up":
            assert gone == [], "it may be repaired while it is off the road"
            return
        assert to_garage == {person("boss"), person("mechanic")}
        told_customer = {each.account_id for each in gone if each.audience == "customer"}
        assert told_customer == (set() if way == "erase" else {call.user_id("standard")})
        if way == "erase":
            assert "Claire" not in str([each.customer_name for each in gone])
        listed = await boss_of(call).get(f"/api/bookings?garage={booked.garage.id}")
        states = [each["state"] for each in listed.json()["results"]]
        assert states == ([] if way == "erase" else ["cancelled"])

    async def test_handed_over_what_was_agreed_ends_and_what_was_said_goes(
        self, call: Callers, open_work: Any, hear: Any, emitted: Any
    ) -> None:
        await know(hear, "standard")
        await know(hear, "other")
        garage, car = await make_garage(open_work), await a_car(call.standard)
        done = await book(call.standard, garage, car, TEN, OIL, note="Bruit", phone="0102")
        for step in ("confirm", "start"):
            await went(boss_of(call), done["id"], step)
        await went(boss_of(call), done["id"], "complete", **PRICE)
        waits = await book(call.standard, garage, car, THREE)
        offer = {"email": "other@example.org", "include_costs": False, "include_documents": True}
        offered = await call.standard.post(f"/api/vehicles/{car}/handover", json=offer)
        assert offered.status_code in (200, 201), offered.text
        [event] = await emitted(HandoverOffered)
        token = event.token.get_secret_value()
        taken = await call.other.post("/api/handovers/accept", json={"token": token})
        assert taken.status_code == 200, taken.text
        one = (await call.other.get(f"/api/bookings/{done['id']}")).json()
        assert (one["note"], one["phone"], one["price"], one["estimate"]) == (None,) * 4
        assert one["made_by"]["name"] is None
        two = (await call.other.get(f"/api/bookings/{waits['id']}")).json()
        assert (two["state"], two["ended_by"]) == ("cancelled", "customer")
        assert (await call.standard.get(f"/api/bookings/{done['id']}")).status_code == 404
