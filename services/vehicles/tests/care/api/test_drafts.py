import asyncio
from datetime import UTC, datetime
from typing import Any

from services.vehicles.tests.factories import (
    VIN,
    make_document,
    make_plan,
    make_vehicle,
    read_odometer,
)
from shared.clock import FixedClock
from shared.contracts.vehicles import MaintenanceChanged, MaintenanceDrafted, OdometerRead
from shared.ids import new_id
from shared.testing.client import Callers

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)


async def the_draft(client: Any) -> dict[str, Any]:
    [draft] = (await client.get("/api/maintenances/drafts")).json()["results"]
    found: dict[str, Any] = draft
    return found


class TestTheMainJob:
    async def test_an_invoice_becomes_a_record_and_closes_its_plan(
        self, call: Callers, clock: FixedClock, hear: Any, emitted: Any
    ) -> None:
        clock.set(NOW)
        car = await make_vehicle(call.free, license_plate="AB-123-CD", mileage=58000)
        plan = await make_plan(call.free, car["id"])
        assert (plan["every_distance"], plan["every_months"]) == (15000, 12)
        assert plan["start_is_assumed"] is True
        await hear(make_document(call.user_id("free"), fields={"plate": "AB123CD"}))
        draft = await the_draft(call.free)
        assert draft["vehicle"] == car["id"]
        assert draft["service_type"] == "oil_change"
        assert draft["cost"] == {"amount": "189.90", "currency": "EUR"}
        assert (draft["mileage"], draft["missing"]) == (58240, [])
        assert (await call.free.get("/api/maintenances")).json()["count"] == 0
        answer = await call.free.post(f"/api/maintenances/drafts/{draft['id']}/confirm")
        assert answer.status_code == 200, answer.text
        done = answer.json()
        assert done["maintenance"]["status"] == "COMPLETED"
        assert done["maintenance"]["documents"] == [draft["document"]]
        [closed] = done["plans"]
        assert closed["last_maintenance"] == done["maintenance"]["id"]
        assert closed["due_on"] == "2027-06-12"
        assert done["odometer_reading"]["status"] == "ACCEPTED"
        assert closed["due_mileage"] == 73240

    async def test_a_contradiction_of_two_dated_readings_is_quarantined(
        self, call: Callers, clock: FixedClock, hear: Any
    ) -> None:
        clock.set(NOW)
        car = await make_vehicle(call.free, mileage=58000, mileage_on="2026-06-15")
        await read_odometer(call.free, car["id"], 57_900, "2026-06-14")
        await make_plan(call.free, car["id"])
        await hear(make_document(call.user_id("free")))
        draft = await the_draft(call.free)
        done = (await call.free.post(f"/api/maintenances/drafts/{draft['id']}/confirm")).json()
        assert done["maintenance"]["mileage"] == 58240
        assert done["odometer_reading"]["status"] == "QUARANTINED"
        assert done["odometer_reading"]["doubts"] == ["higher_than_later"]
        [closed] = done["plans"]
        assert (closed["due_on"], closed["due_mileage"]) == ("2027-06-12", 73_000)
        assert closed["unmoved"] == ["distance"]

    async def test_the_mileage_goes_through_the_ledger(
        self, call: Callers, clock: FixedClock, hear: Any, emitted: Any
    ) -> None:
        clock.set(NOW)
        car = await make_vehicle(call.free, license_plate="AB-123-CD")
        await make_plan(call.free, car["id"])
        await hear(make_document(call.user_id("free"), fields={"plate": "AB 123 CD"}))
        draft = await the_draft(call.free)
        done = (await call.free.post(f"/api/maintenances/drafts/{draft['id']}/confirm")).json()
        assert done["odometer_reading"]["status"] == "ACCEPTED"
        [plan] = done["plans"]
        assert (plan["due_on"], plan["due_mileage"]) == ("2027-06-12", 73240)
        forecast = plan["forecast"]
        assert forecast["earliest"] <= forecast["on"] <= forecast["latest"] <= "2027-06-12"
        assert (await call.free.get(f"/api/vehicles/{car['id']}")).json()["mileage"] == 58240
        [drafted] = await emitted(MaintenanceDrafted)
        assert (drafted.vehicle_name, drafted.vendor, drafted.missing) == (
            "Peugeot 308",
            "Garage du Parc",
            (),
        )
        [changed] = await emitted(MaintenanceChanged)
        assert changed.services == ("oil_change",)
        assert [read.reading_m for read in await emitted(OdometerRead)] == [58_240_000]


class TestConfirm:
    async def test_many_confirmations_at_once_make_one_record(
        self, call: Callers, clock: FixedClock, hear: Any
    ) -> None:
        clock.set(NOW)
        await make_vehicle(call.free)
        await hear(make_document(call.user_id("free")))
        draft = await the_draft(call.free)
        address = f"/api/maintenances/drafts/{draft['id']}/confirm"
        answers = await asyncio.gather(*(call.free.post(address) for _ in range(6)))
        assert {a.status_code for a in answers} == {200}
        assert len({a.json()["maintenance"]["id"] for a in answers}) == 1
        assert (await call.free.get("/api/maintenances")).json()["count"] == 1

    async def test_what_is_missing_is_asked_first(self, call: Callers, hear: Any) -> None:
        await hear(make_document(call.user_id("free"), fields={"date": ""}, lines=()))
        draft = await the_draft(call.free)
        assert draft["missing"] == ["vehicle", "service_date", "service_type"]
        answer = await call.free.post(f"/api/maintenances/drafts/{draft['id']}/confirm")
        assert answer.status_code == 422
        assert answer.json()["code"] == "draft_incomplete"
        assert answer.json()["missing"] == ["vehicle", "service_date", "service_type"]
        assert (await call.free.get("/api/maintenances")).json()["count"] == 0

    async def test_the_owner_completes_and_confirms(self, call: Callers, hear: Any) -> None:
        await hear(make_document(call.user_id("free"), fields={"date": ""}, lines=()))
        draft = await the_draft(call.free)
        car = await make_vehicle(call.free)
        said = {
            "vehicle": car["id"],
            "service_date": "2026-05-01",
            "service_type": "oil_change",
            "service_types": ["cabin_filter"],
            "mileage": 60000,
            "cost": {"amount": "90.00", "currency": "EUR"},
        }
        answer = await call.free.patch(f"/api/maintenances/drafts/{draft['id']}", json=said)
        assert answer.status_code == 200, answer.text
        assert answer.json()["missing"] == []
        done = (await call.free.post(f"/api/maintenances/drafts/{draft['id']}/confirm")).json()
        assert done["maintenance"]["service_types"] == ["oil_change", "cabin_filter"]
        assert done["maintenance"]["cost"] == {"amount": "90.00", "currency": "EUR"}
        assert done["maintenance"]["mileage"] == 60000

    async def test_a_confirmed_drafts_record_that_was_deleted_does_not_come_back(
        self, call: Callers, hear: Any
    ) -> None:
        await make_vehicle(call.free)
        await hear(make_document(call.user_id("free")))
        address = f"/api/maintenances/drafts/{(await the_draft(call.free))['id']}"
        done = (await call.free.post(f"{address}/confirm")).json()
        await call.free.delete(f"/api/maintenances/{done['maintenance']['id']}")
        again = await call.free.post(f"{address}/confirm")
        assert (again.status_code, again.json()["code"]) == (409, "draft_settled")
        assert (await call.free.get("/api/maintenances")).json()["count"] == 0

    async def test_a_draft_outlives_its_car(self, call: Callers, hear: Any) -> None:
        car = await make_vehicle(call.free)
        await hear(make_document(call.user_id("free")))
        await call.free.delete(f"/api/vehicles/{car['id']}")
        draft = await the_draft(call.free)
        assert (draft["vehicle"], draft["needed_to_confirm"]) == (None, ["vehicle"])


class TestTheRightCar:
    async def test_the_plate_decides(self, call: Callers, hear: Any) -> None:
        await make_vehicle(call.standard, license_plate="AA-111-AA")
        second = await make_vehicle(call.standard, license_plate="BB-222-BB")
        await hear(make_document(call.user_id("standard"), fields={"plate": "BB-222-BB"}))
        assert (await the_draft(call.standard))["vehicle"] == second["id"]

    async def test_the_vin_decides(self, call: Callers, hear: Any) -> None:
        first = await make_vehicle(call.standard, vin=VIN)
        await make_vehicle(call.standard)
        await hear(make_document(call.user_id("standard"), fields={"vin": VIN}))
        assert (await the_draft(call.standard))["vehicle"] == first["id"]

    async def test_the_car_named_at_upload_wins_and_contradiction_is_told(
        self, call: Callers, hear: Any
    ) -> None:
        first = await make_vehicle(call.standard, license_plate="AA-111-AA")
        await make_vehicle(call.standard, license_plate="BB-222-BB")
        await hear(
            make_document(
                call.user_id("standard"), fields={"plate": "BB-222-BB"}, vehicle_id=first["id"]
            )
        )
        draft = await the_draft(call.standard)
        assert draft["vehicle"] == first["id"]
        assert "names_another_of_your_cars" in draft["warnings"]

    async def test_another_cars_invoice_is_not_put_on_the_only_car(
        self, call: Callers, hear: Any
    ) -> None:
        await make_vehicle(call.free, license_plate="AA-111-AA")
        await hear(make_document(call.user_id("free"), fields={"plate": "ZX-987-YW"}))
        draft = await the_draft(call.free)
        assert draft["vehicle"] is None
        assert draft["warnings"] == ["plate_differs"]

    async def test_somebody_elses_car_named_at_upload_is_nobodys(
        self, call: Callers, hear: Any
    ) -> None:
        theirs = await make_vehicle(call.other)
        await hear(make_document(call.user_id("free"), vehicle_id=theirs["id"]))
        assert (await the_draft(call.free))["vehicle"] is None


class TestReadings:
    async def test_the_same_document_twice_makes_one_draft(
        self, call: Callers, hear: Any, emitted: Any
    ) -> None:
        await make_vehicle(call.free)
        document = make_document(call.user_id("free"))
        await hear(document, times=3)
        await hear(document)
        assert (await call.free.get("/api/maintenances/drafts")).json()["count"] == 1
        assert len(await emitted(MaintenanceDrafted)) == 1

    async def test_a_later_reading_updates_what_the_owner_did_not_say(
        self, call: Callers, hear: Any
    ) -> None:
        await make_vehicle(call.free)
        number = new_id()
        owner = call.user_id("free")
        await hear(make_document(owner, document_id=number))
        draft = await the_draft(call.free)
        await call.free.patch(
            f"/api/maintenances/drafts/{draft['id']}", json={"garage": "Chez Paul"}
        )
        later = {"vendor": "Garage du Porc", "total": "199.90"}
        await hear(make_document(owner, document_id=number, fields=later, revision=2))
        await hear(make_document(owner, document_id=number, fields={"total": "1.00"}, revision=1))
        draft = await the_draft(call.free)
        assert draft["garage"] == "Chez Paul"
        assert draft["cost"]["amount"] == "199.90"

    async def test_a_confirmed_draft_is_left_alone(self, call: Callers, hear: Any) -> None:
        await make_vehicle(call.free)
        number = new_id()
        owner = call.user_id("free")
        await hear(make_document(owner, document_id=number))
        draft = await the_draft(call.free)
        await call.free.post(f"/api/maintenances/drafts/{draft['id']}/confirm")
        await hear(make_document(owner, document_id=number, fields={"total": "1"}, revision=2))
        after = await the_draft(call.free)
        assert (after["status"], after["cost"]["amount"]) == ("CONFIRMED", "189.90")

    async def test_other_documents_never_make_an_expense(self, call: Callers, hear: Any) -> None:
        await make_vehicle(call.free)
        for kind in ("insurance", "registration", "inspection", "other"):
            await hear(make_document(call.user_id("free"), document_type=kind))
        await hear(make_document(call.user_id("free"), status="unreadable"))
        assert (await call.free.get("/api/maintenances/drafts")).json()["count"] == 0

    async def test_a_second_photograph_is_told(self, call: Callers, hear: Any) -> None:
        await make_vehicle(call.free)
        await hear(make_document(call.user_id("free")))
        await hear(make_document(call.user_id("free")))
        drafts = (await call.free.get("/api/maintenances/drafts")).json()["results"]
        assert sorted(d["warnings"] for d in drafts) == [[], ["possible_duplicate"]]

    async def test_shuffled_revisions_end_the_same(self, call: Callers, hear: Any) -> None:
        await make_vehicle(call.free)
        number = new_id()
        for revision in (3, 1, 2, 3, 1):
            await hear(
                make_document(
                    call.user_id("free"),
                    document_id=number,
                    fields={"total": f"{revision}.00"},
                    revision=revision,
                )
            )
        assert (await the_draft(call.free))["cost"]["amount"] == "3.00"

    async def test_amounts_of_two_currencies_are_never_mixed(
        self, call: Callers, hear: Any
    ) -> None:
        await make_vehicle(call.free)
        number, owner = new_id(), call.user_id("free")
        await hear(make_document(owner, document_id=number))
        address = f"/api/maintenances/drafts/{(await the_draft(call.free))['id']}"
        pounds = {"amount": "150.00", "currency": "GBP"}
        refused = await call.free.patch(address, json={"cost": pounds})
        assert (refused.status_code, refused.json()["code"]) == (422, "mixed_currencies")
        said = await call.free.patch(address, json={"cost": pounds, "tax": None})
        assert (said.json()["cost"], said.json()["tax"]) == (pounds, None)
        await hear(make_document(owner, document_id=number, revision=2))
        draft = await the_draft(call.free)
        assert (draft["cost"], draft["tax"]) == (pounds, None)


class TestDiscard:
    async def test_a_discarded_draft_is_not_confirmed(self, call: Callers, hear: Any) -> None:
        await make_vehicle(call.free)
        await hear(make_document(call.user_id("free")))
        draft = await the_draft(call.free)
        address = f"/api/maintenances/drafts/{draft['id']}"
        assert (await call.free.post(f"{address}/discard")).json()["status"] == "DISCARDED"
        assert (await call.free.post(f"{address}/confirm")).status_code == 409
        assert (await call.free.patch(address, json={"garage": "x"})).status_code == 409
