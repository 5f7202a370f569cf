import asyncio
import time

import pytest

from services.auth.clients.hasher import Hasher
from services.auth.domain.passwords import Argon2
from services.auth.errors.passwords import HashingBusy


class TestHasher:
    async def test_the_event_loop_stays_free(self) -> None:
        hasher = Hasher(Argon2(memory_kib=19_456, passes=2), threads=2, queue=50)
        async with hasher.running():
            work = asyncio.gather(*(hasher.hash(f"password {n}") for n in range(10)))
            longest = 0.0
            while not work.done():
                before = time.perf_counter()
                await asyncio.sleep(0.001)
                longest = max(longest, time.perf_counter() - before)
            assert len(set(await work)) == 10
        assert longest < 0.25

    async def test_a_full_queue_refuses_and_then_takes_again(self) -> None:
        hasher = Hasher(Argon2(memory_kib=8192, passes=1), threads=1, queue=1)
        async with hasher.running():
            done = await asyncio.gather(
                *(hasher.hash("a password") for _ in range(5)), return_exceptions=True
            )
            busy = [one for one in done if isinstance(one, HashingBusy)]
            assert len(busy) == 3
            assert busy[0].headers["Retry-After"]
            assert await hasher.verify(await hasher.hash("a password"), "a password")

    async def test_turns_at_one_name_wait_for_each_other_and_others_do_not(self) -> None:
        hasher = Hasher(Argon2(memory_kib=8, passes=1), threads=1, queue=9)
        seen: list[str] = []

        async def take(whose: str, mark: str) -> None:
            async with hasher.turn(whose):
                seen.append(f"+{mark}")
                await asyncio.sleep(0.02)
                seen.append(f"-{mark}")

        async with hasher.running():
            await asyncio.gather(take("lea", "1"), take("lea", "2"), take("max", "3"))
        assert seen.index("-1") < seen.index("+2")
        assert seen.index("+3") < seen.index("-1")

    async def test_a_broken_turn_is_given_back(self) -> None:
        hasher = Hasher(Argon2(memory_kib=8, passes=1), threads=1, queue=0)
        async with hasher.running():
            for _ in range(3):
                with pytest.raises(ZeroDivisionError):
                    async with hasher.turn("lea"):
                        raise ZeroDivisionError
            async with hasher.turn("lea"):
                with pytest.raises(HashingBusy):
                    async with hasher.turn("max"):
                        pass
