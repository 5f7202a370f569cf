"""Letters from a picture. One port, so that a stronger engine can stand beside Tesseract."""

import tempfile
from pathlib import Path
from typing import Protocol

import pytesseract
from PIL import Image
from pytesseract import Output, TesseractError, TesseractNotFoundError

from services.documents.domain.page import Box, Word
from services.documents.errors import OcrFailed

LANGUAGES = "fra+eng+spa"
_SECONDS = 60
_SECOND_LOOK = 10  # seconds: grain can look like ten thousand letters
_WHOLE_PAGE, _SCATTERED = 3, 11  # Tesseract's page segmentation modes
_LEAST_CONFIDENCE = 20
_TESSERACT_WORD = 5  # `level` of a word in image_to_data


class Ocr(Protocol):
    def words(self, image: Image.Image, *, scattered: bool = False) -> tuple[Word, ...]:
        """`scattered`: single words and figures anywhere, no columns of text."""
        ...

    def turned(self, image: Image.Image) -> int:
        """Degrees to turn the picture clockwise so that its text stands upright: 0, 90, 180 or 270."""
        ...


class TesseractOcr:
    """The program itself, once a page; `OMP_THREAD_LIMIT=1` is in the environment of the process this runs in (program.py)."""

    def __init__(self, *, seconds: float = _SECONDS) -> None:
        self._seconds = seconds

    def words(self, image: Image.Image, *, scattered: bool = False) -> tuple[Word, ...]:
        mode = _SCATTERED if scattered else _WHOLE_PAGE
        with _as_file(image) as name:
            try:
                table = pytesseract.image_to_data(
                    name,
                    lang=LANGUAGES,
                    config=f"--psm {mode}",
                    output_type=Output.DICT,
                    timeout=min(self._seconds, _SECOND_LOOK) if scattered else self._seconds,
                )
            except (TesseractError, TesseractNotFoundError, RuntimeError, OSError) as fault:
                raise OcrFailed(reason=_reason(fault)) from fault
        return tuple(_words(table))

    def turned(self, image: Image.Image) -> int:
        with _as_file(image) as name:
            try:
                found = pytesseract.image_to_osd(
                    name, output_type=Output.DICT, timeout=self._seconds, config="--psm 0"
                )
            except (TesseractError, RuntimeError):
                return 0  # too little text to tell
            except (TesseractNotFoundError, OSError) as fault:
                raise OcrFailed(reason=_reason(fault)) from fault
        return int(found["rotate"]) if float(found["orientation_conf"]) > 1 else 0


def _reason(fault: Exception) -> str:
    if isinstance(fault, TesseractNotFoundError):
        return "missing"
    return "timeout" if isinstance(fault, RuntimeError) and "timeout" in str(fault) else "failed"


def _words(table: dict[str, list[int | float | str]]) -> list[Word]:
    found = []
    for at, text in enumerate(table["text"]):
        clean = str(text).strip()
        confidence = float(table["conf"][at])
        if int(table["level"][at]) != _TESSERACT_WORD or not clean:
            continue
        if confidence < _LEAST_CONFIDENCE:
            continue
        left, top = float(table["left"][at]), float(table["top"][at])
        width, height = float(table["width"][at]), float(table["height"][at])
        box = Box(left, top, left + width, top + height)
        found.append(Word(clean, box, confidence / 100, height))
    return found


class _as_file:  # noqa: N801 -- used as a function
    """The picture as an uncompressed grey file.

    Writing a PNG costs a tenth of the recognition, and Tesseract a fifth more to make colours grey than we do.
    """

    def __init__(self, image: Image.Image) -> None:
        self._image = image
        self._folder = tempfile.TemporaryDirectory(prefix="autotrack-ocr-")

    def __enter__(self) -> str:
        path = Path(self._folder.name) / "page.pgm"
        grey = self._image if self._image.mode == "L" else self._image.convert("L")
        grey.save(path)
        return str(path)

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()
