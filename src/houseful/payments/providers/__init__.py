"""Providers: whoever takes the money. Each is a port with an adapter of its own."""

from houseful.payments.problems import UnknownProvider
from houseful.payments.providers.cash import CashProvider
from houseful.payments.providers.port import Provider
from houseful.payments.providers.sandbox import SandboxProvider

_PROVIDERS: dict[str, Provider] = {
    provider.name: provider for provider in (CashProvider(), SandboxProvider())
}


def provider_named(name: str) -> Provider:
    """Return the provider; raises `UnknownProvider`."""
    try:
        return _PROVIDERS[name]
    except KeyError as error:
        raise UnknownProvider(f"There is no provider {name}.") from error
