"""The gateway's own refusals, in the very form that every service answers too (RFC 9457)."""

from collections.abc import Iterable

import orjson

from gateway.domain.headers import API_POLICY, SECURITY, Headers
from shared.contracts.base import Language
from shared.errors import AppError
from shared.http.errors import MEDIA_TYPE, problem
from shared.messages import choose_language
from shared.observe import correlation as correlations
from shared.observe.correlation import Correlation


def problem_answer(
    refusal: AppError, *, language: Language, correlation: Correlation, path: str
) -> tuple[Headers, bytes]:
    """Headers and body of a refusal, in the caller's language."""
    correlations.begin(correlation.request_id, correlation.traceparent)
    errors = refusal.extra.pop("errors", None)
    body = orjson.dumps(problem(refusal, language=language, path=path, errors=errors), default=str)
    return [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"content-language", language.value.encode()),
        (b"cache-control", b"no-store"),
        *((name.lower().encode(), value.encode()) for name, value in refusal.headers.items()),
    ], body


def refusal_document(
    refusal: AppError, headers: Iterable[tuple[bytes, bytes]]
) -> tuple[Headers, bytes]:
    """A whole answer to a request that the guard stopped while reading it."""
    found = dict(headers)
    correlation = correlations.accept(found.get(b"x-request-id", b"").decode("latin-1"), None)
    language = choose_language(found.get(b"accept-language", b"").decode("latin-1"))
    answer, body = problem_answer(
        refusal, language=language, correlation=correlation, path="about:blank"
    )
    answer += [(b"x-request-id", correlation.request_id.encode()), *SECURITY, API_POLICY]
    return answer, body
