"""The bytes of documents. Names are ids, never what a person typed, so that no path can lead elsewhere."""

import asyncio
import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID

import structlog

from services.documents.errors import StorageFull
from shared.clock import SystemClock
from shared.db.outside import outside

log = structlog.get_logger()
_INCOMING = "incoming"
_STALE = timedelta(hours=6)


NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES})
"""What a disk says that takes no more, or nothing at all."""


@contextmanager
def told_when_full() -> Iterator[None]:
    """Around whatever writes: raises StorageFull in place of the disk's own error."""
    try:
        yield
    except OSError as fault:
        if fault.errno not in NO_ROOM:
            raise
        log.warning("storage.full", errno=errno.errorcode[fault.errno or 0])
        raise StorageFull(headers={"Retry-After": "60"}) from fault


class Blobs(Protocol):
    """Whatever writes raises StorageFull when the disk takes no more."""

    def incoming(self, upload_id: UUID) -> Path:
        """Where an upload is written before it is anybody's document."""
        ...

    def drop(self, incoming: Path) -> None:
        """What is left of an upload, if anything. A disk that refuses this too is swept later."""
        ...

    async def keep(self, incoming: Path, blob_id: UUID) -> None:
        """The incoming file becomes this blob, durable when this returns; replaces one of the same id."""
        ...

    def path(self, blob_id: UUID) -> Path: ...

    async def forget(self, blob_id: UUID) -> None: ...

    async def sweep(self, known: set[UUID]) -> int:
        """Delete stale uploads and blobs that nobody knows, by the disk's own time; returns how many."""
        ...

    def ids(self) -> Iterator[UUID]: ...


class DiskBlobs:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _made(self, folder: Path) -> Path:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    def incoming(self, upload_id: UUID) -> Path:
        with told_when_full():
            return self._made(self._folder / _INCOMING) / f"{upload_id}.part"

    def drop(self, incoming: Path) -> None:
        with suppress(OSError):
            incoming.unlink(missing_ok=True)

    def path(self, blob_id: UUID) -> Path:
        name = str(blob_id)
        # the last letters of a UUIDv7 are random, the first ones are the time: folders fill evenly
        return self._folder / name[-2:] / name[-4:-2] / name

    async def keep(self, incoming: Path, blob_id: UUID) -> None:
        with told_when_full():
            await asyncio.to_thread(self._keep, incoming, self.path(blob_id))

    def _keep(self, incoming: Path, target: Path) -> None:
        with incoming.open("rb") as file:
            os.fsync(file.fileno())
        self._made(target.parent)
        incoming.replace(target)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    async def forget(self, blob_id: UUID) -> None:
        await asyncio.to_thread(self.path(blob_id).unlink, missing_ok=True)

    def ids(self) -> Iterator[UUID]:
        for path in self._kept():
            yield UUID(path.name)

    def _kept(self) -> Iterator[Path]:
        return self._folder.glob("??/??/*")

    @outside
    async def sweep(self, known: set[UUID]) -> int:
        return await asyncio.to_thread(self._sweep, known)

    def _sweep(self, known: set[UUID]) -> int:
        now = SystemClock().now()
        names = {str(blob_id) for blob_id in known}
        unknown = (path for path in self._kept() if path.name not in names)
        stale = [
            path
            for path in (*self._folder.glob(f"{_INCOMING}/*.part"), *unknown)
            if datetime.fromtimestamp(path.stat().st_mtime, UTC) < now - _STALE
        ]
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)
