import io
import zipfile
from collections.abc import Mapping

import pytest

from services.vehicles.domain.moving import intake
from services.vehicles.domain.moving.found import LARGEST_FILE, CannotTake
from services.vehicles.domain.moving.intake import take_in


def zipped(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def code_of(data: bytes) -> str:
    with pytest.raises(CannotTake) as refused:
        take_in("file", data)
    return refused.value.code


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        ("é;€\n".encode(), "é;€\n", "utf-8"),
        (b"\xef\xbb\xbf" + "é\n".encode(), "é\n", "utf-8"),
        ("é\n".encode("utf-16"), "é\n", "utf-16"),
        (b"\xfe\xff" + "é\n".encode("utf-16-be"), "é\n", "utf-16"),
        ("Währung €\n".encode("cp1252"), "Währung €\n", "windows-1252"),
        ("été é".encode()[:-1], "été ", "utf-8"),
        (b"caf\xe9", "café", "windows-1252"),
    ],
)
def test_what_a_text_is_written_in(data: bytes, text: str, encoding: str) -> None:
    (part,) = take_in("file", data)
    assert (part.text, part.encoding) == (text, encoding)


def test_by_choice() -> None:
    (part,) = take_in("file", "Цена".encode("cp1251"), encoding="windows-1251")
    assert part.text == "Цена"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (b"a" * (LARGEST_FILE + 1), "too_large"),
        (b"a\0b", "not_text"),
        (b"\x89PNG\r\n\x1a\n\0", "not_text"),
        (b"SQLite format 3\0", "not_text"),
        (b"%PDF-1.7\n\x00\x01", "not_text"),
        (b"\xff\xfeData,Odo\n1,2\n", "wrong_encoding"),
        (b"\xef\xbb\xbfcaf\xe9,\n", "wrong_encoding"),
        (b"\xff\xfe\x00\xd8a\x00", "wrong_encoding"),
        (b"h\n" + b"," * 10_000, "too_many_cells"),
        (b"h\n" + b"a" * 1_000_000, "cell_too_long"),
        (b"h\n" + b"a,b\n" * 200_001, "too_many_rows"),
        (b"[" * 100_000, "json_too_deep"),
        (b'{"a": 1', "json_broken"),
        (b'{"a": ' + b"[" * 50_000 + b"]" * 50_000 + b"}", "json_too_deep"),
        (b"[" + b"{}," * 200_001 + b"{}]", "too_many_rows"),
        (b'{"encrypted": true, "data": "AAAA"}', "password_required"),
        (b"PK\x03\x04 and then nothing", "zip_broken"),
        (b"PK\x05\x06" + b"\0" * 18, "empty"),
        (b"<!DOCTYPE html><html><body>log in, please</body></html>", "markup"),
    ],
)
def test_one_clear_error(data: bytes, code: str) -> None:
    assert code_of(data) == code


class TestZip:
    def test_its_text_files_are_taken(self) -> None:
        data = zipped(
            {
                "a/vehicle-1-sync.csv": b"a,b\n",
                "data.json": b"{}",
                "uploads/1.jpg": b"\xff\xd8\0",
                "__MACOSX/._a.csv": b"\0",
            }
        )
        assert [part.name for part in take_in("x", data)] == ["a/vehicle-1-sync.csv", "data.json"]

    @pytest.mark.parametrize(
        "name", ["../a.csv", "/a.csv", "a/../../b.csv", "C:\\a.csv", "..\\a.csv"]
    )
    def test_no_path_outside(self, name: str) -> None:
        assert code_of(zipped({name: b"a,b\n"})) == "zip_path"

    def test_no_more_than_twenty(self) -> None:
        assert code_of(zipped({f"{n}.csv": b"a,b\n" for n in range(21)})) == "zip_too_many"
        assert len(take_in("x", zipped({f"{n}.csv": b"a,b\n" for n in range(20)}))) == 20

    def test_pictures_are_not_counted(self) -> None:
        files = {f"uploads/{n}.jpg": b"x" for n in range(100)}
        assert len(take_in("x", zipped({"data.json": b"{}", **files}))) == 1

    def test_no_bomb(self) -> None:
        assert code_of(zipped({"a.csv": b"0" * 10_000_000})) == "zip_bomb"

    def test_a_bomb_that_lies_of_its_size_is_cut(self) -> None:
        """What the directory tells is all that is ever read."""
        data = bytearray(zipped({"a.csv": b"0" * 1_000_000}))
        for mark in (b"PK\x01\x02", b"PK\x03\x04"):
            at = data.index(mark) + (24 if mark == b"PK\x01\x02" else 22)
            data[at : at + 4] = (5000).to_bytes(4, "little")
        assert code_of(bytes(data)) == "zip_broken"

    def test_all_together_no_larger_than_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(intake, "LARGEST_FILE", 1000)
        noise = bytes(range(33, 127)) * 6
        assert code_of(zipped({"a.csv": noise, "b.csv": noise[::-1]})) == "too_large"

    def test_locked(self) -> None:
        data = bytearray(zipped({"a.csv": b"a,b\n"}))
        for mark, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
            data[data.index(mark) + at] |= 1
        assert code_of(bytes(data)) == "password_required"

    def test_a_workbook_is_named(self) -> None:
        files = {"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"}
        assert code_of(zipped(files)) == "workbook"

    def test_nothing_to_read(self) -> None:
        assert code_of(zipped({"a.xml": b"<x/>"})) == "zip_nothing_readable"

    def test_cut(self) -> None:
        data = zipped({"a.csv": b"a,b\n1,2\n"})
        for end in range(4, len(data)):
            assert code_of(data[:end]) in {"zip_broken", "empty"}
