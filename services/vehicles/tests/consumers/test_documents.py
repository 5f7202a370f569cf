import itertools
from collections.abc import Callable
from typing import Any
from uuid import UUID

from services.vehicles.tests.factories import (
    kept_document,
    make_document,
    make_record,
    make_vehicle,
)
from shared.contracts.auth import AccountDeletionStarted
from shared.contracts.base import Event
from shared.contracts.documents import DocumentType
from shared.ids import new_id
from shared.testing.client import Callers
from shared.testing.examples import NOW


class TestAnyOrder:
    async def test_every_order_ends_the_same(self, call: Callers, hear: Any) -> None:
        """Three readings of one paper, the last one says it is no invoice after all."""
        readings: list[dict[str, Any]] = [
            {"revision": 1, "fields": {"total": "1.00"}},
            {"revision": 2, "fields": {"total": "2.00"}},
            {"revision": 3, "document_type": DocumentType.INSURANCE},
        ]
        ends = []
        for number, order in enumerate(itertools.permutations(readings)):
            client = call.as_user(call.user_id(f"reader {number}"))
            document_id = new_id()
            for said in order:
                await hear(
                    make_document(
                        call.user_id(f"reader {number}"), document_id=document_id, **said
                    ),
                    times=2,
                )
            found = await client.get("/api/maintenances/drafts?status=PENDING")
            ends.append(found.json()["count"])
        assert set(ends) == {0}

    async def test_a_draft_of_two_papers_of_two_owners_stays_apart(
        self, call: Callers, hear: Any
    ) -> None:
        document_id = new_id()
        for name in ("free", "other"):
            await hear(make_document(call.user_id(name), document_id=document_id))
        for client in (call.free, call.other):
            assert (await client.get("/api/maintenances/drafts")).json()["count"] == 1

    async def test_hostile_values_make_a_harmless_draft(self, call: Callers, hear: Any) -> None:
        await make_vehicle(call.free)
        await hear(
            make_document(
                call.user_id("free"),
                fields={
                    "date": "0000-00-00",
                    "mileage": "9" * 30,
                    "total": "1e400",
                    "tax": "-Infinity",
                    "vendor": "x" * 5000,
                    "plate": "\u202e" * 50,
                    "currency": "<b>",
                },
                lines=("\u0001" * 10, "Vidange " * 500),
            )
        )
        [draft] = (await call.free.get("/api/maintenances/drafts")).json()["results"]
        assert (draft["service_date"], draft["mileage"], draft["cost"]) == (None, None, None)
        assert len(draft["garage"]) == 300

    async def test_erased_before_or_after_there_is_no_draft(self, call: Callers, hear: Any) -> None:
        gone = AccountDeletionStarted(account_id=call.user_id("free"), started_at=NOW)
        paper = make_document(call.user_id("free"))
        for events in ((paper, gone), (gone, paper)):
            for event in events:
                await hear(event)
            assert (await call.free.get("/api/maintenances/drafts")).json()["count"] == 0


async def status_of_attaching(client: Any, car: dict[str, Any], document_id: UUID) -> int:
    body = {
        "vehicle": car["id"],
        "service_date": "2026-01-15",
        "service_type": "oil_change",
        "documents": [str(document_id)],
    }
    answer = await client.post("/api/maintenances", json=body)
    return int(answer.status_code)


class TestKept:
    async def test_a_document_nobody_read_can_be_attached(self, call: Callers, hear: Any) -> None:
        """On FREE nothing is read."""
        car, document_id = await make_vehicle(call.free), new_id()
        await hear(kept_document(call.user_id("free"), document_id), times=2)
        record = await make_record(call.free, car["id"], documents=[str(document_id)])
        assert record["documents"] == [str(document_id)]
        theirs = await make_vehicle(call.other)
        assert await status_of_attaching(call.other, theirs, document_id) == 404

    async def test_a_deleted_one_leaves_its_records_and_can_be_attached_no_more(
        self, call: Callers, hear: Any, emitted: Any
    ) -> None:
        owner, document_id, other = call.user_id("free"), new_id(), new_id()
        car = await make_vehicle(call.free)
        await hear(kept_document(owner, document_id))
        await hear(kept_document(owner, other))
        attached = [str(other), str(document_id)]
        record = await make_record(call.free, car["id"], documents=attached)
        await hear(make_document(owner, document_id=document_id))
        assert (await call.free.get("/api/maintenances/drafts")).json()["count"] == 1
        await hear(kept_document(owner, document_id, version=3, deleted=True), times=2)
        path = f"/api/maintenances/{record['id']}"
        assert (await call.free.get(path)).json()["documents"] == [str(other)]
        assert (await call.free.get("/api/maintenances/drafts")).json()["count"] == 0
        again = await call.free.patch(path, json={"documents": attached})
        assert again.status_code == 404

    async def test_what_comes_late_brings_it_not_back(self, call: Callers, hear: Any) -> None:
        owner = call.user_id("free")
        car = await make_vehicle(call.free)
        told: list[Callable[[UUID], Event]] = [
            lambda one: kept_document(owner, one),
            lambda one: kept_document(owner, one, version=2, deleted=True),
            lambda one: make_document(owner, document_id=one),
        ]
        for order in itertools.permutations(told):
            document_id = new_id()
            for tell in order:
                await hear(tell(document_id))
            assert (await call.free.get("/api/maintenances/drafts")).json()["count"] == 0
            assert await status_of_attaching(call.free, car, document_id) == 404

    async def test_one_that_has_another_owner_since_then_is_theirs_in_any_order(
        self, call: Callers, hear: Any
    ) -> None:
        giver, receiver = call.user_id("free"), call.user_id("other")
        cars = {"free": await make_vehicle(call.free), "other": await make_vehicle(call.other)}
        for order in ((1, 2), (2, 1)):
            document_id = new_id()
            for version in order:
                owner = giver if version == 1 else receiver
                await hear(kept_document(owner, document_id, version=version), times=2)
            assert await status_of_attaching(call.other, cars["other"], document_id) == 201
            assert await status_of_attaching(call.free, cars["free"], document_id) == 404
