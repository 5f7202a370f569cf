"""The assistant speaks of a shared car to whom its owner lets see the history, and to nobody else."""

import itertools
from typing import Any

import pytest

from services.ai.tests.factories import make_car, make_record
from services.ai.usecases.garage_copy import load_garage
from shared.access import Access
from shared.contracts.auth import AccountDeletionStarted
from shared.contracts.roles import May, Role, Standing
from shared.contracts.vehicles import CarMember
from shared.errors import NotFound
from shared.testing.client import Callers
from shared.testing.examples import NOW

OWNER = Callers.user_id("standard")
MEMBERS = tuple(
    CarMember(person_id=Callers.user_id(role.value), role=role)
    for role in Role
    if role is not Role.OWNER
)


async def garage_of(open_work: Any, person: Any, chosen: Any = None) -> Any:
    async with open_work() as work:
        return await load_garage(work, access=Access(person), chosen=chosen)


class TestGarage:
    async def test_each_member_has_it_as_far_as_their_role_reads_its_history(
        self, hear: Any, open_work: Any
    ) -> None:
        car = make_car(OWNER, members=MEMBERS)
        await hear(car)
        await hear(make_record(car))
        for member in MEMBERS:
            may = Standing(member.role).may(May.READ_CARE)
            garage = await garage_of(open_work, member.person_id)
            assert len(garage.cars) == may, member.role
            assert sum(map(len, garage.records.values())) == may, member.role
        assert len((await garage_of(open_work, OWNER)).cars) == 1
        with pytest.raises(NotFound):
            await garage_of(open_work, Callers.user_id("other"), car.vehicle_id)

    async def test_the_latest_list_of_members_counts_in_any_order(
        self, hear: Any, open_work: Any
    ) -> None:
        """Shared, no more, and shared again with one of them."""
        editor = next(one for one in MEMBERS if one.role is Role.EDITOR)
        for order in itertools.permutations([MEMBERS, (), (editor,)]):
            first = make_car(OWNER, members=MEMBERS)
            for members in order:
                version = 1 + [MEMBERS, (), (editor,)].index(members)
                told = make_car(
                    OWNER, vehicle_id=first.vehicle_id, version=version, members=members
                )
                await hear(told, times=2)
            for member in MEMBERS:
                found = await garage_of(open_work, member.person_id)
                wanted = member == editor
                assert (first.vehicle_id in await _cars(open_work, member.person_id)) == wanted
                assert found is not None

    async def test_a_deleted_car_is_in_nobodys_garage(self, hear: Any, open_work: Any) -> None:
        car = make_car(OWNER, members=MEMBERS)
        await hear(car)
        gone = {"vehicle_id": car.vehicle_id, "version": 2, "members": MEMBERS, "deleted": True}
        await hear(make_car(OWNER, **gone))
        for member in MEMBERS:
            assert (await garage_of(open_work, member.person_id)).cars == {}

    async def test_an_erased_member_does_not_come_back_with_the_car(
        self, hear: Any, open_work: Any
    ) -> None:
        car = make_car(OWNER, members=MEMBERS)
        await hear(car)
        editor = next(one for one in MEMBERS if one.role is Role.EDITOR)
        await hear(AccountDeletionStarted(account_id=editor.person_id, started_at=NOW))
        await hear(make_car(OWNER, vehicle_id=car.vehicle_id, version=2, members=MEMBERS))
        assert await _cars(open_work, editor.person_id) == set()
        viewer = next(one for one in MEMBERS if one.role is Role.VIEWER)
        assert await _cars(open_work, viewer.person_id) == {car.vehicle_id}


async def _cars(open_work: Any, person: Any) -> set[Any]:
    async with open_work() as work:
        return {car.id for car in await work.cars.all_seen(Access(person))}
