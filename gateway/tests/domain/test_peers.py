import pytest

from gateway.domain.peers import bucket, client_ip


class TestClientIp:
    @pytest.mark.parametrize(
        ("forwarded", "trusted", "ip"),
        [
            ([], 0, "10.0.0.9"),
            (["1.1.1.1"], 0, "10.0.0.9"),
            (["1.1.1.1"], 1, "1.1.1.1"),
            (["6.6.6.6, 1.1.1.1"], 1, "1.1.1.1"),
            (["6.6.6.6", "1.1.1.1"], 1, "1.1.1.1"),
            (["6.6.6.6, 1.1.1.1, 2.2.2.2"], 2, "1.1.1.1"),
            (["1.1.1.1"], 2, "1.1.1.1"),
            (["not an address"], 1, "10.0.0.9"),
            (["[2001:db8::1]"], 1, "2001:db8::1"),
            ([" , "], 1, "10.0.0.9"),
        ],
    )
    def test_only_hops_of_ours_are_believed(
        self, forwarded: list[str], trusted: int, ip: str
    ) -> None:
        assert client_ip("10.0.0.9", forwarded, trusted) == ip


def test_an_ipv6_caller_is_a_whole_network() -> None:
    assert bucket("2001:db8::1") == bucket("2001:db8::ffff:1")
    assert bucket("2001:db8:0:1::1") != bucket("2001:db8::1")
    assert bucket("10.0.0.1") == "10.0.0.1"
    assert bucket("no:address") == "no:address"
