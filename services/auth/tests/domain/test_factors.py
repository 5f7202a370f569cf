from datetime import UTC, datetime

import pyotp

from services.auth.domain.factors import (
    matching_step,
    new_recovery_codes,
    new_seed,
    recovery_digest,
)
from shared.ids import new_id

NOW = datetime(2026, 11, 22, 9, 0, 7, tzinfo=UTC)


class TestMatchingStep:
    def test_a_step_is_never_used_again_nor_an_earlier_one(self) -> None:
        seed = new_seed()
        code, present = pyotp.TOTP(seed).at(NOW), int(NOW.timestamp()) // 30
        assert matching_step(seed, code, now=NOW, last_step=None) == present
        assert matching_step(seed, code, now=NOW, last_step=present - 1) == present
        assert matching_step(seed, code, now=NOW, last_step=present) is None
        before = pyotp.TOTP(seed).at(int(NOW.timestamp()) - 30)
        assert matching_step(seed, before, now=NOW, last_step=present) is None

    def test_the_vector_of_rfc_6238(self) -> None:
        seed = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        at = datetime.fromtimestamp(1111111109, UTC)
        assert matching_step(seed, "081804", now=at, last_step=None) == 1111111109 // 30


class TestRecoveryCodes:
    def test_ten_different_ones_that_forgive_how_they_are_copied(self) -> None:
        codes, owner = new_recovery_codes(), new_id()
        assert len(set(codes)) == 10
        digests = {
            recovery_digest(b"p", owner, form)
            for form in (codes[0], codes[0].upper(), codes[0].replace("-", " "))
        }
        assert len(digests) == 1
        assert recovery_digest(b"p", new_id(), codes[0]) not in digests
