"""What a printed history says of what it knows, and of what it does not."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.vehicles.domain.moving.book import Book, Entry, EntryKind, in_order
from services.vehicles.domain.moving.charts import Point, bars, line
from services.vehicles.domain.moving.history import Printed, history_facts
from services.vehicles.domain.moving.history_figures import (
    Consumed,
    CostTable,
    consumption_facts,
    cost_facts,
    meter_facts,
)
from services.vehicles.domain.moving.history_gaps import gaps_of
from shared.contracts.base import Language

MADE_ON = date(2026, 11, 30)


def book_of(*entries: Entry, born: str | None = None, **car: Any) -> Book:
    known = dict.fromkeys(
        ("plate", "vin", "year", "color", "odometer_m", "odometer_on", "hours_min")
    )
    facts: dict[str, Any] = {**known, "name": "Clio", "energies": [], "distance_unit": "km"}
    return Book(facts | {"first_registered_on": born} | car, in_order(entries), {})


def work_on(day: str, status: str = "COMPLETED", **facts: Any) -> Entry:
    said = {"services": ["oil_change"], "kind": "service", "status": status} | facts
    return Entry(EntryKind.MAINTENANCE, uuid4(), date.fromisoformat(day), said)


def told(book: Book, *read_on: str) -> list[tuple[Any, ...]]:
    found = gaps_of(book, [date.fromisoformat(day) for day in read_on], MADE_ON)
    return [(each["word"], each.get("first"), each.get("last")) for each in found]


class TestGaps:
    def test_none_where_something_is_known_of_every_year(self) -> None:
        book = book_of(work_on("2025-12-01"), work_on("2026-11-01"), born="2025-01-01")
        assert told(book, "2025-12-01", "2026-11-01") == []

    def test_between_what_is_known_before_it_and_since(self) -> None:
        book = book_of(work_on("2012-01-01"), work_on("2014-06-01"), born="2006-03-14")
        assert told(book) == [
            ("GAP_BEFORE", "2006-03-14", "2012-01-01"),
            ("GAP_SILENT", "2012-01-01", "2014-06-01"),
            ("GAP_SINCE", "2014-06-01", "2026-11-30"),
        ]

    def test_work_without_a_reading_is_a_gap_of_the_meter_only(self) -> None:
        book = book_of(work_on("2025-06-01"), work_on("2026-03-01"))
        assert told(book, "2025-01-01", "2026-11-01") == [
            ("GAP_UNREAD", "2025-01-01", "2026-11-01")
        ]

    def test_what_is_planned_or_called_off_did_not_happen(self) -> None:
        book = book_of(
            work_on("2022-01-01"),
            work_on("2023-01-01", "CANCELLED"),
            work_on("2027-01-01"),
            work_on("2024-01-01", "SCHEDULED"),
        )
        assert told(book) == [("GAP_SINCE", "2022-01-01", "2026-11-30")]

    def test_readings_that_are_not_believed_are_counted(self) -> None:
        doubted = Entry(
            EntryKind.READING, uuid4(), date(2026, 11, 1), {"status": "QUARANTINED", "value": 1}
        )
        assert gaps_of(book_of(doubted), [], MADE_ON) == [{"word": "GAP_DOUBTED", "count": 1}]

    def test_of_nothing_there_is_nothing_to_say(self) -> None:
        assert gaps_of(book_of(born="2006-03-14"), [], MADE_ON) == []


class TestCosts:
    def test_the_most_expensive_kinds_have_columns_and_nothing_is_lost(self) -> None:
        kinds = ["toll", "energy", "repair", "tax", "fine", "tyres", "other"]
        rows = [(2026, [1, 700, 30, 40, 5, 60, 2]), (2025, [1, 0, 0, 0, 0, 0, 3])]
        found = cost_facts(CostTable("EUR", kinds, rows), Language.EN)
        assert found["categories"] == ["Energy", "Tyres", "Tax", "Repair", "Fine", "Other kinds"]
        cells = [[cell["amount"] for cell in row["cells"]] for row in found["rows"]]
        assert cells == [
            ["7.00", "0.60", "0.40", "0.30", "0.05", "0.03"],
            ["0.00", "0.00", "0.00", "0.00", "0.00", "0.04"],
        ]
        assert [row["total"]["amount"] for row in found["rows"]] == ["8.38", "0.04"]
        assert found["total"]["amount"] == "8.42"
        assert [(each["name"], each["sum"]["amount"]) for each in found["kinds"]][-2:] == [
            ("Other expense", "0.05"),
            ("Toll", "0.02"),
        ]

    def test_up_to_six_kinds_stand_for_themselves(self) -> None:
        found = cost_facts(CostTable("EUR", ["energy", "tax"], [(2026, [1, 2])]), Language.EN)
        assert (found["categories"], found["kinds"]) == (["Tax", "Energy"], [])
        assert found["chart"] is None, "one bar tells nothing"

    def test_refunds_that_outweigh_a_year_are_not_drawn(self) -> None:
        costs = CostTable("EUR", ["tax"], [(2026, [-5]), (2025, [5])])
        assert cost_facts(costs, Language.EN)["chart"] is None


class TestFigures:
    def test_an_energy_without_a_figure_has_no_heading(self) -> None:
        assert consumption_facts(Consumed("adblue", "l/100 km", None, []), Language.FR) is None

    def test_each_month_stands_under_its_name(self) -> None:
        months = [(date(2025, 11, 1), 5.5), (date(2025, 12, 1), None), (date(2026, 2, 1), 6.5)]
        found = consumption_facts(Consumed("petrol", "l/100 km", 6.0, months), Language.EN)
        assert found is not None
        assert [
            (row["year"], row["cells"].index(value))
            for row, value in zip(found["years"], (6.5, 5.5), strict=True)
        ] == [(2026, 1), (2025, 10)]

    def test_years_nobody_read_the_meter_in_are_told(self) -> None:
        readings = [(date(2022, 1, 1), 1_000_000), (date(2022, 12, 1), 9_000_000)]
        readings += [(date(2023, 6, 1), 12_000_000), (date(2025, 6, 1), 30_000_000)]
        found = meter_facts(readings, "km", Language.EN)
        assert found is not None
        assert [(row["year"], row["shown"], row["during"]) for row in found["years"]] == [
            (2025, 30_000, None),
            (2024, None, None),
            (2023, 12_000, 3_000),
            (2022, 9_000, None),
        ]
        assert "stroke-dasharray" in found["chart"], "the line says where nobody looked"

    def test_a_meter_of_hours(self) -> None:
        found = meter_facts([(date(2025, 1, 1), 600), (date(2025, 7, 1), 5_400)], "h", Language.FR)
        assert found is not None
        assert (found["title"], found["years"][0]["shown"]) == ("Heures de marche", 90)
        assert "stroke-dasharray" not in found["chart"]

    @pytest.mark.parametrize(("mark", "label"), [(".", ">20,000<"), (",", ">20\u00a0000<")])
    def test_an_axis_is_written_as_its_readers_write(self, mark: str, label: str) -> None:
        assert label in bars(["2025"], [20_000.0], decimal=mark)
        points = [Point(date(2025, 1, 1), 0.0), Point(date(2025, 2, 1), 20_000.0)]
        assert label in line(points, decimal=mark)


class TestPage:
    def test_columns_that_would_be_empty_are_not_there(self) -> None:
        entry = work_on("2026-01-05")
        facts = history_facts(
            book_of(entry, meter="hours", hours_min=9_330, energies=["diesel", "adblue"]),
            Printed(None, [], [], [(date(2026, 1, 5), 9_330)], {}, 0, 1),
            language=Language.FR,
            made_on=MADE_ON,
            with_costs=True,
        )
        assert not any(facts[f"has_{name}"] for name in ("distances", "amounts", "papers"))
        said = {row["label"]: row["value"] for row in facts["car"]}
        assert said == {"Énergie": "Gazole, AdBlue", "Heures de marche": 156}
        counts = {row["label"]: row["value"] for row in facts["summary"] if row["kind"] == "count"}
        assert counts == {"Interventions": 1, "Relevés du compteur": 1, "Justificatifs": 0}

    def test_work_with_a_paper_is_counted(self) -> None:
        one, other = work_on("2026-01-05"), work_on("2026-02-05")
        book = book_of(one, other)
        papers: dict[str, list[UUID]] = {str(one.id): [uuid4()]}
        facts = history_facts(
            Book(book.car, book.entries, papers),
            Printed(None, [], [], [], {}, 0, 0),
            language=Language.EN,
            made_on=MADE_ON,
            with_costs=True,
        )
        said = {row["label"]: row["value"] for row in facts["summary"]}
        assert (said["Times worked on"], said["Work with a paper"]) == (2, 1)
