"""The reference data of the engine, read once from domain/data (our own work, shipped with the code): components, codes,
symptoms, jobs with costs, safety advice, service intervals. Reading a constant file is the only I/O of this room.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from services.ai.domain.wording import fold

VERSION = "2026-11"
RANK = {"low": 0, "medium": 1, "high": 2}
Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Component:
    id: str
    system: str
    label: Words
    jobs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Job:
    id: str
    label: Words
    low: int
    typical: int
    high: int
    confidence: str
    basis: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Advice:
    code: str
    level: str
    text: Words
    detect: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a trouble code or a symptom means: how urgent, what to do, which parts may be the cause."""

    id: str
    label: Words
    urgency: str
    safety: tuple[str, ...]
    causes: tuple[tuple[str, float], ...]
    fuels: tuple[str, ...] | None = None
    patterns: Mapping[str, tuple[tuple[tuple[str, ...], ...], ...]] | None = None
    unless: tuple[str, ...] = ()


def _load(name: str) -> Any:  # the shape of each file is checked by the dataclass it fills
    return json.loads((files("services.ai.domain") / "data" / f"{name}.json").read_text("utf-8"))


@lru_cache
def components() -> Mapping[str, Component]:
    return {
        row["id"]: Component(row["id"], row["system"], row["label"], tuple(row["jobs"]))
        for row in _load("components")["items"]
    }


@lru_cache
def jobs() -> Mapping[str, Job]:
    data = _load("jobs_costs_eur")
    rows: list[dict[str, Any]] = data.get("items") or data["jobs"]
    return {
        row["id"]: Job(
            row["id"],
            row["label"],
            row["cost_eur"]["low"],
            row["cost_eur"]["typical"],
            row["cost_eur"]["high"],
            row["confidence"],
            tuple(row["basis"]),
        )
        for row in rows
    }


@lru_cache
def cost_multipliers() -> Mapping[str, Mapping[str, float]]:
    found = _load("jobs_costs_eur")["multipliers"]
    return {"country": found["country"], "segment": found["segment"]}


@lru_cache
def advice() -> Mapping[str, Advice]:
    return {
        row["code"]: Advice(
            row["code"], row["level"], row["text"], re.compile(row["detect_regex"], re.IGNORECASE)
        )
        for row in _load("safety_advice")["items"]
    }


@lru_cache
def codes() -> Mapping[str, Finding]:
    return {
        code: _finding(code, row["title"], row) for code, row in _load("dtc_guide")["codes"].items()
    }


@lru_cache
def symptoms() -> Sequence[Finding]:
    return tuple(_finding(row["id"], row["label"], row) for row in _load("symptoms")["items"])


def _finding(ident: str, label: Words, row: Mapping[str, Any]) -> Finding:
    patterns = row.get("patterns")
    return Finding(
        ident,
        label,
        row["urgency"],
        tuple(row["safety"]),
        tuple((cause["component"], cause["weight"]) for cause in row["causes"]),
        tuple(row["fuels"]) if row.get("fuels") else None,
        {
            language: tuple(
                tuple(tuple(fold(term) for term in group) for group in pattern)
                for pattern in several
            )
            for language, several in patterns.items()
        }
        if patterns
        else None,
        tuple(row.get("unless", ())),
    )


@lru_cache
def schedule() -> Mapping[str, Any]:
    """service_intervals.json as it is; domain/intervals.py gives it types."""
    found: Mapping[str, Any] = _load("service_intervals")
    return found


@lru_cache
def service_words() -> Mapping[str, Mapping[str, Sequence[str]]]:
    found: Mapping[str, Mapping[str, Sequence[str]]] = _load("service_words")
    return found


@lru_cache
def source_titles() -> Mapping[str, str]:
    return {**_load("service_intervals")["sources"], **_load("jobs_costs_eur")["sources"]}
