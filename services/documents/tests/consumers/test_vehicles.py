from collections.abc import Callable
from typing import Any


class TestNote:
    async def test_keeps_the_highest_version_in_any_order(
        self, call: Any, make_vehicle: Callable[..., Any], open_work: Callable[..., Any]
    ) -> None:
        owner, buyer = call.user_id("free"), call.user_id("other")
        vehicle_id = await make_vehicle(buyer, version=3)
        await make_vehicle(owner, version=2, vehicle_id=vehicle_id)
        async with open_work() as work:
            assert await work.vehicles.is_owned(buyer, vehicle_id)
            assert not await work.vehicles.is_owned(owner, vehicle_id)
        await make_vehicle(buyer, version=4, vehicle_id=vehicle_id, deleted=True)
        async with open_work() as work:
            assert not await work.vehicles.is_owned(buyer, vehicle_id)
