from datetime import date
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.vehicles.domain.care.draft import (
    Car,
    DraftWarning,
    Found,
    Missing,
    PaperFacts,
    PaperLine,
    choose_car,
    lines_add_up,
    missing_from,
    read_facts,
)
from services.vehicles.domain.care.lines import LineKind
from services.vehicles.domain.cars.units import DistanceUnit
from shared.money import Money

TODAY = date(2026, 11, 22)
ONE, TWO = UUID(int=1), UUID(int=2)


def facts(*lines: PaperLine, **fields: str) -> PaperFacts:
    found = {name: Found(value, 0.9) for name, value in fields.items()}
    return read_facts(found, lines, today=TODAY)


class TestReadFacts:
    def test_a_plain_invoice(self) -> None:
        read = facts(
            PaperLine("Vidange", "1", "89.00", "89.00"),
            PaperLine("Main d'oeuvre", "1.5", "60.00", "90.00"),
            vendor=" Garage  du Parc ",
            date="2026-06-12",
            mileage="58 240",
            mileage_unit="km",
            total="214.80",
            tax="35.80",
            currency="EUR",
            plate="ab-123-cd",
        )
        assert read.vendor == "Garage du Parc"
        assert (read.distance, read.distance_unit) == (58240, DistanceUnit.KM)
        assert (read.total, read.tax) == (Money(21480, "EUR"), Money(3580, "EUR"))
        assert read.plate == "AB123CD"
        assert [line.kind for line in read.lines] == [LineKind.PART, LineKind.LABOUR]
        assert read.warnings == ()

    def test_what_makes_no_sense_stays_empty(self) -> None:
        read = facts(date="0000-00-00", mileage="beaucoup", total="NaN", tax="-1", currency="€")
        assert (read.service_date, read.distance, read.total, read.tax) == (None, None, None, None)

    def test_a_date_to_come_is_not_a_service_date(self) -> None:
        read = facts(date="2027-01-01")
        assert read.service_date is None
        assert read.warnings == (DraftWarning.DATE_IN_FUTURE,)

    def test_doubtful_fields_are_named(self) -> None:
        read = read_facts({"total": Found("10.00", 0.4)}, (), today=TODAY)
        assert read.unsure == ("total",)
        assert read.warnings == (DraftWarning.CURRENCY_ASSUMED,)

    @given(
        st.dictionaries(
            st.sampled_from(
                [
                    "date",
                    "mileage",
                    "mileage_unit",
                    "total",
                    "tax",
                    "currency",
                    "plate",
                    "vin",
                    "vendor",
                ]
            ),
            st.text(max_size=40),
        ),
        st.lists(st.builds(PaperLine, st.text(), st.text(), st.text(), st.text()), max_size=4),
    )
    def test_any_paper_can_be_read(self, fields: dict[str, str], lines: list[PaperLine]) -> None:
        read = facts(*lines, **fields)
        assert read.total is None or read.total.amount_minor >= 0
        assert read.distance is None or 0 <= read.distance <= 3_000_000
        assert "\x00" not in f"{read.vendor}"


class TestChooseCar:
    def test_named_then_paper_then_the_only_one(self) -> None:
        cars = [Car(ONE, "AA111AA", None), Car(TWO, "BB222BB", None)]
        assert choose_car(cars, named=ONE, plate=None, vin=None).vehicle_id == ONE
        assert choose_car(cars, named=None, plate="BB222BB", vin=None).vehicle_id == TWO
        assert choose_car(cars, named=None, plate=None, vin=None).vehicle_id is None
        assert choose_car(cars[:1], named=None, plate=None, vin=None).vehicle_id == ONE
        assert choose_car([], named=None, plate="AA111AA", vin=None).vehicle_id is None

    def test_a_misread_plate_finds_its_car(self) -> None:
        cars = [Car(ONE, "FX482KO", None), Car(TWO, "BB222BB", None)]
        assert choose_car(cars, named=None, plate="FX482K0", vin=None).vehicle_id == ONE

    def test_a_stranger_plate_is_not_put_on_the_only_car(self) -> None:
        choice = choose_car([Car(ONE, "AA111AA", None)], named=None, plate="ZX987YW", vin=None)
        assert choice.vehicle_id is None
        assert choice.warnings == (DraftWarning.PLATE_DIFFERS,)

    def test_a_car_without_a_plate_may_be_any(self) -> None:
        cars = [Car(ONE, None, None)]
        assert choose_car(cars, named=None, plate="ZX987YW", vin=None).vehicle_id == ONE


class TestMissing:
    def test_each_gap_is_named(self) -> None:
        nothing = missing_from(
            vehicle_id=None, service_date=None, services=[], distance=None, cost=None
        )
        assert nothing == tuple(Missing)

    def test_nothing_missing(self) -> None:
        everything = missing_from(
            vehicle_id=ONE,
            service_date=TODAY,
            services=["oil_change"],
            distance=0,
            cost=Money(0, "EUR"),
        )
        assert everything == ()


class TestCreditNotes:
    def test_it_says_so(self) -> None:
        read = facts(
            PaperLine("Moteur", amount="215.00"),
            total="258.00", tax="43.00", currency="EUR", subtype="credit_note",
        )  # fmt: skip
        assert read.is_credit_note
        assert (read.total, read.tax) == (Money(-25_800, "EUR"), Money(-4_300, "EUR"))
        assert read.warnings == (DraftWarning.CREDIT_NOTE,)
        assert lines_add_up(read.lines, total=read.total, tax=read.tax)

    def test_or_its_total_is_negative(self) -> None:
        read = facts(total="-258.00", tax="43.00", currency="EUR")
        assert (read.is_credit_note, read.tax) == (True, Money(-4_300, "EUR"))

    def test_an_invoice_is_none(self) -> None:
        read = facts(
            PaperLine("Remise", amount="-10.00"), total="258.00", tax="-43.00", currency="EUR"
        )
        assert (read.is_credit_note, read.total, read.tax) == (False, Money(25_800, "EUR"), None)
        assert read.lines[0].kind is LineKind.DISCOUNT

    def test_amounts_have_the_decimals_of_their_currency(self) -> None:
        assert facts(total="85.750", currency="TND").total == Money(85_750, "TND")
        assert facts(total="59000.00", currency="XOF").total == Money(59_000, "XOF")


class TestLinesAddUp:
    def test_with_or_without_tax(self) -> None:
        lines = facts(PaperLine("a", amount="50.00"), PaperLine("b", amount="50.00")).lines
        tax = Money(2000, "EUR")
        assert lines_add_up(lines, total=Money(12000, "EUR"), tax=tax)
        assert lines_add_up(lines, total=Money(10000, "EUR"), tax=tax)
        assert not lines_add_up(lines, total=Money(15000, "EUR"), tax=tax)

    def test_unknown_amounts_give_no_doubt(self) -> None:
        lines = facts(PaperLine("a"), PaperLine("b", amount="50.00")).lines
        assert lines_add_up(lines, total=Money(15000, "EUR"), tax=None)
