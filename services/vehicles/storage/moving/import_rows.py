from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import Select, delete, func, select, text, update

from services.vehicles.domain.moving.states import RowState
from services.vehicles.storage.moving.models import ImportRow
from shared.access import Access
from shared.db.repository import Repository

CHUNK: Final = 1_000
KEPT_AT_ONCE: Final = 1_000
TABLE: Any = ImportRow.__table__
"""Rows go in and out of it as they are: of tens of thousands none is an object first."""


@dataclass(slots=True)
class Verdict:
    """What becomes of a row."""

    id: UUID
    state: RowState
    codes: Sequence[str] = ()
    column: str = ""
    cell: str = ""


_VERDICTS = text(
    """
UPDATE import_row AS r SET state = said.state, codes = said.codes, cell_column = said.cell_column, cell = said.cell
FROM jsonb_to_recordset(CAST(:said AS jsonb)) AS said(id uuid, state text, codes jsonb, cell_column text, cell text)
WHERE r.id = said.id AND r.import_id = :import_id
AND (r.state, r.codes, r.cell_column, r.cell) IS DISTINCT FROM (said.state, said.codes, said.cell_column, said.cell)
"""
)
_BECAME = text(
    """
UPDATE import_row AS r SET thing_id = said.thing_id
FROM jsonb_to_recordset(CAST(:said AS jsonb)) AS said(id uuid, thing_id uuid)
WHERE r.id = said.id AND r.import_id = :import_id
"""
)


class RowRepository(Repository[ImportRow]):
    model = ImportRow

    async def keep(self, rows: Sequence[Mapping[str, Any]]) -> None:
        for start in range(0, len(rows), KEPT_AT_ONCE):
            some = list(rows[start : start + KEPT_AT_ONCE])
            await self.session.execute(TABLE.insert(), some)

    async def forget(self, import_id: UUID) -> None:
        await self.session.execute(delete(ImportRow).where(ImportRow.import_id == import_id))

    def of(self, access: Access, import_id: UUID, state: RowState | None) -> Select[ImportRow]:
        statement = self.seen_by(access).where(ImportRow.import_id == import_id)
        return statement if state is None else statement.where(ImportRow.state == state)

    async def chunks(
        self, import_id: UUID, *, car: str | None = None, kinds: Collection[str] | None = None
    ) -> AsyncIterator[Sequence[Any]]:
        """What can be read of an import, some at a time and in the order of its files."""
        columns = (
            *(ImportRow.id, ImportRow.number, ImportRow.kind, ImportRow.car, ImportRow.line),
            *(ImportRow.section, ImportRow.found, ImportRow.state, ImportRow.codes),
        )
        last = -1
        while True:
            statement = select(*columns).where(
                ImportRow.import_id == import_id, ImportRow.number > last
            )
            if car is not None:
                statement = statement.where(ImportRow.car == car)
            if kinds is not None:
                statement = statement.where(ImportRow.kind.in_(list(kinds)))
            found = await self.session.execute(statement.order_by(ImportRow.number).limit(CHUNK))
            rows = found.all()
            if rows:
                yield rows
            if len(rows) < CHUNK:
                return
            last = rows[-1].number

    async def judge(self, import_id: UUID, verdicts: Sequence[Verdict]) -> None:
        for start in range(0, len(verdicts), CHUNK):
            said = [
                {
                    "id": str(each.id),
                    "state": each.state.value,
                    "codes": list(each.codes),
                    "cell_column": each.column,
                    "cell": each.cell,
                }
                for each in verdicts[start : start + CHUNK]
            ]
            await self.session.execute(
                _VERDICTS, {"said": orjson.dumps(said).decode(), "import_id": import_id}
            )

    async def refuse_strangers(self, import_id: UUID, cars: Collection[str]) -> None:
        """Rows of cars that are none of these."""
        rest = (ImportRow.import_id == import_id, ImportRow.kind.not_in(["bad", "left_out"]))
        said = {"state": RowState.BAD, "codes": ["unknown_vehicle"], "cell_column": "vehicle"}
        await self.session.execute(
            update(ImportRow)
            .where(*rest, ImportRow.car.not_in(list(cars)))
            .values(**said, cell=func.left(ImportRow.car, 200))
            .execution_options(synchronize_session=False)
        )

    async def became(self, import_id: UUID, things: Mapping[UUID, UUID]) -> None:
        said = [{"id": str(row), "thing_id": str(thing)} for row, thing in things.items()]
        if said:
            await self.session.execute(
                _BECAME, {"said": orjson.dumps(said).decode(), "import_id": import_id}
            )

    async def counts(self, import_id: UUID) -> list[Any]:
        """Rows of (kind, state, rows)."""
        statement = (
            select(ImportRow.kind, ImportRow.state, func.count().label("rows"))
            .where(ImportRow.import_id == import_id, ImportRow.kind != "car")
            .group_by(ImportRow.kind, ImportRow.state)
        )
        return list((await self.session.execute(statement)).all())

    async def made(self, import_id: UUID) -> list[Any]:
        """Rows of (kind, thing_id) of what an applied import made."""
        statement = select(ImportRow.kind, ImportRow.thing_id).where(
            ImportRow.import_id == import_id, ImportRow.thing_id.is_not(None)
        )
        return list((await self.session.execute(statement.order_by(ImportRow.number))).all())
