import sys

import pytest

from services.auth.domain.addresses import is_ambiguous, neighbourhood
from shared.mailboxes import canonical


class TestCanonical:
    @pytest.mark.parametrize(
        "email", ["LÉA@Example.ORG", " léa@example.org ", "le\u0301a@example.org"]
    )
    def test_one_person_one_key(self, email: str) -> None:
        assert canonical(email) == "léa@example.org"

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("lea.petit@example.org", "leapetit@example.org"),
            ("\ufb01nn@example.org", "finn@example.org"),
            ("ｌｅａ@example.org", "lea@example.org"),
            ("groß@example.org", "gross@example.org"),
            ("GROẞ@example.org", "groß@example.org"),
            ("İ@example.org", "i\u0307@example.org"),
            ("\u017fam@example.org", "sam@example.org"),
        ],
    )
    def test_different_people_stay_different(self, one: str, other: str) -> None:
        assert canonical(one) != canonical(other)

    def test_no_letter_of_all_is_taken_for_two_others(self) -> None:
        """All of Unicode: whatever is not refused keeps its key to itself and its other case."""
        seen: dict[str, set[str]] = {}
        for char in map(chr, range(0x20, sys.maxunicode + 1)):
            if not is_ambiguous(char) and char.isalnum():
                seen.setdefault(canonical(char), set()).add(char)
        assert max(map(len, seen.values())) == 2

    @pytest.mark.parametrize(
        "email",
        ["\ufb01nn@example.org", "\u212aate@example.org", "a@ｅxample.org", "①@example.org"],
    )
    def test_variants_of_letters_are_ambiguous(self, email: str) -> None:
        assert is_ambiguous(email)

    @pytest.mark.parametrize(
        "email", ["léa@example.org", "le\u0301a@example.org", "田中@例え.jp", "groß@x.de"]
    )
    def test_what_people_write_is_not(self, email: str) -> None:
        assert not is_ambiguous(email)


class TestNeighbourhood:
    @pytest.mark.parametrize(
        ("ip", "network"),
        [
            ("203.0.113.7", "203.0.113.0/24"),
            ("203.0.113.255", "203.0.113.0/24"),
            ("2001:db8:1:2::3", "2001:db8:1::/48"),
            ("::ffff:203.0.113.7", "203.0.113.0/24"),
            ("64:ff9b::203.0.113.7", "203.0.113.0/24"),
            ("unknown", "unknown"),
            ("", "unknown"),
        ],
    )
    def test_what_an_attacker_moves_in_for_free(self, ip: str, network: str) -> None:
        assert neighbourhood(ip) == network
