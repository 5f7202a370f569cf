# ruff: noqa: E501 - a header is one line, as in the file

"""Writes other programs' files out of what is true, in many layouts, languages and states of repair: the judge of the readers.

Each writer has its own idea of the format, told by design/imports.md and the programs' own code, and none of the readers'.
"""

from collections.abc import Callable
from datetime import date

from services.vehicles.tests.moving.domain.truth import Culture, Truth, cell, rows

YES_NO = {
    "en": ("Yes", "No"),
    "pt": ("Sim", "Não"),
    "es": ("Sí", "No"),
    "ru": ("Да", "Нет"),
    "pl": ("Tak", "Nie"),
    "de": ("Ja", "Nein"),
    "fr": ("Oui", "Non"),
}


def lubelogger(culture: Culture, *, tail: str = "", newer: bool = False) -> Callable[[Truth], str]:
    def write(truth: Truth) -> str:
        head = [
            "Date",
            "Odometer",
            "FuelConsumed",
            "Cost",
            "FuelEconomy",
            "IsFillToFull",
            "MissedFuelUp",
            "Notes",
            "Tags",
        ]
        more = ["StartingSoc", "EndingSoc", "ExtraFields", "Files"] if newer else []
        body = [
            [
                culture.day(each.day) + tail, f"{each.odometer:f}", culture.number(each.quantity), culture.number(each.total), "0",
                str(each.is_full), str(each.missed), each.note, "", *[""] * len(more),
            ]
            for each in truth.fills
        ]  # fmt: skip
        return rows([head + more, *body])

    return write


def lubelogger_work(culture: Culture, *, tail: str = "") -> Callable[[Truth], str]:
    def write(truth: Truth) -> str:
        body = [
            [
                culture.day(each.day) + tail,
                each.title,
                culture.amount(each.total),
                "",
                f"{each.odometer:f}",
                "",
            ]
            for each in truth.costs
        ]
        return rows([["Date", "Description", "Cost", "Notes", "Odometer", "Tags"], *body])

    return write


def fuelio(
    *,
    year: int,
    unit: str = "Fuel (litres)",
    distance: str = "km",
    sections: bool = True,
    every: bool = True,
    mark: str = ".",
) -> Callable[[Truth], str]:
    def write(truth: Truth) -> str:
        head = [
            "Data",
            f"Odo ({distance})",
            unit,
            "Full",
            "Price (optional)",
            "l/100km (optional)",
            "latitude (optional)",
            "longitude (optional)",
            "City (optional)",
            "Notes (optional)",
            "Missed",
        ]
        if year >= 2017:
            head += [
                "TankNumber",
                "FuelType",
                "VolumePrice",
                "StationID (optional)",
                "ExcludeDistance",
                "UniqueId",
                "TankCalc",
            ]
        if year >= 2024:
            head += ["Weather", "guid", "lastupdated"]
        body = []
        for number, each in enumerate(reversed(truth.fills)):
            clock = " 14:50" if year >= 2018 else ""
            row = [
                f"{each.day}{clock}",
                f"{each.odometer}",
                f"{each.quantity}",
                str(int(each.is_full)),
                f"{each.total}",
                "",
                "0.0",
                "0.0",
                "City",
                each.note,
                str(int(each.missed)),
            ]
            if year >= 2017:
                row += ["1", "110", f"{each.price}", "0", "0.0", str(number), "0.0"]
            if year >= 2024:
                row += ["", f"guid-{number}", "1785246200802"]
            body.append(
                [
                    each.replace(".", mark)
                    if mark != "." and each.replace(".", "").isdecimal()
                    else each
                    for each in row
                ]
            )
        separator = ";" if mark == "," else ","
        log = rows([head, *body], separator, every=every)
        if not sections:
            return log
        car = rows(
            [
                [
                    "Name",
                    "Description",
                    "DistUnit",
                    "FuelUnit",
                    "ConsumptionUnit",
                    "ImportCSVDateFormat",
                    "VIN",
                    "Plate",
                    "Make",
                    "Model",
                    "Year",
                    "TankCount",
                    "Tank1Type",
                ],
                [
                    "Car",
                    "",
                    "0",
                    "0",
                    "0",
                    "yyyy-MM-dd",
                    "",
                    "AA",
                    "Seat",
                    "Ibiza",
                    "2010",
                    "1",
                    "100",
                ],
            ],
            separator,
            every=every,
        )
        costs = rows(
            [
                [
                    "CostTitle",
                    "Date",
                    "Odo",
                    "CostTypeID",
                    "Notes",
                    "Cost",
                    "flag",
                    "idR",
                    "read",
                    "RemindOdo",
                    "RemindDate",
                    "isTemplate",
                    "RepeatOdo",
                    "RepeatMonths",
                ],
                *[
                    [
                        each.title,
                        f"{each.day}",
                        f"{each.odometer}",
                        "1",
                        "",
                        f"{each.total}".replace(".", mark),
                        "0",
                        "0",
                        "1",
                        "0",
                        "2011-01-01",
                        "0",
                        "0",
                        "0",
                    ]
                    for each in truth.costs
                ],
            ],
            separator,
            every=every,
        )
        quote = '"' if every else ""
        return f"{quote}## Vehicle{quote}\n{car}{quote}## Log{quote}\n{log}{quote}## Costs{quote}\n{costs}"

    return write


DRIVVO_WORDS = {
    "en": ("Odometer (km)", "Date", "Fuel", "Price / L", "Total cost", "Volume", "Filled tank completely", "Second fuel", "Third fuel", "Fuel efficiency", "Distance", "Gas station", "Reason", "Notes", "Driver", "Payment method", "Vehicle"),
    "pt": ("Odômetro (km)", "Data", "Combustível", "Preço / L", "Valor total", "Volume", "Completou o tanque", "Segundo combustível", "Terceiro combustível", "Média", "Distância", "Posto", "Motivo", "Observação", "Motorista", "Forma de pagamento", "Veículo"),
    "es": ("Odómetro (km)", "Fecha", "Combustible", "Precio / L", "Costo total", "Volumen", "Tanque lleno", "Segundo combustible", "Tercer combustible", "Rendimiento", "Distancia", "Gasolinera", "Motivo", "Observación", "Conductor", "Forma de pago", "Vehículo"),
    "ru": ("Пробег (км)", "Дата", "Топливо", "Цена / L", "Стоимость", "Объём", "Полный бак", "Второе топливо", "Третье топливо", "Расход", "Расстояние", "АЗС", "Причина", "Примечание", "Водитель", "Способ оплаты", "Автомобиль"),
    "pl": ("Przebieg (km)", "Data", "Paliwo", "Cena / L", "Koszt", "Ilość", "Pełny bak", "Drugie paliwo", "Trzecie paliwo", "Spalanie", "Dystans", "Stacja", "Powód", "Uwagi", "Kierowca", "Płatność", "Pojazd"),
    "de": ("Kilometerstand (km)", "Datum", "Kraftstoff", "Preis / L", "Gesamtkosten", "Menge", "Vollgetankt", "Zweiter Kraftstoff", "Dritter Kraftstoff", "Verbrauch", "Strecke", "Tankstelle", "Grund", "Notizen", "Fahrer", "Zahlungsart", "Fahrzeug"),
}  # fmt: skip


def drivvo(
    language: str, width: int, *, marks: bool = True, short: bool = False, slashes: bool = False
) -> Callable[[Truth], str]:
    yes, no = YES_NO[language]

    def write(truth: Truth) -> str:
        (
            odo,
            day,
            fuel,
            price,
            total,
            volume,
            full,
            second,
            third,
            eff,
            dist,
            station,
            reason,
            note,
            driver,
            payment,
            car,
        ) = DRIVVO_WORDS[language]
        triple = [price, total, volume, full]
        head = [odo, day, fuel, *triple, second, *triple, third, *triple, eff]
        empty = ["", "0", "0", "0", no]
        if width == 21:
            head += [station, reason, note]
        elif width == 22:
            head += [dist, station, reason, note]
        else:
            head += [
                dist,
                "Charge type",
                "Start %",
                "End %",
                "min",
                station,
                driver,
                reason,
                payment,
                note,
                "Discount",
            ]
            head += [car] if width == 30 else []
        body = []
        for each in truth.fills:
            moment = (
                f"{each.day:%d/%m/%Y} 16:08"
                if slashes
                else f"{each.day} {'9:05' if short else '16:08:35'}"
            )
            row = [
                f"{each.odometer}",
                moment,
                "Gasoline",
                f"{each.price}",
                f"{each.total}",
                f"{each.quantity}",
                yes if each.is_full else no,
                *empty,
                *empty,
                "25,158 km/L",
            ]
            if width == 21:
                row += ["Posto", "", each.note]
            elif width == 22:
                row += ["100", "Posto", "", each.note]
            else:
                row += ["100", "", "", "", "", "Posto", "A", "", "", each.note, "0"]
                row += ["Car A" if int(each.odometer) % 2 else "Car B"] if width == 30 else []
            body.append(row)
        service = [odo, day, total, "Type", "Place", note]
        work = [
            [f"{each.odometer}", f"{each.day} 12:00:08", f"{each.total}", each.title, "", ""]
            for each in truth.costs
        ]
        if width == 30:
            service = [
                odo,
                day,
                total,
                "Type",
                "Place",
                driver,
                payment,
                note,
                "Title",
                "Discount",
                car,
            ]
            work = [[*row[:4], "G", "A", "", "", "", "0", "Car A"] for row in work]
        pad = [""] * (width - 1) if width == 30 else []
        marked = [["##Refuelling", *pad]] if marks else []
        last = [["##Service", *pad], [*service, *[""] * (width - len(service))] if pad else service]
        last += [[*row, *[""] * (width - len(row))] if pad else row for row in work]
        text = rows([*marked, head, *body, *(last if marks else [])], every=not pad)
        return text.replace('"##Refuelling"', "##Refuelling").replace('"##Service"', "\n##Service")

    return write


def fuelly(
    *,
    distance: str,
    volume: str,
    day: Callable[[date], str],
    spaces: bool = True,
    titles: bool = False,
) -> Callable[[Truth], str]:
    def write(truth: Truth) -> str:
        names = [
            "car_name",
            "model",
            "mpg" if distance == "miles" else "km/l",
            "odometer",
            distance,
            volume,
            "price",
            "city_percentage",
            "fuelup_date",
            "date_added",
            "tags",
            "notes",
            "missed_fuelup",
            "partial_fuelup",
            "latitude",
            "longitude",
            "brand",
        ]
        if titles:
            names = [name.replace("_", " ").title() for name in names]
        head = (", " if spaces else ",").join(names) + "\n"
        body = "".join(
            f'"Cuore, red","Daihatsu",0,{each.odometer}.0,100,{each.quantity},{each.price},50,{day(each.day)},2021-01-02 15:33:11,"",{cell(each.note, every=True)},{int(each.missed)},{int(not each.is_full)},,,""\n'
            for each in truth.fills
        )
        return head + body

    return write


def acar(
    culture: Culture,
    pattern: str,
    language: str = "en",
    *,
    gallons: str = "US_GALLON",
    unit: str = "gal",
    older: bool = False,
) -> Callable[[Truth], str]:
    yes, no = YES_NO[language]

    def write(truth: Truth) -> str:
        meta = rows(
            [["Android Version", "Date Format", "Time Format"], ["13", pattern, "HH:mm"]],
            every=True,
        )
        cars = rows(
            [
                ["Name", "Type", "Year", "Make", "Model", "Volume Unit", "Distance Unit", "Notes"],
                ["Sedan", "CAR", "2012", "Nissan", "Altima", gallons, "MILE", ""],
            ],
            every=True,
        )
        head = [
            "Vehicle",
            "Date",
            "Time",
            "Odometer Reading",
            "Distance Unit",
            "Volume",
            "Volume Unit",
            "Price per Unit",
            "Total Cost",
            "Payment",
            "Partial Fill-Up?",
            "Previously Missed Fill-Ups?",
            "Fuel Efficiency",
            "Fuel Category",
            "Fuel Type",
            "Fuel Brand",
            "Tags",
            "Notes",
        ]
        body = [
            [
                "Sedan",
                culture.day(each.day),
                "08:11",
                culture.number(each.odometer, grouped=True),
                "mi",
                culture.number(each.quantity),
                unit,
                culture.amount(each.price),
                culture.amount(each.total),
                "Card",
                no if each.is_full else yes,
                yes if each.missed else no,
                "",
                "Gasoline",
                "Gasoline - Regular (87)",
                "",
                "",
                each.note,
            ]
            for each in truth.fills
        ]
        fills = rows([head, *body], every=True)
        name, type_ = ("Service Records", []) if older else ("Event Records", ["Type"])
        events = rows(
            [
                [
                    "Vehicle",
                    "Date",
                    "Time",
                    "Odometer Reading",
                    "Distance Unit",
                    *type_,
                    "Services" if older else "Sub Types",
                    "Total Cost",
                    "Notes",
                ],
                *[
                    [
                        "Sedan",
                        culture.day(each.day),
                        "10:43",
                        culture.number(each.odometer, grouped=True),
                        "mi",
                        *["Service"] * len(type_),
                        each.title,
                        culture.amount(each.total),
                        "",
                    ]
                    for each in truth.costs
                ],
            ],
            every=True,
        )
        return f"Metadata\n{meta}\nVehicles\n{cars}\nFill-Up Records\n{fills}\n{name}\n{events}"

    return write
