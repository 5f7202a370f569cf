import io
import json
import zipfile
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr

from services.documents.tests import hostile
from services.documents.tests.uploads import Uploader
from shared.bus.data_pages import line_of, packed
from shared.contracts.auth import AccountDeletionStarted, AccountExportStarted
from shared.contracts.base import Language
from shared.contracts.documents import ExportPacked
from shared.contracts.export import DataPage
from shared.ids import new_id

SERVICES = ("auth", "vehicles", "billing", "ai", "notifications")


class Wish:
    """One person's export, as the other services answer it."""

    def __init__(self, owner: UUID, hear: Any, clock: Any) -> None:
        self.id, self.owner, self._hear, self._clock = new_id(), owner, hear, clock
        self.path = f"/api/exports/{self.id}/file"

    async def start(self, language: Language = Language.FR) -> None:
        now = self._clock.now()
        await self._hear(
            AccountExportStarted(
                export_id=self.id, account_id=self.owner, language=language, started_at=now
            )
        )

    async def page(
        self, service: str, number: int = 0, *, last: bool = True, rows: int = 1
    ) -> None:
        lines = [line_of("things", {"n": f"{service}-{number}-{index}"}) for index in range(rows)]
        await self._hear(
            DataPage(
                export_id=self.id,
                account_id=self.owner,
                service=service,
                number=number,
                is_last=last,
                content=SecretStr(packed(lines)),
            ),
            times=2,
        )

    async def all_pages(self) -> None:
        for service in SERVICES:
            await self.page(service)


@pytest.fixture
def wish(call: Any, hear: Any, clock: Any) -> Wish:
    return Wish(call.user_id("free"), hear, clock)


async def fetched(client: Any, wish: Wish) -> zipfile.ZipFile:
    answer = await client.get(wish.path)
    assert answer.status_code == 200, answer.text
    return zipfile.ZipFile(io.BytesIO(answer.content))


class TestPacking:
    async def test_rows_of_all_services_and_the_files_themselves(
        self, call: Any, wish: Wish, upload: Uploader, run_jobs: Any, emitted: Any
    ) -> None:
        content = hostile.text_pdf("Facture")
        answer = await upload(call.free, content, "Ma facture.pdf", analyze="false")
        await upload(call.other, hostile.text_pdf("Autre"), analyze="false")
        await wish.start(Language.ES)
        await wish.all_pages()
        await run_jobs("documents.pack_export")
        [told] = await emitted(ExportPacked)
        archive = await fetched(call.free, wish)
        assert archive.testzip() is None
        name = f"documents/files/{answer.json()['id']}/Ma facture.pdf"
        assert archive.read(name) == content
        manifest = json.loads(archive.read("manifest.json"))
        assert manifest["tables"] == {
            "documents/document.json": 1,
            **{f"{service}/things.json": 1 for service in SERVICES},
        } | {key: value for key, value in manifest["tables"].items() if "export" in key}
        assert [one["name"] for one in manifest["files"]] == [name]
        assert json.loads(archive.read("ai/things.json")) == [{"n": "ai-0-0"}]
        assert "tus datos" in archive.read("README.txt").decode()
        assert told.size_bytes == len((await call.free.get(wish.path)).content)

    async def test_pages_in_any_order_before_their_beginning_and_twice(
        self, call: Any, wish: Wish, run_jobs: Any
    ) -> None:
        await wish.page("vehicles", 1, last=True, rows=2)
        for service in ("auth", "billing", "ai"):
            await wish.page(service)
        await wish.start()
        await wish.page("notifications")
        assert await run_jobs("documents.pack_export") == 0, "one page is missing"
        await wish.page("vehicles", 0, last=False, rows=3)
        assert await run_jobs("documents.pack_export") == 1
        archive = await fetched(call.free, wish)
        things = json.loads(archive.read("vehicles/things.json"))
        assert [one["n"] for one in things] == [
            "vehicles-0-0",
            "vehicles-0-1",
            "vehicles-0-2",
            "vehicles-1-0",
            "vehicles-1-1",
        ]
        await wish.page("vehicles", 0, last=False)
        assert await run_jobs("documents.pack_export") == 0, "it is done"

    async def test_a_file_that_is_gone_from_the_disk_costs_nobody_the_rest(
        self, call: Any, wish: Wish, upload: Uploader, run_jobs: Any
    ) -> None:
        await upload(call.free, hostile.text_pdf("Facture"), analyze="false")
        for path in upload.kept():
            path.unlink()
        await wish.start()
        await wish.all_pages()
        await run_jobs("documents.pack_export")
        manifest = json.loads((await fetched(call.free, wish)).read("manifest.json"))
        assert manifest["files"][0]["missing"] is True

    async def test_the_pages_go_as_soon_as_they_are_packed(
        self, call: Any, wish: Wish, run_jobs: Any, admin_engine: Any
    ) -> None:
        await wish.start()
        await wish.all_pages()
        await run_jobs("documents.pack_export")
        async with admin_engine.connect() as connection:
            left = await connection.exec_driver_sql("SELECT count(*) FROM export_page")
            assert left.scalar_one() == 0


class TestFetching:
    @pytest.fixture
    async def ready(self, wish: Wish, run_jobs: Any) -> Wish:
        await wish.start()
        await wish.all_pages()
        await run_jobs("documents.pack_export")
        return wish

    async def test_only_its_owner(self, call: Any, ready: Wish) -> None:
        assert (await call.free.get(ready.path)).status_code == 200
        assert (await call.other.get(ready.path)).status_code == 404
        assert (await call.anonymous.get(ready.path)).status_code == 401
        assert (await call.admin.get(ready.path)).status_code == 404

    async def test_in_parts_and_not_by_a_cache(self, call: Any, ready: Wish) -> None:
        part = await call.free.get(ready.path, headers={"range": "bytes=0-3"})
        assert (part.status_code, part.content) == (206, b"PK\x03\x04")
        assert "no-store" in part.headers["cache-control"]
        assert "attachment" in part.headers["content-disposition"]

    async def test_not_before_it_is_ready(self, call: Any, wish: Wish) -> None:
        await wish.start()
        assert (await call.free.get(wish.path)).status_code == 404

    async def test_for_a_day_then_the_file_is_deleted(
        self, call: Any, ready: Wish, clock: Any, run_schedule: Any, run_jobs: Any, upload: Uploader
    ) -> None:
        clock.move(hours=23, minutes=59)
        await run_schedule("documents.exports")
        assert (await call.free.get(ready.path)).status_code == 200
        clock.move(minutes=2)
        assert (await call.free.get(ready.path)).status_code == 404
        assert len(upload.kept()) == 1
        clock.move(minutes=10)
        await run_schedule("documents.exports")
        await run_jobs("documents.forget_blob")
        assert upload.kept() == []

    async def test_one_that_never_completes_is_forgotten_with_its_pages(
        self, wish: Wish, clock: Any, run_schedule: Any, admin_engine: Any
    ) -> None:
        await wish.start()
        await wish.page("ai")
        clock.move(hours=25)
        await run_schedule("documents.exports")
        async with admin_engine.connect() as connection:
            for table in ("export", "export_page"):
                left = await connection.exec_driver_sql(f"SELECT count(*) FROM {table}")  # noqa: S608 - fixed names
                assert left.scalar_one() == 0, table

    async def test_an_erased_person_has_none_and_gets_none(
        self, call: Any, ready: Wish, hear: Any, clock: Any, run_jobs: Any, upload: Uploader
    ) -> None:
        gone = AccountDeletionStarted(account_id=ready.owner, started_at=clock.now())
        await hear(gone)
        await run_jobs("documents.forget_blob")
        assert (await call.free.get(ready.path)).status_code == 404
        assert upload.kept() == []
        late = Wish(ready.owner, hear, clock)
        await late.start()
        await late.all_pages()
        assert await run_jobs("documents.pack_export") == 0
        assert clock.now() - gone.started_at == timedelta()
