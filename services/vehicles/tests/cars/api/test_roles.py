"""Who may do what: every cell of the permission table (domain.md §1), and every operation of this service in every role.

A new operation needs a row in `OPERATIONS`, or stands in `OF_NO_CAR`: without, a test fails.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from fastapi.routing import APIRoute

from services.vehicles.api import routers
from services.vehicles.domain.cars.roles import May, Role, Standing
from services.vehicles.tests.api.test_doors import BODIES, SOMETHING, everything_of
from services.vehicles.tests.factories import kept_document, make_record, make_vehicle
from services.vehicles.tests.sharing import (
    MEMBERS,
    as_person,
    know,
    made_in,
    person,
    share,
    with_key,
)
from shared.contracts.features import Plan
from shared.contracts.roles import THEIR_OWN
from shared.contracts.scopes import Scope
from shared.http.access import OpenTo, read
from shared.ids import new_id
from shared.testing.client import Callers

OWNER, MANAGER, EDITOR, DRIVER, VIEWER = Role
TABLE: dict[str, tuple[tuple[May, ...], str]] = {
    "see car, photo, unit, last reading": ((May.SEE_CAR,), "OMEDV"),
    "edit car, tanks, lifecycle; custom fields": ((May.EDIT_CAR,), "OM"),
    "delete, hand over, sell": ((May.GIVE_AWAY,), "O"),
    "invite, change, remove members": ((May.MANAGE_MEMBERS,), "OM"),
    "readings: add": ((May.ADD_READING,), "OMED"),
    "readings: accept, void, segment": ((May.JUDGE_READING,), "OMEd"),
    "readings: read": ((May.READ_LEDGER,), "OMEdV"),
    "fills and charges: add": ((May.ADD_FILL,), "OMED"),
    "fills and charges: change": ((May.CHANGE_FILL,), "OMEd"),
    "fills and charges: read": ((May.READ_FILLS,), "OMEdV"),
    "maintenance, plans, reminders: read": ((May.READ_CARE,), "OMEV"),
    "maintenance, plans, reminders: write": ((May.WRITE_CARE,), "OME"),
    "drafts: see, confirm": ((May.HANDLE_DRAFTS,), "OME"),
    "documents: read": ((May.READ_DOCUMENTS,), "OMEdv"),
    "documents: write": ((May.WRITE_DOCUMENTS,), "OMEd"),
    "report a defect": ((May.REPORT_DEFECT,), "OMED"),
    "all cases: read": ((May.READ_CASES,), "OMEdV"),
    "cases: change what they say": ((May.CHANGE_CASE,), "OMEd"),
    "all cases: AI analysis": ((May.WRITE_CASES,), "OME"),
    "costs, insights": ((May.SEE_COSTS,), "OMEv"),
    "costs: write": ((May.WRITE_COSTS,), "OME"),
    "bookings": ((May.BOOK,), "OME"),
    "import": ((May.IMPORT,), "OM"),
    "export, PDF, passport": ((May.EXPORT,), "OM"),
    "export: CSV": ((May.EXPORT_CSV,), "OME"),
}
"""A capital: with everything of the car. A small d: a driver with their own. A small v: a viewer whose switch is on."""
SWITCH = {May.READ_DOCUMENTS: "documents_visible", May.SEE_COSTS: "costs_visible"}


class TestTable:
    def test_everything_somebody_may_do_is_in_it(self) -> None:
        assert [what for whats, _ in TABLE.values() for what in whats] != []
        assert {what for whats, _ in TABLE.values() for what in whats} == set(May)

    @pytest.mark.parametrize("role", Role)
    @pytest.mark.parametrize("row", TABLE)
    def test_each_cell(self, row: str, role: Role) -> None:
        whats, said = TABLE[row]
        letter = role.value[0]
        for what in whats:
            switched = {f"{name}": True for name in ("documents_visible", "costs_visible") if name}
            assert Standing(role).may(what) == (letter.upper() in said)
            opened = letter.upper() in said or (letter in said and role is VIEWER)
            assert Standing(role, **switched).may(what) == opened
            own = letter in said and role is DRIVER
            assert (role in THEIR_OWN.get(what, ())) == own
            only = {name: name == SWITCH.get(what) for name in switched}
            assert Standing(role, **only).may(what) == opened, "its own switch opens it, alone"


@dataclass(frozen=True)
class Row:
    """What an operation asks for; its body; the answer where it is none of success (by role)."""

    may: May
    body: dict[str, Any] = field(default_factory=dict)
    own: bool = False
    """A driver may do it too, with what is their own; here nothing is."""
    answers: dict[Role, int] = field(default_factory=dict)


WRITERS = (OWNER, MANAGER, EDITOR)
"""Of maintenance and plans."""
DAY = {"service_date": "2026-01-15", "service_type": "oil_change"}
EXPENSE: dict[str, Any] = {
    "category": "parking",
    "spent_on": "2026-01-15",
    "amount": {"amount": "10.00", "currency": "EUR"},
}
OPERATIONS: dict[str, Row] = {
    "get_vehicle": Row(May.SEE_CAR),
    "replace_vehicle": Row(May.EDIT_CAR, {"make": "Peugeot", "model": "508"}),
    "change_vehicle": Row(May.EDIT_CAR, {"color": "bleu"}),
    "delete_vehicle": Row(May.GIVE_AWAY),
    "list_phases": Row(May.READ_CARE),
    "lay_up": Row(May.EDIT_CAR),
    "reactivate": Row(May.EDIT_CAR, answers={OWNER: 409, MANAGER: 409}),
    "sell": Row(May.GIVE_AWAY),
    "scrap": Row(May.GIVE_AWAY),
    "list_members": Row(May.SEE_CAR),
    "change_member": Row(May.MANAGE_MEMBERS, {"role": "viewer"}),
    "delete_member": Row(May.MANAGE_MEMBERS),
    "leave": Row(May.SEE_CAR, answers={OWNER: 409}),
    "list_invitations": Row(May.MANAGE_MEMBERS),
    "create_invitation": Row(May.MANAGE_MEMBERS, {"email": "x@example.org", "role": "driver"}),
    "delete_invitation": Row(May.MANAGE_MEMBERS),
    "get_handover": Row(May.GIVE_AWAY, answers={OWNER: 404}),
    "create_handover": Row(May.GIVE_AWAY, {"email": "x@example.org"}),
    "delete_handover": Row(May.GIVE_AWAY, answers={OWNER: 404}),
    "list_vehicle_maintenances": Row(May.READ_CARE),
    "vehicle_timeline": Row(May.SEE_CAR),
    "list_readings": Row(May.READ_LEDGER, own=True),
    "create_reading": Row(May.ADD_READING, {"mileage": 1200}),
    "accept_a_reading": Row(May.JUDGE_READING),
    "void_a_reading": Row(May.JUDGE_READING),
    "get_distance": Row(May.READ_LEDGER),
    "list_segments": Row(May.READ_LEDGER, own=True),
    "create_segment": Row(May.JUDGE_READING, {"starts_on": "2024-03-02", "new_start": 5}),
    "delete_segment": Row(May.JUDGE_READING),
    "list_vehicle_fills": Row(May.READ_FILLS, own=True),
    "create_vehicle_fill": Row(May.ADD_FILL, {"quantity": "1", "energy": "petrol"}),
    "create_fill": Row(May.ADD_FILL, {"quantity": "1", "energy": "petrol"}),
    "quick_fill": Row(May.ADD_FILL, {"quantity": "1", "energy": "petrol"}),
    "get_fill": Row(May.READ_FILLS),
    "replace_fill": Row(May.CHANGE_FILL, {"quantity": "1", "energy": "petrol"}),
    "change_fill": Row(May.CHANGE_FILL, {"station": "Chez nous"}),
    "delete_fill": Row(May.CHANGE_FILL),
    "restore_a_fill": Row(May.CHANGE_FILL, answers={OWNER: 404, MANAGER: 404, EDITOR: 404}),
    "vehicle_consumption": Row(May.READ_FILLS),
    "vehicle_consumption_series": Row(May.READ_FILLS),
    "use_template": Row(May.WRITE_CARE, {"template": "brake_fluid"}),
    "get_plan": Row(May.READ_CARE),
    "change_plan": Row(May.WRITE_CARE, {"active": False}),
    "delete_plan": Row(May.WRITE_CARE),
    "create_plan": Row(May.WRITE_CARE, {"service_type": "coolant", "every_months": 12}),
    "preview_a_plan": Row(May.READ_CARE, {"service_type": "coolant", "every_months": 12}),
    "list_completions": Row(May.READ_CARE),
    "create_completion": Row(May.WRITE_CARE, {"on": "2026-01-01"}),
    "delete_completion": Row(May.WRITE_CARE),
    "skip_a_beat": Row(May.WRITE_CARE, {"reason": "x"}),
    "delete_skip": Row(May.WRITE_CARE),
    "pause_a_plan": Row(May.WRITE_CARE),
    "resume_a_plan": Row(May.WRITE_CARE, answers=dict.fromkeys(WRITERS, 409)),
    "plan_history": Row(May.READ_CARE),
    "plans_of_maintenance": Row(May.READ_CARE),
    "close_a_plan": Row(
        May.WRITE_CARE, {"maintenance": str(SOMETHING)}, answers=dict.fromkeys(WRITERS, 404)
    ),
    "delete_closing": Row(May.WRITE_CARE, answers=dict.fromkeys(WRITERS, 404)),
    "use_pack": Row(May.WRITE_CARE),
    "copy_from_another_car": Row(
        May.WRITE_CARE, {"from_vehicle": str(SOMETHING)}, answers=dict.fromkeys(WRITERS, 404)
    ),
    "get_plan_pack": Row(May.READ_CARE),
    "take_plan_pack": Row(May.WRITE_CARE, BODIES["take_plan_pack"]),
    "vehicle_dashboard": Row(May.SEE_CAR),
    "list_value_points": Row(May.SEE_COSTS),
    "create_value_point": Row(May.WRITE_COSTS, BODIES["create_value_point"]),
    "get_value_point": Row(May.SEE_COSTS),
    "change_value_point": Row(May.WRITE_COSTS, BODIES["change_value_point"]),
    "delete_value_point": Row(May.WRITE_COSTS),
    "vehicle_costs": Row(May.SEE_COSTS),
    "list_budgets": Row(May.SEE_COSTS),
    "create_budget": Row(May.WRITE_COSTS, BODIES["create_budget"]),
    "get_budget": Row(May.SEE_COSTS),
    "change_budget": Row(May.WRITE_COSTS, BODIES["change_budget"]),
    "delete_budget": Row(May.WRITE_COSTS),
    "vehicle_obligations": Row(May.READ_CARE),
    "list_obligations_done": Row(May.READ_CARE),
    "create_obligation_done": Row(May.WRITE_CARE, BODIES["create_obligation_done"]),
    "get_obligation_done": Row(May.READ_CARE),
    "change_obligation_done": Row(May.WRITE_CARE, BODIES["change_obligation_done"]),
    "delete_obligation_done": Row(May.WRITE_CARE),
    "restore_obligation_done": Row(May.WRITE_CARE),
    "list_vehicle_recalls": Row(May.READ_CARE),
    "settle_vehicle_recall": Row(
        May.WRITE_CARE, {"status": "done"}, answers=dict.fromkeys(WRITERS, 404)
    ),
    "create_trip": Row(May.ADD_FILL, {"day": "2025-03-02", "distance": 3, "purpose": "work"}),
    "get_trip": Row(May.READ_FILLS),
    "change_trip": Row(May.CHANGE_FILL, BODIES["change_trip"]),
    "delete_trip": Row(May.CHANGE_FILL),
    "restore_a_trip": Row(May.CHANGE_FILL),
    "create_tyre_set": Row(May.WRITE_CARE, {"name": "Summer"}),
    "get_tyre_set": Row(May.READ_CARE),
    "change_tyre_set": Row(May.WRITE_CARE, BODIES["change_tyre_set"]),
    "delete_tyre_set": Row(May.WRITE_CARE),
    "restore_a_tyre_set": Row(May.WRITE_CARE),
    "mount_tyres": Row(May.WRITE_CARE, BODIES["mount_tyres"]),
    "dismount_tyres": Row(
        May.WRITE_CARE, BODIES["dismount_tyres"], answers=dict.fromkeys(WRITERS, 409)
    ),
    "rotate_tyres": Row(
        May.WRITE_CARE, BODIES["rotate_tyres"], answers=dict.fromkeys(WRITERS, 409)
    ),
    "undo_tyre_step": Row(May.WRITE_CARE, answers=dict.fromkeys(WRITERS, 409)),
    "measure_tread": Row(May.WRITE_CARE, BODIES["measure_tread"]),
    "delete_tread_depth": Row(May.WRITE_CARE, answers=dict.fromkeys(WRITERS, 404)),
    "create_expense": Row(May.WRITE_COSTS, EXPENSE),
    "get_expense": Row(May.SEE_COSTS),
    "replace_expense": Row(May.WRITE_COSTS, EXPENSE),
    "change_expense": Row(May.WRITE_COSTS, BODIES["change_expense"]),
    "delete_expense": Row(May.WRITE_COSTS),
    "restore_an_expense": Row(May.WRITE_COSTS),
    "create_export": Row(May.EXPORT_CSV, {"format": "csv"}),
    "create_passport_link": Row(
        May.EXPORT,
        {"export": str(SOMETHING), "until": "{tomorrow}"},
        answers=dict.fromkeys((OWNER, MANAGER), 404),
    ),
    "list_passport_links": Row(May.EXPORT),
    "delete_passport_link": Row(May.EXPORT, answers=dict.fromkeys((OWNER, MANAGER), 404)),
    "create_guest_link": Row(May.MANAGE_MEMBERS, {"label": "Loueur", "until": "{tomorrow}"}),
    "list_guest_links": Row(May.MANAGE_MEMBERS),
    "delete_guest_link": Row(May.MANAGE_MEMBERS),
    "get_maintenance": Row(May.READ_CARE),
    "create_maintenance": Row(May.WRITE_CARE, DAY),
    "replace_maintenance": Row(May.WRITE_CARE, DAY),
    "change_maintenance": Row(May.WRITE_CARE, {"garage": "Chez nous"}),
    "delete_maintenance": Row(May.WRITE_CARE),
    "get_draft": Row(May.HANDLE_DRAFTS),
    "change_draft": Row(May.HANDLE_DRAFTS, {"garage": "Chez nous"}),
    "confirm_a_draft": Row(May.HANDLE_DRAFTS),
    "discard_a_draft": Row(May.HANDLE_DRAFTS),
    "get_reminder": Row(May.READ_CARE),
    "create_reminder": Row(May.WRITE_CARE, {"title": "x", "due_on": "2027-01-01"}),
    "change_reminder": Row(May.WRITE_CARE, {"title": "y"}),
    "delete_reminder": Row(May.WRITE_CARE),
    "snooze_a_reminder": Row(May.WRITE_CARE, {"until": "2030-01-01"}),
    "dismiss_a_reminder": Row(May.WRITE_CARE),
    "wake_a_reminder": Row(May.WRITE_CARE),
    "finish_a_reminder": Row(May.WRITE_CARE),
    "reopen_a_reminder": Row(May.WRITE_CARE),
    "get_reminder_preferences": Row(May.READ_CARE),
    "replace_reminder_preferences": Row(May.READ_CARE, BODIES["replace_reminder_preferences"]),
    "restore_maintenance": Row(May.WRITE_CARE),
    "create_diagnostic": Row(May.REPORT_DEFECT, {"title": "x"}),
    "list_vehicle_diagnostics": Row(May.READ_CASES, own=True),
    "get_diagnostic": Row(May.READ_CASES),
    "replace_diagnostic": Row(May.CHANGE_CASE, {"title": "x"}),
    "change_diagnostic": Row(May.CHANGE_CASE, BODIES["change_diagnostic"]),
    "delete_diagnostic": Row(May.WRITE_CASES),
    "restore_a_diagnostic": Row(May.WRITE_CASES),
    "resolve_a_diagnostic": Row(May.WRITE_CASES, BODIES["resolve_a_diagnostic"]),
    "reopen_a_diagnostic": Row(May.WRITE_CASES, answers=dict.fromkeys(WRITERS, 409)),
    "schedule_a_repair": Row(May.WRITE_CASES),
    "plan_a_repair": Row(May.WRITE_CASES, {"service_type": "coolant"}),
    "request_ai_analysis": Row(May.WRITE_CASES),
    "add_a_reply": Row(May.REPORT_DEFECT, BODIES["add_a_reply"], answers={DRIVER: 403}),
    "create_reply": Row(
        May.REPORT_DEFECT, {"diagnostic": "{case_id}", "text": "x"}, answers={DRIVER: 403}
    ),
    "get_reply": Row(May.READ_CASES),
    "replace_reply": Row(May.WRITE_CASES, BODIES["replace_reply"]),
    "change_reply": Row(May.WRITE_CASES, BODIES["change_reply"]),
    "delete_reply": Row(May.WRITE_CASES),
    "create_booking": Row(May.BOOK, {"garage": "{garage_id}", **BODIES["reschedule_a_booking"]}),
    "get_booking": Row(May.BOOK),
    "replace_booking": Row(May.BOOK, {"note": "x"}),
    "change_booking": Row(May.BOOK, {"note": "x"}),
    "delete_booking": Row(May.BOOK),
    "cancel_a_booking": Row(May.BOOK),
    "reschedule_a_booking": Row(May.BOOK, BODIES["reschedule_a_booking"]),
    **{
        name: Row(May.BOOK, BODIES.get(name, {}), answers=dict.fromkeys(WRITERS, 403))
        for name in ("confirm_a_booking", "start_a_booking", "complete_a_booking", "note_a_no_show")
    },
}
"""Of one car, by the name of the endpoint."""
IN_BODY = frozenset(
    {
        "create_trip",
        "create_tyre_set",
        "create_booking",
        "create_export",
        "create_expense",
        "replace_expense",
        "create_fill",
        "replace_fill",
        "create_plan",
        "preview_a_plan",
        "create_maintenance",
        "replace_maintenance",
        "create_reminder",
        "create_diagnostic",
        "replace_diagnostic",
    }
)
"""Operations that name the car in their body."""
OF_NO_CAR = frozenset(
    {
        # what somebody brings along is theirs; into which cars it may go: tests/moving/usecases/test_import_states.py
        *("list_imports", "create_import", "get_import", "change_an_import", "delete_import"),
        *("list_import_rows", "apply_import", "undo_import"),
        *("list_profiles", "create_profile", "get_profile", "replace_profile"),
        *("change_profile", "delete_profile"),
        # lists of everything one may see, which show less to whom may less
        *("list_vehicles", "list_maintenances", "list_plans", "list_drafts", "list_reminders"),
        *(
            "on_time",
            "list_due_plans",
            "reminder_summary",
            "list_upcoming",
            "list_recent",
            "maintenance_stats",
        ),
        *(
            "maintenances_by_vehicle",
            "vehicle_stats",
            "list_trash",
            "list_maintenances_in_trash",
            "list_past_vehicles",
        ),
        *("list_fills", "list_fills_in_trash", "fill_stats", "list_expenses", "sync"),
        *("dashboard_of_a_fleet", "search_everything"),
        *("list_diagnostics", "list_pending_diagnostics", "list_resolved_diagnostics"),
        *("list_completed_diagnostics", "list_replies", "diagnostic_stats"),
        *("diagnostics_by_severity", "diagnostics_by_vehicle"),
        *("list_bookings", "list_slots", "list_available_slots"),
        "change_many",  # each item as its own operation would be
        # one's own
        *("list_energy_tariffs", "create_energy_tariff", "get_energy_tariff", "price_a_charge"),
        *("replace_energy_tariff", "change_energy_tariff", "delete_energy_tariff"),
        *("create_vehicle", "restore_vehicle", "destroy_vehicle", "create_calendar"),
        *("get_past_vehicle", "delete_past_vehicle", "list_my_invitations", "calendar_feed"),
        *("list_groups", "create_group", "get_group", "replace_group", "delete_group"),
        *("accept_an_invitation", "decline_an_invitation"),
        *("accept_a_handover", "decline_a_handover"),
        *("export_maintenance", "list_exports", "get_export", "download_car_export"),
        "delete_export",
        *("read_shared_passport", "download_shared_passport", "passport_key", "verify_passport"),
        *("read_shared_history", "verify_bundle"),
        *("look_as_guest", "create_guest_reading", "create_guest_fill"),  # the token is the key
        "create_guest_defect",
        # everybody's
        *("list_exchange_rates", "load_exchange_rates"),
        "list_due_obligations",
        "list_recall_feeds",
        *("list_trips", "trip_statement", "list_tyre_sets"),
        "list_rule_packs",
        *("decode_a_vin", "list_templates", "get_template"),
        *("list_brands", "create_brand", "get_brand", "replace_brand", "delete_brand"),
        *("list_models", "create_model", "get_model", "replace_model", "delete_model"),
        "list_models_of_brand",
    }
)


def routes() -> Iterator[tuple[str, APIRoute]]:
    for router in routers:
        for route in router.routes:
            if isinstance(route, APIRoute):
                for method in sorted(route.methods or ()):
                    yield method, route


BY_NAME = {route.name: (method, route) for method, route in routes()}
OF_GARAGES = {
    route.name for _, route in routes() if route.path.startswith("/api/garages")
} - OF_NO_CAR
"""Its people are others, and have a table of their own: `tests/garages/api/test_garages.py`."""


def test_every_operation_is_in_the_table() -> None:
    names = {route.name for _, route in routes()}
    assert len(BY_NAME) == sum(1 for _ in routes()), "a name is an operation's alone"
    assert names == OPERATIONS.keys() | OF_NO_CAR | OF_GARAGES
    assert not OPERATIONS.keys() & OF_NO_CAR


def test_what_names_a_car_or_its_things_is_of_a_car() -> None:
    of_a_car = {"vehicle_id", "reading_id", "plan_id", "record_id", "draft_id", "reminder_id"} | {
        *("fill_id", "case_id", "reply_id")
    }
    for name in OF_NO_CAR - {"restore_vehicle", "destroy_vehicle"}:
        _, route = BY_NAME[name]
        assert not of_a_car & set(route.param_convertors), name


IN_TRASH = {"restore_maintenance": "/api/maintenances/{record_id}"}
"""What is taken out of the trash has to lie in it, for whoever asks."""


async def a_shared_car(call: Callers, hear: Any, open_work: Any, name: str = "") -> dict[str, str]:
    ids = await everything_of(call, hear)
    if name in IN_TRASH:
        assert (await call.standard.delete(IN_TRASH[name].format(**ids))).status_code == 204
    for role in MEMBERS:
        await share(open_work, ids["vehicle_id"], role.value, role)
    await share(open_work, ids["vehicle_id"], "somebody", DRIVER)
    return ids | {"person_id": str(person("somebody"))}


async def asked(client: Any, name: str, ids: dict[str, str]) -> Any:
    method, route = BY_NAME[name]
    body = {
        key: value.format(**ids) if isinstance(value, str) else value
        for key, value in OPERATIONS[name].body.items()
    }
    if name in IN_BODY:
        body["vehicle"] = ids["vehicle_id"]
    path = route.path.format(**ids)
    return await client.request(method, path, json=None if method == "GET" else body)


def is_allowed(role: Role, row: Row) -> bool:
    return Standing(role).may(row.may) or (row.own and role in THEIR_OWN[row.may])


OPENS_ALL = Plan.PREMIUM
"""What a plan opens is asked elsewhere: here whoever asks has all of it."""


def client_of(call: Callers, role: Role) -> Any:
    return as_person(call, who_is(role), OPENS_ALL)


def who_is(role: Role) -> str:
    return "standard" if role is OWNER else role.value


def ways_of(call: Callers, who: str, name: str) -> list[Any]:
    """They themselves, and a key of theirs that may do everything a key may: it acts for them, and does no more than they."""
    themselves = as_person(call, who, OPENS_ALL)
    if read(BY_NAME[name][1].openapi_extra).personal:
        return [themselves]
    return [themselves, with_key(call, who, *Scope, plan=OPENS_ALL)]


def one_of_three(which: int, rows: Iterable[Any]) -> Any:
    """A class is one worker's work, and these are long ones."""
    return list(rows)[which::3]


class EachOperation:
    async def test_strangers_find_nothing_and_too_low_a_role_is_told_so(
        self, name: str, call: Callers, hear: Any, open_work: Any
    ) -> None:
        ids = await a_shared_car(call, hear, open_work, name)
        row, tried = OPERATIONS[name], 0
        for stranger in ways_of(call, "other", name):
            answer = await asked(stranger, name, ids)
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        for role in Role:
            if is_allowed(role, row):
                continue
            for client in ways_of(call, who_is(role), name):
                answer = await asked(client, name, ids)
                refused = (answer.status_code, answer.json()["code"])
                assert refused == (403, "role_insufficient"), role
            tried += 1
        assert tried == sum(not is_allowed(role, row) for role in Role)


@pytest.mark.parametrize("name", one_of_three(0, OPERATIONS))
class TestEachOperation(EachOperation):
    pass


@pytest.mark.parametrize("name", one_of_three(1, OPERATIONS))
class TestEachOtherOperation(EachOperation):
    pass


@pytest.mark.parametrize("name", one_of_three(2, OPERATIONS))
class TestEachThirdOperation(EachOperation):
    pass


ALLOWED = [
    (name, role) for name, row in OPERATIONS.items() for role in Role if is_allowed(role, row)
]


class WhoeverMay:
    async def test_does_it_and_so_does_their_key_with_the_scope(
        self, name: str, role: Role, call: Callers, hear: Any, open_work: Any
    ) -> None:
        row = OPERATIONS[name]
        ids = await a_shared_car(call, hear, open_work, name)
        who = who_is(role)
        said = read(BY_NAME[name][1].openapi_extra)
        assert said.access is OpenTo.USER
        others = [each for each in Scope if each is not said.scope]
        narrow = with_key(
            call, who, *(s for s in others if not _includes(s, said.scope)), plan=OPENS_ALL
        )
        refused = await asked(narrow, name, ids)
        assert refused.status_code == 403
        if said.personal:
            assert refused.json()["code"] == "personally_only"
            client = client_of(call, role)
        else:
            assert refused.json()["code"] == "scope_required"
            assert said.scope is not None
            client = with_key(call, who, said.scope, plan=OPENS_ALL)
        answer = await asked(client, name, ids)
        wanted = row.answers.get(role)
        if wanted is None:
            assert answer.is_success, f"{answer.status_code} {answer.text}"
            told = list(made_in(answer.json())) if answer.content else []
            house = {"ai", "system"}
            nameless = [each for each in told if each["made_by"] is None]
            assert [each for each in nameless if each.get("author") not in house] == [], (
                "who made it?"
            )
        else:
            assert answer.status_code == wanted


@pytest.mark.parametrize(("name", "role"), one_of_three(0, ALLOWED))
class TestWhoeverMay(WhoeverMay):
    pass


@pytest.mark.parametrize(("name", "role"), one_of_three(1, ALLOWED))
class TestWhoeverElseMay(WhoeverMay):
    pass


@pytest.mark.parametrize(("name", "role"), one_of_three(2, ALLOWED))
class TestWhoeverMayToo(WhoeverMay):
    pass


def _includes(scope: Scope, wanted: Scope | None) -> bool:
    """A scope to write includes that to read."""
    return wanted is not None and scope.replace(":write", ":read") == wanted


class TestLists:
    async def test_show_each_role_what_it_may_see(
        self, call: Callers, hear: Any, open_work: Any
    ) -> None:
        await a_shared_car(call, hear, open_work)
        care = ("maintenances", "maintenance-plans", "maintenance-plans/due", "reminders")
        for role in Role:
            standing = Standing(role)
            for client in (client_of(call, role), with_key(call, who_is(role), *Scope)):
                for name in care:
                    count = (await client.get(f"/api/{name}")).json()["count"]
                    assert (count > 0) == standing.may(May.READ_CARE), (role, name)
                drafts = (await client.get("/api/maintenances/drafts")).json()["count"]
                assert (drafts > 0) == standing.may(May.HANDLE_DRAFTS), role
                assert (await client.get("/api/vehicles")).json()["count"] == 1
        assert (await call.other.get("/api/vehicles")).json()["count"] == 0

    async def test_nobody_sees_what_is_in_the_trash_but_its_owner(
        self, call: Callers, hear: Any, open_work: Any
    ) -> None:
        ids = await a_shared_car(call, hear, open_work)
        await call.standard.delete(f"/api/vehicles/{ids['vehicle_id']}")
        for role in MEMBERS:
            client = as_person(call, role.value)
            for name in ("vehicles", "maintenances", "reminders", "vehicles/trash"):
                assert (await client.get(f"/api/{name}")).json()["count"] == 0
        assert (await call.standard.get("/api/vehicles/trash")).json()["count"] == 1


class TestDriver:
    async def test_sees_the_car_and_their_own_readings_and_nothing_else(
        self, call: Callers, hear: Any, open_work: Any
    ) -> None:
        price = {"amount": "9000.00", "currency": "EUR"}
        car = (
            await make_vehicle(
                call.standard, mileage=900, purchase_price=price, custom_fields={"a": "b"}
            )
        )["id"]
        await share(open_work, car, "driver", DRIVER)
        driver = as_person(call, "driver")
        seen = (await driver.get(f"/api/vehicles/{car}")).json()
        assert (seen["mileage"], seen["distance_unit"]) == (900, "km")
        assert (seen["purchase_price"], seen["custom_fields"]) == (None, {})
        await driver.post(f"/api/vehicles/{car}/odometer", json={"mileage": 1000})
        for path in ("odometer", "timeline"):
            found = (await driver.get(f"/api/vehicles/{car}/{path}")).json()
            assert found["count"] == 1, path

    async def test_voids_their_own_reading_for_a_day_and_nobody_elses(
        self, call: Callers, open_work: Any, clock: Any
    ) -> None:
        car = (await make_vehicle(call.standard, mileage=900))["id"]
        await share(open_work, car, "driver", DRIVER)
        path = f"/api/vehicles/{car}/odometer"
        [theirs] = (await call.standard.get(path)).json()["results"]
        made = [
            (await as_person(call, "driver").post(path, json={"mileage": m})).json()["id"]
            for m in (1000, 1100)
        ]

        async def voided(reading: str) -> int:
            driver = as_person(call, "driver")
            return (await driver.post(f"/api/odometer/{reading}/void")).status_code

        assert await voided(theirs["id"]) == 403
        assert await voided(made[1]) == 200
        clock.move(hours=25)
        assert await voided(made[0]) == 403
        answer = await call.standard.post(f"/api/odometer/{made[0]}/void")
        assert answer.status_code == 200


PRICE = {"amount": "189.90", "currency": "EUR"}


class TestViewer:
    @pytest.mark.parametrize("visible", [True, False])
    async def test_sees_costs_and_papers_only_where_the_owner_shows_them(
        self, call: Callers, hear: Any, open_work: Any, visible: bool
    ) -> None:
        paper = new_id()
        await hear(kept_document(person("standard"), paper))
        car = (await make_vehicle(call.standard, purchase_price=PRICE))["id"]
        line = {"description": "Filtre", "unit_price": PRICE, "total": PRICE}
        record = await make_record(
            call.standard, car, cost=PRICE, tax=PRICE, lines=[line], documents=[str(paper)]
        )
        await share(open_work, car, "viewer", VIEWER, costs_visible=visible)
        await share(open_work, car, "reader", VIEWER, documents_visible=visible)
        viewer, reader = as_person(call, "viewer"), as_person(call, "reader")
        assert (
            (await viewer.get(f"/api/vehicles/{car}")).json()["purchase_price"] is not None
        ) is visible
        told = [
            (await viewer.get(f"/api/maintenances/{record['id']}")).json(),
            *(await viewer.get("/api/maintenances")).json()["results"],
            *(await viewer.get("/api/maintenances/recent")).json()["results"],
            *(await viewer.get(f"/api/vehicles/{car}/maintenances")).json()["results"],
            *(
                change["item"]
                for change in (await viewer.get("/api/sync")).json()["changes"]
                if change["kind"] == "maintenance"
            ),
        ]
        assert len(told) == 5
        for each in told:
            money = (each["cost"], each["tax"], each["lines"][0]["total"])
            assert [one is not None for one in money] == [visible] * 3
            assert each["lines"][0]["description"] == "Filtre"
            assert each["documents"] == []
        seen = (await reader.get(f"/api/maintenances/{record['id']}")).json()
        assert (seen["cost"], seen["documents"]) == (None, [str(paper)] if visible else [])
        stats = (await viewer.get("/api/maintenances/stats")).json()
        assert bool(stats["total"]) is visible
        for name in ("by_month", "by_service_type", "by_vehicle"):
            [sums] = stats[name]
            assert (sums["count"], bool(sums["spent"])) == (1, visible)
        [summary] = (await viewer.get("/api/maintenances/by_vehicle")).json()
        assert (summary["count"], bool(summary["spent"])) == (1, visible)

    async def test_a_driver_is_in_no_sum(self, call: Callers, open_work: Any) -> None:
        car = (await make_vehicle(call.standard))["id"]
        await make_record(call.standard, car, cost=PRICE)
        await share(open_work, car, "driver", DRIVER)
        driver = as_person(call, "driver")
        stats = (await driver.get("/api/maintenances/stats")).json()
        assert (stats["total"], stats["by_status"]) == ([], {})
        [summary] = (await driver.get("/api/maintenances/by_vehicle")).json()
        assert (summary["count"], summary["spent"], summary["last_service_on"]) == (0, [], None)


class TestAuthors:
    async def test_everybody_sees_who_made_what_until_they_leave(
        self, call: Callers, hear: Any, open_work: Any
    ) -> None:
        editor = await know(hear, "editor", first_name="Léa", last_name="Petit")
        car = (await make_vehicle(call.standard))["id"]
        await share(open_work, car, "editor", EDITOR)
        made = await make_record(as_person(call, "editor"), car)
        assert made["made_by"] == {"id": str(editor), "name": None, "is_you": True}
        await make_record(call.standard, car, service_date="2026-01-14")
        path = f"/api/maintenances/{made['id']}"
        said = (await call.standard.get(path)).json()["made_by"]
        assert said == {"id": str(editor), "name": "Léa Petit", "is_you": False}
        found = (await call.standard.get("/api/maintenances")).json()["results"]
        assert [each["made_by"]["is_you"] for each in found] == [False, True]
        await as_person(call, "editor").post(f"/api/vehicles/{car}/leave")
        said = (await call.standard.get(path)).json()["made_by"]
        assert said["id"] != str(editor)
        assert (said["name"], said["is_you"]) == (None, False)
