"""The files of a multipart upload, a few and small enough to be held in memory; the limit is kept while they arrive."""

import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from services.vehicles.errors.moving import FileTooLarge, UploadMalformed
from shared.db.outside import outside

MOST_FILES: Final = 20
MOST_FIELDS: Final = 20
LONGEST_FIELD: Final = 2_000
LONGEST_HEADERS: Final = 8_000
LONGEST_BOUNDARY: Final = 70
"""RFC 2046, section 5.1.1."""
MEGABYTE: Final = 1024 * 1024


@dataclass(slots=True)
class Upload:
    files: list[tuple[str, bytes]] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)

    def digest(self) -> bytes:
        """Of all that was said, not of the boundary, which a second try makes anew."""
        files = [(name, hashlib.sha256(content).hexdigest()) for name, content in self.files]
        said = [files, sorted(self.fields.items())]
        return hashlib.sha256(json.dumps(said).encode()).digest()


class _Form:
    """Callbacks of the parser."""

    def __init__(self, limit: int) -> None:
        self.upload = Upload()
        self.ended = False
        self._left = limit
        self._limit = limit
        self._headers: dict[str, bytes] = {}
        self._name = self._value = b""
        self._part: str | None = None
        self._file: str | None = None
        self._content = bytearray()

    def callbacks(self) -> dict[str, object]:
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_done,
            "on_part_data": self._data,
            "on_part_end": self._part_end,
            "on_end": self._end,
        }

    def _begin(self) -> None:
        self._headers, self._name, self._value = {}, b"", b""
        self._content = bytearray()

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]
        _refuse_long(len(self._name), LONGEST_HEADERS)

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]
        _refuse_long(len(self._value), LONGEST_HEADERS)

    def _header_end(self) -> None:
        self._headers[self._name.decode("latin-1").lower()] = self._value
        self._name = self._value = b""

    def _headers_done(self) -> None:
        kind, options = parse_options_header(self._headers.get("content-disposition", b""))
        name = options.get(b"name")
        if kind != b"form-data" or name is None:
            raise UploadMalformed(pointer="/file")
        self._part = name.decode("utf-8", "replace")
        given = options.get(b"filename")
        self._file = given.decode("utf-8", "replace") if given is not None else None
        if self._part == "file":
            self._file = self._file or "file"
            if len(self.upload.files) >= MOST_FILES:
                raise UploadMalformed(pointer="/file")
        elif self._file is not None or len(self.upload.fields) >= MOST_FIELDS:
            raise UploadMalformed(pointer="/file")

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._part == "file":
            self._left -= end - start
            if self._left < 0:
                raise FileTooLarge(pointer="/file", limit_mb=self._limit // MEGABYTE)
        else:
            _refuse_long(len(self._content) + end - start, LONGEST_FIELD)
        self._content += data[start:end]

    def _part_end(self) -> None:
        if self._part == "file":
            self.upload.files.append((self._file or "file", bytes(self._content)))
        elif self._part is not None:
            if self._part in self.upload.fields:
                raise UploadMalformed(pointer="/file")
            self.upload.fields[self._part] = self._content.decode("utf-8", "replace")
        self._part, self._content = None, bytearray()

    def _end(self) -> None:
        self.ended = True


def _refuse_long(length: int, limit: int) -> None:
    if length > limit:
        raise UploadMalformed(pointer="/file")


@outside
async def receive(body: AsyncIterator[bytes], *, content_type: str | None, limit: int) -> Upload:
    """`limit`: bytes of all files together. Raises UploadMalformed, FileTooLarge."""
    kind, options = parse_options_header(content_type or "")
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary or len(boundary) > LONGEST_BOUNDARY:
        raise UploadMalformed(pointer="/file")
    form = _Form(limit)
    parser = MultipartParser(boundary, form.callbacks())  # type: ignore[arg-type]  # its callback types are narrower than what it calls
    try:
        async for chunk in body:
            parser.write(chunk)
        parser.finalize()
    except FormParserError as fault:
        raise UploadMalformed(pointer="/file") from fault
    if not form.ended or not form.upload.files:
        raise UploadMalformed(pointer="/file")
    return form.upload
