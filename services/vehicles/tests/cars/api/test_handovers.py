"""A car changes hands: domain.md §1."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from services.vehicles.domain.cars.roles import Role
from services.vehicles.storage.authorship import tables as authored
from services.vehicles.storage.base import Base
from services.vehicles.storage.cars.handovers import STAYS, tables
from services.vehicles.tests.factories import (
    kept_document,
    make_plan,
    make_record,
    make_reminder,
    make_vehicle,
    read_odometer,
)
from services.vehicles.tests.sharing import as_person, know, person, share
from shared.contracts.features import Plan
from shared.contracts.vehicles import (
    HandoverOffered,
    MaintenanceChanged,
    SharingKind,
    SharingNotice,
    VehicleChanged,
    VehicleHandedOver,
)
from shared.ids import new_id
from shared.testing.client import Callers, caller_on
from shared.testing.erasing import deletion

VIN = "VF3LBHZTXHS123456"


async def offered(call: Callers, car: str, emitted: Any, name: str = "lea", **said: Any) -> str:
    body = {"email": f"{name}@example.org"} | said
    answer = await call.standard.post(f"/api/vehicles/{car}/handover", json=body)
    assert answer.status_code == 201, answer.text
    token: str = (await emitted(HandoverOffered))[-1].token.get_secret_value()
    return token


async def accepted(call: Callers, token: str, name: str = "lea", plan: Plan = Plan.FREE) -> Any:
    client = call.as_user(person(name), plan)
    return await client.post("/api/handovers/accept", json={"token": token})


async def rows_of(open_work: Any, owner: UUID, car: str) -> int:
    """Of everything of a car that names its owner."""
    found = 0
    async with open_work() as work:
        for table in tables():
            mine = (table.c.vehicle_id == UUID(car), table.c.owner_id == owner)
            counted = select(func.count()).select_from(table).where(*mine)
            found += await work.session.scalar(counted)
    return found


async def with_a_history(call: Callers, **said: Any) -> str:
    car: str = (await make_vehicle(call.standard, mileage=50_000, **said))["id"]
    price = {"amount": "189.90", "currency": "EUR"}
    line = {"description": "Filtre", "unit_price": price, "total": price}
    await make_record(call.standard, car, mileage=49_000, cost=price, lines=[line])
    await make_plan(call.standard, car)
    await make_reminder(call.standard, car)
    return car


class TestTheFourExamples:
    async def test_a_receiver_with_three_of_three_cars_moves_nothing(
        self, call: Callers, hear: Any, emitted: Any, open_work: Any
    ) -> None:
        await know(hear, "lea")
        lea = call.as_user(person("lea"), Plan.FREE)
        for number in range(3):
            await make_vehicle(lea, model=str(number))
        car = await with_a_history(call)
        before = await rows_of(open_work, person("standard"), car)
        token = await offered(call, car, emitted)
        told = len(await emitted())
        answer = await accepted(call, token)
        assert (answer.status_code, answer.json()["code"]) == (403, "quota_exceeded")
        assert await rows_of(open_work, person("standard"), car) == before
        assert (await call.standard.get(f"/api/vehicles/{car}")).json()["role"] == "owner"
        assert len(await emitted()) == told
        again = await accepted(call, token, plan=Plan.STANDARD)
        assert again.status_code == 200, "the offer is still there for a larger plan"

    async def test_of_two_parallel_accepts_one_is_200_and_one_409(
        self, call: Callers, hear: Any, emitted: Any
    ) -> None:
        await know(hear, "lea")
        car = await with_a_history(call)
        token = await offered(call, car, emitted)
        answers = await asyncio.gather(*(accepted(call, token) for _ in range(2)))
        assert sorted(each.status_code for each in answers) == [200, 409]
        assert len(await emitted(VehicleHandedOver)) == 1

    async def test_a_receiver_who_owns_the_same_vin_is_409_vin_exists(
        self, call: Callers, hear: Any, emitted: Any
    ) -> None:
        await know(hear, "lea")
        await make_vehicle(as_person(call, "lea"), vin=VIN)
        car = await with_a_history(call, vin=VIN)
        answer = await accepted(call, await offered(call, car, emitted))
        assert (answer.status_code, answer.json()["code"]) == (409, "vin_exists")
        assert (await call.standard.get(f"/api/vehicles/{car}")).status_code == 200

    async def test_an_offer_accepted_after_withdrawal_is_410(
        self, call: Callers, hear: Any, emitted: Any
    ) -> None:
        await know(hear, "lea")
        car = await with_a_history(call)
        token = await offered(call, car, emitted)
        assert (await call.standard.delete(f"/api/vehicles/{car}/handover")).status_code == 204
        answer = await accepted(call, token)
        assert (answer.status_code, answer.json()["code"]) == (410, "offer_gone")


class TestAccept:
    async def test_everything_is_the_receivers_and_said_once(
        self, call: Callers, hear: Any, emitted: Any, open_work: Any
    ) -> None:
        lea, giver = await know(hear, "lea"), await know(hear, "standard")
        car = await with_a_history(call)
        await share(open_work, car, "hugo", Role.EDITOR)
        token = await offered(call, car, emitted, include_costs=True)
        answer = await accepted(call, token)
        assert (answer.status_code, answer.json()["role"]) == (200, "owner")
        assert await rows_of(open_work, giver, car) == 0
        assert await rows_of(open_work, lea, car) > 2
        for name in ("standard", "hugo"):
            found = await as_person(call, name).get(f"/api/vehicles/{car}")
            assert found.status_code == 404, name
        [moved] = await emitted(VehicleHandedOver)
        assert (moved.owner_id, moved.given_by) == (lea, giver)
        assert (moved.include_costs, moved.include_documents) == (True, False)
        car_told = (await emitted(VehicleChanged))[-1]
        assert (car_told.owner_id, car_told.members, car_told.version) == (lea, (), moved.version)
        assert (await emitted(MaintenanceChanged))[-1].owner_id == lea
        told = {each.account_id: each.kind for each in await emitted(SharingNotice)}
        assert told == {
            giver: SharingKind.HANDOVER_ACCEPTED,
            person("hugo"): SharingKind.CAR_GONE,
        }

    async def test_plans_go_with_the_car_and_reminders_of_the_giver_end(
        self, call: Callers, hear: Any, emitted: Any
    ) -> None:
        await know(hear, "lea")
        car = await with_a_history(call)
        await accepted(call, await offered(call, car, emitted))
        lea = as_person(call, "lea")
        assert (await lea.get(f"/api/maintenance-plans?vehicle={car}")).json()["count"] == 1
        assert (await call.standard.get("/api/reminders")).json()["count"] == 0
        [ahead] = (await lea.get("/api/reminders")).json()["results"]
        assert ahead["source"] == "plan"

    @pytest.mark.parametrize("included", [True, False])
    async def test_costs_go_as_far_as_they_are_included(
        self, call: Callers, hear: Any, emitted: Any, included: bool
    ) -> None:
        await know(hear, "lea")
        price = {"amount": "9000.00", "currency": "EUR"}
        car = await with_a_history(call, purchase_price=price)
        await accepted(call, await offered(call, car, emitted, include_costs=included))
        lea = as_person(call, "lea")
        [record] = (await lea.get(f"/api/vehicles/{car}/maintenances")).json()["results"]
        assert (record["cost"] is not None) is included
        assert (record["lines"][0]["total"] is not None) is included
        assert record["lines"][0]["description"] == "Filtre"
        found = (await lea.get(f"/api/vehicles/{car}")).json()
        assert (found["purchase_price"] is not None) is included
        told = (await emitted(MaintenanceChanged))[-1]
        assert (told.cost is not None) is included

    @pytest.mark.parametrize("included", [True, False])
    async def test_a_record_keeps_its_papers_only_if_they_are_included(
        self, call: Callers, hear: Any, emitted: Any, included: bool
    ) -> None:
        await know(hear, "lea")
        paper = new_id()
        await hear(kept_document(person("standard"), paper))
        car = (await make_vehicle(call.standard))["id"]
        record = await make_record(call.standard, car, documents=[str(paper)])
        await accepted(call, await offered(call, car, emitted, include_documents=included))
        found = await as_person(call, "lea").get(f"/api/maintenances/{record['id']}")
        assert found.json()["documents"] == ([str(paper)] if included else [])

    async def test_the_giver_keeps_a_frozen_copy_without_later_data(
        self, call: Callers, hear: Any, emitted: Any
    ) -> None:
        await know(hear, "lea")
        car = await with_a_history(call, license_plate="AA-111-AA")
        await accepted(call, await offered(call, car, emitted))
        lea = as_person(call, "lea")
        await read_odometer(lea, car, 60_000, "2026-06-01")
        await lea.patch(f"/api/vehicles/{car}", json={"color": "rose"})
        [past] = (await call.standard.get("/api/vehicles/past")).json()["results"]
        assert (past["vehicle"], past["name"]) == (car, "Peugeot 308")
        whole = (await call.standard.get(f"/api/vehicles/past/{past['id']}")).json()["content"]
        assert whole["vehicle"][0]["plate"] == "AA-111-AA"
        assert whole["vehicle"][0]["color"] is None
        assert whole["maintenance_record"][0]["cost_minor"] == 18990
        assert len(whole["reminder"]) == 1
        assert {row["metres"] for row in whole["odometer_reading"]} == {50_000_000, 49_000_000}
        assert str(person("standard")) not in str(whole)
        assert (await lea.get(f"/api/vehicles/past/{past['id']}")).status_code == 404
        path = f"/api/vehicles/past/{past['id']}"
        assert (await call.standard.delete(path)).status_code == 204
        assert (await call.standard.get("/api/vehicles/past")).json()["count"] == 0

    async def test_who_made_what_is_no_name_to_the_receiver_and_notes_go(
        self, call: Callers, hear: Any, emitted: Any, open_work: Any
    ) -> None:
        await know(hear, "lea")
        car = (await make_vehicle(call.standard))["id"]
        await call.standard.post(
            f"/api/vehicles/{car}/odometer", json={"mileage": 900, "note": "bei Tante Irma"}
        )
        await accepted(call, await offered(call, car, emitted))
        async with open_work() as work:
            for table in authored():
                authors = select(table.c.made_by).where(table.c.vehicle_id == UUID(car))
                assert person("standard") not in set(await work.session.scalars(authors))
        [reading] = (await as_person(call, "lea").get(f"/api/vehicles/{car}/odometer")).json()[
            "results"
        ]
        assert reading["note"] is None

    async def test_an_open_invitation_ends_with_it(
        self, call: Callers, hear: Any, emitted: Any, open_work: Any
    ) -> None:
        await know(hear, "lea")
        car = (await make_vehicle(call.standard))["id"]
        path = f"/api/vehicles/{car}/invitations"
        await call.standard.post(path, json={"email": "x@example.org", "role": "editor"})
        await accepted(call, await offered(call, car, emitted))
        assert (await as_person(call, "lea").get(path)).json() == []

    async def test_a_plan_without_limit_takes_any_number(
        self, call: Callers, hear: Any, emitted: Any
    ) -> None:
        await know(hear, "lea")
        for number in range(4):
            car = (await make_vehicle(call.standard, model=str(number)))["id"]
            token = await offered(call, car, emitted)
            assert (await accepted(call, token, plan=Plan.PREMIUM)).status_code == 200

    async def test_what_is_not_for_them_is_refused(
        self, call: Callers, hear: Any, emitted: Any
    ) -> None:
        await know(hear, "lea", verified=False)
        await know(hear, "mallory")
        await know(hear, "standard")
        car = (await make_vehicle(call.standard))["id"]
        token = await offered(call, car, emitted)
        codes = [(await accepted(call, token, name)).json()["code"] for name in ("lea", "mallory")]
        assert codes == ["address_unproven", "address_differs"]
        assert (await accepted(call, "x" * 43)).status_code == 404
        await call.standard.delete(f"/api/vehicles/{car}/handover")
        mine = await offered(call, car, emitted, "standard")
        assert (await accepted(call, mine, "standard")).json()["code"] == "already_member"


class TestOffer:
    async def test_one_at_a_time_for_fourteen_days(
        self, call: Callers, hear: Any, emitted: Any, clock: Any
    ) -> None:
        await know(hear, "lea")
        car = (await make_vehicle(call.standard))["id"]
        path = f"/api/vehicles/{car}/handover"
        assert (await call.standard.get(path)).status_code == 404
        token = await offered(call, car, emitted)
        assert (await call.standard.get(path)).json()["email"] == "lea@example.org"
        second = await call.standard.post(path, json={"email": "b@example.org"})
        assert (second.status_code, second.json()["code"]) == (409, "handover_open")
        clock.move(days=14)
        client = call.with_caller(caller_on(Plan.FREE, person("lea")))
        late = await client.post("/api/handovers/accept", json={"token": token})
        assert late.json()["code"] == "offer_gone"
        assert (await call.standard.get(path)).status_code == 404
        again = await call.standard.post(path, json={"email": "b@example.org"})
        assert again.status_code == 201

    async def test_declined_it_stays_the_givers_who_hears_of_it(
        self, call: Callers, hear: Any, emitted: Any
    ) -> None:
        await know(hear, "lea")
        car = (await make_vehicle(call.standard))["id"]
        token = await offered(call, car, emitted)
        lea = as_person(call, "lea")
        answer = await lea.post("/api/handovers/decline", json={"token": token})
        assert answer.status_code == 204
        assert (await emitted(SharingNotice))[-1].kind == SharingKind.HANDOVER_DECLINED
        assert (await accepted(call, token)).json()["code"] == "offer_settled"
        assert (await call.standard.get(f"/api/vehicles/{car}")).json()["role"] == "owner"


class TestRaces:
    """Two connections, really parallel: whichever is first, nothing is torn."""

    async def test_accept_beside_withdrawal(
        self, call: Callers, hear: Any, emitted: Any, open_work: Any
    ) -> None:
        await know(hear, "lea")
        for number in range(4):
            car = (await make_vehicle(call.premium, model=str(number)))["id"]
            body = {"email": "lea@example.org"}
            await call.premium.post(f"/api/vehicles/{car}/handover", json=body)
            token = (await emitted(HandoverOffered))[-1].token.get_secret_value()
            taking, leaving = await asyncio.gather(
                accepted(call, token, plan=Plan.PREMIUM),
                call.premium.delete(f"/api/vehicles/{car}/handover"),
            )
            assert (taking.status_code, leaving.status_code) in {(200, 404), (410, 204)}
            owner = person("lea") if taking.status_code == 200 else person("premium")
            async with open_work() as work:
                assert (await work.vehicles.held(UUID(car))).owner_id == owner

    async def test_accept_beside_an_edit_a_reading_and_a_deletion(
        self, call: Callers, hear: Any, emitted: Any, open_work: Any
    ) -> None:
        lea = await know(hear, "lea")
        for number in range(3):
            car = (await make_vehicle(call.standard, model=str(number), mileage=1000))["id"]
            token = await offered(call, car, emitted)
            path = f"/api/vehicles/{car}"
            answers = await asyncio.gather(
                accepted(call, token, plan=Plan.PREMIUM),
                call.standard.patch(path, json={"color": "bleu"}),
                call.standard.post(f"{path}/odometer", json={"mileage": 2000}),
                call.standard.delete(path) if number == 2 else call.standard.get(path),
            )
            assert {each.status_code for each in answers} <= {200, 201, 204, 404, 410}
            if answers[0].status_code == 200:
                assert await rows_of(open_work, person("standard"), car) == 0
                assert await rows_of(open_work, lea, car) >= 1

    async def test_two_cars_for_one_last_place(
        self, call: Callers, hear: Any, emitted: Any
    ) -> None:
        """FREE has three places; two are taken."""
        await know(hear, "lea")
        lea = call.as_user(person("lea"), Plan.FREE)
        for number in range(2):
            await make_vehicle(lea, model=str(number))
        tokens = []
        for number in range(3):
            car = (await make_vehicle(call.standard, model=f"given {number}"))["id"]
            tokens.append(await offered(call, car, emitted))
        answers = await asyncio.gather(*(accepted(call, token) for token in tokens))
        assert sorted(each.status_code for each in answers) == [200, 403, 403]
        assert (await lea.get("/api/vehicles")).json()["count"] == 3

    async def test_accept_beside_the_erasure_of_the_giver(
        self, call: Callers, hear: Any, emitted: Any, open_work: Any
    ) -> None:
        await know(hear, "lea")
        car = await with_a_history(call)
        token = await offered(call, car, emitted)
        taking, _ = await asyncio.gather(accepted(call, token), hear(deletion(person("standard"))))
        assert taking.status_code in {200, 404, 410}
        assert await rows_of(open_work, person("standard"), car) == 0


def test_every_table_of_a_car_goes_with_it() -> None:
    """What names a car and no owner goes with its car in the database, or is one of these."""
    named = {table.name for table in tables()} | STAYS
    others = {
        table.name
        for table in Base.metadata.sorted_tables
        if "vehicle_id" in table.c and table.name not in named
    }
    persons = {
        "membership",
        "reminder_notice",
        "reminder_preference",
        "car_export",
    }  # each person's own, by account
    assert others == persons | {"tombstone"}  # what is gone, for who synchronises
