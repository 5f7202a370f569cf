"""Nothing of a person is written unless they are held: held to in every test of every service.

What a test prepares by itself, with the `open_work` fixture, is not asked.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import ORMExecuteState, Session

from shared.db.belongings import Belonging, End

PREPARED = "prepared by a test"


class NotHeld(Exception):
    """A row of a person is added in a transaction that has not asked whether they are erased: `work.hold`."""


def _guarded(session: Session, table: Any) -> Belonging | None:
    """Rows that go with their parent are held by it: the database refuses them without."""
    belongings = session.info.get("belongings")
    if belongings is None or PREPARED in session.info:
        return None
    found = (
        one for one in belongings.theirs if one.name == table.name
    )  # the ORM annotates a copy of the table
    one = next(found, None)
    return one if one is not None and one.owner and one.end is not End.CASCADES else None


def _judge(session: Session, table: Any, rows: Iterable[Mapping[str, Any]]) -> None:
    belonging = _guarded(session, table)
    if belonging is None:
        return
    for row in rows:
        whose = row.get(belonging.owner or "")
        if whose is not None and whose not in session.info["held"]:
            raise NotHeld(belonging.name)


@event.listens_for(Session, "before_flush")
def _new_rows(session: Session, _context: Any, _instances: Any) -> None:
    for one in session.new:
        mapper = inspect(one).mapper
        _judge(
            session,
            mapper.local_table,
            [{column.name: getattr(one, name) for name, column in mapper.columns.items()}],
        )


@event.listens_for(Session, "do_orm_execute")
def _statements(state: ORMExecuteState) -> None:
    if not state.is_insert:
        return
    table = state.statement.table  # type: ignore[attr-defined]  # an insert has one
    if _guarded(state.session, table) is None:
        return
    said = state.parameters
    if not said:
        said = state.statement.compile(dialect=postgresql.dialect()).params  # type: ignore[no-untyped-call,attr-defined]
    _judge(state.session, table, [said] if isinstance(said, Mapping) else list(said))
