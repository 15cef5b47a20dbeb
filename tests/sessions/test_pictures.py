"""Pictures of activities: looked at, drawn anew, shown under the hash of their content."""

import hashlib
import io
from base64 import b64encode
from typing import Any

import httpx
import pytest
from PIL import Image
from sqlalchemy import func, select

from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.problems import TooLarge, UnsupportedMediaType
from houseful.sessions.catalogue import pictures
from houseful.sessions.catalogue.models import ActivityPicture
from houseful.web.shop import timetable as timetable_pages
from tests.api import Api, problem_of
from tests.builders.accounts import PASSWORD, House
from tests.builders.sessions import a_photo, a_session, an_activity
from tests.hire.test_paper_pages import OFFICE, Visitor

SHOP = "/playhouse"
GPS = 0x8825
ORIENTATION = 0x0112


def sent(photo: bytes, alt: str = "A stage") -> dict[str, str]:
    """The body that puts a picture."""
    return {"content": b64encode(photo).decode(), "alt": alt}


async def an_activity_of(database: Database, house: House) -> str:
    """Add an activity with a session tomorrow; return its address in the API."""

    async def make(uow: UnitOfWork) -> str:
        activity = await an_activity(uow)
        await a_session(uow, activity, in_hours=24)
        return f"/api/v1/activities/{activity.id}"

    return await database.run(house.organization_id, make)


async def how_many(database: Database, house: House) -> int:
    """Count the pictures that are kept."""

    async def count(uow: UnitOfWork) -> int:
        return await uow.first(select(func.count()).select_from(ActivityPicture)) or 0

    return await database.run(house.organization_id, count)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_a_picture_is_drawn_anew_in_two_sizes(kind: str) -> None:
    drawn = await pictures.draw_picture(a_photo(3000, 1500, kind=kind), "A stage")

    large, small = (Image.open(io.BytesIO(one)) for one in (drawn.content, drawn.small))
    assert (large.format, large.size) == ("WEBP", (1200, 600))
    assert small.size == (240, 120)
    assert drawn.hash == hashlib.sha256(drawn.content).hexdigest()


async def test_where_it_was_taken_is_not_kept_and_it_stands_upright() -> None:
    written = Image.Exif()
    written[ORIENTATION] = 6
    written.get_ifd(GPS)[1] = "N"
    drawn = await pictures.draw_picture(a_photo(60, 40, exif=written.tobytes()), "A stage")

    kept = Image.open(io.BytesIO(drawn.content))
    assert kept.size == (40, 60)
    assert not kept.getexif()
    assert b"EXIF" not in drawn.content


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", UnsupportedMediaType),
        (b"GIF89a" + bytes(40), UnsupportedMediaType),
        (a_photo(400, 400)[:300], UnsupportedMediaType),
        (b"\xff\xd8\xff" + bytes(100), UnsupportedMediaType),
        (bytes(10 * 1024 * 1024 + 1), TooLarge),
        (a_photo(8000, 7000, kind="PNG"), TooLarge),
    ],
)
async def test_what_is_no_picture_or_too_much_of_one_is_refused(
    content: bytes, problem: type[Exception]
) -> None:
    with pytest.raises(problem):
        await pictures.draw_picture(content, "A stage")


async def test_everybody_sees_it_for_ever_under_its_hash(
    api: Api, database: Database, house: House
) -> None:
    at = await an_activity_of(database, house)
    admin = await api.as_("admin")
    put = await admin.put(f"{at}/picture", json=sent(a_photo()))
    again = await admin.put(f"{at}/picture", json=sent(a_photo()))
    address = put.json()["pictureUrl"]
    seen = await api.guest().get(address)
    small = await api.guest().get(address + "?size=small")

    assert put.status_code == 200
    assert put.json()["pictureAlt"] == "A stage"
    assert again.json()["pictureUrl"] == address
    assert again.json()["version"] == put.json()["version"]
    assert address.endswith(hashlib.sha256(seen.content).hexdigest())
    assert seen.headers["content-type"] == "image/webp"
    assert seen.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert seen.headers["x-content-type-options"] == "nosniff"
    assert small.status_code == 200
    assert await how_many(database, house) == 1


async def test_another_picture_takes_its_place_and_none_leaves_nothing(
    api: Api, database: Database, house: House
) -> None:
    at = await an_activity_of(database, house)
    admin = await api.as_("admin")
    first = (await admin.put(f"{at}/picture", json=sent(a_photo()))).json()
    other = (await admin.put(f"{at}/picture", json=sent(a_photo(color="#f00")))).json()
    gone = await api.guest().get(first["pictureUrl"])
    kept = await how_many(database, house)
    removed = await admin.delete(f"{at}/picture")
    again = await admin.delete(f"{at}/picture")
    bare = (await admin.get(at)).json()

    assert other["pictureUrl"] != first["pictureUrl"]
    assert gone.status_code == 404
    assert kept == 1
    assert (removed.status_code, again.status_code) == (204, 204)
    assert (bare["pictureUrl"], bare["pictureAlt"]) == ("", "")
    assert await how_many(database, house) == 0


async def test_a_picture_without_words_or_that_is_none_is_told(
    api: Api, database: Database, house: House
) -> None:
    at = await an_activity_of(database, house)
    admin = await api.as_("admin")
    silent = await admin.put(f"{at}/picture", json=sent(a_photo(), alt=""))
    text = await admin.put(f"{at}/picture", json=sent(b"Not a picture at all."))
    viewer = await (await api.as_("viewer")).put(f"{at}/picture", json=sent(a_photo()))

    assert silent.status_code == 422
    assert problem_of(silent)["errors"][0]["pointer"] == "/alt"
    assert text.status_code == 415
    assert viewer.status_code == 403


async def test_the_office_hangs_it_up_and_the_shop_shows_it(
    api: Api, database: Database, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timetable_pages, "KEPT_SECONDS", 0.0)
    activity = (await an_activity_of(database, house)).rpartition("/")[2]
    here = f"{OFFICE}/session-activities/{activity}"
    admin = Visitor(api.guest())
    await admin.send("/sign-in", "/sign-in", email=house.email("admin"), password=PASSWORD)
    said = "Twelve people stretch"
    without_file = await _upload(admin.client, here, b"", said)
    nonsense = await _upload(admin.client, here, b"Not a picture.", said)
    kept = await _upload(admin.client, here, a_photo(), said)
    timetable = await admin.read(f"{SHOP}/timetable")
    session = timetable.split('href="/playhouse/sessions/')[1].split('"')[0]
    page = await admin.read(f"{SHOP}/sessions/{session}")
    other_words = await _upload(admin.client, here, b"", "They rest")
    told_anew = await admin.read(here)
    await admin.send(here, f"{here}/picture/remove")

    assert "has no picture" in without_file.text
    assert "Please choose a JPEG, a PNG or a WebP picture." in nonsense.text
    assert f'value="{said}"' in nonsense.text
    assert kept.status_code == other_words.status_code == 303
    for text in (timetable, page):
        assert f'alt="{said}"' in text
        assert "/pictures/" in text
    assert 'alt="They rest"' in told_anew
    assert "<img" not in await admin.read(f"{SHOP}/timetable")


async def _upload(client: httpx.AsyncClient, here: str, photo: bytes, alt: str) -> Any:
    page = await client.get(here)
    proof = page.text.split('name="csrf" value="')[1].split('"')[0]
    files = {"file": ("stage.jpg", photo, "image/jpeg")} if photo else {"file": ("", b"")}
    return await client.post(f"{here}/picture", data={"csrf": proof, "alt": alt}, files=files)
