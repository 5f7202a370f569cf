from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import Request, Response
from pydantic import Field, StringConstraints, model_validator

from services.vehicles.api.cars.vehicles import Plate, Vin, Year
from services.vehicles.api.dependencies import InWork, Runs
from services.vehicles.api.moving.import_profiles import MappingIn
from services.vehicles.domain.moving.states import ImportState
from services.vehicles.errors.moving import (
    AnswerUnknown,
    CarUnknown,
    FileNotTaken,
    FileTooLarge,
    FormatUnfit,
    FormatUnknown,
    ImportBusy,
    ImportOpen,
    ImportSettled,
    MappingUnfit,
    NotApplied,
    TooManyImports,
    UndoTooLate,
    UploadMalformed,
)
from services.vehicles.storage.moving.models import VehicleImport
from services.vehicles.usecases.moving.applying import UNDOABLE
from services.vehicles.usecases.moving.imports import (
    CarChoice,
    Changes,
    begin_import,
    edit_import,
    remove_import,
    start_applying,
    start_undoing,
)
from services.vehicles.usecases.moving.targets import NEW, SKIP
from shared.contracts.features import Limit
from shared.errors import NotFound, QuotaExceeded, RoleInsufficient
from shared.http.access import needs
from shared.http.errors import problems
from shared.http.idempotency import late_claim
from shared.http.identity import CurrentCaller
from shared.http.models import (
    ONE_LINE,
    AnswerModel,
    Identifier,
    Line,
    Moment,
    RequestModel,
)
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router

router = Router(prefix="/api/imports", tags=["imports"])
Key = Annotated[str, StringConstraints(max_length=200, pattern=ONE_LINE, strip_whitespace=False)]
Answer = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=ONE_LINE)]
Asked = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=ONE_LINE)]


class QuestionOut(AnswerModel):
    """What only the person can say, once."""

    name: str = Field(examples=["currency"])
    choices: list[str]
    """Empty: any there is, of currencies (ISO 4217) and time zones (IANA)."""
    proposed: str | None
    samples: list[str]


class CarOut(AnswerModel):
    """A car of the file, and where its rows go."""

    key: str
    name: str
    make: str
    model: str
    year: int | None
    license_plate: str | None
    vin: str | None
    energies: list[str]
    goes: str | None = Field(description="`new`, `existing` or `skip`; null: say which.")
    vehicle: UUID | None
    rows: int


class CountsOut(AnswerModel):
    new: int = 0
    duplicate: int = 0
    doubtful: int = 0
    bad: int = 0
    left_out: int = 0
    by_kind: dict[str, dict[str, int]] = Field(default_factory=dict)


class ImportOut(AnswerModel):
    id: UUID
    state: ImportState
    files: list[str]
    format: str | None
    formats: list[str]
    """Those its content fits; `mapped` is any table, by what is said of its columns."""
    settled: dict[str, str]
    """How its cells are read: what was found out of whole columns, and what was answered."""
    questions: list[QuestionOut]
    mapping: dict[str, Any] | None
    cars: list[CarOut]
    counts: CountsOut
    done: int
    total: int
    """Rows that a worker has taken, of those it takes; progress also arrives on the event stream."""
    failure: str | None = Field(description="Why the last try to apply it was given up.")
    created_at: Moment
    updated_at: Moment
    applied_at: Moment | None
    undone_at: Moment | None
    undo_until: Moment | None

    @classmethod
    def of(cls, imported: VehicleImport) -> Self:
        undoable = imported.state == ImportState.APPLIED and imported.applied_at
        return cls(
            id=imported.id,
            state=ImportState(imported.state),
            files=imported.files,
            format=imported.format,
            formats=imported.candidates,
            settled={name: said for name, said in imported.facts.items() if name != "mapping"},
            questions=[QuestionOut.model_validate(each) for each in imported.questions],
            mapping=imported.mapping,
            cars=[_car(each) for each in imported.cars],
            counts=CountsOut.model_validate(imported.counts),
            done=imported.done,
            total=imported.total,
            failure=imported.failure,
            created_at=imported.created_at,
            updated_at=imported.updated_at,
            applied_at=imported.applied_at,
            undone_at=imported.undone_at,
            undo_until=imported.applied_at + UNDOABLE if undoable and imported.applied_at else None,
        )


def _car(car: dict[str, Any]) -> CarOut:
    same = ("key", "name", "make", "model", "year", "vin", "energies", "rows")
    vehicle = car["vehicle_id"]
    return CarOut(
        **{name: car[name] for name in same},
        license_plate=car["plate"],
        goes=car["goes"] or None,
        vehicle=UUID(vehicle) if vehicle else None,
    )


class NewCarIn(RequestModel):
    """What is said of a car that is to be made; what is left out is as the file says."""

    make: Line | None = None
    model: Line | None = None
    year: Year | None = None
    license_plate: Plate | None = None
    vin: Vin | None = None
    energies: Annotated[list[Runs], Field(max_length=8)] | None = None


class CarIn(RequestModel):
    """Where the rows of a car of the file go: to an existing car, to a new one, or nowhere."""

    key: Key
    vehicle: Identifier | None = None
    new: NewCarIn | None = None
    skip: bool = False

    @model_validator(mode="after")
    def _says_one(self) -> Self:
        if (self.vehicle is not None) + (self.new is not None) + self.skip != 1:
            raise ValueError("give one of vehicle, new and skip")
        return self

    def choice(self) -> CarChoice:
        if self.vehicle is not None:
            return {"key": self.key, "vehicle_id": self.vehicle}
        if self.new is None:
            return {"key": self.key, "goes": SKIP}
        made: CarChoice = {"key": self.key, "goes": NEW}
        given = self.new.model_dump(exclude_unset=True, exclude_none=True)
        if "license_plate" in given:
            given["plate"] = given.pop("license_plate")
        return {**made, **given}  # type: ignore[typeddict-item]  # the names are those of NewCarIn


class ImportEdit(RequestModel):
    """What is left out stays as it is."""

    format: Annotated[str, StringConstraints(pattern="^[a-z_]{1,40}$")] | None = None
    answers: Annotated[
        dict[Asked, Answer],
        Field(max_length=30, json_schema_extra={"additionalProperties": False}),
    ] = Field(default_factory=dict, examples=[{"currency": "EUR", "decimal_mark": ","}])
    mapping: MappingIn | None = None
    """Of the columns of a table nobody knows."""
    profile: Identifier | None = None
    """Or one that was kept."""
    cars: Annotated[list[CarIn], Field(max_length=200)] = Field(default_factory=list)


Imports = Annotated[
    ListQuery, listed_by({"created_at": VehicleImport.created_at}, default="-created_at")
]
UPLOAD: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {
                            "type": "array",
                            "items": {"type": "string", "format": "binary"},
                            "description": "CSV, JSON, SQL or zip; several that belong together; at most 20 MB.",
                        },
                        "vehicle": {
                            "anyOf": [
                                {"type": "string", "format": "uuid"},
                                {"type": "string", "maxLength": 0},
                            ],
                            "description": "Where it goes, of a file with one car.",
                        },
                        "profile": {
                            "anyOf": [
                                {"type": "string", "format": "uuid"},
                                {"type": "string", "maxLength": 0},
                            ],
                            "description": "A kept mapping of columns.",
                        },
                        "encoding": {
                            "type": "string",
                            "enum": ["windows-1252", "windows-1250", "windows-1251", ""],
                        },
                    },
                }
            }
        },
    }
}


@router.get("")
async def list_imports(work: InWork, caller: CurrentCaller, listing: Imports) -> Page[ImportOut]:
    """What the caller has brought along, for as long as it can be applied or undone."""
    found = work.imports.seen_by(caller.access)
    return await listing.page(work.session, found, into=ImportOut.of)


@router.post(
    "",
    status_code=201,
    openapi_extra=UPLOAD,
    responses=problems(
        *(UploadMalformed, FileTooLarge, FileNotTaken, FormatUnknown, AnswerUnknown),
        *(TooManyImports, NotFound, RoleInsufficient),
    ),
)
async def create_import(
    request: Request, response: Response, work: InWork, caller: CurrentCaller
) -> ImportOut:
    """Take files of another program in: the format is recognised by their content, and what is to be asked is asked. Nothing is
    applied yet.
    """
    imported = await begin_import(
        work,
        caller=caller,
        body=request.stream(),
        content_type=request.headers.get("content-type"),
        once=late_claim(request),
    )
    response.headers["Location"] = f"/api/imports/{imported.id}"
    return ImportOut.of(imported)


@router.get("/{import_id}", responses=problems(NotFound))
async def get_import(import_id: UUID, work: InWork, caller: CurrentCaller) -> ImportOut:
    return ImportOut.of(await work.imports.one_seen(caller.access, import_id))


@router.patch(
    "/{import_id}",
    responses=problems(
        *(NotFound, RoleInsufficient, ImportBusy, ImportSettled, FormatUnfit, MappingUnfit),
        *(AnswerUnknown, CarUnknown, FileNotTaken),
    ),
)
async def change_an_import(
    import_id: UUID, body: ImportEdit, work: InWork, caller: CurrentCaller
) -> ImportOut:
    """Answer what is asked, say what columns hold, or where each car goes; every row is judged anew."""
    changes = Changes(
        format=body.format,
        answers=body.answers,
        mapping=body.mapping.plain() if body.mapping else None,
        profile_id=body.profile,
        cars=[car.choice() for car in body.cars],
    )
    imported = await edit_import(work, access=caller.access, import_id=import_id, changes=changes)
    return ImportOut.of(imported)


@router.delete(
    "/{import_id}", status_code=204, responses=problems(NotFound, ImportBusy, ImportSettled)
)
async def delete_import(import_id: UUID, work: InWork, caller: CurrentCaller) -> None:
    """One that is not applied, or was undone."""
    await remove_import(work, access=caller.access, import_id=import_id)


@router.post(
    "/{import_id}/apply",
    status_code=202,
    openapi_extra=needs(quota=Limit.VEHICLES),
    responses=problems(
        *(NotFound, RoleInsufficient, ImportBusy, ImportOpen, ImportSettled, QuotaExceeded)
    ),
)
async def apply_import(
    import_id: UUID, work: InWork, caller: CurrentCaller, response: Response
) -> ImportOut:
    """Off the request, whole or not at all; progress arrives on the event stream and under `Location`."""
    imported = await start_applying(work, caller=caller, import_id=import_id)
    response.headers["Location"] = f"/api/imports/{imported.id}"
    return ImportOut.of(imported)


@router.post(
    "/{import_id}/undo",
    status_code=202,
    responses=problems(NotFound, ImportBusy, NotApplied, UndoTooLate),
)
async def undo_import(
    import_id: UUID, work: InWork, caller: CurrentCaller, response: Response
) -> ImportOut:
    """For thirty days, without a trace: everything it made goes, also what was changed since; a car it made stays only where
    something else was added to it.
    """
    imported = await start_undoing(work, access=caller.access, import_id=import_id)
    response.headers["Location"] = f"/api/imports/{imported.id}"
    return ImportOut.of(imported)
