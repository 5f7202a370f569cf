"""What the demo tells of a fill, a shared car and a wrong digit is so, on the real house."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from deploy.local.demo import chapters, fills, sharing, typo
from deploy.local.demo.person import INVOICE_AGE, INVOICE_KILOMETRES, Person
from deploy.local.demo.story import Story
from deploy.local.demo.world import Api, Clock, Mailbox, Payments
from tests.flows.house import FlowHouse

pytestmark = pytest.mark.timeout(300)
MOST_WORDS = 280
"""Figures among them: the whole story stays short enough to be read while it runs."""
Facts = dict[str, dict[str, Any]]
Told = tuple[Facts, Person]


def somebody(house: FlowHouse, file: Path) -> Person:
    url = house.plan.url
    return Person(
        Story(file, {}, colours=False),
        Api(url("gateway")),
        Mailbox(url("mailbox")),
        Payments(url("stripe")),
        Clock(url("clock")),
        is_our_house=False,
    )


def record_oil_change(me: Person) -> None:
    """What the invoice of the demo leads to, typed in."""
    done = {
        "vehicle": me.vehicle_id,
        "service_date": str(me.clock.now().date() - INVOICE_AGE),
        "service_type": "oil_change",
        "mileage": INVOICE_KILOMETRES,
    }
    me.api.post("/api/maintenances", done, status=201)
    me.plan = me.api.get(f"/api/maintenance-plans/{me.plan['id']}")


@pytest.fixture(scope="module")
def told(house: FlowHouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """The facts of each step by its name."""
    file = tmp_path_factory.mktemp("demo") / "demo.json"
    me = somebody(house, file)
    for chapter in (chapters.arrive, chapters.add_car):
        chapter(me)
    record_oil_change(me)
    read_before = me.story.words
    for chapter in (fills.fill, sharing.share, typo.correct):
        chapter(me)
    me.story.end()
    record = json.loads(file.read_text())
    assert record["ok"] is True
    with ExitStack() as leaving:
        for person in (me, me.friend):
            if person is not None:
                leaving.callback(person.api.client.close)
        facts: Facts = {step["name"]: step["facts"] for step in record["steps"]}
        facts["whole"] = {"words": me.story.words - read_before}
        yield facts, me


def test_one_call_takes_reading_fill_and_photo(told: Told) -> None:
    facts, me = told
    fill, closed = facts["quick_fill"]["fill"], facts["quick_fill"]["closed"]
    assert (fill["mileage"], fill["odometer"]["status"]) == (45_900, "ACCEPTED")
    assert fill["total"] == {"amount": "16.20", "currency": "EUR"}
    assert closed["sums"]["consumption"] == 9.0
    (photo,) = fill["documents"]
    assert me.api.get(f"/api/documents/{photo}")["vehicle_id"] == me.vehicle_id


def test_consumption_is_a_ratio_of_sums(told: Told) -> None:
    sums = told[0]["consumption"]["sums"]
    assert (sums["used"], sums["distance"], sums["consumption"]) == (39.0, 600.0, 6.5)


def test_whom_the_mail_invites_is_a_driver_and_the_owner_is_told(told: Told) -> None:
    facts, _ = told
    assert facts["invite"]["subject"] == "Camille Martin partage un véhicule avec vous"
    assert facts["join"]["role"] == "driver"
    assert facts["join"]["told"] == "Noé Martin a accepté l’invitation pour Renault Clio."


def test_the_driver_fills_up_and_sees_nothing_else(told: Told) -> None:
    facts, _ = told
    assert facts["sees_nothing_else"]["refused"] == {
        "maintenances": "role_insufficient",
        "costs": "role_insufficient",
        "consumption": "role_insufficient",
    }
    assert set(facts["sees_nothing_else"]["empty"].values()) == {0}
    assert facts["driver_fills"]["fills_seen"] == 1
    assert facts["driver_fills"]["fill"]["odometer"]["status"] == "ACCEPTED"


def test_the_member_is_told_of_the_new_role_and_the_history_opens(told: Told) -> None:
    promoted = told[0]["promote"]
    assert promoted["role"] == "editor"
    assert promoted["told"] == "Votre rôle pour Renault Clio a changé"
    assert promoted["maintenances_seen"] == 1


def test_the_wrong_digit_is_believed_and_moves_the_forecast(told: Told) -> None:
    before, after = told[0]["believed"]["before"], told[0]["believed"]["after"]
    assert (before["by"], after["by"]) == ("time", "distance")
    assert after["on"] < before["on"]
    assert after["earliest"] < after["on"] < after["latest"]


def test_the_next_reading_is_doubted_and_betrays_it(told: Told) -> None:
    doubted = told[0]["doubted"]
    assert doubted["doubts"] == ["lower_than_before"]
    hint = doubted["hint"]
    assert hint["mileage"] == 49_150
    (fits,) = hint["suggestions"]
    assert (fits["kind"], fits["mileage"]) == ("digit_changed", 46_150)


def test_the_dry_run_foresees_what_the_correction_then_does(told: Told) -> None:
    facts, me = told
    foreseen = facts["dry_run"]["foreseen"]
    assert (foreseen["before"]["mileage"], foreseen["after"]["mileage"]) == (49_150, 46_190)
    assert facts["dry_run"]["odometer"] == 49_150, "and changes nothing"
    judged = {one["mileage"]: (one["was"], one["status"]) for one in foreseen["readings"]}
    assert judged == {49_150: ("ACCEPTED", "VOID"), 46_190: ("QUARANTINED", "ACCEPTED")}
    (plan,) = foreseen["plans"]
    believed, corrected = facts["believed"], facts["put_right"]
    assert plan["before"]["forecast_on"] == believed["after"]["on"] == corrected["before"]["on"]
    assert plan["after"]["forecast_on"] == believed["before"]["on"] == corrected["after"]["on"]
    assert me.api.get(f"/api/vehicles/{me.vehicle_id}")["mileage"] == 46_190


def test_the_correction_strikes_out_one_reading_and_adds_another(told: Told) -> None:
    corrected = told[0]["put_right"]
    assert corrected["ledger"] == {"49150": "VOID", "46150": "ACCEPTED", "46190": "ACCEPTED"}
    sums = corrected["sums"]
    assert (sums["used"], sums["distance"], sums["consumption"]) == (55.2, 850.0, 6.49)
    assert corrected["told"] == "Kilométrage de nouveau retenu\N{NO-BREAK SPACE}: Renault Clio"


def test_the_reminder_is_still_a_month_ahead_of_the_right_day(told: Told) -> None:
    """The wrong digit told nobody anything: the demo goes on to its one reminder."""
    _, me = told
    types = {one["type"] for one in me.api.get("/api/notifications", page_size=100)["results"]}
    assert types == {"sharing", "readings_judged"}
    assert me.plan["forecast"]["on"] == me.plan["due_on"]
    assert me.plan["days_left"] > 300


def test_the_three_chapters_are_short(told: Told) -> None:
    assert 0 < told[0]["whole"]["words"] <= MOST_WORDS
