import asyncio
from typing import Any

from sqlalchemy import text

from services.auth.tests.factories import claims_of, log_in, make_account, unverified_header
from services.auth.usecases.keys import rotate_keys

JWKS = "/.well-known/jwks.json"


async def kids(call: Any) -> list[str]:
    return [jwk["kid"] for jwk in (await call.anonymous.get(JWKS)).json()["keys"]]


class TestPublishedKeys:
    async def test_public_parts_only_and_good_for_five_minutes(self, call: Any) -> None:
        answer = await call.anonymous.get(JWKS)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=300"
        for jwk in answer.json()["keys"]:
            assert jwk.keys() == {"kty", "crv", "x", "y", "kid", "alg", "use"}
            assert (jwk["alg"], jwk["crv"]) == ("ES256", "P-256")

    async def test_the_first_two_are_made_once_by_any_number_of_replicas(self, call: Any) -> None:
        seen = await asyncio.gather(*(kids(call) for _ in range(8)))
        assert len(await kids(call)) == 2
        assert all(set(one) <= set(seen[-1]) or len(one) == 2 for one in seen)
        assert len({tuple(sorted(one)) for one in seen}) == 1

    async def test_the_private_part_rests_encrypted(
        self, call: Any, emitted: Any, admin_engine: Any
    ) -> None:
        await make_account(call, emitted)
        async with admin_engine.connect() as connection:
            rows = (await connection.execute(text("SELECT * FROM signing_key"))).all()
        assert all(b"PRIVATE KEY" not in bytes(row.sealed_private) for row in rows)


class TestRotation:
    async def test_a_key_signs_only_after_it_was_shown_and_the_old_one_verifies_on(
        self, call: Any, emitted: Any, clock: Any, open_work: Any
    ) -> None:
        old = await make_account(call, emitted)
        first = unverified_header(old.access)["kid"]
        async with open_work() as work:
            assert await rotate_keys(work, at_once=True) is False, "shown for no time at all"
        clock.move(minutes=10)
        shown = await kids(call)
        fresh = await log_in(call)
        async with open_work() as work:
            assert await rotate_keys(work, at_once=True) is True
        new = await log_in(call)
        second = unverified_header(new.access)["kid"]
        assert second != first
        assert second in shown
        assert {first, second} <= set(await kids(call))
        for token in (fresh.access, new.access):
            await claims_of(call, token, clock.now())

    async def test_a_retired_key_goes_when_nothing_it_signed_can_be_alive(
        self, call: Any, emitted: Any, clock: Any, open_work: Any
    ) -> None:
        first = unverified_header((await make_account(call, emitted)).access)["kid"]
        clock.move(minutes=10)
        async with open_work() as work:
            await rotate_keys(work, at_once=True)
        clock.move(minutes=10, seconds=59)
        async with open_work() as work:
            await rotate_keys(work)
        assert first in await kids(call)
        clock.move(seconds=1)
        async with open_work() as work:
            await rotate_keys(work)
        assert first not in await kids(call)
        assert len(await kids(call)) == 2

    async def test_the_job_rotates_after_ninety_days(
        self, call: Any, emitted: Any, clock: Any, run_schedule: Any
    ) -> None:
        first = unverified_header((await make_account(call, emitted)).access)["kid"]
        clock.move(days=89)
        await run_schedule("auth.keys")
        assert unverified_header((await log_in(call)).access)["kid"] == first
        clock.move(days=1)
        await run_schedule("auth.keys")
        assert unverified_header((await log_in(call)).access)["kid"] != first

    async def test_simultaneous_rotations_move_one_step(
        self, call: Any, emitted: Any, clock: Any, open_work: Any
    ) -> None:
        await make_account(call, emitted)
        clock.move(minutes=10)

        async def rotate() -> bool:
            async with open_work() as work:
                return await rotate_keys(work, at_once=True)

        moved = await asyncio.gather(*(rotate() for _ in range(4)))
        assert sorted(moved) == [False, False, False, True]
        assert len(await kids(call)) == 3
