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
    def test_the_filter_is_part_of_the_oil_change(self) -> None:
        assert canonical("oil_filter") == "oil_change"
        assert canonical("my_own_ritual") == "my_own_ritual"
        assert service_name("my_own_ritual") is None
