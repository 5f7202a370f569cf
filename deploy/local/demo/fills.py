"""The story goes on at the pump: three fills, the last in one call, and what the car takes."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from deploy.local.demo import receipt
from deploy.local.demo.chapters import upload
from deploy.local.demo.person import INVOICE_AGE, INVOICE_KILOMETRES, Person
from deploy.local.demo.world import expect, wait_for

NOT_FOUND = 404
PRICE = Decimal("1.80")
LITRES = (Decimal("41.20"), Decimal("30.00"), Decimal("9.00"))
DRIVEN = (90, 590, 690)
"""Kilometres since the invoice: 30 l over 500 km, then 9 l over 100 km."""
DAYS_AGO = (12, 4, 0)


def fill(me: Person) -> None:
    me.story.chapter("6  At the pump")
    days, places = stops(me)
    *earlier, last = zip(days, places, LITRES, strict=True)
    with me.story.step("fills", "Types in two fills from old tickets, both full") as step:
        for day, place, litres in earlier:
            body = {"day": str(day), "mileage": place, **paid(litres)}
            me.api.post(f"/api/vehicles/{me.vehicle_id}/fills", body, status=201)
        typed = [f"{litres} l at {place:,} km" for _, place, litres in earlier]
        step.note("; ".join(typed))
    with me.story.step("quick_fill", "Today's in one call: mileage, litres, price, photo") as step:
        day, place, litres = last
        photo = photograph(me, litres)
        body = {"day": str(day), "mileage": place, "photo": photo, **paid(litres)}
        done = wait_for(lambda: fill_quickly(me, body), "the ticket's photo at hand")
        check_filled(me, done, photo)
        step.note(at_the_pump(done), fill=done["fill"], closed=done["closed"])
    with me.story.step(
        "consumption", "Consumption: all the litres over all the kilometres"
    ) as step:
        sums = consumption(me)
        told = ratio(sums)
        if me.document is None:
            found = (sums["used"], sums["distance"], sums["consumption"])
            expect(found == (39.0, 600.0, 6.5), f"39 l over 600 km gave {sums}")
            told += " (the mean of 6.00 and 9.00 is 7.50)"
        step.note(told, sums=sums)


def stops(me: Person) -> tuple[list[date], list[int]]:
    """Days and kilometres of three fills after all that is known of the car."""
    today = me.clock.now().date()
    first, known = today - INVOICE_AGE, INVOICE_KILOMETRES
    if me.document is not None:  # somebody's own invoice: whatever it said
        car = me.api.get(f"/api/vehicles/{me.vehicle_id}")
        known = car["mileage"] or known
        first = date.fromisoformat(car["mileage_on"]) if car["mileage_on"] else first
    days = [max(first, today - timedelta(days=ago)) for ago in DAYS_AGO]
    return days, [known + driven for driven in DRIVEN]


def paid(litres: Decimal) -> dict[str, Any]:
    total = {"amount": str(receipt.total(litres, PRICE)), "currency": "EUR"}
    return {"quantity": str(litres), "total": total}


def photograph(me: Person, litres: Decimal) -> str:
    """Keep the ticket with the car; there is nothing to read in it that is not typed."""
    content = receipt.as_photograph(litres, PRICE)
    kept = upload(
        me, "ticket.jpg", content, kind="other", vehicle_id=me.vehicle_id, analyze="false"
    )
    return str(kept["id"])


def fill_quickly(me: Person, body: dict[str, Any]) -> dict[str, Any] | None:
    """None while vehicles has not yet heard of the photo."""
    answer = me.api.try_post(f"/api/vehicles/{me.vehicle_id}/quick-fill", body)
    if answer.status_code == NOT_FOUND:
        return None
    expect(answer.is_success, f"quick-fill answered {answer.status_code}: {answer.text[:600]}")
    found: dict[str, Any] = answer.json()
    return found


def check_filled(me: Person, done: dict[str, Any], photo: str) -> None:
    expect(done["fill"]["documents"] == [photo], f"no photo: {done['fill']}")
    if me.document is None:
        expect(not done["doubts"], f"doubts: {done['doubts']}")
        expect(done["closed"]["sums"]["consumption"] == 9.0, f"closed: {done['closed']}")


def at_the_pump(done: dict[str, Any]) -> str:
    """Say what a quick fill did."""
    one, closed = done["fill"], done["closed"]
    status = one["odometer"]["status"].lower()
    text = f"{Decimal(one['quantity']):.2f} l at {one['mileage']:,} km: {status}"
    if closed is None:
        return text
    return f"{text}; {closed['sums']['consumption']:.2f} l/100 km since the last full tank"


def ratio(sums: dict[str, Any]) -> str:
    text = f"{sums['used']:g} l / {sums['distance']:g} km"
    return text if sums["consumption"] is None else f"{text} = {sums['consumption']:.2f} l/100 km"


def consumption(me: Person) -> dict[str, Any]:
    found = me.api.get(f"/api/vehicles/{me.vehicle_id}/consumption")
    expect(len(found["energies"]) == 1, f"not one energy: {found}")
    sums: dict[str, Any] = found["energies"][0]["sums"]
    return sums
