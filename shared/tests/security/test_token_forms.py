"""One token, one form: what the one strict reader refuses of our own tokens and of a provider's alike, signed as they may be."""

import base64
import string
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from shared.security.tokens import (
    TokenRefused,
    load_jwks,
    load_private,
    new_private_pem,
    verify,
    verify_id_token,
)

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
KEY = load_private(new_private_pem())
CLAIMS = {"iss": "i", "aud": "a", "sub": "s", "jti": "j", "iat": AT, "exp": AT + 60}
ALPHABET = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"


def ours(typ: str) -> Callable[[str], dict[str, Any]]:
    keys = {KEY.kid: KEY.public}
    return lambda token: verify(token, keys, audience="a", issuer="i", typ=typ, now=NOW)


def a_providers(token: str) -> dict[str, Any]:
    keys = load_jwks({"keys": [KEY.public.jwk]})
    return verify_id_token(token, keys, audience="a", issuer="i", now=NOW)


READERS = [("at+jwt", ours("at+jwt")), ("internal+jwt", ours("internal+jwt")), ("JWT", a_providers)]
pytestmark = pytest.mark.parametrize(("typ", "read"), READERS, ids=[typ for typ, _ in READERS])
Read = Callable[[str], dict[str, Any]]


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(header: bytes, payload: bytes) -> str:
    whole = f"{b64(header)}.{b64(payload)}"
    return f"{whole}.{b64(KEY.key.sign(whole.encode()))}"


def header(typ: str) -> bytes:
    return orjson.dumps({"alg": "ES256", "kid": KEY.kid, "typ": typ})


def payload(ending: bytes = b"") -> bytes:
    """With an ending of our making instead of the last bracket."""
    return orjson.dumps(CLAIMS)[:-1] + ending + b"}"


def spare(part: str) -> str:
    """The same bytes with another last character: its spare bits, which a lenient reader drops."""
    others = (part[:-1] + last for last in ALPHABET if last != part[-1])
    whole = base64.urlsafe_b64decode(part + "==")
    return next(other for other in others if base64.urlsafe_b64decode(other + "==") == whole)


def test_a_token_signed_here_is_taken(typ: str, read: Read) -> None:
    assert read(signed(header(typ), payload()))["sub"] == "s"


@pytest.mark.parametrize("ending", ["\n", "=", "==", " ", ".", "\x00"], ids=repr)
def test_nothing_follows_it(typ: str, read: Read, ending: str) -> None:
    with pytest.raises(TokenRefused):
        read(signed(header(typ), payload()) + ending)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_its_bytes_have_one_form(typ: str, read: Read, place: int) -> None:
    """A second spelling of the same token would be a second entry wherever tokens are counted, remembered or revoked."""
    head, body = header(typ), payload()
    head += b" " * (1 if len(head) % 3 == 0 else 0)  # so that the last character has bits to spare
    body += b" " * (1 if len(body) % 3 == 0 else 0)
    parts = signed(head, body).split(".")
    parts[place] = spare(parts[place])
    if place < 2:  # signed as it stands, so that only its form is wrong
        parts[2] = b64(KEY.key.sign(".".join(parts[:2]).encode()))
    with pytest.raises(TokenRefused):
        read(".".join(parts))


@pytest.mark.parametrize("twice", [b',"sub":"s"', b',"sub":"t"', b',"x":{"y":1,"y":2}'], ids=repr)
def test_no_claim_is_said_twice(typ: str, read: Read, twice: bytes) -> None:
    with pytest.raises(TokenRefused):
        read(signed(header(typ), payload(twice)))


def test_no_member_of_the_header_is_said_twice(typ: str, read: Read) -> None:
    head = header(typ)[:-1] + b',"alg":"ES256"}'
    with pytest.raises(TokenRefused):
        read(signed(head, payload()))


@pytest.mark.parametrize(
    "ending",
    [b',"x":NaN', b',"x":-Infinity', b',"x":"\\ud800"', b',"x":"\xff"', b",", b"}"],
    ids=repr,
)
def test_it_is_json_to_the_letter(typ: str, read: Read, ending: bytes) -> None:
    with pytest.raises(TokenRefused):
        read(signed(header(typ), payload(ending)))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
def test_it_is_utf_8(typ: str, read: Read, encoding: str) -> None:
    with pytest.raises(TokenRefused):
        read(signed(header(typ), payload().decode().encode(encoding)))


def test_it_is_an_object(typ: str, read: Read) -> None:
    for whole in (b"[]", b"null", b'"s"', b"5"):
        with pytest.raises(TokenRefused):
            read(signed(header(typ), whole))


def test_its_size_has_a_bound(typ: str, read: Read) -> None:
    with pytest.raises(TokenRefused):
        read(signed(header(typ), payload(b',"x":"' + b"y" * 16_000 + b'"')))


@pytest.mark.parametrize("kind", ["at+jwt", "internal+jwt", "JWT", "id+jwt", "AT+JWT"])
def test_no_kind_is_taken_for_another(typ: str, read: Read, kind: str) -> None:
    if kind == typ:
        return
    with pytest.raises(TokenRefused):
        read(signed(header(kind), payload()))
