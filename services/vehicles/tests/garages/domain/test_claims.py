import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.vehicles.domain.garages.claims import CODE_LENGTH, CODE_LETTERS, as_read, as_written

codes = st.text(CODE_LETTERS, min_size=CODE_LENGTH, max_size=CODE_LENGTH)


@given(codes)
def test_however_it_is_typed_it_is_the_code(code: str) -> None:
    assert as_read(as_written(code)) == code
    assert as_read(as_written(code).lower().replace("-", " ")) == code


@pytest.mark.parametrize("typed", ["7k3m-9tqx-02fo", "7K3M9TQX02F0", " 7K3M 9TQX O2FO "])
def test_letters_that_look_like_figures_are_them(typed: str) -> None:
    assert as_read(typed) == "7K3M9TQX02F0"


def test_in_groups_of_four() -> None:
    assert as_written("7K3M9TQX02F0") == "7K3M-9TQX-02F0"
