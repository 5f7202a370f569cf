import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from services.documents.tests import hostile
from services.documents.tests.uploads import Uploader

LONG_AGO = 1_000_000_000


class TestSweep:
    async def test_a_file_without_a_document_goes_the_others_stay(
        self,
        call: Any,
        upload: Uploader,
        blob_dir: Path,
        run_schedule: Callable[..., Any],
        run_jobs: Callable[..., Any],
        clock: Any,
    ) -> None:
        await upload(call.free, hostile.text_pdf("Facture"))
        lost = blob_dir / "cd" / "ab" / "01900000-0000-7000-8000-00000000abcd"
        lost.parent.mkdir(parents=True)
        lost.write_bytes(b"left by a dead process")
        for path in upload.kept():
            os.utime(path, (LONG_AGO, LONG_AGO))
        assert await run_schedule("documents.sweep")
        await run_jobs()
        assert len(upload.kept()) == 1
        assert not lost.exists()
