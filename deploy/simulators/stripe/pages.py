"""The pages people see: checkout, invoice, portal, and the landing page with everything that happened."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, cast

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, select_autoescape

from deploy.simulators.stripe import checkout, portal
from deploy.simulators.stripe.deliveries import Courier
from deploy.simulators.stripe.invoices import ACTION_REQUIRED, DECLINED, PAID
from deploy.simulators.stripe.passing import catch_up
from deploy.simulators.stripe.subscriptions import settle, span
from deploy.simulators.stripe.texts import words
from deploy.simulators.stripe.wire import Json, StripeFault
from deploy.simulators.stripe.world import World

SHOWN = 30
ANSWERS = {"pay", "decline", "3ds", "3ds_pass", "3ds_fail", "debit", "abandon"}
SEE_OTHER = 303


def _euros(minor: int) -> str:
    sign = "−" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100},{abs(minor) % 100:02d} €"


def _day(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%d/%m/%Y")


def _clock(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%d/%m/%Y %H:%M:%S")


def _environment() -> Environment:
    loader = FileSystemLoader(Path(__file__).parent / "templates")
    found = Environment(loader=loader, autoescape=select_autoescape(), enable_async=False)
    found.filters.update(euros=_euros, day=_day, clock=_clock)
    return found


class Pages:
    def __init__(self, world: World, courier: Courier) -> None:
        self.world = world
        self.courier = courier
        self.templates = _environment()

    def render(self, name: str, *, status: int = 200, **facts: object) -> HTMLResponse:
        return HTMLResponse(self.templates.get_template(name).render(**facts), status_code=status)

    def landing(self) -> Response:
        catch_up(self.world)
        world = self.world
        return self.render(
            "landing.html",
            now=world.now(),
            customers=[row for row in world.all("customer") if not row.get("deleted")][:SHOWN],
            sessions=world.all("checkout.session")[:SHOWN],
            subscriptions=[(row, span(row)[1]) for row in world.all("subscription")[:SHOWN]],
            invoices=world.all("invoice")[:SHOWN],
            deliveries=self.courier.report()[:SHOWN],
        )

    def checkout(self, session_id: str, notice: str = "") -> Response:
        catch_up(self.world)
        try:
            session = self.world.find("checkout.session", session_id)
        except StripeFault:
            return self.render("closed.html", status=404, t=words(None), back=None)
        t = words(session["locale"])
        if session["status"] != "open":
            back = session["success_url" if session["status"] == "complete" else "cancel_url"]
            return self.render(
                "closed.html", t=t, back=(back or "").replace("{CHECKOUT_SESSION_ID}", session_id)
            )
        notes = self.world.notes[session_id]
        price = self.world.find("price", notes["price"])
        return self.render(
            "checkout.html",
            t=t,
            session=session,
            price=price,
            product=self.world.find("product", price["product"]),
            trial_days=notes["subscription_data"].get("trial_period_days"),
            customer=self.world.tables["customer"].get(session["customer"] or ""),
            notice=notice,
        )

    def answer_checkout(self, session_id: str, action: str, card: str) -> Response:
        if action not in ANSWERS:
            return self.checkout(session_id)
        try:
            session = self.world.find("checkout.session", session_id)
            result = checkout.answer(
                self.world, session, cast("checkout.Answer", action), last4=card
            )
        except StripeFault:
            return self.checkout(session_id)
        if result in {"declined", "challenge"}:
            return self.checkout(session_id, result)
        target = session["success_url"] if result == "done" else session["cancel_url"]
        target = (target or "/").replace("{CHECKOUT_SESSION_ID}", session_id)
        return RedirectResponse(target, status_code=SEE_OTHER)

    def portal(self, session_id: str, notice: str = "") -> Response:
        catch_up(self.world)
        session = self.world.find("billing_portal.session", session_id)
        subscription = portal.live_subscription(self.world, session["customer"])
        invoices = self.world.all("invoice")
        return self.render(
            "portal.html",
            t=words(session["locale"]),
            session=session,
            subscription=subscription,
            period_end=span(subscription)[1] if subscription else None,
            product=self._product(subscription),
            prices=self._other_prices(subscription),
            invoices=[row for row in invoices if row["customer"] == session["customer"]],
            notice=notice,
        )

    def _product(self, subscription: Json | None) -> Json | None:
        if subscription is None:
            return None
        return self.world.find("product", subscription["items"]["data"][0]["price"]["product"])

    def _other_prices(self, subscription: Json | None) -> list[tuple[Json, Json]]:
        if subscription is None:
            return []
        current = subscription["items"]["data"][0]["price"]["id"]
        prices = [row for row in self.world.tables["price"].values() if row["id"] != current]
        return [(row, self.world.find("product", row["product"])) for row in prices]

    def act_in_portal(self, session_id: str, action: str, value: str) -> Response:
        try:
            session = self.world.find("billing_portal.session", session_id)
            portal.act(self.world, session, action, value)
        except StripeFault as fault:
            return self.portal(session_id, fault.message)
        return RedirectResponse(f"/portal/{session_id}", status_code=SEE_OTHER)

    def invoice(self, invoice_id: str) -> Response:
        invoice = self.world.find("invoice", invoice_id)
        customer = self.world.find("customer", invoice["customer"])
        locales = customer.get("preferred_locales") or [None]
        return self.render("invoice.html", t=words(locales[0]), invoice=invoice)

    def answer_invoice(self, invoice_id: str, action: str) -> Response:
        invoice = self.world.find("invoice", invoice_id)
        outcome = {"pay": PAID, "3ds": ACTION_REQUIRED}.get(action, DECLINED)
        if invoice["status"] == "open":
            settle(self.world, invoice, outcome)
        return RedirectResponse(f"/invoice/{invoice_id}", status_code=SEE_OTHER)


def pages_router(pages: Pages) -> APIRouter:
    router = APIRouter(default_response_class=HTMLResponse)
    router.add_api_route("/", pages.landing, methods=["GET"])

    @router.get("/pay/{session_id}")
    async def show_checkout(session_id: str) -> Response:
        return pages.checkout(session_id)

    @router.post("/pay/{session_id}")
    async def answer_checkout(
        session_id: str,
        action: Annotated[str, Form()] = "pay",
        card: Annotated[str, Form()] = "4242",
    ) -> Response:
        return pages.answer_checkout(session_id, action, card)

    @router.get("/portal/{session_id}")
    async def show_portal(session_id: str) -> Response:
        return pages.portal(session_id)

    @router.post("/portal/{session_id}")
    async def act_in_portal(
        session_id: str, action: Annotated[str, Form()], value: Annotated[str, Form()] = ""
    ) -> Response:
        return pages.act_in_portal(session_id, action, value)

    @router.get("/invoice/{invoice_id}")
    @router.get("/invoice/{invoice_id}/pdf")
    async def show_invoice(invoice_id: str) -> Response:
        return pages.invoice(invoice_id)

    @router.post("/invoice/{invoice_id}")
    async def answer_invoice(invoice_id: str, action: Annotated[str, Form()]) -> Response:
        return pages.answer_invoice(invoice_id, action)

    return router
