from enum import StrEnum
from typing import Annotated, ClassVar, Self
from uuid import UUID

from fastapi import Query, Response
from pydantic import Field, StringConstraints

from services.vehicles.api.authorship import MadeOut, shown
from services.vehicles.api.dependencies import InWork, Named, chosen, chosen_id, speaks
from services.vehicles.domain.care.diagnostics import HAPPENED, ReplyBy
from services.vehicles.errors.care_cases import CaseFull, ReplyOfNobody
from services.vehicles.storage.care.diagnostics import DiagnosticReply
from services.vehicles.usecases.care.replies import (
    ReplyFacts,
    add_reply,
    edit_reply,
    read_reply,
    remove_reply,
)
from services.vehicles.usecases.client_ids import ChosenId, add_once
from shared.contracts.base import Language
from shared.errors import IdTaken, NotFound, RoleInsufficient
from shared.http.errors import problems
from shared.http.identity import Caller, CurrentCaller
from shared.http.models import (
    SAYS_SOMETHING,
    Identifier,
    Moment,
    RequestModel,
    every_member_optional,
)
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router

router = Router(prefix="/api/diagnostics", tags=["diagnostics"])

MOST_CHARACTERS = 10_000
Words = Annotated[
    str,
    StringConstraints(min_length=1, max_length=MOST_CHARACTERS, pattern=SAYS_SOMETHING),
    Field(examples=["Plaquettes à 3 mm, disques voilés : à remplacer."]),
]
Documents = Annotated[list[Identifier], Field(max_length=30)]
REFUSALS = problems(NotFound, RoleInsufficient)


class Speaker(StrEnum):
    """Whom a person may speak as; ai and system speak for themselves."""

    USER = "user"
    DRIVER = "driver"
    MECHANIC = "mechanic"


class Spoken(RequestModel):
    text: Words
    author: Annotated[Speaker | None, chosen(Speaker)] = None
    """Oneself, or a mechanic whose words one writes down; a driver always speaks as one."""
    documents: Documents = Field(default_factory=list)


class ReplyToCase(Named, Spoken):
    """To the case of the address."""


class NewReply(Named, Spoken):
    """Under an id of the client's choice if it likes."""

    diagnostic: Identifier


class ReplyIn(RequestModel):
    text: Words
    documents: Documents = Field(default_factory=list)


@every_member_optional
class ReplyEdit(ReplyIn):
    """What is left out stays as it is."""


class ReplyOut(MadeOut):
    shown_to_maker: ClassVar[bool] = True

    id: UUID
    diagnostic: UUID
    vehicle: UUID
    author: ReplyBy
    text: str
    """What the house says itself is told in the reader's language."""
    documents: list[UUID]
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, reply: DiagnosticReply, language: Language) -> Self:
        return cls(
            id=reply.id,
            diagnostic=reply.case_id,
            vehicle=reply.vehicle_id,
            author=ReplyBy(reply.author),
            text=text_of(reply, language),
            documents=[UUID(id_) for id_ in reply.document_ids],
            created_at=reply.created_at,
            updated_at=reply.updated_at,
        ).about(reply)


def text_of(reply: DiagnosticReply, language: Language) -> str:
    happened = HAPPENED.get(reply.word or "")
    if happened is None:
        return reply.text
    said = happened.into(language)
    return f"{said} : {reply.text}" if reply.text else said


Replies = Annotated[
    ListQuery,
    listed_by(
        {"created_at": DiagnosticReply.created_at},
        default="created_at",
        search=(DiagnosticReply.text,),
    ),
]


async def reply_once(
    work: InWork, caller: Caller, case_id: UUID, body: Spoken, named: ChosenId | None
) -> ReplyOut:
    facts = ReplyFacts(text=body.text, document_ids=body.documents)
    if body.author is not None:
        facts["author"] = ReplyBy(body.author)
    reply = await add_once(
        work,
        access=caller.access,
        chosen=named,
        make=lambda id_: add_reply(
            work, access=caller.access, case_id=case_id, facts=ReplyFacts(**facts, id=id_)
        ),
        again=lambda id_: read_reply(work, access=caller.access, reply_id=id_),
    )
    return await shown(work, caller.access, ReplyOut.of(reply, speaks(caller)))


@router.get("/replies")
async def list_replies(
    work: InWork,
    caller: CurrentCaller,
    listing: Replies,
    *,
    case_id: Annotated[UUID | None, Query(alias="diagnostic")] = None,
    vehicle_id: Annotated[UUID | None, Query(alias="vehicle")] = None,
) -> Page[ReplyOut]:
    """Of all cases one sees, oldest first."""
    language = speaks(caller)
    statement = work.replies.listed(caller.access, case_id=case_id, vehicle_id=vehicle_id)
    page: Page[ReplyOut] = await listing.page(
        work.session, statement, into=lambda reply: ReplyOut.of(reply, language)
    )
    return await shown(work, caller.access, page)


@router.post("/replies", status_code=201, responses=REFUSALS | problems(IdTaken, CaseFull))
async def create_reply(
    body: NewReply, work: InWork, caller: CurrentCaller, response: Response
) -> ReplyOut:
    """As `add_reply`, with the case in the body."""
    answer = await reply_once(work, caller, body.diagnostic, body, chosen_id(body))
    response.headers["Location"] = f"/api/diagnostics/replies/{answer.id}"
    return answer


@router.get("/replies/{reply_id}", responses=REFUSALS)
async def get_reply(reply_id: UUID, work: InWork, caller: CurrentCaller) -> ReplyOut:
    reply = await read_reply(work, access=caller.access, reply_id=reply_id)
    return await shown(work, caller.access, ReplyOut.of(reply, speaks(caller)))


async def _changed(
    work: InWork, caller: Caller, reply_id: UUID, body: ReplyIn, said: set[str]
) -> ReplyOut:
    facts = ReplyFacts()
    if "text" in said:
        facts["text"] = body.text
    if "documents" in said:
        facts["document_ids"] = body.documents
    reply = await edit_reply(work, access=caller.access, reply_id=reply_id, facts=facts)
    return await shown(work, caller.access, ReplyOut.of(reply, speaks(caller)))


@router.put("/replies/{reply_id}", responses=REFUSALS | problems(ReplyOfNobody))
async def replace_reply(
    reply_id: UUID, body: ReplyIn, work: InWork, caller: CurrentCaller
) -> ReplyOut:
    """Whoever may change the case changes what people said to it; a driver what they said themselves."""
    return await _changed(work, caller, reply_id, body, set(ReplyIn.model_fields))


@router.patch("/replies/{reply_id}", responses=REFUSALS | problems(ReplyOfNobody))
async def change_reply(
    reply_id: UUID, body: ReplyEdit, work: InWork, caller: CurrentCaller
) -> ReplyOut:
    return await _changed(work, caller, reply_id, body, body.model_fields_set)


@router.delete("/replies/{reply_id}", status_code=204, responses=REFUSALS | problems(ReplyOfNobody))
async def delete_reply(reply_id: UUID, work: InWork, caller: CurrentCaller) -> None:
    """For good."""
    await remove_reply(work, access=caller.access, reply_id=reply_id)


@router.post(
    "/{case_id}/add_reply", status_code=201, responses=REFUSALS | problems(IdTaken, CaseFull)
)
async def add_a_reply(
    case_id: UUID, body: ReplyToCase, work: InWork, caller: CurrentCaller, response: Response
) -> ReplyOut:
    """What a mechanic said is told to the car's owner and to whoever reported the case."""
    answer = await reply_once(work, caller, case_id, body, chosen_id(body, case_id))
    response.headers["Location"] = f"/api/diagnostics/replies/{answer.id}"
    return answer
