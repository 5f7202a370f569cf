"""What is let through can be written, sent on and kept."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.storable import DEEPEST, flaw_in, plain

ANY_TEXT = st.text(st.characters(exclude_categories=()))
ANY_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(ANY_TEXT, inner),
)


class TestFlawIn:
    @given(ANY_JSON)
    def test_what_has_none_is_written_and_read_again(self, value: Any) -> None:
        if flaw_in(value) is None:
            written = orjson.dumps(value)
            assert b"\\u0000" not in written.replace(b"\\\\", b"")
            assert flaw_in(orjson.loads(written)) is None

    @pytest.mark.parametrize(
        ("value", "where"),
        [
            ({"a": [1, {"b": "\ud800"}]}, ("a", 1, "b")),
            ({"a": {"\x00": 1}}, ("a",)),
            ([2**63], (0,)),
            ({"a": float("nan")}, ("a",)),
            ("\x00", ()),
        ],
    )
    def test_it_is_shown_where(self, value: Any, where: tuple[Any, ...]) -> None:
        flaw = flaw_in(value)
        assert flaw is not None
        assert flaw.where == where

    def test_nesting_has_an_end(self) -> None:
        value: Any = 1
        for _ in range(DEEPEST):
            value = [value]
        assert flaw_in(value) is None
        assert flaw_in([value]) is not None

    @given(ANY_TEXT)
    def test_a_note_about_it_can_be_kept(self, text: str) -> None:
        assert flaw_in(plain(text)) is None
