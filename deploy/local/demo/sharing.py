"""The story's second person: invited by mail, a driver who fills up and sees nothing else, then an editor."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from deploy.local.demo.chapters import FORBIDDEN, register, verify
from deploy.local.demo.fills import LITRES, at_the_pump, paid
from deploy.local.demo.person import Person, new_address
from deploy.local.demo.world import Api, expect, token_in, wait_for

MORNING = time(10)
LATER = timedelta(days=9)
REFUSED = ("maintenances", "costs", "consumption")
EMPTY = ("maintenance-plans", "maintenances/drafts", "documents")
DRIVEN = 250
SLIP = 3_000
"""A nine for a six, in the thousands."""
FILLED = LITRES[2] * 18 / 10


def share(me: Person) -> None:
    me.story.chapter("7  A car for two")
    friend = Person(
        *(me.story, Api(me.api.url), me.mailbox, me.payments, me.clock),
        email=new_address("noe"),
        first_name="Noé",
        vehicle=me.vehicle,
    )
    me.friend = friend
    token = invite(me, friend)
    join(me, friend, token)
    look_around(friend)
    drive(me, friend)
    promote(me, friend)


def invite(me: Person, friend: Person) -> str:
    """Return what the mail to the friend holds."""
    with me.story.step("invite", f"Invites {friend.email} as a driver, by mail") as step:
        asked = {"email": friend.email, "role": "driver"}
        me.api.post(f"/api/vehicles/{me.vehicle_id}/invitations", asked, status=201)
        mail = me.mailbox.wait(
            friend.email, lambda mail: token_in(mail) is not None, "the mail that invites"
        )
        step.note(f"« {mail['Subject']} »", subject=mail["Subject"])
        step.link(me.mailbox.page(mail))
    return token_in(mail) or ""


def join(me: Person, friend: Person, token: str) -> None:
    sentence = (
        f"{friend.first_name} registers with that address and accepts; {me.first_name} is told"
    )
    with me.story.step("join", sentence) as step:
        register(friend)
        verify(friend)
        car = wait_for(lambda: accept(friend, token), "the proof of the address at vehicles")
        expect(car["role"] == "driver", f"the role is {car['role']}")
        told = news(me, "sharing")
        step.note(f"« {told['body']} »", role=car["role"], told=told["body"])


def accept(friend: Person, token: str) -> dict[str, Any] | None:
    """None while vehicles has not yet heard that the address is verified."""
    answer = friend.api.try_post("/api/invitations/accept", {"token": token})
    if answer.status_code == FORBIDDEN and answer.json()["code"] == "address_unproven":
        return None
    expect(answer.is_success, f"accepting answered {answer.status_code}: {answer.text[:600]}")
    car: dict[str, Any] = answer.json()
    return car


def news(who: Person, kind: str) -> dict[str, Any]:
    """Wait for what somebody is told of this kind, in the application and by mail; return the newest."""

    def look() -> dict[str, Any] | None:
        found = who.api.get("/api/notifications", type=kind)["results"]
        return found[0] if found else None

    told = wait_for(look, f"the notification to {who.first_name}")
    who.mailbox.wait(who.email, lambda mail: mail["Subject"] == told["title"], "the mail of it")
    return told


def look_around(friend: Person) -> None:
    sentence = f"{friend.first_name} sees the car, and nothing of its history"
    with friend.story.step("sees_nothing_else", sentence) as step:
        cars = friend.api.get("/api/vehicles")["results"]
        expect([car["id"] for car in cars] == [friend.vehicle_id], f"the cars are {cars}")
        refusals = [
            friend.api.ask("GET", f"/api/vehicles/{friend.vehicle_id}/{what}", expected=FORBIDDEN)
            for what in REFUSED
        ]
        codes = [answer.json()["code"] for answer in refusals]
        expect(set(codes) == {"role_insufficient"}, f"the refusals are {codes}")
        counts = [friend.api.get(f"/api/{what}")["count"] for what in EMPTY]
        expect(not any(counts), f"there are {dict(zip(EMPTY, counts, strict=True))}")
        step.note(f"{', '.join(REFUSED)}: 403 role_insufficient; plans, drafts, documents: none")
        step.facts |= {"refused": dict(zip(REFUSED, codes, strict=True))}
        step.facts |= {"empty": dict(zip(EMPTY, counts, strict=True))}


def drive(me: Person, friend: Person) -> None:
    """The driver fills up, and a digit of the reading is wrong."""
    known = me.api.get(f"/api/vehicles/{me.vehicle_id}")["mileage"]
    me.plan = me.api.get(f"/api/maintenance-plans/{me.plan['id']}")
    days = LATER.days
    with me.story.step(
        "driver_fills", f"{days} days later, {friend.first_name} adds yesterday's fill"
    ) as step:
        today = me.clock.now().date() + LATER
        me.clock.leap(datetime.combine(today, MORNING, UTC))
        me.meant = known + DRIVEN
        body = {
            "day": str(today - timedelta(days=1)),
            "mileage": me.meant + SLIP,
            **paid(FILLED),
        }
        path = f"/api/vehicles/{friend.vehicle_id}/quick-fill"
        done = friend.api.post(path, body, status=201)
        me.typed = done["fill"]
        expect(done["closed"] is None, f"a driver saw the consumption: {done['closed']}")
        seen = friend.api.get("/api/fills")
        expect(seen["count"] == 1, f"a driver saw {seen['count']} fills")
        step.note(at_the_pump(done) + "; no other fill is shown", fill=done["fill"])
        step.facts["fills_seen"] = seen["count"]


def promote(me: Person, friend: Person) -> None:
    sentence = (
        f"{me.first_name} makes {friend.first_name} an editor, who is told: the history opens"
    )
    with me.story.step("promote", sentence) as step:
        person = friend.api.get("/api/auth/me")["id"]
        path = f"/api/vehicles/{me.vehicle_id}/members/{person}"
        member = me.api.ask("PATCH", path, json={"role": "editor"}).json()
        told = news(friend, "sharing")
        seen = friend.api.get(f"/api/vehicles/{friend.vehicle_id}/maintenances")
        expect(seen["count"], "an editor sees no maintenance")
        step.note(f"« {told['title']} »", role=member["role"], told=told["title"])
        step.facts["maintenances_seen"] = seen["count"]
