"""A provider's failures and its prose in our words: exceptions become reasons, and an object is cut out of an answer."""

import json
import re
from typing import Any

import httpx2
import openai

from services.ai.errors import ModelTrouble

STATUS = {
    400: "rejected",
    401: "unauthorized_key",
    403: "unauthorized_key",
    404: "model_not_found",
    413: "context_too_long",
    422: "rejected",
    429: "rate_limited",
}
SERVER_FAULT = 500


def trouble_of(error: Exception) -> ModelTrouble:
    """Every exception the SDK and its transport know, in our words."""
    match error:
        case openai.APITimeoutError() | TimeoutError() | httpx2.TimeoutException():
            return ModelTrouble("timeout")
        case openai.APIConnectionError() | httpx2.TransportError():
            return ModelTrouble("unreachable", retriable=True)
        case openai.RateLimitError() if error.code == "insufficient_quota":
            return ModelTrouble("provider_quota")
        case openai.APIStatusError():
            return _by_status(error)
        case _:
            return ModelTrouble("bad_answer")


def _by_status(error: openai.APIStatusError) -> ModelTrouble:
    if error.code == "context_length_exceeded":
        return ModelTrouble("context_too_long")
    status = error.status_code
    if status >= SERVER_FAULT:
        return ModelTrouble("provider_error", retriable=True, retry_after=_retry_after(error))
    reason = STATUS.get(status, "rejected")
    return ModelTrouble(reason, retriable=reason == "rate_limited", retry_after=_retry_after(error))


def _retry_after(error: openai.APIStatusError) -> float | None:
    try:
        return max(0.0, float(error.response.headers.get("retry-after", "")))
    except ValueError:
        return None


def extract_object(text: str) -> dict[str, Any] | None:
    """The JSON object in an answer, also between fences or prose."""
    fenced = re.search(r"```(?:json)?\s*(\{.*?\})\s*```", text, re.DOTALL)
    candidates = [
        text,
        fenced.group(1) if fenced else "",
        text[text.find("{") : text.rfind("}") + 1],
    ]
    for candidate in candidates:
        try:
            found = json.loads(candidate)
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict):
            return found
    return None
