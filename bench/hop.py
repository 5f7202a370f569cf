"""What the gateway adds to a call, and how fast a page of the API is through it."""

from uuid import UUID

from bench.house import House, settle
from bench.load import Load, wrk
from bench.programs import Cores, folder
from bench.table import Row

CARS = 20
ROUNDS = 3
SECONDS = 3
TARGET = f"/api/vehicles?page_size={CARS}"


def measure(house: House) -> list[Row]:
    """The same list of twenty cars, asked of vehicles directly and through a gateway, in turn."""
    cores = Cores.find()
    user_id, access = house.new_person()
    house.give_cars(user_id, CARS)
    settle()
    alone: dict[str, list[Load]] = {"gateway": [], "direct": []}
    busy: dict[str, list[Load]] = {"gateway": [], "direct": []}
    with folder() as home, house.second_gateway(home, cores) as gateway:
        bearer = {"Authorization": f"Bearer {access}"}
        wrk(gateway + TARGET, core=cores.other, seconds=1, headers=bearer)
        for _ in range(ROUNDS):
            for loads, connections in ((alone, 1), (busy, 16)):
                loads["gateway"].append(_ask(gateway, bearer, cores, connections))
                loads["direct"].append(_direct(house, user_id, cores, connections))
    return [_hop(alone), _list(busy)]


def _direct(house: House, user_id: UUID, cores: Cores, connections: int) -> Load:
    return _ask(
        house.url("vehicles"),
        house.identity("vehicles", user_id, ask=f"GET {TARGET}"),
        cores,
        connections,
    )


def _ask(url: str, headers: dict[str, str], cores: Cores, connections: int) -> Load:
    return wrk(
        url + TARGET, core=cores.other, seconds=SECONDS, connections=connections, headers=headers
    )


def _hop(loads: dict[str, list[Load]]) -> Row:
    through, direct = (
        sorted(load.p50_ms for load in loads[name])[ROUNDS // 2] for name in ("gateway", "direct")
    )
    return Row(
        "gateway hop, one connection, list of 20",
        f"p50 {through:.2f} ms through it",
        f"p50 {direct:.2f} ms asked directly",
        f"{through - direct:+.2f} ms p50 (aim <= 0.8)" + _failures(loads),
    )


def _list(loads: dict[str, list[Load]]) -> Row:
    through, direct = (
        sorted(loads[name], key=lambda load: load.per_second)[ROUNDS // 2]
        for name in ("gateway", "direct")
    )
    return Row(
        "list of 20 vehicles, 16 connections",
        f"{through.per_second:,.0f}/s p99 {through.p99_ms:.0f} ms",
        f"directly {direct.per_second:,.0f}/s p99 {direct.p99_ms:.0f} ms",
        f"{through.per_second / direct.per_second:.2f} of direct" + _failures(loads),
    )


def _failures(loads: dict[str, list[Load]]) -> str:
    failed = sum(load.failed for each in loads.values() for load in each)
    return f", {failed} FAILED" if failed else ""
