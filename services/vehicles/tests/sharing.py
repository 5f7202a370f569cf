"""Cars that people share, for tests: members, accounts and their callers."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

import httpx2

from services.vehicles.domain.cars.roles import Role, Standing
from services.vehicles.tests.factories import make_account
from services.vehicles.usecases.cars.members import add_member
from shared.contracts.features import Plan
from shared.contracts.scopes import Scope, including
from shared.testing.client import PEOPLE, Callers, caller_on

MEMBERS = (Role.MANAGER, Role.EDITOR, Role.DRIVER, Role.VIEWER)


def person(name: str) -> UUID:
    return Callers.user_id(name)


async def know(hear: Any, name: str, **said: Any) -> UUID:
    """auth has told us of them: `name@example.org`, verified."""
    account = person(name)
    facts = {"email": f"{name}@example.org", "first_name": name.title(), "last_name": ""} | said
    await hear(make_account(account, **facts))
    return account


async def share(open_work: Any, car: str, name: str, role: Role, **visible: bool) -> UUID:
    """Somebody has the car in that role from now on."""
    member = person(name)
    async with open_work() as work:
        vehicle = await work.vehicles.held(UUID(car))
        assert await work.hold(member)
        await add_member(
            work, vehicle=vehicle, person_id=member, standing=Standing(role, **visible)
        )
    return member


def as_person(call: Callers, name: str, plan: Plan = Plan.STANDARD) -> httpx2.AsyncClient:
    return call.as_user(person(name), plan)


def with_key(
    call: Callers, name: str, *scopes: Scope, plan: Plan = Plan.STANDARD
) -> httpx2.AsyncClient:
    """A program with a personal key of theirs."""
    caller = replace(
        caller_on(plan, person(name)),
        session_id=None,
        api_key=uuid5(PEOPLE, f"key of {name}"),
        scopes=including(scopes),
    )
    return call.with_caller(caller)


def made_in(value: Any) -> Iterator[dict[str, Any]]:
    """All that names an author, however deep."""
    if isinstance(value, dict):
        if "made_by" in value:
            yield value
        for each in value.values():
            yield from made_in(each)
    if isinstance(value, list):
        for each in value:
            yield from made_in(each)
