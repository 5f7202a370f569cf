# ruff: noqa: E501 - word lists and sentences are read as lines
"""A whole answer without any model: what was asked, which facts bear on it, and the engine's own words for it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from services.ai.domain import knowledge, texts
from services.ai.domain.car import Car
from services.ai.domain.codes import explain_code
from services.ai.domain.costs import cost_of
from services.ai.domain.diagnosis import Diagnosis, diagnose
from services.ai.domain.history import Record, services_named
from services.ai.domain.intervals import intervals_for
from services.ai.domain.safety import Policy, judge
from services.ai.domain.suggestions import Due, due
from services.ai.domain.telling import (
    Fact,
    car_facts,
    diagnosis_facts,
    diagnosis_text,
    due_text,
    history_text,
    interval_fact,
    job_cost_text,
)
from services.ai.domain.wording import fold
from shared.contracts.base import Language

ASKS_PRICE = re.compile(
    r"\b(?:combien|prix|cout|coute|tarif|cher|cost|price|how much|expensive|cuanto|precio|cuesta|vale)\b"
)
ASKS_HISTORY = re.compile(
    r"\b(?:historique|deja fait|derniere|dernier|quand ai je|history|last time|when did|done before|records?|historial|ultima|ultimo|cuando hice)\b"
)
ASKS_DUE = re.compile(
    r"\b(?:entretien|revision|a faire|prochain\w*|echeance|prevoir|maintenance|service|due|next|upcoming|schedule|mantenimiento|pendiente|proxim\w*|toca|necesita|needs?|dois je faire|faut il faire|should i do|que hacer|debo hacer|tengo que hacer)\b"
)
ASKS_INTERVAL = re.compile(
    r"\b(?:quand|frequence|tous les combien|intervalle|when|how often|interval|cuando|cada cuanto|frecuencia)\b"
)
ASKS_CARS = re.compile(
    r"\b(?:mes voitures|mes vehicules|mon garage|my cars|my vehicles|my garage|mis coches|mis vehiculos)\b"
)


@dataclass(frozen=True, slots=True)
class Garage:
    """What one person's cars are known to be, by opaque references that live as long as one request."""

    cars: Mapping[str, Car] = field(default_factory=dict)
    records: Mapping[str, Sequence[Record]] = field(default_factory=dict)
    country: Mapping[str, str | None] = field(default_factory=dict)
    annual_km: Mapping[str, int | None] = field(default_factory=dict)
    as_of: Mapping[str, date | None] = field(default_factory=dict)
    chosen: str | None = None

    def due(self, ref: str, today: date) -> Due:
        return due(
            self.cars[ref],
            self.records.get(ref, ()),
            today=today,
            country=self.country.get(ref),
            annual_km=self.annual_km.get(ref),
        )


@dataclass(frozen=True, slots=True)
class Answer:
    text: str
    urgency: str | None = None
    safety: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    refused: str | None = None
    diagnosis: Diagnosis | None = None


def answer(
    message: str,
    garage: Garage,
    *,
    today: date,
    language: Language,
    full: bool,
    codes: Sequence[str] = (),
) -> Answer:
    """`full`: the plan opens the whole diagnosis, with costs."""
    policy = judge(message)
    if policy.topic:
        return refusal(policy, language)
    ref = garage.chosen or (next(iter(garage.cars)) if len(garage.cars) == 1 else None)
    car = garage.cars[ref] if ref else Car()
    folded = fold(message)
    found = diagnose(
        message,
        codes,
        car,
        language=language.value,
        country=garage.country.get(ref) if ref else None,
    )
    about = services_named(folded)
    asks_care = (
        ASKS_INTERVAL.search(folded) or ASKS_PRICE.search(folded) or ASKS_HISTORY.search(folded)
    )
    if (found.codes or found.understood) and not (
        about and asks_care and found.urgency != "high" and not found.codes
    ):
        facts = diagnosis_facts(found, language, full=full) + _about_car(
            garage, ref, today, language
        )
        return Answer(
            diagnosis_text(found, language, full=full),
            found.urgency,
            found.safety,
            tuple(facts),
            diagnosis=found,
        )
    text, facts = _care(folded, about, garage, ref, today, language)
    return Answer(text, facts=tuple(facts + _about_car(garage, ref, today, language)))


def refusal(policy: Policy, language: Language) -> Answer:
    said = texts.REFUSED[policy.topic or ""].into(language)
    advice = [knowledge.advice()[code].text[language.value] for code in policy.advice]
    return Answer(" ".join([said, *advice]), safety=policy.advice, refused=policy.topic)


def _about_car(garage: Garage, ref: str | None, today: date, language: Language) -> list[Fact]:
    if ref is None:
        return []
    return car_facts(
        garage.cars[ref],
        garage.due(ref, today),
        garage.records.get(ref, ()),
        language,
        country=garage.country.get(ref),
        as_of=garage.as_of.get(ref),
    )


def _care(  # noqa: PLR0917  (one way out for each kind of question)
    folded: str, about: set[str], garage: Garage, ref: str | None, today: date, language: Language
) -> tuple[str, list[Fact]]:
    car = garage.cars[ref] if ref else Car()
    country = garage.country.get(ref) if ref else None
    if about and ASKS_PRICE.search(folded):
        return _prices(about, car, country, language)
    if ref and ASKS_HISTORY.search(folded):
        return history_text(car, garage.records.get(ref, ()), language), []
    if about:
        facts = [interval_fact(one, language) for one in intervals_for(car) if one.service in about]
        mine = [one for one in garage.due(ref, today).items if one.service in about] if ref else []
        lines = [fact.text for fact in facts]
        if mine and ref:
            lines.append(
                due_text(
                    car, Due(tuple(mine), (), None, mileage_is_estimate=False), language, country
                )
            )
        if lines:
            return " ".join(lines), facts
    if ref and (ASKS_DUE.search(folded) or ASKS_INTERVAL.search(folded)):
        return due_text(car, garage.due(ref, today), language, country), []
    if garage.cars and (ASKS_CARS.search(folded) or ASKS_DUE.search(folded)):
        return texts.VEHICLES.into(
            language, items=", ".join(one.name for one in garage.cars.values())
        ), []
    return texts.HELP.into(language), []


def _prices(
    about: set[str], car: Car, country: str | None, language: Language
) -> tuple[str, list[Fact]]:
    rows = {row["id"]: row["job"] for row in knowledge.schedule()["items"]}
    facts = []
    for service in sorted(about & rows.keys()):
        cost = cost_of((rows[service],), car, country)
        line = job_cost_text(rows[service], cost.low, cost.typical, cost.high, language)
        facts.append(Fact(f"K:job:{rows[service]}", line))
    return " ".join(fact.text for fact in facts), facts


def explain(code: str, language: Language) -> str:
    found = explain_code(code)
    if not found.finding:
        return texts.CODE_UNKNOWN.into(language, code=found.code)
    return texts.CODE_IS.into(language, code=found.code, title=found.finding.label[language.value])
