"""One of everything a person can own, made through the public API."""

from tests.flows.person import Person, eventually


def one_of_everything(owner: Person) -> dict[str, str]:
    """Ids by the names of the path parameters. The owner needs PREMIUM."""
    car = owner.add_car(mileage=57_900)
    document = owner.upload()
    plan = owner.api.post(
        f"/api/vehicles/{car['id']}/apply-template", json={"template": "brake_fluid"}
    ).json()
    reading = owner.api.post(f"/api/vehicles/{car['id']}/odometer", json={"mileage": 58_000}).json()
    record = owner.api.post(
        "/api/maintenances",
        json={"vehicle": car["id"], "service_date": "2026-10-01", "service_type": "other"},
    ).json()
    reminder = owner.api.post(
        "/api/reminders", json={"vehicle": car["id"], "title": "Pneus", "due_on": "2027-03-01"}
    ).json()
    conversation = owner.api.post(
        "/api/ai-assistant/conversations", json={"title": "Freins"}
    ).json()
    (draft,) = eventually(owner.drafts, "a draft", 120)
    return {
        "vehicle_id": car["id"],
        "plan_id": plan["id"],
        "reading_id": reading["id"],
        "record_id": record["id"],
        "reminder_id": reminder["id"],
        "document_id": document,
        "draft_id": draft["id"],
        "conversation_id": conversation["id"],
        "name": "vendor",
    }
