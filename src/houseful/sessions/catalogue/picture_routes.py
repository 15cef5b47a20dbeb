"""Pictures of activities over HTTP: put and removed by staff, read by everybody, kept for ever."""

from typing import Annotated, Literal
from uuid import UUID

from litestar import Response
from litestar.params import Parameter, QueryParameter

from houseful.kernel.http import Caller, delete, get, put
from houseful.sessions.catalogue import pictures
from houseful.sessions.catalogue.schemas import ActivityView, NewPicture

ACTIVITY_PICTURE = "/api/v1/activities/{activity_id:uuid}/picture"
UPDATE = "sessions.activities.update"
MODULE = "sessions"
FOR_EVER = "public, max-age=31536000, immutable"
Company = Annotated[
    str, Parameter(max_length=63, description="The organisation's id, or its name in addresses.")
]
PictureHash = Annotated[str, Parameter(max_length=64, description="The SHA-256 of the picture.")]
Size = Annotated[
    Literal["large", "small"], QueryParameter(description="Up to 1200 pixels wide, or 240.")
]


@put(
    ACTIVITY_PICTURE,
    permission=UPDATE,
    module=MODULE,
    summary="Give an activity a picture",
)
async def put_activity_picture(
    caller: Caller, activity_id: UUID, data: NewPicture
) -> Response[ActivityView]:
    """Give an activity a picture, in place of the one it has.

    It is drawn anew as WebP, without place and camera; `pictureUrl` is the address that it has.
    """
    picture = await pictures.read_picture(data)
    return await caller.change(pictures.set_picture, activity_id, picture, view=ActivityView)


@delete(
    ACTIVITY_PICTURE,
    permission=UPDATE,
    module=MODULE,
    summary="Take an activity's picture away",
)
async def delete_activity_picture(caller: Caller, activity_id: UUID) -> None:
    """Take an activity's picture away."""
    await caller.remove(pictures.remove_picture, activity_id)


@get(
    "/api/client/companies/{organization:str}/pictures/{picture_hash:str}",
    public=True,
    module=MODULE,
    summary="See a picture",
    media_type=pictures.MEDIA_TYPE,
)
async def read_picture(
    caller: Caller,
    organization: Company,  # noqa: ARG001 (the guard has read it)
    picture_hash: PictureHash,
    size: Size = "large",
) -> Response[bytes]:
    """See a picture of an activity. What an address shows never changes: it can be kept."""
    picture = await caller.run(pictures.picture_of, picture_hash)
    return Response(
        picture.content if size == "large" else picture.small,
        media_type=pictures.MEDIA_TYPE,
        headers={
            "cache-control": FOR_EVER,
            "content-disposition": "inline",
            "x-content-type-options": "nosniff",
        },
    )


handlers = [put_activity_picture, delete_activity_picture, read_picture]
