import pytest

from services.auth.domain.passwords import Argon2, Weakness, weakness
from services.auth.settings import Settings

LEA = ("lea.petit@tolerie-blin.example", "Léa", "Petit")


class TestWeakness:
    @pytest.mark.parametrize(
        ("password", "found"),
        [
            ("", Weakness.TOO_SHORT),
            ("1234567", Weakness.TOO_SHORT),
            ("é" * 257, Weakness.TOO_LONG),
            ("password", Weakness.COMMON),
            ("LeaPetit", Weakness.ABOUT_YOU),
            ("lea.petit99", Weakness.ABOUT_YOU),
            ("P3tit-1984", Weakness.ABOUT_YOU),
            ("tolerie-blin", Weakness.ABOUT_YOU),
            ("AutoTrack2026!", Weakness.ABOUT_YOU),
            ("petit vélo du matin", None),
            ("velo-lampe-42-nuages", None),
            ("é" * 256, None),
        ],
    )
    def test_is_found_or_not(self, password: str, found: Weakness | None) -> None:
        assert weakness(password, about=LEA) is found

    def test_a_person_of_whom_nothing_is_known(self) -> None:
        assert weakness("velo-lampe", about=("", "@", " ")) is None


class TestArgon2:
    def test_the_same_keystrokes_verify_in_either_unicode_form(self) -> None:
        argon2 = Argon2(memory_kib=64, passes=1)
        stored = argon2.hash("caf\u00e9 ferm\u00e9")
        assert argon2.verify(stored, "cafe\u0301 ferme\u0301")
        assert not argon2.verify(stored, "cafe ferme")
        assert not argon2.verify(stored, "caf\u00e9 ferm\u00e9 ")

    def test_nobody_has_any_password(self) -> None:
        argon2 = Argon2(memory_kib=64, passes=1)
        assert not argon2.verify(None, "nobody has this password")
        assert not argon2.verify("not a hash", "whatever it is")

    def test_the_defaults_are_what_owasp_asks(self) -> None:
        fields = Settings.model_fields
        argon2 = Argon2(
            memory_kib=fields["argon2_memory_kib"].default, passes=fields["argon2_passes"].default
        )
        stored = argon2.hash("velo-lampe-42")
        assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        assert not argon2.is_outdated(stored)
        assert Argon2(memory_kib=19456, passes=3).is_outdated(stored)
