import pytest

from services.vehicles.domain.running.reference_rates import NotATable, read_table
from shared.testing.client import Callers

TABLE = """Date,USD,CHF,JPY,
2026-11-27,1.0523,0.9350,161.2,
2026-11-26,1.0501,N/A,160.95,
"""


class TestLoading:
    async def test_an_administrator_loads_the_banks_table(self, call: Callers) -> None:
        body = {"source": "European Central Bank", "table": TABLE}
        answer = await call.admin.post("/api/exchange-rates", json=body)
        assert answer.json() == {"given": 5, "changed": 5}
        again = await call.admin.post("/api/exchange-rates", json=body)
        assert again.json() == {"given": 5, "changed": 0}
        found = (await call.free.get("/api/exchange-rates?currency=CHF")).json()["results"]
        assert [(r["day"], r["per_euro"], r["source"]) for r in found] == [
            ("2026-11-27", "0.935", "European Central Bank")
        ]

    async def test_nobody_else_does(self, call: Callers) -> None:
        body = {"source": "me", "table": TABLE}
        assert (await call.premium.post("/api/exchange-rates", json=body)).status_code == 403

    @pytest.mark.parametrize(
        ("table", "line"),
        [
            ("day;USD\n", 1),
            ("Date,usd\n2026-01-01,1\n", 1),
            ("Date,USD\n2026-02-30,1.1\n", 2),
            ("Date,USD\n2026-02-01,1.1\n2026-02-02,1e5\n", 3),
            ("Date,USD\n2026-02-01,0\n", 2),
            ("Date,USD\n2026-02-01,1.1,2.2\n", 2),
        ],
    )
    async def test_what_is_no_table_is_named_by_its_line(
        self, call: Callers, table: str, line: int
    ) -> None:
        body = {"source": "me", "table": table}
        answer = await call.admin.post("/api/exchange-rates", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "rates_malformed")
        assert answer.json()["line"] == line


def test_an_empty_text_is_no_table() -> None:
    with pytest.raises(NotATable):
        list(read_table(""))
