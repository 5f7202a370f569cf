"""The story's mistake: a wrong digit that was believed, what betrays it, and how it is put right."""

from typing import Any

from deploy.local.demo.fills import consumption, ratio
from deploy.local.demo.person import Person
from deploy.local.demo.sharing import news
from deploy.local.demo.world import expect

SINCE = 40
"""Kilometres from the fill to the day after it."""


def correct(me: Person) -> None:
    me.story.chapter("8  A wrong digit")
    was = me.plan
    wrong = believed(me, was)
    reading = doubted(me)
    rehearse(me, reading)
    put_right(me, wrong)


def believed(me: Person, was: dict[str, Any]) -> dict[str, Any]:
    typed = me.typed["mileage"]
    now = the_plan(me)
    sentence = f"{typed:,} km is possible, so it was believed"
    if moved(was, now):
        sentence += ": the oil falls due sooner"
    with me.story.step("believed", sentence) as step:
        expect(me.typed["odometer"]["status"] == "ACCEPTED", f"not believed: {me.typed}")
        if me.document is None:
            sooner = now["forecast"]["on"] < was["forecast"]["on"]
            expect(sooner, f"the forecast is {now['forecast']}, was {was['forecast']}")
        step.note(moved(was, now))
        step.facts |= {"before": was["forecast"], "after": now["forecast"]}
    return now


def doubted(me: Person) -> dict[str, Any]:
    """Read what the car shows today: it contradicts what was typed."""
    shown = me.meant + SINCE
    with me.story.step(
        "doubted", f"Today the car shows {shown:,} km: doubted, with a suggestion"
    ) as step:
        path = f"/api/vehicles/{me.vehicle_id}/odometer"
        reading: dict[str, Any] = me.api.post(path, {"mileage": shown}, status=201)
        expect(reading["status"] == "QUARANTINED", f"the reading is {reading}")
        hint = reading["hint"]
        expect(hint, f"no hint: {reading}")
        fits = [one["mileage"] for one in hint["suggestions"]]
        expect(me.meant in fits, f"{me.meant} is not among {fits}")
        others = " or ".join(f"{one:,}" for one in fits)
        step.note(
            f"{', '.join(reading['doubts'])}; perhaps {hint['mileage']:,} km of {hint['read_on']} "
            f"is wrong: {others} would fit",
            doubts=reading["doubts"],
            hint=hint,
        )
    return reading


def rehearse(me: Person, reading: dict[str, Any]) -> None:
    with me.story.step(
        "dry_run", "A dry run tells what striking it out would change, and changes nothing"
    ) as step:
        path = f"/api/odometer/{reading['hint']['reading']}/void"
        told = me.api.ask("POST", path, params={"dry_run": True}).json()
        before, after = told["before"]["mileage"], told["after"]["mileage"]
        expect(after == reading["mileage"], f"the odometer would show {after}")
        changes = [f"odometer {before:,} → {after:,} km"]
        for plan in told["plans"]:
            days = plan["before"]["forecast_on"], plan["after"]["forecast_on"]
            changes.append(f"{plan['title']} {days[0]} → {days[1]}")
        step.note("; ".join(changes))
        now = me.api.get(f"/api/vehicles/{me.vehicle_id}")["mileage"]
        expect(now == me.typed["mileage"], f"the dry run moved the odometer to {now}")
        step.facts |= {"foreseen": told, "odometer": now}


def put_right(me: Person, wrong: dict[str, Any]) -> None:
    friend = me.friend or me
    with me.story.step(
        "put_right",
        f"{friend.first_name} corrects the fill to {me.meant:,} km; today's reading is believed",
    ) as step:
        path = f"/api/fills/{me.typed['id']}"
        friend.api.ask("PATCH", path, json={"mileage": me.meant})
        ledger = me.api.get(f"/api/vehicles/{me.vehicle_id}/odometer")["results"]
        stands = {one["mileage"]: one["status"] for one in ledger}
        expected = {
            me.typed["mileage"]: "VOID",
            me.meant: "ACCEPTED",
            me.meant + SINCE: "ACCEPTED",
        }
        expect(expected.items() <= stands.items(), f"the ledger says {stands}")
        me.plan = the_plan(me)
        sums, told = consumption(me), news(me, "readings_judged")
        step.note(f"{me.typed['mileage']:,} km struck out; {ratio(sums)}")
        step.note(moved(wrong, me.plan))
        step.note(f"« {told['title']} »", told=told["title"], sums=sums)
        step.facts["ledger"] = {place: stands[place] for place in expected}
        step.facts |= {"before": wrong["forecast"], "after": me.plan["forecast"]}
        if me.document is None:
            later = me.plan["forecast"]["on"] > wrong["forecast"]["on"]
            expect(later, f"the forecast stays {me.plan['forecast']}")


def the_plan(me: Person) -> dict[str, Any]:
    plan: dict[str, Any] = me.api.get(f"/api/maintenance-plans/{me.plan['id']}")
    return plan


def moved(before: dict[str, Any], after: dict[str, Any]) -> str:
    """Say where a plan's forecast went, and what it comes from; nothing when it stays."""
    was, now = before["forecast"], after["forecast"]
    if was["on"] == now["on"]:
        return ""
    return f"forecast {was['on']} by {was['by']} → {now['on']} by {now['by']}"
