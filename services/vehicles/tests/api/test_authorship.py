"""Every thing of a shared car tells who made it, wherever it is told: to whoever shares the car, by name."""

from collections.abc import Iterator
from typing import Any

from services.vehicles.api.authorship import MadeOut
from services.vehicles.domain.cars.roles import Role
from services.vehicles.storage.authorship import tables
from services.vehicles.tests.api.test_doors import BODIES
from services.vehicles.tests.care.factories import make_case, make_reply
from services.vehicles.tests.factories import (
    make_plan,
    make_record,
    make_reminder,
    make_segment,
    make_vehicle,
    read_odometer,
)
from services.vehicles.tests.running.factories import euros, fill_up, make_expense, make_value
from services.vehicles.tests.sharing import as_person, know, made_in, share
from shared.testing.client import Callers

NOT_MADE = {"invitation"}
"""Tables that name an author nobody is shown: who invited somebody is no part of the car's book."""


async def a_book_of_an_editor(call: Callers, hear: Any, open_work: Any) -> tuple[str, str]:
    """A car of `standard` whose every thing Léa, its editor, wrote down."""
    editor = await know(hear, "editor", first_name="Léa", last_name="Petit")
    car = (await make_vehicle(call.standard))["id"]
    await share(open_work, car, "editor", Role.EDITOR)
    lea = as_person(call, "editor")
    plan = await make_plan(lea, car)
    await make_record(lea, car, cost=euros("10.00"))
    await make_reminder(lea, car)
    await make_segment(lea, car)
    await read_odometer(lea, car, 50, "2026-04-01")
    await fill_up(lea, car)
    await make_expense(lea, car)
    await make_value(lea, car, "2026-03-01", "9000.00")
    await make_reply(lea, (await make_case(lea, car))["id"])
    steps = f"/api/maintenance-plans/{plan['id']}"
    for path, body in (
        (f"{steps}/completions", {"on": "2026-02-01"}),
        (f"{steps}/skip", {"reason": "soon sold"}),
        (f"/api/vehicles/{car}/budgets", BODIES["create_budget"]),
    ):
        answer = await lea.post(path, json=body)
        assert answer.status_code == 201, answer.text
        for made in made_in(answer.json()):
            assert made["made_by"] == {"id": str(editor), "name": None, "is_you": True} | {
                "name": made["made_by"]["name"]
            }
    return car, plan["id"]


async def test_whatever_of_a_car_names_its_author_is_told_with_them(
    call: Callers, hear: Any, open_work: Any
) -> None:
    car, plan = await a_book_of_an_editor(call, hear, open_work)
    by_path = {}
    for path in (
        f"/api/vehicles/{car}/dashboard", f"/api/vehicles/{car}/timeline", "/api/fleet/dashboard", "/api/sync",
        "/api/maintenances", "/api/maintenances/recent", f"/api/vehicles/{car}/maintenances",
        "/api/maintenance-plans", "/api/maintenance-plans/due", f"/api/maintenance-plans/{plan}",
        f"/api/maintenance-plans/{plan}/completions", f"/api/maintenance-plans/{plan}/history",
        "/api/reminders", "/api/fills", f"/api/vehicles/{car}/fills", "/api/expenses",
        f"/api/vehicles/{car}/value-points", f"/api/vehicles/{car}/budgets",
        f"/api/vehicles/{car}/odometer", f"/api/vehicles/{car}/odometer/segments",
        "/api/diagnostics", f"/api/vehicles/{car}/diagnostics", "/api/diagnostics/replies",
    ):  # fmt: skip
        answer = await call.standard.get(path)
        assert answer.status_code == 200, answer.text
        by_path[path] = list(made_in(answer.json()))
    for path, found in by_path.items():
        assert found, f"{path} tells nothing that names an author"
        for each in found:
            said = each["made_by"]
            assert said is not None, f"{path}: {each}"
            assert (said["name"], said["is_you"]) == ("Léa Petit", False), path


def test_every_table_that_names_an_author_has_an_answer_that_does() -> None:
    told = {
        model.__name__
        for model in _subclasses(MadeOut)
        if model.__module__.startswith("services.vehicles.api")
    }
    assert told >= {
        *("RecordOut", "PlanOut", "ReminderOut", "CompletionOut", "StepMade", "ReadingOut"),
        *("SegmentOut", "PhaseOut", "ExpenseOut", "ValueOut", "BudgetOut", "FillOut"),
        *("CaseOut", "ReplyOut", "DoneOut", "TripOut", "TyreSetOut", "BookingOut"),
        *("GuestLinkOut", "PassportLinkOut"),
    }
    assert {table.name for table in tables()} - NOT_MADE == {
        *("maintenance_record", "maintenance_plan", "plan_entry", "reminder", "odometer_reading"),
        *("odometer_segment", "vehicle_phase", "expense", "value_point", "budget", "fill"),
        *("diagnostic", "diagnostic_reply", "obligation_done", "trip", "tyre_set", "booking"),
        *("guest_link", "passport_link"),
    }, "a new table of things that somebody makes: its answer is a MadeOut, and is shown"


def _subclasses(model: Any) -> Iterator[Any]:
    for each in model.__subclasses__():
        yield each
        yield from _subclasses(each)
