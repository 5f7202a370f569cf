import asyncio
import hashlib
import io
import zipfile
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from services.vehicles.domain.moving.bundles import verdict_of
from services.vehicles.domain.moving.passport import bytes_of
from services.vehicles.tests.factories import make_record, make_vehicle
from services.vehicles.tests.moving.domain.test_passport import again
from services.vehicles.tests.moving.exported import make_export, passport_of
from services.vehicles.tests.moving.receipts import file_of, jpeg, papers, parts_of, wanted_of
from services.vehicles.tests.running.factories import euros
from services.vehicles.usecases.moving import passports
from shared.clock import FixedClock
from shared.ids import new_id
from shared.security.secrets import opaque_token
from shared.testing.client import Callers

LAST = "2026-06-20"


async def a_passport(call: Callers, run_jobs: Any, clock: FixedClock) -> tuple[str, str]:
    """A car and its passport, made on a June morning."""
    clock.set(datetime(2026, 6, 10, 9, tzinfo=UTC))
    car = (await make_vehicle(call.standard, license_plate="AA-111-AA"))["id"]
    await make_record(call.standard, car, cost=euros("189.90"))
    made = await make_export(call.standard, "passport", vehicle=car)
    await run_jobs("vehicles.make_export")
    return car, made["id"]


async def shown(call: Callers, car: str, export: str, until: str = LAST) -> tuple[Any, str]:
    body = {"export": export, "until": until}
    answer = await call.standard.post(f"/api/vehicles/{car}/passport-links", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json(), answer.json()["url"].partition("token=")[2]


async def a_passport_with_a_receipt(
    call: Callers, run_jobs: Any, clock: FixedClock, hear: Any, emitted: Any
) -> tuple[bytes, str]:
    """The bundle, and its receipt's hash."""
    clock.set(datetime(2026, 6, 10, 9, tzinfo=UTC))
    car, [paper] = await papers(call, hear, 1)
    made = await make_export(call.standard, "passport", vehicle=car)
    for part in parts_of(await wanted_of(emitted), paper, jpeg()):
        await hear(part)
    file = await file_of(call, run_jobs, made["id"])
    return file, hashlib.sha256(jpeg()).hexdigest()


class TestLink:
    async def test_opens_the_passport_to_anybody(
        self, call: Callers, run_jobs: Any, clock: FixedClock
    ) -> None:
        car, export = await a_passport(call, run_jobs, clock)
        link, token = await shown(call, car, export)
        assert link["qr_svg"].startswith("<svg")
        answer = (await call.anonymous.get(f"/api/passports/shared?token={token}")).json()
        assert (answer["verdict"]["valid"], answer["verdict"]["ours"]) == (True, True)
        assert answer["passport"]["head"]["car"]["plate"] == "AA-111-AA"
        file = await call.anonymous.get(answer["file"])
        key = (await call.anonymous.get("/api/passports/key")).json()
        assert verdict_of(file.content, key=bytes_of(key["public_key"])).is_whole
        [listed] = (await call.standard.get(f"/api/vehicles/{car}/passport-links")).json()[
            "results"
        ]
        assert (listed["id"], token in str(listed)) == (link["id"], False)

    async def test_keeps_the_passport_until_its_day_and_no_longer(
        self, call: Callers, run_jobs: Any, clock: FixedClock
    ) -> None:
        car, export = await a_passport(call, run_jobs, clock)
        _, token = await shown(call, car, export)
        clock.set(datetime(2026, 6, 20, 21, 30, tzinfo=UTC))
        assert (await call.anonymous.get(f"/api/passports/shared?token={token}")).is_success
        clock.set(datetime(2026, 6, 20, 22, 30, tzinfo=UTC))  # the 21st in Paris
        for path in ("shared", "shared/file"):
            answer = await call.anonymous.get(f"/api/passports/{path}?token={token}")
            assert (answer.status_code, answer.json()["code"]) == (410, "link_dead")

    async def test_a_receipt_changed_where_it_lies_is_seen_by_whoever_opens_it(
        self,
        call: Callers,
        run_jobs: Any,
        clock: FixedClock,
        hear: Any,
        emitted: Any,
        admin_engine: Any,
    ) -> None:
        file, digest = await a_passport_with_a_receipt(call, run_jobs, clock, hear, emitted)
        [export] = (await call.standard.get("/api/car-exports")).json()["results"]
        _, token = await shown(call, export["vehicle"], export["id"])
        path = f"/api/passports/shared?token={token}"
        good = (await call.anonymous.get(path)).json()["verdict"]
        assert (good["valid"], good["papers"]) == (True, 1)
        other = again(file, {f"papers/{digest}.jpg": jpeg(9)})
        async with admin_engine.begin() as connection:
            statement = sa.text("UPDATE car_export_part SET content = :file")
            await connection.execute(statement, {"file": other})
        bad = (await call.anonymous.get(path)).json()["verdict"]
        assert bad["problems"] == [f"paper_changed:{digest[:16]}"]

    async def test_taken_back_or_guessed_it_opens_nothing(
        self, call: Callers, run_jobs: Any, clock: FixedClock
    ) -> None:
        car, export = await a_passport(call, run_jobs, clock)
        link, token = await shown(call, car, export)
        path = f"/api/vehicles/{car}/passport-links/{link['id']}"
        assert (await call.other.delete(path)).status_code == 404
        assert (await call.standard.delete(path)).status_code == 204
        for dead in (token, opaque_token(), "x"):
            answer = await call.anonymous.get(f"/api/passports/shared?token={dead}")
            assert answer.json()["code"] == "link_dead"

    async def test_a_deleted_passport_has_no_links(
        self, call: Callers, run_jobs: Any, clock: FixedClock
    ) -> None:
        car, export = await a_passport(call, run_jobs, clock)
        _, token = await shown(call, car, export)
        await call.standard.delete(f"/api/car-exports/{export}")
        assert (await call.anonymous.get(f"/api/passports/shared?token={token}")).is_error

    @pytest.mark.parametrize(
        ("until", "code"), [("2026-06-09", "link_day_wrong"), ("2026-09-09", "link_day_wrong")]
    )
    async def test_lives_ninety_days_at_most(
        self, call: Callers, run_jobs: Any, clock: FixedClock, until: str, code: str
    ) -> None:
        car, export = await a_passport(call, run_jobs, clock)
        body = {"export": export, "until": until}
        answer = await call.standard.post(f"/api/vehicles/{car}/passport-links", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, code)

    async def test_shows_only_a_passport_of_this_car_that_is_ready(
        self, call: Callers, run_jobs: Any, clock: FixedClock
    ) -> None:
        car, export = await a_passport(call, run_jobs, clock)
        other = (await make_vehicle(call.standard))["id"]
        table = await make_export(call.standard, "csv", vehicle=car)
        unmade = await make_export(call.standard, "passport", vehicle=car)
        for where, which, status in (
            (other, export, 404),
            (car, table["id"], 404),
            (car, str(new_id()), 404),
            (car, unmade["id"], 409),
        ):
            body = {"export": which, "until": LAST}
            answer = await call.standard.post(f"/api/vehicles/{where}/passport-links", json=body)
            assert answer.status_code == status, which


class TestVerify:
    async def test_anybody_may(self, call: Callers, run_jobs: Any, clock: FixedClock) -> None:
        _, export = await a_passport(call, run_jobs, clock)
        file = (await call.standard.get(f"/api/car-exports/{export}/file")).content
        body = {"passport": passport_of(file)}
        good = (await call.anonymous.post("/api/passports/verify", json=body)).json()
        assert (good["valid"], good["ours"], good["entries"]) == (True, True, 1)
        body["passport"]["entries"][0]["on"] = "2020-01-01"
        bad = (await call.anonymous.post("/api/passports/verify", json=body)).json()
        assert bad["valid"] is False
        assert "chain_broken:1" in bad["problems"]

    async def test_its_papers_by_their_hashes(
        self, call: Callers, run_jobs: Any, clock: FixedClock, hear: Any, emitted: Any
    ) -> None:
        file, digest = await a_passport_with_a_receipt(call, run_jobs, clock, hear, emitted)
        passport = passport_of(file)
        for named, problems in (
            ({digest: digest}, []),
            ({digest: "0" * 64}, [f"paper_changed:{digest[:16]}"]),
            ({}, [f"paper_missing:{digest[:16]}"]),
            ({digest: digest, "1" * 64: "1" * 64}, [f"paper_unknown:{'1' * 16}"]),
        ):
            body = {"passport": passport, "papers": named}
            found = (await call.anonymous.post("/api/passports/verify", json=body)).json()
            assert (found["problems"], found["papers"]) == (problems, 1)

    @pytest.mark.parametrize(
        "papers", [[], {"x": "0" * 64}, {"0" * 64: "x"}, {"0" * 64: None}, "x"]
    )
    async def test_hashes_that_are_none_are_refused(self, call: Callers, papers: Any) -> None:
        body = {"passport": {}, "papers": papers}
        assert (await call.anonymous.post("/api/passports/verify", json=body)).status_code == 422

    @pytest.mark.parametrize("body", [{}, {"passport": []}, {"passport": "x"}, {"passport": {}}])
    async def test_what_is_none_is_refused(self, call: Callers, body: dict[str, Any]) -> None:
        answer = await call.anonymous.post("/api/passports/verify", json=body)
        assert answer.status_code == 422


class TestInWords:
    @pytest.mark.parametrize(
        ("language", "oil"), [("fr", "Vidange"), ("en", "oil"), ("es", "aceite")]
    )
    async def test_the_link_tells_what_the_passport_says(
        self, call: Callers, run_jobs: Any, clock: FixedClock, language: str, oil: str
    ) -> None:
        car, export = await a_passport(call, run_jobs, clock)
        _, token = await shown(call, car, export)
        said = await call.anonymous.get(
            f"/api/passports/shared/history?token={token}", headers={"accept-language": language}
        )
        assert said.headers["cache-control"] == "no-store"
        told = said.json()
        assert (told["verdict"]["valid"], told["name"]) == (True, "Peugeot 308")
        assert told["last_day"] == LAST
        [row] = told["rows"]
        assert (row["kind"], oil in row["title"]) == ("maintenance", True), row["title"]
        assert row["money"] == {"amount": "189.90", "currency": "EUR"}
        assert "AA-111-AA" in {each["value"] for each in told["car"]}
        file = await call.anonymous.get(told["file"])
        assert len(file.content) == told["size_bytes"]

    async def test_fifty_at_a_time_the_latest_first(
        self, call: Callers, run_jobs: Any, clock: FixedClock
    ) -> None:
        clock.set(datetime(2026, 6, 10, 9, tzinfo=UTC))
        car = (await make_vehicle(call.standard))["id"]
        for number in range(51):
            body = {
                "mileage": 1000 + number,
                "read_on": f"2026-0{1 + number // 28}-{1 + number % 28:02}",
            }
            read = await call.standard.post(f"/api/vehicles/{car}/odometer", json=body)
            assert read.status_code == 201, read.text
        made = await make_export(call.standard, "passport", vehicle=car)
        await run_jobs("vehicles.make_export")
        _, token = await shown(call, car, made["id"])
        path = f"/api/passports/shared/history?token={token}"
        first, second, none = [
            (await call.anonymous.get(f"{path}&page={page}")).json() for page in (1, 2, 3)
        ]
        assert (first["count"], first["pages"]) == (51, 2)
        assert [len(each["rows"]) for each in (first, second, none)] == [50, 1, 0]
        assert (first["rows"][0]["distance"], second["rows"][0]["distance"]) == (1050, 1000)

    async def test_a_dead_link_tells_nothing(self, call: Callers) -> None:
        answer = await call.anonymous.get(f"/api/passports/shared/history?token={opaque_token()}")
        assert (answer.status_code, answer.json()["code"]) == (410, "link_dead")


async def bundle_of(call: Callers, run_jobs: Any, clock: FixedClock) -> bytes:
    _, export = await a_passport(call, run_jobs, clock)
    content: bytes = (await call.standard.get(f"/api/car-exports/{export}/file")).content
    return content


async def sent(call: Callers, *files: bytes) -> Any:
    form = [("file", ("passport.zip", file, "application/zip")) for file in files]
    return await call.anonymous.post("/api/passports/verify/bundle", files=form)


class TestBundle:
    async def test_is_verified_whole_or_by_its_document(
        self, call: Callers, run_jobs: Any, clock: FixedClock
    ) -> None:
        file = await bundle_of(call, run_jobs, clock)
        for content in (file, orjson.dumps(passport_of(file))):
            answer = await sent(call, content)
            assert answer.status_code == 200, answer.text
            assert (answer.json()["valid"], answer.json()["ours"]) == (True, True)

    async def test_one_with_another_paper_is_told_as_changed(
        self, call: Callers, run_jobs: Any, clock: FixedClock
    ) -> None:
        file = io.BytesIO(await bundle_of(call, run_jobs, clock))
        with zipfile.ZipFile(file, "a") as bundle:
            bundle.writestr(f"papers/{'a' * 64}.pdf", b"%PDF-1.4 mine")
        said = (await sent(call, file.getvalue())).json()
        assert (said["valid"], said["problems"]) == (False, ["paper_unknown:" + "a" * 16])

    @pytest.mark.parametrize(
        "content", [b"", b"x", b"PK\x03\x04", b"{}", b"[" * 100_000, b'{"head": 1.5}']
    )
    async def test_what_is_none_is_refused(self, call: Callers, content: bytes) -> None:
        answer = await sent(call, content)
        assert (answer.status_code, answer.json()["code"]) == (422, "not_a_passport")

    async def test_one_file_and_no_more(self, call: Callers) -> None:
        answer = await sent(call, b"{}", b"{}")
        assert (answer.status_code, answer.json()["code"]) == (422, "upload_malformed")
        none = await call.anonymous.post("/api/passports/verify/bundle", json={"passport": {}})
        assert none.status_code in {415, 422}

    async def test_larger_than_is_taken_is_413(
        self, call: Callers, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(passports, "LARGEST_BUNDLE", 1000)
        answer = await sent(call, b"x" * 1001)
        assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")

    async def test_more_at_once_than_are_held_is_503(
        self, call: Callers, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        room = asyncio.BoundedSemaphore(1)
        monkeypatch.setattr(passports, "_room", room)
        async with room:
            answer = await sent(call, b"{}")
        assert (answer.status_code, answer.json()["code"]) == (503, "passports_busy")
        assert answer.headers["retry-after"] == "5"
        assert (await sent(call, b"{}")).status_code == 422
