"""Diagnoses, due services, history and prices put into sentences, each standing on numbered facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.ai.domain import knowledge, texts
from services.ai.domain.car import Car
from services.ai.domain.diagnosis import Diagnosis
from services.ai.domain.history import INSPECTION, Record
from services.ai.domain.intervals import Interval, inspection_name
from services.ai.domain.suggestions import Due, Suggestion
from shared.contracts.base import Language

MOST_RECORDS = 12
RECORD_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class Fact:
    """`id` is what an answer cites: F1, K:dtc:P0420, K:int:brake_fluid, K:job:oil_change."""

    id: str
    text: str


def thousands(number: int, language: Language) -> str:
    return f"{number:,}".replace(",", "," if language is Language.EN else " ")


def service_label(service: str, language: Language, country: str | None = None) -> str:
    if service == INSPECTION:
        return inspection_name(country, language.value)
    own = texts.WORN.get(service) or texts.TITLES.get(service)
    if own:
        return own.into(language)
    row = next((one for one in knowledge.schedule()["items"] if one["id"] == service), None)
    return knowledge.jobs()[row["job"]].label[language.value] if row else service.replace("_", " ")


def interval_text(km: int | None, months: int | None, language: Language) -> str:
    if km and months:
        return texts.INTERVAL_BOTH.into(language, km=thousands(km, language), months=months)
    if km:
        return texts.INTERVAL_KM.into(language, km=thousands(km, language))
    return texts.INTERVAL_MONTHS.into(language, months=months or 0)


def reason(one: Suggestion, language: Language, country: str | None = None) -> str:
    label = service_label(one.service, language, country)
    if one.service == INSPECTION:
        return texts.REASON_LAW.into(language, service=label, due=one.due_on)
    interval = interval_text(one.interval_km, one.interval_months, language)
    if not one.was_recorded:
        return texts.REASON_NEVER.into(language, service=label, interval=interval)
    km = f"{thousands(one.last_km, language)} km" if one.last_km else ""
    last = ", ".join(part for part in (str(one.last_on) if one.last_on else "", km) if part)
    return texts.REASON_LATE.into(language, service=label, last=last, interval=interval)


def due_text(car: Car, found: Due, language: Language, country: str | None) -> str:
    if not found.items:
        return texts.DUE_NOTHING.into(language, car=car.name)
    items = " ; ".join(reason(one, language, country).rstrip(".") for one in found.items)
    return " ".join(
        [texts.DUE_LIST.into(language, car=car.name, items=items), texts.MAKER_WINS.into(language)]
    )


def history_text(car: Car, records: Sequence[Record], language: Language) -> str:
    if not records:
        return texts.HISTORY_EMPTY.into(language, car=car.name)
    return texts.HISTORY.into(
        language, car=car.name, items=" ; ".join(map(record_text, records[-MOST_RECORDS:]))
    )


def record_text(record: Record) -> str:
    km = f"{record.mileage_km} km" if record.mileage_km else ""
    status = "" if record.status == "COMPLETED" else record.status
    what = " ".join(record.text.split())[:RECORD_CHARACTERS]
    return " · ".join(part for part in (str(record.on or ""), km, what, status) if part)


def diagnosis_text(found: Diagnosis, language: Language, *, full: bool) -> str:
    lines = [
        texts.CODE_IS.into(language, code=code.code, title=code.finding.label[language.value])
        if code.finding
        else texts.CODE_UNKNOWN.into(language, code=code.code)
        for code in found.codes
    ]
    lines.append(texts.URGENCY[found.urgency].into(language))
    lines += [knowledge.advice()[code].text[language.value] for code in found.safety]
    if found.causes:
        names = ", ".join(
            knowledge.components()[one.component].label[language.value] for one in found.causes[:3]
        )
        lines.append(texts.CAUSES.into(language, causes=names))
        lines.append(texts.TEST_FIRST.into(language))
    else:
        lines.append(texts.NOT_UNDERSTOOD.into(language))
    if full and found.cost:
        lines.append(texts.COST.into(language, low=found.cost.low, high=found.cost.high))
    elif not full and found.causes:
        lines.append(texts.PREMIUM_HINT.into(language))
    return " ".join(dict.fromkeys(lines))


def job_cost_text(job: str, low: int, typical: int, high: int, language: Language) -> str:
    label = knowledge.jobs()[job].label[language.value]
    return texts.JOB_COST.into(
        language, job=label[:1].upper() + label[1:], low=low, typical=typical, high=high
    )


def interval_fact(one: Interval, language: Language) -> Fact:
    label = service_label(one.service, language)
    text = texts.INTERVAL_IS.into(
        language, service=label, interval=interval_text(one.km, one.months, language)
    )
    return Fact(f"K:int:{one.service}", text)


def car_facts(
    car: Car,
    found: Due,
    records: Sequence[Record],
    language: Language,
    *,
    country: str | None,
    as_of: date | None,
) -> list[Fact]:
    """What the model may know of one car: no plate, no VIN, no name."""
    about = [car.name, car.fuel.value if car.fuel else "", car.gearbox or "", car.engine]
    km = f"{found.mileage_km} km" if found.mileage_km is not None else ""
    first = " · ".join(part for part in (*about, km, f"as of {as_of}" if as_of else "") if part)
    facts = [Fact("F1", first)]
    facts += [
        Fact(f"F{i}", record_text(one)) for i, one in enumerate(records[-MOST_RECORDS:], start=2)
    ]
    facts += [Fact(f"K:int:{one.service}", reason(one, language, country)) for one in found.items]
    return facts


def diagnosis_facts(found: Diagnosis, language: Language, *, full: bool) -> list[Fact]:
    facts = [
        Fact(f"K:dtc:{code.code}", f"{code.finding.label[language.value]} ({code.finding.urgency})")
        for code in found.codes
        if code.finding
    ]
    facts += [Fact(f"K:sym:{one.id}", one.label[language.value]) for one in found.complaints]
    for cause in found.causes[:3]:
        label = knowledge.components()[cause.component].label[language.value]
        cost = f" · {cause.cost.low}–{cause.cost.high} €" if full else ""
        facts.append(Fact(f"K:cmp:{cause.component}", f"{label}{cost}"))
    return facts
