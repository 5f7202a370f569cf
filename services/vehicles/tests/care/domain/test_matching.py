from uuid import UUID

import pytest

from services.vehicles.domain.care.matching import suggest

OIL, CABIN, BRAKES, WAX, COOLANT = (UUID(int=n) for n in range(1, 6))
PLANS: dict[UUID, tuple[str, str | None]] = {
    OIL: ("oil_change", None),
    CABIN: ("cabin_filter", None),
    BRAKES: ("brakes_inspection", None),
    WAX: ("wash_and_wax", "Lavage et cire"),
    COOLANT: ("coolant", None),
}


def found_in(*texts: str, services: tuple[str, ...] = ("other",)) -> set[UUID]:
    found = suggest(list(texts), services=services, fuel="gasoline", plans=PLANS)
    assert all(suggestion.because in (*texts, *services) for suggestion in found)
    return {suggestion.plan for suggestion in found}


class TestSuggest:
    @pytest.mark.parametrize(
        ("line", "plans"),
        [
            ("Révision annuelle 120 €", {OIL, CABIN, BRAKES}),
            ("Annual service", {OIL, CABIN, BRAKES}),
            ("Revisión oficial", {OIL, CABIN, BRAKES}),
            ("Vidange moteur 5W30", {OIL}),
            ("Cambio de aceite", {OIL}),
            ("Remplacement liquide de refroidissement", {COOLANT}),
            ("lavage et cire", {WAX}),
            ("Prochaine vidange à 75 000 km", set()),
            ("Parking", set()),
        ],
    )
    def test_in_french_english_and_spanish(self, line: str, plans: set[UUID]) -> None:
        assert found_in(line) == plans

    def test_a_general_service_usually_holds_the_standard_ones(self) -> None:
        assert found_in(services=("general_service",)) == {OIL, CABIN, BRAKES}

    def test_several_lines(self) -> None:
        assert found_in("Filtre à pollen", "LR complet", "Lavage et cire offert") == {CABIN, WAX}
