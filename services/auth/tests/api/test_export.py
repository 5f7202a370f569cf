from datetime import timedelta
from typing import Any

import orjson
import pytest

from services.auth.tests.api.test_passkeys import register
from services.auth.tests.factories import PASSWORD, make_account
from shared.bus.data_pages import unpacked
from shared.contracts.auth import AccountExportStarted, ExportReady
from shared.contracts.documents import ExportPacked
from shared.contracts.export import DataPage
from shared.ids import new_id

EXPORT, OPEN = "/api/auth/me/export", "/internal/exports/open"


async def ask(person: Any) -> Any:
    answer = await person.client.get(EXPORT)
    assert answer.status_code == 202, answer.text
    return answer


async def packed(person: Any, export_id: str, hear: Any, clock: Any) -> ExportPacked:
    event = ExportPacked(
        export_id=export_id,
        account_id=person.id,
        size_bytes=1234,
        sha256="00" * 32,
        packed_at=clock.now(),
        expires_at=clock.now() + timedelta(hours=24),
    )
    await hear(event, times=2)
    return event


def rows_of(pages: list[DataPage]) -> list[dict[str, Any]]:
    lines = b"".join(unpacked(page.content.get_secret_value()) for page in pages).splitlines()
    return [orjson.loads(line) for line in lines]


class TestStart:
    async def test_it_is_asked_for_with_a_recent_proof(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        clock.move(minutes=6)
        answer = await person.client.get(EXPORT)
        assert (answer.status_code, answer.json()["code"]) == (403, "reauthentication_required")
        assert await emitted(AccountExportStarted) == []

    async def test_the_others_are_asked_and_our_own_part_is_sent(
        self, call: Any, emitted: Any
    ) -> None:
        person = await make_account(call, emitted)
        await make_account(call, emitted, "max@example.org")
        answer = await ask(person)
        body = answer.json()
        assert answer.headers["location"] == f"{EXPORT}/{body['id']}"
        assert (body["state"], body["download_url"]) == ("running", None)
        [started] = await emitted(AccountExportStarted)
        assert (str(started.export_id), started.account_id) == (body["id"], person.id)
        pages = await emitted(DataPage)
        assert pages[-1].is_last
        rows = rows_of(pages)
        tables = {row["table"] for row in rows}
        assert {"account", "session", "audit_entry", "code"} <= tables
        text = orjson.dumps(rows).decode()
        assert person.email in text
        assert "max@example.org" not in text
        for secret in ("password_hash", "argon2", "digest", "identity"):
            assert secret not in text

    async def test_a_second_wish_is_the_running_one(self, call: Any, emitted: Any) -> None:
        person = await make_account(call, emitted)
        first = await ask(person)
        second = await person.client.post(EXPORT, json={"password": PASSWORD})
        assert second.headers["location"] == first.headers["location"]
        assert len(await emitted(AccountExportStarted)) == 1

    async def test_five_a_day(self, call: Any, emitted: Any, hear: Any, clock: Any) -> None:
        person = await make_account(call, emitted)
        for _ in range(5):
            await packed(person, (await ask(person)).json()["id"], hear, clock)
        answer = await person.client.get(EXPORT)
        assert (answer.status_code, answer.json()["code"]) == (429, "too_many_tries")

    async def test_somebody_elses_is_not_found(self, call: Any, emitted: Any) -> None:
        person = await make_account(call, emitted)
        stranger = await make_account(call, emitted, "max@example.org")
        where = (await ask(person)).headers["location"]
        assert (await person.client.get(where)).status_code == 200
        assert (await stranger.client.get(where)).status_code == 404
        assert (await call.anonymous.get(where)).status_code == 401
        assert (await person.client.get(f"{EXPORT}/{new_id()}")).status_code == 404


class TestReady:
    async def test_the_person_is_told_once_and_the_link_is_kept_as_a_digest(
        self, call: Any, emitted: Any, hear: Any, clock: Any, admin_engine: Any
    ) -> None:
        person = await make_account(call, emitted)
        export_id = (await ask(person)).json()["id"]
        await packed(person, export_id, hear, clock)
        [ready] = await emitted(ExportReady)
        assert (ready.email, ready.size_bytes) == (person.email, 1234)
        token = ready.token.get_secret_value()
        async with admin_engine.connect() as connection:
            rows = await connection.exec_driver_sql("SELECT row_to_json(e) FROM data_export e")
            assert token not in str(rows.all())
        said = (await person.client.get(f"{EXPORT}/{export_id}")).json()
        assert (said["state"], said["download_url"]) == ("ready", f"/api/exports/{export_id}/file")

    async def test_after_its_day_it_is_over(
        self, call: Any, emitted: Any, hear: Any, clock: Any, run_schedule: Any
    ) -> None:
        person = await make_account(call, emitted)
        export_id = (await ask(person)).json()["id"]
        await packed(person, export_id, hear, clock)
        [ready] = await emitted(ExportReady)
        clock.move(hours=24, seconds=1)
        said = (await person.client.get(f"{EXPORT}/{export_id}")).json()
        assert (said["state"], said["download_url"]) == ("expired", None)
        opened = await open_it(call, ready.token.get_secret_value())
        assert opened.json()["code"] == "export_link_wrong"
        await run_schedule("auth.late_exports")
        assert (await person.client.get(f"{EXPORT}/{export_id}")).json()["state"] == "expired"

    async def test_one_that_is_late_raises_the_alarm_and_is_given_up_after_a_day(
        self, call: Any, emitted: Any, clock: Any, run_schedule: Any, admin_engine: Any
    ) -> None:
        person = await make_account(call, emitted)
        where = (await ask(person)).headers["location"]

        async def alerted() -> Any:
            async with admin_engine.connect() as connection:
                found = await connection.exec_driver_sql("SELECT alerted_at FROM data_export")
                return found.scalar_one()

        await run_schedule("auth.late_exports")
        assert await alerted() is None
        clock.move(hours=2)
        await run_schedule("auth.late_exports")
        assert await alerted() == clock.now()
        assert (await person.client.get(where)).json()["state"] == "running"
        clock.move(hours=23)
        await run_schedule("auth.late_exports")
        assert (await person.client.get(where)).json()["state"] == "failed"
        await person.client.post("/api/auth/reauthenticate", json={"password": PASSWORD})
        assert (await ask(person)).headers["location"] != where, "and may be asked for again"


async def open_it(call: Any, token: str, password: str = PASSWORD, **more: Any) -> Any:
    body = {"token": token, "password": password, "ip": "198.51.100.4", "user_agent": "tests"}
    return await call.service.post(OPEN, json=body | more)


class TestLink:
    async def link(self, call: Any, emitted: Any, hear: Any, clock: Any) -> tuple[Any, str]:
        person = await make_account(call, emitted)
        await packed(person, (await ask(person)).json()["id"], hear, clock)
        [ready] = await emitted(ExportReady)
        return person, ready.token.get_secret_value()

    async def test_it_takes_the_password_too(
        self, call: Any, emitted: Any, hear: Any, clock: Any
    ) -> None:
        person, token = await self.link(call, emitted, hear, clock)
        assert (await open_it(call, token, "not this")).json()["code"] == "password_wrong"
        opened = await open_it(call, token)
        assert opened.json()["account_id"] == str(person.id)
        kinds = [e["kind"] for e in (await person.client.get("/api/auth/audit")).json()["results"]]
        assert kinds[:2] == ["export_fetched", "export_refused"]

    async def test_and_the_second_factor_of_who_has_one(
        self, call: Any, emitted: Any, hear: Any, clock: Any
    ) -> None:
        import pyotp  # noqa: PLC0415 - only here

        person, token = await self.link(call, emitted, hear, clock)
        begun = await person.client.post("/api/auth/2fa/totp", json={"password": PASSWORD})
        app = pyotp.TOTP(begun.json()["secret"])
        await person.client.post(
            "/api/auth/2fa/totp/confirm", json={"totp_code": app.at(clock.now())}
        )
        clock.move(minutes=2)
        assert (await open_it(call, token)).json()["code"] == "factor_wrong"
        assert (await open_it(call, token, code=app.at(clock.now()))).status_code == 200

    async def test_where_a_passkey_is_asked_for_a_recovery_code_is_too(
        self, call: Any, emitted: Any, hear: Any, clock: Any
    ) -> None:
        person, token = await self.link(call, emitted, hear, clock)
        await register(person)
        codes = (await person.client.post("/api/auth/2fa/passkey", json={})).json()
        assert (await open_it(call, token)).json()["code"] == "factor_wrong"
        assert (await open_it(call, token, code="aaaaa-aaaaa")).status_code == 400
        right = codes["recovery_codes"][0]
        assert (await open_it(call, token, code=right)).status_code == 200
        assert (await open_it(call, token, code=right)).status_code == 400, "each works once"

    async def test_the_link_itself_is_the_mailed_code(
        self, call: Any, emitted: Any, hear: Any, clock: Any
    ) -> None:
        person, token = await self.link(call, emitted, hear, clock)
        assert (await person.client.post("/api/auth/2fa/mail", json={})).status_code == 204
        assert (await open_it(call, token)).status_code == 200

    @pytest.mark.parametrize("token", ["x", "ä", "", "a" * 600])
    async def test_what_is_no_token_is_refused(self, call: Any, token: str) -> None:
        assert (await open_it(call, token)).status_code in {400, 422}

    async def test_only_the_gateway_may_ask(self, call: Any) -> None:
        body = {"token": "x", "password": "y", "ip": "z", "user_agent": ""}
        assert (await call.free.post(OPEN, json=body)).status_code == 403
