"""The second car's story begins and ends here: it comes with its past from another program, and leaves with it to a buyer."""

import io
from datetime import date, timedelta
from typing import Any

import pypdfium2

from deploy.local.demo.person import OLD_CAR, Person
from deploy.local.demo.world import expect, wait_for
from deploy.local.machine import LOCAL
from services.vehicles.domain.moving.bundles import verdict_of

MONTHS = 24
FIRST_KILOMETRES, A_MONTH = 92_000, 800
WEEKS = timedelta(days=30)
HEADS = {
    "Vehicle": "Name,Description,DistUnit,FuelUnit,ImportCSVDateFormat,Plate,Make,Model,Year,TankCount,Tank1Type",
    "Log": "Data,Odo (km),Fuel (litres),Full,Price (optional),City (optional),Notes (optional),Missed,TankNumber",
    "CostCategories": "CostTypeID,Name,priority,color",
    "Costs": "CostTitle,Date,Odo,CostTypeID,Notes,Cost,flag,idR,read,RemindOdo,RemindDate,isTemplate",
}
OPEN = timedelta(days=30)


def backup(today: date) -> bytes:
    """What Fuelio writes of two years of a car: one of the days in it does not exist."""
    car = ("208", "", 0, 0, "yyyy-MM-dd", OLD_CAR.plate, OLD_CAR.make, OLD_CAR.model, OLD_CAR.year)
    days = [today - WEEKS * ago for ago in range(MONTHS, 0, -1)]
    fills: list[tuple[object, ...]] = [
        (day, FIRST_KILOMETRES + A_MONTH * n, f"{40 + 3 * (n % 3)}.00", 1, f"{70 + 5 * (n % 3)}.00")
        for n, day in enumerate(days)
    ]
    fills.append((f"{today.year - 1}-02-30", FIRST_KILOMETRES, "40.00", 1, "70.00"))
    work = [("Vidange", days[n], FIRST_KILOMETRES + A_MONTH * n, 1, "", "119.00") for n in (3, 15)]
    insurance = ("Assurance", days[12], "", 31, "", "412.00")
    sections: dict[str, list[tuple[object, ...]]] = {
        "Vehicle": [(*car, 1, 100)],
        "Log": [(*each, "", "", 0, 1) for each in fills],
        "CostCategories": [(1, "Service", 0, ""), (31, "Assurance", 0, "")],
        "Costs": [(*each, 0, 0, 1, 0, "2011-01-01", 0) for each in (*work, insurance)],
    }
    lines = []
    for name, rows in sections.items():
        lines += [f'"## {name}"', quoted(HEADS[name].split(",")), *map(quoted, rows)]
    return "\n".join(lines).encode()


def quoted(cells: Any) -> str:
    return ",".join(f'"{cell}"' for cell in cells)


def bring(me: Person) -> None:
    me.story.chapter("11  The old car comes with its past")
    with me.story.step("import_read", "Hands in a backup of Fuelio: it is recognised") as step:
        content = backup(me.clock.now().date())
        answer = me.api.ask("POST", "/api/imports", files={"file": ("fuelio.csv", content)})
        found: dict[str, Any] = answer.json()
        expect(found["format"] == "fuelio", f"taken for {found['format']}")
        path = f"/api/imports/{found['id']}"
        found = me.api.ask("PATCH", path, json={"answers": {"currency": "EUR"}}).json()
        counts = found["counts"]
        expect((counts["new"], counts["bad"]) == (MONTHS + 3, 1), f"the counts are {counts}")
        bad = me.api.get(f"{path}/rows", state="bad")["results"][0]
        step.note(f"{counts['new']} rows new; « {bad['cell']} »: {bad['messages'][0]}")
        step.facts["counts"] = counts
    with me.story.step("import_applied", "Applies it: a car, its fills, its work") as step:
        me.api.post(f"{path}/apply", status=202)
        wait_for(lambda: me.api.get(path)["state"] == "applied" or None, "the import")
        cars = me.api.get("/api/vehicles")["results"]
        me.old_car = next(car for car in cars if car["license_plate"] == OLD_CAR.plate)
        fills = me.api.get("/api/fills", vehicle=me.old_car["id"])["count"]
        expect(fills == MONTHS, f"{fills} fills came")
        sums = me.api.get(f"/api/vehicles/{me.old_car['id']}/consumption")["energies"][0]["sums"]
        step.note(
            f"{OLD_CAR.model}, {me.old_car['mileage']:,} km, {fills} fills, "
            f"{sums['consumption']:.2f} l/100 km; can be undone for 30 days",
            vehicle_id=me.old_car["id"],
        )


def sell(me: Person) -> None:
    me.story.chapter("13  Sold: what its buyer reads")
    with me.story.step("history_pdf", "Its history as a PDF, made away from the request") as step:
        made, content = exported(me, "pdf")
        pages = len(pypdfium2.PdfDocument(io.BytesIO(content)))
        file = LOCAL / "demo-history.pdf"
        file.write_bytes(content)
        step.note(f"{pages} pages, {len(content) // 1024} kB: .local/{file.name}", pages=pages)
        step.facts["export"] = made
    with me.story.step("passport", "Its passport: a signed chain, shared by link and QR") as step:
        made, content = exported(me, "passport")
        verdict = verdict_of(content)
        expect(verdict.is_whole, f"it is not whole: {verdict.problems}")
        until = str((me.clock.now() + OPEN).date())
        path = f"/api/vehicles/{me.old_car['id']}/passport-links"
        link = me.api.post(path, {"export": made["id"], "until": until}, status=201)
        step.note(f"{verdict.entries} entries, whole; whoever has the link reads it until {until}")
        step.link(link["url"])


def exported(me: Person, form: str) -> tuple[dict[str, Any], bytes]:
    """The export once it is ready, and its file."""
    body = {"vehicle": me.old_car["id"], "format": form}
    made = me.api.post("/api/car-exports", body, status=202)

    def look() -> dict[str, Any] | None:
        found: dict[str, Any] = me.api.get(f"/api/car-exports/{made['id']}")
        expect(found["state"] != "failed", f"it failed: {found['problem']}")
        return found if found["state"] == "ready" else None

    ready = wait_for(look, f"the {form}")
    return ready, me.api.ask("GET", ready["file"]).content
