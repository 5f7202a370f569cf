import io
from typing import Any

from PIL import Image

from services.documents.tests import hostile
from services.documents.tests.uploads import Uploader


class TestDownload:
    async def test_gives_the_bytes_back_with_safe_headers(
        self, call: Any, upload: Uploader, invoice_pdf: bytes
    ) -> None:
        document = (await upload(call.free, invoice_pdf, "Facture été.pdf")).json()
        answer = await call.free.get(f"/api/documents/{document['id']}/file")
        assert answer.content == invoice_pdf
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]
        assert (
            answer.headers["content-disposition"]
            == "attachment; filename*=UTF-8''Facture%20%C3%A9t%C3%A9.pdf"
        )

    async def test_answers_ranges(self, call: Any, upload: Uploader, invoice_pdf: bytes) -> None:
        document = (await upload(call.free, invoice_pdf)).json()
        path = f"/api/documents/{document['id']}/file"
        part = await call.free.get(path, headers={"Range": "bytes=5-9"})
        assert (part.status_code, part.content) == (206, invoice_pdf[5:10])
        beyond = await call.free.get(path, headers={"Range": f"bytes={10**9}-"})
        assert beyond.status_code == 416

    async def test_shows_inline_only_what_is_safe(
        self, call: Any, upload: Uploader, invoice_pdf: bytes
    ) -> None:
        document = (await upload(call.free, invoice_pdf)).json()
        shown = await call.free.get(f"/api/documents/{document['id']}/file?inline=true")
        assert shown.headers["content-disposition"].startswith("inline")


class TestPreview:
    async def test_is_a_picture_without_the_places_of_the_photograph(
        self, call: Any, upload: Uploader
    ) -> None:
        out = io.BytesIO()
        exif = Image.Exif()
        exif.get_ifd(0x8825)[2] = (48.0, 51.0, 29.0)  # GPS latitude
        exif[0x0112] = 6  # turned by 90 degrees
        Image.open(hostile.PHOTO).rotate(90, expand=True).save(out, "JPEG", exif=exif)
        document = (await upload(call.free, out.getvalue(), "photo.jpg")).json()
        answer = await call.free.get(f"/api/documents/{document['id']}/preview")
        assert answer.headers["content-type"] == "image/jpeg"
        picture = Image.open(io.BytesIO(answer.content))
        assert picture.height > picture.width
        assert not picture.getexif()
        assert max(picture.size) <= 1200

    async def test_a_page_that_is_not_there(
        self, call: Any, upload: Uploader, invoice_pdf: bytes
    ) -> None:
        document = (await upload(call.free, invoice_pdf)).json()
        path = f"/api/documents/{document['id']}/preview"
        assert (await call.free.get(path)).status_code == 200
        assert (await call.free.get(f"{path}?page=2")).status_code == 404
        assert (await call.free.get(f"{path}?page=0")).status_code == 422
