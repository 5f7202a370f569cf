"""A ZIP written to disk as its content comes: lines become one JSON array per table, files are copied piece by piece."""

import asyncio
import hashlib
import zipfile
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any
from uuid import UUID

import orjson

from services.documents.clients.blobs import told_when_full
from shared.db.outside import outside

PIECE = 64 * 1024
FORMAT = 1


class Archive:
    """Tables must come one after the other; what is open is closed by the next."""

    def __init__(self, zipped: zipfile.ZipFile) -> None:
        self._zip = zipped
        self._open: tuple[str, IO[bytes]] | None = None
        self._files: list[dict[str, Any]] = []
        self.counts: Counter[str] = Counter()

    @outside
    async def lines(self, service: str, lines: bytes) -> None:
        """NDJSON as services send it: `{"table": …, "row": {…}}`."""
        await asyncio.to_thread(self._lines, service, lines.splitlines())

    @outside
    async def noted(self, service: str, notebook: IO[bytes]) -> None:
        """The same from a notebook, from its beginning."""
        notebook.seek(0)
        await asyncio.to_thread(self._lines, service, notebook)

    def _lines(self, service: str, lines: Iterable[bytes]) -> None:
        for line in lines:
            said = orjson.loads(line)
            name = f"{service}/{said['table']}.json"
            first = self._open is None or self._open[0] != name
            table = self._table(name)
            table.write(b"[\n  " if first else b",\n  ")
            table.write(orjson.dumps(said["row"]))
            self.counts[name] += 1

    def _table(self, name: str) -> IO[bytes]:
        if self._open is not None and self._open[0] == name:
            return self._open[1]
        self._close()
        if name in self.counts:
            raise ValueError(f"{name} came in two parts")
        table = self._zip.open(name, "w")
        self._open = (name, table)
        return table

    def _close(self) -> None:
        if self._open is not None:
            self._open[1].write(b"\n]\n")
            self._open[1].close()
            self._open = None

    @outside
    async def file(self, name: str, path: Path) -> None:
        """A file that is gone from the disk is noted, not fatal: the rest is still theirs."""
        await asyncio.to_thread(self._file, name, path)

    def _file(self, name: str, path: Path) -> None:
        self._close()
        if not path.exists():
            self._files.append({"name": name, "missing": True})
            return
        digest, size = hashlib.sha256(), 0
        about = zipfile.ZipInfo(name)
        about.compress_type = zipfile.ZIP_STORED  # pictures and PDFs are packed already
        about.external_attr = 0o600 << 16
        with path.open("rb") as source, self._zip.open(about, "w", force_zip64=True) as target:
            while piece := source.read(PIECE):
                digest.update(piece)
                size += len(piece)
                target.write(piece)
        self._files.append({"name": name, "size_bytes": size, "sha256": digest.hexdigest()})

    @outside
    async def finish(self, readme: str, **facts: Any) -> None:
        """The two files that explain the others."""
        await asyncio.to_thread(self._finish, readme, facts)

    def _finish(self, readme: str, facts: Mapping[str, Any]) -> None:
        self._close()
        manifest = {
            "format": FORMAT,
            **{
                name: str(value) if isinstance(value, UUID) else value
                for name, value in facts.items()
            },
            "tables": dict(sorted(self.counts.items())),
            "files": self._files,
        }
        self._zip.writestr("manifest.json", orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
        self._zip.writestr("README.txt", readme)


class Archives:
    @outside
    @asynccontextmanager
    async def create(self, path: Path) -> AsyncIterator[Archive]:
        """A half-written one is not left behind. Raises StorageFull."""
        try:
            with told_when_full(), _opened(path) as file:
                zipped = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
                try:
                    yield Archive(zipped)
                    await asyncio.to_thread(zipped.close)
                finally:
                    zipped.fp = (
                        None  # what fails writes no directory of itself when it is thrown away
                    )
        except BaseException:
            with suppress(OSError):
                await self.discard(path)
            raise

    @contextmanager
    def notebook(self, beside: Path) -> Iterator[IO[bytes]]:
        """For lines that are read in a transaction and packed after it; gone with its block. Raises StorageFull."""
        with told_when_full(), TemporaryFile(dir=beside.parent) as file:
            yield file

    @outside
    async def discard(self, path: Path) -> None:
        await asyncio.to_thread(path.unlink, missing_ok=True)

    @outside
    async def measure(self, path: Path) -> tuple[int, bytes]:
        """Size and SHA-256."""
        return await asyncio.to_thread(_measure, path)


def _opened(path: Path) -> IO[bytes]:
    return path.open("wb")


def _measure(path: Path) -> tuple[int, bytes]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").digest()
    return path.stat().st_size, digest
