from dataclasses import dataclass

import pytest

from services.vehicles.domain.care.services import OIL_CHANGE
from services.vehicles.domain.care.templates import (
    CONDITIONS,
    Fit,
    Use,
    fit,
    intervals,
    makers_figures,
    source_texts,
    template,
    templates,
    version,
)


@dataclass
class Car:
    make: str = "Peugeot"
    model: str = "308"
    year: int | None = 2019
    fuel_type: str | None = "gasoline"
    transmission: str | None = None


class TestTemplates:
    def test_oil_every_15000_km_or_12_months(self) -> None:
        oil = templates()[OIL_CHANGE]
        assert intervals(oil, Use.NORMAL) == (15_000_000, 12)
        assert [oil.name.fr, oil.name.en, oil.name.es] == [
            "Vidange moteur et filtre à huile",
            "Engine oil and filter",
            "Cambio de aceite y filtro",
        ]

    def test_severe_use_is_sooner_in_round_figures(self) -> None:
        oil = templates()[OIL_CHANGE]
        assert intervals(oil, Use.SEVERE) == (9_000_000, 7)
        for ready in templates().values():
            for normal, severe in zip(
                intervals(ready, Use.NORMAL), intervals(ready, Use.SEVERE), strict=True
            ):
                assert (normal is None) == (severe is None)
                assert severe is None or normal is None or 0 < severe <= normal

    def test_each_says_its_version_and_sources(self) -> None:
        assert version() == "service_intervals/1"
        for ready in templates().values():
            assert all(source_texts(ready))
            assert ready.sources

    def test_what_is_part_of_another_or_a_country_rule_is_none(self) -> None:
        assert "oil_filter" not in templates()
        assert "technical_inspection" not in templates()
        assert template("engine_oil") == templates()[OIL_CHANGE]

    def test_every_condition_is_told_in_three_languages(self) -> None:
        asked = {ready.requires for ready in templates().values() if ready.requires}
        assert asked == set(CONDITIONS)


class TestFit:
    @pytest.mark.parametrize(
        ("name", "car", "found"),
        [
            (OIL_CHANGE, Car(), Fit.YES),
            (OIL_CHANGE, Car(fuel_type="electric"), Fit.NO),
            (OIL_CHANGE, Car(fuel_type=None), Fit.YES),
            ("atf", Car(transmission="manual"), Fit.NO),
            ("timing_belt", Car(), Fit.ASK),
            ("timing_belt", Car(fuel_type="electric"), Fit.NO),
            ("dpf_check", Car(fuel_type="diesel", year=2015), Fit.YES),
            ("dpf_check", Car(fuel_type="diesel", year=2001), Fit.ASK),
            ("dpf_check", Car(fuel_type="diesel", year=None), Fit.ASK),
            ("ev_service", Car(make="Tesla", fuel_type="electric"), Fit.ASK),
            ("ev_service", Car(make="Renault", fuel_type="electric"), Fit.YES),
        ],
    )
    def test_what_is_known_of_a_car_decides(self, name: str, car: Car, found: Fit) -> None:
        assert fit(templates()[name], car) is found
        sure = fit(templates()[name], car, is_confirmed=True)
        assert sure is (Fit.NO if found is Fit.NO else Fit.YES)


class TestMakersFigures:
    def test_a_wet_belt_is_every_100000_km_or_72_months(self) -> None:
        [figure] = makers_figures("timing_belt", Car())
        assert (figure.every_metres, figure.every_months) == (100_000_000, 72)
        assert "puretech" in figure.engines
        assert figure.confidence == "verified"
        assert makers_figures("timing_belt", Car(year=2024)) == []
        assert makers_figures("timing_belt", Car(make="Lada")) == []

    def test_a_chain_is_none_at_all(self) -> None:
        [figure] = makers_figures("timing_belt", Car(make="KIA", model="Ceed"))
        assert figure.is_none
