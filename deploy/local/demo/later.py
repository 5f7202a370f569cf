"""The story's end: time passes, a reminder comes once, and the assistant answers."""

import textwrap
import time
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from typing import Any

from deploy.local import house
from deploy.local.demo.chapters import FORBIDDEN
from deploy.local.demo.person import Person
from deploy.local.demo.world import expect, wait_for
from shared.local_day import is_daytime

SETTLE_SECONDS = 4.0
MORNING = clock_time(10)
NEXT_ROUND = timedelta(minutes=6)
WORKERS = ("vehicles", "notifications")
DUE = {"reminder_due", "reminder_today", "reminder_overdue"}
"""As pressing as the paper's age makes it."""
MOST = 1
ONE_LINE, LONGEST = 90, 80
"""Of what the assistant says as much as a reader wants at a terminal; the record has it whole."""


def wait(me: Person) -> None:
    me.story.chapter("9  Time passes")
    three = house.more_workers(WORKERS, each=2) if me.is_our_house else nullcontext(list[str]())
    with three as names:
        leap(me, names)
        remind(me)
    recall(me)


def leap(me: Person, names: list[str]) -> None:
    """Move to the eve of the reminder, let every program notice, then to the day itself.

    In one leap, the first to notice would mail into what is last year for the others.
    """
    plan = me.api.get(f"/api/maintenance-plans/{me.plan['id']}")
    day = date.fromisoformat(plan["remind_on"] or plan["forecast"]["on"])
    now = me.clock.now()
    days = (day - now.date()).days
    stops = [datetime.combine(when, MORNING, UTC) for when in (day - timedelta(days=1), day)]
    sentence = f"The demo's clock leaps {days} days, to {day}"
    if days <= 0:
        stops = [next_round(now)]
        sentence = f"Due since {day}: the demo's clock leaps to the next round of reminders"
    with me.story.step("time", sentence) as step:
        for moment in stops:
            if moment > me.clock.now():
                me.clock.leap(moment)
        workers = f"three workers each of {' and '.join(WORKERS)}"
        step.note(workers if names else "the house's own workers")
        step.facts |= {"days": days, "now": me.clock.now()}


def next_round(now: datetime) -> datetime:
    """Of reminders: they leave by day, where their owner lives."""
    soon = now + NEXT_ROUND
    if is_daytime(soon, None):
        return soon
    morning = datetime.combine(soon.date(), MORNING, UTC)
    return morning if morning > soon else morning + timedelta(days=1)


def remind(me: Person) -> None:
    with me.story.step(
        "reminder", "The reminder falls due: one notification and one mail, exactly once"
    ) as step:
        wait_for(lambda: reminders(me) or None, "the notification")
        wait_for(lambda: reminder_mails(me) or None, "the mail")
        time.sleep(SETTLE_SECONDS)  # a second one would have come by now
        told, mails = reminders(me), reminder_mails(me)
        expect(len(told) == 1, f"{len(told)} notifications: {told}")
        expect(len(mails) == 1, f"{len(mails)} mails: {[mail['Subject'] for mail in mails]}")
        step.note(f"« {told[0]['body']} »", notification_id=told[0]["id"])
        step.note(f"« {mails[0]['Subject']} »")
        step.link(me.mailbox.page(mails[0]))


def recall(me: Person) -> None:
    """The simulated authorities tell of two campaigns; nobody but the maker knows whether the car is one of theirs."""
    path = f"/api/vehicles/{me.vehicle_id}/recalls"
    with me.story.step("recalls", "Recalls that may be about the car: please check") as step:
        found = wait_for(lambda: me.api.get(path)["results"], "the recalls")
        for one in sorted(found, key=lambda each: each["certainty"]):
            step.note(f"{one['certainty']}: « {one['title']} » ({one['source']})")
        expect(all(one["please_check"] for one in found), f"somebody knows too much: {found}")
        step.facts["recalls"] = found


def reminders(me: Person) -> list[dict[str, Any]]:
    """Of the plan; recalls may be told, too."""
    found: list[dict[str, Any]] = me.api.get("/api/notifications", page_size=100)["results"]
    title = me.plan["title"].casefold()
    return [
        told
        for told in found
        if told["type"] in DUE and title in f"{told['title']} {told['body']}".casefold()
    ]


def reminder_mails(me: Person) -> list[dict[str, Any]]:
    title = me.plan["title"].casefold()
    return [mail for mail in me.mailbox.mails(me.email) if title in mail["Subject"].casefold()]


def ask(me: Person) -> None:
    me.story.chapter("10  The assistant")
    with me.story.step(
        "suggestions", "maintenance_suggestions answers from the car's own history"
    ) as step:
        answer = me.api.post(
            "/api/ai-assistant/assistant/maintenance_suggestions", {"vehicle_id": me.vehicle_id}
        )
        expect(answer["suggestions"], f"no suggestion: {answer}")
        for one in answer["suggestions"][:MOST]:
            step.note(gist(f"{one['priority']}. {one['reason']}", ONE_LINE))
        step.note(further(answer["suggestions"]))
        step.facts["suggestions"] = answer
    question = {
        "vehicle_id": me.vehicle_id,
        "symptoms": "Le moteur tremble à froid et le voyant moteur clignote.",
        "dtc_codes": ["P0301"],
    }
    with me.story.step(
        "diagnosis_refused", "diagnostic is refused on STANDARD: 403 plan_required"
    ) as step:
        refusal = me.api.post("/api/ai-assistant/assistant/diagnostic", question, status=FORBIDDEN)
        expect(refusal["required_plan"] == "PREMIUM", f"the refusal is {refusal}")
        step.note(f"« {refusal['detail']} »")
    upgrade(me)
    with me.story.step(
        "diagnosis", "diagnostic answers: urgency, causes, safety, cost, sources"
    ) as step:
        answer = wait_for(lambda: diagnose(me, question), "the opening of PREMIUM at the gateway")
        cost = answer["estimated_cost"]
        needed = ("urgency", "causes", "safety_advice", "estimated_cost", "sources")
        expect(all(answer[name] for name in needed), f"incomplete: {answer}")
        step.note(f"« {gist(answer['diagnosis'])} »", diagnosis=answer)
        causes = [
            f"{cause['likelihood']:.0%} {cause['label']}" for cause in answer["causes"][:MOST]
        ]
        step.note(
            f"urgency {answer['urgency']}; {', '.join(causes)}; {cost['low']} to {cost['high']} €; "
            f"{len(answer['sources'])} sources"
        )


def gist(words: str, longest: int = LONGEST) -> str:
    """Return the beginning of a long answer; the record has all of it."""
    return textwrap.shorten(words, longest, placeholder=" …")


def further(things: Sequence[object]) -> str:
    more = len(things) - MOST
    return f"… and {more} more" if more > 0 else ""


def upgrade(me: Person) -> None:
    with me.story.step("upgrade", "Changes to PREMIUM") as step:
        change = me.api.post(
            "/api/subscriptions/change_plan", {"plan": "PREMIUM", "interval": "month"}
        )
        step.facts["change"] = change


def diagnose(me: Person, question: dict[str, Any]) -> dict[str, Any] | None:
    answer = me.api.try_post("/api/ai-assistant/assistant/diagnostic", question)
    if answer.status_code == FORBIDDEN:
        return None
    expect(answer.is_success, f"diagnostic answered {answer.status_code}: {answer.text[:600]}")
    found: dict[str, Any] = answer.json()
    return found


def chat(me: Person) -> None:
    """Talk with a model: the simulator's, which only this checkout's own house can switch on."""
    if me.is_our_house:
        with house.a_model():
            stream(me)


def stream(me: Person) -> None:
    with me.story.step("chat", "With a model configured (OPENAI_BASE_URL), chat streams") as step:
        question = {
            "message": "Quand dois-je faire la prochaine vidange ?",
            "vehicle_id": me.vehicle_id,
            "stream": True,
        }
        began = time.monotonic()
        events: list[str] = []
        words: list[str] = []
        for name, facts in me.api.events("/api/ai-assistant/assistant/chat", question):
            if not events:
                step.facts["first_event_ms"] = round((time.monotonic() - began) * 1000)
            events.append(name)
            words.append(facts.get("text", "") if name == "delta" else "")
        expect("error" not in events and "done" in events, f"the stream brought {events}")
        expect(any(words), f"the stream brought no word: {events}")
        said = " ".join(word for word in words if word)
        step.note(f"« {gist(said)} »", events=events, said=said)
