import os
from pathlib import Path

from services.documents.clients.blobs import DiskBlobs
from shared.ids import new_id

LONG_AGO = 1_000_000_000


class TestDiskBlobs:
    async def test_keeps_replaces_and_forgets(self, tmp_path: Path) -> None:
        blobs, blob_id = DiskBlobs(tmp_path), new_id()
        for content in (b"first", b"second"):
            incoming = blobs.incoming(new_id())
            incoming.write_bytes(content)
            await blobs.keep(incoming, blob_id)
            assert not incoming.exists()
            assert blobs.path(blob_id).read_bytes() == content
        await blobs.forget(blob_id)
        await blobs.forget(blob_id)
        assert list(blobs.ids()) == []

    async def test_sweeps_only_what_is_old_and_unknown(self, tmp_path: Path) -> None:
        blobs = DiskBlobs(tmp_path)
        known, lost, fresh = new_id(), new_id(), new_id()
        for blob_id in (known, lost, fresh):
            incoming = blobs.incoming(blob_id)
            incoming.write_bytes(b"x")
            await blobs.keep(incoming, blob_id)
        stale_upload = blobs.incoming(new_id())
        stale_upload.write_bytes(b"half")
        for path in (blobs.path(known), blobs.path(lost), stale_upload):
            os.utime(path, (LONG_AGO, LONG_AGO))
        assert await blobs.sweep({known}) == 2
        assert set(blobs.ids()) == {known, fresh}
        assert not stale_upload.exists()
