"""Writing days and times as people do; what was written once is kept, for pages say it often."""

from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time

from houseful.kernel.locales import ENGLISH, known_locale

TEXTS_KEPT = 4096
ELSEWHERE = {"EEEE, d MMMM y": "full", "d MMMM y": "long", "d MMM y": "medium"}
"""How we write a day in English, and which of a language's own ways stands for it."""


def write_moment(at: datetime, pattern: str, zone: str, locale: str) -> str:
    """Write an instant in a zone; the pattern names neither seconds nor the zone."""
    local = at.astimezone(ZoneInfo(zone))
    return _moment(local.replace(second=0, microsecond=0, tzinfo=None), pattern, locale)


def write_clock(at: datetime, zone: str, locale: str) -> str:
    """Write the time of day in a zone: `20:00`."""
    local = at.astimezone(ZoneInfo(zone))
    return _clock(time(local.hour, local.minute), locale)


@lru_cache(maxsize=TEXTS_KEPT)
def write_day(on: date, pattern: str, locale: str) -> str:
    """Write a day of no particular zone."""
    return format_date(on, _pattern(pattern, locale), locale=known_locale(locale))


@lru_cache(maxsize=TEXTS_KEPT)
def _moment(local: datetime, pattern: str, locale: str) -> str:
    return format_datetime(local, _pattern(pattern, locale), locale=known_locale(locale))


@lru_cache(maxsize=TEXTS_KEPT)
def _clock(local: time, locale: str) -> str:
    return format_time(local, "HH:mm", locale=known_locale(locale))


def _pattern(pattern: str, locale: str) -> str:
    """Return the pattern as the language would have it: German days have a dot."""
    known = known_locale(locale)
    if known.language == ENGLISH:
        return pattern
    for ours, theirs in ELSEWHERE.items():
        if ours in pattern:
            return pattern.replace(ours, known.date_formats[theirs].pattern)
    return pattern
