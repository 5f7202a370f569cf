"""Files that somebody made to hurt, and files that something broke: never an exception other than a refusal."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.vehicles.domain.moving.found import Bad, CannotTake, FoundCar, FoundFill, Item
from services.vehicles.domain.moving.intake import take_in
from services.vehicles.domain.moving.readers import READERS, recognise

SAMPLES = Path(__file__).parents[1] / "samples"
FILES = sorted(SAMPLES.glob("*/own_*"))
ANSWERS = {
    "currency": "EUR", "quantity_unit": "l", "distance_unit": "km", "record_kind": "service", "decimal_mark": ".",
    "date_order": "dmy", "time_zone": "Europe/Paris",
}  # fmt: skip


def read(data: bytes, *, by_all: bool = False) -> list[Item] | str:
    """The items, or the code of the refusal. Every reader that recognises it, or those that are asked."""
    try:
        parts = take_in("file", data)
        items: list[Item] = []
        for reader in READERS if by_all else recognise(parts):
            if by_all and not reader.recognises(parts):
                continue
            settled = reader.settle(parts, ANSWERS)
            mapping = next((q.proposed for q in settled.questions if q.name == "mapping"), None)
            if mapping:
                settled = reader.settle(parts, {**ANSWERS, "mapping": mapping})
            if not settled.questions:
                items += reader.read(parts, settled)
    except CannotTake as refused:
        return refused.code
    return items


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_cut_at_each_byte(path: Path) -> None:
    data = path.read_bytes()
    whole = read(data)
    assert not isinstance(whole, str)
    for end in range(0, len(data), max(1, len(data) // 80)):
        found = read(data[:end])
        assert isinstance(found, str) or len(found) <= len(whole) + 1


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(FILES), st.data())
def test_changed_anywhere(path: Path, draw: st.DataObject) -> None:
    data = bytearray(path.read_bytes())
    for _ in range(draw.draw(st.integers(1, 4))):
        at = draw.draw(st.integers(0, len(data) - 1))
        put = draw.draw(
            st.sampled_from(
                [
                    b"",
                    b'"',
                    b",",
                    b";",
                    b"\n",
                    b"\r",
                    b"-",
                    b"NaN",
                    b"1e999999",
                    b"9" * 30,
                    b"null",
                    b"[]",
                    b"{}",
                    b"\\",
                    b"'",
                ]
            )
        )
        data[at : at + draw.draw(st.integers(0, 6))] = put
    assert read(bytes(data), by_all=True) is not None


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    assert read(data, by_all=True) is not None


class TestNumbersOfJson:
    @pytest.mark.parametrize(
        "number",
        ["NaN", "Infinity", "-Infinity", "1e999999", "1e-999999", "9" * 5000, "1" + "0" * 20],
    )
    def test_none_of_them_is_an_amount(self, number: str) -> None:
        data = (SAMPLES / "tracktor/own_backup.json").read_text().replace("67.38", number)
        items = read(data.encode())
        assert not isinstance(items, str)
        bad = [item for item in items if isinstance(item, Bad)]
        assert [(each.column, each.code) for each in bad] == [("cost", "number_unreadable")]
        assert len(bad[0].cell) <= 200

    def test_nested_beyond_reason(self) -> None:
        tree: object = []
        for _ in range(500):
            tree = [tree]
        data = json.loads((SAMPLES / "may/own_backup.json").read_text())
        data["vehicles"][0]["notes"] = tree
        items = read(json.dumps(data).encode())
        assert not isinstance(items, str)
        assert sum(isinstance(item, FoundFill) for item in items) == 2

    @pytest.mark.parametrize("value", [None, [], {}, "", "x", 0, True, [1], {"a": 1}, [None], [[]]])
    @pytest.mark.parametrize(
        "name", ["tracktor/own_backup.json", "may/own_backup.json", "mygarage/own_complete_v5.json"]
    )
    def test_anything_anywhere(self, name: str, value: object) -> None:
        for path in _paths(json.loads((SAMPLES / name).read_text())):
            tree = json.loads((SAMPLES / name).read_text())
            place = tree
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = value
            assert read(json.dumps(tree).encode(), by_all=True) is not None

    def test_halves_of_characters_and_nul(self) -> None:
        data = (
            (SAMPLES / "tracktor/own_backup.json")
            .read_text()
            .replace("canister", r"a\u0000b\ud800c")
        )
        items = read(data.encode())
        assert not isinstance(items, str)
        notes = [item.note for item in items if not isinstance(item, Bad) and item.note]
        assert "a�b�c" in notes


def _paths(tree: object, before: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    named = (
        tree.items()
        if isinstance(tree, dict)
        else enumerate(tree)
        if isinstance(tree, list)
        else ()
    )
    return [
        path for name, each in named for path in ((*before, name), *_paths(each, (*before, name)))
    ]


def test_formulas_are_text() -> None:
    data = (
        (SAMPLES / "lubelogger/own_gas_en_us.csv")
        .read_text()
        .replace("Highway trip", '"=HYPERLINK(""http://x"")"')
    )
    items = read(data.replace("Typed the wrong odometer", "'+1-800").encode())
    assert not isinstance(items, str)
    notes = {item.note for item in items if isinstance(item, FoundFill)}
    assert {'=HYPERLINK("http://x")', "+1-800"} <= notes


def test_a_dump_is_not_run() -> None:
    """What is no row of a known table is passed over, whatever it says."""
    dump = (SAMPLES / "clarkson/own_dump.sql").read_text()
    hostile = (
        dump  # noqa: S608 - nothing runs it
        + "DROP TABLE x; DELETE FROM `Fuel`; INSERT INTO `Fuel` SELECT * FROM `Users`;\n"
        "INSERT INTO `Fuel` VALUES (1,2,SLEEP(10),(SELECT password FROM Users));\n/*!50003 CREATE PROCEDURE p() BEGIN END */;"
    )
    items = read(hostile.encode())
    assert not isinstance(items, str)
    assert sum(isinstance(item, FoundFill) for item in items) == 2
    assert sum(isinstance(item, FoundCar) for item in items) == 1
    assert [item.code for item in items if isinstance(item, Bad)] == ["unknown_vehicle"]
