"""A stand-in for an OpenAI-compatible server, for tests and the demo: chat completions (text, stream with usage, tools,
json_schema), every fault we know of, and a scripted hostile model. What it was sent is kept: GET /__fake/requests.

Choose a behaviour by model name ("demo:length", "demo:429:2") or by script: POST /__fake/script [{"mode": "text", "content": "…"}].
"""

import asyncio
import itertools
import json
import re
import time
from collections.abc import AsyncIterator
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response, StreamingResponse

from deploy.simulators.openai.behaviour import State, plan, usage

REFUSALS: dict[str, tuple[int, str, str, str | None]] = {
    "quota": (429, "You exceeded your current quota", "insufficient_quota", "insufficient_quota"),
    "500": (500, "fake server error", "server_error", None),
    "503": (503, "fake server error", "server_error", None),
    "401": (401, "Incorrect API key provided", "invalid_request_error", "invalid_api_key"),
    "404": (404, "The model does not exist", "invalid_request_error", "model_not_found"),
    "context": (
        400,
        "maximum context length exceeded",
        "invalid_request_error",
        "context_length_exceeded",
    ),
}
TEXTS = {
    "bad_json": '{"urgency": "lo',
    "length": "This answer is cut in the mid",
    "filter": "",
    "drop": "This partial answer will never finish",
    "stall": "This partial answer stands still for long",
}
FINISH = {"length": "length", "filter": "content_filter"}
WORDS = re.compile(r"\S+\s*")


def create_app() -> FastAPI:
    app = FastAPI(title="OpenAI simulator", docs_url=None, redoc_url=None, openapi_url=None)
    state = app.state.fake = State()
    numbers = itertools.count(1)

    @app.post("/v1/chat/completions", response_model=None)
    async def chat(request: Request) -> Response:
        body: dict[str, Any] = await request.json()
        authorised = bool(request.headers.get("authorization"))
        state.requests.append({"at": time.time(), "authorization": authorised, **body})
        return await Completion(body, plan(body, state), state, next(numbers)).answer()

    @app.get("/v1/models")
    async def models() -> dict[str, Any]:
        known = {"id": "demo", "object": "model", "created": 0, "owned_by": "fake"}
        return {"object": "list", "data": [known]}

    @app.post("/__fake/script")
    async def script(request: Request) -> dict[str, int]:
        state.script.extend(await request.json())
        return {"queued": len(state.script)}

    @app.get("/__fake/requests")
    async def requests() -> list[dict[str, Any]]:
        return state.requests

    @app.get("/__fake/state")
    async def remembered() -> dict[str, int]:
        return {"requests": len(state.requests), "cancelled": state.cancelled}

    @app.delete("/__fake/requests")
    async def clear() -> dict[str, bool]:
        state.clear()
        return {"cleared": True}

    @app.get("/healthz")
    async def healthz() -> dict[str, bool]:
        return {"ok": True}

    @app.get("/", response_class=HTMLResponse)
    async def page() -> str:
        many = len(state.requests)
        return f"<title>OpenAI simulator</title><h1>OpenAI simulator</h1><p><a href='/__fake/requests'>{many} requests</a></p>"

    return app


class Completion:
    """One request and what is done with it."""

    def __init__(
        self, body: dict[str, Any], planned: dict[str, Any], state: State, number: int
    ) -> None:
        self._body = body
        self._plan = planned
        self._mode = str(planned["mode"])
        self._state = state
        self._id = f"chatcmpl-fake-{number}"
        self._finish = FINISH.get(self._mode, "stop")
        self._refusal: str | None = None
        self._calls: list[dict[str, Any]] | None = None
        self._content: str | None = None

    async def answer(self) -> Response:
        if (refused := self._refused()) is not None:
            return refused
        if self._mode == "slow":
            await asyncio.sleep(self._plan.get("seconds", 30))
        self._fill()
        if not self._body.get("stream"):
            return JSONResponse(self._whole())
        return StreamingResponse(self._stream(), media_type="text/event-stream")

    def _refused(self) -> Response | None:
        if self._mode == "429":
            wait = {
                "retry-after": str(self._plan.get("retry_after", 1)),
                "x-ratelimit-remaining-requests": "0",
            }
            return _error(
                429, "Rate limit reached", "rate_limit_error", "rate_limit_exceeded", wait
            )
        if self._mode in REFUSALS:
            return _error(*REFUSALS[self._mode])
        if self._mode == "html":
            return HTMLResponse("<html><body>502 Bad Gateway</body></html>", 502)
        if self._mode == "html200":
            return HTMLResponse("<html><body>Welcome to the hotel network</body></html>", 200)
        if self._mode in {"no_json_schema", "no_json_object"}:
            kind = self._mode.removeprefix("no_")
            if (self._body.get("response_format") or {}).get("type") == kind:
                return _error(
                    400, f"'response_format.type' {kind} is not supported", "invalid_request_error"
                )
        return None

    def _fill(self) -> None:
        match self._mode:
            case "json":
                self._content = json.dumps(self._plan["content"], ensure_ascii=False)
            case "refusal":
                self._refusal = "I can't help with that."
            case "echo_system":
                told = [
                    one for one in self._body["messages"] if one["role"] in {"system", "developer"}
                ]
                self._content = "\n".join(str(one["content"]) for one in told)
            case "tool" | "tool_raw" | "bad_tool":
                self._call(self._plan)
            case "obey" | "loop" | "obey_raw":
                for call in self._plan["tool_calls"]:
                    self._call(call)
            case "no_json_schema" | "no_json_object":
                self._content = self._plan.get("content", "```json\n{}\n```")
            case mode:
                self._content = self._plan.get("content", TEXTS.get(mode, "ok"))

    def _call(self, call: dict[str, Any]) -> None:
        raw = call.get("arguments_raw")
        if raw is None:
            raw = (
                '{"broken": ' if self._mode == "bad_tool" else json.dumps(call.get("arguments", {}))
            )
        self._calls = self._calls or []
        function = {"name": call.get("name", "list_vehicles"), "arguments": raw}
        self._calls.append(
            {
                "id": f"call_{self._id[-6:]}_{len(self._calls)}",
                "type": "function",
                "function": function,
            }
        )
        self._finish = "tool_calls"

    def _usage(self) -> dict[str, Any]:
        said = (
            self._content or json.dumps(self._calls)
            if self._calls
            else self._content or self._refusal
        )
        return usage(self._body, said or "")

    def _whole(self) -> dict[str, Any]:
        message: dict[str, Any] = {
            "role": "assistant",
            "content": self._content,
            "refusal": self._refusal,
        }
        if self._calls:
            message["tool_calls"] = self._calls
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": self._finish}
        return {**self._head("chat.completion"), "choices": [choice], "usage": self._usage()}

    def _head(self, kind: str) -> dict[str, Any]:
        return {
            "id": self._id,
            "object": kind,
            "created": int(time.time()),
            "model": self._body.get("model", "fake"),
        }

    def _event(self, delta: dict[str, Any], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return self._line(
            {**self._head("chat.completion.chunk"), "choices": [choice], "usage": None}
        )

    @staticmethod
    def _line(chunk: dict[str, Any]) -> bytes:
        return b"data: " + json.dumps(chunk, ensure_ascii=False).encode() + b"\n\n"

    async def _stream(self) -> AsyncIterator[bytes]:
        finished = False
        try:
            yield self._event(
                {"role": "assistant", "content": "" if self._content is not None else None}
            )
            for number, call in enumerate(self._calls or []):
                yield self._event({"tool_calls": [{"index": number, **call}]})
            for place, word in enumerate(WORDS.findall(self._content or "")):
                if await self._pause(place):
                    finished = True
                    return
                yield self._event({"content": word})
            if self._refusal:
                yield self._event({"refusal": self._refusal})
            if self._mode == "bad_json":
                yield b"data: {not json\n\n"
            yield self._event({}, self._finish)
            if (self._body.get("stream_options") or {}).get("include_usage"):
                last = {
                    **self._head("chat.completion.chunk"),
                    "choices": [],
                    "usage": self._usage(),
                }
                yield self._line(last)
            yield b"data: [DONE]\n\n"
            finished = True
        finally:
            if not finished:
                self._state.cancelled += 1

    async def _pause(self, place: int) -> bool:
        """Waits as planned before a word; True when the connection is to end here."""
        await asyncio.sleep(self._plan.get("gap", 0.0))
        if self._mode == "stall" and place == 2:
            await asyncio.sleep(self._plan.get("seconds", 60))
        return self._mode == "drop" and place == 3


def _error(
    status: int,
    message: str,
    kind: str,
    code: str | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    said = {"message": message, "type": kind, "param": None, "code": code}
    return JSONResponse({"error": said}, status, headers)
