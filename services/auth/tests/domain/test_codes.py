from datetime import UTC, datetime, timedelta

import pytest

from services.auth.domain.codes import digest, is_live, new_code
from shared.ids import new_id

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
LATER = NOW + timedelta(minutes=10)


class TestCodes:
    def test_six_digits_leading_zeros_included(self) -> None:
        codes = [new_code() for _ in range(2000)]
        assert all(len(code) == 6 and code.isascii() and code.isdigit() for code in codes)
        assert any(code.startswith("0") for code in codes)
        assert len(set(codes)) > 1900

    def test_the_same_code_of_another_row_has_another_digest(self) -> None:
        first, second = new_id(), new_id()
        assert digest(b"p", first, "123456") == digest(b"p", first, "123456")
        assert (
            len(
                {
                    digest(b"p", first, "123456"),
                    digest(b"p", second, "123456"),
                    digest(b"q", first, "123456"),
                }
            )
            == 3
        )

    @pytest.mark.parametrize(
        ("expires_at", "used_at", "tries", "live"),
        [
            (LATER, None, 1, True),
            (LATER, None, 5, True),
            (LATER, None, 6, False),
            (LATER, NOW, 1, False),
            (NOW, None, 1, False),
        ],
    )
    def test_is_live(
        self, expires_at: datetime, used_at: datetime | None, tries: int, live: bool
    ) -> None:
        assert is_live(expires_at=expires_at, used_at=used_at, tries=tries, now=NOW) is live
