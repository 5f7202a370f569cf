"""A test may last longer than the token of its caller."""

import httpx2
import pytest

from shared.http.exchange import IDENTITY_HEADER
from shared.http.identity import LIFETIME_SECONDS
from shared.testing import client
from shared.testing.client import AsGateway


def test_a_token_is_minted_anew_before_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    now, minted = [0.0], iter("abc")
    monkeypatch.setattr(client, "monotonic", lambda: now[0])
    gateway = AsGateway(lambda: next(minted))

    def token_at(seconds: float) -> str:
        now[0] = seconds
        request = httpx2.Request("GET", "http://service/")
        return next(gateway.auth_flow(request)).headers[IDENTITY_HEADER]

    assert [token_at(0), token_at(10), token_at(LIFETIME_SECONDS / 2)] == ["a", "a", "b"]
    assert token_at(LIFETIME_SECONDS * 3) == "c"
