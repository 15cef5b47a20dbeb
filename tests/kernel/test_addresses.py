"""Whose request it is."""

from typing import Any

import pytest

from houseful.kernel.http.addresses import client_address, read_networks
from houseful.kernel.settings import SettingsError

PROXIES = read_networks(["10.0.0.0/8", "192.0.2.1"])


def _scope(peer: str, *forwarded: str) -> dict[str, Any]:
    return {
        "client": (peer, 1234) if peer else None,
        "headers": [(b"x-forwarded-for", hop.encode()) for hop in forwarded],
    }


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.7", [], "203.0.113.7"),
        ("203.0.113.7", ["198.51.100.1"], "203.0.113.7"),
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["198.51.100.1, 203.0.113.7"], "203.0.113.7"),
        ("10.0.0.1", ["198.51.100.1, 203.0.113.7", "10.2.0.1"], "203.0.113.7"),
        ("10.0.0.1", ["2001:db8::1"], "2001:db8::1"),
        ("10.0.0.1", ["not an address"], ""),
        ("10.0.0.1", [], "10.0.0.1"),
        ("", ["198.51.100.1"], ""),
    ],
)
def test_only_trusted_proxies_are_believed(peer: str, forwarded: list[str], address: str) -> None:
    assert client_address(_scope(peer, *forwarded), PROXIES) == address


def test_a_proxy_that_is_no_network_is_told() -> None:
    with pytest.raises(SettingsError, match="HOUSEFUL_TRUSTED_PROXIES"):
        read_networks(["the load balancer"])
