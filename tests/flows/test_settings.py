"""Each setting is obeyed by the service it names, from the change to the mail."""

import asyncio
import time
from collections.abc import Callable
from datetime import time as time_of_day
from datetime import timedelta
from typing import Any

import pytest

from tests.flows.house import FlowHouse
from tests.flows.person import PASSWORD, Person, eventually

pytestmark = pytest.mark.timeout(300)
NewPerson = Callable[..., Person]
MORNING = time_of_day(10)
FIVE_DAYS = timedelta(days=5)
"""A year after it the work is due, and ten days before that it is told."""
SWITCHES = (
    "email_notifications",
    "push_notifications",
    "maintenance_reminders",
    "subscription_alerts",
)


async def settled(house: FlowHouse, person: Person, **wanted: Any) -> None:
    """Set, and heard of by notifications."""
    answer = person.api.patch("/api/settings/me", json=wanted)
    assert answer.status_code == 200, answer.text
    assert {name: answer.json()[name] for name in wanted} == wanted
    database = await house.connect("notifications")
    auth = await house.connect("auth")
    version = await auth.fetchval("SELECT version FROM account WHERE id = $1::uuid", person.id)
    until = time.monotonic() + 20
    query = "SELECT version FROM contact WHERE account_id = $1::uuid"
    while await database.fetchval(query, person.id) != version:
        assert time.monotonic() < until, "the change has not arrived"
        await asyncio.sleep(0.1)
    await database.close()
    await auth.close()


def change_password(person: Person) -> None:
    body = {"old_password": PASSWORD, "new_password": "Encore-Une-Autre-84"}
    assert person.api.post("/api/auth/change-password", json=body).status_code == 204


class TestSettings:
    async def test_the_language_changes_the_next_mail(
        self, house: FlowHouse, person: NewPerson
    ) -> None:
        luis = person("Luis")
        await settled(house, luis, language="es")
        change_password(luis)
        (mail,) = eventually(lambda: luis.mails("contraseña ha cambiado"), "a Spanish mail")
        assert "Hola, Luis" in mail["Text"]

    async def test_without_mail_the_inbox_is_told_and_security_is_mailed_all_the_same(
        self, house: FlowHouse, person: NewPerson
    ) -> None:
        luis = person("Luis")
        await settled(house, luis, email_notifications=False)
        luis.subscribe("STANDARD")
        change_password(luis)
        eventually(lambda: luis.mails("mot de passe a été changé"), "the security mail")
        kinds = {n["type"] for n in luis.api.get("/api/notifications").json()["results"]}
        assert {"subscription_changed", "password_changed"} <= kinds
        assert not luis.mails("formule Standard")

    async def test_without_subscription_alerts_nobody_speaks_of_a_subscription(
        self, house: FlowHouse, person: NewPerson
    ) -> None:
        luis, ana = person("Luis"), person("Ana")
        await settled(house, luis, subscription_alerts=False)
        luis.subscribe("STANDARD")
        ana.subscribe("STANDARD")
        eventually(lambda: ana.mails("formule Standard"), "Ana's mail")
        await asyncio.sleep(1)
        assert not luis.mails("formule Standard")
        kinds = {n["type"] for n in luis.api.get("/api/notifications").json()["results"]}
        assert "subscription_changed" not in kinds

    async def test_reminders_obey_their_switch_and_the_units(
        self, house: FlowHouse, person: NewPerson
    ) -> None:
        silent, miles, plain = person("Luis"), person("Emma"), person("Ana")
        await settled(house, silent, maintenance_reminders=False)
        await settled(house, miles, units="imperial")
        for one in (silent, miles, plain):
            car = one.add_car(mileage=50_000)
            body = {
                "template": "oil_change",
                "last_done_on": str(house.now().date() - FIVE_DAYS),
                "last_done_mileage": 49_900,
            }
            applied = one.api.post(f"/api/vehicles/{car['id']}/apply-template", json=body)
            assert applied.status_code == 201, applied.text
        house.advance_to(MORNING, days=350)
        (told,) = eventually(lambda: plain.mails("arrive à échéance"), "a reminder", 60)
        assert "\u00a0km" in told["Text"]
        (in_miles,) = eventually(lambda: miles.mails("arrive à échéance"), "a reminder in miles")
        assert "\u00a0mi" in in_miles["Text"]
        assert "\u00a0km" not in in_miles["Text"]
        await asyncio.sleep(1)
        assert not silent.mails("arrive à échéance")
        silent.sign_in()
        assert not [
            note
            for note in silent.api.get("/api/notifications").json()["results"]
            if note["type"] == "reminder_due"
        ]

    def test_all_switches_come_back(self, person: NewPerson) -> None:
        """Those no service obeys yet (push, profile) are kept and told for the one that will."""
        luis = person("Luis")
        off = dict.fromkeys(SWITCHES, False)
        assert luis.api.patch("/api/settings/me", json=off).status_code == 200
        said = luis.api.get("/api/settings/me").json()
        assert {name: said[name] for name in SWITCHES} == off
        reset = luis.api.post("/api/settings/reset").json()
        assert all(reset[name] for name in SWITCHES)
