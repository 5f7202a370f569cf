import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.documents.tests import hostile
from services.documents.tests.uploads import SAMPLES, Uploader
from shared.contracts.documents import DocumentRead
from shared.contracts.features import ALLOWS, OPENS, Limit, Plan
from shared.http.identity import Caller
from shared.ids import new_id

LANGUAGES = ("fr", "en", "es")


class TestUpload:
    async def test_on_free_it_is_kept_and_not_read(
        self, call: Any, upload: Uploader, invoice_pdf: bytes, run_jobs: Callable[..., Any]
    ) -> None:
        answer = await upload(call.free, invoice_pdf, "Ma facture.PDF", document_type="invoice")
        assert answer.status_code == 201
        document = answer.json()
        assert document["status"] == "uploaded"
        assert document["file_name"] == "Ma facture.pdf"
        assert document["document_type"] == "invoice"
        assert await run_jobs("documents.extract") == 0

    async def test_asking_to_read_on_free_is_refused_and_nothing_is_kept(
        self, call: Any, upload: Uploader, invoice_pdf: bytes
    ) -> None:
        answer = await upload(call.free, invoice_pdf, analyze="true")
        assert (answer.status_code, answer.json()["code"]) == (403, "plan_required")
        assert upload.kept() == []

    async def test_a_subscriber_may_keep_it_unread(
        self, call: Any, upload: Uploader, invoice_pdf: bytes
    ) -> None:
        answer = await upload(call.standard, invoice_pdf, analyze="false")
        assert answer.json()["status"] == "uploaded"

    async def test_the_real_type_counts_not_the_name(self, call: Any, upload: Uploader) -> None:
        photo = hostile.PHOTO.read_bytes()
        document = (await upload(call.free, photo, "facture.pdf")).json()
        assert (document["media_type"], document["file_name"]) == ("image/jpeg", "facture.jpg")

    async def test_same_bytes_of_the_same_owner_are_refused_with_the_id(
        self, call: Any, upload: Uploader, invoice_pdf: bytes
    ) -> None:
        first = (await upload(call.free, invoice_pdf)).json()
        again = await upload(call.free, invoice_pdf, "autre.pdf")
        assert (again.status_code, again.json()["code"]) == (409, "already_uploaded")
        assert again.json()["document_id"] == first["id"]
        assert len(upload.kept()) == 1
        assert (await upload(call.other, invoice_pdf)).status_code == 201

    @pytest.mark.parametrize("case", hostile.REFUSED)
    async def test_bad_files_are_refused_clearly_and_leave_nothing(
        self, call: Any, upload: Uploader, case: str
    ) -> None:
        make, status, code = hostile.REFUSED[case]
        content = make()
        details = set()
        for language in LANGUAGES:
            files = {"file": ("facture.pdf", content, "application/pdf")}
            answer = await call.free.post(
                "/api/documents", files=files, headers={"Accept-Language": language}
            )
            assert (answer.status_code, answer.json()["code"]) == (status, code)
            assert answer.headers["content-type"] == "application/problem+json"
            details.add(answer.json()["detail"])
        assert len(details) == 3
        assert upload.kept() == []
        assert (await call.free.get("/api/documents")).json()["count"] == 0

    async def test_an_outside_entity_is_not_read(
        self, call: Any, upload: Uploader, tmp_path: Path
    ) -> None:
        secret = tmp_path / "secret.txt"
        secret.write_text("very secret")
        answer = await upload(call.free, hostile.outside_entity(secret), "facture.xml")
        assert answer.status_code == 415
        assert "very secret" not in answer.text

    async def test_25_megabytes_are_refused_without_being_kept(
        self, call: Any, upload: Uploader
    ) -> None:
        answer = await upload(call.free, b"%PDF-1.7\n" + bytes(25 * 1024 * 1024))
        assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
        assert upload.kept() == []

    @pytest.mark.parametrize(
        ("name", "kept"),
        [
            ("../../etc/passwd", "passwd.pdf"),
            ("..\\..\\boot.ini", "boot.pdf"),
            ("a\x00b.pdf", "ab.pdf"),
            ("<img src=x>.pdf", "img src=x.pdf"),
            ("x" * 400 + ".pdf", "x" * 110 + ".pdf"),
            ("...", "document.pdf"),
        ],
    )
    async def test_names_lose_what_is_dangerous_in_them(
        self, call: Any, upload: Uploader, invoice_pdf: bytes, name: str, kept: str
    ) -> None:
        body = (
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="'
            + name.encode().replace(b'"', b"%22").replace(b"\\", b"\\\\")
            + b'"\r\n\r\n'
            + invoice_pdf
            + b"\r\n--b--\r\n"
        )
        answer = await call.free.post(
            "/api/documents",
            content=body,
            headers={"Content-Type": "multipart/form-data; boundary=b"},
        )
        assert answer.status_code == 201, answer.text
        assert answer.json()["file_name"] == kept
        [path] = upload.kept()
        assert path.name == answer.json()["id"]

    @pytest.mark.parametrize(
        ("body", "content_type"),
        [
            (b"{}", "application/json"),
            (b"no boundary at all", "multipart/form-data"),
            (b"--b\r\n", "multipart/form-data; boundary=b"),
            (b"--b--\r\n", "multipart/form-data; boundary=b"),
            (b"\x00\xff\xfe", "multipart/form-data; boundary=b"),
            (
                b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.7 cut',
                "multipart/form-data; boundary=b",
            ),
            (
                b'--b\r\nContent-Disposition: form-data; name="document_type"\r\n\r\ninvoice\r\n--b--\r\n',
                "multipart/form-data; boundary=b",
            ),
            (
                b"--b\r\n" + b"X" * 20_000 + b": y\r\n\r\n\r\n--b--\r\n",
                "multipart/form-data; boundary=b",
            ),
            (b"", "multipart/form-data; boundary=" + "b" * 300),
        ],
    )
    async def test_malformed_forms_are_refused(
        self, call: Any, upload: Uploader, body: bytes, content_type: str
    ) -> None:
        answer = await call.free.post(
            "/api/documents", content=body, headers={"Content-Type": content_type}
        )
        assert (answer.status_code, answer.json()["code"]) == (400, "upload_malformed")
        assert upload.kept() == []

    @pytest.mark.parametrize(
        ("fields", "status"),
        [
            ({"document_type": "passport"}, 422),
            ({"vehicle_id": "not-an-id"}, 422),
            ({"analyze": "perhaps"}, 422),
            ({"owner_id": str(new_id())}, 400),
            ({"vehicle_id": str(new_id())}, 404),
        ],
    )
    async def test_bad_form_fields_are_refused(
        self, call: Any, upload: Uploader, invoice_pdf: bytes, fields: dict[str, str], status: int
    ) -> None:
        answer = await upload(call.free, invoice_pdf, **fields)
        assert answer.status_code == status
        assert upload.kept() == []

    async def test_a_vehicle_of_ones_own_is_accepted_another_persons_is_not(
        self, call: Any, upload: Uploader, invoice_pdf: bytes, make_vehicle: Callable[..., Any]
    ) -> None:
        mine = await make_vehicle(call.user_id("free"))
        theirs = await make_vehicle(call.user_id("other"))
        refused = await upload(call.free, invoice_pdf, vehicle_id=str(theirs))
        assert refused.status_code == 404
        assert upload.kept() == []
        accepted = await upload(call.free, invoice_pdf, vehicle_id=str(mine))
        assert accepted.json()["vehicle_id"] == str(mine)

    async def test_the_last_place_is_taken_once(self, call: Any, upload: Uploader) -> None:
        caller = Caller(
            user_id=new_id(), plan=Plan.FREE, features=OPENS[Plan.FREE],
            limits={**ALLOWS[Plan.FREE], Limit.DOCUMENTS: 2},
        )  # fmt: skip
        client = call.with_caller(caller)
        answers = await asyncio.gather(
            *(upload(client, hostile.text_pdf(f"Facture {n}")) for n in range(10))
        )
        assert sorted(a.status_code for a in answers) == [201] * 2 + [403] * 8
        refusal = next(a for a in answers if a.status_code == 403).json()
        assert (refusal["code"], refusal["resource"], refusal["limit"]) == (
            "quota_exceeded",
            "documents",
            2,
        )
        assert len(upload.kept()) == 2
        await client.aclose()

    async def test_the_storage_of_the_plan_is_not_exceeded(
        self, call: Any, upload: Uploader
    ) -> None:
        caller = Caller(user_id=new_id(), plan=Plan.FREE, limits={Limit.STORAGE_MB: 0})
        client = call.with_caller(caller)
        answer = await upload(client, hostile.text_pdf("Facture"))
        assert (answer.status_code, answer.json()["resource"]) == (403, "storage_mb")
        assert upload.kept() == []
        await client.aclose()

    async def test_the_same_file_at_once_is_kept_once(
        self, call: Any, upload: Uploader, invoice_pdf: bytes
    ) -> None:
        answers = await asyncio.gather(*(upload(call.free, invoice_pdf) for _ in range(4)))
        assert sorted(a.status_code for a in answers) == [201, 409, 409, 409]
        assert len(upload.kept()) == 1


class TestRead:
    async def test_lists_search_and_statistics(
        self, call: Any, upload: Uploader, invoice_pdf: bytes, run_jobs: Callable[..., Any]
    ) -> None:
        read = (await upload(call.standard, invoice_pdf)).json()
        await run_jobs("documents.extract")
        unread = (await upload(call.standard, hostile.text_pdf("Bonjour"), analyze="false")).json()

        async def ids(query: str) -> set[str]:
            answer = await call.standard.get(f"/api/documents{query}")
            assert answer.status_code == 200, answer.text
            return {row["id"] for row in answer.json()["results"]}

        assert await ids("") == {read["id"], unread["id"]}
        assert await ids("?search=FILTRE a huile") == {read["id"]}
        assert await ids("?search=tilleul") == {read["id"]}
        assert await ids("?search=rien du tout") == set()
        assert await ids("?search=%27);--") == set()
        assert await ids("/by_type?type=invoice") == {read["id"]}
        assert await ids("/unanalyzed") == {unread["id"]}
        assert await ids(f"/by_vehicle?vehicle_id={new_id()}") == set()
        stats = (await call.standard.get("/api/documents/stats")).json()
        assert stats["documents"] == 2
        assert stats["by_type"] == {"invoice": 1, "other": 1}
        assert (await call.standard.get("/api/documents?ordering=owner_id")).status_code == 400
        assert (await call.standard.get("/api/documents/by_type?type=zebra")).status_code == 422
        assert (await call.standard.get("/api/documents/not-an-id")).status_code == 404


class TestEdit:
    async def test_a_type_given_by_the_owner_survives_another_reading(
        self,
        call: Any,
        upload: Uploader,
        invoice_pdf: bytes,
        run_jobs: Callable[..., Any],
        emitted: Callable[..., Any],
    ) -> None:
        document = (await upload(call.standard, invoice_pdf)).json()
        path = f"/api/documents/{document['id']}"
        await run_jobs("documents.extract")
        edited = await call.standard.patch(
            path, json={"document_type": "maintenance", "file_name": "Vidange 2026"}
        )
        assert edited.json()["document_type"] == "maintenance"
        assert edited.json()["file_name"] == "Vidange 2026.pdf"
        await call.standard.post(f"{path}/analyze")
        await run_jobs("documents.extract")
        assert (await call.standard.get(path)).json()["document_type"] == "maintenance"
        assert [event.revision for event in await emitted(DocumentRead)] == [1, 2, 3]

    async def test_put_replaces_all_and_patch_refuses_the_unknown(
        self, call: Any, upload: Uploader, invoice_pdf: bytes, make_vehicle: Callable[..., Any]
    ) -> None:
        document = (await upload(call.free, invoice_pdf)).json()
        path = f"/api/documents/{document['id']}"
        vehicle = await make_vehicle(call.user_id("free"))
        body = {"file_name": "a", "document_type": "insurance", "vehicle_id": str(vehicle)}
        assert (await call.free.put(path, json=body)).json()["vehicle_id"] == str(vehicle)
        assert (await call.free.put(path, json={"file_name": "a"})).status_code == 422
        assert (await call.free.patch(path, json={"owner_id": str(new_id())})).status_code == 422
        assert (await call.free.patch(path, json={"vehicle_id": str(new_id())})).status_code == 404
        assert (await call.free.patch(path, json={"vehicle_id": None})).json()["vehicle_id"] is None


class TestDelete:
    async def test_row_and_file_go(
        self, call: Any, upload: Uploader, invoice_pdf: bytes, run_jobs: Callable[..., Any]
    ) -> None:
        document = (await upload(call.free, invoice_pdf)).json()
        assert (await call.free.delete(f"/api/documents/{document['id']}")).status_code == 204
        assert (await call.free.get(f"/api/documents/{document['id']}")).status_code == 404
        await run_jobs("documents.forget_blob")
        assert upload.kept() == []
        assert (await upload(call.free, invoice_pdf)).status_code == 201


ROUTES = [
    ("GET", ""),
    ("PATCH", ""),
    ("PUT", ""),
    ("DELETE", ""),
    ("GET", "/file"),
    ("GET", "/preview"),
    ("GET", "/fields"),
    ("PATCH", "/fields/total"),
    ("POST", "/analyze"),
    ("POST", "/reprocess_ocr"),
    ("POST", "/password"),
]
BODIES = {
    ("PATCH", ""): {"file_name": "x"},
    ("PUT", ""): {"file_name": "x", "document_type": "other", "vehicle_id": None},
    ("PATCH", "/fields/total"): {"value": "1.00"},
    ("POST", "/password"): {"password": "x"},
}


class TestOwnership:
    @pytest.mark.parametrize(("verb", "path"), ROUTES)
    async def test_another_persons_document_is_not_there(
        self, call: Any, upload: Uploader, invoice_pdf: bytes, verb: str, path: str
    ) -> None:
        document = (await upload(call.standard, invoice_pdf, analyze="false")).json()
        url = f"/api/documents/{document['id']}{path}"
        answer = await call.other.request(verb, url, json=BODIES.get((verb, path)))
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert (await call.standard.get(f"/api/documents/{document['id']}")).json() == document

    @pytest.mark.parametrize(("verb", "path"), [*ROUTES, ("POST", "/../")])
    async def test_nobody_gets_in(self, call: Any, verb: str, path: str) -> None:
        url = f"/api/documents/{UUID(int=7)}{path}".removesuffix(f"/{UUID(int=7)}/../")
        answer = await call.anonymous.request(verb, url, json=BODIES.get((verb, path)))
        assert answer.status_code == 401

    async def test_another_persons_document_is_not_in_lists_or_batches(
        self, call: Any, upload: Uploader, invoice_pdf: bytes
    ) -> None:
        document = (await upload(call.standard, invoice_pdf, analyze="false")).json()
        for path in ("", "/unanalyzed", "/by_type?type=other", "?search=facture"):
            assert (await call.other.get(f"/api/documents{path}")).json()["count"] == 0
        body = {"document_ids": [document["id"]]}
        assert (await call.other.post("/api/documents/batch_analyze", json=body)).status_code == 404


def test_samples_are_small() -> None:
    assert sum(path.stat().st_size for path in SAMPLES.iterdir()) < 500_000
