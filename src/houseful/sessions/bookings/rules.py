"""What cancelling costs, and when offers end: decided by values alone."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from houseful.kernel.money import Money, format_money


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What a cancellation does: whether it is late, what is kept, what comes back."""

    is_possible: bool
    is_late: bool
    fee_minor: int
    back_minor: int
    visit_comes_back: bool
    why: str


class TermsAhead(msgspec.Struct, frozen=True, kw_only=True):
    """What cancelling would do, told before one books.

    `free_until` None: the place cannot be given back. Later `kept_minor` is kept, None all that is
    paid, and the visit of a pass is forfeited. `is_known`: it is decided what it is paid with.
    """

    free_until: datetime | None
    window: str
    is_late: bool
    is_refundable: bool
    is_paid: bool
    kept_minor: int | None
    has_visit: bool
    is_known: bool


def cancellation_terms(
    policy: Mapping[str, Any],
    *,
    starts_at: datetime,
    now: datetime,
    paid_minor: int,
    has_visit: bool,
    is_billed_later: bool,
    total: int,
) -> Terms:
    """Return the terms of cancelling a confirmed place at `now`.

    In the window all comes back; later the fee is kept, or everything where no fee is named, and a
    visit is forfeited. Without a window it cannot be cancelled. Who pays afterwards owes the fee.
    """
    window = policy["cancellationWindowHours"]
    if window is None or now >= starts_at:
        why = (
            "It has begun." if now >= starts_at else "Places in this session cannot be given back."
        )
        return Terms(
            is_possible=False,
            is_late=True,
            fee_minor=paid_minor,
            back_minor=0,
            visit_comes_back=False,
            why=why,
        )
    is_late = now > starts_at - timedelta(hours=window)
    returnable = paid_minor if policy["isRefundable"] else 0
    if not is_late:
        return Terms(
            is_possible=True,
            is_late=False,
            fee_minor=paid_minor - returnable,
            back_minor=returnable,
            visit_comes_back=has_visit,
            why="In time: nothing is kept."
            if returnable == paid_minor
            else "In time, but what was paid is not refundable.",
        )
    base = total if is_billed_later else paid_minor
    fee = base if policy["lateFee"] is None else min(policy["lateFee"], base)
    return Terms(
        is_possible=True,
        is_late=True,
        fee_minor=fee if is_billed_later else paid_minor - min(returnable, paid_minor - fee),
        back_minor=0 if is_billed_later else min(returnable, paid_minor - fee),
        visit_comes_back=False,
        why=f"Less than {span_in_words(window)} before it begins.",
    )


def held_terms(paid_minor: int, *, has_visit: bool) -> Terms:
    """Return the terms of giving up a place that is only held: whatever was taken comes back."""
    return Terms(
        is_possible=True,
        is_late=False,
        fee_minor=0,
        back_minor=paid_minor,
        visit_comes_back=has_visit,
        why="The place is only held: nothing is kept.",
    )


def policy_in_words(policy: Mapping[str, Any], currency: str) -> str:
    """Return the rules of cancelling as they are kept with a booking, for people to read."""
    window = policy["cancellationWindowHours"]
    if window is None:
        return "It cannot be cancelled."
    fee = policy["lateFee"]
    kept = "all that was paid is" if fee is None else f"{format_money(Money(fee, currency))} are"
    free_until = span_in_words(window)
    words = f"It can be cancelled free of charge until {free_until} before; later {kept} kept"
    words += ", and a visit of a pass is forfeited." if "pass" in policy["methods"] else "."
    return words if policy["isRefundable"] else f"{words} What was paid is not given back."


def terms_ahead(
    policy: Mapping[str, Any],
    *,
    starts_at: datetime,
    now: datetime,
    to_pay_minor: int | None = None,
    has_visit: bool | None = None,
) -> TermsAhead:
    """Return what cancelling would do to a place that is not booked yet.

    `to_pay_minor` and `has_visit` are None while it is not known what it will be paid with.
    """
    window, fee = policy["cancellationWindowHours"], policy["lateFee"]
    free_until = None if window is None else starts_at - timedelta(hours=window)
    kept = to_pay_minor if fee is None else min(fee, fee if to_pay_minor is None else to_pay_minor)
    return TermsAhead(
        free_until=free_until,
        window="" if not window else span_in_words(window),
        is_late=free_until is not None and now > free_until,
        is_refundable=policy["isRefundable"],
        is_paid=to_pay_minor != 0,
        kept_minor=kept,
        has_visit="pass" in policy["methods"] if has_visit is None else has_visit,
        is_known=has_visit is not None,
    )


def span_in_words(hours: int) -> str:
    """Return a number of hours in words, in days where they are whole: `7 days`, `36 hours`."""
    number, unit = (hours // 24, "day") if hours and hours % 24 == 0 else (hours, "hour")
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def offer_until(
    now: datetime,
    starts_at: datetime,
    timezone: str,
    *,
    minutes: int,
    quiet_from: int,
    quiet_until: int,
) -> datetime:
    """Return until when an offer stands: its clock rests in the quiet hours of the session's zone.

    It never outlasts the beginning of the session.
    """
    left = timedelta(minutes=minutes)
    at = _awake(now, timezone, quiet_from, quiet_until)
    while quiet_from != quiet_until and at < starts_at:
        rests_at = _next_at(quiet_from, at, timezone)
        if at + left <= rests_at:
            break
        left -= rests_at - at
        at = _awake(rests_at, timezone, quiet_from, quiet_until)
    return min(at + left, starts_at)


def next_reminder(number: int, base_days: int = 3) -> timedelta:
    """Return how long after reminder `number` of a debt the next one comes: 3, 6, 12 … days."""
    return timedelta(days=base_days * 2 ** (number - 1))


def _next_at(hour: int, after: datetime, timezone: str) -> datetime:
    """Return when it is that hour next in the zone."""
    zone = ZoneInfo(timezone)
    day = after.astimezone(zone).date()
    for date in (day, day + timedelta(days=1)):
        found = datetime.combine(date, time(hour % 24), zone).astimezone(after.tzinfo)
        if found > after:
            break
    return found


def _awake(now: datetime, timezone: str, quiet_from: int, quiet_until: int) -> datetime:
    """Return `now`, or the end of the quiet hours that it is in."""
    if quiet_from == quiet_until:
        return now
    local = now.astimezone(ZoneInfo(timezone))
    hour = local.hour
    is_quiet = (
        quiet_from <= hour < quiet_until
        if quiet_from < quiet_until
        else hour >= quiet_from or hour < quiet_until
    )
    if not is_quiet:
        return now
    day = local.date() + timedelta(days=1 if hour >= quiet_until % 24 else 0)
    return datetime.combine(day, time(quiet_until % 24), ZoneInfo(timezone)).astimezone(now.tzinfo)
