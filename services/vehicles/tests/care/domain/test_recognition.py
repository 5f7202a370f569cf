import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.vehicles.domain.care.recognition import plain, recognise
from services.vehicles.domain.care.services import service_types


def services(*lines: str, fuel: str | None = "gasoline") -> set[str]:
    return {found.service for found in recognise(lines, fuel=fuel)}


class TestRecognise:
    @pytest.mark.parametrize(
        ("line", "wanted"),
        [
            ("Vidange moteur 5W30 C3", "oil_change"),
            ("FORFAIT VIDANGE + FILTRE A HUILE", "oil_change"),
            ("Engine oil 5W-30 (5 L)", "oil_change"),
            ("Oil filter", "oil_change"),
            ("Aceite motor 5W30", "oil_change"),
            ("Filtro de aceite", "oil_change"),
            ("Filtre à air", "air_filter"),
            ("Filtre habitacle charbon", "cabin_filter"),
            ("Filtro de habitáculo", "cabin_filter"),
            ("Plaquettes de frein avant (jeu)", "brake_pads_front_wear"),
            ("Front brake pads", "brake_pads_front_wear"),
            ("Pastillas de freno delanteras", "brake_pads_front_wear"),
            ("Disques de frein avant (x2)", "brake_discs_wear"),
            ("Liquide de frein DOT4", "brake_fluid"),
            ("Pneu 205/55 R16 91V", "tyres_wear"),
            ("Tyre 195/65 R15", "tyres_wear"),
            ("Courroie accessoires", "accessory_belt"),
            ("Kit de distribution + pompe à eau", "timing_belt"),
            ("Balai d'essuie-glace AV", "wipers"),
            ("Vidange boîte automatique", "atf"),
            ("Contrôle technique périodique", "technical_inspection"),
        ],
    )
    def test_what_garages_print(self, line: str, wanted: str) -> None:
        assert services(line) == {wanted}

    @pytest.mark.parametrize(
        "line",
        [
            "Main d'oeuvre atelier T1",
            "Mano de obra (1,8 h)",
            "Labour, 1.5 h",
            "Recyclage / mise au rebut",
            "Plaquettes de frein arrière",
            "Prochaine vidange à 95 000 km",
            "Amazon Web Services, EC2",
            "Essence SP95-E10 42,3 L",
            "",
        ],
    )
    def test_what_is_no_such_service(self, line: str) -> None:
        assert services(line) == set()

    def test_the_longer_name_wins(self) -> None:
        assert services("Vidange boîte auto") == {"atf"}
        assert services("Filtre à particules", fuel="diesel") == {"dpf_check"}

    def test_a_misread_letter_is_forgiven(self) -> None:
        assert services("Vidanqe moteur") == {"oil_change"}
        assert services("Liquide de freim") == {"brake_fluid"}

    def test_boxes_not_ticked_are_not_done(self) -> None:
        line = "[x] Vidange huile moteur [x] Filtre à huile [ ] Filtre à air [x] Filtre habitacle"
        assert services(line) == {"oil_change", "cabin_filter"}

    def test_a_package_covers_several(self) -> None:
        assert services("Révision complète") >= {"oil_change", "air_filter", "spark_plugs"}
        assert "spark_plugs" not in services("Révision complète", fuel="diesel")

    def test_the_car_rules_out_what_it_has_not(self) -> None:
        assert services("Vidange", fuel="electric") == set()
        assert services("Plaquettes avant", fuel="electric") == {"brake_pads_front_wear_regen"}

    def test_each_service_once_in_the_order_of_the_lines(self) -> None:
        found = recognise(["Filtre à air", "Vidange", "Filtre à huile"], fuel=None)
        assert [each.service for each in found] == ["air_filter", "oil_change"]

    @given(st.lists(st.text(max_size=80), max_size=5), st.none() | st.just("diesel"))
    def test_any_text_gives_known_services(self, lines: list[str], fuel: str | None) -> None:
        assert all(found.service in service_types() for found in recognise(lines, fuel=fuel))


class TestPlain:
    def test_accents_elisions_and_small_words_go(self) -> None:
        assert plain("Filtre d’habitacle À l'œuvre") == "filtre habitacle oeuvre"

    @given(st.text(max_size=60))
    def test_plain_text_stays_plain(self, text: str) -> None:
        assert plain(plain(text)) == plain(plain(plain(text)))
