from datetime import date
from typing import Annotated, Any, Self, cast
from uuid import UUID

from fastapi import Query, Response
from pydantic import Field

from services.vehicles.api.authorship import MadeOut, shown
from services.vehicles.api.dependencies import CarDay, InWork, Named, chosen, chosen_id, speaks
from services.vehicles.domain.care.obligations import Assumed, Basis, Result
from services.vehicles.domain.care.rule_packs import Confidence, ObligationKind, Source
from services.vehicles.domain.care.stickers import Sticker
from services.vehicles.domain.cars.categories import VehicleCategory
from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.things import ThingKind, name_of
from services.vehicles.errors.care import NextBeforeDone, ObligationInFuture, ObligationUndated
from services.vehicles.storage.care.obligations import ObligationDone
from services.vehicles.usecases.care.duties import Asked, DueState, Duties, Missing
from services.vehicles.usecases.care.obligations import (
    DoneFacts,
    add_done,
    due_across,
    edit_done,
    read_done,
    read_duties,
    restore_done,
    trash_done,
)
from services.vehicles.usecases.client_ids import add_once
from shared.contracts.base import Language
from shared.errors import IdTaken, NotFound, RoleInsufficient
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import (
    AnswerModel,
    Identifier,
    Line,
    Moment,
    RequestModel,
    every_member_optional,
)
from shared.http.pagination import ListQuery, Page, Pages, listed_by
from shared.http.router import Router

router = Router(prefix="/api", tags=["obligations"])
MOST_DAYS = 3650


class DoneIn(RequestModel):
    """A test, or an insurance that began."""

    done_on: CarDay | None = None
    """Left out where only the next date is known."""
    result: Annotated[Result, chosen(Result)] = Result.A
    """As a French report says it: A passed, S major defects, R critical ones. Of an insurance always A."""
    next_on: CarDay | None = None
    """The next date as the paper gives it: it wins over every rule. Of an insurance, its end."""
    auto_renews: bool | None = None
    """Of an insurance."""
    note: Line | None = None
    document: Identifier | None = None


class NewDone(Named, DoneIn):
    """Under an id of the client's choice if it likes."""


@every_member_optional
class DoneEdit(DoneIn):
    """What is left out stays as it is."""


class DoneOut(MadeOut):
    id: UUID
    vehicle: UUID
    kind: ObligationKind
    done_on: date | None
    result: Result
    next_on: date | None
    auto_renews: bool | None
    note: str | None
    document: UUID | None
    read_on_document: bool
    """Read on that paper and not said by hand; a change by hand is not overwritten."""
    trashed_at: Moment | None
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, row: ObligationDone) -> Self:
        return cls(
            id=row.id,
            vehicle=row.vehicle_id,
            kind=ObligationKind(row.kind),
            done_on=row.done_on,
            result=Result(row.result),
            next_on=row.next_on,
            auto_renews=row.auto_renews,
            note=row.note,
            document=row.document_id,
            read_on_document=row.is_read,
            trashed_at=row.trashed_at,
            created_at=row.created_at,
            updated_at=row.updated_at,
        ).about(row)


class SourceOut(AnswerModel):
    """Where a rule stands, and what was read on the day it was checked."""

    title: str
    url: str
    checked_on: date
    confidence: Confidence
    """`law`: the text itself was read; `official`: an authority's page; `secondary`: others' pages; `unverified`: none was found."""
    read: list[str]

    @classmethod
    def of(cls, source: Source) -> Self:
        return cls(
            title=source.title,
            url=source.url,
            checked_on=source.checked_on,
            confidence=source.confidence,
            read=list(source.read),
        )


class ObligationOut(AnswerModel):
    """What is asked next. A rule knows less than a paper: please check."""

    kind: ObligationKind
    title: str
    state: DueState
    due_on: date
    """The last day."""
    opens_on: date | None
    """From when it may be done."""
    basis: Basis
    """`paper`: the date of a document or of one's own; `done`, `retest`, `schedule`: by the rule."""
    please_check: bool = True
    last_done_on: date | None
    last_result: Result | None
    driven_until: date | None
    """With a critical defect it may be driven no longer than that."""
    assumed: list[Assumed]
    later: list[date]
    report_until: date | None
    """Until when the last report serves for a sale."""
    notice_by: date | None
    cancellable_from: date | None
    rule: str
    country: str
    pack_version: date
    notes: str
    unchecked: str | None
    """What of the rule no source was found for, or what nobody can know here: look twice."""
    source: SourceOut

    @classmethod
    def of(cls, asked: Asked, language: Language, today: date) -> Self:
        rule, due = asked.rule, asked.due
        name = name_of(ThingKind.OBLIGATION, rule.obligation)
        return cls(
            kind=rule.obligation,
            title=name.into(language) if name else rule.obligation,
            state=asked.state_on(today),
            due_on=due.due_on,
            opens_on=due.opens_on,
            basis=due.basis,
            last_done_on=due.last.on if due.last else None,
            last_result=due.last.result if due.last else None,
            driven_until=due.driven_until,
            assumed=list(due.assumed),
            later=list(due.later),
            report_until=due.report_until,
            notice_by=due.notice_by,
            cancellable_from=due.cancellable_from,
            rule=rule.id,
            country=rule.country,
            pack_version=rule.version,
            notes=rule.notes.into(language),
            unchecked=rule.unchecked.into(language) if rule.unchecked else None,
            source=SourceOut.of(rule.source),
        )


class StickerOut(AnswerModel):
    """`value` is null where there is none, or too little is known. No zone follows from it."""

    kind: str
    value: str | None
    by: str | None
    please_check: bool = True
    notes: str
    source: SourceOut


class ObligationsOut(AnswerModel):
    country: str | None
    is_covered: bool
    """Whether a rule pack of ours is about its country."""
    category: VehicleCategory
    missing: list[Missing]
    """What somebody has to say of the car before more can be told."""
    obligations: list[ObligationOut]
    sticker: StickerOut | None

    @classmethod
    def of(cls, duties: Duties, country: str | None, language: Language, today: date) -> Self:
        return cls(
            country=country,
            is_covered=duties.pack is not None,
            category=duties.category,
            missing=list(duties.missing),
            obligations=[ObligationOut.of(each, language, today) for each in duties.asked],
            sticker=_sticker(duties, duties.sticker, language),
        )


class DueOut(AnswerModel):
    vehicle: UUID
    vehicle_name: str
    obligation: ObligationOut


def _sticker(duties: Duties, found: Sticker | None, language: Language) -> StickerOut | None:
    rule = duties.sticker_rule
    if rule is None:
        return None
    return StickerOut(
        kind=rule.kind,
        value=found.value if found else None,
        by=found.by if found else None,
        notes=rule.notes.into(language),
        source=SourceOut.of(rule.source),
    )


def _facts(body: DoneIn, *, only_said: bool) -> DoneFacts:
    said: dict[str, Any] = {
        "document_id" if name == "document" else name: getattr(body, name)
        for name in DoneIn.model_fields
        if not only_said or name in body.model_fields_set
    }
    return cast("DoneFacts", said)  # the names are those of the model above


Dones = Annotated[
    ListQuery,
    listed_by(
        {"done_on": ObligationDone.done_on, "created_at": ObligationDone.created_at},
        default="-done_on",
        search=(ObligationDone.note,),
    ),
]
WORDS = problems(NotFound, RoleInsufficient, ObligationUndated, ObligationInFuture, NextBeforeDone)
Within = Annotated[
    int, Field(ge=0, le=MOST_DAYS), Query(description="Due in so many days at most, or overdue.")
]


@router.get("/vehicles/{vehicle_id}/obligations", responses=problems(NotFound, RoleInsufficient))
async def vehicle_obligations(
    vehicle_id: UUID, work: InWork, caller: CurrentCaller
) -> ObligationsOut:
    """What the country of registration asks of this car, and which emission sticker it has a right to. Please check: a rule knows
    less than the car's papers, and the next date of a paper always wins.
    """
    duties, car, today = await read_duties(work, access=caller.access, vehicle_id=vehicle_id)
    return ObligationsOut.of(duties, car.country, speaks(caller), today)


@router.get(
    "/vehicles/{vehicle_id}/obligations/done", responses=problems(NotFound, RoleInsufficient)
)
async def list_obligations_done(
    vehicle_id: UUID,
    work: InWork,
    caller: CurrentCaller,
    listing: Dones,
    *,
    trashed: Annotated[bool, Query(description="Those in the trash instead.")] = False,
) -> Page[DoneOut]:
    """Tests and insurances of a car, as they were said or read."""
    await work.vehicles.one_for(caller.access, vehicle_id, May.READ_CARE)
    statement = work.obligations.listed(caller.access, vehicle_id, is_trashed=trashed)
    page: Page[DoneOut] = await listing.page(work.session, statement, into=DoneOut.of)
    return await shown(work, caller.access, page)


@router.post(
    "/vehicles/{vehicle_id}/obligations/{kind}/done",
    status_code=201,
    responses=WORDS | problems(IdTaken),
)
async def create_obligation_done(
    vehicle_id: UUID,
    kind: ObligationKind,
    body: NewDone,
    work: InWork,
    caller: CurrentCaller,
    *,
    response: Response,
) -> DoneOut:
    """It was done; the next day is the paper's, where it gives one, else the rule's. Reminders follow."""
    facts, access = _facts(body, only_said=False), caller.access
    row = await add_once(
        work,
        access=access,
        chosen=chosen_id(body, vehicle_id, kind),
        make=lambda id_: add_done(
            work,
            access=access,
            vehicle_id=vehicle_id,
            kind=kind,
            facts=DoneFacts(**facts, id=id_),
        ),
        again=lambda id_: read_done(work, access=access, done_id=id_),
    )
    response.headers["Location"] = f"/api/obligations/done/{row.id}"
    return await shown(work, access, DoneOut.of(row))


@router.get("/obligations/due")
async def list_due_obligations(
    work: InWork, caller: CurrentCaller, listing: Pages, *, within_days: Within = 90
) -> Page[DueOut]:
    """Of all cars whose care one may read: what is overdue, and what is due soon, the most pressing first."""
    found = await due_across(work, access=caller.access, within_days=within_days)
    shown_ = found[listing.start : listing.start + listing.page_size]
    language = speaks(caller)
    results = [
        DueOut(
            vehicle=car.id,
            vehicle_name=car.name,
            obligation=ObligationOut.of(asked, language, today),
        )
        for car, asked, today in shown_
    ]
    return listing.of(results, len(found))


@router.get("/obligations/done/{done_id}", responses=problems(NotFound, RoleInsufficient))
async def get_obligation_done(done_id: UUID, work: InWork, caller: CurrentCaller) -> DoneOut:
    row = await read_done(work, access=caller.access, done_id=done_id)
    return await shown(work, caller.access, DoneOut.of(row))


@router.patch("/obligations/done/{done_id}", responses=WORDS)
async def change_obligation_done(
    done_id: UUID, body: DoneEdit, work: InWork, caller: CurrentCaller
) -> DoneOut:
    facts = _facts(body, only_said=True)
    row = await edit_done(work, access=caller.access, done_id=done_id, facts=facts)
    return await shown(work, caller.access, DoneOut.of(row))


@router.delete(
    "/obligations/done/{done_id}", status_code=204, responses=problems(NotFound, RoleInsufficient)
)
async def delete_obligation_done(done_id: UUID, work: InWork, caller: CurrentCaller) -> None:
    """Into the trash: `POST …/restore` takes it back for thirty days. What falls due is worked out without it."""
    await trash_done(work, access=caller.access, done_id=done_id)


@router.post("/obligations/done/{done_id}/restore", responses=problems(NotFound, RoleInsufficient))
async def restore_obligation_done(done_id: UUID, work: InWork, caller: CurrentCaller) -> DoneOut:
    """Out of the trash, as it was."""
    row = await restore_done(work, access=caller.access, done_id=done_id)
    return await shown(work, caller.access, DoneOut.of(row))
