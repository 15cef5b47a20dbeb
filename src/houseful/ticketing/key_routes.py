"""The keys that sign an event's tickets, over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.params import PathParameter

from houseful.kernel.http import Body, Caller, View, get, post
from houseful.ticketing import keys
from houseful.ticketing.orders.client import vault

AT = "/api/v1/promoter/events/{event_id:uuid}/keys"

KeyId = Annotated[
    str, PathParameter(min_length=1, max_length=16, description="As the codes name it.")
]


class Rotation(Body):
    """Whether what the old key has signed holds no more: only when it is in wrong hands."""

    revoke_old: bool = False


class EventKeyView(View):
    """A key: it signs until it is retired, and what it signed holds until it is revoked."""

    key_id: str
    event_id: UUID
    created_at: datetime
    retired_at: datetime | None
    revoked_at: datetime | None


@get(
    AT,
    permission="ticketing.keys.read",
    module="ticketing",
    summary="List an event's keys",
)
async def list_event_keys(caller: Caller, event_id: UUID) -> list[EventKeyView]:
    """List the keys that sign the event's tickets, or did; their private parts are never told."""
    return [EventKeyView.of(key) for key in await caller.run(keys.keys_of, event_id)]


@post(
    AT,
    status=200,
    permission="ticketing.keys.rotate",
    module="ticketing",
    summary="Sign with a new key",
)
async def rotate_event_key(
    caller: Caller, event_id: UUID, data: Rotation
) -> Response[EventKeyView]:
    """Let a new key sign from now on; tickets that are out still hold, unless the old is revoked.

    Revoking it needs the permission to do so.
    """
    if data.revoke_old:
        caller.require("ticketing.keys.revoke")
    return await caller.change(
        keys.rotate_key, vault(caller), event_id, revoke_old=data.revoke_old, view=EventKeyView
    )


@post(
    AT + "/{key_id:str}/revoke",
    status=200,
    permission="ticketing.keys.revoke",
    module="ticketing",
    summary="Revoke a key",
)
async def revoke_event_key(caller: Caller, event_id: UUID, key_id: KeyId) -> Response[EventKeyView]:
    """Let no ticket that this key signed let in any more; their holders need new copies."""
    return await caller.change(keys.revoke_key, event_id, key_id, view=EventKeyView)


handlers = [list_event_keys, rotate_event_key, revoke_event_key]
