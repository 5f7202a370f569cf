from typing import Any

from services.vehicles.domain.cars.roles import Role
from services.vehicles.tests.factories import make_plan, make_reminder, make_vehicle
from services.vehicles.tests.sharing import as_person, know, share
from shared.testing.client import Callers


async def test_who_made_a_reminder_or_the_plan_it_is_of_is_told_with_it(
    call: Callers, hear: Any, open_work: Any
) -> None:
    await know(hear, "editor", first_name="Léa", last_name="Petit")
    car = (await make_vehicle(call.standard))["id"]
    await share(open_work, car, "editor", Role.EDITOR)
    by_lea = (await make_reminder(as_person(call, "editor"), car))["id"]
    plan = (await make_plan(as_person(call, "editor"), car))["id"]
    mine = (await make_reminder(call.standard, car))["id"]
    listed = (await call.standard.get("/api/reminders")).json()["results"]
    names = {each["id"]: each["made_by"]["name"] for each in listed}
    assert {id_ for id_, name in names.items() if name == "Léa Petit"} == {by_lea, plan}
    for id_ in (by_lea, plan, mine):
        made_by = (await call.standard.get(f"/api/reminders/{id_}")).json()["made_by"]
        assert made_by["is_you"] == (id_ == mine)
