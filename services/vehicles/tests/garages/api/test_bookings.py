"""domain.md §8: asking for a time, and who sees what of it."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.vehicles.domain.cars.roles import Role
from services.vehicles.storage.garages.bookings import Booking
from services.vehicles.tests.garages.booked import (
    BOSS,
    HOUR,
    LONG,
    OIL,
    PHONE,
    a_car,
    ask,
    book,
    boss_of,
    go,
    make_garage,
    went,
)
from services.vehicles.tests.sharing import MEMBERS, as_person, know, person, share
from shared.clock import FixedClock
from shared.contracts.features import Plan
from shared.contracts.vehicles_bookings import BookingHappened, BookingNotice, BookingSide
from shared.ids import new_id
from shared.testing.client import Callers

TUESDAY = datetime(2026, 12, 1, 9, tzinfo=UTC)
NINE = "2026-12-07T09:00:00+01:00"


def at(wall: str, day: str = "2026-12-07") -> str:
    return f"{day}T{wall}:00+01:00"


@pytest.fixture(autouse=True)
def _today(clock: FixedClock) -> None:
    clock.set(TUESDAY)


class TestAsk:
    async def test_it_waits_for_the_garage(
        self, call: Callers, open_work: Any, hear: Any, emitted: Any
    ) -> None:
        await know(hear, "standard", first_name="Claire")
        garage, car = await make_garage(open_work), await a_car(call.standard)
        made = await ask(call.standard, garage, car, NINE, OIL, HOUR, note="Bruit à froid")
        assert made.status_code == 201, made.text
        booking = made.json()
        assert made.headers["location"] == f"/api/bookings/{booking['id']}"
        assert (booking["state"], booking["side"]) == ("pending", "customer")
        assert booking["starts_at"] == "2026-12-07T08:00:00.000Z"
        assert booking["ends_at"] == "2026-12-07T09:30:00.000Z"
        assert [each["name"] for each in booking["services"]] == [OIL, HOUR]
        assert (booking["services"][0]["price"]["amount"], booking["estimate"]) == ("89.00", None)
        assert booking["moves"] == ["cancel", "reschedule"]
        assert booking["garage"]["phone"] == PHONE
        told = await emitted(BookingNotice)
        assert {each.happened for each in told} == {BookingHappened.ASKED}
        sides = sorted((each.audience, each.customer_name) for each in told)
        assert sides == [("customer", None), ("garage", "Claire"), ("garage", "Claire")]
        assert (await call.standard.get(made.headers["location"])).json() == booking

    async def test_sent_again_it_is_the_same(self, call: Callers, open_work: Any) -> None:
        garage, car, id_ = await make_garage(open_work), await a_car(call.standard), str(new_id())
        one = await book(call.standard, garage, car, NINE, id=id_)
        two = await book(call.standard, garage, car, NINE, id=id_)
        assert one == two
        assert (await call.standard.get("/api/bookings")).json()["count"] == 1

    @pytest.mark.parametrize(
        ("when", "status", "code"),
        [
            ("2026-12-01T09:00:00Z", 422, "slot_past"),
            ("2026-11-30T09:00:00Z", 422, "slot_past"),
            ("2028-12-04T09:00:00Z", 422, "slot_past"),
            ("2026-12-07T09:05:00+01:00", 422, "slot_off_grid"),
            ("2026-12-07T09:00:01+01:00", 422, "slot_off_grid"),
            ("2026-12-07T11:30:00+01:00", 409, "slot_closed"),
            ("2026-12-07T20:00:00+01:00", 409, "slot_closed"),
            ("2026-12-07T09:00:00", 422, "invalid_input"),
            ("tomorrow", 422, "invalid_input"),
            (17, 422, "invalid_input"),
            ("9999-12-31T23:59:59Z", 422, "invalid_input"),
        ],
    )
    async def test_not_at_any_time(
        self, call: Callers, open_work: Any, when: Any, status: int, code: str
    ) -> None:
        garage, car = await make_garage(open_work), await a_car(call.standard)
        refused = await ask(call.standard, garage, car, when)
        assert (refused.status_code, refused.json()["code"]) == (status, code)

    async def test_a_dated_exception_closes_the_day(self, call: Callers, open_work: Any) -> None:
        garage = await make_garage(open_work, closed=date(2026, 12, 7))
        refused = await ask(call.standard, garage, await a_car(call.standard), NINE)
        assert refused.json()["code"] == "slot_closed"
        assert refused.json()["next_free"][0] == "2026-12-08T07:00:00.000Z"

    @pytest.mark.parametrize("move", ["lay-up", "sell", "scrap"])
    async def test_a_sold_or_laid_up_car_is_refused(
        self, call: Callers, open_work: Any, move: str
    ) -> None:
        garage, car = await make_garage(open_work), await a_car(call.standard)
        moved = await call.standard.post(f"/api/vehicles/{car}/{move}", json={})
        assert moved.status_code == 200, moved.text
        refused = await ask(call.standard, garage, car, NINE)
        assert (refused.status_code, refused.json()["code"]) == (409, "car_not_in_use")

    @pytest.mark.parametrize("said", [{"takes_bookings": False}, {"closed_at": TUESDAY}])
    async def test_not_where_nobody_answers(
        self, call: Callers, open_work: Any, said: dict[str, Any]
    ) -> None:
        garage = await make_garage(open_work, **said)
        refused = await ask(call.standard, garage, await a_car(call.standard), NINE)
        assert (refused.status_code, refused.json()["code"]) == (409, "bookings_not_taken")

    async def test_what_is_named_must_be_there(self, call: Callers, open_work: Any) -> None:
        garage, car = await make_garage(open_work), await a_car(call.standard)
        other = await make_garage(open_work)
        theirs = await a_car(call.other)
        for body in (
            {"vehicle": theirs},
            {"vehicle": str(new_id())},
            {"garage": str(new_id())},
            {"services": [other.services[OIL]]},
            {"services": [str(new_id())]},
        ):
            refused = await ask(call.standard, garage, car, NINE, **body)
            assert refused.status_code == 404, body

    @pytest.mark.parametrize(
        "body",
        [
            {"note": "a\x00b"},
            {"phone": "call me"},
            {"phone": "1\n2"},
            {"services": "all"},
            {"services": [1]},
            {"state": "confirmed"},
            {"price": {"amount": "1.00", "currency": "EUR"}},
            {"vehicle": "x"},
        ],
    )
    async def test_hostile_bodies_and_prices_of_customers(
        self, call: Callers, open_work: Any, body: dict[str, Any]
    ) -> None:
        garage, car = await make_garage(open_work), await a_car(call.standard)
        refused = await ask(call.standard, garage, car, NINE, **body)
        assert refused.status_code == 422

    async def test_nobody_takes_a_whole_week(self, call: Callers, open_work: Any) -> None:
        garage, car = await make_garage(open_work, bays=20), await a_car(call.standard)
        for _ in range(10):
            await book(call.standard, garage, car, NINE)
        refused = await ask(call.standard, garage, car, NINE)
        assert (refused.status_code, refused.json()["code"]) == (409, "too_many_bookings")


class TestSlotFull:
    """Capacity 2, taken 09:00-11:00 and 10:00-11:00."""

    async def test_half_past_nine_is_full_and_nine_is_free(
        self, call: Callers, open_work: Any
    ) -> None:
        garage, car = await make_garage(open_work, bays=2), await a_car(call.standard)
        await book(call.standard, garage, car, at("09:00"), LONG, OIL)
        await book(call.standard, garage, car, at("10:00"), HOUR)
        other = await a_car(call.other)
        full = await ask(call.other, garage, other, at("09:30"), HOUR)
        assert (full.status_code, full.json()["code"]) == (409, "slot_full")
        assert full.json()["next_free"] == [
            "2026-12-07T10:00:00.000Z",
            "2026-12-07T13:00:00.000Z",
            "2026-12-07T13:15:00.000Z",
        ]
        assert (await ask(call.other, garage, other, at("09:00"), HOUR)).status_code == 201

    async def test_what_ended_gives_its_bay_back(self, call: Callers, open_work: Any) -> None:
        garage, car = await make_garage(open_work, bays=1), await a_car(call.standard)
        made = await book(call.standard, garage, car, NINE)
        assert (await ask(call.standard, garage, car, NINE)).status_code == 409
        await went(call.standard, made["id"], "cancel")
        assert (await ask(call.standard, garage, car, NINE)).status_code == 201

    async def test_50_parallel_requests_for_the_last_2_places(
        self, call: Callers, open_work: Any, admin_engine: Any
    ) -> None:
        garage = await make_garage(open_work, bays=2)
        people = [call.as_user(person(f"customer {n}"), Plan.FREE) for n in range(50)]
        cars = [await a_car(each) for each in people]

        async def until_answered(who: Any, car: str) -> Any:
            """A server that is too busy says so (503), and is asked again."""
            while (answer := await ask(who, garage, car, NINE)).status_code == 503:
                pass
            return answer

        answers = await asyncio.gather(
            *(until_answered(who, car) for who, car in zip(people, cars, strict=True))
        )
        statuses = [each.status_code for each in answers]
        assert (statuses.count(201), statuses.count(409)) == (2, 48), statuses
        for each in answers:
            if each.status_code == 409:
                assert each.json()["code"] == "slot_full"
                assert each.json()["next_free"] == [
                    "2026-12-07T09:00:00.000Z",
                    "2026-12-07T09:15:00.000Z",
                    "2026-12-07T09:30:00.000Z",
                ]
        async with admin_engine.connect() as connection:
            rows = await connection.execute(Booking.__table__.select())
            assert len(rows.all()) == 2


ROLES = {Role.MANAGER: 201, Role.EDITOR: 201, Role.DRIVER: 403, Role.VIEWER: 403}


class TestWhoSeesIt:
    @pytest.mark.parametrize("role", MEMBERS)
    async def test_each_role_of_the_car(self, call: Callers, open_work: Any, role: Role) -> None:
        garage, car = await make_garage(open_work), await a_car(call.premium)
        made = await book(call.premium, garage, car, NINE)
        await share(open_work, car, "member", role)
        member, wanted = as_person(call, "member"), ROLES[role]
        answer = await ask(member, garage, car, at("10:00"))
        assert answer.status_code == wanted
        path = f"/api/bookings/{made['id']}"
        may = wanted == 201
        for answer in (
            await member.get(path),
            await member.patch(path, json={"note": "x"}),
            await go(member, made["id"], "reschedule", starts_at=at("15:00")),
            await go(member, made["id"], "cancel"),
        ):
            assert answer.status_code == (200 if may else 403), answer.text
            assert may or answer.json()["code"] == "role_insufficient"
        assert (await member.get("/api/bookings")).json()["count"] == (2 if may else 0)

    async def test_the_garage_sees_what_it_needs_and_no_more(
        self, call: Callers, open_work: Any, hear: Any
    ) -> None:
        await know(hear, "standard", first_name="Claire", last_name="Morel")
        garage, car = await make_garage(open_work), await a_car(call.standard)
        made = await book(call.standard, garage, car, NINE, phone="+351 21 000 00 00")
        boss = boss_of(call)
        seen = (await boss.get(f"/api/bookings/{made['id']}")).json()
        assert (seen["side"], seen["customer_name"]) == ("garage", "Claire")
        assert seen["phone"] == "+351 21 000 00 00"
        assert seen["vehicle"] == {
            "id": None,
            "make": "Peugeot",
            "model": "308",
            "year": 2019,
            "license_plate": "AA-123-BB",
            "distance_unit": "km",
        }
        assert "Morel" not in str(seen)
        assert car not in str(seen)
        assert str(call.user_id("standard")) not in str(seen)
        assert seen["moves"] == ["confirm", "cancel", "reschedule"]
        listed = (await boss.get(f"/api/bookings?garage={garage.id}")).json()
        assert listed["results"] == [seen]
        assert (await boss.get("/api/bookings")).json()["count"] == 0
        staff = as_person(call, "mechanic")
        assert (await staff.get(f"/api/bookings?garage={garage.id}")).json()["count"] == 1

    async def test_another_garage_and_a_stranger_find_nothing(
        self, call: Callers, open_work: Any
    ) -> None:
        garage, car = await make_garage(open_work), await a_car(call.standard)
        await make_garage(open_work, boss="rival")
        made = await book(call.standard, garage, car, NINE)
        price = {"amount": "1.00", "currency": "EUR"}
        for who in (as_person(call, "rival"), call.other):
            path = f"/api/bookings/{made['id']}"
            tried = [
                await who.get(path),
                await who.put(path, json={}),
                await who.patch(path, json={"note": "mine"}),
                await who.delete(path),
                await go(who, made["id"], "confirm"),
                await go(who, made["id"], "start"),
                await go(who, made["id"], "complete", price=price),
                await go(who, made["id"], "no_show"),
                await go(who, made["id"], "cancel", reason="mine"),
                await go(who, made["id"], "reschedule", starts_at=at("15:00")),
            ]
            assert [each.status_code for each in tried] == [404] * len(tried)
            listed = await who.get(f"/api/bookings?garage={garage.id}")
            assert listed.json()["count"] == 0
        assert (await call.standard.get(f"/api/bookings/{made['id']}")).json() == made

    async def test_a_garage_changes_no_word_of_its_customers(
        self, call: Callers, open_work: Any
    ) -> None:
        garage, car = await make_garage(open_work), await a_car(call.standard)
        made = await book(call.standard, garage, car, NINE, note="Bruit")
        path = f"/api/bookings/{made['id']}"
        assert (await boss_of(call).patch(path, json={"note": "x"})).status_code == 404
        changed = await call.standard.patch(path, json={"phone": "+33 6 00"})
        assert (changed.json()["note"], changed.json()["phone"]) == ("Bruit", "+33 6 00")
        put = await call.standard.put(path, json={"note": "Silence"})
        assert (put.json()["note"], put.json()["phone"]) == ("Silence", None)
        assert (await call.standard.delete(path)).status_code == 204
        assert (await call.standard.patch(path, json={"note": "x"})).json()["code"] == "wrong_state"

    async def test_lists_are_narrowed_and_cost_the_same_however_long(
        self, call: Callers, open_work: Any, statements: list[str]
    ) -> None:
        garage, car = await make_garage(open_work, bays=5), await a_car(call.standard)
        other = await a_car(call.standard)
        first = await book(call.standard, garage, car, at("09:00"))
        await call.standard.get("/api/bookings")
        statements.clear()
        await call.standard.get("/api/bookings")
        few = len(statements)
        for wall in ("10:00", "14:00", "15:00"):
            await book(call.standard, garage, other, at(wall, "2026-12-08"))
        statements.clear()
        found = (await call.standard.get("/api/bookings")).json()
        assert (found["count"], len(statements)) == (4, few)
        await went(boss_of(call), first["id"], "confirm")
        for query, count in (
            (f"vehicle={car}", 1),
            ("state=confirmed", 1),
            ("state=confirmed&state=pending", 4),
            ("from=2026-12-08", 3),
            ("to=2026-12-07", 1),
            (f"garage={garage.id}&from=2026-12-08&to=2026-12-08", 3),
            (f"garage={new_id()}", 0),
        ):
            listed = (await call.standard.get(f"/api/bookings?{query}")).json()
            assert listed["count"] == count, query

    async def test_who_hears_is_who_asked(
        self, call: Callers, open_work: Any, emitted: Any
    ) -> None:
        garage, car = await make_garage(open_work), await a_car(call.premium)
        await share(open_work, car, "member", Role.EDITOR)
        member = as_person(call, "member")
        made = await book(member, garage, car, NINE)
        await went(boss_of(call), made["id"], "confirm")
        [confirmed] = [
            each for each in await emitted(BookingNotice) if each.happened == "confirmed"
        ]
        assert confirmed.account_id == person("member")
        assert (await member.post(f"/api/vehicles/{car}/leave")).status_code == 204
        await went(boss_of(call), made["id"], "cancel", reason="Pont en panne")
        gone = [each for each in await emitted(BookingNotice) if each.happened == "cancelled"]
        assert [each.account_id for each in gone] == [call.user_id("premium")]
        assert gone[0].audience is BookingSide.CUSTOMER
        assert person(BOSS) not in {each.account_id for each in gone}
