"""Where a car is shared, the door is widened in one place, and what counts by owner does not notice."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import ColumnElement, false, true

from services.vehicles.storage.cars.vehicles import VehicleRepository
from services.vehicles.tests.factories import make_vehicle
from shared.access import Access
from shared.errors import RoleInsufficient
from shared.testing.client import Callers

VIN = "VF3LCYHZPHS123456"


class SharedVehicles(VehicleRepository):
    """Everybody sees every car, and nobody may change one."""

    def is_seen(self, access: Access) -> ColumnElement[bool]:
        return true()

    def is_changed(self, access: Access) -> ColumnElement[bool]:
        return false()


async def test_what_is_shared_with_somebody_counts_for_its_owner(
    call: Callers, open_work: Any
) -> None:
    car = UUID((await make_vehicle(call.free, vin=VIN))["id"])
    owner, guest = call.user_id("free"), call.user_id("other")
    async with open_work() as work:
        shared = SharedVehicles(work.session)
        assert (await shared.one_seen(Access(guest), car)).id == car
        assert [await shared.count_owned(one) for one in (owner, guest)] == [1, 0]
        assert await shared.vin_exists(owner, VIN, other_than=None)
        assert not await shared.vin_exists(guest, VIN, other_than=None)


async def test_who_sees_a_car_and_may_not_change_it_is_told_so(
    call: Callers, open_work: Any
) -> None:
    car = UUID((await make_vehicle(call.free))["id"])
    async with open_work() as work:
        shared = SharedVehicles(work.session)
        with pytest.raises(RoleInsufficient):
            await shared.one_changed(Access(call.user_id("other")), car)
