"""Domain page §9: trouble codes."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.vehicles.domain.care.fault_codes import (
    PROPOSED,
    REPAIR,
    CodeGroup,
    DefinedBy,
    NotACode,
    System,
    guide,
    proposed,
    proposes,
    read_code,
    read_codes,
)
from services.vehicles.domain.care.services import service_types

LETTERS, DIGITS, HEX = "PCBU", "0123", "0123456789ABCDEF"
CODES = st.builds(
    lambda *parts: "".join(parts),
    st.sampled_from(LETTERS),
    st.sampled_from(DIGITS),
    *[st.sampled_from(HEX)] * 3,
)


class TestSpelling:
    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("p0 420", "P0420"),
            ("P0420-00", "P0420-00"),
            ("p0420 00", "P0420-00"),
            ("  P-04-20 ", "P0420"),
            ("u3fff", "U3FFF"),
            ("P0420\u20131c", "P0420-1C"),
        ],
    )
    def test_p0_420_is_p0420_and_p0420_00_keeps_its_type(self, typed: str, kept: str) -> None:
        assert read_code(typed).text == kept

    @pytest.mark.parametrize(
        "typed",
        [
            "P4A00",
            "X0123",
            "P042G",
            "",
            "P042",
            "P04200",
            "P0420-0",
            "P0420-GG",
            "0420",
            "P0420-001",
            "P0420\x00",
            "Ｐ0420",
            "P٠٤٢٠",
            "P0420;P0301",
            "P" + " " * 40 + "0420",
            "ρ0420",
            "P0420_00",
        ],
    )
    def test_what_no_scan_tool_shows_is_refused(self, typed: str) -> None:
        with pytest.raises(NotACode):
            read_code(typed)

    def test_doubles_are_merged_and_failure_types_are_not(self) -> None:
        found = read_codes(["P0420", "p0-420", "P0301", "P0420-00", "p 0420 00"])
        assert [code.text for code in found] == ["P0420", "P0301", "P0420-00"]

    @given(CODES, st.sampled_from(["", "00", "1C"]), st.data())
    def test_however_it_is_typed_it_is_one_code(self, code: str, kind: str, data: Any) -> None:
        typed = "".join(
            char + data.draw(st.sampled_from(["", " ", "-", "\t"])) for char in code + kind
        )
        text = read_code(data.draw(st.sampled_from([typed.lower(), typed]))).text
        assert text == (f"{code}-{kind}" if kind else code)
        assert read_code(text).text == text, "what is kept is read again"

    @given(st.text(max_size=20))
    def test_whatever_is_typed_is_read_or_refused(self, typed: str) -> None:
        try:
            text = read_code(typed).text
        except NotACode:
            return
        assert re.fullmatch(r"[PCBU][0-3][0-9A-F]{3}(-[0-9A-F]{2})?", text)


class TestStructure:
    def test_p1351_is_powertrain_makers_ignition(self) -> None:
        code = read_code("P1351")
        assert (code.system, code.defined_by, code.group) == (
            System.POWERTRAIN,
            DefinedBy.MAKER,
            CodeGroup.IGNITION,
        )
        assert code.guided is None
        assert code.title.en == "powertrain · ignition or misfire · maker's code", (
            "no invented text"
        )

    @pytest.mark.parametrize(
        ("code", "by"),
        [
            *(("P0420", "generic"), ("P2463", "generic"), ("P1351", "maker"), ("P3000", "maker")),
            *(("P3399", "maker"), ("P3400", "generic"), ("P3999", "generic")),
            *(("C0035", "generic"), ("C1234", "maker"), ("B0001", "generic"), ("B1000", "maker")),
            *(("U0100", "generic"), ("U1000", "maker"), ("U2000", "maker")),
        ],
    )
    def test_who_defined_it(self, code: str, by: str) -> None:
        assert read_code(code).defined_by == by

    def test_a_common_code_has_a_title_in_three_languages(self) -> None:
        title = read_code("P0420-00").title
        assert all((title.fr, title.en, title.es))
        assert "Catalyst" in title.en

    def test_all_codes_of_the_guide_are_codes(self) -> None:
        assert len(guide()) > 300
        for code, said in guide().items():
            assert read_code(code).text == code
            assert said.urgency in {"low", "medium", "high"}


class TestProposals:
    @pytest.mark.parametrize(
        ("code", "fuel", "gearbox", "service"),
        [
            ("P0302", "gasoline", None, "spark_plugs"),
            ("P0302", "diesel", None, REPAIR),
            ("P0380", "diesel", None, "glow_plugs_check"),
            ("P0171", None, None, "air_filter"),
            ("P0128", None, None, "coolant"),
            ("P0524", "diesel", None, "oil_change"),
            ("P0562", None, None, "battery_12v_test"),
            ("P0730", None, "automatic", "atf"),
            ("P0730", None, "manual", "manual_gearbox_oil"),
            ("P0A80", "electric", None, "hv_battery_check"),
            ("P2463", "diesel", None, "dpf_check"),
            ("P203F", "diesel", None, "adblue_refill"),
            ("C0035", None, None, "brakes_inspection"),
            ("C0750", None, None, "tyres_wear"),
            ("U0100", None, None, "battery_12v_test"),
            ("P0420", None, None, REPAIR),
            ("P1351", None, None, REPAIR),
            ("B0001", None, None, REPAIR),
        ],
    )
    def test_a_code_proposes_the_task(
        self, code: str, fuel: str | None, gearbox: str | None, service: str
    ) -> None:
        assert proposes(read_code(code), fuel=fuel, transmission=gearbox) == service

    def test_of_several_each_once_and_a_repair_only_alone(self) -> None:
        codes = read_codes(["P0301", "P0302", "P1351", "P0562"])
        found = proposed(codes, fuel="gasoline", transmission=None)
        assert found == ["spark_plugs", "battery_12v_test"]
        assert proposed(read_codes(["P1351"]), fuel=None, transmission=None) == [REPAIR]
        assert proposed([], fuel=None, transmission=None) == []

    def test_all_work_it_proposes_is_in_the_list(self) -> None:
        for pattern, services in PROPOSED:
            assert set(services) <= service_types().keys(), pattern

    @given(CODES, st.sampled_from([None, "diesel", "electric"]))
    def test_every_code_proposes_something_that_suits(self, code: str, fuel: str | None) -> None:
        service = proposes(read_code(code), fuel=fuel, transmission=None)
        assert service == REPAIR or service_types()[service].suits(fuel=fuel, transmission=None)
