"""Locales by the tag that houses and browsers say, `de-AT`, and the currencies in use."""

from functools import lru_cache

from babel.core import Locale, UnknownLocaleError, get_global
from babel.numbers import get_currency_name, get_territory_currencies

ENGLISH = "en"
TAGS_KEPT = 256


@lru_cache(maxsize=TAGS_KEPT)
def known_locale(tag: str) -> Locale:
    """Return the locale, or the nearest that is known: `de-XX` is German, and `xx` English."""
    tag = tag.replace("_", "-")
    for candidate in (tag, tag.partition("-")[0]):
        try:
            return Locale.parse(candidate, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale(ENGLISH)


@lru_cache(maxsize=TAGS_KEPT)
def english_of(tag: str) -> str:
    """Return the tag where it is one of English, or else plain English: the pages' language.

    A day or an amount is written in the language of the words around it.
    """
    known = known_locale(tag)
    return str(known).replace("_", "-") if known.language == ENGLISH else ENGLISH


@lru_cache(maxsize=1)
def currencies_in_use() -> dict[str, str]:
    """Return the names of the currencies that some country pays with today, by their codes."""
    codes = {
        code
        for territory in get_global("territory_currencies")
        for code in get_territory_currencies(territory)
    }
    return {code: f"{code} {get_currency_name(code, locale=ENGLISH)}" for code in sorted(codes)}
