"""The committed route table, generated from the services' OpenAPI by `deploy/local/contracts.py`."""

from pathlib import Path

import orjson

from gateway.domain.routes import Route, RouteTable

PATH = Path(__file__).parent.parent / "domain" / "route_table.json"


def read_route_table(path: Path = PATH) -> RouteTable:
    return RouteTable(Route.of(row) for row in orjson.loads(path.read_bytes()))
