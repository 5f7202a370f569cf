# ruff: noqa: E501 - a header is one line, as in the file

"""The other writers: of tables, JSON and SQL."""

import json
from collections.abc import Callable
from decimal import Decimal

from services.vehicles.tests.moving.domain.truth import (
    Truth,
    cell,
    rows,
)


def spritmonitor(*, english: bool = False, apostrophes: bool = False) -> Callable[[Truth], str]:
    def write(truth: Truth) -> str:
        head = "Datum;Km-Stand;Teil-Km;Spritmenge;Kosten;Währung;Tankart;Reifen;Strecken;Fahrweise;Kraftstoff;Bemerkung;Verbrauch;BC-Verbrauch;BC-Spritmenge;BC-Geschwindigkeit;Tankstelle;Land;Großraum;Ort"
        if english:
            head = "Date;Odometer;Trip;Quantity;Total price;Currency;Type;Tires;Roads;Driving style;Fuel;Note;Consumption;BC-Consumption;BC-Quantity;BC-Speed;Gas station;Country;Area;Location"
        quote = "'" if apostrophes else '"'

        def said(text: str) -> str:
            return quote + text.replace('"', '\\"') + quote

        def number(value: Decimal) -> str:
            return (
                f"{value:.2f}".replace(".", ",")
                if value == value.quantize(Decimal("0.01"))
                else f"{value}".replace(".", ",")
            )

        lines = [
            f"{each.day:%d.%m.%Y};{number(each.odometer)};100,00;{number(each.quantity)};{number(each.total)};{said('EUR')};{1 if each.is_full else 2};2;10;3;7;{said(each.note)};6,65;6,40;0,00;79,00;{said('')};{said('')};{said('')};{said('')}"
            for each in reversed(truth.fills)
        ]
        return "\n".join([head, *lines]) + "\n"

    return write


def simplyauto(
    *, quoted: bool, positions: bool = True, american: bool = False
) -> Callable[[Truth], str]:
    def write(truth: Truth) -> str:
        where = ["Latitude", "Longitude"] if positions else []
        head = [
            "Row ID (For System Use)",
            "Vehicle ID",
            "Odometer",
            "Qty",
            "Partial Tank",
            "Missed Previous Fill up",
            "Total Cost",
            "Distance Traveled" if american else "Distance Travelled",
            "Eff",
            "Octane",
            "Fuel Brand",
            "Filling Station",
            "Notes",
            "Day",
            "Month",
            "Year",
            "Receipt Path",
            *where,
            "Record Type",
            "Record Desc",
        ]
        lines = [",".join(head)]
        for number, each in enumerate(truth.fills, 1):
            note = each.note if quoted else each.note.replace("\n", " ").replace('"', "")
            row = [
                str(number),
                "Family car",
                f"{each.odometer}",
                f"{each.quantity}",
                str(int(not each.is_full)),
                str(int(each.missed)),
                f"{each.total}",
                "0",
                "0",
                "95",
                "",
                "Station 1",
                cell(note) if quoted else note,
                str(each.day.day),
                str(each.day.month),
                str(each.day.year),
                "",
                *["0"] * len(where),
                "0",
                "Fuel Record",
            ]
            lines.append(",".join(row))
        for number, cost in enumerate(truth.costs, 90):
            title = f"{cost.title}, Filter"
            row = [
                str(number),
                "Family car",
                f"{cost.odometer}",
                "0",
                "0",
                "0",
                f"{cost.total}",
                "0",
                "0",
                "0",
                "",
                "Garage",
                "note, with comma" if not quoted else '"note, with comma"',
                str(cost.day.day),
                str(cost.day.month),
                str(cost.day.year),
                "",
                *["0"] * len(where),
                "1",
                cell(title) if quoted else title,
            ]
            lines.append(",".join(row))
        return "\n".join(lines) + "\n"

    return write


def mygarage(version: int, *, imperial: bool = False) -> Callable[[Truth], str]:
    def write(truth: Truth) -> str:
        yes = {True: "Yes", False: "No"}
        head = [
            "Date",
            "Odometer (mi)" if imperial else "Odometer (km)",
            "Gallons" if imperial else "Liters",
            "Price Per Gallon" if imperial else "Price Per Liter",
            "Total Cost",
            "Full Tank",
            "Missed Fill-up",
            "Is Hauling",
            "Fuel Type",
            "Notes",
        ]
        if version == 2:
            head[1:4] = ["Mileage", "Gallons", "Price Per Gallon"]
        lead = {5: ["units_version", "unit_system"], 4: ["units_version"], 2: []}[version]
        values = {5: ["5", "imperial" if imperial else "metric"], 4: ["4"], 2: []}[version]
        body = [
            [
                *values,
                f"{each.day}",
                f"{each.odometer:.2f}" if each.odometer else "",
                f"{each.quantity:.3f}",
                f"{each.price:.3f}",
                f"{each.total:.2f}",
                yes[each.is_full],
                yes[each.missed],
                "No",
                "gasoline",
                ("'" if each.note[:1] in "=+-@" and each.note else "") + each.note,
            ]
            for each in truth.fills
        ]
        return rows([lead + head, *body])

    return write


def mygarage_tree(*, second: bool) -> Callable[[Truth], str]:
    def write(truth: Truth) -> str:
        odometer, quantity = ("mileage", "gallons") if second else ("odometer_km", "liters")
        top = {} if second else {"export_version": "5", "units": "metric"}
        fills = [
            {
                "date": str(each.day),
                odometer: float(each.odometer) or None,
                quantity: float(each.quantity),
                "price_per_unit": float(each.price),
                "cost": float(each.total),
                "is_full_tank": each.is_full,
                "missed_fillup": each.missed,
                "notes": each.note or None,
            }
            for each in truth.fills
        ]
        work = [
            {
                "date": str(each.day),
                "service_type": each.title,
                odometer: float(each.odometer),
                "cost": float(each.total),
                "vendor_name": None,
            }
            for each in truth.costs
        ]
        return json.dumps(
            {
                **top,
                "export_date": "2026-11-01T10:00:00",
                "vehicle": {"vin": "X", "year": 2018, "make": "Peugeot", "model": "208"},
                "service_records": work,
                "fuel_records": fills,
                "odometer_records": [],
                "notes": [],
            },
            indent=2,
        )

    return write


def tracktor(*, older: bool) -> Callable[[Truth], str]:
    def write(truth: Truth) -> str:
        key: object = 1 if older else "v1"

        def flag(said: bool) -> object:
            return int(said) if older else said

        fills = [
            {
                "id": number if older else f"f{number}",
                "vehicleId": key,
                "date": f"{each.day:%a %b %d %Y}" if older else str(each.day),
                "odometer": int(each.odometer) or None,
                "fuelAmount": float(each.quantity),
                "cost": float(each.total),
                "filled": flag(each.is_full),
                "missedLast": flag(each.missed),
                "notes": each.note,
            }
            for number, each in enumerate(truth.fills)
        ]
        work = [
            {
                "id": number,
                "vehicleId": key,
                "date": str(each.day),
                "odometer": int(each.odometer),
                "serviceCenter": "G",
                "cost": float(each.total),
                "notes": each.title,
            }
            for number, each in enumerate(truth.costs)
        ]
        data = {
            "vehicles": [
                {"id": key, "make": "Dacia", "model": "Sandero", "year": 2020, "fuelType": "petrol"}
            ],
            "fuelLogs": fills,
            "maintenanceLogs": work,
            "insurances": [],
            "puccs": [],
            "configs": [
                {"key": "unitOfDistance", "value": "kilometer"},
                {"key": "unitOfVolume", "value": "liter"},
                {"key": "currency", "value": "EUR"},
            ],
            "users": [{"id": 1, "passwordHash": "secret-hash"}],
            "sessions": [{"id": "live-session"}],
        }
        return json.dumps({"version": "1.0", "encrypted": False, "data": data}, ensure_ascii=older)

    return write


def may(*, distance: str) -> Callable[[Truth], str]:
    def write(truth: Truth) -> str:
        fills = [
            {
                "id": number,
                "date": str(each.day),
                "odometer": float(each.odometer) or None,
                "volume": float(each.quantity),
                "price_per_unit": float(each.price),
                "total_cost": float(each.total),
                "is_full_tank": each.is_full,
                "is_missed": each.missed,
                "station": None,
                "notes": each.note,
            }
            for number, each in enumerate(truth.fills)
        ]
        costs = [
            {
                "date": str(each.day),
                "category": "maintenance",
                "description": each.title,
                "cost": float(each.total),
                "odometer": float(each.odometer),
            }
            for each in truth.costs
        ]
        car = {
            "id": 3,
            "name": "Car",
            "odometer_unit": distance,
            "tracking_unit": "mileage",
            "fuel_type": "petrol",
            "fuel_logs": fills,
            "expenses": costs,
            "trips": [],
        }
        return json.dumps(
            {
                "export_info": {"username": "u"},
                "user_preferences": {
                    "volume_unit": "l",
                    "currency": "EUR",
                    "distance_unit": distance,
                },
                "vehicles": [car],
            }
        )

    return write


def clarkson(*, columns: bool, single: bool, quote: str = "'") -> Callable[[Truth], str]:
    def text(said: str) -> str:
        escaped = said.replace("\\", "\\\\").replace(quote, f"\\{quote}").replace("\n", "\\n")
        return f"{quote}{escaped}{quote}" if said else "NULL"

    def write(truth: Truth) -> str:
        names = "(`id`,`vehicle`,`date`,`fuelAmount`,`totalCost`,`fuelUnitCost`,`locationLatitude`,`locationLongitude`,`odometerReading`,`notes`,`fullTank`,`missedFillUp`)"
        tuples = [
            f"({text(f'f{number}')},{text('car')},{text(f'{each.day} 08:10:00')},{each.quantity},{each.total},{each.price},NULL,NULL,{each.odometer},{text(each.note)},{int(each.is_full)},{int(each.missed)})"
            for number, each in enumerate(truth.fills)
        ]
        into = f"INSERT INTO `Fuel` {names if columns else ''} VALUES "  # noqa: S608 - nothing runs it
        fuel = (
            "".join(f"{into}{each};\n" for each in tuples)
            if single
            else f"{into}{','.join(tuples)};\n"
        )
        return (
            "-- MySQL dump 10.13\n/*!40101 SET NAMES utf8 */;\nDROP TABLE IF EXISTS `Users`;\n"
            "CREATE TABLE `Users` (\n  `id` varchar(36) NOT NULL,\n  `password` varchar(200) DEFAULT 'a;b',\n  PRIMARY KEY (`id`)\n) ENGINE=InnoDB;\n"
            "INSERT INTO `Users` (`id`,`password`,`fuelUnit`,`distanceUnit`,`currencyUnit`) VALUES ('u','secret-hash; (',1,2,3);\n"
            f"LOCK TABLES `Vehicles` WRITE;\nINSERT INTO `Vehicles` VALUES ('car','u','Daily','AA',NULL,NULL,NULL,2014,NULL,998,1);\n{fuel}UNLOCK TABLES;\n"
        )

    return write
