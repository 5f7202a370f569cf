from typing import Any

from services.vehicles.tests.factories import make_vehicle
from services.vehicles.tests.moving.factories import (
    applied,
    bring,
    car_line,
    change,
    cost_line,
    fill_line,
    fuelio,
    send,
    undone,
)
from shared.testing.client import Callers


def counts(found: dict[str, Any]) -> dict[str, int]:
    return {name: n for name, n in found["counts"].items() if name != "by_kind" and n}


class TestImport:
    async def test_recognised_asked_and_ready(self, call: Callers) -> None:
        answer = await send(call.free, fuelio())
        assert answer.status_code == 201, answer.text
        found = answer.json()
        assert answer.headers["location"] == f"/api/imports/{found['id']}"
        assert (found["format"], found["state"]) == ("fuelio", "asking")
        assert [each["name"] for each in found["questions"]] == ["currency"]
        assert found["settled"]["distance_unit"] == "km"
        ready = await change(call.free, found["id"], answers={"currency": "EUR"})
        assert (ready["state"], ready["questions"]) == ("ready", [])
        assert counts(ready) == {"new": 4}
        [car] = ready["cars"]
        assert (car["make"], car["model"], car["goes"], car["rows"]) == (
            "Renault",
            "Clio",
            "new",
            4,
        )

    async def test_applied_it_is_all_there(self, call: Callers, run_jobs: Any) -> None:
        costs = cost_line("Vidange", "2026-02-01", "11100", "1", "89.90")
        costs += cost_line("MAIF", "2026-01-01", "", "4", "420.00")
        ready = await bring(call.free, fuelio(costs=costs))
        assert counts(ready) == {"new": 6}
        done = await applied(call.free, ready["id"], run_jobs)
        assert done["state"] == "applied", done
        assert counts(done) == counts(ready)
        [car] = (await call.free.get("/api/vehicles")).json()["results"]
        assert (car["mileage"], car["make"]) == (11790, "Renault")
        fills = (await call.free.get("/api/fills")).json()
        assert fills["count"] == 4
        [record] = (await call.free.get("/api/maintenances")).json()["results"]
        assert (record["service_type"], record["cost"]["amount"]) == ("oil_change", "89.90")
        [expense] = (await call.free.get("/api/expenses")).json()["results"]
        assert (expense["category"], expense["amount"]["amount"]) == ("insurance", "420.00")

    async def test_twice_the_second_finds_only_duplicates(
        self, call: Callers, run_jobs: Any
    ) -> None:
        twice = ("2026-01-05", "10000", "40.00", "68.00")
        costs = cost_line("Vidange", "2026-02-01", "11100", "1", "89.90")
        costs += cost_line("MAIF", "2026-01-01", "", "4", "420.00")
        costs += cost_line("Pneus", "2026-01-01", "", "1", "0", every="40000")
        text = fuelio(
            fills=(twice, twice, fill_line("2026-01-30", "10800", "9.1", "15.00")), costs=costs
        )
        first = await bring(call.free, text)
        assert counts(first) == {"new": 6}
        done = await applied(call.free, first["id"], run_jobs)
        assert done["state"] == "applied", done
        second = await bring(call.free, text)
        assert second["cars"][0]["goes"] == "existing"
        assert counts(second) == {"duplicate": 6}
        again = await applied(call.free, second["id"], run_jobs)
        assert counts(again) == {"duplicate": 6}
        assert (await call.free.get("/api/fills")).json()["count"] == 3

    async def test_bad_and_doubtful_rows_are_listed(self, call: Callers, run_jobs: Any) -> None:
        fills = (
            ("2026-01-05", "10000", "40.00", "68.00"),
            ("2026-02-30", "10600", "38.50", "65.45"),
            ("2026-01-25", "10700", "x", "65.45"),
            ("2026-02-04", "1115", "36.20", "61.90"),
            ("2026-02-20", "11790", "41.00", "70.11"),
        )
        ready = await bring(call.free, fuelio(fills=fills))
        assert counts(ready) == {"new": 2, "doubtful": 1, "bad": 2}
        path = f"/api/imports/{ready['id']}/rows"
        bad = (await call.free.get(path, params={"state": "bad"})).json()
        assert [(row["codes"], row["cell"]) for row in bad["results"]] == [
            (["date_impossible"], "2026-02-30"),
            (["number_unreadable"], "x"),
        ]
        [doubtful] = (await call.free.get(path, params={"state": "doubtful"})).json()["results"]
        assert doubtful["codes"] == ["lower_than_before"]
        assert doubtful["messages"] == ["Le compteur est plus bas qu'avant."]
        done = await applied(call.free, ready["id"], run_jobs)
        assert counts(done) == counts(ready)
        assert (await call.free.get("/api/fills")).json()["count"] == 3

    async def test_into_a_car_that_is_there(self, call: Callers, run_jobs: Any) -> None:
        car = (await make_vehicle(call.free, license_plate="AB-123-CD"))["id"]
        text = fuelio(car=car_line("Whatever", plate="AB 123 CD"))
        ready = await bring(call.free, text)
        assert ready["cars"][0]["vehicle"] == car
        await applied(call.free, ready["id"], run_jobs)
        assert (await call.free.get("/api/vehicles")).json()["count"] == 1
        assert (await call.free.get(f"/api/vehicles/{car}")).json()["mileage"] == 11790

    async def test_undone(self, call: Callers, run_jobs: Any) -> None:
        ready = await bring(call.free, fuelio())
        await applied(call.free, ready["id"], run_jobs)
        found = await undone(call.free, ready["id"], run_jobs)
        assert found["state"] == "undone", found
        assert (await call.free.get("/api/vehicles")).json()["count"] == 0
        assert (await call.free.get("/api/fills")).json()["count"] == 0
