"""What people say of their cars, through the whole way of a chat, a question and a diagnosis: each gets an answer."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from itertools import islice
from pathlib import Path

import pytest

from services.ai.clients.llm import RuleBasedLlm
from services.ai.domain.car import Car
from services.ai.domain.prompts import Turn, messages
from services.ai.domain.telling import Fact
from services.ai.tests.evals import redaction_cases
from services.ai.usecases.chat import Said, open_turn, reply
from services.ai.usecases.diagnosis import Complaint, diagnose_for
from services.ai.usecases.questions import Question, answer_question
from services.ai.usecases.work import Desk, Work
from shared.contracts.base import Language
from shared.ids import new_id

OpenWork = Callable[[], AbstractAsyncContextManager[Work]]
CORPUS = Path(__file__).parents[1] / "evals" / "car_phrases.json"
EVERY = 9  # each language with another ninth of every family; the whole corpus goes the way without a database
TURNS = 3  # of a conversation: new ones get a title, the others have a history


FAMILIES: dict[str, list[str]] = json.loads(CORPUS.read_text("utf-8"))["families"]


def phrases(language: Language) -> Iterator[str]:
    first = list(Language).index(language)
    for said in FAMILIES.values():
        yield from said[first::EVERY]
    for case in islice(redaction_cases.plates("built", first, 1), first, None, 10):
        yield case.text


@pytest.mark.slow
@pytest.mark.parametrize("language", Language)
class TestOrdinarySentences:
    async def test_each_is_answered_in_a_chat(
        self, open_work: OpenWork, language: Language
    ) -> None:
        desk, owner, talk = Desk(open_work, RuleBasedLlm()), new_id(), None
        for place, text in enumerate(phrases(language)):
            talk = talk if place % TURNS else None
            said = Said(owner, text, language, talk, None, full=True, limit=None)
            opened = await open_turn(desk, said=said)
            parts = [part async for part in reply(desk, said=said, opened=opened, seconds=5)]
            assert parts[-1].name == "done", text
            assert any(part.name == "delta" and part.data["text"] for part in parts), text
            talk = opened.conversation_id

    def test_all_reach_the_model_as_they_were_said(self, language: Language) -> None:
        for text in (one for family in FAMILIES.values() for one in family):
            prompt = messages(
                text,
                engine=text,
                facts=[Fact("F1", text)],
                turns=[Turn("user", text)],
                language=language,
            )
            assert text in prompt[1]["content"]
            assert prompt[2]["content"].count(text) == 3

    async def test_each_is_answered_as_a_question_and_as_a_complaint(
        self, open_work: OpenWork, language: Language
    ) -> None:
        desk, owner = Desk(open_work, RuleBasedLlm()), new_id()
        for text in islice(phrases(language), 0, None, TURNS):
            car = Car(make="BMW", model=text[:60], year=2008)
            asked = Question(owner, text, language, None, car, "FR", full=True, limit=None)
            assert (await answer_question(desk, asked=asked, seconds=5)).text
            complaint = Complaint(owner, text, (), language, None, car, "FR", None)
            assert (await diagnose_for(desk, asked=complaint)).text
