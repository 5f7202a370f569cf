"""The three walks of docs/architecture.md, on the real house: register → code, invoice → record → reminder, webhook → entitlement."""

import json
import time
from collections.abc import Callable
from datetime import time as time_of_day
from datetime import timedelta

import httpx2
import pytest

from deploy.local.demo.world import Payments
from tests.flows.house import FlowHouse
from tests.flows.person import Person, eventually

pytestmark = pytest.mark.timeout(300)
NewPerson = Callable[..., Person]
MORNING = time_of_day(10)
FIVE_DAYS = timedelta(days=5)
"""A year after it the work is due, and ten days before that it is told."""


class TestWalkA:
    def test_registering_sends_one_mail_with_a_code_in_french(self, person: NewPerson) -> None:
        claire = person()
        (mail,) = claire.mails("code")
        assert mail["HTML"]
        assert mail["Text"]
        assert claire.api.get("/api/auth/me").json()["email"] == claire.email

    def test_one_request_id_leads_from_the_click_to_the_mail(self, house: FlowHouse) -> None:
        person = Person(house)
        body = {
            "email": person.email,
            "password": "Une-Phrase-Longue-77",
            "first_name": "A",
            "last_name": "B",
        }
        click = f"click-{time.time_ns()}"
        assert (
            person.api.post(
                "/api/auth/register", json=body, headers={"x-request-id": click}
            ).status_code
            == 201
        )
        eventually(lambda: person.mails("code"), "the code")

        def services() -> set[str]:
            found = {
                json.loads(line)["service"]
                for line in house.log_lines()
                if f'"request_id":"{click}"' in line
            }
            return found if {"gateway", "auth", "notifications"} <= found else set()

        eventually(services, "the id in the logs of gateway, auth and notifications")

    def test_no_secret_and_no_address_is_in_any_log(
        self, house: FlowHouse, person: NewPerson
    ) -> None:
        claire = person()
        (mail,) = claire.mails("code")
        code = next(word for word in mail["Text"].split() if word.isdecimal() and len(word) == 6)
        text = "\n".join(house.log_lines())
        assert claire.email not in text
        assert claire.token not in text
        assert f'"{code}"' not in text
        assert "example.org" not in text


class TestWalkC:
    def test_a_paid_checkout_opens_the_gateway_for_the_same_token(self, person: NewPerson) -> None:
        claire = person()
        document = claire.upload()
        refused = claire.api.post(f"/api/documents/{document}/analyze")
        assert refused.status_code == 403
        assert refused.json()["code"] == "plan_required"
        token = claire.token
        claire.subscribe("STANDARD")
        statuses: list[int] = []

        def may_analyse() -> bool:
            statuses.append(claire.api.post(f"/api/documents/{document}/analyze").status_code)
            return statuses[-1] != 403

        eventually(may_analyse, "OCR allowed", 10)
        assert statuses[-1] == 202
        assert claire.token == token

    def test_the_same_webhook_twice_and_a_forged_one_change_nothing(
        self, house: FlowHouse, person: NewPerson
    ) -> None:
        claire = person()
        claire.subscribe("STANDARD")
        stripe = house.plan.url("stripe")
        before = claire.api.get("/api/subscriptions/current").json()
        events = httpx2.get(
            f"{stripe}/v1/events", headers={"authorization": "Bearer sk_test_x"}
        ).json()["data"]
        forged = httpx2.post(
            f"{claire.api.base_url}/api/webhooks/stripe",
            content=json.dumps(events[0]),
            headers={"stripe-signature": "t=1,v1=00", "content-type": "application/json"},
        )
        assert forged.status_code == 400
        for event in events[:3]:
            httpx2.post(f"{stripe}/_sim/replay", json={"event": event["id"]})
        assert claire.api.get("/api/subscriptions/current").json() == before


class TestWalkB:
    @pytest.fixture(scope="class")
    def claire(self, house: FlowHouse) -> Person:
        claire = Person(house).register()
        claire.subscribe("STANDARD")
        return claire

    @pytest.mark.parametrize("sample", ["garage_facture.pdf", "garage_facture.jpg"])
    def test_an_invoice_becomes_a_draft_and_only_the_owner_makes_it_a_record(
        self, house: FlowHouse, sample: str
    ) -> None:
        claire = Person(house).register()
        claire.subscribe("STANDARD")
        car = claire.add_car(mileage=57_900)
        plan = claire.api.post(
            f"/api/vehicles/{car['id']}/apply-template", json={"template": "oil_change"}
        )
        assert plan.status_code == 201, plan.text
        claire.upload(sample)
        (draft,) = eventually(claire.drafts, "a draft", 90)
        assert claire.api.get("/api/maintenances").json()["count"] == 0
        confirmed = claire.api.post(f"/api/maintenances/drafts/{draft['id']}/confirm", json={})
        assert confirmed.status_code in {200, 201}, confirmed.text
        assert claire.api.post(
            f"/api/maintenances/drafts/{draft['id']}/confirm", json={}
        ).status_code in {200, 201, 409}
        (record,) = claire.api.get("/api/maintenances").json()["results"]
        assert record["status"] == "COMPLETED"
        assert record["cost"] == {"amount": "189.90", "currency": "EUR"}
        assert record["service_date"] == "2026-11-12"
        due = claire.api.get("/api/maintenance-plans").json()["results"][0]
        assert due["due_on"] == "2027-11-12"
        assert claire.api.get(f"/api/vehicles/{car['id']}").json()["mileage"] == 58_240


class TestReminder:
    def test_with_three_workers_one_reminder_is_one_mail_and_one_notification(
        self, house: FlowHouse
    ) -> None:
        claire = Person(house).register()
        car = claire.add_car(mileage=50_000)
        body = {
            "template": "oil_change",
            "last_done_on": str(house.now().date() - FIVE_DAYS),
            "last_done_mileage": 49_900,
        }
        applied = claire.api.post(f"/api/vehicles/{car['id']}/apply-template", json=body)
        assert applied.status_code == 201, applied.text
        extra = [
            house.another("vehicles", 2),
            house.another("vehicles", 3),
            house.another("notifications", 2),
            house.another("notifications", 3),
        ]
        try:
            house.advance_to(MORNING, days=350)

            def reminders() -> list[str]:
                return [
                    mail["Subject"]
                    for mail in claire.mails("vidange")
                    if "Vidange" in mail["Subject"]
                ]

            eventually(reminders, "the reminder's mail", 60)
            claire.sign_in()
            notes = eventually(
                lambda: [
                    n
                    for n in claire.api.get("/api/notifications?page_size=100").json()["results"]
                    if "reminder" in n["type"]
                ],
                "the notification",
            )
            time.sleep(2)
            assert reminders() == [notes[0]["title"]]
            assert len(notes) == 1
        finally:
            for name in extra:
                house.stop(name)


def test_the_checkout_page_can_be_declined(house: FlowHouse) -> None:
    claire = Person(house).register()
    session = claire.api.post(
        "/api/subscriptions/checkout", json={"plan": "STANDARD", "interval": "month"}
    ).json()
    with httpx2.Client(timeout=30, trust_env=False) as browser:
        assert browser.get(session["url"]).status_code == 200
        browser.post(session["url"], data={"action": "decline"})
    assert claire.plan() == "FREE"
    Payments(house.plan.url("stripe")).pay(session["url"])
    eventually(lambda: claire.plan() == "STANDARD", "STANDARD")
