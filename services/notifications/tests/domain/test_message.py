import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain.message import greeting, hide_address, one_line


@given(st.text(), st.integers(1, 200))
def test_one_line_is_one_line_of_at_most_that_length(words: str, length: int) -> None:
    line = one_line(words, at_most=length)
    assert len(line) <= length
    assert not any(unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp"} for c in line)
    assert line == line.strip()


def test_what_turns_text_around_is_gone() -> None:
    assert one_line("facture\u202efdp.exe") == "facture fdp.exe"


@pytest.mark.parametrize("name", ["Chloé", "Jean-Marc", "O'Neill", "María José", "Nguyễn"])
def test_names_are_greeted(name: str) -> None:
    assert greeting(name) == name


@pytest.mark.parametrize(
    "name",
    ["http://evil.example", "write to a@b.example", "www.evil.example", "Gift: claim", "<b>"],
)
def test_advertisements_are_not(name: str) -> None:
    assert not greeting(name)


def test_an_address_is_only_hinted_at() -> None:
    assert hide_address("chloe@example.org") == "c•••@example.org"
