import hashlib

import pytest

from shared.observe.logging import redact_text
from shared.security.api_keys import fingerprint, is_api_key, new_api_key


def test_keys_are_recognisable_and_no_two_are_alike() -> None:
    keys = {new_api_key() for _ in range(1000)}
    assert len(keys) == 1000
    assert {(len(key), key[:4], key.isascii(), is_api_key(key)) for key in keys} == {
        (53, "atk_", True, True)
    }


def test_every_letter_counts() -> None:
    key = new_api_key()
    for place in range(4, len(key)):
        other = "0" if key[place] != "0" else "1"
        assert not is_api_key(key[:place] + other + key[place + 1 :]), place


@pytest.mark.parametrize("text", ["", "atk_", "atk_" + "0" * 48, "atk_" + "0" * 50, "x" * 53])
def test_anything_else_is_no_key(text: str) -> None:
    assert not is_api_key(text)
    assert not is_api_key(new_api_key() + "\n")
    assert not is_api_key(" " + new_api_key())


def test_the_fingerprint_is_sha_256() -> None:
    key = new_api_key()
    assert fingerprint(key) == hashlib.sha256(key.encode()).hexdigest()


def test_a_key_never_reaches_a_log() -> None:
    key = new_api_key()
    assert redact_text(f"curl -H 'Authorization: Bearer {key}' failed") == (
        "curl -H 'Authorization: Bearer ***' failed"
    )
