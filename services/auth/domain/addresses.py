"""When two e-mail addresses are the same person's, and two IP addresses the same neighbourhood."""

import unicodedata
from ipaddress import IPv4Address, ip_network

from shared.addresses import behind


def canonical(email: str) -> str:
    """The key under which an address is unique: letter case and Unicode form do not tell people apart."""
    return unicodedata.normalize("NFKC", email.strip()).casefold()


def neighbourhood(ip: str) -> str:
    """The network an attacker moves in for free: a /24 of IPv4, a /48 of IPv6."""
    try:
        address = behind(ip)
    except ValueError:
        return "unknown"
    prefix = 24 if isinstance(address, IPv4Address) else 48
    return str(ip_network(f"{address}/{prefix}", strict=False))
