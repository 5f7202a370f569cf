from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from services.documents.tests import hostile
from services.documents.tests.uploads import Uploader
from shared.contracts.auth import AccountDeletionStarted
from shared.contracts.erasure import AccountErased


class TestErase:
    async def test_rows_and_files_go_and_it_is_told_once(
        self, call: Any, upload: Uploader, hear: Callable[..., Any], run_jobs: Callable[..., Any],
        emitted: Callable[..., Any], make_vehicle: Callable[..., Any],
    ) -> None:  # fmt: skip
        await make_vehicle(call.user_id("free"))
        await upload(call.free, hostile.text_pdf("Facture"))
        await upload(call.other, hostile.text_pdf("Facture"), analyze="false")
        event = AccountDeletionStarted(
            account_id=call.user_id("free"), started_at=datetime.now(UTC)
        )
        await hear(event, times=2)
        await run_jobs("documents.forget_blob")
        assert (await call.free.get("/api/documents")).json()["count"] == 0
        assert (await call.other.get("/api/documents")).json()["count"] == 1
        assert len(upload.kept()) == 1
        [erased] = await emitted(AccountErased)
        assert (erased.account_id, erased.service) == (call.user_id("free"), "documents")
