"""IPv4 addresses in the clothes of IPv6: one host, however its address is written."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_NAT64 = IPv6Network("64:ff9b::/96")


def plain(ip: str) -> str:
    """`::ffff:1.2.3.4` is what a socket for both families calls 1.2.3.4 (RFC 4291, 2.5.5.2); any other text stays."""
    if ":" not in ip:
        return ip
    try:
        mapped = IPv6Address(ip).ipv4_mapped
    except ValueError:
        return ip
    return ip if mapped is None else str(mapped)


def behind(ip: str) -> IPv4Address | IPv6Address:
    """Whom to count: the IPv4 address that a translated or tunnelled one stands for. Raises ValueError.

    Mapped, NAT64 (RFC 6052), 6to4 (RFC 3056) and Teredo (RFC 4380): the first 64 bits of these name nobody, or one host 65,536 times.
    """
    address = ip_address(ip)
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(address.packed[-4:])
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)
