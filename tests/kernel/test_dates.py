"""Dates as people of a language write them, whatever tag the house has chosen."""

from datetime import UTC, date, datetime

import pytest

from houseful.kernel.dates import write_clock, write_day, write_moment
from houseful.kernel.locales import english_of, known_locale
from houseful.kernel.money import Money, format_money

AT = datetime(2026, 12, 5, 19, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tag", "day", "moment", "amount"),
    [
        ("en", "Saturday, 5 December 2026", "Sat, 5 Dec 2026, 19:30", "€1,250.00"),
        ("en-GB", "Saturday, 5 December 2026", "Sat, 5 Dec 2026, 19:30", "€1,250.00"),
        ("de", "Samstag, 5. Dezember 2026", "Sa., 05.12.2026, 19:30", "1.250,00\xa0€"),
        ("de-AT", "Samstag, 5. Dezember 2026", "Sa., 05.12.2026, 19:30", "€\xa01.250,00"),
        ("de-XX", "Samstag, 5. Dezember 2026", "Sa., 05.12.2026, 19:30", "1.250,00\xa0€"),
        ("xx", "Saturday, 5 December 2026", "Sat, 5 Dec 2026, 19:30", "€1,250.00"),
    ],
)
def test_days_and_amounts_are_written_as_the_tag_says(
    tag: str, day: str, moment: str, amount: str
) -> None:
    assert write_day(date(2026, 12, 5), "EEEE, d MMMM y", tag) == day
    assert write_moment(AT, "EEE, d MMM y, HH:mm", "UTC", tag) == moment
    assert format_money(Money(125_000, "EUR"), tag) == amount
    assert write_clock(AT, "UTC", tag) == "19:30"


def test_a_tag_is_known_with_a_hyphen_or_without() -> None:
    assert str(known_locale("de-AT")) == str(known_locale("de_AT")) == "de_AT"


@pytest.mark.parametrize(
    ("tag", "english"),
    [("en", "en"), ("en-ZA", "en-ZA"), ("en_GB", "en-GB"), ("de-AT", "en"), ("xx", "en")],
)
def test_what_is_written_in_english_is_dated_in_english(tag: str, english: str) -> None:
    assert english_of(tag) == english
