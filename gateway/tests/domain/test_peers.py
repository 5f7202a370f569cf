from typing import Any

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
            (["::ffff:1.1.1.1"], 1, "1.1.1.1"),
            ([" , "], 1, "10.0.0.9"),
        ],
    )
    def test_only_hops_of_ours_are_believed(
        self, forwarded: list[str], trusted: int, ip: str
    ) -> None:
        assert client_ip("10.0.0.9", forwarded, trusted) == ip


def test_a_socket_for_both_families_calls_a_peer_by_its_own_address() -> None:
    assert client_ip("::ffff:10.0.0.9", [], 0) == "10.0.0.9"
    assert client_ip("2001:db8::1", [], 0) == "2001:db8::1"


@pytest.mark.parametrize(
    "dressed",
    [
        "::ffff:{}",
        "64:ff9b::{}",
        lambda a, b: f"2002:{a:02x}{b:02x}:0304:7::1",
        lambda a, b: (
            f"2001:0:ffff:ffff:8000:63bf:{255 - a:02x}{255 - b:02x}:{255 - 3:02x}{255 - 4:02x}"
        ),
    ],
    ids=["mapped", "nat64", "6to4", "teredo"],
)
def test_an_ipv4_caller_in_disguise_is_that_caller_and_not_everybody(dressed: Any) -> None:
    for a, b in ((1, 2), (203, 0)):
        ip = f"{a}.{b}.3.4"
        written = dressed.format(ip) if isinstance(dressed, str) else dressed(a, b)
        assert bucket(written) == ip


def test_an_ipv6_caller_is_a_whole_network() -> None:
    assert bucket("2001:db8::1") == bucket("2001:db8::ffff:1")
    assert bucket("2001:db8:0:1::1") != bucket("2001:db8::1")
    assert bucket("10.0.0.1") == "10.0.0.1"
    assert bucket("no:address") == "no:address"
