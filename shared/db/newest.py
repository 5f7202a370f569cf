"""Copies of what another service owns: the newest version wins, whatever the order in which news arrives."""

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase

WAITING = "waiting_copies"


def newest_wins(model: type[DeclarativeBase]) -> Insert:
    """The upsert of a copy with a `version`, by its primary key. Make it once: building it takes longer than running it."""
    copy = cast("Table", model.__table__)
    keys = list(copy.primary_key.columns)
    statement = insert(copy)
    return statement.on_conflict_do_update(
        index_elements=keys,
        set_={
            column.name: statement.excluded[column.name]
            for column in copy.columns
            if column not in keys
        },
        where=copy.c.version < statement.excluded.version,
    )


def keep_later(session: AsyncSession, statement: Insert, values: Mapping[str, Any]) -> None:
    """Written before the commit, or by the next `flush()` of the unit of work: those of several events in one go."""
    waiting: dict[Insert, list[dict[str, Any]]] = session.info.setdefault(WAITING, {})
    waiting.setdefault(statement, []).append(dict(values))


async def write_copies(session: AsyncSession) -> None:
    waiting: dict[Insert, list[dict[str, Any]]] = session.info.get(WAITING, {})
    while waiting:
        statement = next(iter(waiting))
        await session.execute(statement, waiting.pop(statement))
