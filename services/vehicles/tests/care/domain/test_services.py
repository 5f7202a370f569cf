from services.vehicles.api.cars.vehicles import FuelType
from services.vehicles.domain.care.services import (
    OIL_CHANGE,
    bundles,
    canonical,
    service_name,
    service_types,
    templates,
)
from shared.contracts.base import Language


class TestServiceTypes:
    def test_every_service_has_a_name_in_three_languages(self) -> None:
        assert len(service_types()) == 33
        for service in service_types().values():
            names = {service.name.into(language) for language in Language}
            assert all(name.strip() for name in names)
            assert len(names) > 1

    def test_bundles_name_known_services(self) -> None:
        for bundle in bundles():
            for service in bundle.resets:
                assert service.partition("_if_")[0] in service_types()

    def test_fuels_are_the_ones_cars_may_have(self) -> None:
        for service in service_types().values():
            assert service.fuels is None or service.fuels <= set(FuelType)


class TestTemplates:
    def test_oil_every_15000_km_or_12_months(self) -> None:
        oil = templates()[OIL_CHANGE]
        assert (oil.every_metres, oil.every_months) == (15_000_000, 12)
        assert [oil.name.fr, oil.name.en, oil.name.es] == [
            "Vidange moteur et filtre à huile",
            "Engine oil and filter",
            "Cambio de aceite y filtro",
        ]

    def test_an_electric_car_needs_no_oil(self) -> None:
        oil = templates()[OIL_CHANGE]
        assert not oil.suits(fuel="electric", transmission=None)
        assert oil.suits(fuel=None, transmission=None)

    def test_what_depends_on_the_engine_is_no_template(self) -> None:
        assert "timing_belt" not in templates()
        assert "oil_filter" not in templates()


class TestCanonical:
    def test_the_filter_is_part_of_the_oil_change(self) -> None:
        assert canonical("oil_filter") == "oil_change"
        assert canonical("my_own_ritual") == "my_own_ritual"
        assert service_name("my_own_ritual") is None
