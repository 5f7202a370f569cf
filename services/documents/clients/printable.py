"""A document made ready for paper: a JPEG, or a PDF of which nothing is left but its pages.

Runs in the reader's own process, as pages.py does. What the original says beside what it shows (where a photograph was taken, who
wrote a file, scripts, attachments) stays behind; the same file always becomes the same bytes.
"""

import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Final

import pikepdf
from PIL import Image

from services.documents.clients import pdf
from services.documents.clients.pages import frames
from services.documents.domain.files import MediaType
from services.documents.domain.receipts import (
    LARGEST_RECEIPT,
    MOST_PAGES,
    QUALITY,
    SHEET_DPI,
    SMALLER_DPI,
    fits_on,
)
from services.documents.errors import (
    FileDamaged,
    FileTooLarge,
    FileTypeUnsupported,
    PasswordWrong,
)

DAWN: Final = time.gmtime(0)
NOT_SHOWN: Final = ("/Annots", "/AA", "/Metadata", "/PieceInfo", "/Thumb", "/B", "/StructParents")
_MEGABYTE: Final = 1024 * 1024


def make_printable(path: Path, media_type: MediaType, into: Path) -> MediaType:
    """What has been written. Raises PasswordWrong, FileDamaged, FileTypeUnsupported, FileTooLarge."""
    match media_type:
        case MediaType.XML:
            raise FileTypeUnsupported
        case MediaType.PDF:
            _printable_pdf(path, into)
            return MediaType.PDF
        case _:
            return _printable_pictures(path, into)


def _printable_pictures(path: Path, into: Path) -> MediaType:
    found = [_on_a_sheet(each) for each in islice(frames(path), MOST_PAGES)]
    if not found:
        raise FileDamaged
    if len(found) > 1:
        _as_pages(found, into, SHEET_DPI)
        _refuse_large(into)
        return MediaType.PDF
    found[0].save(into, "JPEG", quality=QUALITY)
    _refuse_large(into)
    return MediaType.JPEG


def _on_a_sheet(picture: Image.Image) -> Image.Image:
    """Nothing but its points: no place, no camera, no thumbnail of what was cut off."""
    picture.thumbnail(fits_on(picture.size), Image.Resampling.LANCZOS)
    plain = Image.new("RGB", picture.size)
    plain.paste(picture)
    return plain


def _as_pages(pictures: Sequence[Image.Image], into: Path, dpi: int) -> None:
    pictures[0].save(
        into,
        "PDF",
        save_all=True,
        append_images=list(pictures[1:]),
        resolution=dpi,
        quality=QUALITY,
        creationDate=DAWN,
        modDate=DAWN,
    )


def _printable_pdf(path: Path, into: Path) -> None:
    try:
        with pikepdf.open(path) as document, pikepdf.new() as plain:
            _flatten(document)
            plain.pages.extend(document.pages[:MOST_PAGES])
            for page in plain.pages:
                for name in NOT_SHOWN:
                    if name in page.obj:
                        del page.obj[name]
            if not len(plain.pages):
                raise FileDamaged
            plain.remove_unreferenced_resources()
            plain.save(
                into,
                deterministic_id=True,
                compress_streams=True,
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
            )
    except pikepdf.PasswordError as fault:
        raise PasswordWrong from fault
    except (pikepdf.PdfError, RuntimeError, ValueError, KeyError, TypeError) as fault:
        raise FileDamaged from fault
    if into.stat().st_size > LARGEST_RECEIPT:
        _as_pictures(path, into)


def _flatten(document: pikepdf.Pdf) -> None:
    """What was typed into a form, and stamps, become part of the page; where that fails the page is as it is."""
    try:
        document.generate_appearance_streams()
        document.flatten_annotations("print")
    except (pikepdf.PdfError, RuntimeError, ValueError):
        return


def _as_pictures(path: Path, into: Path) -> None:
    for dpi in SMALLER_DPI:
        document = pdf.open_pdf(path)
        try:
            count = min(len(document), MOST_PAGES)
            _as_pages([pdf.picture(document, index, dpi=dpi) for index in range(count)], into, dpi)
        finally:
            document.close()
        if into.stat().st_size <= LARGEST_RECEIPT:
            return
    _refuse_large(into)


def _refuse_large(into: Path) -> None:
    if into.stat().st_size > LARGEST_RECEIPT:
        raise FileTooLarge(limit_mb=LARGEST_RECEIPT // _MEGABYTE)
