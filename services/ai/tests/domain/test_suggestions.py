from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from services.ai.domain.car import Car, Fuel
from services.ai.domain.history import Record
from services.ai.domain.intervals import drive_of, inspection_due, plus_months
from services.ai.domain.suggestions import due

TODAY = date(2025, 11, 15)
CAR = Car(
    make="Renault",
    model="Clio",
    year=2015,
    fuel=Fuel.GASOLINE,
    gearbox="manual",
    mileage_km=120_000,
)


class TestDue:
    @given(
        st.lists(
            st.tuples(
                st.dates(date(2010, 1, 1), date(2030, 1, 1)),
                st.one_of(st.none(), st.integers(0, 10**6)),
                st.text(max_size=60),
            ),
            max_size=8,
        )
    )
    def test_any_history_gets_at_most_five_without_repeats(
        self, rows: list[tuple[date, int | None, str]]
    ) -> None:
        found = due(CAR, [Record(on, km, text) for on, km, text in rows], today=TODAY, country="FR")
        services = [one.service for one in found.items]
        assert len(services) <= 5
        assert len(set(services)) == len(services)

    def test_an_odometer_that_runs_back_is_said_so(self) -> None:
        found = due(CAR, [Record(date(2025, 1, 1), 180_000, "Vidange")], today=TODAY)
        assert "odometer_runs_back" in found.warnings
        assert found.mileage_km == 180_000

    def test_a_record_from_the_future_does_not_count(self) -> None:
        found = due(CAR, [Record(date(2026, 1, 1), 120_000, "Vidange")], today=TODAY)
        assert "oil_change" in [one.service for one in found.items]
        assert "record_in_the_future" in found.warnings

    def test_a_yearly_distance_stands_in_for_an_odometer(self) -> None:
        car = Car(make="Renault", model="Clio", year=2015, fuel=Fuel.GASOLINE, gearbox="manual")
        found = due(car, [], today=TODAY, annual_km=15_000)
        assert found.mileage_is_estimate
        assert found.mileage_km is not None
        assert 140_000 < found.mileage_km < 170_000


class TestIntervals:
    def test_belt_or_chain(self) -> None:
        assert drive_of(Car(make="Toyota", fuel=Fuel.HYBRID, year=2018)) == "chain"
        assert (
            drive_of(Car(make="Peugeot", engine="1.2 PureTech", fuel=Fuel.GASOLINE, year=2016))
            == "belt"
        )
        assert (
            drive_of(
                Car(
                    make="Mercedes-Benz",
                    model="Classe A",
                    engine="180 d",
                    fuel=Fuel.DIESEL,
                    year=2015,
                )
            )
            == "belt"
        )
        assert (
            drive_of(
                Car(
                    make="Mercedes-Benz",
                    model="Classe E",
                    engine="220 d",
                    fuel=Fuel.DIESEL,
                    year=2015,
                )
            )
            == "chain"
        )
        assert drive_of(Car(make="Suzuki", fuel=Fuel.GASOLINE, year=2015)) is None
        assert (
            drive_of(Car(make="Toyota", fuel=Fuel.GASOLINE, year=2018, timing_drive="belt"))
            == "belt"
        )

    def test_each_countrys_inspection(self) -> None:
        young = Car(year=2022, first_registration=date(2022, 1, 15))
        old = Car(year=2010, first_registration=date(2010, 1, 15))
        last = date(2024, 6, 1)
        assert inspection_due(young, None, "FR") == date(2026, 1, 15)
        assert inspection_due(young, None, "DE") == date(2025, 1, 15)
        assert inspection_due(old, last, "FR") == date(2026, 6, 1)
        assert inspection_due(old, last, "ES") == date(2025, 6, 1)
        assert inspection_due(old, last, "GB") == date(2025, 6, 1)
        assert inspection_due(Car(), None, "FR") is None

    def test_months_are_added_across_years(self) -> None:
        assert plus_months(date(2025, 11, 30), 3) == date(2026, 2, 28)
