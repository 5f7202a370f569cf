"""A table nobody knows is read by what somebody says of its columns; kept, that reads the next one."""

from typing import Any

import pytest

from services.vehicles.domain.moving.columns import WORDS
from services.vehicles.domain.moving.recognising import Column
from services.vehicles.tests.factories import make_vehicle
from services.vehicles.tests.moving.factories import applied, change, send
from shared.ids import new_id
from shared.testing.client import Callers

TABLE = "Wann;Stand km;Menge Liter;Bezahlt\n05.01.2026;10000;40,00;68,00 €\n20.01.2026;10600;38,50;65,45 €\n"
MAPPING = {
    "kind": "fill",
    "columns": {
        "date": "Wann",
        "odometer": "Stand km",
        "quantity": "Menge Liter",
        "total": "Bezahlt",
    },
}


def test_a_column_may_hold_what_the_reader_of_tables_knows() -> None:
    assert {column.value for column in Column} == {*WORDS, "unit"}


class TestMapping:
    async def test_a_table_nobody_knows_is_mapped_by_hand(
        self, call: Callers, run_jobs: Any
    ) -> None:
        car = (await make_vehicle(call.free))["id"]
        found = (await send(call.free, TABLE)).json()
        assert (found["format"], found["state"]) == ("mapped", "asking")
        [question] = found["questions"]
        assert question["choices"] == ["Wann", "Stand km", "Menge Liter", "Bezahlt"]
        ready = await change(call.free, found["id"], mapping=MAPPING)
        assert (ready["state"], ready["mapping"]) == ("ready", MAPPING)
        assert (ready["settled"]["decimal_mark"], ready["settled"]["currency"]) == (",", "EUR")
        assert ready["cars"][0]["vehicle"] == car
        done = await applied(call.free, found["id"], run_jobs)
        assert done["counts"]["new"] == 2
        assert (await call.free.get(f"/api/vehicles/{car}")).json()["mileage"] == 10_600

    async def test_kept_as_a_profile_it_reads_the_next_one(self, call: Callers) -> None:
        await make_vehicle(call.free)
        body = {"name": "Meine Liste", "mapping": MAPPING}
        profile = (await call.free.post("/api/import-profiles", json=body)).json()
        found = (await send(call.free, TABLE, profile=profile["id"])).json()
        assert (found["state"], found["counts"]["new"]) == ("ready", 2)

    async def test_columns_the_file_does_not_have(self, call: Callers) -> None:
        found = (await send(call.free, TABLE)).json()
        wrong = {**MAPPING, "columns": {**MAPPING["columns"], "date": "Datum"}}  # type: ignore[dict-item]  # of the dictionary above
        answer = await call.free.patch(f"/api/imports/{found['id']}", json={"mapping": wrong})
        assert (answer.status_code, answer.json()["code"]) == (422, "mapping_unfit")

    @pytest.mark.parametrize(
        "mapping",
        [
            {"kind": "fill", "columns": {"date": "Wann"}},
            {"kind": "boat", "columns": {"date": "Wann"}},
            {"kind": "reading", "columns": {"date": "Wann", "colour": "Bezahlt"}},
            {"kind": "reading", "columns": {"date": "\x00"}},
            {},
        ],
    )
    async def test_what_is_no_mapping(self, call: Callers, mapping: Any) -> None:
        answer = await call.free.post(
            "/api/import-profiles", json={"name": "x", "mapping": mapping}
        )
        assert answer.status_code == 422


class TestProfiles:
    async def test_made_listed_changed_and_deleted(self, call: Callers) -> None:
        body = {"name": "One", "mapping": MAPPING}
        made = await call.free.post("/api/import-profiles", json=body)
        assert made.status_code == 201
        path = made.headers["location"]
        assert (await call.free.get(path)).json() == made.json()
        changed = (await call.free.patch(path, json={"name": "Two"})).json()
        assert (changed["name"], changed["mapping"]) == ("Two", MAPPING)
        put = await call.free.put(path, json={**body, "name": "Three"})
        assert put.json()["name"] == "Three"
        assert (await call.free.get("/api/import-profiles")).json()["count"] == 1
        assert (await call.free.delete(path)).status_code == 204
        assert (await call.free.get(path)).status_code == 404

    async def test_one_of_a_name(self, call: Callers) -> None:
        body = {"name": "One", "mapping": MAPPING}
        assert (await call.free.post("/api/import-profiles", json=body)).status_code == 201
        again = await call.free.post("/api/import-profiles", json=body)
        assert (again.status_code, again.json()["code"]) == (409, "name_taken")
        assert (await call.other.post("/api/import-profiles", json=body)).status_code == 201

    async def test_sent_again_with_its_id_it_is_the_same(self, call: Callers) -> None:
        body = {"id": str(new_id()), "name": "One", "mapping": MAPPING}
        first = await call.free.post("/api/import-profiles", json=body)
        again = await call.free.post("/api/import-profiles", json=body)
        assert first.json() == again.json()

    @pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
    async def test_somebody_elses_is_not_there(self, call: Callers, method: str) -> None:
        body = {"name": "One", "mapping": MAPPING}
        path = (await call.free.post("/api/import-profiles", json=body)).headers["location"]
        said = {"json": body} if method in {"put", "patch"} else {}
        answer = await getattr(call.other, method)(path, **said)
        assert answer.status_code == 404
        found = (await send(call.other, TABLE, profile=path.rpartition("/")[2])).json()
        assert found["code"] == "not_found"
