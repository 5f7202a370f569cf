"""The papers of a car on their way into a file: kept as they come from the documents service, in any order and more than once."""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import structlog

from services.vehicles.domain.moving.book import Book
from services.vehicles.domain.moving.receipts import (
    LARGEST_OF_ALL,
    LONGEST_NAME,
    Why,
    is_printed,
)
from services.vehicles.storage.moving.exports import CarExport, Receipt
from services.vehicles.usecases.moving.car_exports import (
    BEGUN,
    COLLECTED,
    ExportState,
    enqueue,
    move,
)
from services.vehicles.usecases.work import Work
from shared.bus.data_pages import PAGE_BYTES
from shared.contracts.documents import ReceiptPart
from shared.contracts.vehicles_moving import MOST_RECEIPTS

log = structlog.get_logger()
NO_HASH: Final = ""


async def keep_part(work: Work, *, part: ReceiptPart) -> None:
    """Nothing where nobody waits any more: the file is being made, made, or was deleted."""
    export = await work.car_exports.held(part.export_id)
    if export is None or export.state != ExportState.COLLECTING:
        return
    if export.account_id != part.account_id or str(part.document_id) not in export.wanted:
        log.warning("receipt.not_wanted", export_id=str(part.export_id))
        return
    before = await work.receipts.answered(export.id)
    if part.document_id in before:
        return
    await _keep(work, export, part)
    done = len(await work.receipts.answered(export.id))
    if done == len(before):
        return
    share = (COLLECTED - BEGUN) * done // len(export.wanted)
    move(work, export, ExportState.COLLECTING, percent=BEGUN + share)
    if done == len(export.wanted):
        enqueue(work, export)


async def _keep(work: Work, export: CarExport, part: ReceiptPart) -> None:
    """Or, in place of all that came of this paper, why it will not be there."""
    why = await _problem_of(work, export, part) or await _add(work, export, part)
    if why is None:
        return
    await work.receipts.drop(export.id, part.document_id)
    await work.receipts.add_once(
        export_id=export.id,
        document_id=part.document_id,
        sha256=NO_HASH,
        number=0,
        parts=1,
        file_name="",
        media_type="",
        content=b"",
        problem=why.value,
    )


async def _problem_of(work: Work, export: CarExport, part: ReceiptPart) -> Why | None:
    if part.problem is not None:
        return Why(part.problem.value)
    content = _content(part)
    if content is None:
        return Why.DAMAGED
    is_full = await work.receipts.bytes_of(export.id) + len(content) > LARGEST_OF_ALL
    return Why.TOO_MANY if is_full else None


async def _add(work: Work, export: CarExport, part: ReceiptPart) -> Why | None:
    """With the last piece they must be what was sent."""
    await work.receipts.add_once(
        export_id=export.id,
        document_id=part.document_id,
        sha256=part.sha256,
        number=part.number,
        parts=part.parts,
        file_name=part.file_name[:LONGEST_NAME],
        media_type=part.media_type,
        content=_content(part),
    )
    if part.document_id not in await work.receipts.answered(export.id):
        return None
    whole = await work.receipts.content(export.id, part.document_id, part.sha256)
    return None if hashlib.sha256(whole).hexdigest() == part.sha256 else Why.DAMAGED


def _content(part: ReceiptPart) -> bytes | None:
    """None for what is no piece of a receipt."""
    if not is_printed(part.media_type, parts=part.parts, number=part.number):
        return None
    try:
        content = base64.b64decode(part.content.get_secret_value(), validate=True)
    except (binascii.Error, ValueError):
        return None
    return content if 0 < len(content) <= PAGE_BYTES else None


async def wait_no_longer(work: Work, *, export_id: UUID) -> None:
    """Nothing where all came and it is made already."""
    export = await work.car_exports.held(export_id)
    if export is not None and export.state == ExportState.COLLECTING:
        log.warning("receipts.late", export_id=str(export_id))
        enqueue(work, export)


@dataclass(frozen=True, slots=True)
class Collected:
    """What came, and why of the others nothing is there."""

    receipts: Mapping[UUID, Receipt]
    missing: Mapping[UUID, str]


async def read_collected(work: Work, *, export: CarExport, book: Book) -> Collected:
    """Of the papers of this book: what was attached or taken away since they were asked for counts as it is now."""
    if not export.with_receipts:
        return Collected({}, {})
    ids = book.document_ids
    came = {each.document_id: each for each in await work.receipts.of_export(export.id)}
    problems = await work.receipts.problems_of(export.id)
    is_full = len(export.wanted) >= MOST_RECEIPTS
    missing = {
        id_: problems.get(id_) or _unanswered(export, id_, is_full=is_full)
        for id_ in ids
        if id_ not in came
    }
    return Collected({id_: came[id_] for id_ in ids if id_ in came}, missing)


def _unanswered(export: CarExport, document_id: UUID, *, is_full: bool) -> Why:
    return Why.TOO_MANY if is_full and str(document_id) not in export.wanted else Why.NOT_IN_TIME
