from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import Query

from services.vehicles.api.dependencies import InWork, speaks
from services.vehicles.domain.moving.states import RowState, said
from services.vehicles.storage.moving.models import ImportRow
from shared.contracts.base import Language
from shared.errors import NotFound
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router

router = Router(prefix="/api/imports", tags=["imports"])
Rows = Annotated[ListQuery, listed_by({"number": ImportRow.number}, default="number")]


class RowOut(AnswerModel):
    id: UUID
    line: int
    section: str
    kind: str
    car: str
    state: RowState
    codes: list[str]
    messages: list[str]
    """The codes in words, in the caller's language."""
    column: str | None
    cell: str | None
    """As it was."""
    day: str | None
    found: dict[str, Any]
    """The row in neutral form."""
    thing: UUID | None
    """What it became."""

    @classmethod
    def of(cls, row: ImportRow, language: Language) -> Self:
        is_wrong = row.state in {RowState.BAD, RowState.DOUBTFUL}
        return cls(
            id=row.id,
            line=row.line,
            section=row.section,
            kind=row.kind,
            car=row.car,
            state=RowState(row.state),
            codes=row.codes,
            messages=[said(code, language) for code in row.codes],
            column=row.cell_column or None,
            cell=row.cell or None if is_wrong else None,
            day=row.day.isoformat() if row.day else None,
            found=row.found,
            thing=row.thing_id,
        )


@router.get("/{import_id}/rows", responses=problems(NotFound))
async def list_import_rows(
    import_id: UUID,
    work: InWork,
    caller: CurrentCaller,
    listing: Rows,
    *,
    state: Annotated[RowState | None, Query()] = None,
) -> Page[RowOut]:
    """Each row of its files: what was found, and what becomes or became of it."""
    await work.imports.one_seen(caller.access, import_id)
    language = speaks(caller)
    return await listing.page(
        work.session,
        work.import_rows.of(caller.access, import_id, state),
        into=lambda row: RowOut.of(row, language),
    )
