"""The story's first half: a person arrives, adds a car, photographs an invoice, is asked to pay, and pays."""

from typing import Any

from deploy.local.demo import invoice
from deploy.local.demo.person import CAR, INVOICE_AGE, INVOICE_KILOMETRES, KILOMETRES_NOW, Person
from deploy.local.demo.world import code_in, expect, wait_for

FORBIDDEN = 403


def arrive(me: Person) -> None:
    me.story.chapter("1  A person arrives")
    with me.story.step("register", f"Registers as {me.email}"):
        register(me)
    with me.story.step("code_by_mail", "The one-time code comes by mail, in French") as step:
        mail = mail_with_code(me)
        expect(mail["HTML"] and mail["Text"], "the mail lacks its HTML or its text part")
        step.note(f"« {mail['Subject']} »", subject=mail["Subject"])
        step.link(me.mailbox.page(mail))
    with me.story.step("verify", "Types the code and is signed in") as step:
        verify(me)
        who = me.api.get("/api/auth/me")
        expect(who["email"] == me.email, f"/api/auth/me says {who}")
        step.facts["user_id"] = who["id"]


def register(me: Person) -> None:
    newcomer = {
        "email": me.email,
        "password": me.password,
        "first_name": me.first_name,
        "last_name": me.last_name,
    }
    me.api.post("/api/auth/register", newcomer, status=201)


def mail_with_code(me: Person) -> dict[str, Any]:
    return me.mailbox.wait(
        me.email, lambda mail: code_in(mail) is not None, "the mail with the code"
    )


def verify(me: Person) -> None:
    """Type the code of the mail, and be signed in."""
    code = code_in(mail_with_code(me))
    answer = me.api.post("/api/auth/verify-otp", {"email": me.email, "otp_code": code})
    me.api.token = answer["access"]
    me.api.sign_in_again = lambda: sign_in(me)


def sign_in(me: Person) -> None:
    """Sign in once more: a token lives ten minutes, and the demo's time makes leaps."""
    me.api.token = None
    answer = me.api.post("/api/auth/login", {"email": me.email, "password": me.password})
    expect("access" in answer, f"signing in again gave {sorted(answer)}")
    me.api.token = answer["access"]


def add_car(me: Person) -> None:
    me.story.chapter("2  Their car, and a ready plan")
    with me.story.step("decode_vin", f"The chassis number {CAR.vin} is decoded offline") as step:
        decoded = me.api.post("/api/vehicles/decode-vin", {"vin": CAR.vin})
        expect(decoded["make"], f"no maker found: {decoded}")
        step.note(f"{decoded['make']}, {decoded['country']}", make=decoded["make"])
    with me.story.step("add_vehicle", f"Adds the {CAR.make} {CAR.model}, {CAR.plate}") as step:
        car: dict[str, Any] = {
            "make": CAR.make,
            "model": CAR.model,
            "year": CAR.year,
            "license_plate": CAR.plate,
            "vin": CAR.vin,
            "fuel_type": "gasoline",
        }
        if me.document is None:
            car["mileage"] = KILOMETRES_NOW
        me.vehicle = me.api.post("/api/vehicles", car, status=201)
        shown = me.vehicle["mileage"]
        step.note(
            f"odometer {shown:,} km" if shown else "odometer not read yet",
            vehicle_id=me.vehicle_id,
        )
    with me.story.step(
        "apply_plan", "Applies the ready plan: oil every 15,000 km or 12 months"
    ) as step:
        me.plan = me.api.post(
            f"/api/vehicles/{me.vehicle_id}/apply-template",
            {"template": "oil_change", "every_distance": 15_000, "every_months": 12},
            status=201,
        )
        step.note(due(me.plan), plan_id=me.plan["id"])


def due(plan: dict[str, Any]) -> str:
    """Say when a plan falls due, and the forecast where it is more than that day."""
    forecast = plan["forecast"]
    limits = [f"{plan['due_mileage']:,} km" if plan["due_mileage"] else "", plan["due_on"] or ""]
    text = f"{plan['title']}: due at " + " or ".join(limit for limit in limits if limit)
    if forecast["earliest"] != forecast["latest"]:
        text += f"; forecast {forecast['on']} ({forecast['earliest']} to {forecast['latest']})"
    return text


def pay(me: Person) -> None:
    me.story.chapter("3  What FREE does not open, and STANDARD does")
    name, content = the_paper(me)
    with me.story.step("upload", f"Uploads {name} ({len(content) // 1024 + 1} kB)") as step:
        me.paper = upload(me, name, content)
        step.facts["document_id"] = me.paper["id"]
    with me.story.step(
        "plan_required", "On FREE, having it read is refused: 403 plan_required"
    ) as step:
        refusal = me.api.post(f"/api/documents/{me.paper['id']}/analyze", status=FORBIDDEN)
        expect(refusal["code"] == "plan_required", f"the refusal is {refusal}")
        plan = refusal["required_plan"]
        step.note(f"« {refusal['detail']} »", code=refusal["code"], required_plan=plan)
    subscribe(me, "STANDARD")
    with me.story.step("opened", "The same request with the same token now passes the gateway"):
        path = f"/api/documents/{me.paper['id']}/analyze"
        wait_for(lambda: me.api.allowed("POST", path), "the opening of STANDARD at the gateway")


def the_paper(me: Person) -> tuple[str, bytes]:
    """Return the given document, or a photograph of an invoice of two weeks ago."""
    if me.document is not None:
        return me.document.name, me.document.read_bytes()
    day = me.clock.now().date() - INVOICE_AGE
    me.invoice = invoice.Invoice(f"F-{day:%Y}-{day:%m%d}", day, CAR, INVOICE_KILOMETRES)
    return "facture.jpg", invoice.as_photograph(invoice.as_pdf(me.invoice))


def upload(
    me: Person, name: str, content: bytes, *, kind: str = "invoice", **wishes: str
) -> dict[str, Any]:
    form = {"document_type": kind, **wishes}
    answer = me.api.ask("POST", "/api/documents", files={"file": (name, content)}, data=form)
    found: dict[str, Any] = answer.json()
    return found


def subscribe(me: Person, plan: str) -> None:
    with me.story.step(
        f"checkout_{plan.lower()}", f"Checks out {plan} and pays at Stripe's page"
    ) as step:
        session = me.api.post("/api/subscriptions/checkout", {"plan": plan, "interval": "month"})
        back = me.payments.pay(session["url"])
        step.note("card 4242 4242 4242 4242", url=session["url"], back=back)
        step.link(session["url"])
