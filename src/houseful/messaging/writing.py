"""Writing money, times and addresses as people of a language do, in the venue's zone."""

from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time, get_timezone_name

from houseful.events import PublicPlace
from houseful.kernel.locales import ENGLISH, known_locale
from houseful.kernel.money import Money, format_money

_ENGLISH_DAY = "EEEE, d MMMM y"
_CLOCK = "HH:mm"


class Writer:
    """Writes for one reader: in their language, in the zone of the venue."""

    def __init__(self, locale: str, timezone: str) -> None:
        self.locale = known_locale(locale)
        self.language: str = self.locale.language
        self.zone = ZoneInfo(timezone)

    def money(self, amount_minor: int, currency: str) -> str:
        """Write an amount: `€35.00`."""
        return format_money(Money(amount_minor, currency), str(self.locale))

    def day(self, at: datetime) -> str:
        """Write the day: `Friday, 5 June 2026`."""
        if self.language == ENGLISH:
            return format_datetime(at, _ENGLISH_DAY, tzinfo=self.zone, locale=self.locale)
        return format_date(at.astimezone(self.zone), "full", locale=self.locale)

    def clock(self, at: datetime) -> str:
        """Write the time of day: `19:30`."""
        return format_time(at, _CLOCK, tzinfo=self.zone, locale=self.locale)

    def zone_at(self, at: datetime) -> str:
        """Name the zone as it is called at that time of the year."""
        return get_timezone_name(at.astimezone(self.zone), locale=self.locale)

    def address(self, place: PublicPlace) -> str:
        """Write a venue's address on one line, the country in the reader's language."""
        town = " ".join(part for part in (place.postal_code, place.city) if part)
        countries = cast("dict[str, str]", cast("Any", self.locale).territories)
        country = countries.get(place.country_iso2 or "", "")
        parts = (place.street_address, town, place.region, country)
        return ", ".join(dict.fromkeys(part for part in parts if part))
