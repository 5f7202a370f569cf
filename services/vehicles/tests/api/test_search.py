from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from services.vehicles.domain.things import words_of
from services.vehicles.tests.factories import make_record, make_reminder, make_vehicle
from services.vehicles.tests.running.factories import make_expense
from services.vehicles.tests.running.sharing import share
from shared.contracts.scopes import Scope
from shared.http.identity import Caller
from shared.ids import new_id
from shared.testing.client import Callers


async def found(client: Any, query: str) -> list[tuple[str, str]]:
    answer = await client.get(f"/api/search?q={query}")
    assert answer.status_code == 200, answer.text
    return [(each["kind"], each["title"]) for each in answer.json()["results"]]


async def furnish(call: Callers) -> str:
    car: str = (await make_vehicle(call.premium, make="Citroën", model="C3"))["id"]
    await make_record(call.premium, car, title="Été : climatisation", garage="Garage de l'Œuvre")
    await make_expense(call.premium, car, title="Péage de l'été", category="toll")
    await make_reminder(call.premium, car, title="Pneus d'été")
    return car


class TestSearch:
    async def test_accents_and_case_are_one(self, call: Callers) -> None:
        await furnish(call)
        assert await found(call.premium, "ETE") == [
            ("maintenance", "Été : climatisation"),
            ("reminder", "Pneus d'été"),
            ("expense", "Péage de l'été"),
        ]
        assert await found(call.premium, "citroen") == [("vehicle", "Citroën C3")]
        assert await found(call.premium, "oeuvre") == [("maintenance", "Été : climatisation")]

    async def test_all_words_must_be_there(self, call: Callers) -> None:
        await furnish(call)
        assert await found(call.premium, "ete%20peage") == [("expense", "Péage de l'été")]
        assert await found(call.premium, "ete%20nowhere") == []
        assert await found(call.premium, "100%25") == []

    async def test_paged_and_narrowed(self, call: Callers) -> None:
        car = await furnish(call)
        page = (await call.premium.get("/api/search?q=ete&page_size=2")).json()
        assert (page["count"], len(page["results"])) == (3, 2)
        rest = (await call.premium.get(page["next"])).json()
        assert [each["kind"] for each in rest["results"]] == ["expense"]
        assert rest["results"][0]["vehicle"] == car
        assert rest["results"][0]["vehicle_name"] == "Citroën C3"
        only = (await call.premium.get("/api/search?q=ete&kind=reminder")).json()
        assert [each["kind"] for each in only["results"]] == ["reminder"]
        answer = await call.premium.get(rest["results"][0]["address"])
        assert answer.status_code == 200

    async def test_roles_are_obeyed(self, call: Callers, open_work: Any) -> None:
        car = await furnish(call)
        assert await found(call.standard, "ete") == []
        await share(open_work, car, call.user_id("standard"), "viewer")
        kinds = [kind for kind, _ in await found(call.standard, "ete")]
        assert kinds == ["maintenance", "reminder"]
        await share(open_work, car, call.user_id("standard"), "driver")
        assert await found(call.standard, "ete") == []
        assert [kind for kind, _ in await found(call.standard, "c3")] == ["vehicle"]

    async def test_a_key_finds_what_it_may_read(self, call: Callers) -> None:
        await furnish(call)
        key = call.with_caller(
            Caller(
                user_id=call.user_id("premium"),
                api_key=new_id(),
                scopes=frozenset({Scope.VEHICLES_READ}),
            )
        )
        assert [kind for kind, _ in await found(key, "ete")] == ["expense"]

    @pytest.mark.parametrize("query", ["", "%00", "a" * 201])
    async def test_what_is_no_question_is_refused(self, call: Callers, query: str) -> None:
        assert (await call.premium.get(f"/api/search?q={query}")).status_code == 422


LETTERS = st.text(
    st.sampled_from("abcÉÀàçñÑöÖßœŒæÆøØłŁšŠ'-ẞｆ２ﬁ \u0301") | st.characters(max_codepoint=0x24F),
    max_size=12,
).filter(lambda text: "\x00" not in text)


@given(texts=st.lists(LETTERS, min_size=40, max_size=40))
def test_words_are_one_word_at_least(texts: list[str]) -> None:
    for each in texts:
        assert all(word and word == word.lower() for word in words_of(each))


async def test_the_database_folds_as_python_does(admin_engine: Any) -> None:
    samples = [
        "Citroën",
        "ÉTÉ",
        "Œuvre",
        "Straße",
        "Łódź",
        "Ångström",
        "ñandú",
        "naïve",
        "Ærø",
        "ﬁx",
    ]
    async with admin_engine.connect() as connection:
        for each in samples:
            folded = await connection.scalar(text("SELECT folded(:text)"), {"text": each})
            assert folded.split() == words_of(each)
