"""Who asks us how another is, cannot make us ask the other more often than we want."""

import asyncio

import pytest

from shared.errors import Conflict, Unavailable
from shared.observe.looks import SharedLook


class Provider:
    def __init__(self) -> None:
        self.asked = 0
        self.answer: str | Exception = "well"
        self.open = asyncio.Event()
        self.open.set()
        self.now = 0.0

    async def look(self) -> str:
        self.asked += 1
        await self.open.wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def shared(self) -> SharedLook[str]:
        return SharedLook(self.look, is_good=lambda said: said == "well", now=lambda: self.now)


@pytest.fixture
def provider() -> Provider:
    return Provider()


async def test_all_who_ask_at_once_share_one_look(provider: Provider) -> None:
    look = provider.shared()
    assert await asyncio.gather(*(look() for _ in range(200))) == ["well"] * 200
    assert provider.asked == 1


async def test_an_answer_is_kept_a_minute_and_a_little(provider: Provider) -> None:
    look = provider.shared()
    for provider.now in (0.0, 59.0, 73.0):
        assert await look() == "well"
    assert provider.asked == 2


@pytest.mark.parametrize(
    ("answer", "raised"),
    [("ill", None), (Conflict(), Conflict), (OSError("secret address"), Unavailable)],
)
async def test_a_failure_is_kept_for_less_long(
    provider: Provider, answer: str | Exception, raised: type[Exception] | None
) -> None:
    provider.answer = answer
    look = provider.shared()
    for provider.now in (0.0, 14.0, 19.0):
        if raised is None:
            assert await look() == "ill"
            continue
        with pytest.raises(raised) as caught:
            await look()
        assert "secret" not in str(caught.value)
    assert provider.asked == 2


async def test_who_gives_up_waiting_does_not_make_the_next_ask_again(provider: Provider) -> None:
    provider.open.clear()
    look = provider.shared()
    for _ in range(50):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(look(), 0.001)
    provider.open.set()
    assert await look() == "well"
    assert provider.asked == 1
