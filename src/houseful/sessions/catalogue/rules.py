"""When a session can be booked, and where pictures are: decided by values alone."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

SlotStatus = str


def slot_status(status: str, taken: int, capacity: int) -> SlotStatus:
    """Return the status that is shown: available, booked (full), cancelled or ended."""
    if status != "open":
        return status
    return "booked" if taken >= capacity else "available"


def why_not_bookable(
    *,
    status: str,
    starts_at: datetime,
    timezone: str,
    booking_opens_hours: int | None,
    booking_closes_minutes: int,
    now: datetime,
) -> str:
    """Return why a session cannot be booked at `now`, or an empty text; times are the venue's."""
    if status == "cancelled":
        return "This session has been called off."
    if status == "ended" or starts_at <= now:
        return "This session has begun."
    if starts_at - timedelta(minutes=booking_closes_minutes) <= now:
        return "Booking has closed."
    if booking_opens_hours is not None:
        opens_at = starts_at - timedelta(hours=booking_opens_hours)
        if now < opens_at:
            local = opens_at.astimezone(ZoneInfo(timezone))
            return f"Booking opens on {local:%Y-%m-%d at %H:%M} ({timezone.replace('_', ' ')})."
    return ""


def picture_address(organization_id: UUID, picture_hash: str | None) -> str:
    """Return the public address of a picture, or an empty text where there is none."""
    if picture_hash is None:
        return ""
    return f"/api/client/companies/{organization_id}/pictures/{picture_hash}"
