import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.auth.domain.sealing import Unreadable, derive_key, seal, unseal

KEY = derive_key("a key encryption key of the tests", "signing-key")


class TestSealing:
    @given(st.binary(max_size=300))
    def test_comes_back_as_it_went_in(self, secret: bytes) -> None:
        assert unseal(KEY, seal(KEY, secret, place="kid"), place="kid") == secret

    def test_opens_nowhere_else(self) -> None:
        sealed = seal(KEY, b"secret", place="kid-1")
        other = derive_key("a key encryption key of the tests", "totp-seed")
        for key, place, text in (
            (KEY, "kid-2", sealed),
            (other, "kid-1", sealed),
            (KEY, "kid-1", sealed[:-1] + bytes([sealed[-1] ^ 1])),
            (KEY, "kid-1", b""),
            (KEY, "kid-1", sealed[:11]),
        ):
            with pytest.raises(Unreadable):
                unseal(key, text, place=place)

    def test_the_same_secret_never_looks_the_same(self) -> None:
        assert seal(KEY, b"secret", place="kid") != seal(KEY, b"secret", place="kid")
