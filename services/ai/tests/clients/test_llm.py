import inspect
from typing import Any
from uuid import uuid4

import httpx2
import openai
import pytest

from services.ai.clients.breaker import FAILURES, OPEN_SECONDS, ModelBreaker
from services.ai.clients.llm import Called, Delta, OpenAiLlm, RuleBasedLlm, Spent, build_llm
from services.ai.clients.troubles import extract_object, trouble_of
from services.ai.errors import ModelTrouble
from services.ai.settings import Settings
from services.ai.tests.conftest import Model

ASKED = [{"role": "user", "content": "Bonjour"}]


def settings(model: Model, **more: Any) -> Settings:
    given = {
        "environment": "test",
        "openai_base_url": model.url,
        "openai_model": "demo",
        "first_byte_seconds": 1.0,
        "idle_seconds": 0.5,
    }
    return Settings(**{**given, **more})


async def heard(llm: OpenAiLlm, **more: Any) -> list[Any]:
    return [piece async for piece in llm.stream(ASKED, max_tokens=50, person=uuid4(), **more)]


class TestStream:
    async def test_words_then_usage(self, model: Model) -> None:
        model.will({"mode": "text", "content": "Un deux trois"})
        llm = OpenAiLlm(settings(model))
        pieces = await heard(llm)
        assert "".join(one.text for one in pieces if isinstance(one, Delta)) == "Un deux trois"
        assert [one.usage.completion > 0 for one in pieces if isinstance(one, Spent)] == [True]
        await llm.close()

    async def test_tool_calls_come_whole(self, model: Model) -> None:
        model.will({"mode": "tool", "name": "explain_code", "arguments": {"code": "P0420"}})
        llm = OpenAiLlm(settings(model))
        called = next(one for one in await heard(llm) if isinstance(one, Called))
        assert [(one.name, one.arguments) for one in called.calls] == [
            ("explain_code", '{"code": "P0420"}')
        ]
        await llm.close()

    async def test_a_closed_door_is_unreachable(self, model: Model) -> None:
        llm = OpenAiLlm(settings(model, openai_base_url="http://127.0.0.1:9/v1"))
        with pytest.raises(ModelTrouble) as trouble:
            await heard(llm)
        assert trouble.value.reason == "unreachable"
        await llm.close()

    async def test_nothing_that_names_a_person_is_sent_to_another_server(
        self, model: Model
    ) -> None:
        llm = OpenAiLlm(settings(model))
        await heard(llm)
        assert not {"user", "safety_identifier", "store"} & set(model.state.requests[-1])
        await llm.close()

    async def test_without_a_model_nobody_is_asked(self) -> None:
        llm = build_llm(Settings(environment="test"))
        assert isinstance(llm, RuleBasedLlm)
        with pytest.raises(ModelTrouble, match="not_configured"):
            await llm.structured(ASKED, schema={}, max_tokens=5, person=uuid4())


class TestTroubles:
    def _made(self, kind: type[Exception]) -> Exception:
        request = httpx2.Request("POST", "http://model.example/v1/chat/completions")
        if issubclass(kind, openai.APIStatusError):
            bare = kind.__new__(kind)  # some have a constructor of their own
            bare.status_code, bare.code, bare.response = (
                400,
                None,
                httpx2.Response(400, request=request),
            )
            return bare
        if issubclass(kind, openai.APITimeoutError):
            return kind(request)
        if issubclass(kind, openai.APIConnectionError):
            return kind(message="x", request=request)
        if kind is openai.APIResponseValidationError:
            return kind(httpx2.Response(200, request=request), None)
        if kind is openai.APIError:
            return kind("x", request, body=None)
        return kind.__new__(kind)

    def test_every_exception_of_the_sdk_is_mapped(self) -> None:
        kinds = [
            one
            for _, one in inspect.getmembers(openai, inspect.isclass)
            if issubclass(one, openai.OpenAIError)
        ]
        assert len(kinds) > 10
        for kind in kinds:
            assert isinstance(trouble_of(self._made(kind)), ModelTrouble), kind

    def test_every_exception_of_the_transport_is_mapped(self) -> None:
        kinds = [
            one
            for _, one in inspect.getmembers(httpx2, inspect.isclass)
            if issubclass(one, httpx2.HTTPError)
        ]
        assert len(kinds) > 10
        for kind in kinds:
            assert trouble_of(kind.__new__(kind)).reason in {
                "timeout",
                "unreachable",
                "bad_answer",
            }, kind

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ('{"a": 1}', {"a": 1}),
            ('Sure!\n```json\n{"a": 1}\n```', {"a": 1}),
            ('Here: {"a": {"b": 2}} done', {"a": {"b": 2}}),
            ("[1]", None),
            ('{"a": ', None),
            ("", None),
            ("{" * 5000, None),
        ],
    )
    def test_an_object_is_cut_out_of_prose(self, text: str, found: object) -> None:
        assert extract_object(text) == found


class TestBreaker:
    def test_opens_after_five_failures_and_closes_after_a_minute(self) -> None:
        time = [0.0]
        breaker = ModelBreaker(lambda: time[0])
        for _ in range(FAILURES - 1):
            breaker.failed()
        assert not breaker.is_open
        breaker.failed()
        assert breaker.is_open
        time[0] += OPEN_SECONDS + 1
        assert not breaker.is_open

    def test_slow_failures_and_a_success_do_not_open_it(self) -> None:
        time = [0.0]
        breaker = ModelBreaker(lambda: time[0])
        for _ in range(FAILURES * 2):
            breaker.failed()
            time[0] += 20
        assert not breaker.is_open
        for _ in range(FAILURES * 2):
            breaker.failed()
            breaker.worked()
        assert not breaker.is_open
