import itertools
from typing import Any

from services.vehicles.tests.factories import make_document, make_vehicle
from shared.contracts.auth import AccountDeletionStarted
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
