"""What somebody brings along from another program, from the upload to undoing it."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, TypedDict
from uuid import UUID

from services.vehicles.clients.incoming import Upload, receive
from services.vehicles.domain.cars.energies import Energy
from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.moving.cars import CarOfFile, cars_from
from services.vehicles.domain.moving.found import LARGEST_FILE, CannotTake, Part
from services.vehicles.domain.moving.intake import BY_CHOICE, take_in
from services.vehicles.domain.moving.mapped import MAPPING
from services.vehicles.domain.moving.neutral import clean
from services.vehicles.domain.moving.recognising import FORMAT, MAPPED, Look, look, mapping_answer
from services.vehicles.domain.moving.secrets import without_secrets
from services.vehicles.domain.moving.states import BUSY, OPEN, ImportState
from services.vehicles.errors.moving import (
    AnswerUnknown,
    CarUnknown,
    FileNotTaken,
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
from services.vehicles.usecases.cars.quota import make_room
from services.vehicles.usecases.cars.vehicles import read_vehicle
from services.vehicles.usecases.moving.applying import UNDOABLE
from services.vehicles.usecases.moving.reading import judge_rows, read_rows
from services.vehicles.usecases.moving.targets import ENERGY, EXISTING, NEW
from services.vehicles.usecases.moving.working import enqueue
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.features import Limit
from shared.errors import NotFound
from shared.http.idempotency import Claim
from shared.http.identity import Caller

MOST_OPEN: Final = 10
KEPT_OPEN: Final = timedelta(days=7)
READ_AT_ONCE: Final = 300_000
"""Characters; what is longer a worker reads."""
JUDGED_AT_ONCE: Final = 3_000
"""Rows."""
VEHICLE: Final = "vehicle"
"""Beside the answers, where the rows of a file with one car go."""
FIELDS: Final = frozenset({"profile", "encoding", VEHICLE})


class CarChoice(TypedDict, total=False):
    """Where a car of the file goes, and what is said of a new one."""

    key: str
    goes: str
    vehicle_id: UUID | None
    make: str
    model: str
    year: int | None
    plate: str | None
    vin: str | None
    energies: Sequence[Energy]


@dataclass(frozen=True, slots=True)
class Changes:
    """What the person says about an import that waits for them; None is not said."""

    format: str | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    mapping: Mapping[str, Any] | None = None
    profile_id: UUID | None = None
    cars: Sequence[CarChoice] = ()


async def begin_import(
    work: Work,
    *,
    caller: Caller,
    body: AsyncIterator[bytes],
    content_type: str | None,
    once: Claim | None,
) -> VehicleImport:
    """Takes the files in, or refuses and keeps nothing. While they are received and looked into, no transaction is open."""
    async with work.paused():
        upload = await receive(body, content_type=content_type, limit=LARGEST_FILE)
    if once is not None:
        await once.look(upload.digest())
    profile = await _profile(work, caller.access, upload)
    vehicle_id = await _vehicle(work, caller.access, upload)
    async with work.paused():
        parts = await asyncio.to_thread(_taken, upload)
        found = await _looked_into(parts, MAPPED if profile else None, _answers({}, profile))
    if once is not None:
        await once.take(upload.digest())
    await work.hold_owner(caller.user)
    if await work.imports.count_open(caller.access) >= MOST_OPEN:
        raise TooManyImports(limit=MOST_OPEN)
    if profile and found.asks_mapping:
        raise MappingUnfit(pointer="/profile", allowed=_columns(found))
    imported = _new_import(work, caller.access, upload, profile)
    work.imports.add(imported)
    await work.flush()
    await work.import_parts.keep(caller.user, imported.id, parts)
    if vehicle_id is not None:
        imported.answers = {**imported.answers, VEHICLE: str(vehicle_id)}
    await _go_on(work, caller.access, imported, parts, found)
    return imported


def _new_import(
    work: Work, access: Access, upload: Upload, profile: Mapping[str, Any] | None
) -> VehicleImport:
    return VehicleImport(
        owner_id=access.person,
        version=1,
        state=ImportState.ASKING,
        files=[clean(name, 200) or "file" for name, _ in upload.files],
        candidates=[],
        mapping=dict(profile) if profile else None,
        answers=_answers({}, profile),
        facts={},
        questions=[],
        cars=[],
        counts={},
        total=0,
        done=0,
        before={},
        created_at=work.now,
        updated_at=work.now,
        kept_until=work.now + KEPT_OPEN,
    )


async def _profile(work: Work, access: Access, upload: Upload) -> Mapping[str, Any] | None:
    unknown = set(upload.fields) - FIELDS
    if unknown:
        raise UploadMalformed(pointer=f"/{clean(min(unknown), 40)}")
    said = upload.fields.get("profile", "").strip()
    if not said:
        return None
    profile = await work.import_profiles.one_seen(access, _id(said, "/profile"), pointer="/profile")
    return profile.mapping


async def _vehicle(work: Work, access: Access, upload: Upload) -> UUID | None:
    said = upload.fields.get("vehicle", "").strip()
    if not said:
        return None
    vehicle_id = _id(said, "/vehicle")
    await refuse_vehicle(work, access, vehicle_id, "/vehicle")
    return vehicle_id


def _id(said: str, pointer: str) -> UUID:
    try:
        return UUID(said)
    except ValueError:
        raise NotFound(pointer=pointer) from None


def _taken(upload: Upload) -> list[Part]:
    """Raises FileNotTaken."""
    encoding = upload.fields.get("encoding", "").strip().lower() or None
    if encoding is not None and encoding not in BY_CHOICE:
        raise AnswerUnknown(pointer="/encoding", allowed=", ".join(BY_CHOICE))
    try:
        return [
            without_secrets(part)
            for name, content in upload.files
            for part in take_in(clean(name, 200) or "file", content, encoding=encoding)
        ]
    except CannotTake as refusal:
        raise not_taken(refusal) from None


def not_taken(refusal: CannotTake) -> FileNotTaken:
    return FileNotTaken(refusal.code, line=refusal.line)


def _answers(said: Mapping[str, str], mapping: Mapping[str, Any] | None) -> dict[str, str]:
    return {**said, **({MAPPING: mapping_answer(mapping)} if mapping is not None else {})}


async def _looked_into(
    parts: Sequence[Part], format_: str | None, answers: Mapping[str, str]
) -> Look:
    """Raises FormatUnknown, FileNotTaken."""
    try:
        found = await asyncio.to_thread(look, parts, format_=format_, answers=answers)
    except CannotTake as refusal:
        raise not_taken(refusal) from None
    if not found.candidates:
        raise FormatUnknown(pointer="/file")
    return found


async def _go_on(
    work: Work, access: Access, imported: VehicleImport, parts: Sequence[Part], found: Look
) -> None:
    """As far as it goes without asking."""
    imported.candidates, imported.format = found.candidates, found.format
    imported.facts, imported.questions = found.facts, found.questions
    if found.questions:
        imported.state = ImportState.ASKING
    elif sum(len(part.text) for part in parts) > READ_AT_ONCE:
        imported.state = ImportState.READING
        enqueue(work, imported)
    else:
        await read_and_judge(work, access, imported, parts)


async def read_and_judge(
    work: Work, access: Access, imported: VehicleImport, parts: Sequence[Part]
) -> None:
    """Raises FileNotTaken."""
    try:
        await read_rows(work, imported=imported, parts=parts)
    except CannotTake as refusal:
        raise not_taken(refusal) from None
    await judge_rows(work, access=access, imported=imported)


async def edit_import(
    work: Work, *, access: Access, import_id: UUID, changes: Changes
) -> VehicleImport:
    imported = await _one_open(work, access, import_id)
    if changes.profile_id is not None:
        profile = await work.import_profiles.one_seen(
            access, changes.profile_id, pointer="/profile"
        )
        changes = Changes(
            changes.format or MAPPED, changes.answers, profile.mapping, None, changes.cars
        )
    rereads = bool(changes.format or changes.answers or changes.mapping is not None)
    if changes.cars:
        await _place_cars(work, access, imported, changes.cars)
    if rereads:
        await _read_anew(work, access, imported, changes)
    elif all(each["name"] == ENERGY for each in imported.questions):
        await _judge_anew(work, access, imported)
    imported.version += 1
    imported.updated_at = work.now
    return imported


async def _one_open(work: Work, access: Access, import_id: UUID) -> VehicleImport:
    imported = await work.imports.one_changed(access, import_id)
    if imported.state in BUSY:
        raise ImportBusy
    if imported.state not in OPEN:
        raise ImportSettled
    return imported


async def _read_anew(work: Work, access: Access, imported: VehicleImport, changes: Changes) -> None:
    parts = await work.import_parts.of(imported.id)
    if changes.format is not None and changes.format not in imported.candidates:
        raise FormatUnfit(pointer="/format", allowed=", ".join(imported.candidates))
    mapping = changes.mapping
    answers = _answers({**imported.answers, **changes.answers}, mapping)
    format_ = changes.format or (MAPPED if mapping is not None else imported.format)
    if format_ != imported.format:
        imported.cars = []
    found = await _looked_into(parts, format_, answers)
    if mapping is not None:
        if found.asks_mapping:
            raise MappingUnfit(pointer="/mapping", allowed=_columns(found))
        imported.mapping = dict(mapping)
    _refuse_unheard(found, changes.answers)
    imported.answers = answers
    await _go_on(work, access, imported, parts, found)


def _columns(found: Look) -> str:
    [asked] = [each for each in found.questions if each["name"] == MAPPING]
    return ", ".join(asked["choices"])[:500] or "-"


def _refuse_unheard(found: Look, answers: Mapping[str, str]) -> None:
    """Raises AnswerUnknown for what nobody asked, and for what is none of the choices: it is asked still, or told otherwise."""
    asked = {each["name"]: each["choices"] for each in found.questions}
    for name, answer in answers.items():
        if name == ENERGY and answer.strip() in set(Energy):
            continue
        if name in {FORMAT, MAPPING} or found.facts.get(name) != answer.strip():
            known = asked.get(name) or [found.facts.get(name, "-")]
            raise AnswerUnknown(pointer=f"/answers/{name}", allowed=", ".join(known))


async def _judge_anew(work: Work, access: Access, imported: VehicleImport) -> None:
    if sum(car["rows"] for car in imported.cars) > JUDGED_AT_ONCE:
        imported.state = ImportState.READING
        enqueue(work, imported, only_judge=True)
        return
    await judge_rows(work, access=access, imported=imported)


async def _place_cars(
    work: Work, access: Access, imported: VehicleImport, choices: Sequence[CarChoice]
) -> None:
    """Raises CarUnknown, NotFound, RoleInsufficient."""
    cars = {car.key: car for car in cars_from(imported.cars)}
    for number, choice in enumerate(choices):
        car = cars.get(choice["key"])
        if car is None:
            raise CarUnknown(pointer=f"/cars/{number}/key")
        await _place(work, access, car, choice, f"/cars/{number}")
    imported.cars = [car.row() for car in cars.values()]


async def _place(
    work: Work, access: Access, car: CarOfFile, choice: CarChoice, pointer: str
) -> None:
    vehicle_id = choice.get("vehicle_id")
    if vehicle_id is not None:
        await refuse_vehicle(work, access, vehicle_id, f"{pointer}/vehicle")
        car.goes, car.vehicle_id = EXISTING, str(vehicle_id)
        return
    car.goes, car.vehicle_id = choice["goes"], None
    if car.goes != NEW:
        return
    for name in ("make", "model", "year", "plate", "vin"):
        if name in choice:
            setattr(car, name, choice[name])
    if "energies" in choice:
        car.energies = [each.value for each in choice["energies"]]


async def refuse_vehicle(work: Work, access: Access, vehicle_id: UUID, pointer: str) -> None:
    """Raises NotFound, RoleInsufficient."""
    try:
        await read_vehicle(work, access=access, vehicle_id=vehicle_id, may=May.IMPORT)
    except NotFound:
        raise NotFound(pointer=pointer) from None


async def start_applying(work: Work, *, caller: Caller, import_id: UUID) -> VehicleImport:
    """Once it is ready; a worker does it. Raises ImportOpen, ImportBusy, ImportSettled, QuotaExceeded."""
    imported = await _one_open(work, caller.access, import_id)
    if imported.state != ImportState.READY:
        raise ImportOpen
    quota = caller.limit(Limit.VEHICLES)
    new = sum(car["goes"] == NEW for car in imported.cars)
    if new:
        await make_room(work, access=caller.access, quota=quota, cars=new)
    for car in cars_from(imported.cars):
        if car.goes == EXISTING and car.vehicle is not None:
            await refuse_vehicle(work, caller.access, car.vehicle, "/cars")
    _hand_over(work, imported, ImportState.APPLYING)
    enqueue(work, imported, quota=quota)
    return imported


async def start_undoing(work: Work, *, access: Access, import_id: UUID) -> VehicleImport:
    """Raises NotApplied, ImportBusy, UndoTooLate."""
    imported = await work.imports.one_changed(access, import_id)
    if imported.state in BUSY:
        raise ImportBusy
    if imported.state != ImportState.APPLIED or imported.applied_at is None:
        raise NotApplied
    if work.now > imported.applied_at + UNDOABLE:
        raise UndoTooLate
    _hand_over(work, imported, ImportState.UNDOING)
    enqueue(work, imported)
    return imported


def _hand_over(work: Work, imported: VehicleImport, state: ImportState) -> None:
    imported.state, imported.done, imported.failure = state, 0, None
    imported.version += 1
    imported.updated_at = work.now


async def remove_import(work: Work, *, access: Access, import_id: UUID) -> None:
    """One that is not applied, or was undone. Raises ImportBusy, ImportSettled."""
    imported = await work.imports.one_changed(access, import_id)
    if imported.state in BUSY:
        raise ImportBusy
    if imported.state == ImportState.APPLIED:
        raise ImportSettled
    await work.imports.remove(imported)
