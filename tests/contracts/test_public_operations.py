"""What is open to everybody is a decision, made in one file."""

import json
from pathlib import Path

from deploy.local.contracts import apps, route_rows

LIST = Path(__file__).with_name("public_operations.txt")
TABLE = Path(__file__).parents[2] / "gateway" / "domain" / "route_table.json"


def allowed() -> set[str]:
    lines = LIST.read_text().splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def test_the_routes_declared_public_are_those_of_the_list() -> None:
    declared = {
        f"{row['method']} {row['path']}"
        for service, app in apps()
        for row in route_rows(service, app)
        if row["access"] == "public"
    }
    assert declared == allowed()


def test_the_gateways_table_opens_no_other() -> None:
    rows = json.loads(TABLE.read_text())
    opened = {f"{row['method']} {row['path']}" for row in rows if row["access"] == "public"}
    assert opened == allowed()


def test_the_list_is_sorted_and_changes_nothing_but_by_post() -> None:
    lines = [line for line in LIST.read_text().splitlines() if not line.startswith("#")]
    assert lines == sorted(lines, key=lambda line: line.split()[::-1])
    assert {line.split()[0] for line in lines} == {"GET", "POST"}
