"""Taking what sessions need: time in a space, instructors, resources; and giving it back."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, DateTime, Uuid, bindparam, delete, insert, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError

from houseful.accounts import organization_of
from houseful.calendar import ClaimRequest, claim_time, in_the_way_of_each, release_claims
from houseful.kernel.database import UnitOfWork, sqlstate
from houseful.kernel.dates import write_clock, write_moment
from houseful.kernel.ids import new_id
from houseful.kernel.locales import english_of
from houseful.sessions.catalogue.models import Activity, Instructor, Session, SessionResource
from houseful.sessions.catalogue.models import SessionUse as Use
from houseful.sessions.problems import AlreadyInUse
from houseful.venues import SpaceScope

EXCLUSION_VIOLATION = "23P01"
CONFLICTS_MAX = 50
OBSTACLES_MAX = 2000

_FIND = text(
    """
    SELECT DISTINCT u.kind, u.used_id, s.id, s.starts_at, s.ends_at, s.timezone, a.name
    FROM unnest(:used, :starts, :ends) AS wanted (used_id, starts_at, ends_at)
    JOIN session_uses u ON u.organization_id = :tenant AND u.used_id = wanted.used_id
        AND u.taken_from < wanted.ends_at AND u.taken_until > wanted.starts_at
    JOIN sessions s ON s.organization_id = u.organization_id AND s.id = u.session_id
    JOIN activities a ON a.organization_id = s.organization_id AND a.id = s.activity_id
    ORDER BY s.starts_at, s.id
    LIMIT :limit
    """
).bindparams(
    bindparam("used", type_=ARRAY(Uuid())),
    bindparam("starts", type_=ARRAY(DateTime(timezone=True))),
    bindparam("ends", type_=ARRAY(DateTime(timezone=True))),
)


class Obstacle(msgspec.Struct, frozen=True):
    """What a session cannot be beside: what has its space, its instructor or a resource then.

    `kind` is space, instructor or resource; `name` is empty where it may not be told.
    """

    kind: str
    name: str
    starts_at: datetime
    ends_at: datetime


async def take_slots(
    uow: UnitOfWork, sessions: Sequence[Session], activity: Activity, *, scope: SpaceScope = None
) -> None:
    """Claim the spaces of sessions, and who and what they need: all of it, or nothing.

    Raises `SpaceTaken` and `AlreadyInUse` with what is in the way.
    """
    await claim_time(uow, [_request(one, activity) for one in sessions], scope=scope)
    rows = [row for one in sessions for row in _uses(uow.tenant, one)]
    if not rows:
        return
    if await _conflicts(uow, rows):
        raise await _told(uow, rows)
    try:
        async with uow.session.begin_nested():
            await uow.execute(insert(Use), rows)
    except IntegrityError as error:
        if sqlstate(error) != EXCLUSION_VIOLATION:
            raise
        raise await _told(uow, rows) from error


async def obstacles_to(
    uow: UnitOfWork, sessions: Sequence[Session], activity: Activity, *, scope: SpaceScope = None
) -> dict[UUID, list[Obstacle]]:
    """Return what would keep each session from what it needs, by its id; takes nothing.

    Of spaces that are not in `scope` it is told when they are taken, and not for what.
    """
    requests = [_request(one, activity) for one in sessions]
    found: dict[UUID, list[Obstacle]] = {one.id: [] for one in sessions}
    taken = await in_the_way_of_each(uow, requests, scope=scope)
    for session, conflicts in zip(sessions, taken, strict=True):
        found[session.id] += [_space_taken(each) for each in conflicts]
    rows = [row for one in sessions for row in _uses(uow.tenant, one)]
    for each in await _conflicts(uow, rows, OBSTACLES_MAX):
        for session in sessions:
            wants = {str(session.instructor_id), *session.resource_ids}
            is_then = each["starts_at"] < session.ends_at and each["ends_at"] > session.starts_at
            if is_then and str(each["used_id"]) in wants:
                found[session.id].append(
                    Obstacle(each["kind"], each["name"], each["starts_at"], each["ends_at"])
                )
    return found


async def give_slots_back(uow: UnitOfWork, session_ids: Collection[UUID]) -> None:
    """Let others have the spaces, instructors and resources of sessions."""
    for session_id in session_ids:
        await release_claims(uow, "session", session_id)
    await uow.execute(
        delete(Use).where(Use.organization_id == uow.tenant, Use.session_id.in_(session_ids))
    )


async def check_needs(
    uow: UnitOfWork, instructor_id: UUID | None, resource_ids: Sequence[UUID]
) -> None:
    """Raise `NotFound` for an instructor or a resource that is not there."""
    if instructor_id is not None:
        await uow.get(Instructor, instructor_id)
    for resource_id in resource_ids:
        await uow.get(SessionResource, resource_id)


def _request(session: Session, activity: Activity) -> ClaimRequest:
    return ClaimRequest(
        space_id=session.space_id,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        source="session",
        source_id=session.id,
        label=activity.name,
        setup_minutes=activity.setup_minutes,
        teardown_minutes=activity.teardown_minutes,
        gap_minutes=0,
    )


def _uses(tenant: UUID, session: Session) -> list[dict[str, Any]]:
    needed = [(UUID(str(one)), "resource") for one in dict.fromkeys(session.resource_ids)]
    if session.instructor_id is not None:
        needed.append((session.instructor_id, "instructor"))
    return [
        {
            "organization_id": tenant,
            "id": new_id(),
            "session_id": session.id,
            "used_id": used_id,
            "kind": kind,
            "during": Range(session.starts_at, session.ends_at, bounds="[)"),
        }
        for used_id, kind in needed
    ]


def _space_taken(conflict: dict[str, Any]) -> Obstacle:
    begins, ends = (datetime.fromisoformat(conflict[name]) for name in ("startsAt", "endsAt"))
    return Obstacle("space", conflict.get("label", ""), begins, ends)


async def _conflicts(
    uow: UnitOfWork, rows: Sequence[dict[str, Any]], limit: int = CONFLICTS_MAX
) -> list[dict[str, Any]]:
    if not rows:
        return []
    found = await uow.execute(
        _FIND,
        {
            "tenant": uow.tenant,
            "used": [row["used_id"] for row in rows],
            "starts": [row["during"].lower for row in rows],
            "ends": [row["during"].upper for row in rows],
            "limit": limit,
        },
    )
    return [dict(row) for row in found.mappings()]


async def _told(uow: UnitOfWork, rows: Sequence[dict[str, Any]]) -> AlreadyInUse:
    conflicts = await _conflicts(uow, rows)
    told = [
        {
            "kind": one["kind"],
            "usedId": str(one["used_id"]),
            "sessionId": str(one["id"]),
            "name": one["name"],
            "startsAt": one["starts_at"].isoformat(),
            "endsAt": one["ends_at"].isoformat(),
        }
        for one in conflicts
    ]
    if not conflicts:
        return AlreadyInUse("Two of these sessions need the same instructor or resource at once.")
    first, locale = conflicts[0], english_of((await organization_of(uow)).locale)
    begins = write_moment(first["starts_at"], "EEE, d MMM y, HH:mm", first["timezone"], locale)
    ends = write_clock(first["ends_at"], first["timezone"], locale)
    detail = f"The {first['kind']} has {first['name']} then: {begins} to {ends}."
    return AlreadyInUse(detail, conflicts=told)
