"""Cursors: what they carry and what they refuse. Lists themselves are tried on the services' own."""

import contextlib
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, DateTime, Integer, Numeric, Text, Uuid

from shared.http.cursors import CursorInvalid, Place, place_of
from shared.ids import new_id
from shared.storable import flaw_in
from shared.testing.hostile import FORGED, forged
from shared.tests.test_storable import ANY_JSON

COLUMNS: dict[str, Any] = {
    "at": Column("at", DateTime(timezone=True)),
    "name": Column("name", Text),
    "count": Column("count", Integer),
    "price": Column("price", Numeric),
    "id": Column("id", Uuid),
}

ORDERINGS = st.sampled_from([sign + name for name in COLUMNS for sign in ("", "-")])


class TestPlace:
    @pytest.mark.parametrize(
        ("ordering", "value"),
        [
            ("-at", datetime(2026, 11, 22, 9, 30, 1, 123456, tzinfo=UTC)),
            ("name", "Citroën ☂ ' \" %"),
            ("count", 0),
            ("-count", None),
            ("price", Decimal("9.99")),
            ("id", new_id()),
        ],
    )
    @pytest.mark.parametrize("is_before", [False, True])
    def test_what_goes_out_comes_back(self, ordering: str, value: Any, *, is_before: bool) -> None:
        place = Place(ordering, value, new_id(), is_before)
        assert place_of(place.text(), COLUMNS) == place

    def test_every_mangled_copy_is_refused(self) -> None:
        text = Place("count", 7, new_id()).text()
        for position in range(len(text)):
            other = "A" if text[position] != "A" else "B"
            with pytest.raises(CursorInvalid):
                place_of(text[:position] + other + text[position + 1 :], COLUMNS)

    @pytest.mark.parametrize("text", ["a", "é", "AAAA", "x" * 599, "eyJ9", "=", "A" * 30])
    def test_nonsense_is_refused(self, text: str) -> None:
        with pytest.raises(CursorInvalid):
            place_of(text, COLUMNS)

    @pytest.mark.parametrize(
        ("ordering", "value"),
        [("secret", "x"), ("count", "7"), ("count", True), ("at", "yesterday"), ("name", 5)],
    )
    def test_another_lists_cursor_is_refused(self, ordering: str, value: Any) -> None:
        with pytest.raises(CursorInvalid):
            place_of(Place(ordering, value, new_id()).text(), COLUMNS)

    @given(st.lists(ANY_JSON, max_size=5) | ANY_JSON)
    def test_whatever_is_forged_fits_its_column_or_is_refused(self, parts: Any) -> None:
        with contextlib.suppress(CursorInvalid):
            place = place_of(forged(parts), COLUMNS)
            assert flaw_in(place.value) is None

    @given(ORDERINGS, ANY_JSON | st.sampled_from(FORGED))
    def test_a_forged_value_fits_its_column_or_is_refused(self, ordering: str, value: Any) -> None:
        with contextlib.suppress(CursorInvalid):
            found = place_of(forged(["a", ordering, value, str(new_id())]), COLUMNS).value
            kind = COLUMNS[ordering.removeprefix("-")].type.python_type
            assert found is None or type(found) is kind
