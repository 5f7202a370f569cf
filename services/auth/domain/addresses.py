"""Which addresses nobody gets an account under, and when two IP addresses are the same neighbourhood."""

import unicodedata
from ipaddress import IPv4Address, ip_network

from shared.addresses import behind


def is_ambiguous(email: str) -> bool:
    """Whether it holds characters that Unicode takes for a variant of others (a ligature, a wide letter, the Kelvin sign).

    Programs on the way may fold them into somebody else's address: nobody gets an account under one.
    """
    return any(unicodedata.normalize("NFKC", char) != char for char in email)


def neighbourhood(ip: str) -> str:
    """The network an attacker moves in for free: a /24 of IPv4, a /48 of IPv6."""
    try:
        address = behind(ip)
    except ValueError:
        return "unknown"
    prefix = 24 if isinstance(address, IPv4Address) else 48
    return str(ip_network(f"{address}/{prefix}", strict=False))
