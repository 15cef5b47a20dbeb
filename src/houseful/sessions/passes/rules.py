"""Whether a pass can be used for a session, and what a visit of it is worth: values alone."""

from collections.abc import Collection
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec


class Slot(msgspec.Struct, frozen=True):
    """A session as passes see it."""

    activity_id: UUID
    starts_at: datetime
    timezone: str

    @property
    def local(self) -> datetime:
        """When it begins, in its own zone."""
        return self.starts_at.astimezone(ZoneInfo(self.timezone))

    @property
    def day(self) -> str:
        """Its day, which caps count by."""
        return self.local.date().isoformat()

    @property
    def week(self) -> frozenset[str]:
        """The days of its week, Monday to Sunday."""
        monday = self.local.date() - timedelta(days=self.local.weekday())
        return frozenset((monday + timedelta(days=day)).isoformat() for day in range(7))


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """A pass as its rules need it; `days` are those of the visits that stand."""

    status: str
    sessions_limit: int | None
    sessions_used: int
    validity_days: int | None
    starts_at: datetime | None
    expires_at: datetime | None
    frozen_from: datetime | None
    activity_ids: Collection[str]
    weekdays: Collection[int]
    from_time: str
    until_time: str
    daily_cap: int | None
    weekly_cap: int | None
    days: tuple[str, ...] = ()


def why_not_usable(holding: Holding, slot: Slot) -> str:
    """Return why a pass cannot be used for a session, or an empty text.

    It must be valid on the session's date. Its clock starts with the earliest session that it is
    used for, so an earlier one may not make a later one fall outside.
    """
    if holding.status not in {"pending", "active", "paused"}:
        return {"awaiting_payment": "not paid for yet", "expired": "it has ended"}.get(
            holding.status, "it was cancelled"
        )
    if holding.frozen_from is not None and slot.starts_at >= holding.frozen_from:
        return "it is frozen"
    if holding.activity_ids and str(slot.activity_id) not in holding.activity_ids:
        return "it is not for this activity"
    if holding.weekdays and slot.local.weekday() not in holding.weekdays:
        return "it is not for this day of the week"
    if not _is_in_hours(slot.local.time(), holding.from_time, holding.until_time):
        return "it is not for this time of the day"
    if holding.sessions_limit is not None and holding.sessions_used >= holding.sessions_limit:
        return "no visits are left on it"
    return _why_not_then(holding, slot) or _why_capped(holding, slot)


def depends_on_days(holding: Holding, slot: Slot) -> bool:
    """Whether the days of a pass's other visits decide if it can be used for a session."""
    is_capped = holding.daily_cap is not None or holding.weekly_cap is not None
    has_later = holding.starts_at is not None and slot.starts_at < holding.starts_at
    return is_capped or (has_later and holding.expires_at is not None)


def visit_value(deferred_minor: int, sessions_limit: int | None, sessions_used: int) -> int:
    """Return what the next visit is worth; the visits of a pass sum to its price exactly.

    A visit of an unlimited pass moves nothing: its price is earned when it ends.
    """
    if sessions_limit is None or sessions_used >= sessions_limit:
        return 0
    return deferred_minor // (sessions_limit - sessions_used)


def refund_value(policy: str, price: int, deferred_minor: int, used: int) -> int:
    """Return what comes back of a pass's price when it is cancelled."""
    if policy == "none":
        return 0
    if policy == "full":
        return price if used == 0 else 0
    return min(deferred_minor, price)


def _is_in_hours(at: time, from_time: str, until_time: str) -> bool:
    if from_time and at < time.fromisoformat(from_time):
        return False
    return not (until_time and at >= time.fromisoformat(until_time))


def _why_not_then(holding: Holding, slot: Slot) -> str:
    if holding.expires_at is None or holding.starts_at is None:
        return ""
    if slot.starts_at >= holding.expires_at:
        return "it will have ended by then"
    if slot.starts_at < holding.starts_at and holding.days:
        new_end = slot.starts_at + (holding.expires_at - holding.starts_at)
        if max(holding.days) > new_end.astimezone(ZoneInfo(slot.timezone)).date().isoformat():
            return "a later session has started its clock"
    return ""


def _why_capped(holding: Holding, slot: Slot) -> str:
    if holding.daily_cap is not None and holding.days.count(slot.day) >= holding.daily_cap:
        return "it was used often enough that day"
    in_week = sum(day in slot.week for day in holding.days)
    if holding.weekly_cap is not None and in_week >= holding.weekly_cap:
        return "it was used often enough that week"
    return ""
