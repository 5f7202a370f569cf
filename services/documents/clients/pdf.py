"""PDF pages: words with places from the text layer, or the page as a picture."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import Image

from services.documents.domain.files import MAX_PIXELS
from services.documents.domain.page import Box, Page, Word
from services.documents.errors import FileDamaged, PasswordWrong

_DPI = 200
_LEAST_LETTERS = 25
"""A page with fewer letters is a picture with a stamp on it: recognised."""

FIRST_SURROGATE, LAST_SURROGATE = 0xD800, 0xDFFF


def open_pdf(path: Path, password: str | None = None) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(path, password=password)
    except pdfium.PdfiumError as fault:
        if fault.err_code == pdfium_c.FPDF_ERR_PASSWORD:
            raise PasswordWrong from fault
        raise FileDamaged from fault


def text_page(document: pdfium.PdfDocument, index: int) -> Page | None:
    """The page from its text layer, or None where it has none worth reading."""
    try:
        with closing(document[index]) as page:
            width, height = page.get_size()
            words = tuple(_words(page, height))
    except pdfium.PdfiumError as fault:
        raise FileDamaged from fault
    letters = sum(len(word.text) for word in words)
    broken = sum(c == "\ufffd" or ord(c) < 32 for word in words for c in word.text)  # noqa: PLR2004 -- control characters
    if letters < _LEAST_LETTERS or broken > letters / 10:
        return None
    return Page(index + 1, width, height, words, source="text")


def _words(page: pdfium.PdfPage, height: float) -> Iterator[Word]:
    text = page.get_textpage()
    letters: list[str] = []
    box: Box | None = None
    try:
        for at in range(text.count_chars()):
            code = pdfium_c.FPDFText_GetUnicode(text.raw, at)
            char = _letter(code)
            if char.isspace() or pdfium_c.FPDFText_IsGenerated(text.raw, at) == 1:
                if box and letters:
                    yield Word("".join(letters), box, 1.0, box.height)
                letters, box = [], None
                continue
            left, bottom, right, top = text.get_charbox(at, loose=True)
            here = Box(left, height - top, right, height - bottom)
            if box is not None and _apart(box, here):
                yield Word("".join(letters), box, 1.0, box.height)
                letters, box = [], None
            letters.append(char)
            box = here if box is None else box.joined(here)
        if box and letters:
            yield Word("".join(letters), box, 1.0, box.height)
    finally:
        text.close()


def _letter(code: int) -> str:
    """One UTF-16 unit of the text layer; half of a pair stands for nothing a field could need."""
    if not code:
        return " "
    return "\ufffd" if FIRST_SURROGATE <= code <= LAST_SURROGATE else chr(code)


def _apart(word: Box, letter: Box) -> bool:
    """Another line, or a gap that the text layer did not mark with a blank."""
    size = max(1.0, min(word.height, letter.height))
    if abs(word.middle - letter.middle) > 0.5 * size:
        return True
    return letter.left - word.right > 0.5 * size or letter.left < word.left - 0.5 * size


def picture(document: pdfium.PdfDocument, index: int, *, dpi: int = _DPI) -> Image.Image:
    try:
        with closing(document[index]) as page:
            width, height = page.get_size()
            scale = dpi / 72
            scale = min(scale, (MAX_PIXELS / 4 / max(1.0, width * height)) ** 0.5)
            image: Image.Image = page.render(scale=scale).to_pil()
    except (pdfium.PdfiumError, MemoryError, ValueError) as fault:
        raise FileDamaged from fault
    return image.convert("RGB")
