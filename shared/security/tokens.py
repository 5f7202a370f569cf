"""Signed tokens, the house's own and those of sign-in providers: one strict reader for all, and the only importer of python-jose.

The library is asked about signatures and nothing else, and its traps are closed around it: the header is read here before it sees a
token; one key is chosen by `kid` (it would try every key) and is for one algorithm by its own kind, so that no public key is ever
taken for an HMAC secret; what a token claims is judged here, wholly, against our own clock (it judges half of it, by its own).
"""

import base64
import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

import orjson
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jose import jws  # noqa: TID251 - this is the one module
from jose.backends import ECKey, RSAKey  # noqa: TID251
from jose.backends.cryptography_backend import (  # noqa: TID251
    CryptographyECKey,
    CryptographyRSAKey,
)

ALGORITHM: Final = "ES256"
"""Of every token the house makes."""
ID_TOKEN: Final = "JWT"  # noqa: S105 - a media type
_LIBRARY_KEYS: Final = {"ES256": ECKey, "RS256": RSAKey}
_MEMBERS: Final = {"EC": ("crv", "kty", "x", "y"), "RSA": ("e", "kty", "n")}
"""What makes a public key, by kind, in the order of RFC 7638, 3.2."""
_RSA_BITS: Final = range(2048, 8193)
_SPARE: Final = {0: None, 2: frozenset("AQgw"), 3: frozenset("AEIMQUYcgkosw048")}
"""The last characters whose spare bits are zero, by length modulo four: bytes have one base64url form and no other."""

if (ECKey, RSAKey) != (
    CryptographyECKey,
    CryptographyRSAKey,
):  # pragma: no cover - a broken installation
    raise ImportError(
        "python-jose must use its cryptography backend: install python-jose[cryptography]"
    )


class TokenRefused(Exception):
    """Not a token we accept; the reason is for the log, never for the client."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a token of one kind is like, whatever its signature says. Times are seconds."""

    typ: str
    algorithms: frozenset[str]
    most: int
    """Characters."""
    shape: re.Pattern[str]
    leeway: float
    longest: float = math.inf
    """From issue to end."""
    oldest: float = math.inf
    """Since issue."""
    is_ours: bool = True
    """Then it names its type, its key and itself, and is for one audience."""


def _ours(typ: str, longest: timedelta) -> Kind:
    shape = re.compile(r"[A-Za-z0-9_-]{2,1024}\.[A-Za-z0-9_-]{2,3072}\.[A-Za-z0-9_-]{86}")
    return Kind(typ, frozenset({ALGORITHM}), 4096, shape, 30, longest.total_seconds())


KINDS: Final = {
    kind.typ: kind
    for kind in (
        _ours("at+jwt", timedelta(minutes=30)),
        _ours("internal+jwt", timedelta(seconds=60)),
        Kind(
            ID_TOKEN,
            frozenset(_LIBRARY_KEYS),
            16_384,
            re.compile(r"[A-Za-z0-9_-]{2,1024}\.[A-Za-z0-9_-]{2,14000}\.[A-Za-z0-9_-]{86,1400}"),
            leeway=60,
            oldest=600,  # it comes straight from the provider; one that was issued earlier was kept by somebody
            is_ours=False,
        ),
    )
}


@dataclass(frozen=True, slots=True)
class PublicKey:
    kid: str
    """Its thumbprint, where whoever published it gave it no name."""
    jwk: dict[str, str]
    algorithm: str
    """The one it is for."""
    key: Any  # jose publishes no types


@dataclass(frozen=True, slots=True)
class PrivateKey:
    kid: str
    key: Any  # jose publishes no types
    public: PublicKey


def thumbprint(jwk: Mapping[str, str]) -> str:
    """RFC 7638."""
    members = {name: jwk[name] for name in _MEMBERS[jwk["kty"]]}
    digest = hashlib.sha256(orjson.dumps(members, option=orjson.OPT_SORT_KEYS)).digest()
    return _b64(digest).decode()


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
    """Raises ValueError for anything that is not a P-256 public key."""
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
    """A key of a JWKS document of the house; raises ValueError for anything but a P-256 signature key."""
    key = _load(jwk)
    if key.algorithm != ALGORITHM or not jwk.get("kid"):
        raise ValueError("for another algorithm than ours, or without a name")
    return key


def load_jwks(document: Mapping[str, Any]) -> list[PublicKey]:
    """The keys of somebody else's JWKS that are of use; others are passed over, because providers publish more than one kind."""
    found = []
    listed = document.get("keys")
    for jwk in listed if isinstance(listed, list) else ():
        try:
            found.append(_load(jwk))
        except (ValueError, TypeError, AttributeError):
            continue
    return found


def _load(jwk: Mapping[str, Any]) -> PublicKey:
    """Raises ValueError, TypeError or AttributeError for anything but a P-256 or RSA signature key."""
    if jwk.get("use", "sig") != "sig" or "verify" not in jwk.get("key_ops", ["verify"]):
        raise ValueError("not for signatures")
    kid = jwk.get("kid")
    if not isinstance(kid, str | None):
        raise ValueError("kid")  # noqa: TRY004 - one error for every bad key
    algorithm = {"EC": "ES256", "RSA": "RS256"}.get(jwk.get("kty", ""))
    if algorithm is None or jwk.get("alg", algorithm) != algorithm:
        raise ValueError("kind of key, or for another algorithm")
    try:
        members = {name: jwk[name] for name in _MEMBERS[jwk["kty"]]}
        key = _LIBRARY_KEYS[algorithm](members, algorithm)
    except Exception as error:  # whatever the library trips over
        raise ValueError("incomplete or broken key") from error
    return _public(key.prepared_key, kid)


def _public(key: Any, kid: str | None) -> PublicKey:
    """Raises ValueError for a curve or a size that we do not take; the library does not ask."""
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        algorithm = "ES256"
    elif isinstance(key, rsa.RSAPublicKey) and key.key_size in _RSA_BITS:
        algorithm = "RS256"  # too small is weak, too large takes long to check
    else:
        raise ValueError("not a P-256 key, nor an RSA key of a size we take")
    whole = _LIBRARY_KEYS[algorithm](key, algorithm)
    jwk: dict[str, str] = whole.to_dict()
    kid = kid or thumbprint(jwk)
    return PublicKey(kid, {**jwk, "kid": kid, "use": "sig"}, algorithm, whole)


def sign(claims: Mapping[str, Any], key: PrivateKey, *, typ: str) -> str:
    """The compact form (RFC 7515, 7.1) of a token of the house; the library's own encoder takes a third of a signature's time more."""
    signed = _header(key.kid, typ) + b"." + _b64(orjson.dumps(claims))
    return (signed + b"." + _b64(key.key.sign(signed))).decode()


@lru_cache(maxsize=64)
def _header(kid: str, typ: str) -> bytes:
    return _b64(orjson.dumps({"alg": ALGORITHM, "kid": kid, "typ": typ}))


def key_id(token: str, *, typ: str) -> str:
    """The `kid` that a well-shaped token of the house names, before anything is verified; raises TokenRefused."""
    kid = named_key(token, typ=typ)[1]
    if kid is None:
        raise TokenRefused("no kid")
    return kid


def named_key(token: str, *, typ: str = ID_TOKEN) -> tuple[str, str | None]:
    """Algorithm and `kid` of a well-shaped token's header, before anything is verified; raises TokenRefused."""
    kind = KINDS[typ]
    if len(token) > kind.most or not kind.shape.fullmatch(token):
        raise TokenRefused("not the shape of a token")
    for part in (parts := token.split(".")):
        spare = _SPARE.get(len(part) % 4, ())
        if spare is not None and part[-1] not in spare:
            raise TokenRefused("not the form of its bytes")
    return _read_header(parts[0], typ)


@lru_cache(maxsize=256)
def _read_header(part: str, typ: str) -> tuple[str, str | None]:
    kind, header = KINDS[typ], _json(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    names = frozenset(header)
    if not names <= {"alg", "typ", "kid"} or (kind.is_ours and len(names) < 3):  # noqa: PLR2004 - all of them
        raise TokenRefused("header has other members than alg, typ, kid")
    algorithm, kid, said = header.get("alg"), header.get("kid"), header.get("typ", typ)
    if algorithm not in kind.algorithms:
        raise TokenRefused("algorithm")
    if not isinstance(kid, str | None) or not isinstance(said, str):
        raise TokenRefused("typ or kid")
    if said != typ and (
        kind.is_ours or said.upper() != typ
    ):  # RFC 7519, 5.1: others may write it small
        raise TokenRefused("typ")
    return algorithm, kid


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
    key = keys.get(key_id(token, typ=typ))
    if key is None:
        raise TokenRefused("unknown key")
    claims = _signed_by(key, token)
    if claims.get("aud") != audience or claims.get("iss") != issuer:
        raise TokenRefused("wrong audience or issuer")
    _check_times(claims, KINDS[typ], now.timestamp())
    if not isinstance(claims.get("jti"), str):
        raise TokenRefused("no jti")
    return claims


def verify_id_token(
    token: str, keys: Sequence[PublicKey], *, audience: str, issuer: str, now: datetime
) -> dict[str, Any]:
    """The same of what a provider signed (OpenID Connect Core, 3.1.3.7); what binds it to a visit is for the caller to compare."""
    algorithm, kid = named_key(token)
    fitting = [one for one in keys if one.algorithm == algorithm and kid in {None, one.kid}]
    if len(fitting) != 1:
        raise TokenRefused("no key, or more than one, fits")
    claims = _signed_by(fitting[0], token)
    if claims.get("iss") != issuer:
        raise TokenRefused("issuer")
    named = claims["aud"] if isinstance(claims.get("aud"), list) else [claims.get("aud")]
    if audience not in named:
        raise TokenRefused("audience")
    if claims.get("azp", None if len(named) > 1 else audience) != audience:
        raise TokenRefused(
            "authorised party is another, or missing where there are several audiences"
        )
    _check_times(claims, KINDS[ID_TOKEN], now.timestamp())
    return claims


def _signed_by(key: PublicKey, token: str) -> dict[str, Any]:
    try:
        payload: bytes = jws.verify(token, key.key, algorithms=[key.algorithm])
    except Exception as error:  # RecursionError, OverflowError and TypeError leak from the library
        raise TokenRefused("signature") from error
    return _json(payload)


def _json(raw: bytes) -> dict[str, Any]:
    """An object that is JSON to the letter, with no name twice: two readers may not take it for two things. Raises TokenRefused."""
    try:
        found = orjson.loads(raw)
        json.loads(raw, object_pairs_hook=_once)
    except Exception as error:
        raise TokenRefused("not JSON, or a name twice") from error
    if not isinstance(found, dict):
        raise TokenRefused("not an object")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(found := dict(pairs)) != len(pairs):
        raise ValueError("a name twice")
    return found


def _check_times(claims: Mapping[str, Any], kind: Kind, at: float) -> None:
    ends, issued = _moment(claims, "exp"), _moment(claims, "iat")
    if ends <= at - kind.leeway:
        raise TokenRefused("expired")
    if issued > at + kind.leeway or issued < at - kind.oldest - kind.leeway:
        raise TokenRefused("issued in the future, or long ago")
    if "nbf" in claims and _moment(claims, "nbf") > at + kind.leeway:
        raise TokenRefused("not yet valid")
    if not 0 < ends - issued <= kind.longest:
        raise TokenRefused("another lifetime than such a token has")


def _moment(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TokenRefused(f"{name} is no time")
    return value


def _b64(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")
