"""Somebody else's id, in every path and every body of every operation: 404, and nothing changes."""

import hashlib
from typing import Any

import pytest

from tests.flows.house import FlowHouse
from tests.flows.household import give_a_car, rest_of_a_car
from tests.flows.operations import Operation, besides, operations, smallest
from tests.flows.person import Person, eventually

pytestmark = pytest.mark.timeout(600)
PUBLIC_IDS = {"brand_id", "model_id", "template"}
"""Ids of things that are everybody's to read."""
MADE_ELSEWHERE = {"passkey_id", "provider", "booking_id", "passport_link_id", "match_id"}
"""By an authenticator, a provider, a claimed garage, a finished passport or a feed of recalls: the tests of auth and vehicles show that
another person's is not found.
"""
DIRECTORY = "/api/garages"
"""Everybody's to read, and its people's to change: `services/vehicles/tests/garages/api/test_garages.py` asks each for each."""
BODY_NAMES = {
    "vehicle_id": "vehicle_id",
    "vehicle": "vehicle_id",
    "document_id": "document_id",
    "document": "document_id",
    "conversation_id": "conversation_id",
}


@pytest.fixture(scope="module")
def owner(house: FlowHouse) -> Person:
    """Somebody on PREMIUM who owns one of everything."""
    claire = Person(house, "Claire").register()
    claire.subscribe("PREMIUM")
    return claire


@pytest.fixture(scope="module")
def stranger(house: FlowHouse) -> Person:
    yves = Person(house, "Yves").register()
    yves.subscribe("PREMIUM")
    return yves


@pytest.fixture(scope="module")
def ids(house: FlowHouse, owner: Person) -> dict[str, str]:
    """One id of the owner's for each path parameter."""
    export = owner.api.get("/api/auth/me/export").json()
    eventually(lambda: owner.mails("/export?"), "the export's mail", 60)
    car = owner.add_car(mileage=57_900)
    template = owner.api.post(
        f"/api/vehicles/{car['id']}/apply-template", json={"template": "oil_change"}
    )
    reading = owner.api.post(f"/api/vehicles/{car['id']}/odometer", json={"mileage": 58_000}).json()
    record = owner.api.post(
        "/api/maintenances",
        json={
            "vehicle": car["id"],
            "service_date": "2026-10-01",
            "service_type": "other",
            "status": "COMPLETED",
        },
    )
    assert record.status_code == 201, record.text
    reminder = owner.api.post(
        "/api/reminders", json={"vehicle": car["id"], "title": "Pneus", "due_on": "2027-03-01"}
    )
    assert reminder.status_code == 201, reminder.text
    document = owner.upload()
    (draft,) = eventually(owner.drafts, "a draft", 120)
    conversation = owner.api.post("/api/ai-assistant/conversations", json={"title": "Freins"})
    assert conversation.status_code == 201, conversation.text
    owner.api.post(
        f"/api/ai-assistant/conversations/{conversation.json()['id']}/send_message",
        json={"message": "Quand changer l'huile ?"},
    )
    messages = owner.api.get(
        f"/api/ai-assistant/conversations/{conversation.json()['id']}/messages"
    ).json()["results"]
    notifications = eventually(
        lambda: owner.api.get("/api/notifications").json()["results"], "a notification", 60
    )
    return {
        "vehicle_id": car["id"],
        "plan_id": template.json()["id"],
        "reading_id": reading["id"],
        "record_id": record.json()["id"],
        "reminder_id": reminder.json()["id"],
        "document_id": document,
        "draft_id": draft["id"],
        "conversation_id": conversation.json()["id"],
        "message_id": messages[0]["id"],
        "notification_id": notifications[0]["id"],
        "key_id": owner.make_key("vehicles:read").facts["id"],
        "session_id": owner.api.get("/api/auth/sessions").json()["results"][0]["id"],
        "subscription_id": owner.api.get("/api/subscriptions").json()["results"][0]["id"],
        "invoice_id": owner.api.get("/api/invoices").json()["results"][0]["id"],
        "export_id": export["id"],
        "name": "total",
        "past_id": give_a_car(owner, Person(house, "Ana").register()),
    } | rest_of_a_car(owner, car["id"], template.json()["id"])


async def state_of(house: FlowHouse, person: Person) -> dict[str, str]:
    """A digest of each table's rows that name this person."""
    found = {}
    for service in ("auth", "vehicles", "billing", "documents", "ai", "notifications"):
        database = await house.connect(service)
        tables = await database.fetch(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
        )
        for (table,) in tables:
            if table in {"outbox", "inbox", "job", "job_run", "idempotency", "throttle", "audit"}:
                continue
            rows = await database.fetch(
                f'SELECT to_jsonb(t)::text AS row FROM "{table}" t WHERE to_jsonb(t)::text LIKE $1 ORDER BY 1',
                f"%{person.id}%",
            )
            found[f"{service}.{table}"] = hashlib.sha256(
                "\n".join(row["row"] for row in rows).encode()
            ).hexdigest()
        await database.close()
    return found


def ask(
    person: Person,
    operation: Operation,
    ids: dict[str, str],
    body_ids: dict[str, str],
) -> Any:
    path = operation.path
    for name in operation.parameters:
        path = path.replace("{" + name + "}", ids.get(name, "01a20000-0000-7000-8000-00000000dead"))
    body = smallest(operation.body, body_ids) if operation.body is not None else None
    if body is not None:
        body = besides(body, operation)
    query = {
        p["name"]: body_ids.get(p["name"]) or smallest(p["schema"], body_ids, p["name"])
        for p in operation.query
    }
    files = (
        {"file": ("a.pdf", b"%PDF-1.4", "application/pdf")}
        if operation.path == "/api/documents" and operation.method == "POST"
        else None
    )
    return person.api.request(
        operation.method, path, params=query, json=None if files else body, files=files
    )


def named_by_path(operation: Operation) -> bool:
    named = set(operation.parameters) - PUBLIC_IDS - {"name"}
    is_in_directory = operation.path.startswith(DIRECTORY)
    return operation.access == "user" and bool(named) and not is_in_directory


class TestSomebodyElsesId:
    async def test_in_every_path_is_404_and_changes_nothing(
        self, house: FlowHouse, owner: Person, stranger: Person, ids: dict[str, str]
    ) -> None:
        before = await state_of(house, owner)
        wrong = []
        asked = [operation for operation in operations() if named_by_path(operation)]
        for operation in asked:
            unknown = set(operation.parameters) - set(ids) - PUBLIC_IDS - MADE_ELSEWHERE
            assert not unknown, f"{operation}: this test has no id for {unknown}"
            answer = ask(stranger, operation, ids, {})
            if answer.status_code != 404:
                wrong.append(f"{operation}: {answer.status_code} {answer.text[:200]}")
        assert len(asked) > 50
        assert not wrong, "\n".join(wrong)
        assert await state_of(house, owner) == before

    async def test_in_every_body_and_query_is_404_and_changes_nothing(
        self, house: FlowHouse, owner: Person, stranger: Person, ids: dict[str, str]
    ) -> None:
        before = await state_of(house, owner)
        theirs = {name: ids[key] for name, key in BODY_NAMES.items()}
        wrong, asked = [], 0
        for operation in operations():
            if operation.access != "user" or operation.parameters:
                continue
            names = (
                set(str(smallest(operation.body, theirs)).split("'")) if operation.body else set()
            )
            names |= {p["name"] for p in operation.query}
            if not names & set(BODY_NAMES):
                continue
            asked += 1
            answer = ask(stranger, operation, ids, theirs)
            nothing = (
                operation.method == "GET" and answer.json().get("count") == 0
            )  # a filter that finds nothing
            if answer.status_code != 404 and not nothing:
                wrong.append(f"{operation}: {answer.status_code} {answer.text[:200]}")
        assert asked >= 5
        assert not wrong, "\n".join(wrong)
        assert await state_of(house, owner) == before
