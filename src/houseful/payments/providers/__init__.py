"""Providers: whoever takes the money. Each is a port with an adapter of its own."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from houseful.payments.problems import ProviderUnavailable, UnknownProvider
from houseful.payments.providers.port import Provider
from houseful.payments.providers.sandbox import SandboxProvider
from houseful.payments.providers.till import CASH, TERMINAL

ANSWER_SECONDS = 15

_PROVIDERS: dict[str, Provider] = {
    provider.name: provider for provider in (CASH, TERMINAL, SandboxProvider())
}


def provider_named(name: str) -> Provider:
    """Return the provider; raises `UnknownProvider`."""
    try:
        return _PROVIDERS[name]
    except KeyError as error:
        raise UnknownProvider(f"There is no provider {name}.") from error


def all_providers() -> list[Provider]:
    """Return every provider of this release."""
    return list(_PROVIDERS.values())


@asynccontextmanager
async def provider_answers(name: str) -> AsyncGenerator[None]:
    """Bound the time of a call to a provider; raises `ProviderUnavailable`, whatever went wrong."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            yield
    except (TimeoutError, OSError) as error:
        raise ProviderUnavailable(provider=name, headers={"retry-after": "5"}) from error
