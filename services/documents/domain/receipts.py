"""A document as it leaves for a page of somebody's car: how large, how many pages, in what form."""

from collections.abc import Iterator
from math import ceil
from pathlib import PurePosixPath
from typing import Final

from services.documents.domain.files import SUFFIX, MediaType

LARGEST_RECEIPT: Final = 4 * 1024 * 1024
"""Of one as it travels, in bytes: twenty scanned pages at 150 dpi."""
MOST_PAGES: Final = 20
"""What is behind them is not a receipt."""
SHEET_PIXELS: Final = (1654, 2339)
"""A4 at 200 dpi; standing or lying."""
SHEET_DPI: Final = 200
QUALITY: Final = 80
"""Of a JPEG."""
SMALLER_DPI: Final = (150, 100)
"""At which the pages of a PDF that is too large become pictures."""


def fits_on(size: tuple[int, int]) -> tuple[int, int]:
    """The largest a picture of this size may be."""
    short, long = SHEET_PIXELS
    return (long, short) if size[0] > size[1] else (short, long)


def name_as(name: str, media_type: MediaType) -> str:
    """As it was called, with the ending of what it has become."""
    return f"{PurePosixPath(name).stem or name}{SUFFIX[media_type]}"


def pieces(content: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


def count_pieces(content: bytes, size: int) -> int:
    return ceil(len(content) / size)
