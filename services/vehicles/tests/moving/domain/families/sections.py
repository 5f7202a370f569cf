# ruff: noqa: E501 - a header is one line, as in the file
"""Programs that write sections under each other: Fuelio, Drivvo, aCar.

Facts: Fuelio's own layouts of 2016 to 2026 and those of converters that write for it (headers without blanks, marks padded with commas, days
as the car's line says), Drivvo's of 2019 to 2025 in its languages and of a hybrid's charges, aCar's of 4 and 5.
"""

from datetime import date
from decimal import Decimal

from services.vehicles.tests.moving.domain.families.draws import USUAL, Case, Draw, comma, day_as
from services.vehicles.tests.moving.domain.truth import NOTES, Culture, Variant, cell

UNITS = {
    "Fuel (litres)": ("l", "0"),
    "Fuel (us gallons)": ("gal_us", "1"),
    "Fuel (imp gallons)": ("gal_uk", "2"),
    "kg": ("kg", "4"),
    "Fuel (kWh)": ("kWh", "3"),
}
FORMS = {
    "yyyy-MM-dd": "%Y-%m-%d",
    "dd.MM.yyyy": "%d.%m.%Y",
    "MM/dd/yyyy": "%m/%d/%Y",
    "dd/MM/yyyy": "%d/%m/%Y",
    "d/M/yyyy": "%-d/%-m/%Y",
    "dd-MM-yyyy": "%d-%m-%Y",
}


NO_DAY = date(2011, 1, 1)
"""What Fuelio writes for none."""


def fuelio(draw: Draw) -> Case:
    pattern = draw.of(["yyyy-MM-dd", *FORMS])
    name = draw.of([*UNITS, "Fuel (litres)"])
    unit, code = UNITS[name]
    distance = draw.of(("km", "mi"))
    separator, mark = draw.of(((",", "."), (",", "."), (";", "."), (";", ",")))
    is_tight, every = draw.coin(0.3), draw.coin(0.7)
    with_clock, has_price = draw.coin(), draw.coin(0.6)
    layout, without_car = draw.of((11, 14, 18, 21)), draw.coin(0.15)
    truth = draw.truth()

    def row(cells: list[str]) -> str:
        return separator.join(cell(each, separator, every=every) for each in cells) + "\n"

    def headed(names: list[str]) -> str:
        return row([each.replace(" ", "") if is_tight else each for each in names])

    def marked(section: str, width: int) -> str:
        if draw.coin(0.2):
            return f"## {section}{separator * (width - 1)}\n"
        return f'"## {section}"\n' if every else f"## {section}\n"

    day = day_as(FORMS[pattern])
    names = ["Data", f"Odo ({distance})", name, "Full", "Price (optional)", draw.of(("l/100km (optional)", "mpg (optional)", "km/l (optional)")), "latitude (optional)", "longitude (optional)", "City (optional)", "Notes (optional)", "Missed",
             "TankNumber", "FuelType", "VolumePrice", "StationID (optional)", "ExcludeDistance", "UniqueId", "TankCalc", "Weather", "guid", "lastupdated"][:layout]  # fmt: skip
    log = marked("Log", layout) + headed(names)
    for number, each in enumerate(reversed(truth.fills)):
        full = draw.of(("1", "1", "2")) if each.is_full else "0"
        priced = comma(each.price, mark) if has_price else comma(Decimal("0.0"), mark)
        log += row(
            [day(each.day) + (" 14:50" if with_clock else ""), comma(each.odometer, mark), comma(each.quantity, mark), full, comma(each.total, mark), "",
             "0.0".replace(".", mark), "", "City", each.note, str(int(each.missed)), "1", "0", priced, "0", "0", str(number), "0", "", f"g{number}", "1785246200802"][:layout]
        )  # fmt: skip
    car = marked("Vehicle", 16) + headed(
        ["Name", "Description", "DistUnit", "FuelUnit", "ConsumptionUnit", "ImportCSVDateFormat", "VIN", "Insurance", "Plate", "Make", "Model", "Year", "TankCount", "Tank1Type", "Tank2Type", "Active"]
    ) + row(["Car, one", "", str(int(distance == "mi")), code, "0", pattern, "", "", "AA", "Seat", "Ibiza", "2010", "1", "0", "0", "1"])  # fmt: skip
    costs = marked("CostCategories", 4) + headed(["CostTypeID", "Name", "priority", "color"])
    costs += row(["1", "Service", "0", ""]) + marked("Costs", 16)
    costs += headed(["CostTitle", "Date", "Odo", "CostTypeID", "Notes", "Cost", "flag", "idR", "read", "RemindOdo", "RemindDate", "isTemplate", "RepeatOdo", "RepeatMonths", "isIncome", "UniqueId"])  # fmt: skip
    for number, cost in enumerate(truth.costs):
        never = day_as(FORMS[pattern])(NO_DAY) if draw.coin() else draw.of(("", "0"))
        costs += row([cost.title, day(cost.day), comma(cost.odometer, mark), "1", "", comma(cost.total, mark), "0", "0", "1", "0", never, "0", "0", "0", "0", str(number)])  # fmt: skip
    gap = draw.of(("", "\n"))
    text = gap.join(
        [log, costs] if without_car else draw.of(([car, log, costs], [car, costs, log]))
    )
    variant = Variant("fuelio", "fuelio", lambda _: text, truth, _answers(draw, pattern, mark, unit), unit=unit, costs=True)  # fmt: skip
    return Case(variant, draw.written(text))


def _answers(draw: Draw, pattern: str, mark: str, unit: str) -> dict[str, str]:
    order = "mdy" if pattern.startswith("M") else "dmy"
    return {**USUAL, "date_order": order, "decimal_mark": mark, "quantity_unit": unit}


DRIVVO = {
    "en": ("Odometer", "Date", "Fuel", "Price", "Total cost", "Volume", "Full tank", "Second fuel", "Third fuel", "Efficiency", "Distance", "Charge type", "Station", "Driver", "Reason", "Payment method", "Notes", "Discount", "Vehicle", "Type of service", "Yes", "No", "km", "L"),
    "fr": ("Odomètre", "Date", "Carburant", "Prix", "Coût total", "Volume", "Plein effectué", "Deuxième carburant", "Troisième carburant", "Rendement", "Distance", "Type de charge", "Station-service", "Conducteur", "Motif", "Mode de paiement", "Remarques", "Remise", "Véhicule", "Type de service", "Oui", "Non", "km", "L"),
    "it": ("Contachilometri", "Data", "Carburante", "Prezzo", "Costo totale", "Volume", "Pieno", "Secondo carburante", "Terzo carburante", "Efficienza", "Distanza", "Tipo di carica", "Distributore", "Autista", "Motivo", "Metodo di pagamento", "Nota", "Sconto", "Veicolo", "Tipo di servizio", "Sì", "No", "km", "L"),
    "es": ("Odómetro", "Fecha", "Combustible", "Precio", "Costo total", "Volumen", "Tanque lleno", "Segundo combustible", "Tercer combustible", "Eficiencia", "Distancia", "Tipo de carga", "Gasolinera", "Conductor", "Motivo", "Forma de pago", "Observación", "Descuento", "Vehículo", "Tipo de servicio", "Sí", "No", "km", "L"),
    "pt": ("Odômetro", "Data", "Combustível", "Preço", "Valor total", "Litros", "Tanque cheio", "Segundo combustível", "Terceiro combustível", "Eficiência", "Distância", "Tipo de carga", "Posto", "Motorista", "Motivo", "Forma de pagamento", "Observação", "Desconto", "Veículo", "Tipo de serviço", "Sim", "Não", "km", "L"),
    "ru": ("Одометр", "Дата", "Топливо", "Цена", "Общая стоимость", "Объем", "Полный бак", "Второе топливо", "Третье топливо", "Эффективный расход топлива", "Расстояние", "Тип зарядки", "Азс", "Водитель", "Тип расхода", "Метод оплаты", "Примечание", "Скидка", "Транспорт", "Вид сервиса", "Да", "Нет", "км", "л"),
    "de": ("Kilometerstand", "Datum", "Kraftstoff", "Preis", "Gesamtkosten", "Menge", "Vollgetankt", "Zweiter Kraftstoff", "Dritter Kraftstoff", "Verbrauch", "Strecke", "Ladeart", "Tankstelle", "Fahrer", "Grund", "Zahlungsart", "Notiz", "Rabatt", "Fahrzeug", "Art des Service", "Ja", "Nein", "km", "L"),
    "tr": ("Kilometre sayacı", "Tarih", "Yakıt", "Fiyat", "Toplam tutar", "Hacim", "Depo doldu", "İkinci yakıt", "Üçüncü yakıt", "Verimlilik", "Mesafe", "Şarj türü", "İstasyon", "Sürücü", "Sebep", "Ödeme", "Not", "İndirim", "Araç", "Servis türü", "Evet", "Hayır", "km", "L"),
    "el": ("Χιλιομετρητής", "Ημερομηνία", "Καύσιμο", "Τιμή", "Συνολικό κόστος", "Όγκος", "Γεμάτο", "Δεύτερο καύσιμο", "Τρίτο καύσιμο", "Απόδοση", "Απόσταση", "Φόρτιση", "Πρατήριο", "Οδηγός", "Λόγος", "Πληρωμή", "Σημείωση", "Έκπτωση", "Όχημα", "Είδος", "Ναι", "Όχι", "km", "L"),
}  # fmt: skip


def drivvo(draw: Draw) -> Case:
    words = DRIVVO[draw.of(list(DRIVVO))]
    odo, day, fuel, price, total, volume, full, second, third, eff, dist, charge, station, driver, reason, payment, note, discount, car, work, yes, no, km, litre = words  # fmt: skip
    width = draw.of((8, 18, 21, 22, 29, 30))
    separator, mark = draw.of(((",", "."), (",", "."), (";", ","), (";", ".")))
    form = draw.of(("%Y-%m-%d", "%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y"))
    clock = draw.of((" 16:08:35", " 9:05", " 16:08", ""))
    quoting, is_padded, bare_price = draw.coin(0.7), draw.coin(0.3), draw.coin(0.2)
    distance = draw.of((km, km, "mi")) if litre == "L" else km
    truth = draw.truth()
    slash = "" if bare_price else draw.of((f" / {litre}", f"/{litre}"))
    triple = [f"{price}{slash}", total, volume, full]
    head = [f"{odo} ({distance})", day, fuel, *triple]
    if width == 8:
        head += [note]
    elif width == 18:
        head += [station, payment, reason, driver, dist, eff, "Lat", "Lon", "Tags", "Extra", note]
    else:
        head += [second, *triple, third, *triple, eff]
        head += {21: [station, reason, note], 22: [dist, station, reason, note]}.get(
            width, [dist, charge, "% 1", "% 2", "min", station, driver, reason, payment, note, discount]
        )  # fmt: skip
        head += [car] if width == 30 else []

    def quoted(text: str, seen: dict[str, int], *, is_head: bool) -> str:
        if is_head and quoting and text == full:
            seen[text] = seen.get(text, 0) + 1
            return f'"{text}"' + (f" {seen[text]}" if seen[text] > 1 else "")
        return cell(text, separator, every=quoting)

    def row(cells: list[str], *, is_head: bool = False) -> str:
        seen: dict[str, int] = {}
        wide = cells + [""] * (len(head) - len(cells) if is_padded else 0)
        return separator.join(quoted(each, seen, is_head=is_head) for each in wide) + "\n"

    def marked(name: str) -> str:
        return f"##{name}{separator * (len(head) - 1) if is_padded else ''}\n"

    write = day_as(form)
    empty = ["", "0", "0", "0", no]
    body = ""
    for each in truth.fills:
        cells = [comma(each.odometer, mark), write(each.day) + clock, "X", comma(each.price, mark), comma(each.total, mark), comma(each.quantity, mark), yes if each.is_full else no]  # fmt: skip
        if width == 8:
            cells += [each.note]
        elif width == 18:
            cells += ["Shell", "Card", "", "A", "", "", "", "", "", "", each.note]
        else:
            cells += [*empty, *empty, draw.of(("25,158 km/L", "6,4 L/100km", ""))]
            cells += {21: ["P", "", each.note], 22: ["100", "P", "", each.note]}.get(
                width, ["100", "", "", "", "", "P", "A", "", "", each.note, "0"]
            )
            cells += ["Car A"] if width == 30 else []
        body += row(cells)
    paid = [
        odo + f" ({distance})",
        day,
        total,
        work,
        station,
        *([driver] if draw.coin() else []),
        note,
    ]
    service = row(paid, is_head=True) + "".join(
        row([comma(each.odometer, mark), write(each.day) + clock, comma(each.total, mark), each.title, "G", *([""] * (len(paid) - 5))])
        for each in truth.costs
    )  # fmt: skip
    text = marked("Refuelling") + row(head, is_head=True) + body
    text += draw.of(("", "\n")) + marked("Service") + service
    answers = {**USUAL, "decimal_mark": mark, "date_order": "mdy" if form == "%m/%d/%Y" else "dmy", "yes_word": yes.lower()}  # fmt: skip
    return Case(
        Variant("drivvo", "drivvo", lambda _: text, truth, answers, costs=True), draw.written(text)
    )


ACAR_UNITS = {
    "L": ("LITER", "l"), "Liter": ("LITER", "l"), "gal": ("US_GALLON", "gal_us"), "gal (US)": ("US_GALLON", "gal_us"),
    "gal (UK)": ("UK_GALLON", "gal_uk"), "gal (imp)": ("IMPERIAL_GALLON", "gal_uk"), "kWh": ("KWH", "kWh"),
}  # fmt: skip
ACAR_WORDS = {"en": ("Yes", "No"), "de": ("Ja", "Nein"), "fr": ("Oui", "Non"), "it": ("Sì", "No"), "es": ("Sí", "No"), "pt": ("Sim", "Não"), "pl": ("Tak", "Nie")}  # fmt: skip
ACAR_CULTURES = {
    "M/d/yyyy": Culture(day_as("%-m/%-d/%Y")),
    "MM/dd/yyyy": Culture(day_as("%m/%d/%Y")),
    "dd/MM/yyyy": Culture(day_as("%d/%m/%Y"), money="£{}"),
    "dd.MM.yyyy": Culture(day_as("%d.%m.%Y"), ",", ".", "{} €"),
    "d.M.yy": Culture(day_as("%-d.%-m.%y"), ",", ".", "{} €"),
    "yyyy-MM-dd": Culture(day_as("%Y-%m-%d"), ",", "\u00a0", "{}\u00a0kr"),
    "MMM d, yyyy": Culture(lambda d: f"{d:%b} {d.day}, {d.year}"),
}


def acar(draw: Draw) -> Case:
    pattern = draw.of(list(ACAR_CULTURES))
    culture = ACAR_CULTURES[pattern]
    yes, no = ACAR_WORDS[draw.of(list(ACAR_WORDS))]
    said, distance, is_old = draw.of(list(ACAR_UNITS)), draw.of(("mi", "km")), draw.coin()
    unit = ACAR_UNITS[said][1]
    truth = draw.truth(notes=NOTES)
    quoted_marks, has_meta, has_cars = draw.coin(), draw.coin(0.8), draw.coin(0.9)
    time = draw.of(("08:11", "8:11 AM", "20:11", ""))

    def row(cells: list[str]) -> str:
        return ",".join(cell(each, every=True) for each in cells) + "\n"

    def marked(name: str) -> str:
        return f'\n"{name}"\n' if quoted_marks else f"\n{name}\n"

    text = ""
    if has_meta:
        text += marked("Metadata").lstrip() + row(["Android Version", "aCar Version", "Date Format", "Time Format"]) + row(["13", "5.4.3", pattern, "HH:mm"])  # fmt: skip
    if has_cars:
        text += marked("Vehicles") + row(["Name", "Type", "Year", "Make", "Model", "Engine", "License Plate", "VIN", "Volume Unit", "Distance Unit", "Notes"])  # fmt: skip
        text += row(["Sedan", "CAR", "2012", "Nissan", "Altima", "2.5L", "F96", "", ACAR_UNITS[said][0], "MILE" if distance == "mi" else "KILOMETER", ""])  # fmt: skip
    head = ["Vehicle", "Date", "Time", "Odometer Reading", "Distance Unit", "Volume", "Volume Unit", "Price per Unit", "Total Cost", "Payment", "Partial Fill-Up?", draw.of(("Previously Missed Fill-Ups?", "Previously Missed Fill-Ups"))]  # fmt: skip
    head += ["Fuel Efficiency", "Fuel Efficiency Unit", *([] if is_old else ["Fuel Category"]), "Fuel Type", "Has Fuel Additive?", "Fuel Additive Name", "Fuel Brand", "Fueling Station Address"]  # fmt: skip
    head += [] if is_old else ["Place Street", "Place City", "Place State"]
    head += ["Latitude", "Longitude", "Driving Mode", "Tags", "Notes"]
    text += marked("Fill-Up Records") + row(head)
    for each in truth.fills:
        known = {"Vehicle": "Sedan", "Date": culture.day(each.day), "Time": time, "Odometer Reading": culture.number(each.odometer, grouped=True), "Distance Unit": distance,
                 "Volume": culture.number(each.quantity), "Volume Unit": said, "Price per Unit": culture.amount(each.price), "Total Cost": culture.amount(each.total),
                 "Partial Fill-Up?": no if each.is_full else yes, head[11]: yes if each.missed else no, "Notes": each.note, "Has Fuel Additive?": no}  # fmt: skip
        text += row([known.get(name, "") for name in head])
    section, jobs = ("Service Records", "Services") if is_old else ("Event Records", "Sub Types")
    type_ = [] if is_old else ["Type"]
    text += marked(section) + row(["Vehicle", "Date", "Time", "Odometer Reading", "Distance Unit", *type_, jobs, "Total Cost", "Notes"])  # fmt: skip
    for cost in truth.costs:
        text += row(["Sedan", culture.day(cost.day), time, culture.number(cost.odometer, grouped=True), distance, *["Service"] * len(type_), cost.title, culture.amount(cost.total), ""])  # fmt: skip
    order = "mdy" if pattern.startswith("M") else "dmy"
    answers = {**USUAL, "date_order": order, "decimal_mark": culture.mark, "quantity_unit": unit, "distance_unit": distance, "yes_word": yes.lower()}  # fmt: skip
    variant = Variant("acar", "acar", lambda _: text, truth, answers, unit=unit, costs=True)
    return Case(variant, draw.written(text))
