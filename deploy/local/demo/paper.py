"""The story's middle: the invoice is read, becomes a draft, and is confirmed."""

from typing import Any

from deploy.local.demo import invoice
from deploy.local.demo.chapters import due, upload
from deploy.local.demo.person import Person
from deploy.local.demo.story import Step, StepFailedError
from deploy.local.demo.world import expect, wait_for

READING_SECONDS = 150
UNITS = {"currency", "mileage_unit"}
"""Of other fields; told in the record only."""
SHOWN = ("vendor", "date", "mileage", "total", "tax")
ENDED = {"unreadable", "password_required"}


def read(me: Person) -> None:
    me.story.chapter("4  The invoice is read")
    with me.story.step("read", "Follows the reading: text layer first, else Tesseract") as step:
        document = follow(me, me.paper["id"], step)
        kind, sure = document["document_type"], document["type_confidence"]
        step.note(
            f"{kind} ({sure:.0%}), {document['pages']} page(s), {len(document['lines'])} lines"
        )
        me.paper = document
    with me.story.step("fields", "Looks at what was read, each with its confidence") as step:
        fields = me.api.get(f"/api/documents/{me.paper['id']}/fields")
        step.note(described(fields), fields=fields)


def follow(me: Person, document_id: str, step: Step) -> dict[str, Any]:
    """Poll the document until it is read, keeping the progress it showed."""
    seen: list[str] = []

    def look() -> dict[str, Any] | None:
        document: dict[str, Any] = me.api.get(f"/api/documents/{document_id}")
        now = f"{document['status']} {document['percent']} %"
        if now not in seen:
            seen.append(now)
        if document["status"] in ENDED:
            reason = f"the document cannot be read, its status is {document['status']}"
            raise StepFailedError(reason)
        return document if document["status"] == "read" else None

    document = wait_for(look, "the reading of the document", seconds=READING_SECONDS)
    step.facts["progress"] = seen
    return document


def described(fields: list[dict[str, Any]]) -> str:
    """Those a reader looks for first, with how sure each is, and how many more there are."""
    known = {field["name"]: field for field in fields if field["name"] not in UNITS}
    shown = [known.pop(name) for name in SHOWN if name in known]
    told = [f"{each['name']} {each['value']} ({each['confidence']:.0%})" for each in shown]
    if known:
        told.append(
            f"and {len(known)} more, {min(each['confidence'] for each in fields):.0%} at least"
        )
    return ", ".join(told)


def confirm(me: Person) -> None:
    me.story.chapter("5  A draft, and the owner's word")
    with me.story.step(
        "drafted", "A maintenance record is drafted for the right car; nothing is recorded yet"
    ) as step:
        me.draft = draft_of(me, me.paper["id"])
        recorded = me.api.get("/api/maintenances", vehicle=me.vehicle_id)
        expect(recorded["count"] == 0, "something was recorded without the owner")
        cost = me.draft["cost"]
        step.note(
            f"{me.draft['garage'] or 'garage not read'}, {me.draft['service_date'] or 'no date'}, "
            f"{me.draft['service_type'] or 'work not named'}, {me.draft['mileage'] or 'no'} km, "
            f"{cost['amount'] + ' ' + cost['currency'] if cost else 'no amount'}",
            draft=me.draft,
        )
        if me.document is None:
            expect(me.draft["vehicle"] == me.vehicle_id, f"the draft is for {me.draft['vehicle']}")
    if me.draft["needed_to_confirm"]:
        complete(me)
    with me.story.step("confirm", "Confirms it: recorded, the plan closed and rescheduled") as step:
        done = me.api.post(f"/api/maintenances/drafts/{me.draft['id']}/confirm")
        reading = done["odometer_reading"]
        if reading:
            step.note(f"odometer {reading['mileage']:,} km: {reading['status'].lower()}")
        for plan in done["plans"]:
            step.note(due(plan))
        step.facts |= {"maintenance_id": done["maintenance"]["id"], "plans": done["plans"]}
        if me.document is None:
            check_confirmed(me, done)
    if me.invoice is not None:
        same_again(me)


def complete(me: Person) -> None:
    """Type in what the paper does not say, as its owner would."""
    needed = me.draft["needed_to_confirm"]
    with me.story.step(
        "complete", f"Types in what the paper does not say: {', '.join(needed)}"
    ) as step:
        known = {
            "vehicle": me.vehicle_id,
            "service_date": str(me.clock.now().date()),
            "service_type": "oil_change",
        }
        said = {name: known[name] for name in needed}
        me.draft = me.api.ask(
            "PATCH", f"/api/maintenances/drafts/{me.draft['id']}", json=said
        ).json()
        expect(not me.draft["needed_to_confirm"], f"still missing: {me.draft['needed_to_confirm']}")
        step.facts["said"] = said


def check_confirmed(me: Person, done: dict[str, Any]) -> None:
    """Check that our own invoice did all it should."""
    expect(done["odometer_reading"]["status"] == "ACCEPTED", f"reading: {done['odometer_reading']}")
    plan = next((plan for plan in done["plans"] if plan["id"] == me.plan["id"]), None)
    expect(plan is not None, "confirming an oil change did not touch the oil plan")
    if plan is not None:
        expect(
            plan["last_done_on"] == done["maintenance"]["service_date"],
            f"the plan was not closed: {plan}",
        )
        forecast = plan["forecast"]
        expect(
            forecast["earliest"] <= forecast["on"] <= forecast["latest"], f"no range: {forecast}"
        )
        me.plan = plan


def draft_of(me: Person, document_id: str) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        drafts = me.api.get("/api/maintenances/drafts", document=document_id)["results"]
        return drafts[0] if drafts else None

    kind = me.paper["document_type"]
    return wait_for(look, f"a draft (the paper was read as {kind}; only invoices become drafts)")


def same_again(me: Person) -> None:
    """Upload the PDF of the same invoice: read from its text layer, known as a duplicate, discarded."""
    if me.invoice is None:
        return
    with me.story.step(
        "pdf", "The same invoice again, as PDF: read at once, known as a duplicate, discarded"
    ) as step:
        paper = upload(me, "facture.pdf", invoice.as_pdf(me.invoice))
        follow(me, paper["id"], step)
        draft = draft_of(me, paper["id"])
        expect("possible_duplicate" in draft["warnings"], f"no warning: {draft['warnings']}")
        me.api.post(f"/api/maintenances/drafts/{draft['id']}/discard")
