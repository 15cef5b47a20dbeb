"""Pictures of activities: looked at, drawn anew without what cameras write into them, kept."""

import asyncio
import base64
import binascii
import hashlib
import io
import struct
import zlib
from uuid import UUID

import msgspec
from PIL import Image, ImageOps
from sqlalchemy import delete, select
from sqlalchemy.orm import undefer

from houseful import audit
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid, NotFound, TooLarge, UnsupportedMediaType
from houseful.sessions.catalogue.models import Activity, ActivityPicture
from houseful.sessions.catalogue.schemas import PICTURE_BYTES_MAX, NewPicture

MEDIA_TYPE = "image/webp"
PIXELS_MAX = 50_000_000
LARGE_PIXELS = 1200
SMALL_PIXELS = 240
"""The longer edge of what is kept: for the page of a session, and for lists."""
QUALITY = 80
_FORMATS = ("JPEG", "PNG", "WEBP")


class Picture(msgspec.Struct, frozen=True):
    """A picture as it is kept: WebP in two sizes, with the words for who cannot see it."""

    content: bytes
    small: bytes
    alt: str

    @property
    def hash(self) -> str:
        """The SHA-256 of the larger one, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


async def read_picture(data: NewPicture) -> Picture:
    """Return the picture that was sent; raises as `draw_picture`, and `Invalid` for no Base64."""
    try:
        content = base64.b64decode(data.content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Invalid.at("/content", "This is not Base64.") from error
    return await draw_picture(content, data.alt)


async def draw_picture(content: bytes, alt: str) -> Picture:
    """Return what is kept of an uploaded picture, drawn anew beside the event loop.

    Raises `TooLarge` for too many bytes or pixels, `UnsupportedMediaType` for what cannot be drawn.
    """
    if len(content) > PICTURE_BYTES_MAX:
        raise TooLarge("A picture has 10 MB at most.")
    return await asyncio.to_thread(_draw, content, alt)


async def set_picture(uow: UnitOfWork, activity_id: UUID, picture: Picture) -> Activity:
    """Give an activity its picture, in place of the one that it has; again it is the same one."""
    activity = await uow.get(Activity, activity_id, lock=True)
    if activity.picture_hash == picture.hash:
        return await _describe(uow, activity, picture.alt)
    before = activity.picture_id
    kept = ActivityPicture(
        organization_id=uow.tenant,
        id=new_id(),
        hash=picture.hash,
        content=picture.content,
        small=picture.small,
    )
    uow.add(kept)
    await uow.flush()
    activity.picture_id, activity.picture_hash = kept.id, kept.hash
    await _describe(uow, activity, picture.alt)
    await _forget(uow, before)
    return activity


async def describe_picture(uow: UnitOfWork, activity_id: UUID, alt: str) -> Activity:
    """Say in other words what an activity's picture shows. Raises `NotFound` without a picture."""
    activity = await uow.get(Activity, activity_id, lock=True)
    if activity.picture_id is None:
        raise NotFound("This activity has no picture.")
    return await _describe(uow, activity, alt)


async def remove_picture(uow: UnitOfWork, activity_id: UUID) -> None:
    """Take an activity's picture away; one that has none stays as it is."""
    activity = await uow.get(Activity, activity_id, lock=True)
    before = activity.picture_id
    if before is None:
        return
    activity.picture_id = activity.picture_hash = None
    await _describe(uow, activity, "")
    await _forget(uow, before)


async def picture_of(uow: UnitOfWork, picture_hash: str) -> ActivityPicture:
    """Return a picture with its content, by its hash. Raises `NotFound`."""
    found: ActivityPicture | None = await uow.first(
        select(ActivityPicture)
        .where(ActivityPicture.organization_id == uow.tenant, ActivityPicture.hash == picture_hash)
        .options(undefer(ActivityPicture.content), undefer(ActivityPicture.small))
        .limit(1)
    )
    if found is None:
        raise NotFound
    return found


async def _describe(uow: UnitOfWork, activity: Activity, alt: str) -> Activity:
    activity.picture_alt = alt
    await audit.record(uow, "sessions.activity.updated", activity)
    await uow.flush()
    return activity


async def _forget(uow: UnitOfWork, picture_id: UUID | None) -> None:
    await uow.execute(
        delete(ActivityPicture).where(
            ActivityPicture.organization_id == uow.tenant, ActivityPicture.id == picture_id
        )
    )


def _draw(content: bytes, alt: str) -> Picture:
    try:
        opened = Image.open(io.BytesIO(content), formats=_FORMATS)
        if opened.width * opened.height > PIXELS_MAX:
            raise TooLarge("A picture has 50 million pixels at most.")
        opened.draft("RGB", (LARGE_PIXELS, LARGE_PIXELS))
        colours = opened.convert("RGBA" if opened.has_transparency_data else "RGB")
        colours.thumbnail((LARGE_PIXELS, LARGE_PIXELS))
        upright = ImageOps.exif_transpose(colours)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooLarge("A picture has 50 million pixels at most.") from error
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error) as error:
        raise UnsupportedMediaType("Please choose a JPEG, a PNG or a WebP picture.") from error
    small = upright.copy()
    small.thumbnail((SMALL_PIXELS, SMALL_PIXELS))
    return Picture(_encoded(upright), _encoded(small), alt)


def _encoded(drawn: Image.Image) -> bytes:
    """Return the dots as WebP, and nothing else of what came with them."""
    fresh = Image.new(drawn.mode, drawn.size)
    fresh.paste(drawn)
    out = io.BytesIO()
    fresh.save(out, "WEBP", quality=QUALITY, method=4)
    return out.getvalue()
