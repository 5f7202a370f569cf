import pytest

from services.auth.domain.addresses import canonical, neighbourhood


class TestCanonical:
    @pytest.mark.parametrize(
        "email", ["LEA@Example.ORG", " lea@example.org ", "ｌｅａ@example.org"]
    )
    def test_one_person_one_key(self, email: str) -> None:
        assert canonical(email) == "lea@example.org"

    def test_different_people_stay_different(self) -> None:
        assert canonical("lea.petit@example.org") != canonical("leapetit@example.org")


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
