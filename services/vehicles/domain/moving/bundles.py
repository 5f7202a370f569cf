"""A passport and its papers as one file, and what is found in such a file, which may come from anybody."""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Sequence
from typing import Any, Final

from services.vehicles.domain.moving.book import Paper
from services.vehicles.domain.moving.passport import (
    LARGEST,
    NOT_A_PASSPORT,
    Verdict,
    canonical,
    verdict_on,
)

DOCUMENT: Final = "passport.json"
PAPERS: Final = "papers/"
LARGEST_PAPER: Final = 64 * 1024 * 1024
LARGEST_OF_ALL: Final = 1024 * 1024 * 1024
"""Unpacked: what a small file may grow to at most."""
MOST_FILES: Final = 5_000
DAWN: Final = (1980, 1, 1, 0, 0, 0)
"""The oldest day a zip can say: the same passport is the same file."""
_NAME: Final = re.compile(r"papers/([0-9a-f]{64})(\.[a-z0-9]{1,5})?")
ENDINGS: Final = {
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/tiff": ".tiff",
    "image/heic": ".heic",
    "application/xml": ".xml",
}


def packed(passport: dict[str, Any], papers: Sequence[Paper], readme: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr(_info(DOCUMENT), canonical(passport))
        bundle.writestr(_info("README.txt"), readme)
        for paper in {paper.sha256: paper for paper in papers if paper.content}.values():
            ending = ENDINGS.get(paper.media_type or "", "")
            info = _info(f"{PAPERS}{paper.sha256}{ending}")
            info.compress_type = zipfile.ZIP_STORED  # pictures and PDFs are packed already
            bundle.writestr(info, paper.content or b"")
    return out.getvalue()


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, DAWN)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info


def document_in(file: bytes) -> Any:
    """The passport of a bundle, or the document by itself. Raises ValueError for what is neither."""
    if not file.startswith(b"PK"):
        return _document(file)
    with _opened(file) as bundle:
        return _document(_read(bundle, DOCUMENT, LARGEST))


def _document(raw: bytes) -> Any:
    if len(raw) > LARGEST:
        raise ValueError("too large")
    try:
        return json.loads(raw, parse_float=_no_fractions, parse_constant=_no_fractions)
    except RecursionError as fault:
        raise ValueError("too deep") from fault


def _no_fractions(text: str) -> Any:
    raise ValueError(f"a fraction: {text[:20]}")


def _opened(file: bytes) -> zipfile.ZipFile:
    try:
        bundle = zipfile.ZipFile(io.BytesIO(file))
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, OSError) as fault:
        raise ValueError("no zip") from fault
    if len(bundle.infolist()) > MOST_FILES:
        raise ValueError("too many files")
    if sum(info.file_size for info in bundle.infolist()) > LARGEST_OF_ALL:
        raise ValueError("too large")
    return bundle


def _read(bundle: zipfile.ZipFile, name: str, most: int) -> bytes:
    """Never more than `most`, whatever the zip says of itself."""
    try:
        with bundle.open(name) as file:
            raw = file.read(most + 1)
    except (KeyError, RuntimeError, zipfile.BadZipFile, OSError, EOFError, ValueError) as fault:
        raise ValueError(f"no {name}") from fault
    except Exception as fault:
        raise ValueError(f"unreadable {name}") from fault
    if len(raw) > most:
        raise ValueError("too large")
    return raw


def verdict_of(file: bytes, *, key: bytes | None = None) -> Verdict:
    """Of a bundle with all its papers, or of the document by itself."""
    try:
        passport = document_in(file)
        if not file.startswith(b"PK"):
            return verdict_on(passport, key=key)
        with _opened(file) as bundle:
            contents = {
                match[1]: hashlib.sha256(_read(bundle, name, LARGEST_PAPER)).hexdigest()
                for name in bundle.namelist()
                if (match := _NAME.fullmatch(name))
            }
    except ValueError:
        return Verdict((NOT_A_PASSPORT,))
    return verdict_on(passport, key=key, contents=contents)
