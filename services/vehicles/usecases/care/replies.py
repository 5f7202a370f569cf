from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict
from uuid import UUID

from services.vehicles.domain.care.diagnostics import MOST_REPLIES, ReplyBy
from services.vehicles.domain.cars.roles import May, Role
from services.vehicles.domain.cars.standing import standing_of
from services.vehicles.errors.care_cases import CaseFull, ReplyOfNobody
from services.vehicles.storage.care.diagnostics import Diagnostic, DiagnosticReply
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.care.case_news import tell
from services.vehicles.usecases.cars.odometer import hold_vehicle
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.vehicles_cases import CaseNews
from shared.errors import NotFound, RoleInsufficient
from shared.ids import new_id


class ReplyFacts(TypedDict, total=False):
    """What somebody says to a case; what is absent stays as it is."""

    id: UUID
    text: str
    author: ReplyBy
    document_ids: Sequence[UUID]


async def add_reply(
    work: Work, *, access: Access, case_id: UUID, facts: ReplyFacts
) -> DiagnosticReply:
    """By whoever may report a defect, to a case they see; a driver speaks as one. Who reported it, and the owner, hear what a mechanic
    says. Raises CaseFull, NotFound, RoleInsufficient.
    """
    vehicle_id = await work.cases.vehicle_of(access, case_id)
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id, may=May.REPORT_DEFECT)
    case = await work.cases.one_seen(access, case_id)
    if case.trashed_at is not None:
        raise NotFound
    author = _author(access, vehicle, facts)
    documents = facts.get("document_ids", ())
    if not await work.documents.are_all_there(Access(vehicle.owner_id), documents):
        raise NotFound(pointer="/documents")
    if case.reply_count >= MOST_REPLIES:
        raise CaseFull
    named = tuple(str(id_) for id_ in dict.fromkeys(documents))
    words = Said(facts["text"], author, access.person, named, id=facts.get("id"))
    reply = say(work, case, words)
    if author is ReplyBy.MECHANIC:
        listeners = {vehicle.owner_id} | _who_reported(case, vehicle)
        await tell(
            work,
            case=case,
            vehicle=vehicle,
            kind=CaseNews.REPLIED,
            to=listeners,
            by=access.person,
        )
    return reply


def _author(access: Access, vehicle: Vehicle, facts: ReplyFacts) -> ReplyBy:
    """Raises RoleInsufficient where a driver speaks for somebody else."""
    said = facts.get("author")
    if standing_of(vehicle, access.person).role is not Role.DRIVER:
        return said or ReplyBy.USER
    if said not in {None, ReplyBy.DRIVER, ReplyBy.USER}:
        raise RoleInsufficient(pointer="/author")
    return ReplyBy.DRIVER


def _who_reported(case: Diagnostic, vehicle: Vehicle) -> set[UUID]:
    """As long as they share the car."""
    members = {UUID(member["person_id"]) for member in vehicle.shared_with}
    return members & {case.made_by} - {None}


@dataclass(frozen=True, slots=True)
class Said:
    """One message to a case."""

    text: str
    author: ReplyBy = ReplyBy.USER
    made_by: UUID | None = None
    documents: tuple[str, ...] = ()
    word: str | None = None
    id: UUID | None = None


def say(work: Work, case: Diagnostic, said: Said) -> DiagnosticReply:
    """Write it down; the caller holds the car, or the case."""
    case.reply_count += 1
    case.last_reply_at = work.now
    case.version += 1
    case.updated_at = work.now
    return work.replies.add(
        DiagnosticReply(
            id=said.id or new_id(),
            owner_id=case.owner_id,
            vehicle_id=case.vehicle_id,
            case_id=case.id,
            made_by=said.made_by,
            version=1,
            author=said.author,
            word=said.word,
            text=said.text,
            document_ids=list(said.documents),
            created_at=work.now,
            updated_at=work.now,
        )
    )


def note_what_happened(
    work: Work, case: Diagnostic, word: str, text: str | None = None
) -> DiagnosticReply:
    """What the house says itself; `word` is one of `HAPPENED`, told in the reader's language."""
    return say(work, case, Said(text or "", ReplyBy.SYSTEM, word=word))


async def edit_reply(
    work: Work, *, access: Access, reply_id: UUID, facts: ReplyFacts
) -> DiagnosticReply:
    """Raises ReplyOfNobody, NotFound, RoleInsufficient."""
    case, reply = await _held(work, access, reply_id)
    documents = facts.get("document_ids", ())
    if not await work.documents.are_all_there(Access(reply.owner_id), documents):
        raise NotFound(pointer="/documents")
    if "author" in facts and reply.author != ReplyBy.DRIVER:
        reply.author = facts["author"]
    if "text" in facts:
        reply.text = facts["text"]
    if "document_ids" in facts:
        reply.document_ids = [str(id_) for id_ in dict.fromkeys(documents)]
    reply.version += 1
    reply.updated_at = work.now
    case.version += 1
    case.updated_at = work.now
    return reply


async def remove_reply(work: Work, *, access: Access, reply_id: UUID) -> None:
    """Raises ReplyOfNobody, NotFound, RoleInsufficient."""
    case, reply = await _held(work, access, reply_id)
    await work.replies.remove(reply)
    case.reply_count -= 1
    case.version += 1
    case.updated_at = work.now


async def read_reply(work: Work, *, access: Access, reply_id: UUID) -> DiagnosticReply:
    reply = await work.replies.one_seen(access, reply_id)
    await _living(work, reply)
    return reply


async def _held(work: Work, access: Access, reply_id: UUID) -> tuple[Diagnostic, DiagnosticReply]:
    """Of somebody, to a case that is not in the trash."""
    vehicle_id = await work.replies.vehicle_of(access, reply_id)
    await hold_vehicle(work, access=access, vehicle_id=vehicle_id, may=May.REPORT_DEFECT)
    reply = await work.replies.one_changed(access, reply_id)
    case = await _living(work, reply)
    if not ReplyBy(reply.author).is_a_person:
        raise ReplyOfNobody
    return case, reply


async def _living(work: Work, reply: DiagnosticReply) -> Diagnostic:
    [case] = await work.cases.these([reply.case_id])
    if case.trashed_at is not None:
        raise NotFound
    return case
