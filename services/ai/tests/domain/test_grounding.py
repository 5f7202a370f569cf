# ruff: noqa: E501 - lists of sentences are read as lines
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ai.domain.grounding import (
    cited,
    figures,
    is_grounded,
    known_numbers,
    sentences,
    without_citations,
)

KNOWN = known_numbers(["tous les 15 000 km ou 12 mois", "70 à 220 € TTC", "F1 Peugeot 308 · 2015 · 123456 km", '{"low_eur": 90}'])  # fmt: skip
WRITTEN = {
    "km": ("km", "kilomètres", "kilometres", "kilómetros"),
    "mi": ("miles", "millas", "mi"),
    "month": ("mois", "months", "meses"),
    "week": ("semaines", "weeks", "semanas"),
    "day": ("jours", "days", "días"),
    "hour": ("h", "heures", "hours", "horas"),
    "minute": ("min", "minutes", "minutos"),
    "eur": ("€", "EUR", "euros"),
    "usd": ("$", "USD", "dollars"),
    "l": ("L", "litres", "liters", "litros"),
    "bar": ("bar", "bars"),
    "psi": ("psi",),
    "nm": ("Nm",),
    "%": ("%", "pour cent", "percent", "por ciento"),
    "°c": ("°C", "degrés", "degrees", "grados"),
    "mm": ("mm", "millimètres", "milímetros"),
}
SAID = ("Il faut compter {}.", "It takes {} or so.", "Son {} más o menos.", "{}", "({})", "- {} !")
UNITS = st.sampled_from(sorted(WRITTEN))
NUMBERS = st.integers(1, 999_999)


def written(number: int, style: int) -> str:
    """As French, English, Spanish and Swiss people write it, or plainly."""
    return f"{number:,}".replace(",", ("\u202f", " ", ",", ".", "'", "")[style])


class TestGrounded:
    @pytest.mark.parametrize(
        "said",
        [
            "Tous les 15 000 km.",
            "Every 15,000 km.",
            "Every 15k km.",
            "Cada 15.000 km o 12 meses.",
            "Un intervalle de 12 mois, soit 1 an.",
            "Once in 1 year: a 12-month interval.",
            "De 70 à 220 €.",
            "Between €70 and €220.",
            "70–220 euros",
            "220,00 €",
            "À partir de 90 EUR.",
            "Bientôt.",
            "Deux fois 3 roues.",
            "Votre 308 de 2015 affiche 123 456.",
            "Appelez le 112.",
            "A Peugeot 3008 of 2019",
        ],
    )
    def test_figures_of_the_facts_pass(self, said: str) -> None:
        assert is_grounded(said, KNOWN)

    @pytest.mark.parametrize(
        "said",
        [
            "Tous les 20 000 km.",
            "It costs 9.99 €.",
            "Cada 24 meses.",
            "En 5 ans.",
            "€ 500",
            "12 €",
            "It costs €12.",
            "12 km",
            "15 000 €",
            "Every 15,000 miles.",
            "70 mois",
            "220 km/h",
            "2015 km",
            "308 €",
            "De 12 à 70 €.",
            "12 % moins cher",
            "Comptez 12 h de travail.",
            "Serrez à 70 Nm.",
            "coûte,15 000 €",
            "À 150000 il faut changer.",
            "12 $",
        ],
    )
    def test_invented_figures_do_not(self, said: str) -> None:
        assert not is_grounded(said, KNOWN)

    @given(NUMBERS, UNITS, st.data())
    def test_the_same_quantity_in_any_language_and_writing_passes(
        self, number: int, unit: str, data: st.DataObject
    ) -> None:
        fact, said = (
            f"{written(number, data.draw(st.integers(0, 5)))} {data.draw(st.sampled_from(WRITTEN[unit]))}"
            for _ in range(2)
        )
        sentence = data.draw(st.sampled_from(SAID)).format(said)
        assert is_grounded(sentence, known_numbers([fact])), (sentence, fact)

    @given(NUMBERS, NUMBERS, UNITS, UNITS, st.data())
    def test_another_number_or_another_unit_does_not(
        self, number: int, other: int, unit: str, foreign: str, data: st.DataObject
    ) -> None:
        fact = f"{written(number, 3)} {data.draw(st.sampled_from(WRITTEN[unit]))}"
        said = f"{written(other, 0)} {data.draw(st.sampled_from(WRITTEN[foreign]))}"
        sentence = data.draw(st.sampled_from(SAID)).format(said)
        assert is_grounded(sentence, known_numbers([fact])) is ((number, unit) == (other, foreign))

    @given(st.text("0123456789 .,'’-–à€$kmh%°/Ly\u202f²٣", max_size=40))
    def test_any_text_is_judged_and_grounds_itself(self, text: str) -> None:
        assert is_grounded(text, known_numbers([text]))

    @pytest.mark.parametrize("number", ["1 234,50", "1\u202f234,50", "1,234.50", "1.234,50", "1'234.50", "1234.5", "1234,50"])  # fmt: skip
    def test_number_formats(self, number: str) -> None:
        assert figures(f"{number} €") == figures("1234.50 EUR") != []

    def test_citations_are_read_and_taken_out(self) -> None:
        text = "Changez-la [K:int:brake_fluid] bientôt [F2]."
        assert cited(text) == ["K:int:brake_fluid", "F2"]
        assert without_citations(text) == "Changez-la bientôt."

    def test_sentences(self) -> None:
        assert sentences("Un. Deux ! Trois ?\n- quatre") == ["Un.", "Deux !", "Trois ?", "- quatre"]
