import pytest

from services.ai.domain.history import read_record


class TestReadRecord:
    @pytest.mark.parametrize(
        ("text", "done"),
        [
            ("Vidange + filtre à huile", {"oil_change"}),
            ("Vidange boîte de vitesses", {"manual_gearbox_oil"}),
            ("Vidange BVA", {"atf"}),
            ("Cambio aceite caja automática", {"atf"}),
            ("Vidange liquide de frein", {"brake_fluid"}),
            ("Vidange et purge liquide de frein", {"oil_change", "brake_fluid"}),
            ("Líquido de frenos, ITV", {"brake_fluid", "technical_inspection"}),
            ("Vidange (huile 5W30) - filtre à gasoil", {"oil_change", "fuel_filter"}),
            ("Remplacement kit distribution + pompe à eau", {"timing_belt"}),
            ("Recharge clim + filtre habitacle", {"ac_service", "cabin_filter"}),
            ("A/C service", {"ac_service"}),
            ("Batterie de traction contrôle SOH", {"hv_battery_check"}),
            ("4 pneus neufs et géométrie", {"tyres_wear", "wheel_alignment_check"}),
            (
                "Annual service and MOT",
                {"oil_change", "cabin_filter", "brakes_inspection", "technical_inspection"},
            ),
            ("engine_oil", {"oil_change"}),
        ],
    )
    def test_what_was_done_counts(self, text: str, done: set[str]) -> None:
        assert read_record(text).done == done

    @pytest.mark.parametrize(
        "text",
        [
            "Devis courroie de distribution",
            "Plaquettes avant à prévoir",
            "Courroie de distribution non effectuée",
            "Brake fluid recommended",
            "Contrôle courroie de distribution",
            "Contrôle niveau d'huile",
            "Appoint huile moteur",
            "Presupuesto correa de distribución",
            "Timing belt due at next service",
            "",
        ],
    )
    def test_what_was_planned_quoted_or_looked_at_does_not(self, text: str) -> None:
        assert read_record(text).done == set()

    def test_a_failed_inspection_is_told_apart(self) -> None:
        assert read_record("Contrôle technique défavorable").failed_inspection
        assert read_record("Contre-visite favorable").done == {"technical_inspection"}

    def test_a_service_of_an_electric_car_changes_no_oil(self) -> None:
        assert read_record("Révision", electric=True).done == {
            "ev_service",
            "cabin_filter",
            "brakes_inspection",
        }

    def test_the_gearbox_of_the_car_decides_whose_oil_it_was(self) -> None:
        assert read_record("Vidange boîte de vitesses", automatic=True).done == {"atf"}
        assert read_record("Vidange BVA", automatic=False).done == {"manual_gearbox_oil"}
