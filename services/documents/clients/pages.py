"""A file opened: what it really is, and its pages as words with places.

Runs in the reader's own process (reader.py), under limits of time and memory: what strangers send is opened nowhere else.
"""

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pi_heif
import pikepdf
from PIL import Image, ImageOps, UnidentifiedImageError

from services.documents.clients import einvoice, images, pdf
from services.documents.clients.ocr import Ocr
from services.documents.domain.einvoice import EInvoice
from services.documents.domain.files import (
    MAX_PAGES,
    MAX_PIXELS,
    MAX_RECOGNISED_PAGES,
    FileFacts,
    MediaType,
    media_type_of,
)
from services.documents.domain.page import Box, Page, Word
from services.documents.errors import (
    FileDamaged,
    FileEmpty,
    FileTypeUnsupported,
    OcrFailed,
    PasswordWrong,
    PictureTooLarge,
    TooManyPages,
)

pi_heif.register_heif_opener()
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)

_LONGEST_SIDE = 3000
_PREVIEW_SIDE = 1200
_CLEARLY_READ = 0.6
_PASSED_OVER = 0.04  # part of the ink
_WORTH_ADDING = 0.5
_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "TIFF")
_BAD_PICTURE = (
    UnidentifiedImageError,
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    TypeError,
    MemoryError,
)
Progress = Callable[[int, int, Page | None], None]
"""Called with pages done, pages in all, and what was read on the page just done."""


@dataclass(frozen=True, slots=True)
class Pages:
    pages: tuple[Page, ...]
    einvoice: EInvoice | None = None


def inspect(path: Path) -> FileFacts:
    """What the file is, opened to be sure; refuses what cannot be read later."""
    with path.open("rb") as file:
        head = file.read(64)
    if not head:
        raise FileEmpty
    media_type = media_type_of(head)
    match media_type:
        case None:
            raise FileTypeUnsupported
        case MediaType.PDF:
            return _inspect_pdf(path)
        case MediaType.XML:
            if einvoice.parse(path.read_bytes()) is None:
                raise FileTypeUnsupported
            return FileFacts(media_type, 1)
        case _:
            shown = sum(1 for _ in frames(path, is_shown=False))
            return FileFacts(media_type, shown)


def _inspect_pdf(path: Path) -> FileFacts:
    try:
        document = pdf.open_pdf(path)
    except PasswordWrong:
        return FileFacts(MediaType.PDF, 0, locked=True)
    try:
        count = len(document)
        if count == 0:
            raise FileDamaged
        if count > MAX_PAGES:
            raise TooManyPages(pages=count, limit=MAX_PAGES)
        pdf.picture(document, 0, dpi=20)
    finally:
        document.close()
    return FileFacts(MediaType.PDF, count)


def unlock(path: Path, password: str, into: Path) -> FileFacts:
    """Writes a copy that needs no password; raises PasswordWrong unless this one opens the file."""
    try:
        with pikepdf.open(path, password=password) as document:
            document.save(into)
    except pikepdf.PasswordError as fault:
        raise PasswordWrong from fault
    except (pikepdf.PdfError, RuntimeError, ValueError) as fault:
        raise FileDamaged from fault
    return _inspect_pdf(into)


def read(
    path: Path,
    media_type: MediaType,
    ocr: Ocr,
    *,
    progress: Progress,
    known: Sequence[Page | None] = (),
) -> Pages:
    """`known` are the first pages as an earlier try left them, None where it was lost over one."""
    match media_type:
        case MediaType.PDF:
            return _read_pdf(path, ocr, progress, known)
        case MediaType.XML:
            found = einvoice.parse(path.read_bytes())
            return Pages((_notes_page(found),) if found else (), found)
        case _:
            pictures = list(frames(path))[:MAX_RECOGNISED_PAGES]
            pages = list(known)
            for number, picture in enumerate(pictures[len(known) :], len(known) + 1):
                pages.append(recognise(picture, number, ocr))
                progress(number, len(pictures), pages[-1])
            return Pages(tuple(filter(None, pages)))


def _read_pdf(path: Path, ocr: Ocr, progress: Progress, known: Sequence[Page | None]) -> Pages:
    document = pdf.open_pdf(path)
    try:
        count, pages = min(len(document), MAX_PAGES), list(known)
        recognised = sum(page is None or page.source != "text" for page in known)
        for index in range(len(known), count):
            try:
                page = pdf.text_page(document, index)
                if page is None and recognised < MAX_RECOGNISED_PAGES:
                    recognised += 1
                    page = recognise(pdf.picture(document, index), index + 1, ocr)
            except FileDamaged:
                page = None  # one bad page loses no other
            pages.append(page)
            progress(index + 1, count, page)
    finally:
        document.close()
    return Pages(tuple(filter(None, pages)), einvoice.attached_to(path))


def _notes_page(found: EInvoice) -> Page:
    """The free text of an XML invoice as a page: plate and mileage stand there if anywhere."""
    words = []
    lines = [line for note in found.notes for line in note.splitlines()]
    for row, line in enumerate(lines):
        left = 10.0
        for text in line.split():
            words.append(Word(text, Box(left, row * 20.0, left + 8.0 * len(text), row * 20.0 + 12)))
            left += 8.0 * len(text) + 6
    return Page(1, 600, 20.0 * len(lines), tuple(words), source="text")


def frames(path: Path, *, is_shown: bool = True) -> Iterator[Image.Image]:
    """The pictures of a file, each decoded in full, under the caps; upright and no larger than needed if they are to be shown."""
    try:
        with Image.open(path, formats=_FORMATS) as image:
            count = getattr(image, "n_frames", 1)
            if count > MAX_PAGES:
                raise TooManyPages(pages=count, limit=MAX_PAGES)
            for frame in range(count):
                image.seek(frame)
                if image.width * image.height > MAX_PIXELS:
                    raise PictureTooLarge(limit=MAX_PIXELS)
                image.load()
                if not is_shown:
                    yield image
                    continue
                turned = ImageOps.exif_transpose(images.flatten(image))
                turned.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE), Image.Resampling.LANCZOS)
                yield turned
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as fault:
        raise PictureTooLarge(limit=MAX_PIXELS) from fault
    except _BAD_PICTURE as fault:
        raise FileDamaged from fault


def recognise(picture: Image.Image, number: int, ocr: Ocr) -> Page:
    page = images.normalise(picture)
    lying = (
        ocr.turned(page) if page.width > page.height else 0
    )  # papers stand: ask before a look that may be in vain
    if lying:
        picture = picture.rotate(-lying, expand=True)
        page = images.normalise(picture)
    clear = images.for_reading(page)
    words = ocr.words(clear)
    turn = ocr.turned(page) if poor(words) else 0
    if turn:
        page = images.normalise(picture.rotate(-turn, expand=True))
        clear = images.for_reading(page)
        words = ocr.words(clear)
    return Page(number, page.width, page.height, _with_passed_over(clear, words, ocr))


def _with_passed_over(clear: Image.Image, words: tuple[Word, ...], ocr: Ocr) -> tuple[Word, ...]:
    """What the recogniser saw at first sight, and what it sees in the ink it passed over (small cells, lone figures)."""
    sure = tuple(word for word in words if word.confidence >= _CLEARLY_READ)
    rest = images.blanked(clear, (word.box for word in sure))
    if images.ink(rest) < _PASSED_OVER * images.ink(clear):
        return words
    try:
        found = [w for w in ocr.words(rest, scattered=True) if w.confidence >= _WORTH_ADDING]
    except OcrFailed:
        return words  # the first look was good enough to go on with
    # where both saw something the surer reading stays
    doubtful = [word for word in words if word.confidence < _CLEARLY_READ]
    kept = [
        w
        for w in found
        if not any(_same_place(w, d) and d.confidence >= w.confidence for d in doubtful)
    ]
    left = [d for d in doubtful if not any(_same_place(w, d) for w in kept)]
    return (*sure, *left, *kept)


def _same_place(one: Word, other: Word) -> bool:
    a, b = one.box, other.box
    width = min(a.right, b.right) - max(a.left, b.left)
    height = min(a.bottom, b.bottom) - max(a.top, b.top)
    least = min(a.width * a.height, b.width * b.height)
    return width > 0 and height > 0 and width * height > 0.4 * max(1.0, least)


def poor(words: tuple[Word, ...]) -> bool:
    """So little, or so doubtful, that the page may lie on its side."""
    letters = sum(len(word.text) for word in words)
    if letters < 40:  # noqa: PLR2004 -- less than a line
        return True
    sure = sum(len(w.text) for w in words if w.confidence > 0.8 and len(w.text) > 2)  # noqa: PLR2004 -- real words
    return sure < letters / 3


def preview(path: Path, media_type: MediaType, *, page: int) -> bytes:
    """A JPEG of one page as it is read: upright, cropped, without any of the file's own metadata."""
    match media_type:
        case MediaType.XML:
            raise FileTypeUnsupported
        case MediaType.PDF:
            document = pdf.open_pdf(path)
            try:
                if page >= len(document):
                    raise FileDamaged
                picture = pdf.picture(document, page, dpi=110)
            finally:
                document.close()
        case _:
            frame = next((p for at, p in enumerate(frames(path)) if at == page), None)
            if frame is None:
                raise FileDamaged
            picture = images.normalise(frame)
    picture.thumbnail((_PREVIEW_SIDE, _PREVIEW_SIDE), Image.Resampling.LANCZOS)
    out = BytesIO()
    picture.save(out, "JPEG", quality=82)
    return out.getvalue()
