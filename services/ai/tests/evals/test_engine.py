"""The engine against the development cases and against our own: what people write, in three languages, and cars' histories."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.ai.domain.car import Car, Fuel, fuel_named
from services.ai.domain.diagnosis import diagnose
from services.ai.domain.history import Record
from services.ai.domain.suggestions import due
from services.ai.tests.evals.scoring import RANK, score

HERE = Path(__file__).parent
CASES = json.loads((HERE / "eval_dev.json").read_text("utf-8"))["cases"]
OWN = json.loads((HERE / "own_cases.json").read_text("utf-8"))
CARS = {
    "gasoline": Car(make="Renault", model="Clio", year=2015, fuel=Fuel.GASOLINE, gearbox="manual"),
    "diesel": Car(make="Peugeot", model="308", year=2016, fuel=Fuel.DIESEL, gearbox="manual"),
    "automatic": Car(
        make="Volkswagen", model="Golf", year=2017, fuel=Fuel.DIESEL, gearbox="automatic"
    ),
    "electric": Car(
        make="Renault", model="Zoe", year=2019, fuel=Fuel.ELECTRIC, gearbox="automatic"
    ),
    "hybrid": Car(make="Toyota", model="Yaris", year=2018, fuel=Fuel.HYBRID, gearbox="automatic"),
}
LEAST_OWN = 0.95


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def car_in(given: dict[str, Any]) -> Car:
    return Car(
        make=given["make"],
        model=given["model"],
        year=given.get("year"),
        fuel=fuel_named(given.get("fuel_type")),
        gearbox=given.get("transmission"),
        engine=given.get("engine") or "",
        mileage_km=given.get("mileage_km"),
        first_registration=day(given.get("first_registration")),
        timing_drive=given.get("timing_drive"),
        scr=given.get("scr"),
        awd=given.get("awd"),
    )


def records_in(rows: list[dict[str, Any]]) -> list[Record]:
    return [Record(day(one["date"]), one["mileage_km"], one["text"], one["status"]) for one in rows]


def predicted(case: dict[str, Any]) -> dict[str, Any]:
    given = case["input"]
    if case["kind"] == "suggestions":
        found = due(
            car_in(given["vehicle"]),
            records_in(given["history"]),
            today=date.fromisoformat(case["today"]),
            country=given["country"],
            annual_km=given["annual_km"],
            severe=given["usage"] == "severe",
        )
        return {"items": [{"service": one.service} for one in found.items]}
    answer = diagnose(
        given["symptoms"], given["dtcs"], car_in(given["vehicle"]), language=case["locale"]
    )
    return {
        "urgency": answer.urgency,
        "causes": [{"component": one.component} for one in answer.causes],
        "safety": list(answer.safety),
        "cost": {"low": answer.cost.low, "high": answer.cost.high} if answer.cost else {},
    }


@pytest.mark.parametrize(
    "case", [one for one in CASES if one["kind"] != "safety"], ids=lambda one: str(one["id"])
)
def test_development_case(case: dict[str, Any]) -> None:
    verdict = score(case, predicted(case))
    assert not verdict.hard
    assert not verdict.fails


def judged(case: dict[str, Any]) -> list[str]:
    found = diagnose(case["text"], case["codes"], CARS[case["car"]], language=case["language"])
    first = [one.component for one in found.causes[:3]]
    wrong = []
    if case["causes"] and not set(first) & set(case["causes"]):
        wrong.append(f"causes {first}")
    if found.urgency not in case["urgency"]:
        wrong.append(f"urgency {found.urgency}")
    if case["advice"] and not set(found.safety) & set(case["advice"]):
        wrong.append(f"advice {found.safety}")
    return wrong


def test_our_own_complaints_are_understood() -> None:
    wrong = {
        one["text"] or str(one["codes"]): said for one in OWN["diagnosis"] if (said := judged(one))
    }
    assert len(wrong) <= (1 - LEAST_OWN) * len(OWN["diagnosis"]), wrong


def test_no_danger_of_our_own_is_taken_lightly() -> None:
    light = [
        one["text"]
        for one in OWN["diagnosis"]
        if one["urgency"] == ["high"]
        and RANK[
            diagnose(one["text"], one["codes"], CARS[one["car"]], language=one["language"]).urgency
        ]
        < RANK["high"]
    ]
    assert not light


@pytest.mark.parametrize("case", OWN["suggestions"], ids=lambda one: str(one["name"]))
def test_our_own_histories(case: dict[str, Any]) -> None:
    found = due(
        car_in(case["vehicle"]),
        records_in(case["history"]),
        today=date.fromisoformat(OWN["today"]),
        country=case["country"],
        severe=case.get("severe", False),
    )
    services = [one.service for one in found.items]
    assert set(case["must"]) <= set(services), services
    assert not set(case["must_not"]) & set(services), services
    if case.get("first"):
        assert services[0] in case["first"], services
