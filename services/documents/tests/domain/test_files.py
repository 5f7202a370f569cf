import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.documents.domain.files import SUFFIX, MediaType, media_type_of, safe_name


class TestSafeName:
    @given(st.text(max_size=300))
    def test_never_holds_a_path_or_a_control_character(self, name: str) -> None:
        safe = safe_name(name, MediaType.PDF)
        assert safe.endswith(".pdf")
        assert not set(safe) & set('/\\<>:"|?*\x00\r\n')
        assert 4 < len(safe) <= 120


class TestMediaType:
    @pytest.mark.parametrize(
        "content",
        [b"", b"PK\x03\x04", b"<html>", b"<svg", b"MZ\x90", b"GIF89a", b"\x00" * 64, b"x%PDF-1.7"],
    )
    def test_takes_nothing_else(self, content: bytes) -> None:
        assert media_type_of(content) is None

    def test_every_type_has_an_ending(self) -> None:
        assert set(SUFFIX) == set(MediaType)
