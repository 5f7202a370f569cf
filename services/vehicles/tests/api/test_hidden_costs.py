"""What a viewer reads does not depend on what anything cost: not an amount, not an order, not a cursor, not a sum.

Every GET of this service is asked twice, each list in each of its orders, before and after every amount of the car has changed in
the database. To a viewer without costs the answers are the same to the byte.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import text, update

from services.vehicles.domain.cars.roles import Role
from services.vehicles.storage.base import Base
from services.vehicles.tests.api.test_doors import everything_of, is_public, routes
from services.vehicles.tests.factories import make_record
from services.vehicles.tests.running.factories import euros
from services.vehicles.tests.sharing import as_person, know, share
from shared.testing.client import Callers

ONE_OF_A_KIND = {"brand_id", "model_id", "template", "token"}
"""Of nobody's car."""
QUERIES = {
    "export_maintenance": "format=csv",
    "search_everything": "q=vidange",
    "price_a_charge": "",
    "calendar_feed": "token=x",
}
REFUSED = 400
AMOUNTS = ("_minor", "_micro")


def orders_of(route: Any) -> list[str]:
    for parameter in _parameters(route.dependant):
        if parameter.alias == "ordering":
            return list(parameter.field_info.json_schema_extra["enum"])
    return []


def _parameters(dependant: Any) -> list[Any]:
    found = list(dependant.query_params)
    for each in dependant.dependencies:
        found += _parameters(each)
    return found


def doors(ids: dict[str, str]) -> list[str]:
    """Every address with everything it can be asked to be ordered by, up by page and down by cursor."""
    found = []
    for method, route in routes():
        if method != "GET" or is_public(route) or ONE_OF_A_KIND & set(route.param_convertors):
            continue
        if route.path.startswith("/api/garages"):
            continue  # the directory: of no car
        path, query = route.path.format(**ids), QUERIES.get(route.name, "")
        found.append(f"{path}?{query}")
        for ordering in orders_of(route):
            how = "&cursor=" if ordering.startswith("-") else ""
            found.append(f"{path}?ordering={ordering}&page_size=2{how}")
    return found


async def answers(client: Any, paths: list[str]) -> dict[str, str]:
    found = {}
    for path in paths:
        answer = await client.get(path)
        if "json" not in answer.headers["content-type"]:
            found[path] = f"{answer.status_code} {answer.text}"
            continue
        body = answer.json()
        if path.startswith("/api/sync"):
            body.pop("cursor")  # that something changed is told, and not what
            body["changes"].sort(key=lambda change: (change["kind"], change["id"]))
        refused = answer.status_code >= REFUSED
        found[path] = f"{answer.status_code} {body['code'] if refused else body}"
    return found


async def change_amounts(admin_engine: Any, car: str) -> int:
    """All columns of money of a car, in all tables."""
    changed = 0
    async with admin_engine.begin() as connection:
        for table in Base.metadata.sorted_tables:
            of = table.c.get("id" if table.name == "vehicle" else "vehicle_id")
            for column in table.c:
                if of is not None and column.name.endswith(AMOUNTS):
                    await connection.execute(
                        update(table).where(of == UUID(car)).values({column: 100_000 - column})
                    )
                    changed += 1
    return changed


async def test_nothing_a_viewer_reads_depends_on_what_was_paid(
    call: Callers, hear: Any, open_work: Any, admin_engine: Any
) -> None:
    ids = await everything_of(call, hear)
    car = ids["vehicle_id"]
    for day, cost in enumerate(("10.00", "30.00", "20.00"), start=1):
        await make_record(
            call.standard, car, service_date=f"2026-02-0{day}", cost=euros(cost), tax=euros("1.00")
        )
    await know(hear, "viewer")
    await share(open_work, car, "viewer", Role.VIEWER)
    viewer = as_person(call, "viewer")
    paths = doors(ids)
    by_cost = [path for path in paths if "ordering=-cost" in path]
    assert len(by_cost) >= 4
    before, owners = await answers(viewer, paths), await answers(call.standard, by_cost)
    async with admin_engine.begin() as connection:
        orders = await _order(connection, car)
    assert await change_amounts(admin_engine, car) >= 6
    async with admin_engine.begin() as connection:
        assert await _order(connection, car) != orders
    assert await answers(viewer, paths) == before
    after = await answers(call.standard, by_cost)
    assert any(after[path] != owners[path] for path in by_cost), "whoever sees costs sees it"


async def _order(connection: Any, car: str) -> list[Any]:
    rows = await connection.execute(
        text("SELECT id FROM maintenance_record WHERE vehicle_id = :car ORDER BY cost_minor"),
        {"car": UUID(car)},
    )
    return [row.id for row in rows]


async def test_an_order_by_cost_holds_for_what_is_shown(
    call: Callers, hear: Any, open_work: Any
) -> None:
    """By page and by cursor: one's own by cost, then what is hidden, whose place says nothing."""
    car = (
        await call.standard.post("/api/vehicles", json={"make": "Peugeot", "model": "308"})
    ).json()["id"]
    for cost in ("900.00", "1.00"):
        await make_record(call.standard, car, cost=euros(cost))
    await know(hear, "viewer")
    await share(open_work, car, "viewer", Role.VIEWER)
    viewer = as_person(call, "viewer")
    own = (await viewer.post("/api/vehicles", json={"make": "Renault", "model": "Clio"})).json()[
        "id"
    ]
    for cost in ("15.00", "25.00", "20.00"):
        await make_record(viewer, own, cost=euros(cost))
    for ordering, wanted in (
        ("cost", ["15.00", "20.00", "25.00"]),
        ("-cost", ["25.00", "20.00", "15.00"]),
    ):
        path: str | None = f"/api/maintenances?ordering={ordering}&page_size=1&cursor="
        by_cursor: list[Any] = []
        while path:
            page = (await viewer.get(path)).json()
            by_cursor += page["results"]
            path = page["next"]
        by_page = (await viewer.get(f"/api/maintenances?ordering={ordering}")).json()["results"]
        assert by_cursor == by_page
        told = [each["cost"] and each["cost"]["amount"] for each in by_page]
        assert told == [*wanted, None, None]
