"""Templates: how pages are written, and how they say money, times and addresses."""

from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_name
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from litestar import Response

from houseful.kernel.dates import write_clock, write_day, write_moment
from houseful.kernel.locales import english_of, known_locale
from houseful.kernel.money import Money, format_money
from houseful.web import assets
from houseful.web.places import places_of
from houseful.web.visits import Visit

TEMPLATES = Path(__file__).parent / "templates"


ASKED_FIRST = (
    *("base.html", "shop/house.html", "shop/event.html"),
    *("shop/timetable.html", "shop/timetable_days.html", "shop/session.html"),
)
"""What a crowd opens first: to compile it takes longer than to write it a few times."""


def warm() -> None:
    """Compile what is asked for first, so that the first to ask does not wait for that."""
    for name in ASKED_FIRST:
        environment().get_template(name)
    write_moment(datetime(2000, 1, 1, tzinfo=UTC), "EEE, d MMM y, HH:mm", "UTC", "en")
    money(0, "EUR")


def page(visit: Visit, template: str, *, status: int = 200, **values: Any) -> Response[str]:
    """Render a page for the visit; personal pages are never kept by anyone in between."""
    response = Response(
        fragment(visit, template, **values), status_code=status, media_type="text/html"
    )
    response.headers["cache-control"] = "no-store"
    visit.keep(response)
    return response


def fragment(visit: Visit, template: str, **values: Any) -> str:
    """Render a template to text, with what every template may use."""
    return (
        environment()
        .get_template(template)
        .render(visit=visit, csrf=visit.csrf, organization=visit.organization, **values)
    )


@cache
def environment() -> Environment:
    """Return the templates' environment."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    cast("dict[str, Any]", made.globals).update(
        script_of=assets.script_of, styles_of=assets.styles_of, public_places=places_of
    )
    cast("dict[str, Any]", made.filters).update(
        money=money,
        amount=amount,
        when=when,
        during=during,
        day=day,
        date=short_date,
        weekday=long_date,
        month=month,
        clock=clock_time,
        zone=zone_name,
        iso=iso,
        english=english_of,
        words=words,
    )
    return made


def money(amount_minor: int, currency: str, locale: str = "en") -> str:
    """Write an amount: `€35.00`."""
    return format_money(Money(amount_minor, currency), english_of(locale))


def amount(value: Money, locale: str = "en") -> str:
    """Write an amount that knows its currency: `€35.00`."""
    return format_money(value, english_of(locale))


def when(at: datetime | None, zone: str, locale: str = "en") -> str:
    """Write day and time in the venue's zone: `Sat, 5 Dec 2026, 20:00`."""
    if at is None:
        return "to be announced"
    return write_moment(at, "EEE, d MMM y, HH:mm", zone, english_of(locale))


def during(starts_at: datetime, ends_at: datetime, zone: str, locale: str = "en") -> str:
    """Write from when until when, the day once: `Sat, 5 Dec 2026, 20:00 – 22:30`."""
    begins, ends = (at.astimezone(ZoneInfo(zone)).date() for at in (starts_at, ends_at))
    write_end = clock_time if begins == ends else when
    return f"{when(starts_at, zone, locale)} – {write_end(ends_at, zone, locale)}"


def short_date(on: date | None, locale: str = "en") -> str:
    """Write a day of no particular zone: `5 Dec 2026`."""
    return write_day(on, "d MMM y", english_of(locale)) if on is not None else "–"


def long_date(on: date, locale: str = "en") -> str:
    """Write a day of no particular zone with its weekday: `Saturday, 5 December 2026`."""
    return write_day(on, "EEEE, d MMMM y", english_of(locale))


def month(first: str | date, locale: str = "en") -> str:
    """Write a month: `December 2026`; of a text such as `2026-12`, too."""
    on = date.fromisoformat(f"{first}-01") if isinstance(first, str) else first
    return write_day(on, "MMMM y", english_of(locale))


def day(at: datetime | None, zone: str, locale: str = "en") -> str:
    """Write the day in the venue's zone."""
    if at is None:
        return "to be announced"
    return write_day(at.astimezone(ZoneInfo(zone)).date(), "EEEE, d MMMM y", english_of(locale))


def clock_time(at: datetime | None, zone: str, locale: str = "en") -> str:
    """Write the time of day in the venue's zone."""
    if at is None:
        return "–"
    return write_clock(at, zone, english_of(locale))


def zone_name(at: datetime | None, zone: str, locale: str = "en") -> str:
    """Name the venue's zone as people do at that time of the year."""
    moment = at.astimezone(ZoneInfo(zone)) if at is not None else None
    return get_timezone_name(moment or ZoneInfo(zone), locale=known_locale(english_of(locale)))


def words(code: str) -> str:
    """Write a code of ours as people read it: `partially refunded`; `canceled` as we spell it."""
    return code.replace("_", " ").replace("canceled", "cancelled")


def iso(at: datetime | None) -> str:
    """Write an instant for machines."""
    return at.isoformat() if at is not None else ""
