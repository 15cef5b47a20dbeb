"""Decisions about holds that need nothing but values: ranks, deadlines, expiry."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal, NamedTuple, cast
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from houseful.calendar import Span

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAYS_AHEAD_MAX = 400
Hours = Annotated[int, Meta(ge=1, le=24 * 366)]
BusinessDays = Annotated[int, Meta(ge=1, le=250)]


class Queued(NamedTuple):
    """One cell's time in the queue: who holds it, for which line, and since when.

    A place that is kept for who left has no line.
    """

    cell_id: UUID
    span: Span
    holder: UUID
    line: object
    priority: Decimal


def worst_ranks(queue: Collection[Queued], lines: Collection[object]) -> dict[object, int]:
    """Return each line's rank: the worst that it has on any of its cells, at any instant.

    At one instant of one cell, the rank is one more than the number of holders who were there
    earlier; so ranks there are always 1, 2, 3 … without gaps, and equal priorities are joint.
    Places that are kept count as those of holders.
    """
    by_cell: dict[UUID, list[Queued]] = defaultdict(list)
    for one in queue:
        by_cell[one.cell_id].append(one)
    ranks: dict[object, int] = {}
    for one in queue:
        if one.line in lines:
            rank = 1 + _seniors_at_worst(one, by_cell[one.cell_id])
            ranks[one.line] = max(rank, ranks.get(one.line, 1))
    return ranks


def seniors_of(queue: Collection[Queued], holder: UUID) -> set[UUID]:
    """Return the holders who are ahead of this one, somewhere and at some time."""
    mine = [one for one in queue if one.holder == holder]
    return {
        other.holder
        for one in mine
        for other in queue
        if other.holder != holder and other.priority < one.priority and _meet(one, other)
    }


def juniors_of(queue: Collection[Queued], holder: UUID) -> set[UUID]:
    """Return the holders who are behind this one, somewhere and at some time."""
    mine = [one for one in queue if one.holder == holder]
    return {
        other.holder
        for one in mine
        for other in queue
        if other.holder != holder and one.priority < other.priority and _meet(one, other)
    }


def joint_lines(queue: Collection[Queued], lines: Collection[object]) -> set[object]:
    """Return which of the lines share their place with another holder, somewhere."""
    return {one.line for one in queue if one.line in lines and line_reasons(queue, one.line)[1]}


def line_reasons(queue: Collection[Queued], line: object) -> tuple[list[UUID], list[UUID]]:
    """Return who is ahead of a line, in the order of the queue, and who is joint with it."""
    mine = [one for one in queue if one.line == line]
    met = [
        other
        for one in mine
        for other in queue
        if other.holder != one.holder and other.priority <= one.priority and _meet(one, other)
    ]
    own = min((one.priority for one in mine), default=None)
    ahead = sorted(
        {(other.priority, other.holder) for other in met if other.priority != own},
    )
    joint = sorted({other.holder for other in met if other.priority == own})
    return list(dict.fromkeys(holder for _, holder in ahead)), joint


def gaps_ahead(queue: Collection[Queued], kept: Collection[Queued], line: object) -> list[Queued]:
    """Return the places that are kept ahead of a line for who is not there, in their order."""
    mine = [one for one in queue if one.line == line]
    there = {(one.priority, one.holder) for one in queue if any(_meet(one, each) for each in mine)}
    ahead = {
        place
        for place in kept
        if (place.priority, place.holder) not in there
        and any(place.priority < one.priority and _meet(one, place) for one in mine)
    }
    return sorted(ahead, key=lambda place: (place.priority, place.holder, place.cell_id))


def has_followers(queue: Collection[Queued], one: Queued, *, besides: UUID) -> bool:
    """Whether somebody besides the holder is behind a place, at some time."""
    return any(
        other.holder != besides and one.priority < other.priority and _meet(one, other)
        for other in queue
    )


def meetings(queue: Collection[Queued], holder: UUID, other: UUID) -> list[tuple[Queued, Queued]]:
    """Return where the two holders want one cell at one time."""
    return [
        (mine, its)
        for mine in queue
        if mine.holder == holder
        for its in queue
        if its.holder == other and _meet(mine, its)
    ]


def _seniors_at_worst(one: Queued, others: Sequence[Queued]) -> int:
    """Walk through the time: who leaves makes room for who comes at that very instant.

    Who is there, and has the same place kept beside it, counts once; who went to the back of the
    queue has a place kept ahead of themselves.
    """
    steps: list[tuple[datetime, int, tuple[UUID, Decimal]]] = []
    for other in others:
        if (
            other.priority < one.priority
            and (other.holder != one.holder or other.line is None)
            and other.span.overlaps(one.span)
        ):
            place = other.holder, other.priority
            steps += [(other.span.start, 1, place), (other.span.end, -1, place)]
    there: Counter[tuple[UUID, Decimal]] = Counter()
    worst = 0
    for at, step, place in sorted(steps):
        there[place] += step
        if at < one.span.end:
            worst = max(worst, sum(1 for times in there.values() if times))
    return worst


def _meet(one: Queued, other: Queued) -> bool:
    return one.cell_id == other.cell_id and one.span.overlaps(other.span)


class LeadTime(msgspec.Struct, frozen=True, rename="camel"):
    """Up to so many days before the first day, a hold lasts so many hours.

    With `business_days` it lasts until the house closes on the last of so many days on which
    somebody is there; the day on which it is placed does not count.
    """

    within_days: Annotated[int, Meta(ge=0, le=3650)]
    hours: Hours = 24
    business_days: BusinessDays | None = None


class CancellationTerm(msgspec.Struct, frozen=True, rename="camel"):
    """Up to so many days before the night, a share of the price is due when it is called off."""

    within_days: Annotated[int, Meta(ge=0, le=3650)]
    share: Annotated[int, Meta(ge=0, le=10_000, description="Basis points.")]


class HoldPolicy(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A venue's rules for holds: `settings.hire` of the venue, where they differ from these.

    `tells_holders` is whether customers get mail about their holds and bookings.

    Further ahead than any lead time, a hold lasts `hold_hours`, or what `rank_hours` says of its
    rank: the first, the second, and the last for all that are behind.

    An offer lasts `offer_hours`, or as long as the contract that is out for signature.

    `cancellation_terms` say what a customer owes who calls off what is firm; without any, nothing.

    `business_hours` says from when until when somebody is there, by weekday; hours of a challenge
    and of the confirmation after it are counted within.
    """

    business_hours: dict[str, tuple[str, str]] = msgspec.field(
        default_factory=lambda: dict.fromkeys(WEEKDAYS[:5], ("09:00", "18:00"))
    )
    challenge_hours: Hours = 24
    confirm_hours: Hours = 24
    on_challenge_expiry: Literal["auto_release", "escalate"] = "auto_release"
    lead_times: tuple[LeadTime, ...] = (LeadTime(7, 24), LeadTime(45, 7 * 24))
    hold_hours: Hours = 14 * 24
    offer_hours: Hours = 14 * 24
    rank_hours: Annotated[tuple[Hours, ...], Meta(max_length=20)] = ()
    cancellation_terms: Annotated[tuple[CancellationTerm, ...], Meta(max_length=20)] = ()
    tells_holders: bool = True


def read_policy(settings: Mapping[str, object]) -> HoldPolicy:
    """Return the policy in a venue's settings; what is missing or malformed is as usual."""
    found = settings.get("hire")
    if not isinstance(found, dict):
        return HoldPolicy()
    given = cast("dict[str, Any]", found)
    good: dict[str, Any] = {}
    for field in msgspec.structs.fields(HoldPolicy):
        try:
            good[field.name] = msgspec.convert(given[field.encode_name], field.type)
        except (KeyError, msgspec.ValidationError):
            continue
    return HoldPolicy(**good)


def expiry_of(
    policy: HoldPolicy, now: datetime, starts_at: datetime, *, timezone: str, rank: int = 1
) -> datetime:
    """Return when a hold that is placed now in a rank falls away: never later than it begins."""
    lead = starts_at - now
    near = next(
        (
            one
            for one in sorted(policy.lead_times, key=lambda one: one.within_days)
            if lead <= timedelta(days=one.within_days)
        ),
        None,
    )
    if near is not None and near.business_days is not None:
        ends = business_days_later(now, near.business_days, policy.business_hours, timezone)
    elif near is not None:
        ends = now + timedelta(hours=near.hours)
    else:
        by_rank = policy.rank_hours[:rank]
        ends = now + timedelta(hours=by_rank[-1] if by_rank else policy.hold_hours)
    return by_the_night(ends, starts_at, now)


def by_the_night(ends: datetime, starts_at: datetime, now: datetime) -> datetime:
    """Return when a hold falls away that would at `ends`: never later than it begins."""
    return min(ends, max(starts_at, now))


def business_days_later(
    start: datetime, days: int, opening: Mapping[str, tuple[str, str]], timezone: str
) -> datetime:
    """Return when the house closes on the last of so many business days after this day.

    Without opening hours, every day counts.
    """
    zone = ZoneInfo(timezone)
    day = start.astimezone(zone).date()
    left = days
    for _ in range(DAYS_AHEAD_MAX):
        day += timedelta(days=1)
        for span in _open_on(opening.get(WEEKDAYS[day.weekday()]), day, zone):
            left -= 1
            if not left:
                return span.end
    return start + timedelta(days=days)


def contest_deadline(
    policy: HoldPolicy, now: datetime, hours: int, *, night: datetime, timezone: str
) -> datetime:
    """Return when so many business hours have passed, at the latest when the night begins."""
    ends = business_deadline(now, hours, policy.business_hours, timezone)
    return max(now, min(ends, night))


def business_deadline(
    start: datetime, hours: int, opening: Mapping[str, tuple[str, str]], timezone: str
) -> datetime:
    """Return when so many business hours have passed; without opening hours, every hour counts."""
    left = timedelta(hours=hours)
    zone = ZoneInfo(timezone)
    day = start.astimezone(zone).date()
    for _ in range(DAYS_AHEAD_MAX):
        for span in _open_on(opening.get(WEEKDAYS[day.weekday()]), day, zone):
            begin = max(span.start, start)
            if begin < span.end:
                if span.end - begin >= left:
                    return begin + left
                left -= span.end - begin
        day += timedelta(days=1)
    return start + timedelta(hours=hours)


def _open_on(hours: tuple[str, str] | None, day: date, zone: ZoneInfo) -> Iterable[Span]:
    if hours is None:
        return
    try:
        opens, closes = (time.fromisoformat(each) for each in hours)
    except ValueError:
        return
    begin, end = (
        datetime.combine(day, each, tzinfo=zone).astimezone(UTC) for each in (opens, closes)
    )
    if begin < end:
        yield Span(begin, end)
