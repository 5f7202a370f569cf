"""A car's passport, shown to whoever has a link to it, and judged, whoever issued it."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from services.vehicles.clients.incoming import MEGABYTE, receive
from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.moving.bundles import document_in, verdict_of
from services.vehicles.domain.moving.passport import (
    Issuer,
    Verdict,
    text_of,
    verdict_on,
)
from services.vehicles.domain.moving.shown import ShownHistory, shown_history
from services.vehicles.errors.moving import UploadMalformed
from services.vehicles.errors.moving_out import (
    ExportNotReady,
    LinkDayWrong,
    LinkDead,
    LinksFull,
    NotAPassport,
    PassportsBusy,
)
from services.vehicles.storage.moving.exports import CarExport
from services.vehicles.storage.moving.passports import PassportLink
from services.vehicles.usecases.cars.odometer import hold_vehicle
from services.vehicles.usecases.moving.car_exports import ExportFormat, ExportState
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.base import Language
from shared.errors import NotFound
from shared.ids import new_id
from shared.local_day import local_day, zone_named
from shared.security.seals import key_id
from shared.security.secrets import digest, opaque_token

MOST_DAYS: Final = 90
"""A sale takes weeks; after that a passport is old."""
MOST_LINKS: Final = 10
LARGEST_BUNDLE: Final = 32 * MEGABYTE
"""What anybody may send to have it verified; larger ones are verified offline, or without their papers."""
SECONDS_TO_ARRIVE: Final = 60.0
MOST_AT_ONCE: Final = 4
"""Bundles of strangers held in memory by one process."""
_room = asyncio.BoundedSemaphore(MOST_AT_ONCE)


def issuer_of(work: Work) -> Issuer:
    secret = work.settings.passport_key.get_secret_value()
    return Issuer.at(work.settings.public_url, secret)


async def read_shown_passport(
    work: Work, *, access: Access, vehicle_id: UUID, export_id: UUID, until: date
) -> tuple[PassportLink, str]:
    """With the link's token, told this once; the passport is kept as long. Raises NotFound, RoleInsufficient, ExportNotReady,
    LinkDayWrong, LinksFull.
    """
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id, may=May.EXPORT)
    export = await work.car_exports.one_changed(access, export_id, pointer="/export")
    is_one = export.vehicle_id == vehicle.id and export.format == ExportFormat.PASSPORT
    if not is_one or export.expires_at <= work.now:
        raise NotFound(pointer="/export")
    if export.state != ExportState.READY:
        raise ExportNotReady(pointer="/export")
    if not work.today <= until <= work.today + timedelta(days=MOST_DAYS):
        raise LinkDayWrong(pointer="/until", most_days=MOST_DAYS)
    if await work.passport_links.count_open(vehicle.id, work.now) >= MOST_LINKS:
        raise LinksFull(limit=MOST_LINKS)
    token = opaque_token()
    link = PassportLink(
        id=new_id(),
        owner_id=vehicle.owner_id,
        vehicle_id=vehicle.id,
        export_id=export.id,
        made_by=access.person,
        token_digest=digest(token),
        created_at=work.now,
        expires_at=_end_of(until, await _zone(work, vehicle.timezone, vehicle.owner_id)),
        seen=0,
    )
    export.expires_at = max(export.expires_at, link.expires_at)
    return work.passport_links.add(link), token


async def _zone(work: Work, own: str | None, owner_id: UUID) -> str:
    return own or await work.owners.zone_of(Access(owner_id))


def _end_of(day: date, zone: str) -> datetime:
    """Midnight after it, where the car is."""
    return datetime.combine(day + timedelta(days=1), time(), zone_named(zone))


async def read_passport_links(
    work: Work, *, access: Access, vehicle_id: UUID
) -> Sequence[PassportLink]:
    """Those that still open. Raises NotFound, RoleInsufficient."""
    vehicle = await work.vehicles.one_for(access, vehicle_id, May.EXPORT)
    return await work.passport_links.of_vehicle(vehicle.id, work.now)


async def hide_passport(work: Work, *, access: Access, vehicle_id: UUID, link_id: UUID) -> None:
    """Raises NotFound, RoleInsufficient."""
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id, may=May.EXPORT)
    link = await work.passport_links.one_changed(access, link_id)
    if link.vehicle_id != vehicle.id:
        raise NotFound
    await work.passport_links.remove(link)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a link opens: the document, what we make of it, and until when."""

    passport: dict[str, Any]
    verdict: Verdict
    until: datetime


async def open_passport(work: Work, *, token: str) -> CarExport:
    """The bundle of a link. Raises LinkDead."""
    _, export = await _opened(work, token)
    return export


async def _opened(work: Work, token: str) -> tuple[PassportLink, CarExport]:
    found = await work.passport_links.opened(digest(token), work.now)
    if found is None:
        raise LinkDead
    return found


async def view_passport(work: Work, *, token: str) -> Shown:
    """Verified anew each time, from the stored file and all its papers. Raises LinkDead."""
    link, export = await _opened(work, token)
    until, key = link.expires_at, issuer_of(work).public
    file = await _file(work, export)
    async with work.paused():
        passport, verdict = await asyncio.to_thread(_looked_at, file, key)
    return Shown(passport, verdict, until)


async def _file(work: Work, export: CarExport) -> bytes:
    export_id = export.id
    parts, number = [], 0
    while (part := await work.car_exports.part(export_id, number)) is not None:
        parts.append(part)
        number += 1
    return b"".join(parts)


def _looked_at(file: bytes, key: bytes) -> tuple[dict[str, Any], Verdict]:
    """In a thread: a history of years takes a second, in which others are to be answered."""
    passport = document_in(file)
    return passport, verdict_of(file, key=key)


@dataclass(frozen=True, slots=True)
class Told:
    """The same in words."""

    history: ShownHistory
    verdict: Verdict
    until: datetime
    last_day: date
    size_bytes: int


async def tell_passport(work: Work, *, token: str, language: Language, page: int) -> Told:
    """A page of what a link shows, and what we make of it. Raises LinkDead."""
    link, export = await _opened(work, token)
    until, key = link.expires_at, issuer_of(work).public
    cars = await work.vehicles.some_seen(Access(link.owner_id), [link.vehicle_id])
    own = cars[0].timezone if cars else None
    zone = await _zone(work, own, link.owner_id)
    file = await _file(work, export)

    def told() -> tuple[ShownHistory, Verdict]:
        passport, verdict = _looked_at(file, key)
        return shown_history(passport, language=language, page=page), verdict

    async with work.paused():
        history, verdict = await asyncio.to_thread(told)
    last_day = local_day(until - timedelta(seconds=1), zone)
    return Told(history, verdict, until, last_day, len(file))


@dataclass(frozen=True, slots=True)
class Judged:
    verdict: Verdict
    is_ours: bool
    """This installation has issued it."""


async def judge_passport(
    work: Work, *, passport: Any, contents: Mapping[str, str] | None = None
) -> Judged:
    """The document, of whatever installation, and where they are named the hashes of the papers beside it. Raises NotAPassport."""
    async with work.paused():
        verdict = await asyncio.to_thread(lambda: verdict_on(passport, contents=contents))
    return _judged(work, verdict)


async def judge_bundle(
    work: Work, *, body: AsyncIterator[bytes], content_type: str | None
) -> Judged:
    """A bundle with its papers, or a document, as a form sends it. Raises NotAPassport, UploadMalformed, FileTooLarge, PassportsBusy."""
    if _room.locked():
        raise PassportsBusy(headers={"Retry-After": "5"})
    async with _room, work.paused():
        try:
            async with asyncio.timeout(SECONDS_TO_ARRIVE):
                upload = await receive(body, content_type=content_type, limit=LARGEST_BUNDLE)
        except TimeoutError as slow:
            raise UploadMalformed(pointer="/file") from slow
        if len(upload.files) != 1:
            raise UploadMalformed(pointer="/file")
        [(_, content)] = upload.files
        verdict = await asyncio.to_thread(verdict_of, content)
    return _judged(work, verdict)


def _judged(work: Work, verdict: Verdict) -> Judged:
    if verdict.key_id is None:
        raise NotAPassport
    return Judged(verdict, verdict.key_id == key_id(issuer_of(work).public))


def our_key(work: Work) -> tuple[str, str, str]:
    """Address, id and public key of this installation."""
    issuer = issuer_of(work)
    return issuer.address, key_id(issuer.public), text_of(issuer.public)
