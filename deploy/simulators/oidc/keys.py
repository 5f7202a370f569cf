"""The provider's own keys, and its tokens: right ones, and wrong in every way a client must notice."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

LIFETIME = 300


class Mode(StrEnum):
    """How it behaves; set at `/__fake/behaviour`."""

    HONEST = "honest"
    WRONG_NONCE = "wrong_nonce"
    NO_NONCE = "no_nonce"
    WRONG_AUDIENCE = "wrong_audience"
    MANY_AUDIENCES = "many_audiences"
    WRONG_PARTY = "wrong_party"
    OTHER_ISSUER = "other_issuer"
    EXPIRED = "expired"
    LONG_AGO = "long_ago"
    FROM_THE_FUTURE = "from_the_future"
    NO_SUBJECT = "no_subject"
    WRONG_HASH = "wrong_hash"
    ALG_NONE = "alg_none"
    HMAC_WITH_PUBLIC_KEY = "hmac_with_public_key"
    STOLEN_KID = "stolen_kid"
    UNKNOWN_KID = "unknown_kid"
    BROKEN_SIGNATURE = "broken_signature"
    KEY_IN_HEADER = "key_in_header"
    NO_TOKEN = "no_token"
    FAILING = "failing"
    ENDLESS = "endless"
    SLOW = "slow"
    OTHER_DISCOVERY = "other_discovery"
    OPEN_LINE = "open_line"


_CLAIMS: dict[Mode, Callable[[dict[str, Any]], object]] = {
    Mode.WRONG_NONCE: lambda said: said.update(nonce="another"),
    Mode.NO_NONCE: lambda said: said.pop("nonce"),
    Mode.WRONG_AUDIENCE: lambda said: said.update(aud="another-client"),
    Mode.MANY_AUDIENCES: lambda said: said.update(aud=[said["aud"], "another-client"]),
    Mode.WRONG_PARTY: lambda said: said.update(azp="another-client"),
    Mode.OTHER_ISSUER: lambda said: said.update(iss="https://evil.example"),
    Mode.EXPIRED: lambda said: said.update(exp=said["iat"] - 120),
    Mode.LONG_AGO: lambda said: said.update(iat=said["iat"] - 3600),
    Mode.FROM_THE_FUTURE: lambda said: said.update(iat=said["iat"] + 600),
    Mode.NO_SUBJECT: lambda said: said.pop("sub"),
    Mode.WRONG_HASH: lambda said: said.update(at_hash=at_hash("another token")),
}


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def at_hash(access_token: str) -> str:
    return b64(hashlib.sha256(access_token.encode()).digest()[:16])


def _json(value: Mapping[str, Any]) -> str:
    return b64(json.dumps(value).encode())


class Keys:
    def __init__(self) -> None:
        self.rsa = rsa.generate_private_key(65537, 2048)
        self.ec = ec.generate_private_key(ec.SECP256R1())
        self.stranger = rsa.generate_private_key(65537, 2048)
        self.algorithm = "RS256"

    def jwks(self) -> dict[str, Any]:
        numbers, point = (
            self.rsa.public_key().public_numbers(),
            self.ec.public_key().public_numbers(),
        )
        return {
            "keys": [
                {
                    "kty": "RSA",
                    "use": "sig",
                    "alg": "RS256",
                    "kid": "rsa-1",
                    "n": b64(numbers.n.to_bytes(256)),
                    "e": b64(numbers.e.to_bytes(3)),
                },
                {
                    "kty": "EC",
                    "crv": "P-256",
                    "use": "sig",
                    "kid": "ec-1",
                    "x": b64(point.x.to_bytes(32)),
                    "y": b64(point.y.to_bytes(32)),
                },
                {"kty": "OKP", "crv": "Ed25519", "kid": "of-no-use", "x": b64(bytes(32))},
            ]
        }

    def id_token(self, claims: Mapping[str, Any], mode: Mode) -> str:
        said = dict(claims)
        if mode in _CLAIMS:
            _CLAIMS[mode](said)
        header = {"alg": self.algorithm, "typ": "JWT", "kid": "rsa-1"}
        if self.algorithm == "ES256":
            header["kid"] = "ec-1"
        match mode:
            case Mode.ALG_NONE:
                return f"{_json({'alg': 'none', 'typ': 'JWT'})}.{_json(said)}."
            case Mode.HMAC_WITH_PUBLIC_KEY:
                return self._hmac(said)
            case Mode.UNKNOWN_KID:
                header["kid"] = "rsa-2"
            case Mode.KEY_IN_HEADER:
                header["jku"] = "https://evil.example/keys"
        signed = f"{_json(header)}.{_json(said)}"
        signature = self._sign(signed.encode(), stranger=mode is Mode.STOLEN_KID)
        if mode is Mode.BROKEN_SIGNATURE:
            signature = bytes([signature[0] ^ 1]) + signature[1:]
        return f"{signed}.{b64(signature)}"

    def _sign(self, data: bytes, *, stranger: bool) -> bytes:
        if self.algorithm == "ES256" and not stranger:
            r, s = decode_dss_signature(self.ec.sign(data, ec.ECDSA(hashes.SHA256())))
            return r.to_bytes(32) + s.to_bytes(32)
        key = self.stranger if stranger else self.rsa
        return key.sign(data, padding.PKCS1v15(), hashes.SHA256())

    def _hmac(self, said: Mapping[str, Any]) -> str:
        """The old confusion: the public key taken for a secret."""
        secret = self.rsa.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        signed = f"{_json({'alg': 'HS256', 'typ': 'JWT', 'kid': 'rsa-1'})}.{_json(said)}"
        mac = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
        return f"{signed}.{b64(mac)}"
