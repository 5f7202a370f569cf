"""What Schemathesis cannot know of us: our formats, and what every answer of the house must be (acceptance checks 31, 53 and 55)."""

import base64
import itertools
import json
import os
import re
from datetime import date, datetime
from typing import Any

import schemathesis
from hypothesis import strategies as st

from shared.http.cursors import LONGEST, check_of

PROBLEM = "application/problem+json"
MEMBERS = {"type", "title", "status", "detail", "code", "instance", "trace_id", "request_id"}
SECURITY = {
    "strict-transport-security": "max-age=",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "content-security-policy": "default-src",
}
LEAKS = re.compile(
    r"Traceback|File \"/|\.py\b|sqlalchemy|asyncpg|psycopg|SELECT .+ FROM|INSERT INTO|uvicorn|starlette|fastapi|pydantic",
    re.IGNORECASE,
)
SECRETS = re.compile(
    r"\$argon2|-----BEGIN|\b(?:sk|rk)_(?:test|live)_|\bwhsec_|\bpassword_hash\b|\bcode_hash\b|\btoken_hash\b|postgresql\+"
)
TOKEN = re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}")
GIVES_TOKENS = ("/api/auth/", "/api/token/", "/api/users/")
TOLD: dict[str, str] = json.loads(os.environ.get("FUZZ_ADDRESSES", "{}"))
"""E-mail addresses by name of identity."""
ORDERINGS = (
    "created_at",
    "updated_at",
    "name",
    "at",
    "kind",
    "mileage",
    "service_date",
    "forecast_on",
)
"""Names by which lists are ordered."""
OWN_WORDS = "value_error"
"""How a check is named that is in our code and not in the schema."""


def _forged(parts: Any) -> str:
    """A cursor of anything at all, with the right check: nothing spares the service its judgement."""
    body = json.dumps(parts).encode()
    return base64.urlsafe_b64encode(check_of(body) + body).rstrip(b"=").decode()


_VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.datetimes().map(datetime.isoformat)
    | st.dates().map(date.isoformat)
    | st.uuids().map(str)
)
_PLACES = st.tuples(
    st.sampled_from("ab"),
    st.sampled_from(["", "-"]).flatmap(
        lambda sign: st.sampled_from(ORDERINGS).map(lambda name: sign + name)
    ),
    _VALUES,
    st.uuids().map(str),
)
CURSORS = (
    st.just("")
    | _PLACES.map(_forged).filter(lambda text: len(text) <= LONGEST)
    | st.text("abcXYZ019_-", max_size=80)
)
schemathesis.openapi.format("autotrack-cursor", CURSORS)


def _text(response: Any) -> str:
    return response.content.decode("utf-8", errors="replace") if response.content else ""


def _header(response: Any, name: str) -> str:
    return ", ".join(response.headers.get(name) or ())


_KEYS = itertools.count()
ODD_KEYS = ("", "a b", "é", "x" * 256, "\x7f")


@schemathesis.hook
def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
    """Every POST comes with a key: mostly a new one, now and then the one before, now and then none that we take.

    Never across a DELETE, which takes a number, too: the first answer, given again, names what is gone since, and Schemathesis
    would miss it.
    """
    method = case.method.upper()
    if method not in {"POST", "DELETE"}:
        return
    number = next(_KEYS)
    if method == "DELETE":
        return
    key = f"fuzz-{os.getpid()}-{number - (number % 5 == 1)}"
    if number % 11 == 0:
        key = ODD_KEYS[number // 11 % len(ODD_KEYS)]
    case.headers = {**(case.headers or {}), "Idempotency-Key": key}


@schemathesis.check
def a_refusal_is_a_problem(_ctx: Any, response: Any, case: Any) -> None:
    """53: one form, whole, in a language that is said, and nothing of the inside."""
    if response.status_code < 400 or response.request.method == "HEAD":
        return
    if response.status_code == 503 and case.path.startswith("/api/health"):
        return  # the answer to the question, not a refusal of it
    media = _header(response, "content-type")
    assert media == PROBLEM, f"a refusal as {media}"
    body = json.loads(response.content)
    missing = MEMBERS - body.keys()
    assert not missing, f"without {missing}"
    assert body["status"] == response.status_code
    assert body["request_id"] == _header(response, "x-request-id")
    assert body["detail"].strip()
    assert "{" not in body["detail"], "a placeholder was not filled"
    assert _header(response, "content-language") in {"fr", "en", "es"}
    told = body["detail"] + body["title"]
    assert not LEAKS.search(told), f"tells of the inside: {told}"


@schemathesis.check
def nothing_secret_is_told(_ctx: Any, response: Any, case: Any) -> None:
    """31: no hash, key or token where none is given out, and nobody else's address."""
    text = _text(response)
    found = SECRETS.search(text)
    assert found is None, f"tells {found[0] if found else ''}…"
    if not case.path.startswith(GIVES_TOKENS):
        assert not TOKEN.search(text), "tells a token"
    sent = repr(case.body) + repr(case.query) + repr(case.path_parameters)
    for name, address in TOLD.items():
        if name != case.auth_identity and address in text and address not in sent:
            raise AssertionError(f"{case.auth_identity} was told the address of {name}")


@schemathesis.check
def every_answer_is_guarded(_ctx: Any, response: Any, _case: Any) -> None:
    """55: the security headers on every answer, and no word about the server."""
    for name, said in SECURITY.items():
        assert said in _header(response, name), f"{name} is missing"
    for name in ("server", "x-powered-by"):
        assert not _header(response, name), f"{name} is told"
    assert _header(response, "access-control-allow-origin") != "*"


@schemathesis.check
def valid_is_not_called_invalid(_ctx: Any, response: Any, case: Any) -> None:
    """What fits the schema may be refused for what no schema says, and then by a code of its own; never as `invalid_input`."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if response.status_code not in {400, 422}:
        return
    body = json.loads(response.content)
    if body["code"] in {"invalid_input", "bad_request"}:
        reasons = [error for error in body.get("errors", ()) if error["code"] != OWN_WORDS]
        assert body.get("errors"), "valid, and refused without a reason"
        assert not reasons, f"valid, and refused as invalid: {reasons}"
