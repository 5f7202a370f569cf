import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ai.domain.car import Car, Fuel
from services.ai.domain.diagnosis import diagnose, possible

DIESEL = Car(make="Peugeot", model="308", fuel=Fuel.DIESEL, gearbox="manual", year=2016)
PETROL = Car(make="Renault", model="Clio", fuel=Fuel.GASOLINE, gearbox="manual", year=2015)
ELECTRIC = Car(make="Renault", model="Zoe", fuel=Fuel.ELECTRIC, gearbox="automatic", year=2019)


class TestDiagnose:
    def test_a_specific_code_overrides_the_lamp_it_lit(self) -> None:
        assert diagnose("Voyant moteur allumé", ["P0455"], PETROL).urgency == "low"
        assert diagnose("Voyant moteur allumé", [], PETROL).urgency == "medium"

    def test_a_lamp_that_only_announces_adds_nothing(self) -> None:
        first = diagnose("", ["P0700", "P0741"], Car(gearbox="automatic")).causes[0].component
        assert first == "torque_converter"

    def test_what_is_denied_is_not_heard(self) -> None:
        assert (
            diagnose("Le voyant moteur ne clignote pas, il est fixe", [], PETROL).urgency
            == "medium"
        )
        assert (
            diagnose(
                "No smoke, no overheating, only a musty smell from the vents",
                [],
                PETROL,
                language="en",
            ).urgency
            == "low"
        )

    @pytest.mark.parametrize("car", [DIESEL, PETROL, ELECTRIC])
    def test_a_car_only_breaks_what_it_has(self, car: Car) -> None:
        parts = {
            one.component
            for text in (
                "à-coups à l'accélération",
                "démarrage difficile à froid",
                "perte de puissance",
            )
            for one in diagnose(text, [], car).causes
        }
        if car.fuel is not Fuel.GASOLINE:
            assert not parts & {"spark_plugs", "ignition_coil"}
        if car.fuel is not Fuel.DIESEL:
            assert not parts & {"glow_plugs", "dpf"}

    def test_costs_follow_country_and_class(self) -> None:
        usual = diagnose("Les freins grincent", [], PETROL, country="FR").cost
        swiss = diagnose("Les freins grincent", [], PETROL, country="CH").cost
        assert usual is not None
        assert swiss is not None
        assert swiss.high > usual.high

    @given(st.text(max_size=400), st.lists(st.text(max_size=12), max_size=5))
    def test_any_text_gets_an_answer(self, text: str, codes: list[str]) -> None:
        found = diagnose(text, codes, PETROL)
        assert found.urgency in {"low", "medium", "high"}
        assert found.safety
        assert abs(sum(one.likelihood for one in found.causes)) <= 1.05


class TestPossible:
    @pytest.mark.parametrize(
        ("component", "has", "has_not"),
        [
            ("spark_plugs", Car(fuel=Fuel.GASOLINE), Car(fuel=Fuel.DIESEL)),
            ("glow_plugs", Car(fuel=Fuel.DIESEL), Car(fuel=Fuel.GASOLINE)),
            ("dpf", Car(fuel=Fuel.GASOLINE, year=2018), Car(fuel=Fuel.GASOLINE, year=2017)),
            ("hv_battery", Car(fuel=Fuel.HYBRID), Car(fuel=Fuel.LPG)),
            ("onboard_charger", Car(fuel=Fuel.PLUGIN_HYBRID), Car(fuel=Fuel.HYBRID)),
            ("timing_belt", Car(timing_drive="belt"), Car(timing_drive="chain")),
            ("timing_chain", Car(timing_drive="chain"), Car(timing_drive="belt")),
            ("clutch", Car(gearbox="manual"), Car(gearbox="automatic")),
            ("torque_converter", Car(gearbox="automatic"), Car(gearbox="manual")),
            ("clutch", Car(gearbox="manual"), Car(fuel=Fuel.ELECTRIC, gearbox="manual")),
        ],
    )
    def test_one_car_has_it_and_another_has_not(
        self, component: str, has: Car, has_not: Car
    ) -> None:
        assert possible(component, has)
        assert not possible(component, has_not)
        assert possible(component, Car()), "of a car that says nothing everything is possible"
