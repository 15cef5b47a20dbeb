"""Calendar feeds: what they tell, to whom, and for how long."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from houseful import hire
from houseful.calendar import claim_time
from houseful.hire.bookings.schemas import BookingChanges
from houseful.hire.feeds.ics import Entry, calendar_text
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from tests.api import Api
from tests.builders.accounts import House
from tests.builders.calendar import a_divided_hall, a_request, at
from tests.builders.hire import a_booking, a_wish, do

FEEDS = "/api/v1/calendar-feeds"


def an_entry(**fields: Any) -> Entry:
    given: dict[str, Any] = {
        "uid": "one@houseful",
        "starts_at": at(18),
        "ends_at": at(22),
        "summary": "Ball",
        "status": "CONFIRMED",
        "changed_at": at(0),
    } | fields
    return Entry(**given)


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200))
def test_lines_are_folded_at_75_octets_and_nothing_is_lost(title: str) -> None:
    text = calendar_text("House", "Europe/Berlin", [an_entry(summary=title)])
    escaped = title.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")

    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert f"SUMMARY:{escaped}" in unfolded(text)


def test_no_line_break_gets_into_a_line() -> None:
    text = calendar_text("House", "UTC", [an_entry(summary="A\r\nSTATUS:CANCELLED\nB")])

    assert "SUMMARY:A\\nSTATUS:CANCELLED\\nB" in unfolded(text)


async def _season(database: Database, house: House) -> Any:
    async def make(uow: UnitOfWork) -> Any:
        hall, part, _ = await a_divided_hall(uow)
        await a_booking(uow, [(part, 18, 22)], title="Secret, ball", in_state="confirmed")
        await a_booking(uow, [(hall, 42, 46)], title="Perhaps", purpose="Fair")
        gone = await a_booking(uow, [(part, 66, 70)], title="Gone", in_state="confirmed")
        await do(uow, gone.id, "cancel")
        return gone, part

    return await database.run(house.organization_id, make)


async def test_a_feed_tells_as_much_as_it_may_to_who_has_the_address(
    api: Api, database: Database, house: House, clock: Any
) -> None:
    gone, part = await _season(database, house)
    async with database.unit_of_work(house.organization_id) as uow:
        clock.travel(at(0) - uow.now)
    admin, guest = await api.as_("admin"), api.guest()
    texts: dict[str, str] = {}
    for detail in ("busy", "titles", "full"):
        made = await admin.post(
            FEEDS, json={"venueId": str(gone.venue_id), "name": "Season", "detail": detail}
        )
        assert made.status_code == 201, made.text
        answer = await guest.get(made.json()["url"])
        assert answer.headers["content-type"].startswith("text/calendar")
        texts[detail] = answer.text
    unchanged = await guest.get(
        made.json()["url"], headers={"if-none-match": answer.headers["etag"]}
    )
    one = await admin.post(
        FEEDS,
        json={"venueId": str(gone.venue_id), "spaceId": str(part), "name": "Part"},
    )

    lines = unfolded(texts["full"])
    assert "SUMMARY:Secret\\, ball" in lines
    assert [line for line in lines if line.startswith("STATUS")] == [
        "STATUS:CONFIRMED",
        "STATUS:TENTATIVE",
        "STATUS:CANCELLED",
    ]
    assert "DESCRIPTION:Fair" in lines
    assert "DESCRIPTION" not in texts["titles"]
    assert "Secret" not in texts["busy"]
    assert unchanged.status_code == 304
    assert (await guest.get(one.json()["url"])).text.count("BEGIN:VEVENT") == 3


async def test_a_revoked_or_invented_address_leads_nowhere(
    api: Api, database: Database, house: House
) -> None:
    gone, _ = await _season(database, house)
    admin, guest = await api.as_("admin"), api.guest()
    made = await admin.post(FEEDS, json={"venueId": str(gone.venue_id), "name": "Season"})

    read = await admin.get(made.headers["location"])
    revoked = await admin.delete(made.headers["location"])
    after = await guest.get(made.json()["url"])
    invented = await guest.get("/api/client/calendars/abc.ics")

    assert read.json()["url"] is None
    assert (revoked.status_code, after.status_code, invented.status_code) == (204, 404, 404)


async def test_free_busy_tells_how_surely_and_not_why(
    api: Api, database: Database, house: House
) -> None:
    _, part = await _season(database, house)
    admin = await api.as_("admin")
    block = {
        "spaceId": str(part),
        "startsAt": at(100).isoformat(),
        "endsAt": at(110).isoformat(),
        "reason": "Paint",
    }
    await admin.post("/api/v1/availability-blocks", json=block)

    answer = await admin.get(
        "/api/v1/free-busy",
        params={"spaceId": str(part), "fromAt": at(0).isoformat(), "toAt": at(105).isoformat()},
    )

    busy = [line for line in unfolded(answer.text) if line.startswith("FREEBUSY")]
    assert busy == [
        "FREEBUSY;FBTYPE=BUSY:20350501T180000Z/20350501T220000Z",
        "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20350502T180000Z/20350502T220000Z",
        "FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20350505T040000Z/20350505T090000Z",
    ]
    assert "Paint" not in answer.text


async def test_what_moves_keeps_its_name_and_counts_on(
    api: Api, database: Database, house: House, clock: Any
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        hall, _, _ = await a_divided_hall(uow)
        booking = await a_booking(uow, [(hall, 18, 22)])
        show = new_id()
        for hour in (30, 34):
            await claim_time(uow, [a_request(hall, hour, hour + 2, source_id=show)])
        clock.travel(at(0) - uow.now)
    made = await (await api.as_("admin")).post(
        FEEDS, json={"venueId": str(booking.venue_id), "name": "Season", "detail": "titles"}
    )
    before = await _names(api, made.json()["url"])
    async with database.unit_of_work(house.organization_id) as uow:
        later = BookingChanges(spaces=[a_wish(hall, 19, 23)])
        await hire.update_booking(uow, booking.id, booking.version, later)

    after = await _names(api, made.json()["url"])

    assert before.keys() == after.keys()
    assert len(after) == 3
    mine = f"{booking.spaces[0].id}@houseful"
    assert after[mine] > before[mine]


async def _names(api: Api, url: str) -> dict[str, int]:
    lines = unfolded((await api.guest().get(url)).text)
    names = [line.removeprefix("UID:") for line in lines if line.startswith("UID:")]
    numbers = [int(line[9:]) for line in lines if line.startswith("SEQUENCE:")]
    return dict(zip(names, numbers, strict=True))
