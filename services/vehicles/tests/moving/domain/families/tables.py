# ruff: noqa: E501 - a header is one line, as in the file
"""Programs that write one table a file: LubeLogger, Fuelly, Spritmonitor, Simply Auto, MyGarage; and tables that nobody knows.

Facts: LubeLogger's models of January 2024 to 1.7 (the first had five columns and no tags), Spritmonitor's own description of its export (fuel
kinds 1 to 25, `Company` in English), Simply Auto's import guide, the first layout of Fuelly's app with its total twice, MyGarage 2 to 5.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from services.vehicles.tests.moving.domain.families.draws import (
    ONE_LINE,
    USUAL,
    Case,
    Draw,
    comma,
    day_as,
)
from services.vehicles.tests.moving.domain.truth import CULTURES, NOTES, Truth, Variant, cell, rows

MDY = frozenset({"en-US"})


def lubelogger(draw: Draw) -> Case:
    name = draw.of(list(CULTURES))
    culture = CULTURES[name]
    clock = draw.of(("", " 00:00:00", " 0:00:00", " 12:00:00 AM", " 12:00:00\u202fAM"))
    kind, age = draw.of(("fuel", "fuel", "work")), draw.of((0, 1, 2, 3))
    truth = draw.truth()
    extra = draw.of(([], ["extrafield_Station", "extrafield_Nº, x"]))
    if kind == "work":
        head = ["Date", "Description", "Cost", "Notes", "Odometer", "Tags", *extra]
        if age < 2:
            head, extra = ["Date", "Odometer", "Description", "Notes", "Cost"], []
        lines = []
        for cost in truth.costs:
            said = {"Date": culture.day(cost.day) + clock, "Description": cost.title, "Cost": culture.amount(cost.total), "Odometer": f"{cost.odometer:f}"}  # fmt: skip
            lines.append([said.get(column, "") for column in head])
    else:
        head = ["Date", "Odometer", "FuelConsumed", "Cost", "FuelEconomy", "IsFillToFull", "MissedFuelUp", "Notes", "Tags", *extra]  # fmt: skip
        head = {0: head[:5], 1: head[:8]}.get(age, head)
        head += ["StartingSoc", "EndingSoc", "ExtraFields", "Files"] if age == 3 else []
        lines = [
            [{"Date": culture.day(each.day) + clock, "Odometer": f"{each.odometer:f}", "FuelConsumed": culture.number(each.quantity), "Cost": culture.number(each.total), "FuelEconomy": "0",
              "IsFillToFull": str(each.is_full), "MissedFuelUp": str(each.missed), "Notes": each.note}.get(column, "") for column in head]
            for each in truth.fills
        ]  # fmt: skip
        if age == 0:
            truth = _all_full(truth)
    text = rows([head, *lines])
    answers = {**USUAL, "date_order": "mdy" if name in MDY else "dmy", "decimal_mark": culture.mark}
    variant = Variant(kind, "lubelogger", lambda _: text, truth, answers, fills=kind == "fuel", costs=kind == "work")  # fmt: skip
    return Case(variant, draw.written(text))


def _all_full(truth: Truth) -> Truth:
    return Truth([replace(each, is_full=True, missed=False) for each in truth.fills], truth.costs)


FUELLY_UNITS = {
    "gallons": "gal_us", "litres": "l", "liters": "l", "us gallons": "gal_us", "imp gallons": "gal_uk", "kwh": "kWh",
}  # fmt: skip


def fuelly(draw: Draw) -> Case:
    return _fuelly_app(draw) if draw.coin(0.4) else _fuelly_site(draw)


def _fuelly_site(draw: Draw) -> Case:
    distance, volume = draw.of(("miles", "km")), draw.of(list(FUELLY_UNITS))
    day = day_as(draw.of(("%Y-%m-%d", "%-m/%-d/%y", "%m/%d/%Y")))
    separator, mark = draw.of(((",", "."), (",", "."), (";", ","), ("\t", ".")))
    names = ["car_name", "model", draw.of(("mpg", "l/100km", "km/l")), "odometer", distance, volume, "price", "city_percentage", "fuelup_date", "date_added", "tags", "notes", "missed_fuelup", "partial_fuelup", "latitude", "longitude"]  # fmt: skip
    names += ["brand"] if draw.coin() else []
    if draw.coin(0.2):
        names = [each.replace("_", " ").title() for each in names]
    blank, every = draw.of(("", " ")), draw.coin()
    truth = draw.truth()
    text = f"{separator}{blank}".join(names) + "\n"
    for each in truth.fills:
        cells = ["Cuore, red", "L7", "0", comma(each.odometer, mark), "100", comma(each.quantity, mark), comma(each.price, mark), "50", day(each.day), "2021-01-02 15:33:11", "", each.note, str(int(each.missed)), str(int(not each.is_full)), "", ""]  # fmt: skip
        cells += [""] if len(names) > 16 else []
        text += separator.join(cell(one, separator, every=every) for one in cells) + "\n"
    answers = {**USUAL, "date_order": "mdy", "decimal_mark": mark, "quantity_unit": FUELLY_UNITS[volume]}  # fmt: skip
    variant = Variant("fuelly", "fuelly", lambda _: text, truth, answers, unit=FUELLY_UNITS[volume])
    return Case(variant, draw.written(text))


def _fuelly_app(draw: Draw) -> Case:
    volume, price, unit = draw.of((("Gallons", "Cost/Gallon", "gal_us"), ("Liters", "Cost/Liter", "l"), ("Litres", "Cost/Litre", "l")))  # fmt: skip
    form = draw.of(("%Y-%m-%d", "%m/%d/%Y", "%d/%m/%Y"))
    clock = draw.of(("10:39 PM", "22:39", "6:55 AM"))
    is_twice, every = draw.coin(), draw.coin(0.8)
    truth = draw.truth()
    head = ["Type", draw.of(("MPG", "L/100km", "km/L")), "Date", "Time", "Vehicle", "Odometer", "Filled Up", price, volume, "Total Cost", "Octane", "Gas Brand", "Location", "Tags", "Payment Type", "Tire Pressure", "Notes"]  # fmt: skip
    head += ["Total Cost", "Services"] if is_twice else ["Services"]
    lines = [head]
    write = day_as(form)
    for each in truth.fills:
        total = f"${each.total:,}"
        state = "Full" if each.is_full else "Partial"
        lines.append(["Gas", "0.0", write(each.day), clock, "Versa", f"{each.odometer:,}", state, f"${each.price}", f"{each.quantity}", total, "87", "Kwik", "", "", "Debit", "0.0", each.note, *([total] if is_twice else []), ""])  # fmt: skip
    for cost in truth.costs:
        total = f"${cost.total:,}"
        lines.append(["Service", "0.0", write(cost.day), clock, "Versa", f"{cost.odometer:,}", "", "$0.000", "0.000", "$0.00" if is_twice else total, "", "", "", "", "", "0.0", "", *([total] if is_twice else []), cost.title])  # fmt: skip
    text = rows(lines, every=every)
    answers = {**USUAL, "date_order": "dmy" if form == "%d/%m/%Y" else "mdy", "quantity_unit": unit}
    variant = Variant("fuelly-app", "fuelly", lambda _: text, _never_missed(truth), answers, unit=unit, costs=True)  # fmt: skip
    return Case(variant, draw.written(text))


def _never_missed(truth: Truth) -> Truth:
    return Truth([replace(each, missed=False) for each in truth.fills], truth.costs)


SPRIT = {
    "de": "Datum;Km-Stand;Teil-Km;Spritmenge;Kosten;Währung;Tankart;Reifen;Strecken;Fahrweise;Kraftstoff;Bemerkung;Verbrauch;BC-Verbrauch;BC-Spritmenge;BC-Geschwindigkeit;Tankstelle;Land;Großraum;Ort",
    "en": "Date;Odometer;Trip;Quantity;Total price;Currency;Type;Tires;Roads;Driving style;Fuel;Note;Consumption;BC-Consumption;BC-Quantity;BC-Speed;Company;Country;Area;Location",
    "fr": "Date;Compteur kilométrique;Distance;Quantité;Prix total;Devise;Type;Pneus;Routes;Style de conduite;Carburant;Remarque;Consommation;OB-Consommation;OB-Quantité;OB-Vitesse;Station;Pays;Région;Lieu",
    "it": "Data;Contachilometri;Percorso;Quantità;Prezzo totale;Valuta;Tipo;Pneumatici;Strade;Stile di guida;Carburante;Nota;Consumo;CB-Consumo;CB-Quantità;CB-Velocità;Stazione;Paese;Area;Luogo",
    "es": "Fecha;Cuentakilómetros;Trayecto;Cantidad;Precio total;Moneda;Tipo;Neumáticos;Vías;Estilo;Combustible;Nota;Consumo;OB-Consumo;OB-Cantidad;OB-Velocidad;Estación;País;Área;Lugar",
    "nl": "Datum;Kilometerstand;Afstand;Hoeveelheid;Totaalprijs;Valuta;Type;Banden;Wegen;Rijstijl;Brandstof;Notitie;Verbruik;BC-Verbruik;BC-Hoeveelheid;BC-Snelheid;Station;Land;Gebied;Plaats",
    "pl": "Data;Stan licznika;Dystans;Ilość;Cena całkowita;Waluta;Rodzaj;Opony;Drogi;Styl jazdy;Paliwo;Notatka;Spalanie;KP-Spalanie;KP-Ilość;KP-Prędkość;Stacja;Kraj;Obszar;Miejsce",
}  # fmt: skip
SPRIT_UNITS = {"13": "kg", "14": "kg", "19": "kWh", "23": "kg", "24": "kWh"}


def spritmonitor(draw: Draw) -> Case:
    language, width = draw.of(["de", *SPRIT]), draw.of((12, 13, 16, 20))
    mark = draw.of((",", ",", ",", "."))
    form = draw.of(("%d.%m.%Y", "%d.%m.%Y", "%d.%m.%y"))
    fuel = draw.of(["1", "4", "7", "8", "12", "13", "15", "18", "19", "20", "22", "23", "24", "25"])
    quote = draw.of(('"', '"', "'", ""))
    notes = NOTES if quote == '"' else ("", "windy", "rain, fog", "Straße nach Zürich")
    truth = draw.truth(notes=notes)

    def said(text: str) -> str:
        escaped = text.replace('"', '\\"') if quote == '"' else text
        return f"{quote}{escaped}{quote}"

    def number(value: Decimal) -> str:
        short = value == value.quantize(Decimal("0.01"))
        return comma(value.quantize(Decimal("0.01")) if short else value, mark)

    text = ";".join(SPRIT[language].split(";")[:width]) + "\n"
    write = day_as(form)
    for each in reversed(truth.fills):
        cells = [write(each.day), number(each.odometer), f"100{mark}00", number(each.quantity), number(each.total), said("EUR"), "1" if each.is_full else "2", draw.of(("1", "2", "3")), draw.of(("2", "6", "10", "14")), draw.of(("1", "2", "3")), fuel, said(each.note),
                 f"6{mark}65", f"6{mark}40", f"0{mark}00", f"79{mark}00", said(""), said(""), said(""), said("")][:width]  # fmt: skip
        text += ";".join(cells) + "\n"
    unit = SPRIT_UNITS.get(fuel, "l")
    answers = {**USUAL, "decimal_mark": mark, "date_order": "dmy"}
    return Case(
        Variant(language, "spritmonitor", lambda _: text, truth, answers, unit=unit),
        draw.written(text),
    )


def simplyauto(draw: Draw) -> Case:
    quoted, where, whole = draw.coin(), draw.coin(), draw.coin(0.3)
    missed = draw.of(("Missed Previous Fill up", "Missed Fill up", "Missed Fill Up"))
    distance = draw.of(("Distance Travelled", "Distance Traveled"))
    first = draw.of(("Row ID", "Row ID (For System Use)"))
    truth = draw.truth(notes=NOTES if quoted else ONE_LINE)
    places = ["Latitude", "Longitude"] if where else []
    text = ",".join([first, "Vehicle ID", "Odometer", "Qty", "Partial Tank", missed, "Total Cost", distance, "Eff", "Octane", "Fuel Brand", "Filling Station", "Notes", "Day", "Month", "Year", "Receipt Path", *places, "Record Type", "Record Desc"]) + "\n"  # fmt: skip
    tail = ".0" if whole else ""

    def line(number: int, kind: str, said: Mapping[str, str], day: tuple[int, int, int]) -> str:
        note, title = said["note"], said["title"]
        if not quoted:
            note = note.replace('"', "")
        cells = [str(number), "Family car", said["odometer"], said["qty"], said["partial"], said["missed"], said["total"], "0", "0", "95", "", "Station 1", note, f"{day[0]}{tail}", f"{day[1]}{tail}", f"{day[2]}{tail}", "", *["0.0"] * len(places), kind, title]  # fmt: skip
        return ",".join(cell(each) if quoted else each for each in cells) + "\n"

    number = 0
    for each in truth.fills:
        number += 1
        text += line(number, "0", {"odometer": f"{each.odometer}", "qty": f"{each.quantity}", "partial": str(int(not each.is_full)), "missed": str(int(each.missed)), "total": f"{each.total}", "note": each.note, "title": "Fuel Record"}, (each.day.day, each.day.month, each.day.year))  # fmt: skip
    for cost in truth.costs:
        number += 1
        text += line(number, "1", {"odometer": f"{cost.odometer}", "qty": "0", "partial": "0", "missed": "0", "total": f"{cost.total}", "note": "new, with comma", "title": f"{cost.title}, Filter, Belt"}, (cost.day.day, cost.day.month, cost.day.year))  # fmt: skip
    text += line(number + 1, "4", {"odometer": "999999", "qty": "0", "partial": "0", "missed": "0", "total": "0", "note": "", "title": "adhoc"}, (1, 2, 2026))  # fmt: skip
    return Case(
        Variant("simplyauto", "simplyauto", lambda _: text, truth, dict(USUAL), costs=True),
        draw.written(text),
    )


ANY = {
    "fr": (("Date", "Jour", "Date du plein"), ("Kilométrage", "Compteur", "Kilomètres", "Km"), ("Quantité (L)", "Litres", "Volume (l)"), ("Montant", "Total (€)", "Coût total", "Prix total"), ("Plein", "Plein complet", "Plein ?"), ("Oui", "Non")),
    "en": (("Date", "Fill date", "Filled on"), ("Odometer (km)", "Mileage", "Odo", "Reading"), ("Litres", "Quantity (L)", "Volume", "Fuel (L)"), ("Total cost", "Amount", "Total", "Price paid"), ("Full tank", "Full", "Filled to full"), ("Yes", "No")),
    "de": (("Datum", "Tankdatum", "Tag"), ("Kilometerstand", "KM-Stand", "Tacho", "Km"), ("Menge (l)", "Liter", "Getankte Liter"), ("Betrag", "Gesamtpreis", "Kosten (EUR)", "Summe"), ("Voll", "Vollgetankt", "Volltankung"), ("Ja", "Nein")),
    "es": (("Fecha", "Fecha repostaje", "Día"), ("Kilómetros", "Odómetro", "Kilometraje", "Km"), ("Litros", "Cantidad (l)", "Volumen"), ("Importe", "Total", "Coste total", "Precio total"), ("Lleno", "Depósito lleno", "Tanque lleno"), ("Sí", "No")),
    "it": (("Data", "Data rifornimento", "Giorno"), ("Chilometri", "Contachilometri", "Km"), ("Litri", "Quantità (l)", "Volume"), ("Importo", "Totale", "Costo", "Spesa"), ("Pieno", "Serbatoio pieno", "Pieno?"), ("Sì", "No")),
    "pt": (("Data", "Data do abastecimento", "Dia"), ("Quilometragem", "Odómetro", "Hodômetro", "Km"), ("Litros", "Quantidade (l)", "Volume"), ("Valor", "Total", "Valor total", "Custo"), ("Cheio", "Tanque cheio", "Completo"), ("Sim", "Não")),
    "nl": (("Datum", "Tankdatum", "Dag"), ("Kilometerstand", "Km-stand", "Teller", "Km"), ("Liters", "Hoeveelheid (l)", "Aantal liter"), ("Bedrag", "Totaalprijs", "Kosten", "Totaal"), ("Vol", "Volle tank", "Volgetankt"), ("Ja", "Nee")),
    "pl": (("Data", "Data tankowania", "Dzień"), ("Przebieg", "Stan licznika", "Licznik", "Km"), ("Litry", "Ilość (l)", "Objętość"), ("Kwota", "Koszt", "Wartość", "Suma"), ("Do pełna", "Pełny", "Pełny bak"), ("Tak", "Nie")),
}  # fmt: skip


def table(draw: Draw) -> Case:
    """A spreadsheet of somebody's own."""
    dates, odometers, litres, totals, fulls, (yes, no) = ANY[draw.of(list(ANY))]
    separator, mark = draw.of(((";", ","), (";", ","), (",", "."), ("\t", ","), (",", ",")))
    form = draw.of(("%d/%m/%Y", "%d.%m.%Y", "%Y-%m-%d", "%-d/%-m/%y", "%d-%m-%Y"))
    truth = draw.truth(notes=("",))
    truth = _never_missed(truth)
    columns = ["date", "odometer", "litres", "total", "full"]
    draw.random.shuffle(columns)
    heads = {"date": draw.of(dates), "odometer": draw.of(odometers), "litres": draw.of(litres), "total": draw.of(totals), "full": draw.of(fulls)}  # fmt: skip
    write, unit = day_as(form), draw.of(("", " €"))
    lines = [[heads[name] for name in columns]]
    for each in truth.fills:
        said = {"date": write(each.day), "odometer": comma(each.odometer, mark), "litres": comma(each.quantity, mark), "total": comma(each.total, mark) + unit, "full": yes if each.is_full else no}  # fmt: skip
        lines.append([said[name] for name in columns])
    text = draw.of(("", "", "Mes pleins\n\n")) + rows(lines, separator)
    answers = {**USUAL, "decimal_mark": mark, "date_order": "dmy", "yes_word": yes.lower()}
    variant = Variant("table", "mapped", lambda _: text, truth, answers)
    return Case(variant, draw.written(text), mapping=True)


def mygarage(draw: Draw) -> Case:
    version, imperial = draw.of((2, 3, 4, 5)), draw.coin()
    imperial = version == 2 or (version == 5 and imperial)
    truth = draw.truth()
    yes = {True: "Yes", False: "No"}
    odometer = {True: "Odometer (mi)", False: "Odometer (km)"}[imperial] if version > 2 else draw.of(("Mileage", "Odometer"))  # fmt: skip
    head = ["Date", odometer, "Gallons" if imperial else "Liters", "Price Per Gallon" if imperial else "Price Per Liter", "Total Cost", "Full Tank", "Missed Fill-up", "Is Hauling", "Fuel Type", "Notes"]  # fmt: skip
    if version >= 4:
        head[1:1] = ["Filled At"]
        head[head.index("Total Cost") : head.index("Total Cost")] = ["Rebate"]
        head[-1:] = ["Fuel Type Used", "Station ID", "Station", "Driver ID", "Driver", "Payment Method", "Trip Type", "Outside Temp (F)" if imperial else "Outside Temp (C)", "Notes"]  # fmt: skip
    lead = {5: {"units_version": "5", "unit_system": "imperial" if imperial else "metric"}, 4: {"units_version": "4"}, 3: {"units_version": "3"}, 2: {}}[version]  # fmt: skip
    lines = [[*lead, *head]]
    for each in truth.fills:
        guard = "'" if each.note[:1] in {"=", "+", "-", "@"} else ""
        said = {**lead, "Date": f"{each.day}", "Filled At": f"{each.day}T08:11:00" if draw.coin() else "", odometer: f"{each.odometer:.2f}" if each.odometer else "",
                head[head.index("Price Per Gallon" if imperial else "Price Per Liter")]: f"{each.price:.3f}", "Gallons" if imperial else "Liters": f"{each.quantity:.3f}", "Total Cost": f"{each.total:.2f}",
                "Full Tank": yes[each.is_full], "Missed Fill-up": yes[each.missed], "Is Hauling": "No", "Fuel Type": "gasoline", "Notes": guard + each.note}  # fmt: skip
        lines.append([said.get(name, "") for name in lines[0]])
    text = rows(lines)
    unit = "gal_us" if imperial else "l"
    variant = Variant("mygarage", "mygarage", lambda _: text, truth, dict(USUAL), unit=unit)
    return Case(variant, draw.written(text))
