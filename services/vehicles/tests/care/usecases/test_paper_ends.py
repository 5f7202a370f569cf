"""The end of an insurance, a roadworthiness test or another paper that was read is a reminder."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from services.vehicles.tests.factories import kept_document, make_document, make_vehicle
from shared.clock import FixedClock
from shared.contracts.documents import DocumentRead, DocumentType, ReadField, ReadStatus
from shared.ids import new_id
from shared.testing.client import Callers

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)


def paper(call: Callers, car: str | None, ends: str = "2027-03-01", **said: Any) -> DocumentRead:
    confidence = said.pop("confidence", 0.95)
    name = said.pop("field", "expiry_date")
    facts: dict[str, Any] = {
        "document_type": DocumentType.INSURANCE,
        "vehicle_id": UUID(car) if car else None,
        "lines": (),
    } | said
    fields = facts.pop("read", (ReadField(name=name, value=ends, confidence=confidence),))
    document = make_document(call.user_id("free"), **facts)
    return document.model_copy(update={"fields": fields})


async def reminders(call: Callers, query: str = "?status=ACTIVE") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await call.free.get(f"/api/reminders{query}")).json()["results"]
    return found


class TestPaperEnds:
    @pytest.mark.parametrize(
        ("type_", "field", "kind", "title", "remind_on"),
        [
            (
                DocumentType.INSURANCE,
                "expiry_date",
                "insurance",
                "Fin de l'assurance",
                "2026-12-31",
            ),
            (
                DocumentType.INSPECTION,
                "expiry_date",
                "inspection",
                "Contrôle technique",
                "2027-01-30",
            ),
            (
                DocumentType.REGISTRATION,
                "next_inspection_date",
                "inspection",
                "Contrôle technique",
                "2027-01-30",
            ),
            (
                DocumentType.OTHER,
                "expiry_date",
                "document",
                "Fin de validité d'un document",
                "2027-01-30",
            ),
        ],
    )
    async def test_it_is_told_before_it_ends(
        self, call: Callers, clock: FixedClock, hear: Any, type_: DocumentType, field: str,
        kind: str, title: str, remind_on: str,
    ) -> None:  # fmt: skip
        clock.set(NOW)
        car = (await make_vehicle(call.free))["id"]
        document = paper(call, car, document_type=type_, field=field)
        await hear(document, times=2)
        [found] = await reminders(call)
        assert (found["source"], found["kind"], found["title"]) == ("document", kind, title)
        assert (found["due_on"], found["remind_on"]) == ("2027-03-01", remind_on)
        assert (found["vehicle"], found["document"]) == (car, str(document.document_id))

    @pytest.mark.parametrize(
        "said",
        [
            {"ends": "2026-06-14"},
            {"ends": "some day"},
            {"confidence": 0.6},
            {"status": ReadStatus.UNREADABLE},
            {"document_type": DocumentType.INVOICE},
            {"field": "date"},
        ],
    )
    async def test_what_is_over_or_not_sure_reminds_of_nothing(
        self, call: Callers, clock: FixedClock, hear: Any, said: dict[str, Any]
    ) -> None:
        clock.set(NOW)
        car = (await make_vehicle(call.free))["id"]
        await hear(paper(call, car, **said))
        assert await reminders(call) == []

    async def test_a_correction_moves_it_and_a_deleted_paper_takes_it_along(
        self, call: Callers, clock: FixedClock, hear: Any
    ) -> None:
        clock.set(NOW)
        car = (await make_vehicle(call.free))["id"]
        id_ = new_id()
        await hear(paper(call, car, document_id=id_))
        await hear(paper(call, car, "2027-04-01", document_id=id_, revision=3))
        await hear(paper(call, car, "2027-05-01", document_id=id_, revision=2))
        [found] = await reminders(call)
        assert found["due_on"] == "2027-04-01"
        await hear(kept_document(call.user_id("free"), id_, version=9, deleted=True))
        assert await reminders(call, "") == []

    async def test_a_newer_paper_settles_the_older_one(
        self, call: Callers, clock: FixedClock, hear: Any
    ) -> None:
        clock.set(NOW)
        car = (await make_vehicle(call.free))["id"]
        await hear(paper(call, car, "2026-09-01"))
        await hear(paper(call, car, "2026-09-02", document_type=DocumentType.INSPECTION))
        await hear(paper(call, car, "2027-09-01"))
        await hear(paper(call, car, "2026-08-01"))  # an old one, scanned late
        ahead = {(row["kind"], row["due_on"]) for row in await reminders(call)}
        assert ahead == {("insurance", "2027-09-01"), ("inspection", "2026-09-02")}
        [done] = await reminders(call, "?status=DONE")
        assert done["due_on"] == "2026-09-01"

    async def test_of_several_cars_the_one_that_is_named(
        self, call: Callers, clock: FixedClock, hear: Any
    ) -> None:
        clock.set(NOW)
        await make_vehicle(call.free, license_plate="AA-123-BB")
        named = (await make_vehicle(call.free, model="508", license_plate="CC-456-DD"))["id"]
        fields = (
            ReadField(name="plate", value="CC-456-DD", confidence=0.9),
            ReadField(name="expiry_date", value="2027-03-01", confidence=0.9),
        )
        await hear(paper(call, None, read=fields))
        await hear(paper(call, None))
        [found] = await reminders(call)
        assert found["vehicle"] == named
