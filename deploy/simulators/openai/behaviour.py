"""What the simulated model does with one request: by script, by the model's name, or by good sense. Deterministic; no weights."""

import json
import math
import re
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Body = Mapping[str, Any]
FAILING = frozenset({"429", "500", "503", "html"})
DEEPEST = 6
FACT = re.compile(r"^\[(?P<id>[^\]]+)\] (?P<text>.+)$", re.MULTILINE)
ENGINE = re.compile(r"<engine>\n(?P<text>.*?)\n</engine>", re.DOTALL)


@dataclass
class State:
    """Everything one simulator remembers; emptied by DELETE /__fake/requests."""

    requests: list[dict[str, Any]] = field(default_factory=list)
    script: deque[dict[str, Any]] = field(default_factory=deque)
    failed: Counter[str] = field(default_factory=Counter)
    cancelled: int = 0

    def clear(self) -> None:
        self.requests.clear()
        self.script.clear()
        self.failed.clear()
        self.cancelled = 0


def tokens(text: str | None) -> int:
    """About four characters each: stable and offline."""
    return max(1, math.ceil(len(text or "") / 4))


def usage(body: Body, answer: str) -> dict[str, Any]:
    prompt = sum(tokens(json.dumps(one.get("content"))) + 4 for one in body.get("messages", []))
    return {
        "prompt_tokens": prompt,
        "completion_tokens": tokens(answer),
        "total_tokens": prompt + tokens(answer),
        "prompt_tokens_details": {"cached_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0},
    }


def instance(schema: Body, root: Body | None = None, depth: int = 0) -> Any:
    """The smallest value of a JSON schema: enough for the strict schemas of structured output."""
    root = root or schema
    if "$ref" in schema:
        found: Any = root
        for part in schema["$ref"].lstrip("#/").split("/"):
            found = found[part]
        return instance(found, root, depth + 1)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            real = [one for one in schema[several] if one.get("type") != "null"]
            return instance((real or schema[several])[0], root, depth + 1)
    return _of_type(schema, root, depth)


def _of_type(schema: Body, root: Body, depth: int) -> Any:
    named = schema.get("type")
    kind = (
        next((one for one in named if one != "null"), "null") if isinstance(named, list) else named
    )
    if kind == "object" or "properties" in schema:
        return {
            name: instance(one, root, depth + 1)
            for name, one in schema.get("properties", {}).items()
        }
    if kind == "array":
        many = max(schema.get("minItems", 1), 0) if depth < DEEPEST else 0
        return [
            instance(schema.get("items", {"type": "string"}), root, depth + 1) for _ in range(many)
        ]
    simple = {
        "integer": int(schema.get("minimum", 1)),
        "number": float(schema.get("minimum", 1)),
        "boolean": True,
        "null": None,
    }
    return simple.get(
        str(kind), "fake"[: schema.get("maxLength", 4)].ljust(schema.get("minLength", 0), "x")
    )


def plan(body: Body, state: State) -> dict[str, Any]:
    """`{"mode": …}` for this request: the script's next line, else the model's name ("demo:429:2" fails twice), else sense."""
    if state.script:
        step = state.script.popleft()
        if step["mode"] == "loop":
            state.script.appendleft(step)
        return step
    name = str(body.get("model", ""))
    parts = name.split(":")
    mode = parts[1] if len(parts) > 1 else "auto"
    if mode in FAILING and len(parts) > 2:
        state.failed[name] += 1
        mode = mode if state.failed[name] <= int(parts[2]) else "auto"
    return _sensible(body) if mode == "auto" else {"mode": mode}


def _sensible(body: Body) -> dict[str, Any]:
    wanted = (body.get("response_format") or {}).get("type")
    if wanted == "json_schema":
        return {"mode": "json", "content": _filled(body)}
    if wanted == "json_object":
        return {"mode": "json", "content": {}}
    last = next(
        (one.get("content") for one in reversed(body["messages"]) if one.get("role") == "user"), ""
    )
    return {
        "mode": "text",
        "content": narrated(last if isinstance(last, str) else json.dumps(last)),
    }


def _filled(body: Body) -> Any:
    """The smallest instance, with the prose of a good model where a summary is wanted."""
    found = instance(body["response_format"]["json_schema"]["schema"])
    if isinstance(found, dict) and "summary" in found:
        last = str(body["messages"][-1].get("content", ""))
        found["summary"] = narrated(last)
    return found


def narrated(prompt: str) -> str:
    """What an honest model would do with our prompt: the engine's words, and the first facts with their ids."""
    engine = ENGINE.search(prompt)
    said = engine.group("text").strip() if engine else f"[fake] {prompt[:200]}"
    facts = [f"{found['text'].rstrip('.')} [{found['id']}]." for found in FACT.finditer(prompt)][:2]
    return " ".join([said, *facts])
