"""Receipts on their way into a file: in any order, twice, late, cut off, of nobody, too many; and what the file says of those that
did not come.
"""

import base64
import hashlib
import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import pikepdf
import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from services.vehicles.domain.cars.roles import Role
from services.vehicles.domain.moving.bundles import verdict_of
from services.vehicles.storage.retention import RETENTION
from services.vehicles.tests.factories import kept_document, make_vehicle
from services.vehicles.tests.moving.api.test_history import text_of
from services.vehicles.tests.moving.exported import make_export, passport_of
from services.vehicles.tests.moving.factories import applied, bring
from services.vehicles.tests.moving.receipts import (
    PATH,
    file_of,
    jpeg,
    papers,
    parts_of,
    pdf,
    refusal,
    view,
    wanted_of,
)
from services.vehicles.tests.running.factories import fill_up
from services.vehicles.tests.sharing import as_person, share
from services.vehicles.usecases.moving.car_exports import MAKE, STOP_COLLECTING
from shared.clock import FixedClock
from shared.contracts.auth import AccountDeletionStarted
from shared.contracts.documents import ReceiptPart, ReceiptProblem
from shared.contracts.vehicles_moving import CarExportProgressed, ReceiptsWanted
from shared.db.retention import purge
from shared.ids import new_id
from shared.testing.client import Callers

Rows = Callable[[], Any]


@pytest.fixture
def rows(admin_engine: Any) -> Rows:
    """How many pieces are kept."""

    async def count() -> int:
        async with admin_engine.connect() as connection:
            found = await connection.scalar(sa.text("SELECT count(*) FROM car_export_receipt"))
        return int(found)

    return count


class TestAsking:
    async def test_they_are_asked_for_and_the_file_waits(
        self, call: Callers, hear: Any, emitted: Any, run_jobs: Any, clock: FixedClock
    ) -> None:
        car, ids = await papers(call, hear, 2)
        made = await make_export(call.standard, "pdf", vehicle=car)
        assert (made["state"], made["percent"], made["missing"]) == ("collecting", 5, [])
        wanted = await wanted_of(emitted)
        assert [str(id_) for id_ in wanted.document_ids] == ids
        assert (str(wanted.vehicle_id), wanted.account_id) == (car, call.user_id("standard"))
        assert (wanted.until - clock.now()).total_seconds() == 600
        await run_jobs()
        assert (await view(call, made["id"]))["state"] == "collecting"

    @pytest.mark.parametrize(
        "said",
        [
            {"format": "json"},
            {"format": "csv"},
            {"format": "passport", "receipts": False},
            {"format": "passport", "costs": False},
        ],
    )
    async def test_nobody_is_asked_where_there_are_to_be_none(
        self, call: Callers, hear: Any, emitted: Any, said: dict[str, Any]
    ) -> None:
        """What things cost stands on receipts: whoever is not shown costs gets none."""
        car, _ = await papers(call, hear, 1)
        made = await make_export(call.standard, said.pop("format"), vehicle=car, **said)
        assert (made["state"], made["receipts"]) == ("queued", False)
        assert await emitted(ReceiptsWanted) == []

    async def test_of_a_car_without_papers_it_is_made_at_once(
        self, call: Callers, emitted: Any
    ) -> None:
        car = (await make_vehicle(call.standard))["id"]
        made = await make_export(call.standard, "passport", vehicle=car)
        assert made["state"] == "queued"
        assert await emitted(ReceiptsWanted) == []

    async def test_what_lies_in_the_trash_and_what_is_another_cars_is_not_asked_for(
        self, call: Callers, hear: Any, emitted: Any
    ) -> None:
        car, ids = await papers(call, hear, 2)
        await papers(call, hear, 1)
        listed = (await call.standard.get(f"/api/vehicles/{car}/maintenances")).json()["results"]
        [gone] = [row["id"] for row in listed if row["documents"] == [ids[0]]]
        await call.standard.delete(f"/api/maintenances/{gone}")
        await make_export(call.standard, "passport", vehicle=car)
        assert [str(id_) for id_ in (await wanted_of(emitted)).document_ids] == ids[1:]

    async def test_those_of_fills_too_and_each_once(
        self, call: Callers, hear: Any, emitted: Any
    ) -> None:
        car, [paper] = await papers(call, hear, 1)
        await fill_up(call.standard, car, mileage=1000, documents=[paper])
        await make_export(call.standard, "passport", vehicle=car)
        assert [str(id_) for id_ in (await wanted_of(emitted)).document_ids] == [paper]

    async def test_a_manager_asks_in_their_own_name_and_a_viewer_not_at_all(
        self, call: Callers, hear: Any, emitted: Any, open_work: Any
    ) -> None:
        car, _ = await papers(call, hear, 1)
        manager = await share(open_work, car, "manager", Role.MANAGER)
        await share(open_work, car, "viewer", Role.VIEWER, costs_visible=False)
        await make_export(as_person(call, "manager"), "pdf", vehicle=car)
        assert [each.account_id for each in await emitted(ReceiptsWanted)] == [manager]
        refused = await as_person(call, "viewer").post(PATH, json={"format": "pdf", "vehicle": car})
        assert refused.status_code == 403
        assert len(await emitted(ReceiptsWanted)) == 1


class TestCollecting:
    async def collected(
        self,
        call: Callers,
        hear: Any,
        emitted: Any,
        deliver: Callable[[ReceiptsWanted, Sequence[str]], list[ReceiptPart]],
        *,
        count: int = 2,
        times: int = 1,
    ) -> str:
        car, ids = await papers(call, hear, count)
        export = (await make_export(call.standard, "passport", vehicle=car))["id"]
        for part in deliver(await wanted_of(emitted), ids):
            await hear(part, times=times)
        return str(export)

    @pytest.mark.parametrize("order", ["as_sent", "backwards", "shuffled"])
    async def test_in_any_order_and_twice(
        self, call: Callers, hear: Any, emitted: Any, run_jobs: Any, rows: Rows, order: str
    ) -> None:
        def deliver(wanted: ReceiptsWanted, ids: Sequence[str]) -> list[ReceiptPart]:
            every = [
                part
                for n, id_ in enumerate(ids)
                for part in parts_of(wanted, id_, jpeg(n) + b"\0" * 900, size=1000)
            ]
            assert len(every) > 4
            again = [part.model_copy() for part in every]  # sent again: another event
            if order == "backwards":
                every.reverse()
            if order == "shuffled":
                every = every[1::2] + every[::2]
            return [each for pair in zip(every, again, strict=True) for each in pair]

        export = await self.collected(call, hear, emitted, deliver, times=2)
        file = await file_of(call, run_jobs, export)
        verdict = verdict_of(file)
        assert (verdict.is_whole, verdict.papers) == (True, 2)
        found = await view(call, export)
        assert (found["receipts_in_it"], found["receipts_left_out"], found["missing"]) == (2, 0, [])
        assert await rows() == 0

    async def test_tells_how_far_it_is(
        self, call: Callers, hear: Any, emitted: Any, run_jobs: Any
    ) -> None:
        await self.collected(
            call, hear, emitted, lambda w, ids: [p for id_ in ids for p in parts_of(w, id_, jpeg())]
        )
        await run_jobs(MAKE)
        told = [(event.state, event.percent) for event in await emitted(CarExportProgressed)]
        assert told == [
            ("collecting", 5),
            ("collecting", 25),
            ("collecting", 45),
            ("making", 50),
            ("ready", 100),
        ]

    async def test_late_ones_are_told_of_and_taken_no_more(
        self, call: Callers, hear: Any, emitted: Any, run_jobs: Any, clock: FixedClock, rows: Rows
    ) -> None:
        car, [first, second] = await papers(call, hear, 2)
        export = (await make_export(call.standard, "pdf", vehicle=car, language="fr"))["id"]
        wanted = await wanted_of(emitted)
        for part in parts_of(wanted, first, jpeg()):
            await hear(part)
        for part in parts_of(wanted, second, jpeg(1) + b"\0" * 900, size=1000)[:-1]:
            await hear(part)  # cut off: its last piece never comes
        clock.move(minutes=9)
        await run_jobs()
        assert (await view(call, export))["state"] == "collecting"
        clock.move(minutes=2)
        await run_jobs(STOP_COLLECTING)
        text = text_of(await file_of(call, run_jobs, export))
        assert "non jointe : pas arrivée à temps" in text
        found = await view(call, export)
        assert (found["receipts_in_it"], found["receipts_left_out"]) == (1, 1)
        assert found["missing"] == [{"document": second, "problem": "not_in_time"}]
        for part in parts_of(wanted, second, jpeg(1)):
            await hear(part)
        assert await rows() == 0
        assert (await view(call, export)) == found

    async def test_all_there_in_time_it_is_made_once(
        self, call: Callers, hear: Any, emitted: Any, run_jobs: Any, clock: FixedClock
    ) -> None:
        export = await self.collected(
            call, hear, emitted, lambda w, ids: [p for id_ in ids for p in parts_of(w, id_, pdf())]
        )
        await file_of(call, run_jobs, export)
        before = await view(call, export)
        clock.move(minutes=11)
        assert await run_jobs(STOP_COLLECTING) == 1
        assert await run_jobs(MAKE) == 0
        assert await view(call, export) == before

    @pytest.mark.parametrize("problem", ReceiptProblem)
    async def test_why_one_does_not_come_is_said(
        self, call: Callers, hear: Any, emitted: Any, run_jobs: Any, problem: ReceiptProblem
    ) -> None:
        export = await self.collected(
            call, hear, emitted, lambda w, ids: [refusal(w, ids[0], problem)], count=1
        )
        verdict = verdict_of(await file_of(call, run_jobs, export))
        assert (verdict.is_whole, verdict.papers) == (True, 0)
        [missing] = (await view(call, export))["missing"]
        assert missing["problem"] == problem.value

    async def test_one_whose_bytes_are_not_those_that_were_sent_is_left_out(
        self, call: Callers, hear: Any, emitted: Any, run_jobs: Any
    ) -> None:
        export = await self.collected(
            call,
            hear,
            emitted,
            lambda w, ids: parts_of(
                w, ids[0], jpeg()[:-100], sha256=hashlib.sha256(jpeg()).hexdigest()
            ),
            count=1,
        )
        await file_of(call, run_jobs, export)
        assert [each["problem"] for each in (await view(call, export))["missing"]] == ["damaged"]

    @pytest.mark.parametrize(
        "said",
        [
            {"media_type": "text/html"},
            {"media_type": "image/svg+xml"},
            {"parts": 1000},
            {"content": SecretStr("not base64 !")},
            {"content": SecretStr("")},
            {"content": SecretStr(base64.b64encode(bytes(300_000)).decode())},
        ],
    )
    async def test_what_is_no_piece_of_a_receipt_is_none(
        self, call: Callers, hear: Any, emitted: Any, run_jobs: Any, said: dict[str, Any]
    ) -> None:
        export = await self.collected(
            call,
            hear,
            emitted,
            lambda w, ids: [parts_of(w, ids[0], jpeg())[0].model_copy(update=said)],
            count=1,
        )
        await file_of(call, run_jobs, export)
        assert [each["problem"] for each in (await view(call, export))["missing"]] == ["damaged"]

    async def test_what_nobody_asked_for_is_not_kept(
        self, call: Callers, hear: Any, emitted: Any, rows: Rows
    ) -> None:
        """Neither another paper, nor one for somebody else's file, nor one of a file that is gone."""

        def deliver(wanted: ReceiptsWanted, ids: Sequence[str]) -> list[ReceiptPart]:
            return [
                *parts_of(wanted, str(new_id()), jpeg()),
                *parts_of(wanted, ids[0], jpeg(), account_id=call.user_id("other")),
                *parts_of(wanted, ids[0], jpeg(), export_id=new_id()),
            ]

        export = await self.collected(call, hear, emitted, deliver)
        assert await rows() == 0
        assert (await view(call, export))["percent"] == 5

    async def test_sent_again_with_other_bytes_the_first_whole_one_counts(
        self, call: Callers, hear: Any, emitted: Any, run_jobs: Any
    ) -> None:
        def deliver(wanted: ReceiptsWanted, ids: Sequence[str]) -> list[ReceiptPart]:
            one = parts_of(wanted, ids[0], jpeg(1) + b"\0" * 900, size=1000)
            other = parts_of(wanted, ids[0], jpeg(2) + b"\0" * 900, size=1000)
            return [one[0], *other, *one[1:]]

        export = await self.collected(call, hear, emitted, deliver, count=1)
        file = await file_of(call, run_jobs, export)
        [entry] = [e for e in passport_of(file)["entries"] if e["papers"]]
        second = hashlib.sha256(jpeg(2) + b"\0" * 900).hexdigest()
        assert entry["papers"][0]["sha256"] == second

    async def test_there_is_room_for_so_many_and_the_others_are_told_of(
        self,
        call: Callers,
        hear: Any,
        emitted: Any,
        run_jobs: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        size = len(jpeg())
        monkeypatch.setattr(
            "services.vehicles.usecases.moving.receipts.LARGEST_OF_ALL", 2 * size + 10
        )
        export = await self.collected(
            call,
            hear,
            emitted,
            lambda w, ids: [p for id_ in ids for p in parts_of(w, id_, jpeg())],
            count=3,
        )
        assert verdict_of(await file_of(call, run_jobs, export)).papers == 1
        found = await view(call, export)
        assert (found["receipts_in_it"], len(found["missing"])) == (2, 1)
        assert found["missing"][0]["problem"] == "too_many"

    async def test_of_more_than_two_hundred_the_newest(
        self, call: Callers, hear: Any, emitted: Any, monkeypatch: pytest.MonkeyPatch, run_jobs: Any
    ) -> None:
        monkeypatch.setattr("services.vehicles.usecases.moving.car_exports.MOST_RECEIPTS", 2)
        monkeypatch.setattr("services.vehicles.usecases.moving.receipts.MOST_RECEIPTS", 2)
        car, ids = await papers(call, hear, 3)
        export = (await make_export(call.standard, "passport", vehicle=car))["id"]
        wanted = await wanted_of(emitted)
        assert [str(id_) for id_ in wanted.document_ids] == ids[:2]
        for id_ in ids[:2]:
            for part in parts_of(wanted, id_, jpeg()):
                await hear(part)
        await file_of(call, run_jobs, export)
        missing = (await view(call, export))["missing"]
        assert missing == [{"document": ids[2], "problem": "too_many"}]

    async def test_deleted_meanwhile_nothing_is_kept(
        self, call: Callers, hear: Any, emitted: Any, run_jobs: Any, rows: Rows, clock: FixedClock
    ) -> None:
        car, [paper] = await papers(call, hear, 1)
        export = (await make_export(call.standard, "pdf", vehicle=car))["id"]
        first, *rest = parts_of(await wanted_of(emitted), paper, jpeg() + b"\0" * 900, size=1000)
        await hear(first)
        assert await rows() == 1
        assert (await call.standard.delete(f"{PATH}/{export}")).status_code == 204
        for part in rest:
            await hear(part)
        assert await rows() == 0
        clock.move(minutes=11)
        await run_jobs()
        assert (await call.standard.get(f"{PATH}/{export}")).status_code == 404

    async def test_a_document_deleted_meanwhile_is_not_in_it(
        self, call: Callers, hear: Any, emitted: Any, run_jobs: Any
    ) -> None:
        """It was sent, and its owner deleted it before the file was made."""
        car, [kept, gone] = await papers(call, hear, 2)
        export = (await make_export(call.standard, "passport", vehicle=car))["id"]
        wanted = await wanted_of(emitted)
        for n, id_ in enumerate((kept, gone)):
            for part in parts_of(wanted, id_, jpeg(n)):
                await hear(part)
        await hear(kept_document(call.user_id("standard"), UUID(gone), version=2, deleted=True))
        file = await file_of(call, run_jobs, export)
        assert verdict_of(file).papers == 1
        with zipfile.ZipFile(io.BytesIO(file)) as bundle:
            [name] = [name for name in bundle.namelist() if name.startswith("papers/")]
        assert hashlib.sha256(jpeg(0)).hexdigest() in name

    async def test_erased_meanwhile_nothing_is_left(
        self, call: Callers, hear: Any, emitted: Any, rows: Rows, clock: FixedClock
    ) -> None:
        car, [paper] = await papers(call, hear, 1)
        await make_export(call.standard, "pdf", vehicle=car)
        first, *rest = parts_of(await wanted_of(emitted), paper, jpeg() + b"\0" * 900, size=1000)
        await hear(first)
        await hear(
            AccountDeletionStarted(account_id=call.user_id("standard"), started_at=clock.now())
        )
        for part in rest:
            await hear(part)
        assert await rows() == 0

    async def test_never_made_they_go_with_the_export(
        self, call: Callers, hear: Any, emitted: Any, rows: Rows, admin_engine: Any
    ) -> None:
        car, [paper] = await papers(call, hear, 1)
        await make_export(call.standard, "pdf", vehicle=car)
        first, *_ = parts_of(await wanted_of(emitted), paper, jpeg() + b"\0" * 900, size=1000)
        await hear(first)
        await purge(admin_engine, RETENTION)
        assert await rows() == 1
        async with admin_engine.begin() as connection:
            await connection.execute(sa.text("UPDATE car_export SET expires_at = '2020-01-01Z'"))
        await purge(admin_engine, RETENTION)
        assert await rows() == 0


class TestTakenAlong:
    async def test_imported_by_its_new_owner_the_receipts_are_listed(
        self, call: Callers, hear: Any, emitted: Any, run_jobs: Any
    ) -> None:
        car, [paper] = await papers(call, hear, 1)
        export = (await make_export(call.standard, "passport", vehicle=car))["id"]
        for part in parts_of(await wanted_of(emitted), paper, jpeg()):
            await hear(part)
        file = await file_of(call, run_jobs, export)
        brought = await bring(call.premium, file, "passport.zip")
        await applied(call.premium, brought["id"], run_jobs)
        [record] = (await call.premium.get("/api/maintenances")).json()["results"]
        digest = hashlib.sha256(jpeg()).hexdigest()
        assert f"facture.jpg (SHA-256 {digest})" in record["description"]
        assert record["documents"] == []


@pytest.mark.slow
class TestPrinted:
    async def test_forty_of_them_are_merged_in_each_under_its_name(
        self, call: Callers, hear: Any, emitted: Any, run_jobs: Any
    ) -> None:
        car, ids = await papers(call, hear, 40)
        export = (await make_export(call.standard, "pdf", vehicle=car, language="en"))["id"]
        wanted = await wanted_of(emitted)
        for n, id_ in enumerate(ids):
            for part in parts_of(wanted, id_, pdf() if n % 2 else jpeg(n)):
                await hear(part)
        file = await file_of(call, run_jobs, export)
        found = await view(call, export)
        assert (found["receipts_in_it"], found["missing"]) == (40, [])
        text = text_of(file)
        for number in range(1, 41):
            assert f"Paper {number} ·" in text
        assert text.count("page 2 of 2") == 20
        with pikepdf.open(io.BytesIO(file)) as whole:
            assert len(whole.pages) > 60
            with whole.open_metadata() as metadata:
                assert metadata["pdfuaid:part"] == "1"

    async def test_one_that_cannot_be_opened_is_listed_and_said(
        self, call: Callers, hear: Any, emitted: Any, run_jobs: Any
    ) -> None:
        """Whole as it was sent, and yet no reader of PDFs can make anything of it."""
        car, ids = await papers(call, hear, 3)
        export = (await make_export(call.standard, "pdf", vehicle=car, language="en"))["id"]
        wanted = await wanted_of(emitted)
        locked = io.BytesIO()
        with pikepdf.open(io.BytesIO(pdf())) as document:
            document.save(locked, encryption=pikepdf.Encryption(owner="x", user="x"))
        for id_, content in zip(ids, (b"%PDF-1.7 not one", locked.getvalue(), jpeg()), strict=True):
            for part in parts_of(wanted, id_, content):
                await hear(part)
        text = text_of(await file_of(call, run_jobs, export))
        assert text.count("(not included)") == 2
        found = await view(call, export)
        assert found["receipts_in_it"] == 1
        assert {each["document"]: each["problem"] for each in found["missing"]} == {
            ids[0]: "damaged",
            ids[1]: "damaged",
        }
