import pytest

from services.ai.domain.grounding import (
    cited,
    is_grounded,
    known_numbers,
    sentences,
    without_citations,
)

KNOWN = known_numbers(["tous les 15 000 km ou 12 mois", "70 à 220 € TTC"])


class TestGrounded:
    @pytest.mark.parametrize(
        "said",
        [
            "Tous les 15 000 km.",
            "Every 15,000 km.",
            "Cada 15.000 km o 12 meses.",
            "De 70 à 220 €.",
            "Bientôt.",
            "Deux fois 3 roues.",
        ],
    )
    def test_figures_of_the_facts_pass(self, said: str) -> None:
        assert is_grounded(said, KNOWN)

    @pytest.mark.parametrize(
        "said", ["Tous les 20 000 km.", "It costs 9.99 €.", "Cada 24 meses.", "En 5 ans.", "€ 500"]
    )
    def test_invented_figures_do_not(self, said: str) -> None:
        assert not is_grounded(said, KNOWN)

    def test_citations_are_read_and_taken_out(self) -> None:
        text = "Changez-la [K:int:brake_fluid] bientôt [F2]."
        assert cited(text) == ["K:int:brake_fluid", "F2"]
        assert without_citations(text) == "Changez-la bientôt."

    def test_sentences(self) -> None:
        assert sentences("Un. Deux ! Trois ?\n- quatre") == ["Un.", "Deux !", "Trois ?", "- quatre"]
