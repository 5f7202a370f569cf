"""Domain page §3 and the manners of clients: a create that is sent again makes no second thing, a month later neither."""

import asyncio
from typing import Any

import pytest

from services.vehicles.api.dependencies import Named
from services.vehicles.tests.api.test_doors import everything_of, routes
from services.vehicles.tests.cars.api.test_roles import IN_BODY, OPERATIONS
from services.vehicles.tests.factories import make_record, make_vehicle
from services.vehicles.tests.garages.api.test_garages import TABLE as OF_GARAGES
from services.vehicles.tests.moving.factories import PROFILE
from services.vehicles.tests.running.api.test_tariffs import HOME
from shared.contracts.vehicles import MaintenanceChanged
from shared.ids import new_id
from shared.testing.client import Callers


def body(car: str, id_: Any, **said: Any) -> dict[str, Any]:
    return {
        "id": str(id_),
        "vehicle": car,
        "service_date": "2026-01-15",
        "service_type": "oil_change",
    } | said


class TestSentAgain:
    async def test_the_same_words_get_the_same_thing_as_it_is_now(
        self, call: Callers, emitted: Any, clock: Any
    ) -> None:
        car = (await make_vehicle(call.free))["id"]
        id_ = new_id()
        made = await call.free.post("/api/maintenances", json=body(car, id_, garage="A"))
        assert (made.status_code, made.json()["id"]) == (201, str(id_))
        assert made.headers["location"] == f"/api/maintenances/{id_}"
        await call.free.patch(f"/api/maintenances/{id_}", json={"garage": "B"})
        clock.move(days=90)
        reordered = dict(reversed(body(car, id_, garage="A").items()))
        again = await call.free.post("/api/maintenances", json=reordered)
        assert (again.status_code, again.json()["garage"]) == (201, "B")
        assert (await call.free.get("/api/maintenances")).json()["count"] == 1
        assert len(await emitted(MaintenanceChanged)) == 2

    async def test_at_the_same_moment_one_is_made(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        id_ = new_id()
        answers = await asyncio.gather(
            *(call.free.post("/api/maintenances", json=body(car, id_)) for _ in range(6))
        )
        assert [a.status_code for a in answers] == [201] * 6, [a.text for a in answers]
        assert {a.json()["id"] for a in answers} == {str(id_)}
        assert (await call.free.get("/api/maintenances")).json()["count"] == 1

    async def test_a_refused_one_leaves_its_id_free(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        id_ = new_id()
        wrong = body(car, id_, service_date="2199-01-01")
        assert (await call.free.post("/api/maintenances", json=wrong)).status_code == 422
        assert (await call.free.post("/api/maintenances", json=body(car, id_))).status_code == 201


class TestTaken:
    async def test_by_other_words(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        id_ = new_id()
        await call.free.post("/api/maintenances", json=body(car, id_, garage="A"))
        other = await call.free.post("/api/maintenances", json=body(car, id_, garage="B"))
        assert (other.status_code, other.json()["code"]) == (409, "id_taken")
        assert (await call.free.get(f"/api/maintenances/{id_}")).json()["garage"] == "A"

    async def test_by_somebody_else_without_telling_whom(self, call: Callers) -> None:
        theirs = (await make_vehicle(call.other))["id"]
        mine = (await make_vehicle(call.free))["id"]
        id_ = new_id()
        await call.other.post("/api/maintenances", json=body(theirs, id_))
        refused = await call.free.post("/api/maintenances", json=body(mine, id_))
        assert (refused.status_code, refused.json()["code"]) == (409, "id_taken")
        assert theirs not in refused.text
        assert str(call.user_id("other")) not in refused.text

    async def test_by_a_thing_of_another_kind(self, call: Callers) -> None:
        id_ = new_id()
        car = {"id": str(id_), "make": "Peugeot", "model": "308"}
        assert (await call.free.post("/api/vehicles", json=car)).status_code == 201
        refused = await call.free.post("/api/maintenances", json=body(str(id_), id_))
        assert (refused.status_code, refused.json()["code"]) == (409, "id_taken")

    async def test_by_what_has_been_deleted_since(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        id_ = new_id()
        await call.free.post("/api/maintenances", json=body(car, id_))
        await call.free.delete(f"/api/maintenances/{id_}")
        refused = await call.free.post("/api/maintenances", json=body(car, id_))
        assert (refused.status_code, refused.json()["code"]) == (409, "id_taken")

    async def test_by_what_we_named_ourselves(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        known = (await make_record(call.free, car))["id"]
        refused = await call.free.post("/api/maintenances", json=body(car, known))
        assert refused.status_code == 409
        assert (await call.free.get("/api/maintenances")).json()["count"] == 1


@pytest.mark.parametrize("id_", ["", "1", 5, "{01a20000-0000-7000-8000-00000000ffff}"])
async def test_what_is_no_id_is_refused(call: Callers, id_: Any) -> None:
    car = (await make_vehicle(call.free))["id"]
    answer = await call.free.post("/api/maintenances", json=body(car, "x") | {"id": id_})
    assert answer.status_code == 422


async def test_a_car_sent_again_is_one_car(call: Callers) -> None:
    """Also for somebody whose plan has no room for a second one."""
    car = {"id": str(new_id()), "make": "Peugeot", "model": "308", "mileage": 5}
    for _ in range(2):
        await make_vehicle(call.free)
    for _ in range(2):
        answer = await call.free.post("/api/vehicles", json=car)
        assert (answer.status_code, answer.json()["id"]) == (201, car["id"])
    assert (await call.free.get("/api/vehicles")).json()["count"] == 3


async def test_a_reading_sent_again_is_one_reading(call: Callers) -> None:
    cars = [(await make_vehicle(call.free))["id"] for _ in range(2)]
    reading = {"id": str(new_id()), "mileage": 50_000, "read_on": "2026-01-15"}
    for _ in range(2):
        answer = await call.free.post(f"/api/vehicles/{cars[0]}/odometer", json=reading)
        assert (answer.status_code, answer.json()["id"]) == (201, reading["id"])
    assert (await call.free.get(f"/api/vehicles/{cars[0]}/odometer")).json()["count"] == 1
    other = await call.free.post(f"/api/vehicles/{cars[1]}/odometer", json=reading)
    assert (other.status_code, other.json()["code"]) == (409, "id_taken")


async def test_a_plan_sent_again_is_one_plan(call: Callers) -> None:
    """Also where a second one of the same work would be refused."""
    car = (await make_vehicle(call.free))["id"]
    plan = {"id": str(new_id()), "vehicle": car, "service_type": "coolant", "every_months": 48}
    for _ in range(2):
        answer = await call.free.post("/api/maintenance-plans", json=plan)
        assert (answer.status_code, answer.json()["id"]) == (201, plan["id"])
    assert (await call.free.get("/api/maintenance-plans")).json()["count"] == 1


async def test_a_reminder_sent_again_is_one_reminder(call: Callers) -> None:
    car = (await make_vehicle(call.free))["id"]
    reminder = {"id": str(new_id()), "vehicle": car, "title": "Assurance", "due_on": "2027-03-01"}
    for _ in range(2):
        answer = await call.free.post("/api/reminders", json=reminder)
        assert (answer.status_code, answer.json()["id"]) == (201, reminder["id"])
    assert (await call.free.get("/api/reminders")).json()["count"] == 1
    nameless = reminder | {"id": None}
    assert (await call.free.post("/api/reminders", json=nameless)).status_code == 201


NO_ID = {
    "create_guest_link": "its token is told once: sent again, it is another link, and the first can be revoked",
    "create_passport_link": "as above",
    "create_guest_reading": "takes one, under a link's token: tests/moving/api/test_guest_defects.py",
    "create_guest_fill": "as above",
    "create_guest_defect": "as above",
    # named by what they say: asked again, they answer the same or make nothing twice
    "close_a_plan": "by the record that closes it",
    "create_invitation": "by address: asked again, its token is a new one",
    "create_handover": "one at a time",
    "create_calendar": "one each: the old token ends",
    "create_import": "a form: sent again with its Idempotency-Key it is answered again, and nothing is applied by it",
    "claim_a_garage": "one of a person and garage waits: asked again, its code is a new one",
    "invite_to_work_there": "by address: asked again, its token is a new one",
    "report_a_review": "one of a person and review",
    "create_brand": "by its name, in the catalogue",
    "create_model": "by its name, in the catalogue",
}
"""Creates whose client chooses no id, and why."""
SAID: dict[str, dict[str, Any]] = {
    "create_vehicle": {"make": "Peugeot", "model": "208"},
    "create_group": {"name": "Paris"},
    "create_profile": PROFILE | {"name": "Mine"},
    "create_energy_tariff": HOME,
    "create_reading": {"mileage": 51, "read_on": "2026-05-01"},
    "create_segment": {"starts_on": "2024-03-02", "new_start": 5},
    "create_fill": {"day": "2026-05-02", "quantity": "12", "energy": "petrol"},
    "create_vehicle_fill": {"day": "2026-05-02", "quantity": "12", "energy": "petrol"},
    "quick_fill": {"day": "2026-05-02", "quantity": "12", "energy": "petrol"},
    "schedule_a_repair": {"garage": "Chez Léa"},
    "plan_a_repair": {"service_type": "brake_fluid", "confirmed": False},
    "create_budget": {"category": "toll", "amount": {"amount": "10.00", "currency": "EUR"}},
}
"""Where a body of the role table would meet what is there already."""


def creates() -> list[str]:
    return sorted(
        route.name
        for method, route in routes()
        if method == "POST" and route.status_code == 201 and route.name not in NO_ID
    )


class TestEveryCreate:
    def test_takes_an_id_or_says_why_not(self) -> None:
        names = {route.name: route for _, route in routes()}
        assert NO_ID.keys() <= names.keys()
        for name in creates():
            field = names[name].body_field
            assert field is not None, name
            body = field.field_info.annotation
            models = [body, *getattr(body, "__args__", ())]
            assert any(isinstance(m, type) and issubclass(m, Named) for m in models), (
                f"{name} takes no id of its client's: sent again, it makes a second thing"
            )

    @pytest.mark.parametrize("name", [name for name in creates() if name not in OF_GARAGES])
    async def test_sent_again_makes_no_second_thing(
        self, name: str, call: Callers, hear: Any
    ) -> None:
        ids = await everything_of(call, hear)
        route = {route.name: route for _, route in routes()}[name]
        said = SAID.get(name) or (OPERATIONS[name].body if name in OPERATIONS else {})
        body = {"id": str(new_id())} | {
            name: value.format(**ids) if isinstance(value, str) else value
            for name, value in said.items()
        }
        if name in IN_BODY:
            body["vehicle"] = ids["vehicle_id"]
        path = route.path.format(**ids)
        made = await call.standard.post(path, json=body)
        assert made.status_code == 201, made.text
        told = made.json().get("fill", made.json())
        assert told["id"] == body["id"]
        again = await call.standard.post(path, json=body)
        assert (again.status_code, again.json()) == (201, made.json())
        assert again.headers.get("location") == made.headers.get("location")
        stranger = await call.other.post(path, json=body)
        assert stranger.status_code in {404, 409}
        other = await call.standard.post(path, json=body | _other_words(body))
        assert (other.status_code, other.json()["code"]) == (409, "id_taken"), other.text


OTHERWISE: dict[str, Any] = {
    "starts_at": {"note": "otherwise"},
    "starts_on": {"new_start": 6},
    "text": {"text": "otherwise"},
    "garage": {"garage": "otherwise"},
    "confirmed": {"confirmed": True},
    "note": {"note": "otherwise"},
    "reason": {"reason": "otherwise"},
    "title": {"title": "otherwise"},
    "name": {"name": "otherwise"},
    "mileage": {"mileage": 52},
    "quantity": {"quantity": "13"},
    "amount": {"amount": {"amount": "11.00", "currency": "EUR"}},
    "done_on": {"done_on": "2026-01-03"},
    "distance": {"distance": 7},
    "on": {"on": "2026-01-02"},
    "make": {"model": "108"},
    "every_months": {"every_months": 13},
    "template": {"template": "coolant"},
    "service_date": {"garage": "otherwise"},
}


def _other_words(body: dict[str, Any]) -> dict[str, Any]:
    """One member said otherwise."""
    found: dict[str, Any] = next(
        (said for name, said in OTHERWISE.items() if name in body), {"reason": "otherwise"}
    )
    return found
