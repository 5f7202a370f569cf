from typing import Any

import pyotp
import pytest

from services.auth.tests.factories import PASSWORD, log_in, make_account

PROVE, SESSIONS, EMAIL = "/api/auth/reauthenticate", "/api/auth/sessions", "/api/auth/me/email"
EXPORT, ME = "/api/auth/me/export", "/api/auth/me"
DELICATE = [
    ("DELETE", ME, {}),
    ("DELETE", SESSIONS, {}),
    ("POST", EMAIL, {"email": "lea.neuve@example.org"}),
    ("POST", EXPORT, {}),
]


async def prove(person: Any, **proof: str) -> Any:
    return await person.client.post(PROVE, json=proof)


@pytest.mark.parametrize(("method", "path", "body"), DELICATE)
class TestDelicate:
    async def test_it_is_refused_five_minutes_after_the_last_proof(
        self, call: Any, emitted: Any, clock: Any, method: str, path: str, body: dict[str, Any]
    ) -> None:
        person = await make_account(call, emitted)
        clock.move(minutes=5, seconds=1)
        answer = await person.client.request(method, path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "reauthentication_required")
        assert (await person.client.get(ME)).status_code == 200

    async def test_a_proof_opens_it_and_so_does_the_password_in_the_body(
        self, call: Any, emitted: Any, clock: Any, method: str, path: str, body: dict[str, Any]
    ) -> None:
        person = await make_account(call, emitted)
        clock.move(hours=1)
        refused = await person.client.request(method, path, json=body | {"password": "not this"})
        assert (refused.status_code, refused.json()["code"]) == (400, "password_wrong")
        assert (await prove(person, password=PASSWORD)).status_code == 200
        answer = await person.client.request(method, path, json=body)
        assert answer.status_code in {202, 204}, answer.text

    async def test_a_session_that_is_not_the_callers_or_is_over_proves_nothing(
        self, call: Any, emitted: Any, method: str, path: str, body: dict[str, Any]
    ) -> None:
        person = await make_account(call, emitted)
        stranger = call.as_user(person.id)  # an API key, say: no session of this account
        answer = await stranger.request(method, path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "reauthentication_required")


class TestProof:
    async def test_it_is_told_until_when_and_noted(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        clock.move(hours=1)
        body = (await prove(person, password=PASSWORD)).json()
        assert body["authenticated_at"] < body["valid_until"]
        kinds = [e["kind"] for e in (await person.client.get("/api/auth/audit")).json()["results"]]
        assert kinds[0] == "reauthenticated"
        [session] = (await person.client.get(SESSIONS)).json()["results"]
        assert session["authenticated_at"] == body["authenticated_at"]

    async def test_a_wrong_password_is_counted_like_a_guess_and_noted(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        for _ in range(12):
            assert (await prove(person, password="not this")).status_code == 400
        assert (await prove(person, password=PASSWORD)).status_code == 400, "guessed too often"
        kinds = [e["kind"] for e in (await person.client.get("/api/auth/audit")).json()["results"]]
        assert "reauthentication_refused" in kinds

    async def test_a_code_of_the_app_does_as_well_and_only_once(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        begun = await person.client.post("/api/auth/2fa/totp", json={"password": PASSWORD})
        app = pyotp.TOTP(begun.json()["secret"])
        await person.client.post(
            "/api/auth/2fa/totp/confirm", json={"totp_code": app.at(clock.now())}
        )
        clock.move(minutes=10)
        code = app.at(clock.now())
        assert (await prove(person, totp_code=code)).status_code == 200
        assert (await prove(person, totp_code=code)).status_code == 400

    @pytest.mark.parametrize("body", [{}, {"password": "a", "totp_code": "123456"}, {"x": 1}])
    async def test_one_proof_is_asked_for(self, call: Any, emitted: Any, body: Any) -> None:
        person = await make_account(call, emitted)
        assert (await person.client.post(PROVE, json=body)).status_code == 422

    async def test_nobody_is_refused(self, call: Any) -> None:
        assert (await call.anonymous.post(PROVE, json={"password": PASSWORD})).status_code == 401
        assert (await call.free.post(PROVE, json={"password": PASSWORD})).status_code == 401


class TestSessions:
    async def test_the_others_can_be_ended_at_once(self, call: Any, emitted: Any) -> None:
        first = await make_account(call, emitted)
        others = [await log_in(call) for _ in range(2)]
        assert (await first.client.delete(SESSIONS)).status_code == 204
        [left] = (await first.client.get(SESSIONS)).json()["results"]
        assert left["is_current"]
        for one in others:
            again = await call.anonymous.post(
                "/api/auth/token/refresh", json={"refresh": one.refresh}
            )
            assert again.status_code == 401

    async def test_another_one_needs_a_proof_and_the_present_one_does_not(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        first = await make_account(call, emitted)
        second = await log_in(call)
        clock.move(minutes=6)
        path = f"{SESSIONS}/{second.session_id}"
        assert (await first.client.delete(path)).status_code == 403
        with_password = await first.client.request("DELETE", path, json={"password": PASSWORD})
        assert with_password.status_code == 204
        clock.move(minutes=6)
        assert (await first.client.delete(f"{SESSIONS}/{first.session_id}")).status_code == 204
