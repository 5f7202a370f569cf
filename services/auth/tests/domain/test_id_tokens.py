"""What a foreign id_token may not be, one hostile case each."""

import base64
import hmac
from datetime import UTC, datetime
from hashlib import sha512
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from deploy.simulators.oidc.keys import Keys, Mode, at_hash
from services.auth.domain.providers import check_id_token
from shared.security.tokens import TokenRefused, load_jwks, named_key, verify_id_token

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
KEYS = Keys()
JWKS = KEYS.jwks()
KNOWN = load_jwks(JWKS)
ACCESS = "access"


def claims(**changed: Any) -> dict[str, Any]:
    at = int(NOW.timestamp())
    said = {"iss": "https://id.example.org", "aud": "us", "sub": "s", "nonce": "n-1"}
    whole = said | {"iat": at, "exp": at + 300} | changed
    return {name: value for name, value in whole.items() if value is not ...}


def token(algorithm: str = "RS256", mode: Mode = Mode.HONEST, **changed: Any) -> str:
    KEYS.algorithm = algorithm
    return KEYS.id_token(claims(**changed), mode)


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(value)).rstrip(b"=").decode()


def read(text: str, keys: Any = None, access_token: str | None = ACCESS) -> dict[str, Any]:
    """As the use case does it: the one verifier, then what binds it to the visit."""
    said = verify_id_token(
        text,
        KNOWN if keys is None else keys,
        audience="us",
        issuer="https://id.example.org",
        now=NOW,
    )
    check_id_token(said, nonce="n-1", access_token=access_token)
    return said


def refused(text: str, keys: Any = None, access_token: str | None = ACCESS) -> str:
    with pytest.raises(TokenRefused) as caught:
        read(text, keys, access_token)
    return str(caught.value)


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
class TestClaims:
    def test_a_good_token_gives_them(self, algorithm: str) -> None:
        assert read(token(algorithm))["sub"] == "s"
        whole = token(algorithm, at_hash=at_hash("access"), azp="us", aud=["us", "them"])
        assert read(whole)["azp"] == "us"

    @pytest.mark.parametrize(
        ("changed", "why"),
        [
            ({"iss": "https://id.example.org/"}, "issuer"),
            ({"iss": ...}, "issuer"),
            ({"aud": "them"}, "audience"),
            ({"aud": ["them"]}, "audience"),
            ({"aud": ...}, "audience"),
            ({"aud": ["us", "them"]}, "authorised party"),
            ({"azp": "them"}, "authorised party"),
            ({"exp": int(NOW.timestamp()) - 60}, "expired"),
            ({"exp": ...}, "exp"),
            ({"exp": True}, "exp"),
            ({"exp": "later"}, "exp"),
            ({"iat": int(NOW.timestamp()) + 61}, "future"),
            ({"iat": int(NOW.timestamp()) - 661}, "long ago"),
            ({"iat": ...}, "iat"),
            ({"nbf": int(NOW.timestamp()) + 61}, "not yet"),
            ({"nonce": "n-2"}, "nonce"),
            ({"nonce": ...}, "nonce"),
            ({"nonce": None}, "nonce"),
            ({"sub": ...}, "subject"),
            ({"sub": ""}, "subject"),
            ({"sub": 5}, "subject"),
            ({"sub": "x" * 256}, "subject"),
            ({"at_hash": at_hash("other")}, "hash"),
            ({"at_hash": None}, "hash"),
        ],
        ids=str,
    )
    def test_what_is_wrong_is_found(
        self, algorithm: str, changed: dict[str, Any], why: str
    ) -> None:
        assert why in refused(token(algorithm, **changed))

    def test_a_hash_without_its_access_token_is_refused(self, algorithm: str) -> None:
        assert "hash" in refused(token(algorithm, at_hash=at_hash("access")), access_token=None)


class TestSignature:
    @pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
    @pytest.mark.parametrize(
        ("mode", "why"),
        [
            (Mode.BROKEN_SIGNATURE, "signature"),
            (Mode.UNKNOWN_KID, "no key"),
            (Mode.KEY_IN_HEADER, "header"),
            (Mode.ALG_NONE, "shape"),
            (Mode.HMAC_WITH_PUBLIC_KEY, "shape"),
        ],
    )
    def test_what_is_not_signed_by_the_provider(self, algorithm: str, mode: Mode, why: str) -> None:
        assert why in refused(token(algorithm, mode))

    def test_a_stolen_kid(self) -> None:
        assert refused(token("RS256", Mode.STOLEN_KID)) == "signature"

    @pytest.mark.parametrize("algorithm", ["none", "HS256", "HS512", "RS512", "PS256", "ES384", ""])
    def test_no_other_algorithm_whatever_is_behind_it(self, algorithm: str) -> None:
        head = part({"alg": algorithm, "typ": "JWT", "kid": "rsa-1"})
        signed = f"{head}.{part(claims())}"
        secret = orjson.dumps(JWKS["keys"][0])
        mac = base64.urlsafe_b64encode(hmac.digest(secret, signed.encode(), sha512))
        assert refused(f"{signed}.{mac.rstrip(b'=').decode()}") == "algorithm"

    def test_a_key_is_for_its_own_algorithm_only(self) -> None:
        swapped = [
            {**JWKS["keys"][0], "kid": "ec-1", "alg": ...},
            {**JWKS["keys"][1], "kid": "rsa-1"},
        ]
        keys = load_jwks(
            {"keys": [{k: v for k, v in one.items() if v is not ...} for one in swapped]}
        )
        for algorithm in ("RS256", "ES256"):
            assert "no key" in refused(token(algorithm), keys)

    def test_without_a_kid_the_key_must_be_clear(self) -> None:
        KEYS.algorithm = "ES256"
        head, body, _ = token("ES256").split(".")
        signed = f"{part({'alg': 'ES256'})}.{body}"
        signature = base64.urlsafe_b64encode(KEYS._sign(signed.encode(), stranger=False))
        bare = f"{signed}.{signature.rstrip(b'=').decode()}"
        assert read(bare)
        assert "more than one" in refused(bare, [*KNOWN, *KNOWN])
        assert head

    @pytest.mark.parametrize(
        "garbage", ["", ".", "..", "a.b.c", "é" * 300, "x" * 20_000, "\x00", "null"], ids=range(8)
    )
    def test_garbage(self, garbage: str) -> None:
        refused(garbage)
        with pytest.raises(TokenRefused):
            named_key(garbage)

    def test_a_deeply_nested_payload(self) -> None:
        head, _, signature = token().split(".")
        body = base64.urlsafe_b64encode(b"[" * 9000).rstrip(b"=").decode()
        refused(f"{head}.{body}.{signature}")


class TestKeys:
    def test_those_of_no_use_are_passed_over(self) -> None:
        assert [(key.kid, key.algorithm) for key in KNOWN] == [
            ("rsa-1", "RS256"),
            ("ec-1", "ES256"),
        ]

    @pytest.mark.parametrize(
        "changed",
        [
            {"use": "enc"},
            {"alg": "RS512"},
            {"alg": "ES256"},
            {"key_ops": ["encrypt"]},
            {"kid": 5},
            {"n": "AQAB"},
            {"e": "AA"},
            {"n": "é"},
            {"kty": "oct", "k": "AAAA"},
        ],
        ids=str,
    )
    def test_bad_ones_are_passed_over(self, changed: dict[str, Any]) -> None:
        assert load_jwks({"keys": [JWKS["keys"][0] | changed]}) == []

    def test_a_short_rsa_key_is_passed_over(self) -> None:
        numbers = rsa.generate_private_key(65537, 1024).public_key().public_numbers()  # noqa: S505 - short on purpose
        short = base64.urlsafe_b64encode(numbers.n.to_bytes(128)).rstrip(b"=").decode()
        assert load_jwks({"keys": [JWKS["keys"][0] | {"n": short}]}) == []

    @pytest.mark.parametrize("document", [{}, {"keys": None}, {"keys": [5, None, "x"]}], ids=str)
    def test_what_is_no_key_set_has_none(self, document: dict[str, Any]) -> None:
        assert load_jwks(document) == []
