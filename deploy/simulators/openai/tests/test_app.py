import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from deploy.simulators.openai.app import create_app
from deploy.simulators.openai.behaviour import instance, narrated

PATH = "/v1/chat/completions"
ASKED: dict[str, Any] = {
    "model": "demo",
    "messages": [
        {"role": "system", "content": "Secret rules"},
        {"role": "user", "content": "Bonjour"},
    ],
}


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=create_app())
    async with httpx2.AsyncClient(transport=transport, base_url="http://model") as one:
        yield one


def chunks(text: str) -> list[dict[str, Any]]:
    lines = [line.removeprefix("data: ") for line in text.splitlines() if line.startswith("data: ")]
    return [json.loads(line) for line in lines if line != "[DONE]"]


class TestAnswer:
    async def test_text_with_usage(self, client: httpx2.AsyncClient) -> None:
        body = (await client.post(PATH, json=ASKED)).json()
        assert body["choices"][0]["message"]["content"].endswith("Bonjour")
        assert (
            body["usage"]["total_tokens"]
            == body["usage"]["prompt_tokens"] + body["usage"]["completion_tokens"]
        )

    async def test_stream_ends_with_usage_and_done(self, client: httpx2.AsyncClient) -> None:
        asked = {**ASKED, "stream": True, "stream_options": {"include_usage": True}}
        text = (await client.post(PATH, json=asked)).text
        parts = chunks(text)
        said = "".join(
            one["choices"][0]["delta"].get("content") or "" for one in parts if one["choices"]
        )
        assert said.endswith("Bonjour")
        assert parts[-1]["usage"]["completion_tokens"] > 0
        assert text.rstrip().endswith("[DONE]")

    async def test_a_schema_is_filled(self, client: httpx2.AsyncClient) -> None:
        schema = {
            "type": "object",
            "properties": {
                "urgency": {"type": "string", "enum": ["low", "high"]},
                "causes": {"type": "array", "items": {"type": "string"}},
                "n": {"type": ["integer", "null"], "minimum": 3},
            },
        }
        form = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
        body = (await client.post(PATH, json={**ASKED, "response_format": form})).json()
        assert json.loads(body["choices"][0]["message"]["content"]) == {
            "urgency": "low",
            "causes": ["fake"],
            "n": 3,
        }

    def test_references_and_alternatives_are_followed(self) -> None:
        schema = {
            "$defs": {"a": {"const": 7}},
            "properties": {
                "x": {"$ref": "#/$defs/a"},
                "y": {"anyOf": [{"type": "null"}, {"type": "boolean"}]},
            },
        }
        assert instance(schema) == {"x": 7, "y": True}

    def test_it_narrates_our_prompt(self) -> None:
        prompt = "<facts>\n[F1] Renault Clio\n</facts>\n<engine>\nArrêtez-vous.\n</engine>\n<data>\nx\n</data>"
        assert narrated(prompt) == "Arrêtez-vous. Renault Clio [F1]."


class TestScript:
    async def test_runs_in_order_and_is_forgotten(self, client: httpx2.AsyncClient) -> None:
        await client.post(
            "/__fake/script", json=[{"mode": "text", "content": "un"}, {"mode": "500"}]
        )
        first = await client.post(PATH, json=ASKED)
        assert first.json()["choices"][0]["message"]["content"] == "un"
        assert (await client.post(PATH, json=ASKED)).status_code == 500
        assert (await client.post(PATH, json=ASKED)).status_code == 200
        assert len((await client.get("/__fake/requests")).json()) == 3
        await client.delete("/__fake/requests")
        assert (await client.get("/__fake/state")).json() == {"requests": 0, "cancelled": 0}

    async def test_a_name_fails_as_often_as_it_says(self, client: httpx2.AsyncClient) -> None:
        asked = {**ASKED, "model": "demo:429:2"}
        assert [(await client.post(PATH, json=asked)).status_code for _ in range(3)] == [
            429,
            429,
            200,
        ]

    @pytest.mark.parametrize(
        ("mode", "status"),
        [
            ("429", 429),
            ("quota", 429),
            ("500", 500),
            ("503", 503),
            ("401", 401),
            ("404", 404),
            ("context", 400),
            ("html", 502),
            ("html200", 200),
        ],
    )
    async def test_faults(self, client: httpx2.AsyncClient, mode: str, status: int) -> None:
        assert (
            await client.post(PATH, json={**ASKED, "model": f"demo:{mode}"})
        ).status_code == status

    async def test_the_hostile_ones(self, client: httpx2.AsyncClient) -> None:
        loop = {"mode": "loop", "tool_calls": [{"name": "x", "arguments": {"a": 1}}]}
        await client.post(
            "/__fake/script",
            json=[
                {"mode": "echo_system"},
                {"mode": "obey_raw", "tool_calls": [{"name": "x", "arguments_raw": "{"}]},
                loop,
            ],
        )
        said = (await client.post(PATH, json=ASKED)).json()["choices"][0]["message"]["content"]
        assert said == "Secret rules"
        calls = [
            (await client.post(PATH, json=ASKED)).json()["choices"][0]["message"]["tool_calls"][0][
                "function"
            ]
            for _ in range(3)
        ]
        assert [one["arguments"] for one in calls] == ["{", '{"a": 1}', '{"a": 1}']

    @pytest.mark.parametrize(
        ("mode", "finish"), [("length", "length"), ("filter", "content_filter")]
    )
    async def test_other_ends(self, client: httpx2.AsyncClient, mode: str, finish: str) -> None:
        body = (await client.post(PATH, json={**ASKED, "model": f"demo:{mode}"})).json()
        assert body["choices"][0]["finish_reason"] == finish

    async def test_a_dropped_stream_has_no_end(self, client: httpx2.AsyncClient) -> None:
        text = (await client.post(PATH, json={**ASKED, "model": "demo:drop", "stream": True})).text
        assert "[DONE]" not in text
        assert all(one["choices"][0]["finish_reason"] is None for one in chunks(text))
