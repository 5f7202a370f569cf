"""Who is really calling: the right-most address that no proxy of ours has written."""

from collections.abc import Sequence
from ipaddress import IPv4Address, ip_address

from shared.addresses import behind, plain


def client_ip(peer: str, forwarded_for: Sequence[str], trusted_proxies: int) -> str:
    """The caller's address behind `trusted_proxies` proxies that each append to X-Forwarded-For.

    With no trusted proxy the header is a claim by the caller, and only the socket counts.
    """
    peer = plain(peer)
    if trusted_proxies <= 0:
        return peer
    hops = [hop.strip() for value in forwarded_for for hop in value.split(",") if hop.strip()]
    if not hops:
        return peer
    claimed = hops[-min(trusted_proxies, len(hops))]
    try:
        return plain(str(ip_address(claimed.strip("[]"))))
    except ValueError:
        return peer


def bucket(ip: str) -> str:
    """The address a rate is counted against: an IPv6 caller owns a whole /64, if it is not an IPv4 caller in disguise."""
    if ":" not in ip:
        return ip
    try:
        address = behind(ip)
    except ValueError:
        return ip
    return str(address) if isinstance(address, IPv4Address) else address.packed[:8].hex()
