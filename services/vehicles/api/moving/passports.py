from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import Field

from services.vehicles.api.authorship import MadeOut, shown
from services.vehicles.api.dependencies import InWork
from services.vehicles.api.moving.car_exports import FILE, streamed
from services.vehicles.domain.cars.units import DistanceUnit
from services.vehicles.domain.moving.book import EntryKind
from services.vehicles.domain.moving.bundles import MOST_FILES
from services.vehicles.domain.moving.passport import Verdict
from services.vehicles.domain.moving.qr import qr_of
from services.vehicles.domain.moving.shown import PER_PAGE
from services.vehicles.errors.moving import FileTooLarge, UploadMalformed
from services.vehicles.errors.moving_out import (
    ExportNotReady,
    LinkDayWrong,
    LinkDead,
    LinksFull,
    NotAPassport,
    PassportsBusy,
)
from services.vehicles.storage.moving.passports import PassportLink
from services.vehicles.usecases.moving.passports import (
    Told,
    hide_passport,
    judge_bundle,
    judge_passport,
    open_passport,
    our_key,
    read_passport_links,
    read_shown_passport,
    tell_passport,
    view_passport,
)
from shared.errors import NotFound, RoleInsufficient
from shared.http.access import personally, public
from shared.http.errors import Spoken, problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, Day, Identifier, Moment, RequestModel
from shared.http.router import Router
from shared.money import MoneyOut

router = Router(prefix="/api", tags=["passports"])
Token = Annotated[str, Query(max_length=200, pattern=r"^[\w-]+$")]


class NewPassportLink(RequestModel):
    export: Identifier
    """A passport of this car that is ready."""
    until: Day
    """The last day on which the link opens; ninety days from now at the latest."""


class PassportLinkOut(MadeOut):
    id: UUID
    vehicle: UUID
    export: UUID
    expires_at: Moment
    created_at: Moment

    @classmethod
    def facts(cls, link: PassportLink) -> dict[str, Any]:
        return {
            "id": link.id,
            "vehicle": link.vehicle_id,
            "export": link.export_id,
            "expires_at": link.expires_at,
            "created_at": link.created_at,
        }

    @classmethod
    def of(cls, link: PassportLink) -> Self:
        return cls(**cls.facts(link)).about(link)


class ShownPassportOut(PassportLinkOut):
    """Shown once: whoever has the address reads the passport."""

    url: str
    qr_svg: str
    """The same, to be printed."""


class PassportLinksOut(AnswerModel):
    results: list[PassportLinkOut]


@router.post(
    "/vehicles/{vehicle_id}/passport-links",
    status_code=201,
    openapi_extra=personally(),
    responses=problems(NotFound, RoleInsufficient, ExportNotReady, LinkDayWrong, LinksFull),
)
async def create_passport_link(
    vehicle_id: UUID, body: NewPassportLink, work: InWork, caller: CurrentCaller, response: Response
) -> ShownPassportOut:
    """Lets whoever has it read this passport and take it with them, until a day; the file is kept as long."""
    link, token = await read_shown_passport(
        work,
        access=caller.access,
        vehicle_id=vehicle_id,
        export_id=body.export,
        until=body.until,
    )
    url = f"{work.settings.public_url.rstrip('/')}/passport?token={token}"
    response.headers["Location"] = f"/api/vehicles/{vehicle_id}/passport-links"
    facts = PassportLinkOut.facts(link)
    given = ShownPassportOut(**facts, url=url, qr_svg=qr_of(url)).about(link)
    return await shown(work, caller.access, given)


@router.get(
    "/vehicles/{vehicle_id}/passport-links",
    openapi_extra=personally(),
    responses=problems(NotFound, RoleInsufficient),
)
async def list_passport_links(
    vehicle_id: UUID, work: InWork, caller: CurrentCaller
) -> PassportLinksOut:
    """Those that still open, the latest first."""
    links = await read_passport_links(work, access=caller.access, vehicle_id=vehicle_id)
    answer = PassportLinksOut(results=[PassportLinkOut.of(link) for link in links])
    return await shown(work, caller.access, answer)


@router.delete(
    "/vehicles/{vehicle_id}/passport-links/{passport_link_id}",
    status_code=204,
    openapi_extra=personally(),
    responses=problems(NotFound, RoleInsufficient),
)
async def delete_passport_link(
    vehicle_id: UUID, passport_link_id: UUID, work: InWork, caller: CurrentCaller
) -> None:
    """It opens nothing any more; a copy that somebody took stays theirs."""
    await hide_passport(work, access=caller.access, vehicle_id=vehicle_id, link_id=passport_link_id)


class VerdictOut(AnswerModel):
    """What a passport says of itself, and what is wrong with it."""

    valid: bool
    problems: Annotated[list[str], Field(examples=[["chain_broken:3", "signature_wrong"]])]
    ours: bool
    """Signed by this installation; another's is valid in itself, and only its issuer can say that the key is its own."""
    key_id: str | None
    issuer: str | None
    issued_at: str | None
    car: str | None
    entries: int
    papers: int
    last_hash: str | None

    @classmethod
    def of(cls, verdict: Verdict, *, ours: bool) -> Self:
        return cls(
            valid=verdict.is_whole,
            problems=list(verdict.problems),
            ours=ours,
            key_id=verdict.key_id,
            issuer=verdict.issuer,
            issued_at=verdict.issued_at,
            car=verdict.car,
            entries=verdict.entries,
            papers=verdict.papers,
            last_hash=verdict.last,
        )


class SharedPassportOut(AnswerModel):
    verdict: VerdictOut
    passport: dict[str, Any]
    until: Moment
    file: str
    """Where the bundle with its papers is fetched."""


class KeyOut(AnswerModel):
    issuer: str
    key_id: str
    public_key: str
    """Ed25519, 32 bytes as base64url."""


@router.get("/passports/shared", openapi_extra=public(), responses=problems(LinkDead))
async def read_shared_passport(work: InWork, response: Response, token: Token) -> SharedPassportOut:
    """The passport of a link, verified anew: the token in it is the key."""
    response.headers["Cache-Control"] = "no-store"
    found = await view_passport(work, token=token)
    return SharedPassportOut(
        verdict=VerdictOut.of(found.verdict, ours="key_unknown" not in found.verdict.problems),
        passport=found.passport,
        until=found.until,
        file=f"/api/passports/shared/file?token={token}",
    )


class ShownRowOut(AnswerModel):
    on: date
    kind: EntryKind
    title: str
    """Empty for a reading."""
    details: list[str]
    marks: list[str]
    where: str | None
    distance: int | None
    quantity: str | None
    quantity_unit: str | None
    money: MoneyOut | None
    papers: int
    guest: str | None


class CarRowOut(AnswerModel):
    """`kind`: text, day or distance."""

    label: str
    kind: str
    value: str | int
    on: date | None


class ShownHistoryOut(AnswerModel):
    """A passport in words, a page at a time, the latest first."""

    verdict: VerdictOut
    until: Moment
    last_day: date
    """On which it opens, where the car is."""
    name: str
    distance_unit: DistanceUnit
    car: list[CarRowOut]
    rows: list[ShownRowOut]
    count: int
    page: int
    pages: int
    size_bytes: int
    """Of the bundle."""
    file: str

    @classmethod
    def of(cls, told: Told, *, token: str, page: int) -> Self:
        history = told.history
        return cls(
            verdict=VerdictOut.of(told.verdict, ours="key_unknown" not in told.verdict.problems),
            until=told.until,
            last_day=told.last_day,
            name=history.name,
            distance_unit=DistanceUnit(history.unit),
            car=[
                CarRowOut(
                    label=row["label"], kind=row["kind"], value=row["value"], on=row.get("on")
                )
                for row in history.car
            ],
            rows=[
                ShownRowOut(**{name: getattr(row, name) for name in ShownRowOut.model_fields})
                for row in history.rows
            ],
            count=history.count,
            page=page,
            pages=max(1, -(-history.count // PER_PAGE)),
            size_bytes=told.size_bytes,
            file=f"/api/passports/shared/file?token={token}",
        )


@router.get("/passports/shared/history", openapi_extra=public(), responses=problems(LinkDead))
async def read_shared_history(
    work: InWork,
    response: Response,
    language: Spoken,
    token: Token,
    page: Annotated[int, Query(ge=1, le=2_000)] = 1,
) -> ShownHistoryOut:
    """The passport of a link in words, verified anew: what a page shows of it, fifty entries at a time."""
    response.headers["Cache-Control"] = "no-store"
    told = await tell_passport(work, token=token, language=language, page=page)
    return ShownHistoryOut.of(told, token=token, page=page)


@router.get(
    "/passports/shared/file",
    openapi_extra=public(),
    response_class=StreamingResponse,
    responses=FILE | problems(LinkDead),
)
async def download_shared_passport(
    work: InWork, request: Request, token: Token
) -> StreamingResponse:
    """The bundle of a link, with its papers."""
    return streamed(request, await open_passport(work, token=token))


@router.get("/passports/key", openapi_extra=public())
async def passport_key(work: InWork) -> KeyOut:
    """With what this installation signs; whoever verifies offline compares it."""
    address, id_, public_key = our_key(work)
    return KeyOut(issuer=address, key_id=id_, public_key=public_key)


Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$", examples=["9f" * 32])]


class PassportIn(RequestModel):
    passport: dict[str, Any]
    """`passport.json` of a bundle, as it is."""
    papers: Annotated[dict[Digest, Digest], Field(max_length=MOST_FILES)] | None = None
    """Of each file in `papers/`: the SHA-256 in its name, and that of its bytes, as you have worked it out. Left out, the papers are
    not judged; with them, a changed, missing or added one is a problem.
    """


@router.post("/passports/verify", openapi_extra=public(), responses=problems(NotAPassport))
async def verify_passport(body: PassportIn, work: InWork) -> VerdictOut:
    """Whether nobody has changed it since it was issued, by whatever installation; with `papers`, these too. The files themselves stay
    with you: their hashes are enough. A whole bundle is verified at `/passports/verify/bundle`.
    """
    judged = await judge_passport(work, passport=body.passport, contents=body.papers)
    return VerdictOut.of(judged.verdict, ours=judged.is_ours)


BUNDLE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {
                            "type": "string",
                            "format": "binary",
                            "description": "The bundle (zip) or `passport.json`; at most 32 MB.",
                        }
                    },
                }
            }
        },
    }
}


@router.post(
    "/passports/verify/bundle",
    openapi_extra=BUNDLE | public(),
    responses=problems(NotAPassport, UploadMalformed, FileTooLarge, PassportsBusy),
)
async def verify_bundle(request: Request, work: InWork) -> VerdictOut:
    """The same of a bundle as it was sent to somebody, with each of its papers. Nothing of it is kept."""
    judged = await judge_bundle(
        work, body=request.stream(), content_type=request.headers.get("content-type")
    )
    return VerdictOut.of(judged.verdict, ours=judged.is_ours)
