"""What kinds of file are taken in, and how large they may be. The real type is read from the content, never believed."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

MAX_BYTES = 20 * 1024 * 1024
MAX_PAGES = 50
MAX_PIXELS = 64_000_000
"""One picture; a telephone of today makes 50 million points."""
MAX_RECOGNISED_PAGES = 12
"""Pages without text that are recognised, the costly part; text pages are all read."""


class MediaType(StrEnum):
    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    HEIC = "image/heic"
    TIFF = "image/tiff"
    XML = "application/xml"


SUFFIX = {
    MediaType.PDF: ".pdf",
    MediaType.JPEG: ".jpg",
    MediaType.PNG: ".png",
    MediaType.WEBP: ".webp",
    MediaType.HEIC: ".heic",
    MediaType.TIFF: ".tiff",
    MediaType.XML: ".xml",
}
SHOWN_INLINE = frozenset({MediaType.PDF, MediaType.JPEG, MediaType.PNG, MediaType.WEBP})
"""What a browser may show in place; the rest is always a download."""


@dataclass(frozen=True, slots=True)
class FileFacts:
    media_type: MediaType
    pages: int
    locked: bool = False


_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")


def media_type_of(head: bytes) -> MediaType | None:  # noqa: PLR0911 -- one answer per type
    """From the first bytes (64 will do), or None for anything that is not taken in."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    match head:
        case _ if text.startswith(b"%PDF-"):
            return MediaType.PDF
        case _ if head.startswith(b"\xff\xd8\xff"):
            return MediaType.JPEG
        case _ if head.startswith(b"\x89PNG\r\n\x1a\n"):
            return MediaType.PNG
        case _ if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
            return MediaType.WEBP
        case _ if head[:4] in {b"II*\x00", b"MM\x00*"}:
            return MediaType.TIFF
        case _ if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
            return MediaType.HEIC
        case _ if text.startswith(b"<?xml") or head.startswith(
            (b"\xff\xfe<\x00?", b"\xfe\xff\x00<\x00?")
        ):
            return MediaType.XML
        case _:
            return None


def safe_name(name: str | None, media_type: MediaType) -> str:
    """A name to show and to offer for download: no path, no control or direction characters, the true ending, at most 120 characters."""
    kept = _harmless(name or "")
    stem, dot, ending = kept.rpartition(".")
    if not dot or not ending.isalnum() or len(ending) > 5:  # noqa: PLR2004 -- longer is no ending
        stem = kept
    return _with_ending(stem, media_type)


def renamed(name: str, media_type: MediaType) -> str:
    """As safe_name; but what stands behind a dot goes only where it is the file's ending: `Facture 12.03` is a whole name."""
    kept, suffix = _harmless(name), SUFFIX[media_type]
    return _with_ending(kept[: -len(suffix)] if kept.lower().endswith(suffix) else kept, media_type)


def _harmless(name: str) -> str:
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in base if c.isprintable() and c not in '<>:"|?*').strip(" .")


def _with_ending(stem: str, media_type: MediaType) -> str:
    return (stem[:110].strip(" .") or "document") + SUFFIX[media_type]
