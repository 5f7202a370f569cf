"""When two e-mail addresses are the same person's, and two IP addresses the same neighbourhood."""

import unicodedata
from ipaddress import IPv4Address, ip_network

from shared.addresses import behind


def canonical(email: str) -> str:
    """The key under which an address is unique: case of letters and composition of accents do not tell people apart.

    Nothing else is folded: a mailbox of one letter `ﬁ` is not that of `fi`, and `ß` is not `ss`.
    """
    return "".join(map(_small, unicodedata.normalize("NFC", email.strip())))


def is_ambiguous(email: str) -> bool:
    """Whether it holds characters that Unicode takes for a variant of others (a ligature, a wide letter, the Kelvin sign).

    Programs on the way may fold them into somebody else's address: nobody gets an account under one.
    """
    return any(unicodedata.normalize("NFKC", char) != char for char in email)


def _small(char: str) -> str:
    """Only where there is a way back: of two letters that merely share a small one, each stays itself."""
    small = char.lower()
    return small if small.upper() == char else char


def neighbourhood(ip: str) -> str:
    """The network an attacker moves in for free: a /24 of IPv4, a /48 of IPv6."""
    try:
        address = behind(ip)
    except ValueError:
        return "unknown"
    prefix = 24 if isinstance(address, IPv4Address) else 48
    return str(ip_network(f"{address}/{prefix}", strict=False))
