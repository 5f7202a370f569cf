"""One of everything a person can own, made through the public API."""

from typing import Any

from deploy.local.demo.world import token_in
from tests.flows.operations import TWO_MONTHS_ON
from tests.flows.person import Person, eventually

EURO = {"amount": "9.90", "currency": "EUR"}
IN_A_CAR: dict[str, tuple[str, dict[str, Any]]] = {
    "fill_id": ("fills", {"energy": "petrol", "quantity": "30.5", "day": "2026-10-02"}),
    "budget_id": ("budgets", {"category": "parking", "amount": EURO}),
    "point_id": (
        "value-points",
        {"kind": "estimate", "valued_on": "2026-10-01", "amount": EURO},
    ),
    "segment_id": ("odometer/segments", {"starts_on": "2026-10-03", "new_start": 12}),
    "invitation_id": ("invitations", {"email": "zoe@example.org", "role": "driver"}),
    "done_id": ("obligations/inspection/done", {"done_on": "2026-01-15"}),
    "link_id": ("guest-links", {"label": "Loueur", "until": str(TWO_MONTHS_ON)}),
}
OF_A_PLAN: dict[str, tuple[str, dict[str, Any]]] = {
    "completion_id": ("completions", {"on": "2026-01-15"}),
    "skip_id": ("skip", {"reason": "hiver"}),
}
OF_ONES_OWN: dict[str, tuple[str, dict[str, Any]]] = {
    "profile_id": (
        "import-profiles",
        {
            "name": "Carnet",
            "mapping": {"kind": "fill", "columns": {"date": "Datum", "quantity": "Liter"}},
        },
    ),
    "group_id": ("vehicle-groups", {"name": "Famille"}),
    "tariff_id": (
        "energy-tariffs",
        {
            "name": "Maison",
            "timezone": "Europe/Paris",
            "currency": "EUR",
            "prices": [{"valid_from": "2026-01-01", "price": "0.25"}],
        },
    ),
}
"""Each under the name of the path's parameter: where it is made, and of what."""


def made(owner: Person, path: str, body: dict[str, Any]) -> str:
    answer = owner.api.post(path, json=body)
    assert answer.status_code in {200, 201}, f"POST {path}: {answer.status_code} {answer.text}"
    return str(answer.json()["id"])


def rest_of_a_car(owner: Person, vehicle_id: str, plan_id: str) -> dict[str, str]:
    """What a car, its plan and its owner have beside what is older."""
    expense = {"vehicle": vehicle_id, "category": "toll", "amount": EURO, "spent_on": "2026-10-01"}
    trip = {"vehicle": vehicle_id, "day": "2026-10-04", "distance": "12.5", "purpose": "Visite"}
    car, plan = f"/api/vehicles/{vehicle_id}", f"/api/maintenance-plans/{plan_id}"
    tyres = made(owner, "/api/tyre-sets", {"vehicle": vehicle_id, "name": "Hiver"})
    case = made(owner, "/api/diagnostics", {"vehicle": vehicle_id, "title": "Elle broute"})
    reply = made(owner, f"/api/diagnostics/{case}/add_reply", {"text": "Depuis hier"})
    return (
        {name: made(owner, f"{car}/{path}", body) for name, (path, body) in IN_A_CAR.items()}
        | {name: made(owner, f"{plan}/{path}", body) for name, (path, body) in OF_A_PLAN.items()}
        | {name: made(owner, f"/api/{path}", body) for name, (path, body) in OF_ONES_OWN.items()}
        | {"expense_id": made(owner, "/api/expenses", expense), "person_id": owner.id}
        | {"case_id": case, "reply_id": reply}
        | {"trip_id": made(owner, "/api/trips", trip), "kind": "inspection"}
        | {"set_id": tyres, "depth_id": depth_of(owner, tyres), "import_id": imported(owner)}
    )


def depth_of(owner: Person, set_id: str) -> str:
    body = {"on": "2026-10-05", "mileage": 57_950, "depths": {"1": 80}}
    answer = owner.api.post(f"/api/tyre-sets/{set_id}/depths", json=body)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["depths"][0]["id"])


def imported(owner: Person) -> str:
    """A table that nobody knows: it waits until its owner says what its columns hold."""
    table = b"Datum,Liter,Betrag\n2026-01-05,40,70\n"
    answer = owner.api.post("/api/imports", files={"file": ("list.csv", table, "text/csv")})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def cars_to_put_away(owner: Person) -> dict[str, str]:
    """One for each end a car comes to, so that the one in use stays in use."""
    names = ("parked_id", "sold_id", "scrapped_id")
    return {
        name: owner.add_car(license_plate=f"HX-90{number}-AB")["id"]
        for number, name in enumerate(names)
    }


def offered(receiver: Person) -> list[str]:
    """The tokens of offers that came by mail."""
    found = [
        token_in(receiver.mailbox.read(mail)) for mail in receiver.mailbox.mails(receiver.email)
    ]
    return [token for token in found if token is not None]


def give_a_car(owner: Person, receiver: Person) -> str:
    """The id of the frozen copy its giver keeps."""
    car = owner.add_car(model="208", license_plate="GT-417-ZB")
    answer = owner.api.post(f"/api/vehicles/{car['id']}/handover", json={"email": receiver.email})
    assert answer.status_code == 201, answer.text
    tokens = eventually(lambda: offered(receiver), "the offer's mail")
    body = {"token": tokens[0]}

    def taken() -> bool:
        """Once vehicles has heard that the receiver's address is proven."""
        return bool(receiver.api.post("/api/handovers/accept", json=body).status_code == 200)

    eventually(taken, "the car taken over")
    (copy,) = owner.api.get("/api/vehicles/past").json()["results"]
    return str(copy["id"])


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
    older = {
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
    return older | rest_of_a_car(owner, car["id"], plan["id"]) | cars_to_put_away(owner)
