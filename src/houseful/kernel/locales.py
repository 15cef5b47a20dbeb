"""Locales by the tag that houses and browsers say: `en`, `de-AT`."""

from functools import lru_cache

from babel.core import Locale, UnknownLocaleError

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
