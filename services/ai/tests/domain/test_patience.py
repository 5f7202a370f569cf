"""Whatever is written, the engine answers quickly: no regular expression and no search may run away."""

import time
from collections.abc import Callable
from datetime import date

import pytest

from services.ai.domain.answering import Garage, answer
from services.ai.domain.grounding import is_grounded, known_numbers, sentences
from services.ai.domain.history import read_record
from services.ai.domain.prompts import data
from services.ai.domain.redaction import redact
from services.ai.domain.safety import filtered, judge
from shared.contracts.base import Language

LONGEST = 4000
SECONDS = 5.0  # about thirty times what it takes on a quiet machine


def asked(text: str) -> object:
    return answer(text, Garage(), today=date(2025, 11, 15), language=Language.FR, full=True)


@pytest.mark.parametrize(
    "piece",
    [
        "x",
        "1 ",
        "a-",
        "[(",
        "é",
        "@a.",
        "faux ",
        "12 rue ",
        "AB-",
        "1.000 ",
        ".,;",
        "je suis A ",
        "voyant huile ",
        "&amp;",
        "%25",
        "plaque n° ",
        "12-",
    ],
)
@pytest.mark.parametrize(
    "read",
    [
        asked,
        redact,
        judge,
        read_record,
        sentences,
        lambda text: filtered(text, secret="s" * 900),
        lambda text: is_grounded(text, known_numbers([text])),
        data,
    ],
)
def test_a_hostile_text_is_read_quickly(read: Callable[[str], object], piece: str) -> None:
    started = time.perf_counter()
    read((piece * LONGEST)[:LONGEST])
    assert time.perf_counter() - started < SECONDS


def test_a_prompt_of_fifty_thousand_characters_is_cut_quickly() -> None:
    started = time.perf_counter()
    assert len(redact("y" * 50_000)) <= 20_000
    assert time.perf_counter() - started < SECONDS
