"""Files of other programs, written by us, and an import brought to where a test wants it."""

from typing import Any

import httpx2


def _names(said: str) -> str:
    return ",".join(f'"{name}"' for name in said.split(",")) + "\n"


HEAD = '"## Vehicle"\n' + _names(
    "Name,Description,DistUnit,FuelUnit,ConsumptionUnit,ImportCSVDateFormat,VIN,Insurance,Plate,Make,Model,Year"
    ",TankCount,Tank1Type"
)
LOG = '"## Log"\n' + _names(
    "Data,Odo (km),Fuel (litres),Full,Price (optional),l/100km (optional),latitude (optional),longitude (optional)"
    ",City (optional),Notes (optional),Missed,TankNumber,FuelType,VolumePrice,StationID (optional),ExcludeDistance"
    ",UniqueId"
)
COSTS = (
    '"## CostCategories"\n'
    + _names("CostTypeID,Name,priority,color")
    + '"1","Service","0",""\n"4","Assurance","0",""\n"## Costs"\n'
    + _names(
        "CostTitle,Date,Odo,CostTypeID,Notes,Cost,flag,idR,read,RemindOdo,RemindDate,isTemplate,RepeatOdo,RepeatMonths"
        ",isIncome,UniqueId"
    )
)


def car_line(name: str = "Clio", **said: str) -> str:
    make, model = said.get("make", "Renault"), said.get("model", "Clio")
    plate, vin, year = said.get("plate", ""), said.get("vin", ""), said.get("year", "2015")
    return f'"{name}","","0","0","0","yyyy-MM-dd","{vin}","","{plate}","{make}","{model}","{year}","1","100"\n'


def fill_line(day: str, odometer: str, litres: str, total: str, **said: str) -> str:
    full, missed, id_ = said.get("full", "1"), said.get("missed", "0"), said.get("id", "")
    price, note = said.get("price", ""), said.get("note", "")
    return f'"{day}","{odometer}","{litres}","{full}","{total}","","","","Total","{note}","{missed}","1","110","{price}","0","0","{id_}"\n'


def cost_line(title: str, day: str, odometer: str, type_: str, cost: str, **said: str) -> str:
    every = said.get("every", "0")
    remind = said.get("remind", "2011-01-01")
    return f'"{title}","{day}","{odometer}","{type_}","","{cost}","0","0","1","0","{remind}","0","{every}","0","0","{said.get("id", "")}"\n'


FILLS = (
    ("2026-01-05", "10000", "40.00", "68.00"),
    ("2026-01-20", "10600", "38.50", "65.45"),
    ("2026-02-04", "11150", "36.20", "61.90"),
    ("2026-02-20", "11790", "41.00", "70.11"),
)


def fuelio(*, fills: Any = FILLS, costs: str = "", car: str | None = None) -> str:
    lines = "".join(fill_line(*each) if isinstance(each, tuple) else each for each in fills)
    return HEAD + (car or car_line()) + LOG + lines + (COSTS + costs if costs else "")


PROFILE: dict[str, Any] = {
    "name": "Meine Liste",
    "mapping": {"kind": "fill", "columns": {"date": "Datum", "quantity": "Liter"}},
}


async def send(
    client: httpx2.AsyncClient, text: str | bytes, name: str = "x.csv", **fields: str
) -> httpx2.Response:
    content = text.encode() if isinstance(text, str) else text
    return await client.post(
        "/api/imports", files={"file": (name, content, "text/csv")}, data=fields
    )


async def bring(
    client: httpx2.AsyncClient, text: str | bytes, name: str = "x.csv", **fields: str
) -> dict[str, Any]:
    """To where every row is judged; currency in euros where that is asked."""
    answer = await send(client, text, name, **fields)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    if any(each["name"] == "currency" for each in found["questions"]):
        found = await change(client, found["id"], answers={"currency": "EUR"})
    return found


async def change(client: httpx2.AsyncClient, import_id: str, **said: Any) -> dict[str, Any]:
    answer = await client.patch(f"/api/imports/{import_id}", json=said)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def applied(client: httpx2.AsyncClient, import_id: str, run_jobs: Any) -> dict[str, Any]:
    answer = await client.post(f"/api/imports/{import_id}/apply")
    assert answer.status_code == 202, answer.text
    return await worked(client, import_id, run_jobs)


async def undone(client: httpx2.AsyncClient, import_id: str, run_jobs: Any) -> dict[str, Any]:
    answer = await client.post(f"/api/imports/{import_id}/undo")
    assert answer.status_code == 202, answer.text
    return await worked(client, import_id, run_jobs)


async def worked(client: httpx2.AsyncClient, import_id: str, run_jobs: Any) -> dict[str, Any]:
    await run_jobs("vehicles.import")
    found: dict[str, Any] = (await client.get(f"/api/imports/{import_id}")).json()
    return found
