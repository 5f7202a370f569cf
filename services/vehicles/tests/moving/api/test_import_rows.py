"""Each row of a file is listed with what becomes of it, in words the caller reads."""

import pytest

from services.vehicles.tests.moving.factories import FILLS, bring, fill_line, fuelio
from shared.contracts.base import Language
from shared.contracts.features import Plan
from shared.testing.client import Callers

FILE = fuelio(
    fills=(*FILLS, ("2026-02-30", "12000", "40", "60"), fill_line("2026-03-01", "12100", "", "3"))
)


class TestRows:
    async def test_a_bad_row_says_where_why_and_what_stood_there(self, call: Callers) -> None:
        found = await bring(call.free, FILE)
        rows = (await call.free.get(f"/api/imports/{found['id']}/rows?state=bad")).json()
        assert rows["count"] == 2
        day, quantity = rows["results"]
        assert (day["line"], day["column"], day["cell"]) == (10, "data", "2026-02-30")
        assert (quantity["line"], quantity["codes"]) == (11, ["number_missing"])

    @pytest.mark.parametrize(
        ("language", "said"),
        [
            (Language.FR, "Cette date n'existe pas."),
            (Language.EN, "This date does not exist."),
            (Language.ES, "Esta fecha no existe."),
        ],
    )
    async def test_in_the_callers_language(
        self, call: Callers, language: Language, said: str
    ) -> None:
        client = call.as_user(call.user_id("linguist"), Plan.FREE, language=language)
        found = await bring(client, FILE)
        rows = (await client.get(f"/api/imports/{found['id']}/rows?state=bad")).json()["results"]
        assert rows[0]["messages"] == [said]

    async def test_paged_in_the_order_of_the_file(self, call: Callers) -> None:
        found = await bring(call.free, FILE)
        path = f"/api/imports/{found['id']}/rows"
        first = (await call.free.get(path, params={"page_size": 4})).json()
        second = (await call.free.get(first["next"])).json()
        assert first["count"] == second["count"] == 6
        lines = [row["line"] for row in (*first["results"], *second["results"])]
        assert lines == sorted(lines)
        cursor = (await call.free.get(path, params={"page_size": 4, "cursor": ""})).json()
        assert [row["id"] for row in cursor["results"]] == [row["id"] for row in first["results"]]

    async def test_somebody_elses_are_not_there(self, call: Callers) -> None:
        found = await bring(call.free, FILE)
        answer = await call.other.get(f"/api/imports/{found['id']}/rows")
        assert answer.status_code == 404
