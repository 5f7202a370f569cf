import io
from pathlib import Path

import numpy as np
import pytesseract
import pytest
from PIL import Image

from services.documents.clients import images, pages
from services.documents.clients.ocr import TesseractOcr
from services.documents.clients.pdf import _letter
from services.documents.domain.files import MediaType
from services.documents.domain.page import Page
from services.documents.errors import FileDamaged, OcrFailed, PasswordWrong
from services.documents.tests import hostile
from services.documents.tests.uploads import SAMPLES


def silent(_done: int, _count: int, _page: Page | None) -> None:
    return


class NoOcr:
    """Stands for a page that needs no recognition: asking fails the test."""

    def words(self, _image: Image.Image, *, scattered: bool = False) -> tuple[()]:
        raise AssertionError(scattered)

    def turned(self, _image: Image.Image) -> int:
        raise AssertionError


class TestLetters:
    def test_half_of_a_pair_in_a_text_layer_can_be_written_as_json(self) -> None:
        letters = "".join(map(_letter, (0x41, 0xD83D, 0xDE00, 0, 0xE9)))
        assert letters == "A\ufffd\ufffd é"
        assert letters.encode()


class TestRead:
    def test_a_text_layer_is_not_recognised(self) -> None:
        found = pages.read(SAMPLES / "garage_facture.pdf", MediaType.PDF, NoOcr(), progress=silent)
        assert "VF3LCYHZPKS123456" in found.pages[0].text
        assert found.pages[0].source == "text"

    @pytest.mark.parametrize("turn", [90])
    def test_a_picture_on_its_side_is_turned(self, tmp_path: Path, turn: int) -> None:
        path = tmp_path / "turned.jpg"
        Image.open(hostile.PHOTO).convert("L").rotate(turn, expand=True).save(path, quality=85)
        found = pages.read(path, MediaType.JPEG, TesseractOcr(), progress=silent)
        assert "FX-482-KL" in found.pages[0].text

    def test_tiff_pages_are_all_read(self, tmp_path: Path) -> None:
        path = tmp_path / "scan.tiff"
        photo = Image.open(hostile.PHOTO).convert("L").resize((900, 1250))
        photo.save(path, save_all=True, append_images=[photo])
        assert pages.inspect(path).pages == 2


class TestUnlock:
    def test_only_the_password_opens(self, tmp_path: Path) -> None:
        path, copy = tmp_path / "locked.pdf", tmp_path / "copy.pdf"
        path.write_bytes(hostile.locked("sésame"))
        assert pages.inspect(path).locked
        with pytest.raises(PasswordWrong):
            pages.unlock(path, "wrong", copy)
        assert not copy.exists()
        assert pages.unlock(path, "sésame", copy).locked is False


class TestImages:
    def test_the_sheet_is_found_on_the_table(self) -> None:
        photo = Image.open(hostile.PHOTO)
        corners = images.page_corners(photo)
        assert corners is not None
        expected = (
            np.array([(0.055, 0.07), (0.93, 0.045), (0.955, 0.95), (0.04, 0.935)]) * photo.size
        )
        assert np.abs(corners - expected).max() < 0.02 * photo.width

    def test_a_screenshot_has_no_table_around_it(self) -> None:
        assert images.page_corners(Image.new("RGB", (800, 1000), "white")) is None

    @pytest.mark.parametrize("angle", [-2.0, 0.0, 1.5])
    def test_skew_is_measured(self, angle: float) -> None:
        flat = images.normalise(Image.open(hostile.PHOTO))
        turned = flat.rotate(angle, fillcolor=(230, 230, 230))
        assert images.skew_angle(turned) == pytest.approx(-angle, abs=0.5)

    def test_transparent_paper_is_white(self) -> None:
        assert images.flatten(Image.new("RGBA", (4, 4), (0, 0, 0, 0))).getpixel((1, 1)) == (
            255,
            255,
            255,
        )


class TestOcr:
    def test_a_missing_program_is_ocr_failed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("pytesseract.pytesseract.tesseract_cmd", "/nowhere/tesseract")
        with pytest.raises(OcrFailed) as failed:
            TesseractOcr().words(Image.new("L", (50, 50), 255))
        assert failed.value.extra["reason"] == "missing"

    def test_too_slow_is_ocr_failed(self) -> None:
        with pytest.raises(OcrFailed) as failed:
            TesseractOcr(seconds=0.01).words(Image.open(hostile.PHOTO))
        assert failed.value.extra["reason"] == "timeout"

    def test_every_fault_of_the_library_is_mapped(self, monkeypatch: pytest.MonkeyPatch) -> None:
        kinds = [
            fault
            for fault in vars(pytesseract.pytesseract).values()
            if isinstance(fault, type)
            and issubclass(fault, Exception)
            and fault.__module__.startswith("pytesseract")
        ]
        assert kinds
        for kind in kinds:

            def fail(*_: object, kind: type[Exception] = kind, **__: object) -> None:
                raise kind(1, "x") if kind.__name__ == "TesseractError" else kind()

            monkeypatch.setattr("pytesseract.image_to_data", fail)
            with pytest.raises(OcrFailed):
                TesseractOcr().words(Image.new("L", (50, 50), 255))


def test_a_damaged_picture_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "cut.jpg"
    path.write_bytes(hostile.truncated_jpeg())
    with pytest.raises(FileDamaged):
        pages.inspect(path)
    noise = io.BytesIO(hostile.PHOTO.read_bytes())
    noise.seek(400)
    noise.write(bytes(3000))
    path.write_bytes(noise.getvalue())
    with pytest.raises(FileDamaged):
        pages.inspect(path)
