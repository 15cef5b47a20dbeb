"""The client's address. What a header claims counts only when a configured proxy says it."""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

from houseful.kernel.settings import SettingsError

Network = IPv4Network | IPv6Network

FORWARDED_FOR = b"x-forwarded-for"


def read_networks(proxies: Sequence[str]) -> tuple[Network, ...]:
    """Return the networks of the trusted proxies; raises `SettingsError`."""
    try:
        return tuple(ip_network(proxy, strict=False) for proxy in proxies)
    except ValueError as error:
        raise SettingsError(f"HOUSEFUL_TRUSTED_PROXIES: {error}.") from error


def client_address(scope: Any, proxies: Sequence[Network]) -> str:
    """Return the address of the client, behind as many trusted proxies as there are."""
    client = scope.get("client")
    address = str(client[0]) if client else ""
    hops = [
        hop.strip()
        for name, value in scope["headers"]
        if name == FORWARDED_FOR
        for hop in value.decode("latin-1").split(",")
    ]
    while hops and _is_in(address, proxies):
        address = hops.pop()
    return address if _is_address(address) else ""


def _is_in(address: str, networks: Sequence[Network]) -> bool:
    return _is_address(address) and any(ip_address(address) in network for network in networks)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
