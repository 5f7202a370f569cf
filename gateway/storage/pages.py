"""Files the gateway answers as they stand, read once."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

GATEWAY = Path(__file__).parent.parent
PAGES = GATEWAY / "api" / "pages"
DESCRIPTIONS = GATEWAY / "domain" / "data"
WORTH_PACKING = 1400
MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".png": "image/png",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Page:
    body: bytes
    packed: bytes | None
    media_type: str
    etag: str


@cache
def read_page(path: Path) -> Page:
    body = path.read_bytes()
    packed = gzip.compress(body, 6) if len(body) > WORTH_PACKING else None
    return Page(
        body=body,
        packed=packed,
        media_type=MEDIA_TYPES.get(path.suffix, "text/plain; charset=utf-8"),
        etag=f'"{hashlib.sha256(body).hexdigest()[:20]}"',
    )
