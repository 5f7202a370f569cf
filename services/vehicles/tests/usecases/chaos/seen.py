"""All that is worked out of a car, told without what differs from one telling to the next: ids, moments, what was struck out."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

import httpx2

UUID_: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
OF_ITS_TELLING: Final = frozenset(
    {"created_at", "updated_at", "trashed_at", "made_by", "shown_at", "next", "previous"}
)
OF_A_CAR: Final = (
    "/api/vehicles/{car}",
    "/api/vehicles/{car}/odometer?page_size=100&status=ACCEPTED",
    "/api/vehicles/{car}/odometer?page_size=100&status=QUARANTINED",
    "/api/vehicles/{car}/odometer/segments",
    "/api/vehicles/{car}/odometer/distance?from=2024-01-01&to=2026-06-15",
    "/api/maintenances?page_size=100&vehicle={car}",
    "/api/fills?page_size=100&vehicle={car}",
    "/api/expenses?page_size=100&vehicle={car}",
    "/api/maintenance-plans?page_size=100&vehicle={car}",
    "/api/maintenance-plans/on-time?vehicle={car}",
    "/api/reminders?page_size=100&vehicle={car}",
    "/api/vehicles/{car}/consumption",
    "/api/vehicles/{car}/consumption/series?from=2024-07-01",
    "/api/vehicles/{car}/costs?from=2020-01-01",
    "/api/vehicles/{car}/costs?from=2025-01-01&view=on_day",
    "/api/vehicles/{car}/dashboard",
    "/api/fills/stats?vehicle={car}",
    "/api/vehicles/{car}/timeline?page_size=100&kind=maintenance&kind=fill&kind=expense",
)
OF_AN_OWNER: Final = (
    "/api/maintenances/stats",
    "/api/maintenances/by_vehicle",
    "/api/reminders/summary",
    "/api/fleet/dashboard?page_size=100",
)
NAMED_BY: Final = ("id", "plan", "vehicle", "month", "category", "read_on", "on")
"""By one of these the parts of a list are told apart, whatever their order."""
PLANS: Final = ("plan0", "plan1", "plan2", "skipped", "paused")
OK: Final = 200


async def seen_of_car(client: httpx2.AsyncClient, ids: Mapping[str, str]) -> dict[str, Any]:
    names = {id_: name for name, id_ in ids.items()}
    plans = [f"/api/maintenance-plans/{{{plan}}}/history" for plan in PLANS]
    return {path: await _told(client, path.format(**ids), names) for path in (*OF_A_CAR, *plans)}


async def seen_of_owner(client: httpx2.AsyncClient, names: Mapping[str, str]) -> dict[str, Any]:
    return {path: await _told(client, path, names) for path in OF_AN_OWNER}


async def _told(client: httpx2.AsyncClient, path: str, names: Mapping[str, str]) -> Any:
    answer = await client.get(path)
    assert answer.status_code == OK, f"{path}: {answer.text}"
    return _timeless(answer.json(), names)


def _timeless(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return UUID_.sub(lambda found: names.get(found[0], "?"), value)
    if isinstance(value, dict):
        return {
            _timeless(key, names): _timeless(each, names)
            for key, each in value.items()
            if key not in OF_ITS_TELLING
        }
    if isinstance(value, list):
        told = [_timeless(each, names) for each in value]
        for name in NAMED_BY:
            found = {str(each.get(name)): each for each in told if isinstance(each, dict)}
            if told and len(found) == len(told):
                return found
        return sorted(told, key=lambda each: json.dumps(each, sort_keys=True))
    return value


def differences(one: Any, other: Any, where: str = "") -> list[str]:
    """Where the two tell something else, each in a line."""
    if isinstance(one, dict) and isinstance(other, dict):
        return [
            line
            for key in sorted({*one, *other})
            for line in differences(one.get(key), other.get(key), f"{where} {key}")
        ]
    if isinstance(one, list) and isinstance(other, list):
        if len(one) == len(other):
            return [
                line
                for place, pair in enumerate(zip(one, other, strict=True))
                for line in differences(*pair, f"{where} {place}")
            ]
        only = (
            [each for each in one if each not in other],
            [each for each in other if each not in one],
        )
        return [f"{where}: only here {only[0]}, only there {only[1]}"]
    return [] if one == other else [f"{where}: {one!r} / {other!r}"]
