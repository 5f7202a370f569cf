"""A multipart upload taken apart as it arrives: the file goes straight to disk, hashed on the way, and stops at the limit."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from services.documents.clients.blobs import told_when_full
from services.documents.errors import FileTooLarge, UploadMalformed
from shared.db.outside import outside

_MOST_FIELDS = 20
_LONGEST_FIELD = 2_000
_LONGEST_HEADERS = 8_000
_FILE = "file"


@dataclass(slots=True)
class Upload:
    path: Path
    size: int = 0
    sha256: bytes = b""
    file_name: str | None = None
    fields: dict[str, str] = field(default_factory=dict)

    def digest(self) -> bytes:
        """Of all that was said: the file's content and name, and the fields; not of the boundary, which a second try makes anew."""
        said = [self.sha256.hex(), self.file_name, sorted(self.fields.items())]
        return hashlib.sha256(json.dumps(said).encode()).digest()


class _Form:
    """Callbacks of the parser: collects one file and a few short fields."""

    def __init__(self, path: Path, limit: int) -> None:
        self.upload = Upload(path)
        self.has_file = False
        self.ended = False
        self._limit = limit
        self._digest = hashlib.sha256()
        self._pending: list[bytes] = []
        self._headers: dict[str, bytes] = {}
        self._name = self._value = b""
        self._part: str | None = None
        self._text = b""

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

    def taken(self) -> bytes:
        """File bytes that have arrived since the last call."""
        chunk = b"".join(self._pending)
        self._pending.clear()
        return chunk

    def digest(self) -> bytes:
        return self._digest.digest()

    def _begin(self) -> None:
        self._headers, self._name, self._value, self._text = {}, b"", b"", b""

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]
        self._refuse_long(self._name, _LONGEST_HEADERS)

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]
        self._refuse_long(self._value, _LONGEST_HEADERS)

    def _header_end(self) -> None:
        self._headers[self._name.decode("latin-1").lower()] = self._value
        self._name = self._value = b""

    def _headers_done(self) -> None:
        kind, options = parse_options_header(self._headers.get("content-disposition", b""))
        name = options.get(b"name")
        if kind != b"form-data" or name is None:
            raise UploadMalformed(pointer="/file")
        self._part = name.decode("utf-8", "replace")
        if self._part == _FILE:
            if self.has_file:
                raise UploadMalformed(pointer="/file")
            self.has_file = True
            given = options.get(b"filename")
            self.upload.file_name = given.decode("utf-8", "replace") if given is not None else None
        elif len(self.upload.fields) >= _MOST_FIELDS or self._part in self.upload.fields:
            raise UploadMalformed(pointer="/file")

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._part != _FILE:
            self._text += data[start:end]
            self._refuse_long(self._text, _LONGEST_FIELD)
            return
        self.upload.size += end - start
        if self.upload.size > self._limit:
            raise FileTooLarge(pointer="/file", limit_mb=self._limit // (1024 * 1024))
        chunk = data[start:end]
        self._digest.update(chunk)
        self._pending.append(chunk)

    def _part_end(self) -> None:
        if self._part is not None and self._part != _FILE:
            self.upload.fields[self._part] = self._text.decode("utf-8", "replace")
        self._part = None

    def _end(self) -> None:
        self.ended = True

    def refuse_incomplete(self) -> None:
        if not self.ended or not self.has_file:
            raise UploadMalformed(pointer="/file")

    @staticmethod
    def _refuse_long(value: bytes, limit: int) -> None:
        if len(value) > limit:
            raise UploadMalformed(pointer="/file")


@outside
async def receive(
    body: AsyncIterator[bytes], *, content_type: str | None, into: Path, limit: int
) -> Upload:
    """The upload, its file complete at `into`; on any refusal nothing is left there."""
    kind, options = parse_options_header(content_type or "")
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary or len(boundary) > 70:  # noqa: PLR2004 -- RFC 2046, section 5.1.1
        raise UploadMalformed
    form = _Form(into, limit)
    parser = MultipartParser(boundary, form.callbacks())  # type: ignore[arg-type]  # its callback types are narrower than what it calls
    try:
        with told_when_full(), into.open("xb") as file:
            async for chunk in body:
                parser.write(chunk)
                taken = form.taken()
                if taken:
                    await asyncio.to_thread(file.write, taken)
            parser.finalize()
        form.refuse_incomplete()
    except BaseException as fault:  # also a client that went away: nothing may stay behind
        with suppress(OSError):  # a disk that takes nothing has kept nothing
            await asyncio.to_thread(into.unlink, missing_ok=True)
        if isinstance(fault, FormParserError):
            raise UploadMalformed from fault
        raise
    form.upload.sha256 = form.digest()
    return form.upload
