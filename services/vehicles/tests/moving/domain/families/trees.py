# ruff: noqa: E501 - a statement is one line, as in the file
"""Programs that write JSON or SQL: MyGarage, Tracktor, May, Clarkson, and the replaced system's dump."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from services.vehicles.tests.moving.domain.families.draws import USUAL, Case, Draw
from services.vehicles.tests.moving.domain.truth import Truth, Variant


def _stamp(draw: Draw) -> Any:
    form = draw.of(("{}", "{}T00:00:00", "{}T10:00:00.000Z", "{} 08:10:00"))
    return form.format


def _number(draw: Draw) -> Any:
    """As a number or, as some database drivers have it, as text."""
    return draw.of((float, float, str))


def mygarage_tree(draw: Draw) -> Case:
    version = draw.of((None, "3", "4", "5"))
    odometer, quantity = ("mileage", "gallons") if version is None else ("odometer_km", "liters")
    truth, number = draw.truth(), _number(draw)
    fills = [
        {"date": str(each.day), odometer: number(each.odometer) if each.odometer else None, quantity: number(each.quantity), "price_per_unit": number(each.price), "cost": number(each.total), "price_basis": draw.of((None, "per_volume")),
         "is_full_tank": each.is_full, "missed_fillup": each.missed, "notes": each.note or None, "fuel_type_used": None}
        for each in truth.fills
    ]  # fmt: skip
    work = [
        {"date": str(each.day), "service_type": each.title, odometer: number(each.odometer), "cost": number(each.total), "vendor_name": None, "line_items": []}
        for each in truth.costs
    ]  # fmt: skip
    top = {"export_version": version, "units": "metric"} if version else {}
    whole = {**top, "export_date": "2026-11-01T10:00:00", "vehicle": {"vin": "X", "year": 2018, "make": "Peugeot", "model": "208", "nickname": None}, "service_records": work, "fuel_records": fills, "odometer_records": [], "notes": []}  # fmt: skip
    unit = "gal_us" if version is None else "l"
    return _tree(draw, "mygarage", whole, truth, unit=unit)


def _tree(
    draw: Draw, reader: str, whole: Any, truth: Truth, *, unit: str = "l", costs: bool = True
) -> Case:
    text = json.dumps(whole, ensure_ascii=draw.coin(), indent=draw.of((None, 2, 4)))
    answers = {**USUAL, "quantity_unit": unit, "time_zone": "Europe/Paris"}
    variant = Variant(reader, reader, lambda _: text, truth, answers, unit=unit, costs=costs)
    return Case(variant, draw.written(text))


def tracktor(draw: Draw) -> Case:
    is_old, stamp, number = draw.coin(), _stamp(draw), _number(draw)
    key: Any = 1 if is_old else "6c9c1d6e-1"
    unit = draw.of(("l", "gal_us", "gal_uk", "kWh"))
    truth = draw.truth()

    def flag(said: bool) -> Any:
        return int(said) if is_old else said

    fills = [
        {"id": at, "vehicleId": key, "date": stamp(each.day), "odometer": number(each.odometer) if each.odometer else draw.of((None, 0)), "fuelAmount": number(each.quantity), "cost": number(each.total), "filled": flag(each.is_full), "missedLast": flag(each.missed), "notes": each.note}
        for at, each in enumerate(truth.fills)
    ]  # fmt: skip
    work = [
        {"id": at, "vehicleId": key, "date": stamp(each.day), "odometer": number(each.odometer), "serviceCenter": "G", "cost": number(each.total), "notes": each.title}
        for at, each in enumerate(truth.costs)
    ]  # fmt: skip
    fuel = "electric" if unit == "kWh" else draw.of(("petrol", "diesel", None))
    data = {"vehicles": [{"id": key, "make": "Dacia", "model": "Sandero", "year": 2020, "fuelType": fuel}], "fuelLogs": fills, "maintenanceLogs": work, "insurances": [], "puccs": [], "configs": [], "users": [{"id": 1, "passwordHash": "x"}], "sessions": []}  # fmt: skip
    whole = {"version": "1.4.1", "timestamp": "2026-11-01T10:00:00.000Z", "encrypted": False, "data": data}  # fmt: skip
    return _tree(draw, "tracktor", whole, truth, unit=unit)


def may(draw: Draw) -> Case:
    volume, unit = draw.of((("L", "l"), ("l", "l"), ("gal_us", "gal_us"), ("gal_uk", "gal_uk"), ("gal (US)", "gal_us"), ("gal (UK)", "gal_uk")))  # fmt: skip
    stamp, number = draw.of(("{}", "{}", "{}T00:00:00")).format, _number(draw)
    truth, is_old = draw.truth(), draw.coin()
    fills = []
    for at, each in enumerate(truth.fills, 1):
        row = {"id": at, "date": stamp(each.day), "odometer": number(each.odometer) if each.odometer else None, "volume": number(each.quantity), "price_per_unit": number(each.price), "total_cost": number(each.total), "is_full_tank": each.is_full, "is_missed": each.missed, "station": None, "notes": each.note}  # fmt: skip
        fills.append(row if is_old else {**row, "fuel_type": "petrol", "fuel_distance": None, "discount_per_unit": None, "sales_tax": None, "odometer_confirmed": True, "consumption": 6.1, "created_at": f"{each.day}T18:00:00"})  # fmt: skip
    costs = [{"id": at, "date": stamp(each.day), "category": "maintenance", "description": each.title, "cost": number(each.total), "odometer": number(each.odometer), "vendor": None, "notes": None} for at, each in enumerate(truth.costs, 1)]  # fmt: skip
    car = {"id": 3, "name": "Car", "vehicle_type": "car", "fuel_type": "petrol", "fuel_logs": fills, "expenses": costs, "trips": [], "charging_sessions": []}  # fmt: skip
    car |= {} if is_old else {"odometer_unit": "mi", "tracking_unit": "mileage"}
    info = {"exported_at": "2026-11-01T10:00:00", "username": "u", "app_version": "0.42.0"}
    whole = {"export_info": info, "user_preferences": {"volume_unit": volume, "currency": "EUR", "distance_unit": draw.of(("mi", "km"))}, "vehicles": [car], "fuel_stations": []}  # fmt: skip
    return _tree(draw, "may", whole, truth, unit=unit)


NAMES: Sequence[Callable[[str], str]] = (str, str.lower)
UNITS = {"l": 1, "gal_uk": 2, "gal_us": 3}


def clarkson(draw: Draw) -> Case:
    unit, quote, names = draw.of(list(UNITS)), draw.of(("`", "", '"')), draw.of(NAMES)
    with_columns, several, ignore = draw.coin(), draw.coin(), draw.of(("", "IGNORE "))
    schema = draw.of(("", "", "clarkson."))
    double = draw.coin(0.3)
    truth = draw.truth()

    def text(said: str) -> str:
        if not said:
            return "NULL"
        escaped = said.replace("\\", "\\\\").replace("\n", "\\n")
        escaped = escaped.replace("'", "''" if double else "\\'")
        return f"'{escaped}'"

    def into(table: str, columns: str, tuples: list[str]) -> str:
        name = f"{schema}{quote}{names(table)}{quote}"
        listed = ", ".join(f"{quote}{each}{quote}" for each in columns.split(","))
        head = f"INSERT {ignore}INTO {name} {f'({listed}) ' if with_columns else ''}VALUES "
        if several:
            return head + draw.of((",", ",\n")).join(tuples) + ";\n"
        return "".join(f"{head}{each};\n" for each in tuples)

    fills = [
        f"({text(f'f{at}')},{text('car')},{text(f'{each.day} 08:10:00')},{each.quantity},{each.total},{each.price},NULL,NULL,{each.odometer},{text(each.note)},{int(each.is_full)},{int(each.missed)})"
        for at, each in enumerate(truth.fills)
    ]
    costs = [f"({text(f'c{at}')},{text('car')},{text(f'{each.day} 00:00:00')},{text('Service')},{each.total},NULL,{text(each.title)})" for at, each in enumerate(truth.costs)]  # fmt: skip
    dump = draw.of(("-- MySQL dump 10.13\n/*!40101 SET NAMES utf8 */;\n", "-- phpMyAdmin SQL Dump\nSET SQL_MODE = 'NO_AUTO_VALUE_ON_ZERO';\nSTART TRANSACTION;\n", "/*M!999999\\- enable the sandbox mode */\n"))  # fmt: skip
    dump += into("Users", "id,email,username,password,admin,fuelUnit,distanceUnit,fuelConsumptionUnit,currencyUnit", [f"('u','a@b.c','me','$2b$10$abcdefghijklmnopqrstuv',0,{UNITS[unit]},1,1,3)"])  # fmt: skip
    dump += into("Vehicles", "id,user,name,registration,make,model,picture,yearOfManufacture,vin,engineSizeCC,fuelType", ["('car','u','Daily','AA','Seat','Ibiza',NULL,2014,NULL,998,1)"])  # fmt: skip
    dump += into("Fuel", "id,vehicle,date,fuelAmount,totalCost,fuelUnitCost,locationLatitude,locationLongitude,odometerReading,notes,fullTank,missedFillUp", fills)  # fmt: skip
    dump += into("Costs", "id,vehicle,date,costType,totalCost,invoice,notes", costs)
    truth = Truth(truth.fills, [_at_nought(each) for each in truth.costs])
    variant = Variant("clarkson", "clarkson", lambda _: dump, truth, dict(USUAL), unit=unit, costs=True)  # fmt: skip
    return Case(variant, draw.written(dump))


def _at_nought(cost: Any) -> Any:
    """Its costs have no odometer."""
    return replace(cost, odometer=Decimal(0))


def monolith(draw: Draw) -> Case:
    app = draw.of(("vehicles", "core", "autotrack"))
    fuel_model = draw.of(("fuelrecord", "fuellog", "refuel", "fuel_entry"))
    stamp, number = draw.of(("{}", "{}T08:00:00Z")).format, _number(draw)
    truth = draw.truth()
    rows: list[dict[str, Any]] = [
        {"model": "auth.user", "pk": 1, "fields": {"username": "me", "password": "pbkdf2_sha256$600000$x$y"}},
        {"model": f"{app}.vehicle", "pk": 7, "fields": {"owner": 1, "make": "Renault", "model": "Clio", "year": 2015, "license_plate": "AA", "fuel_type": "gasoline", "mileage": 90000}},
    ]  # fmt: skip
    for at, each in enumerate(truth.fills):
        rows.append({"model": f"{app}.{fuel_model}", "pk": at, "fields": {"vehicle": 7, "date": stamp(each.day), "mileage": number(each.odometer), "liters": number(each.quantity), "total_cost": number(each.total), "full_tank": each.is_full, "missed": each.missed, "notes": each.note}})  # fmt: skip
    for at, cost in enumerate(truth.costs):
        rows.append({"model": "maintenances.maintenance", "pk": at, "fields": {"vehicle": 7, "service_date": str(cost.day), "service_type": cost.title, "cost": str(cost.total), "mileage": int(cost.odometer), "status": draw.of(("COMPLETED", "completed"))}})  # fmt: skip
    if draw.coin(0.3):
        text = "".join(json.dumps(row) + "\n" for row in rows)
        variant = Variant("monolith", "monolith", lambda _: text, truth, dict(USUAL), costs=True)
        return Case(variant, draw.written(text))
    return _tree(draw, "monolith", rows, truth)
