from typing import Annotated, Self
from uuid import UUID

from fastapi import Response
from pydantic import Field, StringConstraints

from services.vehicles.api.dependencies import InWork, chosen, speaks
from services.vehicles.api.garages.garages import GarageOut, acting
from services.vehicles.domain.garages.claims import MOST_TRIES, ClaimState, Deed, Way
from services.vehicles.errors.garages import (
    ClaimCodeWrong,
    ClaimedJustNow,
    ClaimSettled,
    CodeDead,
    ContactMissing,
    ContactUnproven,
    GarageTaken,
    ProofMissing,
)
from services.vehicles.storage.garages.claims import GarageAudit, GarageClaim
from services.vehicles.usecases.garages.claims import (
    accept_claim,
    claim_garage,
    contest_garage,
    prove_claim,
    read_out_code,
    refuse_claim,
    withdraw_claim,
)
from services.vehicles.usecases.garages.people import read_garage
from shared.errors import NotFound
from shared.http.access import admin_only, personally
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import (
    AnswerModel,
    FreeObject,
    Identifier,
    Line,
    Moment,
    Prose,
    RequestModel,
    SecretAnswer,
)
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router

router = Router(prefix="/api/garages", tags=["garages"])


class ClaimIn(RequestModel):
    """`email`: a code to the published address. `phone`: an administrator rings the published number and reads a code out.
    `document`: an administrator looks at a paper; the only way to a garage that is somebody's already.
    """

    way: Annotated[Way, chosen(Way)]
    document: Identifier | None = None
    note: Annotated[Prose, Field(max_length=2000)] | None = None


class CodeIn(RequestModel):
    code: Annotated[
        str,
        StringConstraints(pattern=r"^[0-9A-Za-z -]{12,30}$"),
        Field(examples=["7K3M-9TQX-02FD"]),
    ]


class ReasonIn(RequestModel):
    reason: Line


class ClaimOut(AnswerModel):
    id: UUID
    garage: UUID
    way: Way
    state: ClaimState
    document: UUID | None
    note: str | None
    tries_left: int | None
    """Of a code that is waited for."""
    expires_at: Moment | None
    """The code's."""
    reason: str | None
    """Why it was refused."""
    created_at: Moment
    settled_at: Moment | None

    @classmethod
    def of(cls, claim: GarageClaim) -> Self:
        waits = claim.code_digest is not None
        return cls(
            id=claim.id,
            garage=claim.garage_id,
            way=Way(claim.way),
            state=ClaimState(claim.state),
            document=claim.document_id,
            note=claim.note,
            tries_left=MOST_TRIES - claim.tries if waits else None,
            expires_at=claim.expires_at if waits else None,
            reason=claim.reason,
            created_at=claim.created_at,
            settled_at=claim.settled_at,
        )


class WaitingClaim(ClaimOut):
    """For administrators."""

    claimant: UUID

    @classmethod
    def of(cls, claim: GarageClaim) -> Self:
        return cls(**ClaimOut.of(claim).__dict__, claimant=claim.account_id)


class ReadOut(SecretAnswer):
    """To be read to whoever answers the published number; told this once."""

    garage_name: str
    phone: str | None
    code: str
    expires_at: Moment | None


class DeedOut(AnswerModel):
    id: UUID
    kind: Deed
    actor: UUID | None
    about: UUID | None
    facts: FreeObject
    at: Moment

    @classmethod
    def of(cls, row: GarageAudit) -> Self:
        return cls(
            id=row.id,
            kind=Deed(row.kind),
            actor=row.actor_id,
            about=row.about_id,
            facts=row.facts,
            at=row.at,
        )


Claims = Annotated[
    ListQuery, listed_by({"created_at": GarageClaim.created_at}, default="-created_at")
]
Deeds = Annotated[ListQuery, listed_by({"at": GarageAudit.at}, default="-at")]
CLAIMING = problems(
    NotFound, GarageTaken, ContactMissing, ContactUnproven, ProofMissing, ClaimedJustNow
)
SETTLING = problems(NotFound, ClaimSettled)


@router.post("/{garage_id}/claims", status_code=201, openapi_extra=personally(), responses=CLAIMING)
async def claim_a_garage(
    garage_id: UUID, body: ClaimIn, work: InWork, caller: CurrentCaller, response: Response
) -> ClaimOut:
    """Claimed again, it is the same claim with a new code, and the old code opens nothing."""
    claim = await claim_garage(
        work,
        access=caller.access,
        garage_id=garage_id,
        way=body.way,
        document_id=body.document,
        note=body.note,
        language=speaks(caller),
    )
    response.headers["Location"] = f"/api/garages/claims/{claim.id}"
    return ClaimOut.of(claim)


@router.get("/claims", openapi_extra=personally())
async def list_my_claims(work: InWork, caller: CurrentCaller, listing: Claims) -> Page[ClaimOut]:
    statement = work.garage_claims.seen_by(caller.access)
    return await listing.page(work.session, statement, into=ClaimOut.of)


@router.get("/claims/waiting", openapi_extra=admin_only())
async def list_waiting_claims(work: InWork, listing: Claims) -> Page[WaitingClaim]:
    """Everybody's."""
    statement = work.garage_claims.waiting()
    return await listing.page(work.session, statement, into=WaitingClaim.of)


@router.get("/claims/{claim_id}", openapi_extra=personally(), responses=problems(NotFound))
async def get_claim(claim_id: UUID, work: InWork, caller: CurrentCaller) -> ClaimOut:
    return ClaimOut.of(await work.garage_claims.one_seen(caller.access, claim_id))


@router.post(
    "/claims/{claim_id}/prove",
    openapi_extra=personally(),
    responses=SETTLING | problems(CodeDead, ClaimCodeWrong, GarageTaken),
)
async def prove_a_claim(
    claim_id: UUID, body: CodeIn, work: InWork, caller: CurrentCaller
) -> GarageOut:
    """With the code that came to the garage. Five tries; then another code is asked for."""
    _, garage = await prove_claim(work, access=caller.access, claim_id=claim_id, code=body.code)
    return GarageOut.of(garage)


@router.delete(
    "/claims/{claim_id}", status_code=204, openapi_extra=personally(), responses=SETTLING
)
async def delete_claim(claim_id: UUID, work: InWork, caller: CurrentCaller) -> None:
    """Withdrawn."""
    await withdraw_claim(work, access=caller.access, claim_id=claim_id)


@router.post(
    "/claims/{claim_id}/read_out",
    openapi_extra=admin_only(),
    responses=SETTLING | problems(GarageTaken, ContactMissing, ContactUnproven, ClaimedJustNow),
)
async def read_a_code_out(claim_id: UUID, work: InWork) -> ReadOut:
    """For a claim by phone: ring the number and read the code out."""
    garage, claim, code = await read_out_code(work, claim_id=claim_id)
    return ReadOut(
        garage_name=garage.name, phone=garage.phone, code=code, expires_at=claim.expires_at
    )


@router.post("/claims/{claim_id}/accept", openapi_extra=admin_only(), responses=SETTLING)
async def accept_a_claim(
    claim_id: UUID, body: ReasonIn, work: InWork, caller: CurrentCaller
) -> GarageOut:
    """What was somebody else's is taken from them; the reason stays in the audit."""
    _, garage = await accept_claim(work, by=acting(caller), claim_id=claim_id, because=body.reason)
    return GarageOut.of(garage)


@router.post("/claims/{claim_id}/refuse", openapi_extra=admin_only(), responses=SETTLING)
async def refuse_a_claim(
    claim_id: UUID, body: ReasonIn, work: InWork, caller: CurrentCaller
) -> WaitingClaim:
    claim = await refuse_claim(work, by=acting(caller), claim_id=claim_id, because=body.reason)
    return WaitingClaim.of(claim)


@router.post("/{garage_id}/contest", openapi_extra=admin_only(), responses=problems(NotFound))
async def contest_a_garage(
    garage_id: UUID, body: ReasonIn, work: InWork, caller: CurrentCaller
) -> GarageOut:
    """Nobody's again, without staff and closed to bookings; the reason stays in the audit."""
    garage = await contest_garage(work, by=acting(caller), garage_id=garage_id, because=body.reason)
    return GarageOut.of(garage)


@router.get("/{garage_id}/audit", openapi_extra=admin_only(), responses=problems(NotFound))
async def list_deeds(garage_id: UUID, work: InWork, listing: Deeds) -> Page[DeedOut]:
    """Who entered, claimed, gave, took and closed it, and why."""
    await read_garage(work, garage_id=garage_id)
    statement = work.garage_audit.of_garage(garage_id)
    return await listing.page(work.session, statement, into=DeedOut.of)
