"""What a token may not be, one hostile case each."""

import base64
import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import orjson
import pytest

from shared.security.tokens import (
    PrivateKey,
    TokenRefused,
    load_jwk,
    load_private,
    load_public,
    new_private_pem,
    public_pem,
    sign,
    thumbprint,
    verify,
)

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PEM = new_private_pem()
KEY = load_private(PEM)
KEYS = {KEY.kid: KEY.public}


def claims(**changed: Any) -> dict[str, Any]:
    at = int(NOW.timestamp())
    return {
        "iss": "autotrack",
        "aud": "api",
        "sub": "s",
        "jti": "j",
        "iat": at,
        "exp": at + 600,
    } | changed


def check(token: str, **changed: Any) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "audience": "api",
        "issuer": "autotrack",
        "typ": "at+jwt",
        "now": NOW,
    } | changed
    return verify(token, KEYS, **asked)


def token(key: PrivateKey = KEY, typ: str = "at+jwt", **changed: Any) -> str:
    return sign(claims(**changed), key, typ=typ)


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(value)).rstrip(b"=").decode()


def with_header(header: Any) -> str:
    _, payload, signature = token().split(".")
    return f"{part(header)}.{payload}.{signature}"


class TestVerify:
    def test_a_good_token_gives_its_claims(self) -> None:
        assert check(token())["sub"] == "s"

    @pytest.mark.parametrize(
        "changed",
        [
            {"exp": int(NOW.timestamp()) - 31},
            {"exp": int(NOW.timestamp()) + 1801},
            {"iat": int(NOW.timestamp()) - 86_400},
            {"exp": int(NOW.timestamp()), "iat": int(NOW.timestamp())},
            {"nbf": int(NOW.timestamp()) + 31},
            {"nbf": "now"},
            {"nbf": None},
            {"iat": int(NOW.timestamp()) + 31},
            {"aud": "other"},
            {"aud": ["api", "other"]},
            {"iss": "somebody"},
            {"exp": "tomorrow"},
            {"exp": True},
            {"iat": None},
            {"jti": 5},
        ],
        ids=str,
    )
    def test_wrong_claims_are_refused(self, changed: dict[str, Any]) -> None:
        with pytest.raises(TokenRefused):
            check(token(**changed))

    @pytest.mark.parametrize("missing", ["exp", "iat", "aud", "iss", "jti"])
    def test_missing_claims_are_refused(self, missing: str) -> None:
        said = claims()
        del said[missing]
        with pytest.raises(TokenRefused):
            check(sign(said, KEY, typ="at+jwt"))

    def test_clocks_may_differ_a_little(self) -> None:
        at = int(NOW.timestamp())
        assert check(token(iat=at - 600, exp=at - 20))
        assert check(token(nbf=at + 20))

    def test_another_key_another_type_another_time_are_refused(self) -> None:
        for bad in (token(key=load_private(new_private_pem())), token(typ="internal+jwt")):
            with pytest.raises(TokenRefused):
                check(bad)
        with pytest.raises(TokenRefused):
            check(token(), now=NOW + timedelta(hours=1))

    def test_a_key_under_a_stolen_kid_is_refused(self) -> None:
        thief = load_private(new_private_pem(), kid=KEY.kid)
        with pytest.raises(TokenRefused):
            check(token(key=thief))

    @pytest.mark.parametrize(
        "header",
        [
            {"alg": "none", "typ": "at+jwt", "kid": KEY.kid},
            {"alg": "HS256", "typ": "at+jwt", "kid": KEY.kid},
            {"alg": "ES384", "typ": "at+jwt", "kid": KEY.kid},
            {"alg": "ES256", "typ": "at+jwt", "kid": KEY.kid, "jku": "https://evil.example"},
            {"alg": "ES256", "typ": "at+jwt", "kid": KEY.kid, "jwk": KEY.public.jwk},
            {"alg": "ES256", "typ": "at+jwt", "kid": KEY.kid, "crit": ["exp"]},
            {"alg": "ES256", "typ": "at+jwt"},
            {"alg": "ES256", "typ": "at+jwt", "kid": 7},
            ["ES256"],
            "ES256",
        ],
        ids=range(10),  # two workers must name them alike, and the key is new in each
    )
    def test_a_header_of_any_other_make_is_refused(self, header: Any) -> None:
        with pytest.raises(TokenRefused):
            check(with_header(header))

    def test_hmac_with_the_public_key_is_refused(self) -> None:
        head = part({"alg": "HS256", "typ": "at+jwt", "kid": KEY.kid})
        body = part(claims())
        for secret in (public_pem(PEM).encode(), public_pem(PEM).strip().encode()):
            mac = hmac.new(secret, f"{head}.{body}".encode(), sha256).digest()
            forged = f"{head}.{body}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"
            with pytest.raises(TokenRefused):
                check(forged)

    @pytest.mark.parametrize(
        "garbage",
        [
            "",
            ".",
            "..",
            "a.b.c",
            "é.é.é",
            "x" * 5000,
            "\x00",
            "eyJ.eyJ.",
            "null",
            token()[:-1],
            token() + "=",
            token().replace(".", ".."),
        ],
        ids=range(12),
    )
    def test_garbage_is_refused(self, garbage: str) -> None:
        with pytest.raises(TokenRefused):
            check(garbage)

    def test_a_deeply_nested_payload_is_refused(self) -> None:
        head = part({"alg": "ES256", "typ": "at+jwt", "kid": KEY.kid})
        body = base64.urlsafe_b64encode(b"[" * 2000).rstrip(b"=").decode()
        with pytest.raises(TokenRefused):
            check(f"{head}.{body}.{'A' * 86}")


class TestKeys:
    def test_a_jwk_round_trip_verifies(self) -> None:
        key = load_jwk(KEY.public.jwk)
        assert key.kid == KEY.kid == thumbprint(KEY.public.jwk)
        assert verify(
            token(), {key.kid: key}, audience="api", issuer="autotrack", typ="at+jwt", now=NOW
        )

    def test_a_public_pem_loads(self) -> None:
        assert load_public(public_pem(PEM)).kid == KEY.kid

    @pytest.mark.parametrize(
        "jwk",
        [
            {},
            {"kty": "RSA"},
            KEY.public.jwk | {"crv": "P-384"},
            KEY.public.jwk | {"use": "enc"},
            KEY.public.jwk | {"x": "AAAA"},
            KEY.public.jwk | {"alg": "ES384"},
            KEY.public.jwk | {"key_ops": ["sign"]},
            KEY.public.jwk | {"kid": 5},
            {name: said for name, said in KEY.public.jwk.items() if name != "kid"},
        ],
        ids=range(9),
    )
    def test_other_keys_are_refused(self, jwk: dict[str, Any]) -> None:
        with pytest.raises(ValueError, match=r".*"):
            load_jwk(jwk)
