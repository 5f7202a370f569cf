from typing import Any

import pytest

from services.auth.tests.factories import log_in, make_account, unverified_claims
from shared.contracts.auth import AccountChanged

ME, UPDATE, RESET = "/api/settings/me", "/api/settings/update_me", "/api/settings/reset"
DEFAULTS = {
    "language": "fr",
    "theme": "system",
    "timezone": "Europe/Paris",
    "units": "metric",
    "currency": "EUR",
    "email_notifications": True,
    "push_notifications": True,
    "maintenance_reminders": True,
    "subscription_alerts": True,
    "profile_public": False,
    "custom_settings": {},
}


def shown(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    body.pop("updated_at")
    return body


class TestPreferences:
    async def test_a_newcomer_has_the_defaults(self, call: Any, emitted: Any) -> None:
        person = await make_account(call, emitted)
        assert shown(await person.client.get(ME)) == DEFAULTS

    @pytest.mark.parametrize("path", [ME, UPDATE])
    async def test_a_patch_changes_what_it_names_and_travels(
        self, call: Any, emitted: Any, path: str
    ) -> None:
        person = await make_account(call, emitted)
        change = {
            "language": "es",
            "timezone": "America/Mexico_City",
            "units": "imperial",
            "currency": "MXN",
            "maintenance_reminders": False,
            "custom_settings": {"dashboard": ["due", {"limit": 3}]},
        }
        assert shown(await person.client.patch(path, json=change)) == DEFAULTS | change
        news = (await emitted(AccountChanged))[-1]
        assert (news.language, news.timezone, news.currency) == ("es", "America/Mexico_City", "MXN")
        assert (news.distance_unit, news.version) == ("mi", 3)
        assert news.switches["maintenance_reminders"] is False
        assert news.switches["email_notifications"] is True

    @pytest.mark.parametrize("path", [ME, UPDATE])
    async def test_a_put_replaces_the_rest_by_defaults(
        self, call: Any, emitted: Any, path: str
    ) -> None:
        person = await make_account(call, emitted)
        await person.client.patch(ME, json={"theme": "dark", "profile_public": True})
        assert shown(await person.client.put(path, json={"units": "imperial"})) == DEFAULTS | {
            "units": "imperial"
        }

    async def test_settings_of_ones_own_hold_what_a_column_holds(
        self, call: Any, emitted: Any
    ) -> None:
        person = await make_account(call, emitted)
        own = {"wide": 2**63 - 1, "deep": [-(2**63), 1.5]}
        answer = await person.client.put(ME, json={"custom_settings": own})
        assert answer.status_code == 200, answer.text
        wider = await person.client.put(ME, json={"custom_settings": {"wide": 2**63}})
        assert (wider.status_code, wider.json()["code"]) == (422, "body_unstorable")
        assert (await person.client.get(ME)).json()["custom_settings"] == own

    async def test_reset_brings_the_defaults_back(self, call: Any, emitted: Any) -> None:
        person = await make_account(call, emitted, language="en")
        await person.client.patch(ME, json={"theme": "dark", "custom_settings": {"a": 1}})
        assert shown(await person.client.post(RESET)) == DEFAULTS
        assert shown(await person.client.get(ME)) == DEFAULTS

    async def test_the_new_language_is_in_the_next_access_token(
        self, call: Any, emitted: Any
    ) -> None:
        person = await make_account(call, emitted)
        await person.client.patch(ME, json={"language": "en"})
        assert unverified_claims((await log_in(call)).access)["lang"] == "en"

    @pytest.mark.parametrize(
        "change",
        [
            {"language": "de"},
            {"language": 1},
            {"theme": "pink"},
            {"timezone": "Mars/Olympus"},
            {"timezone": "../../etc/passwd"},
            {"timezone": "a\x00b"},
            {"units": "furlong"},
            {"currency": "eur"},
            {"currency": "XXX"},
            {"email_notifications": "yes"},
            {"email_notifications": 1},
            {"custom_settings": []},
            {"custom_settings": {"a": "x" * 20_000}},
            {"custom_settings": {"a": "nul\x00"}},
            {"custom_settings": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": 1}}}}}}}}},
            {"unknown": True},
        ],
    )
    async def test_bad_values_are_refused_and_change_nothing(
        self, call: Any, emitted: Any, change: dict[str, Any]
    ) -> None:
        person = await make_account(call, emitted)
        for method in ("PUT", "PATCH"):
            answer = await person.client.request(method, UPDATE, json=change)
            assert answer.status_code == 422, answer.text
            assert answer.json()["errors"][0]["pointer"].startswith(f"/{next(iter(change))}")
        assert shown(await person.client.get(ME)) == DEFAULTS

    async def test_nobody_is_refused(self, call: Any) -> None:
        answers = [
            await call.anonymous.get(ME),
            await call.anonymous.put(ME, json={}),
            await call.anonymous.patch(UPDATE, json={}),
            await call.anonymous.post(RESET),
        ]
        assert {answer.status_code for answer in answers} == {401}
