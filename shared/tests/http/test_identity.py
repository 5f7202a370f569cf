"""Internal tokens with claims no gateway writes: refused, every one, and never a failure."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.base import Language
from shared.contracts.features import Feature, Limit, Plan
from shared.contracts.scopes import Scope
from shared.errors import Unauthorized
from shared.http.identity import ROLES, Caller, IdentityVerifier
from shared.security.tokens import load_private, new_private_pem, sign

KEY = load_private(new_private_pem())
DAY = 86_400
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.floats(allow_nan=False) | st.text(max_size=8)
    | st.sampled_from([*ROLES, "fr", "FREE", str(uuid4()), "documents.ocr", "1.2.3.4", "vehicles:read"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=4,
)  # fmt: skip
NAMES = (
    "iss", "aud", "iat", "exp", "nbf", "jti", "sub", "sid", "act", "key", "ip", "ua", "lang",
    "roles", "plan", "features", "limits", "scopes", "admin",
)  # fmt: skip


def good() -> dict[str, Any]:
    now = int(datetime.now(UTC).timestamp())
    return {
        "iss": "autotrack-gateway", "aud": "kernel", "iat": now, "exp": now + 60, "jti": "j",
        "sub": str(uuid4()), "sid": str(uuid4()), "roles": ["user"], "plan": "FREE", "features": [],
        "limits": {"vehicles": 3}, "lang": "fr", "ip": "203.0.113.7", "ua": "tests",
    }  # fmt: skip


def read(claims: dict[str, Any]) -> Caller:
    token = sign(claims, KEY, typ="internal+jwt")
    return IdentityVerifier("kernel", {KEY.kid: KEY.public}).verify(token)


class TestClaims:
    def test_what_the_gateway_writes_is_read(self) -> None:
        assert read(good()).roles == {"user"}

    @pytest.mark.parametrize(
        "change",
        [
            lambda now: {"exp": now + DAY},
            lambda now: {"exp": now + 61},
            lambda now: {"iat": now - DAY},
            lambda now: {"iat": now + 60},
            lambda now: {"nbf": now + DAY},
            {"nbf": "now"},
            {"roles": "admin"},
            {"roles": {"admin": 1}},
            {"roles": ["root"]},
            {"roles": [["admin"]]},
            {"roles": ["user", "service"]},
            {"lang": "de"},
            {"lang": None},
            {"lang": ["fr"]},
            {"limits": {"vehicles": True}},
            {"limits": {"vehicles": -1}},
            {"limits": {"vehicles": "many"}},
            {"features": {"documents.ocr": 1}},
            {"ip": 7},
            {"ip": "somewhere"},
            {"ua": ["tests"]},
            {"sub": None},
            {"scopes": ["vehicles:read"]},
            {"key": str(uuid4())},
            {"is_admin": True},
        ],
    )
    def test_what_it_never_writes_is_refused(self, change: Any) -> None:
        claims = good()
        with pytest.raises(Unauthorized):
            read({**claims, **(change(claims["iat"]) if callable(change) else change)})

    @given(changed=st.dictionaries(st.sampled_from(NAMES), JSON, min_size=1, max_size=3))
    def test_generated_claims_are_refused_or_are_of_their_kinds(
        self, changed: dict[str, Any]
    ) -> None:
        claims = {**good(), **changed}
        try:
            caller = read(claims)
        except Unauthorized:
            return
        assert claims["exp"] - claims["iat"] <= 60
        assert caller.roles <= ROLES.keys()
        assert isinstance(caller.plan, Plan)
        assert all(isinstance(each, Feature) for each in caller.features)
        assert all(isinstance(each, Scope) for each in caller.scopes or ())
        assert all(isinstance(name, Limit) and type(n) is int for name, n in caller.limits.items())
        assert caller.language is None or isinstance(caller.language, Language)
        assert all(
            each is None or isinstance(each, UUID)
            for each in (caller.user_id, caller.session_id, caller.api_key, caller.actor)
        )
        assert isinstance(caller.ip, str)
        assert isinstance(caller.user_agent, str)
