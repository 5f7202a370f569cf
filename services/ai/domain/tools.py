"""The few read-only questions a model may ask back, over the garage that was loaded for this one request. There is no way to
name a person, a database row or another person's car: an unknown reference is simply not found.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from services.ai.domain import knowledge
from services.ai.domain.answering import Garage, explain
from services.ai.domain.car import Car
from services.ai.domain.costs import cost_of
from services.ai.domain.diagnosis import diagnose
from services.ai.domain.telling import due_text, history_text
from shared.contracts.base import Language

MOST_ROUNDS = 4
MOST_CALLS = 8
MOST_CHARACTERS = 2000
REF = {"type": "string", "description": "vehicle reference such as v1", "maxLength": 8}
SHAPES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "list_vehicles": ("The caller's vehicles with their references.", {}),
    "due_services": ("Services due on one vehicle.", {"vehicle_ref": REF}),
    "service_history": ("Recorded maintenance of one vehicle.", {"vehicle_ref": REF}),
    "explain_code": (
        "Meaning of a diagnostic trouble code.",
        {"code": {"type": "string", "maxLength": 10}},
    ),
    "diagnose": (
        "Likely causes of symptoms.",
        {"vehicle_ref": REF, "symptoms": {"type": "string", "maxLength": 500}},
    ),
    "cost_of_job": ("Price range of a job id.", {"job": {"type": "string", "maxLength": 40}}),
}


def definitions() -> list[dict[str, Any]]:
    """As the chat completions API wants them."""
    return [
        {
            "type": "function",
            "function": {
                "name": name,
                "description": about,
                "parameters": {
                    "type": "object",
                    "properties": dict(properties),
                    "required": list(properties),
                    "additionalProperties": False,
                },
            },
        }
        for name, (about, properties) in SHAPES.items()
    ]


def run(name: str, arguments: str, garage: Garage, *, today: date, language: Language) -> str:
    """Always an answer, never an exception: what a model sends is data."""
    if name not in SHAPES:
        return _error("unknown tool: denied")
    try:
        given = json.loads(arguments or "{}")
    except (ValueError, RecursionError):
        return _error("arguments are not valid JSON")
    if not isinstance(given, dict) or set(given) - set(SHAPES[name][1]):
        return _error("unknown argument: denied")
    texts = {
        key: value
        for key, value in given.items()
        if isinstance(value, str) and len(value) <= MOST_CHARACTERS
    }
    return _answer(name, texts, garage, today=today, language=language)[:MOST_CHARACTERS]


def _answer(  # noqa: PLR0911  (one way out for each tool)
    name: str, given: Mapping[str, str], garage: Garage, *, today: date, language: Language
) -> str:
    if name == "list_vehicles":
        return json.dumps({ref: car.name for ref, car in garage.cars.items()}, ensure_ascii=False)
    if name == "explain_code":
        return explain(given.get("code", ""), language)
    if name == "cost_of_job":
        job = given.get("job", "")
        if job not in knowledge.jobs():
            return _error("job not found")
        cost = cost_of((job,), Car(), None)
        return json.dumps({"job": job, "low_eur": cost.low, "high_eur": cost.high})
    ref = given.get("vehicle_ref", "")
    if ref not in garage.cars:
        return _error("vehicle not found: denied")
    if name == "due_services":
        return due_text(garage.cars[ref], garage.due(ref, today), language, garage.country.get(ref))
    if name == "service_history":
        return history_text(garage.cars[ref], garage.records.get(ref, ()), language)
    found = diagnose(given.get("symptoms", ""), (), garage.cars[ref], language=language.value)
    return json.dumps(
        {
            "urgency": found.urgency,
            "causes": [one.component for one in found.causes[:3]],
            "safety": found.safety,
        }
    )


def _error(why: str) -> str:
    return json.dumps({"error": why})
