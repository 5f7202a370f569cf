"""Signed tokens: ES256 and nothing else. The only importer of python-jose, whose traps are closed here one by one.

The header is parsed by us before the library sees the token, the key is chosen by `kid` (the library would try every key), the
algorithm list has one element, and whatever the library raises is one refusal.
"""

import base64
import hashlib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

import orjson
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jose import jwt  # noqa: TID251 - this is the one module
from jose.backends import ECKey  # noqa: TID251
from jose.backends.cryptography_backend import CryptographyECKey  # noqa: TID251

ALGORITHM: Final = "ES256"
MAX_BYTES: Final = 4096
LEEWAY: Final = timedelta(seconds=30)
SHAPE: Final = re.compile(r"^[A-Za-z0-9_-]{2,1024}\.[A-Za-z0-9_-]{2,3072}\.[A-Za-z0-9_-]{86}$")
HEADER: Final = frozenset({"alg", "typ", "kid"})
LONGEST: Final = {"at+jwt": timedelta(minutes=30), "internal+jwt": timedelta(seconds=60)}
"""From issue to end, by kind; whatever its signature, a token that lives longer is not one the house makes."""

if ECKey is not CryptographyECKey:  # pragma: no cover - a broken installation
    raise ImportError(
        "python-jose must use its cryptography backend: install python-jose[cryptography]"
    )


class TokenRefused(Exception):
    """Not a token we accept; the reason is for the log, never for the client."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    kid: str
    jwk: dict[str, str]
    key: Any  # jose publishes no types


@dataclass(frozen=True, slots=True)
class PrivateKey:
    kid: str
    key: Any  # jose publishes no types
    public: PublicKey


def _b64(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode()


def thumbprint(jwk: Mapping[str, str]) -> str:
    """RFC 7638."""
    members = {name: jwk[name] for name in ("crv", "kty", "x", "y")}
    digest = hashlib.sha256(orjson.dumps(members, option=orjson.OPT_SORT_KEYS)).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _public(key: ec.EllipticCurvePublicKey, kid: str | None = None) -> PublicKey:
    numbers = key.public_numbers()
    if not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("not a P-256 key")  # noqa: TRY004 - one error for every bad key
    jwk = {"kty": "EC", "crv": "P-256", "x": _b64(numbers.x), "y": _b64(numbers.y)}
    kid = kid or thumbprint(jwk)
    jwk |= {"kid": kid, "alg": ALGORITHM, "use": "sig"}
    pem = key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return PublicKey(kid, jwk, ECKey(pem.decode(), ALGORITHM))


def new_private_pem() -> str:
    """A fresh P-256 key."""
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def load_private(pem: str, kid: str | None = None) -> PrivateKey:
    """Raises ValueError for anything that is not a P-256 private key."""
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError("not an elliptic-curve key")  # noqa: TRY004 - one error for every bad key
    public = _public(key.public_key(), kid)
    return PrivateKey(public.kid, ECKey(pem, ALGORITHM), public)


def load_public(pem: str, kid: str | None = None) -> PublicKey:
    key = serialization.load_pem_public_key(pem.encode())
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise ValueError("not an elliptic-curve key")  # noqa: TRY004 - one error for every bad key
    return _public(key, kid)


def public_pem(private_pem: str) -> str:
    key = serialization.load_pem_private_key(private_pem.encode(), password=None)
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


def load_jwk(jwk: Mapping[str, Any]) -> PublicKey:
    """A key of a JWKS document; raises ValueError for anything but a P-256 signature key."""
    try:
        if jwk["kty"] != "EC" or jwk["crv"] != "P-256" or jwk.get("use", "sig") != "sig":
            raise ValueError("not a P-256 signature key")
        x, y = (int.from_bytes(_unb64(str(jwk[name])), "big") for name in ("x", "y"))
        return _public(
            ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key(), str(jwk["kid"])
        )
    except KeyError as error:
        raise ValueError("incomplete key") from error


def _unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def sign(claims: Mapping[str, Any], key: PrivateKey, *, typ: str) -> str:
    """The compact form (RFC 7515, 7.1), with the library's key: its own encoder takes as long as the signature."""
    signed = _header(key.kid, typ) + b"." + _unpadded(orjson.dumps(claims))
    return (signed + b"." + _unpadded(key.key.sign(signed))).decode()


@lru_cache(maxsize=64)
def _header(kid: str, typ: str) -> bytes:
    return _unpadded(orjson.dumps({"alg": ALGORITHM, "kid": kid, "typ": typ}))


def _unpadded(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


@lru_cache(maxsize=256)
def _kid_of(header_part: str, typ: str) -> str:
    try:
        header = orjson.loads(_unb64(header_part))
    except Exception as error:
        raise TokenRefused("header is not JSON") from error
    if not isinstance(header, dict) or frozenset(header) != HEADER:
        raise TokenRefused("header has other members than alg, typ, kid")
    if header["alg"] != ALGORITHM or header["typ"] != typ or not isinstance(header["kid"], str):
        raise TokenRefused("wrong alg, typ or kid")
    return str(header["kid"])


def key_id(token: str, *, typ: str) -> str:
    """The `kid` a well-shaped token names, before anything is verified; raises TokenRefused."""
    if len(token) > MAX_BYTES or not SHAPE.match(token):
        raise TokenRefused("not the shape of a token")
    return _kid_of(token.partition(".")[0], typ)


def verify(
    token: str,
    keys: Mapping[str, PublicKey],
    *,
    audience: str,
    issuer: str,
    typ: str,
    now: datetime,
) -> dict[str, Any]:
    """The claims of a token that is whole, ours, for this audience and alive at `now`; raises TokenRefused."""
    kid = key_id(token, typ=typ)
    if (key := keys.get(kid)) is None:
        raise TokenRefused("unknown key")
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key.key,
            algorithms=[ALGORITHM],
            audience=audience,
            issuer=issuer,
            options={
                "verify_exp": False,  # _check does, against our own clock; require_exp would switch it back on
                "verify_nbf": False,
                "verify_iat": False,
                "require_aud": True,
                "require_iss": True,
                "require_jti": True,
            },
        )
    except Exception as error:  # RecursionError, OverflowError and TypeError leak from the library
        raise TokenRefused("signature or claims") from error
    _check_times(claims, typ=typ, now=now)
    if claims.get("aud") != audience or claims.get("iss") != issuer:
        raise TokenRefused("wrong audience or issuer")
    if not isinstance(claims.get("jti"), str):
        raise TokenRefused("no jti")
    return claims


def _check_times(claims: dict[str, Any], *, typ: str, now: datetime) -> None:
    at, leeway = now.timestamp(), LEEWAY.total_seconds()
    for name in ("exp", "iat", "nbf"):
        if name == "nbf" and name not in claims:
            continue
        value = claims.get(name)
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not math.isfinite(value)
        ):
            raise TokenRefused(f"{name} is no time")
    if claims["exp"] <= at - leeway:
        raise TokenRefused("expired")
    if claims["iat"] > at + leeway:
        raise TokenRefused("issued in the future")
    if claims.get("nbf", at) > at + leeway:
        raise TokenRefused("not good yet")
    longest = LONGEST.get(typ)
    if longest is None or not 0 < claims["exp"] - claims["iat"] <= longest.total_seconds():
        raise TokenRefused("another lifetime than ours")
