"""Receipts for somebody's file of a car: whose they are, what is sent of them, and what is said where nothing is."""

import base64
import hashlib
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pypdfium2
import pytest
import pytest_asyncio
from PIL import Image

from services.documents.tests import hostile
from services.documents.tests.uploads import Uploader
from services.documents.usecases.receipts import SEND, made_printable
from shared.bus.data_pages import PAGE_BYTES
from shared.clock import FixedClock
from shared.contracts.auth import AccountDeletionStarted
from shared.contracts.documents import ReceiptPart, ReceiptProblem
from shared.contracts.roles import Role
from shared.contracts.vehicles import CarMember
from shared.contracts.vehicles_moving import ReceiptsWanted
from shared.ids import new_id
from shared.testing.client import Callers

Ask = Callable[..., Any]


@pytest_asyncio.fixture(loop_scope="session")
async def car(call: Callers, make_vehicle: Callable[..., Any]) -> UUID:
    found: UUID = await make_vehicle(call.user_id("standard"))
    return found


@pytest.fixture
def ask(call: Callers, car: UUID, clock: FixedClock, hear: Any, run_jobs: Any, emitted: Any) -> Ask:
    """What is answered to whoever wants these receipts."""

    async def asked(*ids: str, **said: Any) -> list[ReceiptPart]:
        facts = {
            "export_id": new_id(),
            "account_id": call.user_id("standard"),
            "vehicle_id": car,
            "document_ids": tuple(map(UUID, ids)),
            "until": clock.now() + timedelta(minutes=10),
        } | said
        times = facts.pop("times", 1)
        await hear(ReceiptsWanted(**facts), times=times)
        await run_jobs(SEND)
        found: list[ReceiptPart] = [
            part for part in await emitted(ReceiptPart) if part.export_id == facts["export_id"]
        ]
        return found

    return asked


def joined(parts: list[ReceiptPart]) -> bytes:
    return b"".join(
        base64.b64decode(part.content.get_secret_value())
        for part in sorted(parts, key=lambda part: part.number)
    )


async def filed(upload: Uploader, client: Any, content: bytes, **fields: str) -> str:
    answer = await upload(client, content, **fields)
    assert answer.status_code in {201, 202}, answer.text
    return str(answer.json()["id"])


def noisy_photo(shade: int = 0) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((1654, 2339), 60 + shade).convert("RGB").save(out, "JPEG", quality=85)
    return out.getvalue()


class TestSend:
    async def test_a_pdf_arrives_as_pages_with_its_hash(
        self, call: Callers, upload: Uploader, car: UUID, invoice_pdf: bytes, ask: Ask
    ) -> None:
        paper = await filed(upload, call.standard, invoice_pdf, vehicle_id=str(car))
        parts = await ask(paper)
        content = joined(parts)
        assert [part.number for part in parts] == list(range(parts[0].parts))
        assert {part.sha256 for part in parts} == {hashlib.sha256(content).hexdigest()}
        assert (parts[0].file_name, parts[0].media_type) == ("facture.pdf", "application/pdf")
        assert "189,90" in pypdfium2.PdfDocument(content)[0].get_textpage().get_text_bounded()

    async def test_a_large_one_travels_in_pieces_of_256_kb(
        self, call: Callers, upload: Uploader, car: UUID, ask: Ask
    ) -> None:
        paper = await filed(upload, call.standard, noisy_photo(), vehicle_id=str(car))
        parts = await ask(paper)
        assert len(parts) == parts[0].parts > 1
        sizes = [len(base64.b64decode(part.content.get_secret_value())) for part in parts]
        assert set(sizes[:-1]) == {PAGE_BYTES}
        assert 0 < sizes[-1] <= PAGE_BYTES
        with Image.open(io.BytesIO(joined(parts))) as image:
            assert image.format == "JPEG"

    async def test_forty_of_them_each_arrive_once_however_often_they_are_asked_for(
        self, call: Callers, upload: Uploader, car: UUID, ask: Ask
    ) -> None:
        papers = [
            await filed(upload, call.standard, hostile.text_pdf(f"Ticket {n}"), vehicle_id=str(car))
            for n in range(40)
        ]
        parts = await ask(*papers, times=2)
        assert sorted(str(part.document_id) for part in parts) == sorted(papers)

    async def test_after_its_time_nothing_is_sent(
        self,
        call: Callers,
        upload: Uploader,
        car: UUID,
        invoice_pdf: bytes,
        ask: Ask,
        clock: FixedClock,
    ) -> None:
        paper = await filed(upload, call.standard, invoice_pdf, vehicle_id=str(car))
        assert await ask(paper, until=clock.now()) == []

    async def test_a_job_that_comes_late_sends_nothing(
        self,
        call: Callers,
        upload: Uploader,
        car: UUID,
        invoice_pdf: bytes,
        hear: Any,
        run_jobs: Any,
        emitted: Any,
        clock: FixedClock,
    ) -> None:
        paper = await filed(upload, call.standard, invoice_pdf, vehicle_id=str(car))
        await hear(
            ReceiptsWanted(
                export_id=new_id(),
                account_id=call.user_id("standard"),
                vehicle_id=car,
                document_ids=(UUID(paper),),
                until=clock.now() + timedelta(minutes=10),
            )
        )
        clock.move(minutes=11)
        await run_jobs(SEND)
        assert await emitted(ReceiptPart) == []

    async def test_leaves_no_file_behind(
        self, call: Callers, upload: Uploader, car: UUID, invoice_pdf: bytes, ask: Ask
    ) -> None:
        paper = await filed(upload, call.standard, invoice_pdf, vehicle_id=str(car))
        before = upload.kept()
        await ask(paper)
        assert upload.kept() == before


class TestWhose:
    async def test_a_strangers_is_answered_as_if_there_were_none(
        self, call: Callers, upload: Uploader, invoice_pdf: bytes, ask: Ask
    ) -> None:
        paper = await filed(upload, call.other, invoice_pdf)
        answers = [*await ask(paper), *await ask(str(new_id()))]
        assert [part.problem for part in answers] == [ReceiptProblem.NOT_FOUND] * 2
        assert {(part.file_name, part.media_type, part.sha256) for part in answers} == {
            ("", "", "")
        }
        assert {part.content.get_secret_value() for part in answers} == {""}

    async def test_another_cars_is_not_sent_and_one_of_no_car_is(
        self, call: Callers, upload: Uploader, invoice_pdf: bytes, ask: Ask, make_vehicle: Any
    ) -> None:
        other = await make_vehicle(call.user_id("standard"))
        elsewhere = await filed(upload, call.standard, invoice_pdf, vehicle_id=str(other))
        loose = await filed(upload, call.standard, hostile.text_pdf("Ticket"))
        parts = await ask(elsewhere, loose)
        assert {str(part.document_id): part.problem for part in parts} == {
            elsewhere: ReceiptProblem.NOT_FOUND,
            loose: None,
        }

    @pytest.mark.parametrize("role", [Role.MANAGER, Role.EDITOR, Role.DRIVER, Role.VIEWER])
    async def test_of_a_shared_car_by_the_permission_table(
        self,
        call: Callers,
        upload: Uploader,
        invoice_pdf: bytes,
        ask: Ask,
        make_vehicle: Any,
        role: Role,
    ) -> None:
        member = call.user_id("premium")
        shared = await make_vehicle(
            call.user_id("standard"), members=(CarMember(person_id=member, role=role),)
        )
        paper = await filed(upload, call.standard, invoice_pdf, vehicle_id=str(shared))
        [part] = await ask(paper, account_id=member, vehicle_id=shared)
        may = role in {Role.MANAGER, Role.EDITOR}
        assert (part.problem is None) is may

    async def test_nothing_is_sent_for_the_erased(
        self,
        call: Callers,
        upload: Uploader,
        car: UUID,
        invoice_pdf: bytes,
        ask: Ask,
        hear: Any,
        clock: FixedClock,
    ) -> None:
        paper = await filed(upload, call.standard, invoice_pdf, vehicle_id=str(car))
        await hear(
            AccountDeletionStarted(account_id=call.user_id("standard"), started_at=clock.now())
        )
        assert await ask(paper) == []


class TestWhyNot:
    async def test_one_deleted_meanwhile(
        self,
        call: Callers,
        upload: Uploader,
        car: UUID,
        invoice_pdf: bytes,
        ask: Ask,
    ) -> None:
        paper = await filed(upload, call.standard, invoice_pdf, vehicle_id=str(car))
        assert (await call.standard.delete(f"/api/documents/{paper}")).status_code == 204
        assert [part.problem for part in await ask(paper)] == [ReceiptProblem.NOT_FOUND]

    async def test_one_deleted_while_it_is_drawn(
        self,
        call: Callers,
        upload: Uploader,
        car: UUID,
        invoice_pdf: bytes,
        ask: Ask,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        paper = await filed(upload, call.standard, invoice_pdf, vehicle_id=str(car))

        async def then_deleted(sheet: Any) -> Any:
            made = await made_printable(sheet)
            await call.standard.delete(f"/api/documents/{paper}")
            return made

        monkeypatch.setattr("services.documents.jobs.receipts.made_printable", then_deleted)
        assert [part.problem for part in await ask(paper)] == [ReceiptProblem.NOT_FOUND]

    async def test_a_locked_one(self, call: Callers, upload: Uploader, car: UUID, ask: Ask) -> None:
        paper = await filed(upload, call.standard, hostile.locked("x"), vehicle_id=str(car))
        assert [part.problem for part in await ask(paper)] == [ReceiptProblem.LOCKED]

    async def test_one_whose_file_is_cut_off_on_the_disk(
        self, call: Callers, upload: Uploader, car: UUID, ask: Ask
    ) -> None:
        paper = await filed(upload, call.standard, noisy_photo(9), vehicle_id=str(car))
        [path] = [path for path in upload.kept() if path.name == paper]
        path.write_bytes(path.read_bytes()[:5000])
        assert [part.problem for part in await ask(paper)] == [ReceiptProblem.DAMAGED]
