from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from services.ai.clients.llm import Delta, Piece
from services.ai.domain.quota import Usage
from services.ai.usecases.chat import Said, open_turn, reply
from services.ai.usecases.work import Desk, Work
from shared.contracts.base import Language

OpenWork = Callable[[], AbstractAsyncContextManager[Work]]
OPEN = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'"
)


class WatchfulLlm:
    """A model that looks, while it is asked, for transactions left open."""

    model = "watchful"
    is_away = False

    def __init__(self, engine: Any) -> None:
        self._engine = engine
        self.open_transactions: list[int] = []

    async def stream(
        self,
        messages: Sequence[Mapping[str, Any]],
        *,
        max_tokens: int,
        person: UUID,
        tools: Sequence[Mapping[str, Any]] = (),
    ) -> AsyncGenerator[Piece, None]:
        async with self._engine.connect() as connection:
            self.open_transactions.append((await connection.execute(OPEN)).scalar_one())
        yield Delta("Bonjour à vous.")

    async def structured(
        self,
        messages: Sequence[Mapping[str, Any]],
        *,
        schema: Mapping[str, Any],
        max_tokens: int,
        person: UUID,
    ) -> tuple[dict[str, Any], Usage]:
        raise AssertionError("chat does not ask for objects")

    async def close(self) -> None:
        return None


class TestReply:
    async def test_no_transaction_is_open_while_the_model_speaks(
        self, open_work: OpenWork, admin_engine: Any
    ) -> None:
        llm = WatchfulLlm(admin_engine)
        desk = Desk(open_work, llm)
        said = Said(uuid4(), "Bonjour", Language.FR, None, None, full=False, limit=None)
        opened = await open_turn(desk, said=said)
        parts = [part async for part in reply(desk, said=said, opened=opened, seconds=5)]
        assert llm.open_transactions == [0]
        assert [part.name for part in parts] == ["meta", "delta", "usage", "done"]
        assert parts[-2].data["estimated"] is True
