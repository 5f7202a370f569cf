"""Files the gateway answers as they stand, and the pages it fills in, each read once."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gateway.domain import page_words
from shared.contracts.base import Language
from shared.messages import Text

GATEWAY = Path(__file__).parent.parent
PAGES = GATEWAY / "api" / "pages"
DESCRIPTIONS = GATEWAY / "domain" / "data"
TEMPLATES = GATEWAY / "templates"
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


_templates = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    auto_reload=False,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.globals["words"] = page_words


def fill_page(name: str, language: Language, *, title: Text, **facts: Any) -> str:
    """HTML in one language; whatever is filled in is text there."""

    def say(text: Text) -> str:
        return text.into(language)

    template = _templates.get_template(f"{name}.html")
    return template.render(language=language.value, title=title, say=say, **facts)
