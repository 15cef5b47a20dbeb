"""No house can have an address that is one of ours."""

from litestar import Litestar

from houseful.accounts.organizations import RESERVED_SLUGS
from tests.api import Api


def first_words(app: Litestar) -> set[str]:
    """Return what our own addresses begin with, but for files, whose dot no house can have."""
    words = {route.path.strip("/").split("/")[0] for route in app.routes}
    return {word for word in words if word and not word.startswith("{") and "." not in word}


def test_every_first_word_of_our_addresses_is_reserved(api: Api) -> None:
    assert first_words(api.app) - RESERVED_SLUGS == set()
