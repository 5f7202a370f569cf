"""What a provider signs about a person: verified with the strictness of our own tokens, and its own care for RSA.

With `cryptography` alone: python-jose stays in the one module that closes its traps. The header is parsed by us and holds nothing
but alg, kid and typ; a key is for one algorithm by its own kind, so no public key is ever taken for an HMAC secret.
"""

import base64
import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from shared.security.secrets import same

ALGORITHMS: Final = ("RS256", "ES256")
MAX_BYTES: Final = 16_384
LEEWAY: Final = timedelta(seconds=60)
OLDEST: Final = timedelta(minutes=10)
"""An id_token comes straight from the provider; one that was issued earlier was kept by somebody."""
RSA_BITS: Final = range(2048, 8193)
_SHAPE: Final = re.compile(
    r"^[A-Za-z0-9_-]{2,1024}\.[A-Za-z0-9_-]{2,14000}\.[A-Za-z0-9_-]{86,1400}$"
)
_HEADER: Final = frozenset({"alg", "kid", "typ"})
_COORDINATE: Final = 32


class IdTokenRefused(Exception):
    """Not a token we believe; the reason is for the log, never for the client."""


@dataclass(frozen=True, slots=True)
class ProviderKey:
    kid: str | None
    algorithm: str
    key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey


@dataclass(frozen=True, slots=True)
class Expected:
    """What the token must say, and the access token that came with it, if one did."""

    issuer: str
    client_id: str
    nonce: str
    now: datetime
    access_token: str | None = None


def provider_keys(document: Mapping[str, Any]) -> list[ProviderKey]:
    """The keys of a JWKS we can use; others are passed over, because providers publish more than one kind."""
    found = []
    listed = document.get("keys")
    for jwk in listed if isinstance(listed, list) else ():
        try:
            found.append(_load(jwk))
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
    return found


def _load(jwk: Mapping[str, Any]) -> ProviderKey:
    """Raises ValueError, KeyError or TypeError for anything but a P-256 or RSA signature key."""
    if jwk.get("use", "sig") != "sig" or "verify" not in jwk.get("key_ops", ["verify"]):
        raise ValueError("not for signatures")
    kid = jwk.get("kid")
    if kid is not None and not isinstance(kid, str):
        raise ValueError("kid")
    key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey
    if jwk["kty"] == "EC" and jwk["crv"] == "P-256":
        algorithm = "ES256"
        key = ec.EllipticCurvePublicNumbers(
            _number(jwk["x"]), _number(jwk["y"]), ec.SECP256R1()
        ).public_key()
    elif jwk["kty"] == "RSA":
        algorithm = "RS256"
        key = rsa.RSAPublicNumbers(_number(jwk["e"]), _number(jwk["n"])).public_key()
        if key.key_size not in RSA_BITS:
            raise ValueError("too small, or too large to be checked quickly")
    else:
        raise ValueError("kind of key")
    if jwk.get("alg", algorithm) != algorithm:
        raise ValueError("for another algorithm")
    return ProviderKey(kid, algorithm, key)


def key_id(token: str) -> str | None:
    """The `kid` the token names, before anything is verified. Raises IdTokenRefused."""
    return _header(token)[1]


def verify_id_token(token: str, keys: Sequence[ProviderKey], expected: Expected) -> dict[str, Any]:
    """The claims. Raises IdTokenRefused."""
    algorithm, kid = _header(token)
    fitting = [
        key for key in keys if key.algorithm == algorithm and (kid is None or key.kid == kid)
    ]
    if len(fitting) != 1:
        raise IdTokenRefused("no key, or more than one, fits")
    signed, _, signature = token.rpartition(".")
    _check_signature(fitting[0], signed.encode(), _unb64(signature))
    claims = _json(signed.partition(".")[2])
    _check_claims(claims, expected)
    return claims


def _header(token: str) -> tuple[str, str | None]:
    if len(token) > MAX_BYTES or not _SHAPE.match(token):
        raise IdTokenRefused("not the shape of a token")
    header = _json(token.partition(".")[0])
    if not header.keys() <= _HEADER:
        raise IdTokenRefused("header has other members than alg, kid, typ")
    algorithm, kid = header.get("alg"), header.get("kid")
    if algorithm not in ALGORITHMS:
        raise IdTokenRefused("algorithm")
    if str(header.get("typ", "JWT")).upper() != "JWT" or not isinstance(kid, str | None):
        raise IdTokenRefused("typ or kid")
    return str(algorithm), kid


def _check_signature(key: ProviderKey, signed: bytes, signature: bytes) -> None:
    try:
        if isinstance(key.key, rsa.RSAPublicKey):
            key.key.verify(signature, signed, padding.PKCS1v15(), SHA256())
            return
        if len(signature) != 2 * _COORDINATE:
            raise IdTokenRefused("signature length")
        r, s = signature[:_COORDINATE], signature[_COORDINATE:]
        der = encode_dss_signature(int.from_bytes(r), int.from_bytes(s))
        key.key.verify(der, signed, ec.ECDSA(SHA256()))
    except InvalidSignature as error:
        raise IdTokenRefused("signature") from error


def _check_claims(claims: Mapping[str, Any], expected: Expected) -> None:
    if claims.get("iss") != expected.issuer:
        raise IdTokenRefused("issuer")
    _check_audience(claims, expected.client_id)
    now, leeway = expected.now.timestamp(), LEEWAY.total_seconds()
    if _moment(claims, "exp") <= now - leeway:
        raise IdTokenRefused("expired")
    issued = _moment(claims, "iat")
    if issued > now + leeway or issued < now - OLDEST.total_seconds() - leeway:
        raise IdTokenRefused("issued in the future, or long ago")
    if "nbf" in claims and _moment(claims, "nbf") > now + leeway:
        raise IdTokenRefused("not yet valid")
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not same(nonce, expected.nonce):
        raise IdTokenRefused("nonce")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:  # noqa: PLR2004 - OpenID Connect Core, 2
        raise IdTokenRefused("subject")
    if "at_hash" in claims and not _is_hash_of(claims["at_hash"], expected.access_token):
        raise IdTokenRefused("access token hash")


def _check_audience(claims: Mapping[str, Any], client_id: str) -> None:
    """For us and, where it is for others too, made for us."""
    audience = claims.get("aud")
    named = audience if isinstance(audience, list) else [audience]
    if client_id not in named:
        raise IdTokenRefused("audience")
    if len(named) > 1 and claims.get("azp") != client_id:
        raise IdTokenRefused("several audiences, authorised party missing")
    if claims.get("azp", client_id) != client_id:
        raise IdTokenRefused("authorised party")


def _is_hash_of(said: Any, access_token: str | None) -> bool:
    """The left half of SHA-256, for both algorithms."""
    if access_token is None or not isinstance(said, str):
        return False
    half = hashlib.sha256(access_token.encode()).digest()[:16]
    return same(said, base64.urlsafe_b64encode(half).rstrip(b"=").decode())


def _moment(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise IdTokenRefused(f"{name} is no time")
    return float(value)


def _json(part: str) -> dict[str, Any]:
    try:
        found = orjson.loads(_unb64(part))
    except Exception as error:
        raise IdTokenRefused("not JSON") from error
    if not isinstance(found, dict):
        raise IdTokenRefused("not an object")
    return found


def _number(text: str) -> int:
    return int.from_bytes(_unb64(text))


def _unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
