import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ai.domain.redaction import LONGEST, redact
from services.ai.tests.evals import redaction_cases
from services.ai.tests.evals.redaction_cases import Case

PHRASES: dict[str, list[str]] = json.loads(
    (Path(__file__).parents[1] / "evals" / "car_phrases.json").read_text("utf-8")
)["families"]
PARTS = ("built", "kept")
SEEDS = (1, 2)
LEAST_PLATES, LEAST_NAMED = 0.98, 0.995  # of generated plates; what is missed reads like a car
EDGES = st.text("aeéxAZ019 .,;:-_/@()[]\n", max_size=12)
SECRETS = [
    *redaction_cases.SECRETS["built"], *redaction_cases.SECRETS["kept"],
    "AB-123-CD", "gh456jk", "4821 KLM", "1234-AB-75", "B-MW 1234", "bd51 smr", "1-KTL-123", "XX-99-99", "VD 123457", "12-D-12345",
]  # fmt: skip


def leaks(cases: Iterable[Case]) -> tuple[float, Counter[str]]:
    """The share of secrets that were taken, and the families of those that were not."""
    missed: Counter[str] = Counter()
    count = 0
    for case in cases:
        count += 1
        if case.secret and case.secret.lower() in redact(case.text).lower():
            missed[case.family] += 1
    return 1 - missed.total() / count, missed


class TestRedact:
    @pytest.mark.parametrize(
        ("text", "gone"),
        [
            ("Écrivez à ann.lee@example.com", "example.com"),
            ("ann.lee (at) example.com", "ann.lee"),
            ("ann.lee arobase example point com", "ann.lee"),
            ("+33 6 11 22 33 44", "11 22"),
            ("06.12.34.56.78", "34.56"),
            ("0034 612 345 678", "345"),
            ("07700 900123", "900123"),
            ("FR76 3000 6000 0112 3456 7890 189", "3456"),
            ("4242 4242 4242 4242", "4242"),
            ("AA-123-BB", "123"),
            ("4821 KLM", "4821"),
            ("4821 BMW", "4821"),
            ("1234 AB 75", "1234"),
            ("B-MW 1234", "1234"),
            ("AB12 CDE", "AB12"),
            ("VF1BM0B0H12345678", "12345678"),
            ("je m'appelle Jean Martin", "Martin"),
            ("M. Dupont", "Dupont"),
            ("12 rue de la Paix", "Paix"),
            ("Bearer abc.def.ghi", "abc.def"),
            ("ma plaque est 2015 BMW", "2015"),
        ],
    )
    def test_what_names_somebody_goes(self, text: str, gone: str) -> None:
        assert gone not in redact(text)

    @pytest.mark.parametrize(
        "text",
        [
            "P0420 à 150 000 km, 15000 km, 5W30, vidange le 12/03/2024",
            "Golf 7 2.0 TDI 150 ch, 320 Nm",
            "I'm driving a Clio at 110 km/h",
            "je suis en panne sur autoroute",
            "Peugeot 3008 2018 1.5 BlueHDi",
            "BMW 320 D. The turbo whistles",
        ],
    )
    def test_what_the_car_needs_stays(self, text: str) -> None:
        assert redact(text) == text

    @pytest.mark.parametrize("family", PHRASES)
    def test_what_people_say_of_cars_stays(self, family: str) -> None:
        assert [said for said in PHRASES[family] if redact(said) != said] == []

    def test_the_corpus_is_large_enough(self) -> None:
        said = [phrase for family in PHRASES.values() for phrase in family]
        assert len(set(said)) >= 500

    def test_a_vin_keeps_its_maker_and_year(self) -> None:
        assert redact("VIN VF3LCYHZPHS123456") == "VIN [vin VF3 year-letter H]"
        assert redact("VF3 LCYHZ PHS 123456") == "[vin VF3 year-letter H]"


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("seed", SEEDS)
class TestJudge:
    """Generated sentences; of the part `kept` nothing was looked at while the redaction was built."""

    def test_no_car_is_eaten(self, part: str, seed: int) -> None:
        eaten = [
            case.text
            for case in redaction_cases.cars(part, seed, 20)
            if redact(case.text) != case.text
        ]
        assert eaten == []

    def test_plates_of_ten_countries_go(self, part: str, seed: int) -> None:
        share, missed = leaks(redaction_cases.plates(part, seed, 3))
        assert share >= LEAST_PLATES, missed

    def test_a_plate_that_is_called_one_goes(self, part: str, seed: int) -> None:
        cases = redaction_cases.plates(part, seed, 3)
        share, missed = leaks(case for case in cases if " named " in case.family)
        assert share >= LEAST_NAMED, missed

    def test_addresses_numbers_and_accounts_go(self, part: str, seed: int) -> None:
        _, missed = leaks(redaction_cases.secrets(part))
        assert not missed


class TestAnyText:
    @given(
        st.one_of(
            st.text(max_size=300),
            st.text("ABCVFdehlr0123456789²٣ -.@", max_size=120),
            st.lists(
                st.sampled_from(["BMW", "320", "d", "E90", "2008", "plaque", "le", "06", "AB", "123", "-", ".", "@", "[plate]", "FR76"]),
                max_size=25,
            ).map(" ".join),
        )
    )  # fmt: skip
    def test_it_comes_through_and_a_second_time_changes_nothing_more(self, text: str) -> None:
        once = redact(text)
        assert redact(once) == once

    @given(EDGES, st.sampled_from(SECRETS), st.sampled_from(["\n", ", ", "; "]), EDGES)
    def test_a_secret_goes_whatever_stands_around_it(
        self, before: str, secret: str, between: str, after: str
    ) -> None:
        assert secret not in redact(f"{before}{between}{secret}{between}{after}")

    def test_the_longest_text_stays_so_a_second_time(self) -> None:
        once = redact("a@b.cc " * LONGEST)
        assert len(once) <= LONGEST
        assert redact(once) == once
