import pytest

from services.vehicles.api.cars.vehicles import FuelType
from services.vehicles.domain.care.services import (
    bundles,
    canonical,
    service_name,
    service_types,
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


class TestCanonical:
    @pytest.mark.parametrize(
        ("said", "service"),
        [
            ("vidange", "oil_change"),
            ("oil", "oil_change"),
            ("cambio_de_aceite", "oil_change"),
            ("cambio_aceite", "oil_change"),
            ("filtro_de_aire", "air_filter"),
            ("timing_belt", "timing_belt"),
            ("courroie_de_distribution", "timing_belt"),
            ("filtre_a_huile", "oil_change"),
            ("brake_fluid", "brake_fluid"),
            ("general_service", "general_service"),
            ("ct", "ct"),
        ],
    )
    def test_a_service_by_what_it_is_called(self, said: str, service: str) -> None:
        assert canonical(said) == service

    def test_the_filter_is_part_of_the_oil_change(self) -> None:
        assert canonical("oil_filter") == "oil_change"
        assert canonical("my_own_ritual") == "my_own_ritual"
        assert service_name("my_own_ritual") is None
