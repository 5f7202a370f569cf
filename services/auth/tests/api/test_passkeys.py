import asyncio
import copy
import json
from typing import Any

import pytest
from sqlalchemy import text

from services.auth.tests.authenticator import PRESENT, VERIFIED, Authenticator, b64, unb64
from services.auth.tests.factories import (
    PASSWORD,
    REFRESH,
    SignedIn,
    log_in,
    make_account,
    signed_in,
)
from shared.contracts.auth import NoticeKind, SecurityNotice
from shared.http.identity import Caller

PASSKEYS = "/api/auth/passkeys"
OPTIONS, BEGIN, ENTER = f"{PASSKEYS}/options", f"{PASSKEYS}/sign-in/options", f"{PASSKEYS}/sign-in"
AUDIT = "/api/auth/audit"


async def register(
    person: SignedIn, device: Authenticator | None = None, name: str = "Téléphone"
) -> Authenticator:
    device = device or Authenticator()
    options = await creation(person)
    body = {"name": name, "credential": device.create(options)}
    answer = await person.client.post(PASSKEYS, json=body)
    assert answer.status_code == 201, answer.text
    return device


async def creation(person: SignedIn) -> dict[str, Any]:
    answer = await person.client.post(OPTIONS, json={})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["public_key"]
    return found


async def request(call: Any) -> dict[str, Any]:
    answer = await call.anonymous.post(BEGIN)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["public_key"]
    return found


async def enter(call: Any, credential: dict[str, Any]) -> Any:
    return await call.anonymous.post(ENTER, json={"credential": credential})


async def audit_kinds(person: SignedIn) -> list[str]:
    entries = (await person.client.get(AUDIT)).json()["results"]
    return [entry["kind"] for entry in entries]


class TestRegistration:
    async def test_it_asks_for_a_discoverable_credential_of_a_verified_person(
        self, call: Any, emitted: Any
    ) -> None:
        person = await make_account(call, emitted)
        options = await creation(person)
        assert options["rp"] == {"id": "localhost", "name": "AutoTrack"}
        assert len(unb64(options["challenge"])) == 32, "at least 64 bits are asked for"
        chosen = options["authenticatorSelection"]
        assert (chosen["residentKey"], chosen["userVerification"]) == ("required", "required")
        assert unb64(options["user"]["id"]) == person.id.bytes

    async def test_it_is_listed_renamed_and_not_offered_twice(
        self, call: Any, emitted: Any
    ) -> None:
        person = await make_account(call, emitted)
        device = await register(person)
        [shown] = (await person.client.get(PASSKEYS)).json()["results"]
        assert shown.keys() == {"id", "name", "synced", "created_at", "last_used_at"}
        assert (shown["name"], shown["synced"]) == ("Téléphone", False)
        renamed = await person.client.patch(f"{PASSKEYS}/{shown['id']}", json={"name": "Clé bleue"})
        assert renamed.json()["name"] == "Clé bleue"
        [excluded] = (await creation(person))["excludeCredentials"]
        assert excluded == {
            "id": b64(device.credential_id),
            "type": "public-key",
            "transports": ["hybrid", "internal"],
        }

    async def test_it_ends_the_other_sessions_and_tells_by_mail(
        self, call: Any, emitted: Any
    ) -> None:
        person = await make_account(call, emitted)
        other = await log_in(call)
        await register(person)
        [notice] = await emitted(SecurityNotice)
        assert (notice.kind, notice.facts["passkey"]) == (NoticeKind.PASSKEY_ADDED, "Téléphone")
        statuses = [
            (await call.anonymous.post(REFRESH, json={"refresh": one.refresh})).status_code
            for one in (person, other)
        ]
        assert statuses == [200, 401]
        assert "passkey_added" in await audit_kinds(person)

    async def test_it_needs_a_fresh_sign_in_or_the_password(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        clock.move(minutes=5, seconds=1)
        stale = await person.client.post(OPTIONS, json={})
        assert (stale.status_code, stale.json()["code"]) == (403, "reauthentication_required")
        wrong = await person.client.post(OPTIONS, json={"password": "not this one"})
        assert (wrong.status_code, wrong.json()["code"]) == (400, "password_wrong")
        assert (await person.client.post(OPTIONS, json={"password": PASSWORD})).status_code == 200

    async def test_a_challenge_works_once_for_its_person_for_five_minutes(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        stranger = await make_account(call, emitted, "max@example.org")

        async def answer(who: SignedIn, options: dict[str, Any]) -> int:
            body = {"name": "x", "credential": Authenticator().create(options)}
            status: int = (await who.client.post(PASSKEYS, json=body)).status_code
            return status

        options = await creation(person)
        assert await answer(stranger, options) == 400
        assert await answer(person, options) == 201
        assert await answer(person, options) == 400, "used"
        late = await creation(person)
        clock.move(minutes=5)
        assert await answer(person, late) == 400

    async def test_only_digests_of_challenges_are_stored(
        self, call: Any, emitted: Any, admin_engine: Any
    ) -> None:
        person = await make_account(call, emitted)
        challenge = (await creation(person))["challenge"]
        async with admin_engine.connect() as connection:
            rows = (await connection.execute(text("SELECT digest FROM ceremony"))).all()
        assert len(rows) == 1
        assert unb64(challenge) not in {bytes(row.digest) for row in rows}

    @pytest.mark.parametrize(
        "wrong",
        [
            {"origin": "https://evil.example"},
            {"origin": "http://localhost:8081"},
            {"rp_id": "evil.example"},
            {"flags": PRESENT},
            {"flags": VERIFIED},
        ],
        ids=str,
    )
    async def test_what_is_not_for_us_is_refused(
        self, call: Any, emitted: Any, wrong: dict[str, Any]
    ) -> None:
        person = await make_account(call, emitted)
        device = Authenticator(**wrong)
        body = {"name": "x", "credential": device.create(await creation(person))}
        answer = await person.client.post(PASSKEYS, json=body)
        assert (answer.status_code, answer.json()["code"]) == (400, "passkey_refused")
        assert (await person.client.get(PASSKEYS)).json()["count"] == 0

    async def test_a_passkey_belongs_to_one_account(self, call: Any, emitted: Any) -> None:
        device = await register(await make_account(call, emitted))
        other = await make_account(call, emitted, "max@example.org")
        body = {"name": "x", "credential": device.create(await creation(other))}
        assert (await other.client.post(PASSKEYS, json=body)).status_code == 400

    async def test_twenty_and_no_more(self, call: Any, emitted: Any) -> None:
        person = await make_account(call, emitted)
        for number in range(20):
            await register(person, name=f"n° {number}")
        answer = await person.client.post(OPTIONS, json={})
        assert (answer.status_code, answer.json()["code"]) == (409, "too_many_passkeys")


class TestSignIn:
    async def test_it_needs_no_address_and_nothing_else(self, call: Any, emitted: Any) -> None:
        person = await make_account(call, emitted)
        device = await register(person)
        options = await request(call)
        assert options["allowCredentials"] == []
        assert options["userVerification"] == "required"
        answer = await enter(call, device.get(options))
        assert answer.status_code == 200, answer.text
        again = signed_in(call, answer.json())
        assert again.id == person.id
        assert (await again.client.get("/api/auth/me")).status_code == 200
        [shown] = (await person.client.get(PASSKEYS)).json()["results"]
        assert shown["last_used_at"] is not None

    async def test_a_synced_passkey_shows_zero_for_ever(self, call: Any, emitted: Any) -> None:
        person = await make_account(call, emitted)
        device = await register(person, Authenticator(counts=False))
        assert (await person.client.get(PASSKEYS)).json()["results"][0]["synced"] is True
        for _ in range(3):
            assert (await enter(call, device.get(await request(call)))).status_code == 200

    async def test_an_answer_works_once_also_when_sent_twice_at_once(
        self, call: Any, emitted: Any
    ) -> None:
        device = await register(await make_account(call, emitted))
        for _ in range(10):
            credential = device.get(await request(call))
            answers = await asyncio.gather(*(enter(call, credential) for _ in range(2)))
            assert sorted(answer.status_code for answer in answers) == [200, 400]

    async def test_a_challenge_lasts_five_minutes(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        device = await register(await make_account(call, emitted))
        options = await request(call)
        clock.move(minutes=5)
        assert (await enter(call, device.get(options))).status_code == 400

    async def test_a_challenge_of_ours_for_another_purpose_is_refused(
        self, call: Any, emitted: Any
    ) -> None:
        person = await make_account(call, emitted)
        device = await register(person)
        assert (await enter(call, device.get(await creation(person)))).status_code == 400
        made_up = {"challenge": b64(b"x" * 32)}
        assert (await enter(call, device.get(made_up))).status_code == 400

    @pytest.mark.parametrize(
        ("what", "value"),
        [
            ("origin", "https://evil.example"),
            ("rp_id", "evil.example"),
            ("flags", PRESENT),
            ("flags", VERIFIED),
            ("flags", 0),
            ("user_handle", b"somebody else's"),
        ],
        ids=str,
    )
    async def test_what_is_not_for_us_or_not_of_a_verified_person_is_refused(
        self, call: Any, emitted: Any, what: str, value: Any
    ) -> None:
        device = await register(await make_account(call, emitted))
        setattr(device, what, value)
        answer = await enter(call, device.get(await request(call)))
        assert (answer.status_code, answer.json()["code"]) == (400, "passkey_refused")

    async def test_another_key_under_a_known_id_is_refused_and_audited(
        self, call: Any, emitted: Any
    ) -> None:
        person = await make_account(call, emitted)
        device = await register(person)
        thief = Authenticator(
            credential_id=device.credential_id, user_handle=device.user_handle, sign_count=99
        )
        assert (await enter(call, thief.get(await request(call)))).status_code == 400
        assert "passkey_refused" in await audit_kinds(person)

    @pytest.mark.parametrize("part", ["clientDataJSON", "authenticatorData", "signature"])
    async def test_a_flipped_bit_anywhere_is_refused(
        self, call: Any, emitted: Any, part: str
    ) -> None:
        device = await register(await make_account(call, emitted))
        whole = device.get(await request(call))
        size = len(unb64(whole["response"][part]))
        for at in range(0, size, max(1, size // 12)):
            options = await request(call)
            device.sign_count += 1
            credential = copy.deepcopy(device.get(options))
            data = bytearray(unb64(credential["response"][part]))
            data[at % len(data)] ^= 1  # a signature is now and then a byte shorter
            credential["response"][part] = b64(bytes(data))
            assert (await enter(call, credential)).status_code == 400, at
        assert (await enter(call, device.get(await request(call)))).status_code == 200

    async def test_a_signature_over_other_words_is_refused(self, call: Any, emitted: Any) -> None:
        """Everything in it is right but what was signed."""
        device = await register(await make_account(call, emitted))
        credential = device.get(await request(call))
        said = json.loads(unb64(credential["response"]["clientDataJSON"]))
        said["challenge"] = (await request(call))["challenge"]
        credential["response"]["clientDataJSON"] = b64(json.dumps(said).encode())
        assert (await enter(call, credential)).status_code == 400

    @pytest.mark.parametrize("back", [0, 1, 2])
    async def test_a_counter_that_does_not_rise_is_refused_noticed_and_audited(
        self, call: Any, emitted: Any, back: int
    ) -> None:
        person = await make_account(call, emitted)
        device = await register(person)
        for _ in range(3):
            assert (await enter(call, device.get(await request(call)))).status_code == 200
        copied = copy.copy(device)
        copied.sign_count = device.sign_count - 1 - back
        answer = await enter(call, copied.get(await request(call)))
        assert (answer.status_code, answer.json()["code"]) == (400, "passkey_refused")
        assert "passkey_copied" in await audit_kinds(person)
        notices = [notice.kind for notice in await emitted(SecurityNotice)]
        assert notices[-1] is NoticeKind.PASSKEY_COPIED
        assert (await enter(call, device.get(await request(call)))).status_code == 200

    async def test_a_locked_account_stays_locked(self, call: Any, emitted: Any) -> None:
        person = await make_account(call, emitted)
        device = await register(person)
        locked = await call.admin.patch(f"/api/auth/users/{person.id}", json={"locked": True})
        assert locked.status_code == 200
        answer = await enter(call, device.get(await request(call)))
        assert (answer.status_code, answer.json()["code"]) == (403, "account_locked")

    async def test_a_removed_passkey_opens_nothing(self, call: Any, emitted: Any) -> None:
        person = await make_account(call, emitted)
        device = await register(person)
        [shown] = (await person.client.get(PASSKEYS)).json()["results"]
        assert (await person.client.delete(f"{PASSKEYS}/{shown['id']}")).status_code == 204
        assert (await enter(call, device.get(await request(call)))).status_code == 400

    async def test_a_new_place_is_told_by_mail(self, call: Any, emitted: Any) -> None:
        device = await register(await make_account(call, emitted))
        elsewhere = call.with_caller(Caller(ip="192.0.2.9", user_agent="tests"))
        body = {"credential": device.get(await request(call))}
        assert (await elsewhere.post(ENTER, json=body)).status_code == 200
        notices = [notice.kind for notice in await emitted(SecurityNotice)]
        assert notices[-1] is NoticeKind.NEW_DEVICE

    @pytest.mark.parametrize(
        "credential",
        [
            None,
            {},
            [],
            "x",
            {"id": "", "rawId": "", "type": "public-key", "response": {}},
            {"id": "é", "rawId": "a", "type": "public-key", "response": {}},
        ],
        ids=str,
    )
    async def test_what_is_no_credential_is_malformed(self, call: Any, credential: Any) -> None:
        assert (await enter(call, credential)).status_code == 422

    async def test_garbage_of_the_right_shape_is_refused(self, call: Any) -> None:
        for word in ("", "AAAA", "e30", b64(b"[" * 3000), b64(b"\xff" * 50)):
            credential = {
                "id": word,
                "rawId": word,
                "type": "public-key",
                "response": {
                    "clientDataJSON": word,
                    "authenticatorData": word,
                    "signature": word,
                },
            }
            assert (await enter(call, credential)).status_code == 400


class TestRemoval:
    async def test_it_needs_presence_ends_the_other_sessions_and_tells(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        await register(person)
        [shown] = (await person.client.get(PASSKEYS)).json()["results"]
        path = f"{PASSKEYS}/{shown['id']}"
        other = await log_in(call)
        clock.move(minutes=6)
        assert (await person.client.delete(path)).status_code == 403
        wrong = await person.client.request("DELETE", path, json={"password": "no"})
        assert wrong.status_code == 400
        done = await person.client.request("DELETE", path, json={"password": PASSWORD})
        assert done.status_code == 204
        assert (
            await call.anonymous.post(REFRESH, json={"refresh": other.refresh})
        ).status_code == 401
        notices = [notice.kind for notice in await emitted(SecurityNotice)]
        assert notices[-1] is NoticeKind.PASSKEY_REMOVED

    async def test_another_persons_passkey_is_not_found(self, call: Any, emitted: Any) -> None:
        owner = await make_account(call, emitted)
        await register(owner)
        [shown] = (await owner.client.get(PASSKEYS)).json()["results"]
        stranger = await make_account(call, emitted, "max@example.org")
        path = f"{PASSKEYS}/{shown['id']}"
        assert (await stranger.client.delete(path)).status_code == 404
        assert (await stranger.client.patch(path, json={"name": "x"})).status_code == 404
        assert (await stranger.client.get(PASSKEYS)).json()["count"] == 0
        assert (await owner.client.get(PASSKEYS)).json()["count"] == 1
