"""What becomes of a document on its way to paper, opened by real readers."""

import io
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from services.documents.clients.printable import make_printable
from services.documents.domain.files import MediaType
from services.documents.domain.receipts import LARGEST_RECEIPT, MOST_PAGES, SHEET_PIXELS
from services.documents.errors import (
    FileDamaged,
    FileTooLarge,
    FileTypeUnsupported,
    PasswordWrong,
)
from services.documents.tests import hostile

GPS, MAKE = 0x8825, 0x010F


def made(
    folder: Path, content: bytes, kind: MediaType, name: str = "it"
) -> tuple[MediaType, bytes]:
    path, into = folder / name, folder / f"{name}.out"
    path.write_bytes(content)
    found = make_printable(path, kind, into)
    return found, into.read_bytes()


def photograph(size: tuple[int, int] = (4000, 3000)) -> bytes:
    """As a telephone takes it: lying, to be turned, with where and by what."""
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[MAKE] = "Camera of Claire"
    exif.get_ifd(GPS)[1] = "N"
    Image.new("RGB", size, (200, 190, 180)).save(out, "JPEG", exif=exif)
    return out.getvalue()


def scanned(pages: int, *, noise: bool = False) -> bytes:
    """Pages that are pictures; noise cannot be made smaller."""
    out = io.BytesIO()
    sheets = [
        Image.effect_noise((1654, 2339), 90).convert("RGB")
        if noise
        else Image.new("RGB", (1654, 2339), (255 - n, 255, 255))
        for n in range(pages)
    ]
    sheets[0].save(out, "PDF", save_all=True, append_images=sheets[1:], quality=95, resolution=200)
    return out.getvalue()


class TestPictures:
    def test_a_photograph_is_upright_small_and_says_nothing_of_its_maker(
        self, tmp_path: Path
    ) -> None:
        kind, content = made(tmp_path, photograph(), MediaType.JPEG)
        assert kind is MediaType.JPEG
        with Image.open(io.BytesIO(content)) as image:
            assert image.height > image.width
            assert image.width == SHEET_PIXELS[0]
            assert not image.getexif()
        assert b"Claire" not in content
        assert len(content) < 1_000_000

    def test_a_lying_one_keeps_its_width(self, tmp_path: Path) -> None:
        out = io.BytesIO()
        Image.new("RGB", (5000, 1000)).save(out, "PNG")
        _, content = made(tmp_path, out.getvalue(), MediaType.PNG)
        with Image.open(io.BytesIO(content)) as image:
            assert image.width == SHEET_PIXELS[1]

    def test_transparent_paper_is_white(self, tmp_path: Path) -> None:
        out = io.BytesIO()
        Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(out, "PNG")
        _, content = made(tmp_path, out.getvalue(), MediaType.PNG)
        with Image.open(io.BytesIO(content)) as image:
            assert image.getpixel((25, 25)) == (255, 255, 255)

    def test_a_fax_of_many_pages_becomes_a_pdf_of_the_first(self, tmp_path: Path) -> None:
        out = io.BytesIO()
        sheets = [Image.new("L", (200, 300), 5 * n) for n in range(MOST_PAGES + 2)]
        sheets[0].save(out, "TIFF", save_all=True, append_images=sheets[1:])
        kind, content = made(tmp_path, out.getvalue(), MediaType.TIFF)
        assert kind is MediaType.PDF
        assert len(pypdfium2.PdfDocument(content)) == MOST_PAGES

    def test_a_cut_off_one_is_damaged(self, tmp_path: Path) -> None:
        with pytest.raises(FileDamaged):
            made(tmp_path, hostile.truncated_jpeg(), MediaType.JPEG)


class TestPdf:
    def test_keeps_its_pages_and_what_is_typed_into_them_and_nothing_else(
        self, tmp_path: Path
    ) -> None:
        with pikepdf.open(io.BytesIO(hostile.text_pdf("Vidange 89,90"))) as pdf:
            pdf.docinfo["/Author"] = "Claire at home"
            pdf.attachments["secret.txt"] = b"bank account"
            pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('x')")
            link = pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Link,
                Rect=[0, 0, 9, 9],
                A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI="http://tracker.example/x"),
            )
            pdf.pages[0].Annots = pdf.make_indirect(pikepdf.Array([pdf.make_indirect(link)]))
            out = io.BytesIO()
            pdf.save(out)
        _, content = made(tmp_path, out.getvalue(), MediaType.PDF)
        with pikepdf.open(io.BytesIO(content)) as pdf:
            assert not pdf.attachments
            assert "/OpenAction" not in pdf.Root
            assert "/Annots" not in pdf.pages[0]
            plain = io.BytesIO()
            pdf.save(
                plain, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.all
            )
        for word in (b"Claire", b"bank account", b"app.alert", b"tracker.example"):
            assert word not in plain.getvalue()
        page = pypdfium2.PdfDocument(content)[0]
        assert "Vidange 89,90" in page.get_textpage().get_text_bounded()

    def test_the_same_file_is_always_the_same_bytes(self, tmp_path: Path) -> None:
        for content, kind in (
            (hostile.INVOICE.read_bytes(), MediaType.PDF),
            (photograph(), MediaType.JPEG),
        ):
            first = made(tmp_path, content, kind, "one")
            assert made(tmp_path, content, kind, "two") == first

    def test_of_a_book_the_first_pages(self, tmp_path: Path) -> None:
        _, content = made(tmp_path, hostile.many_pages(MOST_PAGES + 5), MediaType.PDF)
        assert len(pypdfium2.PdfDocument(content)) == MOST_PAGES

    def test_a_heavy_scan_is_drawn_smaller(self, tmp_path: Path) -> None:
        heavy = scanned(3, noise=True)
        assert len(heavy) > LARGEST_RECEIPT
        _, content = made(tmp_path, heavy, MediaType.PDF)
        assert len(content) <= LARGEST_RECEIPT
        assert len(pypdfium2.PdfDocument(content)) == 3

    def test_what_is_too_large_all_the_same_is_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("services.documents.clients.printable.LARGEST_RECEIPT", 10_000)
        with pytest.raises(FileTooLarge):
            made(tmp_path, scanned(1, noise=True), MediaType.PDF)
        with pytest.raises(FileTooLarge):
            made(tmp_path, photograph(), MediaType.JPEG)

    def test_a_locked_one_asks_for_its_password(self, tmp_path: Path) -> None:
        with pytest.raises(PasswordWrong):
            made(tmp_path, hostile.locked("x"), MediaType.PDF)

    def test_one_that_only_forbids_printing_is_its_owners_to_print(self, tmp_path: Path) -> None:
        out = io.BytesIO()
        with pikepdf.open(hostile.INVOICE) as pdf:
            pdf.save(out, encryption=pikepdf.Encryption(owner="x", user=""))
        _, content = made(tmp_path, out.getvalue(), MediaType.PDF)
        with pikepdf.open(io.BytesIO(content)) as pdf:
            assert not pdf.is_encrypted

    @pytest.mark.parametrize("content", [hostile.pdf_header_only(), b"%PDF-1.7\nno pages"])
    def test_a_broken_one_is_damaged(self, tmp_path: Path, content: bytes) -> None:
        with pytest.raises(FileDamaged):
            made(tmp_path, content, MediaType.PDF)


def test_an_invoice_that_is_only_data_has_no_picture(tmp_path: Path) -> None:
    with pytest.raises(FileTypeUnsupported):
        made(tmp_path, b"<?xml version='1.0'?><a/>", MediaType.XML)
