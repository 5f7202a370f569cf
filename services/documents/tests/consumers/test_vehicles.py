from collections.abc import Callable
from typing import Any

from services.documents.tests.uploads import Uploader
from shared.access import Access
from shared.contracts.documents import DocumentChanged


class TestNote:
    async def test_keeps_the_highest_version_in_any_order(
        self, call: Any, make_vehicle: Callable[..., Any], open_work: Callable[..., Any]
    ) -> None:
        owner, buyer = call.user_id("free"), call.user_id("other")
        vehicle_id = await make_vehicle(buyer, version=3)
        await make_vehicle(owner, version=2, vehicle_id=vehicle_id)
        async with open_work() as work:
            assert await work.vehicles.is_there(Access(buyer), vehicle_id)
            assert not await work.vehicles.is_there(Access(owner), vehicle_id)
        await make_vehicle(buyer, version=4, vehicle_id=vehicle_id, deleted=True)
        async with open_work() as work:
            assert not await work.vehicles.is_there(Access(buyer), vehicle_id)

    async def test_no_document_stays_under_a_vehicle_that_is_gone(
        self,
        call: Any,
        upload: Uploader,
        invoice_pdf: bytes,
        make_vehicle: Callable[..., Any],
        emitted: Callable[..., Any],
    ) -> None:
        owner = call.user_id("free")
        vehicle_id = await make_vehicle(owner)
        document = (await upload(call.free, invoice_pdf, vehicle_id=str(vehicle_id))).json()
        await make_vehicle(owner, version=2, vehicle_id=vehicle_id, deleted=True)
        path = f"/api/documents/{document['id']}"
        found = (await call.free.get(path)).json()
        assert found["vehicle_id"] is None
        body = {name: found[name] for name in ("file_name", "document_type", "vehicle_id")}
        assert (await call.free.put(path, json=body)).status_code == 200
        told = await emitted(DocumentChanged)
        assert [each.vehicle_id for each in told] == [vehicle_id, None, None]
        assert [each.version for each in told] == sorted({each.version for each in told})
