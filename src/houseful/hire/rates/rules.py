"""What a space costs for a time: one pure function, with a line for every step."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from houseful.hire.bookings.rules import wall_time
from houseful.kernel.business_day import DAY_BEGINS_HOUR

AMOUNT_MAX = 10**12

Unit = Literal["hour", "day", "event"]
Amount = Annotated[int, Meta(ge=0, le=AMOUNT_MAX, description="Minor units.")]
MonthDay = Annotated[str, Meta(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]
Weekday = Annotated[int, Meta(ge=1, le=7, description="1 is Monday.")]


class Rate(msgspec.Struct, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """One price of a rate card; what is left out does not matter to it.

    The most particular rate holds: for the space, the set-up, the weekday, the season. `minimum` is
    the least that a line costs. A season may run over the new year.
    """

    label: Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^(?=.*\S)[^\x00]*$")]
    unit: Unit
    amount_minor: Amount
    minimum_minor: Amount = 0
    space_id: UUID | None = None
    setup_style: Annotated[str, Meta(max_length=40, pattern=r"^[^\x00]*$")] = ""
    weekdays: Annotated[list[Weekday], Meta(max_length=7)] = msgspec.field(
        default_factory=list[int]
    )
    season_from: MonthDay | None = None
    season_until: MonthDay | None = None


class PricedTime(msgspec.Struct, frozen=True, kw_only=True):
    """A space that is hired for a time."""

    space_id: UUID
    starts_at: datetime
    ends_at: datetime
    setup_style: str
    timezone: str
    day_begins_hour: int = DAY_BEGINS_HOUR


class TraceLine(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One step of a price: how many of what, at how much."""

    label: str
    unit: str
    quantity: int
    unit_minor: int
    amount_minor: int
    day: date | None = None


class Price(msgspec.Struct, frozen=True, kw_only=True):
    """What a line costs, and why; `missing` are the days that no rate is for."""

    amount_minor: int
    trace: list[TraceLine]
    missing: list[date]


def price_time(rates: Sequence[Rate], wanted: PricedTime) -> Price:
    """Return what the time costs.

    Each business day costs the cheaper of its most particular rates by the hour (begun hours count)
    and by the day; a rate by the event, if none is more particular, is the most that all costs.
    """
    days = business_days(wanted)
    missing: list[date] = []
    trace: list[TraceLine] = []
    used: list[Rate] = []
    for day, minutes in days:
        options = [rate for rate in best_rates(rates, wanted, day) if rate.unit != "event"]
        if not options:
            missing.append(day)
            continue
        rate, line = min(
            ((rate, _day_line(rate, day, minutes)) for rate in options),
            key=lambda pair: pair[1].amount_minor,
        )
        used.append(rate)
        trace.append(line)
    for rate in best_rates(rates, wanted, days[0][0]):
        if rate.unit == "event" and (missing or rate.amount_minor < _total(trace)):
            trace, used, missing = [_event_line(rate)], [rate], []
    least = max((rate.minimum_minor for rate in used), default=0)
    if not missing and least > _total(trace):
        lift = least - _total(trace)
        trace.append(
            TraceLine(
                label="Up to the minimum",
                unit="minimum",
                quantity=1,
                unit_minor=lift,
                amount_minor=lift,
            )
        )
    return Price(amount_minor=_total(trace), trace=trace, missing=missing)


def business_days(wanted: PricedTime) -> list[tuple[date, int]]:
    """Return the business days that the time touches, each with its minutes."""
    shift = timedelta(hours=wanted.day_begins_hour)
    start = wall_time(wanted.starts_at, wanted.timezone) - shift
    minutes = _minutes(wanted.ends_at - wanted.starts_at)
    days: list[tuple[date, int]] = []
    while minutes > 0:
        midnight = datetime.combine(start.date() + timedelta(days=1), time())
        here = min(minutes, _minutes(midnight - start))
        days.append((start.date(), here))
        minutes -= here
        start = midnight
    return days


def best_rates(rates: Sequence[Rate], wanted: PricedTime, day: date) -> list[Rate]:
    """Return the rates that are for this space, set-up and day, the most particular ones."""
    fitting = [rate for rate in rates if _fits(rate, wanted, day)]
    best = max((_particularity(rate) for rate in fitting), default=())
    return [rate for rate in fitting if _particularity(rate) == best]


def in_season(day: date, season_from: str | None, season_until: str | None) -> bool:
    """Whether the day lies within a season that may run over the new year."""
    today = day.strftime("%m-%d")
    first, last = season_from or "01-01", season_until or "12-31"
    if first <= last:
        return first <= today <= last
    return today >= first or today <= last


def _fits(rate: Rate, wanted: PricedTime, day: date) -> bool:
    return (
        rate.space_id in {None, wanted.space_id}
        and rate.setup_style in {"", wanted.setup_style}
        and (not rate.weekdays or day.isoweekday() in rate.weekdays)
        and in_season(day, rate.season_from, rate.season_until)
    )


def _particularity(rate: Rate) -> tuple[bool, ...]:
    has_season = rate.season_from is not None or rate.season_until is not None
    return (rate.space_id is not None, rate.setup_style != "", bool(rate.weekdays), has_season)


def _day_line(rate: Rate, day: date, minutes: int) -> TraceLine:
    quantity = -(-minutes // 60) if rate.unit == "hour" else 1
    return TraceLine(
        label=rate.label,
        unit=rate.unit,
        quantity=quantity,
        unit_minor=rate.amount_minor,
        amount_minor=rate.amount_minor * quantity,
        day=day,
    )


def _event_line(rate: Rate) -> TraceLine:
    return TraceLine(
        label=rate.label,
        unit="event",
        quantity=1,
        unit_minor=rate.amount_minor,
        amount_minor=rate.amount_minor,
    )


def _minutes(length: timedelta) -> int:
    return -(-int(length.total_seconds()) // 60)


def _total(trace: Sequence[TraceLine]) -> int:
    return sum(line.amount_minor for line in trace)
