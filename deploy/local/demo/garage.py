"""The second car's warning light: a case from its fault code, a garage found and booked, and the work that closes the case."""

import re
import secrets
from datetime import datetime, timedelta
from typing import Any

from deploy.local.demo.chapters import register, verify
from deploy.local.demo.person import Person, new_address
from deploy.local.demo.world import Api, expect

CODE = "P0301"
PLACE = {"latitude": 45.7712, "longitude": 4.8520, "city": "Lyon", "country": "FR"}
HOURS = [{"weekday": day, "spans": [{"opens": "08:00", "closes": "18:00"}]} for day in range(1, 8)]
AHEAD = timedelta(days=2)
PRICE = {"amount": "84.00", "currency": "EUR"}
PROOF = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b")


def mend(me: Person) -> None:
    me.story.chapter("12  A warning light, a garage, and the case is closed")
    case = report(me)
    boss, garage = open_garage(me)
    booking = book(me, case, garage)
    work(me, boss, booking)
    close(me, case)


def report(me: Person) -> dict[str, Any]:
    with me.story.step(
        "case", f"The {me.old_car['model']} stutters: {CODE}, typed as read"
    ) as step:
        body = {
            "vehicle": me.old_car["id"],
            "title": "Elle broute à froid",
            "dtc_codes": [CODE.lower()],
        }
        case: dict[str, Any] = me.api.post("/api/diagnostics", body, status=201)
        proposed = [each["name"] for each in case["proposals"]]
        expect(proposed, f"nothing is proposed: {case}")
        step.note(f"{case['severity']}; proposed: {', '.join(proposed)}", case_id=case["id"])
    return case


def open_garage(me: Person) -> tuple[Person, dict[str, Any]]:
    boss = Person(
        *(me.story, Api(me.api.url), me.mailbox, me.payments, me.clock),
        email=new_address("claire"),
        first_name="Claire",
    )
    sentence = "Enters a garage from its sign; Claire proves by mail that it is hers"
    with me.story.step("garage", sentence) as step:
        published = new_address("atelier")
        name = f"Garage Morel {secrets.token_hex(2)}"  # one directory, many demos
        body = {"name": name, "email": published, **PLACE}
        garage: dict[str, Any] = me.api.post("/api/garages", body, status=201)
        path = f"/api/garages/{garage['id']}"
        register(boss)
        verify(boss)
        claim = boss.api.post(f"{path}/claims", {"way": "email"}, status=201)
        mail = me.mailbox.wait(
            published, lambda mail: PROOF.search(mail["Text"]) is not None, "the mail with the code"
        )
        code = PROOF.search(mail["Text"])
        proven = {"code": code.group() if code else ""}
        boss.api.post(f"/api/garages/claims/{claim['id']}/prove", proven)
        hours = {"weekly": HOURS, "bays": 2, "takes_bookings": True, "cancel_hours": 24}
        boss.api.ask("PUT", f"{path}/availability", json=hours)
        offer = {"name": "Bougies", "category": "engine", "minutes": 60, "price": PRICE}
        offer["service_type"] = "spark_plugs"
        me.offer = boss.api.post(f"{path}/services", offer, status=201)
        near = {"lat": PLACE["latitude"], "lng": PLACE["longitude"], "radius": 5}
        found = me.api.get("/api/garages/search_nearby", **near)["results"]
        expect(garage["id"] in [each["id"] for each in found], f"not found nearby: {found}")
        step.note(f"« {mail['Subject']} »", garage_id=garage["id"])
        step.link(me.mailbox.page(mail))
    return boss, garage


def book(me: Person, case: dict[str, Any], garage: dict[str, Any]) -> dict[str, Any]:
    with me.story.step("book", "Books its first free time in two days, for that case") as step:
        services = [me.offer["id"]]
        day = str((me.clock.now() + AHEAD).date())
        path = f"/api/garages/{garage['id']}/available_slots"
        slots = me.api.get(path, date=day, services=services)["results"]
        body = {
            "vehicle": me.old_car["id"],
            "garage": garage["id"],
            "services": services,
            "starts_at": slots[0]["starts_at"],
            "case": case["id"],
        }
        booking: dict[str, Any] = me.api.post("/api/bookings", body, status=201)
        step.note(
            f"{len(slots)} free times; {booking['clocks']['garage_time'][:16].replace('T', ' ')}, "
            f"{booking['estimate']['amount']} €",
            booking_id=booking["id"],
        )
    return booking


def work(me: Person, boss: Person, booking: dict[str, Any]) -> None:
    path = f"/api/bookings/{booking['id']}"
    with me.story.step(
        "confirmed", "Claire reads what is wrong and confirms by mail, with the date"
    ) as step:
        told = boss.api.get(path)
        expect(told["fault"]["dtc_codes"] == [CODE], f"the garage reads {told['fault']}")
        boss.api.post(f"{path}/confirm")
        mail = me.mailbox.wait(
            me.email, lambda mail: bool(mail["Attachments"]), "the mail with the date"
        )
        step.note(f"« {mail['Subject']} », {mail['Attachments'][0]['FileName']}")
        step.link(me.mailbox.page(mail))
    with me.story.step("worked", "The day comes; Claire works, and says what it cost") as step:
        me.clock.leap(datetime.fromisoformat(booking["starts_at"]))
        boss.api.post(f"{path}/start")
        done = {
            "price": PRICE,
            "work_done": "Bougie du cylindre 1",
            "mileage": me.old_car["mileage"] + 300,
        }
        boss.api.post(f"{path}/complete", done)
        step.note(f"{PRICE['amount']} €: « {done['work_done']} »")


def close(me: Person, case: dict[str, Any]) -> None:
    with me.story.step(
        "closed", "Confirms the draft of it: recorded, and the case is closed"
    ) as step:
        drafts = me.api.get("/api/maintenances/drafts", status="PENDING")["results"]
        draft = next(each for each in drafts if each["case"] == case["id"])
        record = me.api.post(f"/api/maintenances/drafts/{draft['id']}/confirm")["maintenance"]
        closed = me.api.get(f"/api/diagnostics/{case['id']}")
        ended = (closed["status"], closed["record"])
        expect(ended == ("resolved", record["id"]), f"the case is {ended}")
        step.note(f"case {closed['status']}: {closed['outcome']}", maintenance_id=record["id"])
