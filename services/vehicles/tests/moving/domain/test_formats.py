# ruff: noqa: E501 - a header is one line, as in the file
"""What each format says in its own way, row by row."""

import json
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import TypeVar

import pytest

from services.vehicles.domain.cars.energies import Energy, QuantityUnit
from services.vehicles.domain.cars.units import DistanceUnit
from services.vehicles.domain.moving.found import (
    Bad,
    FoundCar,
    FoundExpense,
    FoundFill,
    FoundLineKind,
    FoundPlan,
    FoundReading,
    FoundRecord,
    Item,
    LeftOut,
    Part,
    Settled,
)
from services.vehicles.domain.moving.readers import READERS, recognise
from services.vehicles.domain.running.expenses import Category

T = TypeVar("T", bound=Item)
USUAL = {"currency": "EUR", "distance_unit": "km", "quantity_unit": "l", "record_kind": "service"}


def parts_of(*texts: str) -> list[Part]:
    return [Part(f"{number}.csv", text, "utf-8") for number, text in enumerate(texts, 1)]


def settled(*texts: str, answers: Mapping[str, str] | None = None) -> Settled:
    parts = parts_of(*texts)
    (reader,) = recognise(parts)
    return reader.settle(parts, answers or {})


def read(*texts: str, answers: Mapping[str, str] | None = None) -> list[Item]:
    parts = parts_of(*texts)
    (reader,) = recognise(parts)
    found = reader.settle(parts, {**USUAL, **(answers or {})})
    assert found.questions == ()
    return list(reader.read(parts, found))


def only(kind: type[T], items: list[Item]) -> list[T]:
    return [item for item in items if isinstance(item, kind)]


def asked(found: Settled) -> set[str]:
    return {question.name for question in found.questions}


LUBE = "Date,Odometer,FuelConsumed,Cost,FuelEconomy,IsFillToFull,MissedFuelUp,Notes,Tags\n"


class TestLubeLogger:
    def test_the_units_are_proposed_by_what_rows_say_of_their_economy(self) -> None:
        rows = "13/01/2026,1000,{q},50,0,True,False,,\n20/01/2026,1400,{q},50,{e},True,False,,\n"
        metric = settled(LUBE + rows.format(q=30, e="7.5"))
        british = settled(LUBE + rows.format(q=10, e="40.0"))
        litres = settled(LUBE + rows.format(q=30, e="60.61"))
        proposed = [
            {each.name: each.proposed for each in found.questions}
            for found in (metric, british, litres)
        ]
        assert [each["quantity_unit"] for each in proposed] == ["l", "gal_uk", "l"]
        assert [each["distance_unit"] for each in proposed] == ["km", "mi", "mi"]

    def test_all_ambiguous_is_asked_never_guessed(self) -> None:
        found = settled(LUBE + '1/2/2026,1000,"1,234","2,345",0,True,False,,\n')
        assert {"date_order", "decimal_mark"} <= asked(found)
        order = next(each for each in found.questions if each.name == "date_order")
        assert (order.choices, order.samples) == (("dmy", "mdy"), ("1/2/2026",))

    def test_one_sure_cell_settles_the_file(self) -> None:
        found = settled(
            LUBE + '1/2/2026,1000,"1,234","2,5",0,True,False,,\n1/13/2026,1000,1,2,0,True,False,,\n'
        )
        assert found.facts["decimal_mark"] == ","
        assert found.facts["date_order"] == "mdy"

    def test_a_nonsense_answer_is_asked_again(self) -> None:
        found = settled(
            LUBE + "1/2/2026,1,1,1,0,True,False,,\n",
            answers={"date_order": "??", "currency": "euro"},
        )
        assert {"date_order", "currency"} <= asked(found)

    def test_bad_rows_say_where_and_what(self) -> None:
        text = LUBE + (
            "30/02/2026,1000,10,5,0,True,False,,\n,1000,10,5,0,True,False,,\n14/02/2026,1000,ten,5,0,True,False,,\n"
            "14/02/2026,1000,,5,0,True,False,,\n14/02/2026,1000,-1,5,0,True,False,,\n14/02/2026,1000,1,5,0,True,False,a,b,c\n"
            "14/02/2026,0,1,5,0,True,False,,\n"
        )
        items = read(text)
        bad = [
            (item.place.line, item.place.row, item.column, item.code, item.cell)
            for item in only(Bad, items)
        ]
        assert bad == [
            (2, 1, "date", "date_impossible", "30/02/2026"),
            (3, 2, "date", "date_missing", ""),
            (4, 3, "fuelconsumed", "number_unreadable", "ten"),
            (5, 4, "fuelconsumed", "number_missing", ""),
            (6, 5, "fuelconsumed", "negative_quantity", "-1"),
            (7, 6, "", "cells_wrong", "c"),
        ]
        assert [fill.odometer for fill in only(FoundFill, items)] == [None]

    def test_a_charge_by_its_state(self) -> None:
        head = LUBE.strip() + ",StartingSoc,EndingSoc\n"
        (fill,) = only(FoundFill, read(head + "14/02/2026,1000,30,9,0,False,False,,,20,80\n"))
        assert (fill.unit, fill.energy) == (QuantityUnit.KILOWATT_HOUR, Energy.ELECTRIC)
        assert (fill.level_before, fill.level_after) == (Decimal(20), Decimal(80))

    def test_several_files_are_asked_one_by_one(self) -> None:
        work = "Date,Description,Cost,Notes,Odometer,Tags\n14/02/2026,Oil,1.5,,1000,a b\n"
        found = settled(work, work)
        assert {"record_kind:1.csv", "record_kind:2.csv"} <= asked(found)
        records = only(
            FoundRecord,
            read(
                work, work, answers={"record_kind:1.csv": "repair", "record_kind:2.csv": "upgrade"}
            ),
        )
        assert [record.category for record in records] == ["repair", "upgrade"]
        assert records[0].tags == ("a", "b")


FUELIO = (
    '"## Vehicle"\n"Name","Description","DistUnit","FuelUnit","ImportCSVDateFormat","VIN","Plate","Make","Model","Year","TankCount",'
    '"Tank1Type","Tank2Type","FuelUnitTank2"\n"Evo","","0","4","yyyy-MM-dd","","AA","FIAT","Punto","2010","2","500","100","0"\n'
    '"## Log"\n"Data","Odo (km)","kg","Full","Price (optional)","l/100km (optional)","City (optional)","Notes (optional)","Missed",'
    '"TankNumber","FuelType","VolumePrice","ExcludeDistance","UniqueId"\n'
)


class TestFuelio:
    def test_each_tank_has_its_unit(self) -> None:
        rows = (
            '"2025-10-16 14:50","313901.0","14.777","1","18.9","24","S","","0","1","501","1.279","20.0","406"\n'
            '"2025-09-13 02:20","0.0","17.768","0","30.01",,,"a\n\nb","1","2","110","1.689","0.0","398"\n'
        )
        gas, petrol = only(FoundFill, read(FUELIO + rows))
        assert (gas.unit, gas.energy, gas.distance_on_other) == (
            QuantityUnit.KILOGRAM,
            Energy.CNG,
            Decimal(20),
        )
        assert (gas.at, gas.station, gas.source_id) == (time(14, 50), "S", "406")
        assert (petrol.unit, petrol.energy, petrol.odometer) == (
            QuantityUnit.LITRE,
            Energy.PETROL,
            None,
        )
        assert (petrol.is_full, petrol.missed_before, petrol.note) == (False, True, "a\n\nb")

    def test_costs_become_what_they_are(self) -> None:
        costs = (
            '"## CostCategories"\n"CostTypeID","Name","priority"\n"1","Servizio","0"\n"31","\ufeffAssicurazione","0"\n"77","Traghetto","0"\n'
            '"## Costs"\n"CostTitle","Date","Odo","CostTypeID","Notes","Cost","flag","idR","read","RemindOdo","RemindDate","isTemplate",'
            '"RepeatOdo","RepeatMonths","isIncome","UniqueId"\n'
            '"Tagliando","2024-10-01 08:27","284624","1","","120.0","0","0","1","0","2011-01-01","0","0","0","0","1"\n'
            '"Polizza","2024-10-01","0","31","","400.0","0","0","1","0","2011-01-01","0","0","0","0","2"\n'
            '"Candele","2030-07-27","0","1","","0.0","0","0","0","107006","2030-07-27","0","60000","48","0","3"\n'
            '"Bollo","2024-10-01","0","5","","100.0","0","0","0","0","2011-01-01","1","0","12","0","4"\n'
            '"Venduta","2024-10-01","0","77","","900.0","0","0","0","0","2011-01-01","0","0","0","1","5"\n'
            '"Olbia","2024-10-01","0","77","","90.0","0","0","0","0","2011-01-01","0","0","0","0","6"\n'
        )
        items = read(FUELIO + costs)
        (record,) = only(FoundRecord, items)
        assert (record.title, record.total, record.odometer, record.category) == (
            "Tagliando",
            Decimal(120),
            Decimal(284624),
            "Servizio",
        )
        policy, ferry = only(FoundExpense, items)
        assert (policy.category, ferry.category, ferry.total) == (
            Category.INSURANCE,
            None,
            Decimal(90),
        )
        plugs, tax = only(FoundPlan, items)
        assert (plugs.next_at, plugs.next_on, plugs.every_distance, plugs.every_months) == (
            Decimal(107006),
            date(2030, 7, 27),
            Decimal(60000),
            48,
        )
        assert (tax.title, tax.every_months) == ("Bollo", 12)
        assert [item.what for item in only(LeftOut, items)] == ["income"]

    def test_two_cars_of_one_name(self) -> None:
        cars = only(FoundCar, read(FUELIO, FUELIO))
        assert [car.car for car in cars] == ["Evo (1.csv)", "Evo (2.csv)"]
        assert cars[0].energies == (Energy.CNG, Energy.PETROL)

    def test_gallons_by_the_header(self) -> None:
        text = FUELIO.replace('"kg"', '"Fuel (us gallons)"').replace("Odo (km)", "Odo (mi)")
        row = '"2025-10-16","313901","14.777","1","18.9","24","S","","0","1","110","1.279","0.0","406"\n'
        (fill,) = only(FoundFill, read(text + row))
        assert fill.unit is QuantityUnit.GALLON_US
        assert settled(text + row).facts["distance_unit"] == "mi"


DRIVVO = (
    '##Refuelling\n"Odometer (km)","Date","Fuel","Price / L","Total cost","Volume","Full","Second fuel","Price / L","Total cost","Volume",'
    '"Full" 2,"Third fuel","Price / L","Total cost","Volume","Full" 3,"Fuel efficiency","Gas station","Reason","Notes"\n'
)


class TestDrivvo:
    def test_three_fuels_of_one_stop(self) -> None:
        row = '"1000","2019-10-16 16:08:35","Gasolina","2","20","10","Sim","Etanol","1","5","5","Não","GNV","3","9","3","Sim","25,1 km/L","P","",""\n'
        fills = only(FoundFill, read(DRIVVO + row))
        assert [(fill.energy, fill.quantity, fill.total, fill.is_full) for fill in fills] == [
            (Energy.PETROL, Decimal(10), Decimal(20), True),
            (Energy.E85, Decimal(5), Decimal(5), False),
            (Energy.CNG, Decimal(3), Decimal(9), True),
        ]
        assert {fill.odometer for fill in fills} == {Decimal(1000)}

    def test_one_visit_is_one_record(self) -> None:
        text = (
            '##Service\n"Odometer (km)","Date","Total cost","Type of service","Local service","Notes"\n'
            '"7150","2019-04-24 12:00:08","475","Man-hours","G",""\n"7150","2019-04-24 12:00:08","278.32","Oil Change","G",""\n'
            '"7150","2019-04-25 12:00:08","5","Wash","G",""\n'
        )
        visit, wash = only(FoundRecord, read(text))
        assert (visit.title, visit.total, wash.total) == (
            "Oil Change",
            Decimal("753.32"),
            Decimal(5),
        )
        assert [(line.title, line.kind, line.amount) for line in visit.lines] == [
            ("Man-hours", FoundLineKind.LABOUR, 475),
            ("Oil Change", FoundLineKind.OTHER, Decimal("278.32")),
        ]

    def test_words_of_an_unknown_language_are_asked(self) -> None:
        row = '"1000","2019-10-16 16:08:35","F","2","20","10","{}","","0","0","0","{}","","0","0","0","","25","P","",""\n'
        text = DRIVVO + row.format("Bai", "Ez") + row.format("Ez", "Ez")
        (question,) = [each for each in settled(text).questions if each.name == "yes_word"]
        assert question.choices == ("bai", "ez")
        assert [
            fill.is_full for fill in only(FoundFill, read(text, answers={"yes_word": "bai"}))
        ] == [True, False]

    def test_a_total_that_does_not_fit_is_flagged(self) -> None:
        row = '"1000","2025-01-26 16:08:35","F","104.7","2219","14.139","Yes","","0","0","0","No","","0","0","0","No","25","P","",""\n'
        (fill,) = only(FoundFill, read(DRIVVO + row))
        assert fill.doubts == ("amounts_differ",)


class TestFuelly:
    HEAD = "car_name, model, mpg,  odometer, miles, gallons, price, city_percentage, fuelup_date, date_added, tags, notes, missed_fuelup, partial_fuelup, latitude, longitude\n"

    def test_the_total_is_rounded_half_to_even(self) -> None:
        rows = '"t","T",0,100.0,0,1,2.125,50,2014-07-07,x,"","",0,0,,\n"t","T",0,100.0,0,1,2.135,50,2014-07-07,x,"","",0,0,,\n'
        assert [fill.total for fill in only(FoundFill, read(self.HEAD + rows))] == [
            Decimal("2.12"),
            Decimal("2.14"),
        ]

    def test_two_equal_rows_are_two_things(self) -> None:
        row = '"t","T",0,62255.0,0,16.94,3.36,40,2014-01-21,x,"","",0,0,,\n'
        assert len(only(FoundFill, read(self.HEAD + row + row))) == 2

    def test_what_gallons_are_may_be_corrected(self) -> None:
        row = '"t","T",0,62255.0,0,16.94,3.36,40,2014-01-21,x,"","",0,0,,\n'
        said = [
            only(FoundFill, read(self.HEAD + row, answers={"quantity_unit": unit}))[0].unit
            for unit in ("gal_uk", "l")
        ]
        assert said == [QuantityUnit.GALLON_UK, QuantityUnit.GALLON_US]


class TestSpritmonitor:
    HEAD = "Datum;Km-Stand;Teil-Km;Spritmenge;Kosten;Währung;Tankart;Reifen;Strecken;Fahrweise;Kraftstoff;Bemerkung\n"

    @pytest.mark.parametrize(
        ("code", "energy", "unit"),
        [("1", Energy.DIESEL, "l"), ("20", Energy.PETROL, "l"), ("15", Energy.E85, "l"), ("12", Energy.LPG, "l"), ("13", Energy.CNG, "kg"),
         ("19", Energy.ELECTRIC, "kWh"), ("21", Energy.ADBLUE, "l"), ("23", Energy.HYDROGEN, "kg"), ("99", None, "l")],
    )  # fmt: skip
    def test_fuels(self, code: str, energy: Energy | None, unit: str) -> None:
        row = f'15.06.2016;231505,00;654,80;43,52;47,72;"EUR";1;2;10;3;{code};"a \\"b\\""\n'
        (fill,) = only(FoundFill, read(self.HEAD + row))
        assert (fill.energy, fill.unit, fill.note) == (energy, unit, 'a "b"')
        assert fill.extra == {
            "tyres": "winter",
            "roads": "motorway, country",
            "driving style": "fast",
        }

    def test_kinds_of_filling(self) -> None:
        rows = "".join(
            f'1{n}.06.2016;{n}00,00;0;43,52;47,72;"CHF";{n};1;6;1;1;""\n' for n in range(4)
        )
        items = read(self.HEAD + rows)
        assert [
            (fill.is_full, fill.missed_before, fill.currency) for fill in only(FoundFill, items)
        ] == [
            (True, False, "CHF"),
            (False, False, "CHF"),
            (True, True, "CHF"),
        ]
        assert [(bad.code, bad.cell) for bad in only(Bad, items)] == [("not_valid", "0")]

    def test_costs(self) -> None:
        head = "Datum;Km-Stand;Kostenart;Bezeichnung;Kosten;Währung;Bemerkung\n"
        rows = "".join(f'02.01.2026;0,00;{code};"";10,00;"EUR";""\n' for code in (2, 5, 10, 16, 18))
        items = read(head + rows)
        assert [(each.title, each.category) for each in only(FoundRecord, items)] == [
            ("repair", "repair")
        ]
        assert [(each.category, each.total) for each in only(FoundExpense, items)] == [
            (Category.INSURANCE, Decimal(10)), (None, Decimal(-10)), (Category.PARKING, Decimal(10)),
        ]  # fmt: skip
        (car,) = only(FoundCar, items)
        assert (car.purchase_price, car.purchased_on) == (Decimal(10), date(2026, 1, 2))


class TestSimplyAuto:
    HEAD = "Row ID,Vehicle ID,Odometer,Qty,Partial Tank,Missed Fill up,Total Cost,Distance Traveled,Eff,Octane,Fuel Brand,Filling Station,Notes,Day,Month,Year,Receipt Path,Latitude,Longitude,Record Type,Record Desc\n"

    def test_commas_that_nobody_quoted(self) -> None:
        row = "3,Car,10600,0,0,0,480.00,0,0,0,,Garage 1,new, set, of four,25,1,2026,,0,0,1,Engine Oil, Oil Filter\n"
        (record,) = only(FoundRecord, read(self.HEAD + row))
        assert (record.note, record.title, record.day) == (
            "new, set, of four",
            "Engine Oil, Oil Filter",
            date(2026, 1, 25),
        )
        assert [line.title for line in record.lines] == ["Engine Oil", "Oil Filter"]

    def test_what_cannot_be_repaired_is_bad(self) -> None:
        row = "3,Car,10600,0,0,0,480.00,0,0,0,,Garage 1,note,x,25,1,y,z,,w,1,Oil,b,c\n"
        assert [bad.code for bad in only(Bad, read(self.HEAD + row))] == ["cells_wrong"]

    def test_a_checkpoint_is_a_reading(self) -> None:
        row = "7,Car,11010,0,0,0,0,0,0,0,,,,13,12,2026,,0,0,4,adhoc\n"
        (reading,) = only(FoundReading, read(self.HEAD + row))
        assert (reading.odometer, reading.day) == (Decimal(11010), date(2026, 12, 13))

    def test_a_time_that_is_no_midnight_asks_where(self) -> None:
        text = "Row ID,Vehicle ID,Record Type,Service Name,Recurring,Due Miles,Due Days,Last Odo,Last Date\n1,Car,1,Oil,1,15000,365,10000,1767222000000.0\n"
        assert "time_zone" in asked(settled(text))
        (plan,) = only(FoundPlan, read(text, answers={"time_zone": "Europe/Paris"}))
        assert (plan.day, plan.every_distance, plan.every_days) == (
            date(2026, 1, 1),
            Decimal(15000),
            365,
        )


class TestTrees:
    def test_tracktor_takes_nothing_for_a_car_it_does_not_have(self) -> None:
        data = {
            "vehicles": [],
            "fuelLogs": [{"id": 1, "vehicleId": 9, "date": "2026-03-14", "fuelAmount": 1}],
        }
        (bad,) = only(Bad, read(json.dumps({"data": data})))
        assert (bad.code, bad.cell) == ("unknown_vehicle", "9")

    def test_may_knows_what_was_driven_on_the_other_fuel(self) -> None:
        fills = [
            {
                "date": f"2026-08-0{n}",
                "odometer": odometer,
                "volume": 30,
                "fuel_type": fuel,
                "fuel_distance": distance,
                "is_full_tank": True,
            }
            for n, odometer, fuel, distance in (
                (1, 1000, "lpg", None),
                (2, 1200, "petrol", 150),
                (3, 1400, "lpg", 290),
            )
        ]
        car = {"id": 1, "name": "Car", "odometer_unit": "mi", "fuel_logs": fills}
        tree = {
            "export_info": {},
            "user_preferences": {"volume_unit": "l", "currency": "GBP"},
            "vehicles": [car],
        }
        tree["export_info"] = {"username": "u"}
        items = only(FoundFill, read(json.dumps(tree)))
        assert [fill.distance_on_other for fill in items] == [None, None, 110]

    def test_may_by_hours(self) -> None:
        car = {
            "id": 1, "name": "Tractor", "tracking_unit": "hours", "odometer_unit": "km",
            "fuel_logs": [{"date": "2026-08-01", "odometer": 120.5, "volume": 30}],
            "maintenance_schedules": [{"name": "Oil", "interval_hours": 250}],
        }  # fmt: skip
        tree = {
            "export_info": {"a": 1},
            "user_preferences": {"volume_unit": "l", "currency": "EUR"},
            "vehicles": [car],
        }
        items = read(json.dumps(tree))
        (fill,) = only(FoundFill, items)
        assert (fill.odometer, fill.engine_hours) == (None, Decimal("120.5"))
        assert only(FoundCar, items)[0].by_hours
        assert only(FoundPlan, items)[0].every_hours == 250

    def test_mygarage_without_a_version_is_of_the_second(self) -> None:
        tree = {
            "vehicle": {"make": "Ford"},
            "fuel_records": [{"date": "2026-01-02", "mileage": 100, "gallons": 10.5}],
            "def_records": [{"date": "2026-01-02", "gallons": 2}],
        }
        fill, fluid = only(FoundFill, read(json.dumps(tree)))
        assert (fill.unit, fluid.energy) == (QuantityUnit.GALLON_US, Energy.ADBLUE)
        assert settled(json.dumps(tree)).facts["distance_unit"] == "mi"

    def test_the_replaced_system(self) -> None:
        rows = [
            {
                "model": "auth.user",
                "pk": 1,
                "fields": {"password": "secret-hash", "email": "a@b.c"},
            },
            {"model": "sessions.session", "pk": "k", "fields": {"session_data": "secret-session"}},
            {"model": "vehicles.brand", "pk": 3, "fields": {"name": "Renault"}},
            {
                "model": "vehicles.vehicle",
                "pk": 7,
                "fields": {
                    "owner": 1,
                    "brand": 3,
                    "model": "Clio",
                    "year": 2015,
                    "license_plate": "AA",
                    "fuel_type": "diesel",
                    "mileage": 90000,
                },
            },
            {
                "model": "maintenances.maintenance",
                "pk": 1,
                "fields": {
                    "vehicle": 7,
                    "service_date": "2025-05-13",
                    "service_type": "oil_change",
                    "cost": "89.90",
                    "mileage": 88000,
                    "status": "COMPLETED",
                },
            },
            {
                "model": "maintenances.maintenance",
                "pk": 2,
                "fields": {
                    "vehicle": 7,
                    "service_date": "2025-05-13",
                    "service_type": "x",
                    "status": "CANCELLED",
                },
            },
            {
                "model": "maintenances.maintenance",
                "pk": 3,
                "fields": {"vehicle": 8, "service_date": "2025-05-13"},
            },
        ]
        items = read(json.dumps(rows))
        assert "secret" not in repr(items)
        (car,) = only(FoundCar, items)
        assert (car.name, car.energies, car.odometer) == (
            "Renault Clio",
            (Energy.DIESEL,),
            Decimal(90000),
        )
        (record,) = only(FoundRecord, items)
        assert (record.total, record.odometer, record.is_done) == (
            Decimal("89.90"),
            Decimal(88000),
            True,
        )
        assert [bad.code for bad in only(Bad, items)] == ["unknown_vehicle"]
        assert [item.what for item in only(LeftOut, items)] == ["cancelled"]


class TestMapped:
    TABLE = "Fecha;Kilómetros;Litros;Importe;Lleno;Gasolinera\n13/05/2025;57.562;40,5;60,75;Sí;Repsol\n20/05/2025;58.010;38,2;57,30;No;Cepsa\n"

    def test_a_mapping_is_proposed_and_is_the_profile(self) -> None:
        (question,) = settled(self.TABLE).questions
        assert question.name == "mapping"
        proposed = json.loads(question.proposed or "")
        assert proposed == {
            "kind": "fill", "date": "fecha", "odometer": "kilómetros", "quantity": "litros", "total": "importe", "full": "lleno",
            "place": "gasolinera",
        }  # fmt: skip
        items = read(self.TABLE, answers={"mapping": question.proposed or ""})
        fills = only(FoundFill, items)
        assert [(fill.odometer, fill.quantity, fill.total, fill.is_full) for fill in fills] == [
            (Decimal(57562), Decimal("40.5"), Decimal("60.75"), True),
            (Decimal(58010), Decimal("38.2"), Decimal("57.30"), False),
        ]

    @pytest.mark.parametrize(
        "mapping",
        ["", "{", "[]", '{"kind": "fill"}', '{"kind": "fill", "date": "Fecha", "quantity": "Nada"}', '{"kind": "x", "date": "Fecha"}',
         '{"kind": "fill", "date": 1}', "9" * 30_000],
    )  # fmt: skip
    def test_one_that_does_not_fit_is_asked_again(self, mapping: str) -> None:
        assert asked(settled(self.TABLE, answers={"mapping": mapping})) == {"mapping"}

    def test_a_file_that_lost_its_head_is_mapped_by_number(self) -> None:
        """A real one had lost its sections and been wrapped by a spreadsheet."""
        text = '"57562.0,""2025-01-26 10:00:00"",""Super"",""104.7"",""2219"",""14.139"",""Yes"""\n"57900.5,""2025-02-26 10:00:00"",""Super"",""104.7"",""1480.32"",""14.139"",""Yes"""\n'
        mapping = json.dumps(
            {
                "kind": "fill",
                "odometer": "#1",
                "date": "#2",
                "energy": "#3",
                "unit_price": "#4",
                "total": "#5",
                "quantity": "#6",
                "full": "#7",
            }
        )
        fills = only(FoundFill, read(text, answers={"mapping": mapping}))
        assert [(fill.odometer, fill.total, fill.doubts) for fill in fills] == [
            (Decimal("57562.0"), 2219, ("amounts_differ",)),
            (Decimal("57900.5"), Decimal("1480.32"), ()),
        ]

    def test_several_cars(self) -> None:
        text = "Date,Car,Cost,Title\n2025-05-13,A,5,Wash\n2025-05-14,B,6,Park\n"
        mapping = json.dumps(
            {"kind": "expense", "date": "Date", "vehicle": "Car", "total": "Cost", "title": "Title"}
        )
        items = read(text, answers={"mapping": mapping})
        assert [car.name for car in only(FoundCar, items)] == ["A", "B"]
        assert [each.car for each in only(FoundExpense, items)] == ["A", "B"]

    def test_no_table_is_nobodys(self) -> None:
        assert recognise(parts_of("just a letter to a friend")) == []
        assert recognise(parts_of('{"a": 1}')) == []


def test_names_are_stable_words() -> None:
    assert [reader.name for reader in READERS] == [
        "lubelogger", "fuelio", "drivvo", "fuelly", "acar", "spritmonitor", "simplyauto", "mygarage", "tracktor", "may", "clarkson",
        "monolith", "autotrack_passport", "mapped",
    ]  # fmt: skip


def test_distances_are_said_in_the_cars_unit() -> None:
    head = LUBE + "14/02/2026,1000,30,9,0,False,False,,\n"
    assert settled(head, answers={"distance_unit": "mi"}).facts["distance_unit"] == DistanceUnit.MI
