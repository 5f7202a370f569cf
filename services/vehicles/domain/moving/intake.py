"""What comes in becomes text, or is refused with one clear code: nothing is taken that could not be read in bounded time and room."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Final

from services.vehicles.domain.moving.cells import rows_of, separator_of
from services.vehicles.domain.moving.found import LARGEST_FILE, MOST_ROWS, CannotTake, Part
from services.vehicles.domain.moving.statements import looks_like_sql
from services.vehicles.domain.moving.trees import check_tree, looks_like_tree

MOST_ENTRIES: Final = 20
MOST_PICTURES: Final = 2000
MOST_RATIO: Final = 100
ENCRYPTED: Final = 0x1
READABLE: Final = frozenset({".csv", ".json", ".sql", ".txt", ".tsv", ""})
NOT_READ: Final = frozenset(
    {".jpg", ".jpeg", ".png", ".gif", ".webp", ".heic", ".pdf", ".bmp", ".svg"}
)
"""Receipts and photos beside the records: not opened here, so they do not count as entries."""
ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
WORKBOOK: Final = "[Content_Types].xml"
UTF_8, UTF_16_LE, UTF_16_BE = b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"
BY_CHOICE: Final = ("windows-1252", "windows-1250", "windows-1251")
CUT: Final = "unexpected end of data"
LOOKED_AT: Final = 4096
MARKUP: Final = re.compile(r"\s*<[?!a-zA-Z]")
"""Of XML, and of the page that says to log in where a download was wanted."""
CONTROLS: Final = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def take_in(name: str, data: bytes, *, encoding: str | None = None) -> Sequence[Part]:
    """The text files in it: itself, or those of a zip.

    `encoding`: one of BY_CHOICE, which a person chose; else UTF-8, UTF-16 by its mark, and Windows-1252 for what is neither.
    Raises CannotTake: empty, too_large, not_text, workbook, wrong_encoding, too_many_rows, too_many_cells, cell_too_long, zip_broken,
    zip_bomb, zip_path, zip_too_many, zip_nothing_readable, password_required, json_broken, json_too_deep,
    markup.
    """
    if len(data) > LARGEST_FILE:
        raise CannotTake("too_large")
    files = _unzipped(data) if data.startswith(ZIP) else iter([(name, data)])
    parts = [Part(each, *_decoded(content, encoding)) for each, content in files]
    parts = [part for part in parts if part.text.strip()]
    if not parts:
        raise CannotTake("empty")
    rows = 0
    for part in parts:
        rows += _checked(part.text)
        if rows > MOST_ROWS:
            raise CannotTake("too_many_rows")
    return parts


def _checked(text: str) -> int:
    """How many rows it has; raises CannotTake for what is out of bounds."""
    if MARKUP.match(text):
        raise CannotTake("markup")
    if looks_like_tree(text):
        return check_tree(text)
    if looks_like_sql(text):
        return text.count("),(") + text.count("),\n(") + text.upper().count("INSERT")
    count = 0
    for _ in rows_of(text, separator_of(text)):
        count += 1
        if count > MOST_ROWS:
            raise CannotTake("too_many_rows")
    return count


def _unzipped(data: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in _entries(archive):
                with archive.open(entry) as file:
                    yield entry.filename, file.read(LARGEST_FILE + 1)
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        EOFError,
        OSError,
        ValueError,
    ) as error:
        raise CannotTake("zip_broken") from error


def _entries(archive: zipfile.ZipFile) -> Sequence[zipfile.ZipInfo]:
    """Those to be read. Every one is judged by what the archive tells of it; what is read beyond that is cut off by `zipfile`."""
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    for entry in entries:
        _judge(entry)
    names = {entry.filename for entry in entries}
    if WORKBOOK in names:
        raise CannotTake("workbook")
    counted = [entry for entry in entries if _suffix(entry) not in NOT_READ]
    if len(counted) > MOST_ENTRIES or len(entries) > MOST_PICTURES:
        raise CannotTake("zip_too_many")
    readable = [entry for entry in counted if _suffix(entry) in READABLE and _is_visible(entry)]
    if entries and not readable:
        raise CannotTake("zip_nothing_readable")
    if sum(entry.file_size for entry in readable) > LARGEST_FILE:
        raise CannotTake("too_large")
    return readable


def _judge(entry: zipfile.ZipInfo) -> None:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", entry.filename):
        raise CannotTake("zip_path")
    if entry.flag_bits & ENCRYPTED:
        raise CannotTake("password_required")
    if entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
        raise CannotTake("zip_bomb")


def _suffix(entry: zipfile.ZipInfo) -> str:
    return PurePosixPath(entry.filename).suffix.lower()


def _is_visible(entry: zipfile.ZipInfo) -> bool:
    """Not what a Mac adds about its own files."""
    path = PurePosixPath(entry.filename)
    return "__MACOSX" not in path.parts and not path.name.startswith(".")


def _decoded(data: bytes, encoding: str | None) -> tuple[str, str]:
    """The text and what it was written in."""
    text, name = _text(data, encoding)
    text = text.removeprefix("\ufeff")
    if CONTROLS.search(text):
        raise CannotTake("not_text")
    return text, name


def _text(data: bytes, encoding: str | None) -> tuple[str, str]:
    if data.startswith((UTF_16_LE, UTF_16_BE)):
        if b"\0" not in data[:LOOKED_AT] and len(data) > len(UTF_16_LE):
            raise CannotTake("wrong_encoding")
        return _exactly(data[: len(data) // 2 * 2], "utf-16"), "utf-16"
    if data.startswith(UTF_8):
        return _exactly(data, "utf-8"), "utf-8"
    if encoding in BY_CHOICE[1:]:
        return data.decode(encoding, "replace"), encoding
    try:
        return _exactly(data, "utf-8"), "utf-8"
    except CannotTake:
        return data.decode(BY_CHOICE[0], "replace"), BY_CHOICE[0]


def _exactly(data: bytes, encoding: str) -> str:
    """A last character that was cut in the middle is let go, where others show that the encoding is right."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        whole = data[: error.start]
        if error.reason == CUT and error.end == len(data) and not whole.isascii():
            return whole.decode(encoding)
        raise CannotTake("wrong_encoding") from error
