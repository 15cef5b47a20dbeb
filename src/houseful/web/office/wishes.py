"""Spaces and times as forms and the calendar write them: one row for each space of a booking."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from houseful.hire import BookingView, SpaceWish
from houseful.hire.bookings.rules import instant_of, is_twice, wall_time
from houseful.hire.bookings.schemas import BUFFER_MINUTES_MAX, UsageSegment
from houseful.kernel.problems import Invalid
from houseful.venues import Space, wholes_of
from houseful.web.office.forms import read_number, read_time, write_time
from houseful.web.office.usage import WORDS

EMPTY_ROWS = 2
ROWS_MAX = 50
USES_MAX = 50
WHOLE_VENUE = "all"
PEOPLE_MAX = 10_000_000
SKIPPED = "The clocks are put forward then: there is no such time."
TWICE = "The clocks show this time twice that night: please say which one."
BUFFERS = ("setup", "teardown", "gap")
AS_BEFORE = "As before."


def wish_of(line: Any) -> SpaceWish:
    """Return what a line of a booking wants already."""
    return SpaceWish(
        space_id=line.space_id,
        starts_at=line.starts_at,
        ends_at=line.ends_at,
        setup_style=line.setup_style,
        attendance=line.attendance,
        setup_minutes=line.setup_minutes,
        teardown_minutes=line.teardown_minutes,
        gap_minutes=line.gap_minutes,
        buffer_reason=line.buffer_reason or AS_BEFORE,
        usage=msgspec.convert(line.usage, list[UsageSegment]),
    )


def shift_wish(wish: SpaceWish, *, shift: int, stretch: int, timezone: str) -> None:
    """Move a wish by minutes on the wall, and make it longer; what it is used for comes along.

    Raises `Invalid` for a time that the clocks skip, or show twice.
    """
    wish.starts_at = later(wish.starts_at, shift, timezone)
    wish.ends_at = later(wish.ends_at, shift + stretch, timezone)
    for segment in wish.usage:
        segment.starts_at = later(segment.starts_at, shift, timezone)
        segment.ends_at = later(segment.ends_at, shift, timezone)


def later(at: datetime, minutes: int, timezone: str) -> datetime:
    """Shift by wall time: seven days later is at the same hour, whatever the clocks did."""
    if not minutes:
        return at
    wall = wall_time(at, timezone) + timedelta(minutes=minutes)
    found = instant_of(wall, timezone)
    if found is None:
        raise Invalid.at("/startsAt", SKIPPED)
    if is_twice(wall, timezone):
        raise Invalid.at("/startsAt", TWICE + " The booking's own page asks for it.")
    return found


def read_rows(form: Mapping[str, str], spaces: Mapping[str, Space], zone: str) -> list[Any]:
    """Read the rows in which a space was chosen, as the body of a booking has them.

    `all` stands for every space that is part of no other. Raises `Invalid` at the row's field.
    """
    rows: list[Any] = []
    for number in range(ROWS_MAX):
        chosen = form.get(f"space-{number}", "")
        if not chosen:
            continue
        if chosen != WHOLE_VENUE and chosen not in spaces:
            raise Invalid.at(f"/space-{number}", "Please choose one.")
        row = _read_row(form, number, zone)
        wanted = wholes_of(list(spaces.values())) if chosen == WHOLE_VENUE else [spaces[chosen]]
        rows += [row | {"spaceId": str(space.id)} for space in wanted]
    if not rows:
        raise Invalid.at("/space-0", "Please choose a space.")
    return rows


def write_rows(booking: BookingView) -> dict[str, str]:
    """Return the texts of a booking's rows."""
    texts: dict[str, str] = {}
    for number, line in enumerate(booking.spaces):
        texts |= {
            f"space-{number}": str(line.space_id),
            f"starts-{number}": write_time(line.starts_at, booking.timezone),
            f"ends-{number}": write_time(line.ends_at, booking.timezone),
            f"fold-starts-{number}": _fold_of(line.starts_at, booking.timezone),
            f"fold-ends-{number}": _fold_of(line.ends_at, booking.timezone),
            f"style-{number}": line.setup_style,
            f"people-{number}": "" if line.attendance is None else str(line.attendance),
            f"setup-{number}": str(line.setup_minutes),
            f"teardown-{number}": str(line.teardown_minutes),
            f"gap-{number}": str(line.gap_minutes),
            f"why-{number}": line.buffer_reason,
        }
        for place, use in enumerate(msgspec.convert(line.usage, list[UsageSegment])):
            name = f"{number}-use-{place}"
            texts |= {
                f"kind-{name}": use.kind,
                f"starts-{name}": write_time(use.starts_at, booking.timezone),
                f"ends-{name}": write_time(use.ends_at, booking.timezone),
                f"fold-starts-{name}": _fold_of(use.starts_at, booking.timezone),
                f"fold-ends-{name}": _fold_of(use.ends_at, booking.timezone),
            }
    return texts


def rows_shown(texts: Mapping[str, str]) -> range:
    """Return the numbers of the rows that a form shows: those that are used, and empty ones."""
    used = [number for number in range(ROWS_MAX) if texts.get(f"space-{number}")]
    return range(min(ROWS_MAX, (used[-1] + 1 if used else 0) + EMPTY_ROWS))


def uses_shown(texts: Mapping[str, str], number: int) -> range:
    """Return the numbers of a row's uses that a form shows: what there is, and empty ones."""
    used = [place for place in range(USES_MAX) if texts.get(f"kind-{number}-use-{place}")]
    return range(min(USES_MAX, (used[-1] + 1 if used else 0) + EMPTY_ROWS))


def times_shown_twice(texts: Mapping[str, str], zone: str) -> set[str]:
    """Return the fields whose time comes twice that night: the form asks which is meant."""
    found: set[str] = set()
    for name, text in texts.items():
        if not name.startswith(("starts", "ends")):
            continue
        try:
            wall = datetime.fromisoformat(text)
        except ValueError:
            continue
        if wall.tzinfo is None and is_twice(wall, zone):
            found.add(name)
    return found


def read_instant(form: Mapping[str, str], name: str, zone: str) -> datetime:
    """Read a time of the zone; one that comes twice needs `fold-…`. Raises `Invalid`."""
    at = read_time(form.get(name, ""), ZoneInfo(zone), f"/{name}")
    if at is None:
        raise Invalid.at(f"/{name}", "Please give date and time.")
    wall = at.replace(tzinfo=None)
    if not is_twice(wall, zone):
        return at.astimezone(UTC)
    fold = form.get(f"fold-{name}", "")
    if fold not in {"0", "1"}:
        raise Invalid.at(f"/{name}", TWICE)
    found = instant_of(wall, zone, fold=int(fold))
    assert found is not None
    return found


def _read_row(form: Mapping[str, str], number: int, zone: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "startsAt": read_instant(form, f"starts-{number}", zone).isoformat(),
        "endsAt": read_instant(form, f"ends-{number}", zone).isoformat(),
        "setupStyle": form.get(f"style-{number}", "").strip(),
        "bufferReason": form.get(f"why-{number}", "").strip(),
    }
    people = form.get(f"people-{number}", "").strip()
    if people:
        row["attendance"] = read_number(people, f"/people-{number}", maximum=PEOPLE_MAX)
    for name in BUFFERS:
        minutes = form.get(f"{name}-{number}", "").strip()
        if minutes:
            row[f"{name}Minutes"] = read_number(
                minutes, f"/{name}-{number}", maximum=BUFFER_MINUTES_MAX
            )
    names = [f"{number}-use-{place}" for place in range(USES_MAX)]
    return row | {"usage": [_read_use(form, name, zone) for name in names if _is_used(form, name)]}


def _is_used(form: Mapping[str, str], name: str) -> bool:
    return any(form.get(f"{part}-{name}", "").strip() for part in ("kind", "starts", "ends"))


def _read_use(form: Mapping[str, str], name: str, zone: str) -> dict[str, Any]:
    kind = form.get(f"kind-{name}", "")
    if kind not in WORDS:
        raise Invalid.at(f"/kind-{name}", "Please choose one.")
    starts_at = read_instant(form, f"starts-{name}", zone)
    ends_at = read_instant(form, f"ends-{name}", zone)
    if ends_at <= starts_at:
        raise Invalid.at(f"/ends-{name}", "The end must be after the start.")
    return {"kind": kind, "startsAt": starts_at.isoformat(), "endsAt": ends_at.isoformat()}


def _fold_of(at: datetime, timezone: str) -> str:
    return str(at.astimezone(ZoneInfo(timezone)).fold)
