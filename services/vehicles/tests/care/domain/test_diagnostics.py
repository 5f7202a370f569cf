"""Domain page §9: how bad it is, when it has come back, and what the assistant may read."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.vehicles.domain.care.diagnostics import (
    ALIASES,
    FLAG_SERVICES,
    RED_FLAGS,
    CaseStatus,
    Point,
    Severity,
    Weighed,
    advice,
    has_come_back,
    look_at,
    lowers,
    proposals,
    red_flags,
    without_names,
)
from services.vehicles.domain.care.fault_codes import guide, read_codes
from services.vehicles.domain.care.services import service_types
from services.vehicles.domain.things import folded

SEVERITIES = st.sampled_from(Severity)
MAYBE = st.none() | SEVERITIES


class TestRedFlags:
    @pytest.mark.parametrize(
        ("said", "names"),
        [
            ("Fumée sous le capot", ["smoke"]),
            ("le moteur fume.", ["smoke"]),
            ("SMOKE from the bonnet", ["smoke"]),
            ("Sale humo del capó", ["smoke"]),
            ("Bruit de freinage", ["brakes"]),
            ("Brake pedal goes to the floor", ["brakes_gone", "brakes"]),
            ("Ruido al frenar", ["brakes"]),
            ("Direction assistée dure", ["steering"]),
            ("the steering pulls left", ["steering"]),
            ("Testigo del airbag", ["airbag"]),
            ("Voyant d’airbag et pression d’huile", ["airbag", "oil_pressure"]),
            ("odeur d’essence", ["fuel_leak"]),
            ("It overheats on hills", ["overheating"]),
            ("Misfire at idle", []),
            ("firewall noise", []),
            ("Vidange à faire", []),
            ("me llama la atención un ruido", []),
        ],
    )
    def test_brake_smoke_steering_airbag_in_three_languages(
        self, said: str, names: list[str]
    ) -> None:
        assert [flag.name for flag in red_flags(said)] == names

    def test_words_are_kept_as_they_are_compared(self) -> None:
        for flag in RED_FLAGS:
            for word in flag.words:
                assert folded(word) == word, word

    def test_what_to_do_is_known_of_each_in_three_languages(self) -> None:
        named = {name for flag in RED_FLAGS for name in flag.advice}
        named |= {name for said in guide().values() for name in said.safety}
        assert named <= advice().keys()

    def test_each_begins_with_work_of_the_list(self) -> None:
        assert FLAG_SERVICES.keys() <= {flag.name for flag in RED_FLAGS}
        assert set(FLAG_SERVICES.values()) <= service_types().keys()


class TestSeverity:
    @pytest.mark.parametrize(
        ("title", "codes", "found"),
        [
            ("Bruit", [], None),
            ("Bruit", ["P0420"], Severity.MEDIUM),
            ("Bruit", ["P0130"], Severity.LOW),
            ("Bruit", ["P0302", "P0420"], Severity.HIGH),
            ("Bruit", ["P1351"], None),
            ("Freins", ["P0130"], Severity.HIGH),
            ("Fumée", ["P0302"], Severity.CRITICAL),
        ],
    )
    def test_found_in_words_and_codes(
        self, title: str, codes: list[str], found: Severity | None
    ) -> None:
        assert look_at(title, None, read_codes(codes)).severity == found

    @pytest.mark.parametrize(
        ("typed", "found", "shown"),
        [
            (None, None, Severity.MEDIUM),
            (Severity.INFO, None, Severity.INFO),
            (None, Severity.LOW, Severity.LOW),
            (Severity.LOW, Severity.HIGH, Severity.HIGH),
            (Severity.CRITICAL, Severity.LOW, Severity.CRITICAL),
        ],
    )
    def test_the_highest_is_shown(
        self, typed: Severity | None, found: Severity | None, shown: Severity
    ) -> None:
        assert Weighed(typed, found).shown == shown

    def test_a_reason_lowers_it_until_something_worse_is_found(self) -> None:
        lowered = Weighed(Severity.LOW, Severity.HIGH, "known, harmless", Severity.HIGH)
        assert lowered.shown == Severity.LOW
        worse = Weighed(Severity.LOW, Severity.CRITICAL, "known, harmless", Severity.HIGH)
        assert worse.shown == Severity.CRITICAL

    @given(MAYBE, MAYBE)
    def test_without_a_reason_it_is_never_milder_than_what_was_said_or_found(
        self, typed: Severity | None, found: Severity | None
    ) -> None:
        shown = Weighed(typed, found).shown
        for each in filter(None, (typed, found)):
            assert not lowers(each, shown)

    def test_the_gravest_advice_comes_first(self) -> None:
        codes = read_codes(["P0420", "P0302"])
        said = look_at("Fumée", None, codes).advice(codes)
        levels = [each.level for each in said]
        assert levels == sorted(levels, key=["high", "medium", "low"].index)
        assert said[0].code == "call_emergency"


class TestProposals:
    def test_codes_first_then_words_each_once(self) -> None:
        codes = read_codes(["P0302", "C0035"])
        flags = look_at("Freins et direction", None, codes).flags
        found = proposals(flags, codes, fuel="gasoline", transmission=None)
        assert found == ["spark_plugs", "brakes_inspection"]

    def test_no_oil_change_for_an_electric_car(self) -> None:
        flags = red_flags("oil pressure warning")
        assert proposals(flags, [], fuel="electric", transmission=None) == []


DAY = date(2026, 1, 15)


class TestComingBack:
    @pytest.mark.parametrize(
        ("days", "metres", "back"),
        [
            (0, 0, True),
            (30, None, True),
            (30, 5_000_000, True),
            (31, None, False),
            (31, 1_000_000, True),
            (31, 1_000_001, False),
            (300, 999_000, True),
            (-1, 0, False),
            (31, -1, False),
        ],
    )
    def test_within_1000_km_or_30_days(self, days: int, metres: int | None, back: bool) -> None:
        ended = Point(DAY, 50_000_000)
        seen = Point(DAY + timedelta(days=days), None if metres is None else 50_000_000 + metres)
        assert has_come_back(ended, seen) is back


class TestWithoutNames:
    def test_neither_plate_nor_vin_leaves_the_house(self) -> None:
        said = (
            "Ma AA-111-AA (aa 111 aa, VF3LCYHZPFS123456) broute ; l'autre, WVWZZZ1JZXW000001, non."
        )
        found = without_names(said, plate="AA-111-AA", vin="VF3LCYHZPFS123456")
        assert found == "Ma … (…, …) broute ; l'autre, …, non."

    def test_words_that_look_like_nothing_stay(self) -> None:
        said = "P0420 et P0302-00 à 84 250 km, aaa111aaa"
        assert without_names(said, plate="AA-111-AA", vin=None) == said


def test_older_clients_words() -> None:
    assert ALIASES["pending"] == (CaseStatus.OPEN, CaseStatus.WAITING)
    assert ALIASES["completed"] == (CaseStatus.RESOLVED,)
