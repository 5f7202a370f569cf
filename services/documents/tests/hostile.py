"""Files that no honest person sends, and damaged ones that honest people do; each made here, none stored."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from services.documents.tests.uploads import SAMPLES

PHOTO = SAMPLES / "garage_facture.jpg"
INVOICE = SAMPLES / "garage_facture.pdf"


def html() -> bytes:
    return b"<!doctype html><script>alert(1)</script>"


def svg() -> bytes:
    return b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def zip_archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("facture.txt", "x" * 100)
    return out.getvalue()


def html_before_pdf() -> bytes:
    """A page to a browser, a PDF to a careless reader."""
    return b"<html><body onload=alert(1)>" + INVOICE.read_bytes()


def pdf_header_only() -> bytes:
    return b"%PDF-1.7\n<script>alert(1)</script>"


def truncated_jpeg() -> bytes:
    content = PHOTO.read_bytes()
    return content[: len(content) // 3]


def pixel_bomb() -> bytes:
    """A PNG of a few bytes that says it is 50,000 by 50,000 points."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\x00" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def entity_bomb() -> bytes:
    """Billion laughs, dressed as an invoice."""
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    return (
        f'<?xml version="1.0"?><!DOCTYPE Invoice [<!ENTITY a0 "ha">{entities}]>'
        '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">&a8;</Invoice>'
    ).encode()


def outside_entity(path: Path) -> bytes:
    return (
        f'<?xml version="1.0"?><!DOCTYPE Invoice [<!ENTITY f SYSTEM "{path.as_uri()}">]>'
        '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">&f;</Invoice>'
    ).encode()


def many_pages(count: int) -> bytes:
    with pikepdf.new() as document:
        for _ in range(count):
            document.add_blank_page(page_size=(200, 200))
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


def locked(password: str) -> bytes:
    with pikepdf.open(INVOICE) as document:
        out = io.BytesIO()
        document.save(out, encryption=pikepdf.Encryption(owner=password, user=password))
    return out.getvalue()


def blank_photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (900, 1200), (188, 180, 170)).save(out, "JPEG")
    return out.getvalue()


def text_pdf(*lines: str) -> bytes:
    out = io.BytesIO()
    page = Canvas(out, pagesize=(595, 842), invariant=1)
    for row, line in enumerate(lines):
        page.drawString(60, 780 - 18 * row, line)
    page.showPage()
    page.save()
    return out.getvalue()


def many_strokes(count: int = 4_000_000) -> bytes:
    """One page; its content stream is sixty times as large as the file says."""
    with pikepdf.new() as document:
        _strokes(document, count)
        return _saved(document)


def strokes_between(first: str, last: str) -> bytes:
    """Three pages, the second of which nobody draws in time."""
    return together(text_pdf(*[first] * 3), many_strokes(), text_pdf(*[last] * 3))


def together(*files: bytes) -> bytes:
    """One PDF of all their pages."""
    with pikepdf.new() as document:
        for content in files:
            with pikepdf.open(io.BytesIO(content)) as each:
                document.pages.extend(each.pages)
        return _saved(document)


def _strokes(document: pikepdf.Pdf, count: int) -> None:
    document.add_blank_page(page_size=(595, 842))
    document.pages[-1].Contents = document.make_stream(b"0 0 m 9 9 l S\n" * count)


def _saved(document: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    document.save(out, compress_streams=True)
    return out.getvalue()


REFUSED: dict[str, tuple[Callable[[], bytes], int, str]] = {
    "empty": (lambda: b"", 422, "file_empty"),
    "html as pdf": (html, 415, "file_type_unsupported"),
    "svg": (svg, 415, "file_type_unsupported"),
    "zip as pdf": (zip_archive, 415, "file_type_unsupported"),
    "html before pdf": (html_before_pdf, 415, "file_type_unsupported"),
    "pdf header only": (pdf_header_only, 422, "file_damaged"),
    "truncated jpeg": (truncated_jpeg, 422, "file_damaged"),
    "pixel bomb": (pixel_bomb, 422, "picture_too_large"),
    "entity bomb": (entity_bomb, 415, "file_type_unsupported"),
    "500 pages": (lambda: many_pages(500), 422, "too_many_pages"),
}
