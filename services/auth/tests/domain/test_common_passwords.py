import socket
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pytest_socket import SocketBlockedError
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from services.auth.domain.common_passwords import (
    _WORDS,
    _is_dressed_word,
    _is_nearly_stitched,
    is_common,
)
from services.auth.domain.passwords import MIN_LENGTH, weakness

NEVER_ACCEPTED = """
12345678 123456789 1234567890 87654321 00000000 11111111 11223344 12341234 123123123 1q2w3e4r 1qaz2wsx 1q2w3e4r5t zaq12wsx
password password1 password123 passw0rd Passw0rd! P@ssw0rd p4ssword PASSWORD password! password2024 passwordpassword
qwertyuiop qwerty123 Qwerty12345 azertyuiop azerty123 asdfghjkl qsdfghjklm zxcvbnm1 qwer1234 1234qwer asdf1234 qazwsxedc q1w2e3r4
iloveyou iloveyou1 ILoveYou! jetaime1 tequiero teamo123 motdepasse contraseña Contrasena1 bonjour123 soleil123 loulou123 doudou2019
sunshine sunshine1 Sunshine99! football baseball superman batman123 starwars pokemon1 princess1 princesa1 chocolat chocolate1
michael1 jennifer isabelle Nicolas75 alejandro Fernando1 Dominique mercedes corvette mustang1 ferrari1 peugeot206 Renault1
letmein1 welcome1 Welcome123 trustno1 administrator admin123 changeme Changeme1! secret123 monkey12 dragon123 shadow12
24121984 19841224 24/12/1984 12-31-1999 19901991 aaaaaaaa abcabcabc abcd1234 abc12345 a1234567 drowssap 0123456789
fuckyou1 asshole1 blackcat bluedragon hellokitty realmadrid barcelona1 marseille13 olympique liverpool1 juventus
""".split()  # noqa: SIM905 - a table for people

GOOD = [
    "correct horse battery staple",
    "velo-lampe-42-nuages",
    "k7#pQ2vZ",
    "trois pommes bleues",
    "mi perro come 3 tortas",
    "é" * 64,
    "日本語のながいパスワード",
    "xkq wvzr pplm",
    "Rivière#Chaude92!",
    "83yt-rook-lava",
]


class TestIsCommon:
    @pytest.mark.parametrize("password", NEVER_ACCEPTED)
    def test_what_guessers_try_first(self, password: str) -> None:
        assert is_common(password)

    def test_none_of_the_thirty_thousand_commonest(self) -> None:
        commonest = FREQUENCY_LISTS["passwords"]
        assert len(commonest) == 30_000
        assert [password for password in commonest if not is_common(password)] == []

    @pytest.mark.usefixtures("socket_disabled")
    def test_the_first_three_thousand_are_refused_with_the_network_cut(self) -> None:
        first = FREQUENCY_LISTS["passwords"][:3000]
        with pytest.warns(UserWarning, match="socket"), pytest.raises(SocketBlockedError):
            socket.create_connection(("127.0.0.1", 9), timeout=1)
        accepted = [one for one in first if weakness(one, about=()) is None]
        assert (len(first), accepted) == (3000, [])
        dressed = [f"{one.capitalize()}1!" for one in first if len(one) >= 5]
        known = sum(weakness(one, about=()) is not None for one in dressed)
        assert known / len(dressed) > 0.6, "and most of what people make of them"

    def test_our_own_rules_know_most_of_the_first_three_thousand(self) -> None:
        first = [one for one in FREQUENCY_LISTS["passwords"][:3000] if len(one) >= 8]
        known = sum(_is_dressed_word(one) or _is_nearly_stitched(one) for one in first)
        assert known / len(first) > 0.75

    @pytest.mark.parametrize("password", GOOD)
    def test_what_they_would_not(self, password: str) -> None:
        assert not is_common(password)

    @given(
        st.dates(date(1930, 1, 1), date(2030, 1, 1)),
        st.sampled_from(["%d%m%Y", "%Y%m%d", "%d/%m/%Y"]),
    )
    def test_every_date(self, day: date, form: str) -> None:
        assert is_common(day.strftime(form))

    @example("c3po", 1984)
    @example("r2d2", 1984)
    @given(st.sampled_from(sorted(_WORDS)), st.integers(0, 9999))
    def test_every_base_word_with_a_number(self, word: str, number: int) -> None:
        password = f"{word.capitalize()}{number}"
        assert len(password) < MIN_LENGTH or is_common(password)

    def test_the_words_stand_for_more_than_a_hundred_thousand_passwords(self) -> None:
        long_enough = sum(len(word) >= 8 for word in _WORDS)
        assert long_enough + len(_WORDS) * 10_000 > 100_000
        assert len(_WORDS) > 5_000

    @given(st.text(max_size=300))
    def test_any_text_is_judged_and_a_long_one_by_its_length(self, text: str) -> None:
        assert not is_common(text) or not is_common(text + "-a passphrase of many words" * 3)

    def test_the_worst_text_is_judged_quickly(self) -> None:
        assert not is_common("abcdefgh" * 40)
        is_common("abcd1234" * 2 + "qwerty!")

    def test_a_word_of_its_own_is_not_hidden_by_a_date(self) -> None:
        assert is_common((date(2026, 1, 1) + timedelta(days=1)).isoformat())
