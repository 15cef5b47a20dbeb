"""The office's pages of bookings, what comes again, prices, feeds and blocks, without a browser."""

import html
import re
from datetime import timedelta
from html import unescape
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from houseful import hire
from houseful.hire.bookings.schemas import UsageSegment
from houseful.hire.holds.schemas import NewChallenge
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.http.listing import Window
from houseful.web.office import bookings as bookings_pages
from tests.api import Api
from tests.builders.accounts import House
from tests.builders.calendar import at
from tests.builders.hire import a_booking, a_wish, do
from tests.builders.hire_papers import a_deposit, a_template
from tests.builders.venues import a_space, a_venue
from tests.hire.test_paper_pages import OFFICE, Visitor, visitor_of


class Rooms(NamedTuple):
    """A venue in Berlin with a hall and a foyer."""

    venue: str
    hall: str
    foyer: str


@pytest.fixture
async def rooms(database: Database, house: House) -> Rooms:
    """One."""

    async def make(uow: UnitOfWork) -> Rooms:
        venue = await a_venue(uow, timezone="Europe/Berlin")
        hall = await a_space(uow, venue.id, name="Great Hall", setup_minutes=30)
        foyer = await a_space(uow, venue.id, name="Foyer")
        return Rooms(str(venue.id), str(hall.id), str(foyer.id))

    return await database.run(house.organization_id, make)


@pytest.fixture
async def admin(api: Api, house: House) -> Visitor:
    """An admin at the pages."""
    return await visitor_of(api, house, "admin")


def _row(number: int, space: str, starts: str, ends: str, **more: str) -> dict[str, str]:
    fields = {"space": space, "starts": starts, "ends": ends, **more}
    return {f"{name.replace('_', '-')}-{number}": value for name, value in fields.items()}


async def _bookings(database: Database, house: House) -> list[hire.BookingView]:
    async def read(uow: UnitOfWork) -> list[hire.BookingView]:
        rows, _ = await hire.list_bookings(uow, window=Window(), matching=hire.BookingFilter())
        return rows

    return await database.run(house.organization_id, read)


async def test_a_booking_of_the_whole_venue_is_made_and_changed(
    admin: Visitor, rooms: Rooms, database: Database, house: House
) -> None:
    new = f"{OFFICE}/bookings/new"
    whole = _row(0, "all", "2035-05-01T18:00", "2035-05-01T22:00", people="40")
    missing = await admin.send(new, new, venue=rooms.venue, kind="hold", title="", **whole)
    made = await admin.send(new, new, venue=rooms.venue, kind="hold", title="Fair", **whole)
    (booking,) = await _bookings(database, house)
    edit = f"{OFFICE}/bookings/{booking.id}/edit"
    page = await admin.read(edit)
    changed = await admin.send(
        edit,
        edit,
        version=str(booking.version),
        title="Fair",
        purpose="Trade",
        **_row(0, rooms.hall, "2035-05-01T19:00", "2035-05-01T22:00", setup="30", style="gala"),
    )
    stale = await admin.send(
        edit,
        edit,
        version=str(booking.version),
        title="Other",
        **_row(0, rooms.hall, "2035-05-01T19:00", "2035-05-01T22:00"),
    )
    (after,) = await _bookings(database, house)

    assert "Please fill this in." in missing.text
    assert made.status_code == 303
    assert sorted(line.space_name for line in booking.spaces) == ["Foyer", "Great Hall"]
    assert {line.attendance for line in booking.spaces} == {40}
    assert 'value="2035-05-01T18:00"' in page
    assert changed.status_code == 303, changed.text[-3000:]
    assert [(line.space_name, line.setup_style) for line in after.spaces] == [
        ("Great Hall", "gala")
    ]
    assert after.purpose == "Trade"
    assert stale.status_code == 422
    assert 'value="Other"' in stale.text


async def test_an_offer_says_its_mark_and_its_rank_apart(
    admin: Visitor, database: Database, house: House
) -> None:
    space = await database.run(house.organization_id, a_space)
    await database.run(house.organization_id, a_booking, [(space.id, 18, 22)], in_state="offered")

    shown = await admin.read(f"{OFFICE}/calendar?day={at(18).date()}")

    assert '<span class="mark" aria-hidden="true">✉ 1st</span>' in shown


async def test_a_night_that_begins_after_midnight_is_on_the_calendar_of_the_day_before(
    admin: Visitor, rooms: Rooms, database: Database, house: House
) -> None:
    new = f"{OFFICE}/bookings/new"
    late = _row(0, rooms.hall, "2035-05-01T02:00", "2035-05-01T05:00")
    await admin.send(new, new, venue=rooms.venue, kind="hold", title="After Hours", **late)
    (booking,) = await _bookings(database, house)

    shown = await admin.read(f"{OFFICE}/bookings/{booking.id}")

    assert "view=week&amp;day=2035-04-30" in shown


async def test_what_is_in_the_way_is_listed_with_what_is_free_instead(
    admin: Visitor, rooms: Rooms, database: Database, house: House
) -> None:
    new = f"{OFFICE}/bookings/new"
    row = _row(0, rooms.hall, "2035-05-01T18:00", "2035-05-01T22:00")
    await admin.send(new, new, venue=rooms.venue, kind="hold", title="First", **row)
    (booking,) = await _bookings(database, house)
    page = f"{OFFICE}/bookings/{booking.id}"
    await admin.send(page, f"{page}/do", step="confirm", reason="Paid", sure="yes")

    late = await admin.send(new, new, venue=rooms.venue, kind="hold", title="Late", **row)
    behind = await admin.send(new, new, venue=rooms.venue, kind="backup", title="Late", **row)

    assert "In the way" in late.text
    assert "Great Hall: First" in late.text
    assert "Free instead" in late.text
    assert behind.status_code == 303


async def test_while_a_challenge_has_its_own_time_only_that_is_said(
    admin: Visitor, rooms: Rooms, database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        wish = (UUID(rooms.hall), 18, 22)
        first, second = [await a_booking(uow, [wish]) for _ in range(2)]
    alone = await admin.read(f"{OFFICE}/bookings/{second.id}")
    async with database.unit_of_work(house.organization_id) as uow:
        await hire.challenge_holds(uow, second.id, NewChallenge())
        await do(uow, first.id, "release")

    won = await admin.read(f"{OFFICE}/bookings/{second.id}")

    assert "The hold lasts until" in alone
    assert "The challenge is won" in won
    assert "The hold lasts until" not in won


async def test_the_calendar_says_who_has_the_time_and_the_days_that_are_free_instead(
    admin: Visitor, rooms: Rooms, database: Database, house: House
) -> None:
    new = f"{OFFICE}/bookings/new"
    row = _row(0, rooms.hall, "2035-05-01T18:00", "2035-05-01T22:00")
    await admin.send(new, new, venue=rooms.venue, kind="hold", title="First", **row)
    (booking,) = await _bookings(database, house)
    page = f"{OFFICE}/bookings/{booking.id}"
    await admin.send(page, f"{page}/do", step="confirm", reason="Paid", sure="yes")
    calendar = f"{OFFICE}/calendar"

    late = await admin.send(
        calendar,
        f"{calendar}/hold",
        space=rooms.hall,
        kind="hold",
        title="Late",
        starts_at="2035-05-01T20:00",
        ends_at="2035-05-01T23:00",
    )

    assert "Great Hall is taken by the booking “First” from Tue, 1 May 2035, 18:00" in late.text
    assert "Free instead: Great Hall on Wed, 2 May 2035 (1 day later)" in late.text


async def test_a_time_that_comes_twice_is_asked_for_and_one_that_is_skipped_refused(
    admin: Visitor, rooms: Rooms, database: Database, house: House
) -> None:
    new = f"{OFFICE}/bookings/new"
    given = {"venue": rooms.venue, "kind": "hold", "title": "Night"}
    twice = _row(0, rooms.hall, "2035-10-28T01:00", "2035-10-28T02:30")
    asked = await admin.send(new, new, **given, **twice)
    none = await admin.send(
        new, new, **given, **_row(0, rooms.hall, "2035-03-25T02:30", "2035-03-25T05:00")
    )
    made = await admin.send(new, new, **given, **twice, **{"fold-ends-0": "1"})
    (booking,) = await _bookings(database, house)
    page = await admin.read(f"{OFFICE}/bookings/{booking.id}/edit")

    assert "Which of the two" in asked.text
    assert "no such time" in none.text
    assert made.status_code == 303
    assert (booking.ends_at - booking.starts_at).total_seconds() == 2.5 * 3600
    assert re.search(r'name="fold-ends-0".*?value="1" selected', page, re.DOTALL)


async def test_a_hold_is_placed_joint_and_says_because_of_whom(
    admin: Visitor, rooms: Rooms, database: Database, house: House
) -> None:
    new = f"{OFFICE}/bookings/new"
    row = _row(0, rooms.hall, "2035-05-01T18:00", "2035-05-01T22:00")
    for title in ("One", "Two"):
        await admin.send(new, new, venue=rooms.venue, kind="hold", title=title, **row)
    one, two = sorted(await _bookings(database, house), key=lambda each: each.title)
    page = f"{OFFICE}/bookings/{two.id}"
    before = " ".join(re.sub(r"<[^>]+>", "", await admin.read(page)).split())
    bare = await admin.send(
        page, f"{page}/reorder", place="joint", other_booking_id=str(one.id), reason=""
    )
    done = await admin.send(
        page, f"{page}/reorder", place="joint", other_booking_id=str(one.id), reason="Regulars"
    )
    after = " ".join(re.sub(r"<[^>]+>", "", await admin.read(page)).split())

    assert "Great Hall: 2nd, because of One" in before
    assert bare.status_code == 422
    assert done.status_code == 303
    assert "joint 1st, together with One" in after
    assert "gave it another place in the queue: Regulars" in after


async def test_a_night_is_called_off_for_a_fee_and_only_as_it_was_seen(
    admin: Visitor, database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        booking = await a_booking(uow, in_state="confirmed")
        await a_deposit(uow, booking.id, in_state="paid")
    page = f"{OFFICE}/bookings/{booking.id}"
    seen = (await admin.read(page)).partition('name="version" value="')[2].partition('"')[0]
    order = {"step": "cancel", "reason": "Ill", "deposit": "refund", "fee": "250", "sure": "yes"}

    stale = await admin.send(page, f"{page}/do", version=str(int(seen) - 1), **order)
    wrong = await admin.send(page, f"{page}/do", version=seen, **order | {"fee": "a lot"})
    done = await admin.send(page, f"{page}/do", version=seen, **order)
    shown = await admin.read(page)

    assert "Somebody else changed this meanwhile" in stale.text
    assert 'value="a lot"' in wrong.text
    assert done.status_code == 303, done.text[-2000:]
    assert "for a fee of €250.00" in shown
    assert "When it is cancelled" not in shown


async def test_what_comes_again_is_held_changed_and_given_back(
    admin: Visitor, rooms: Rooms, database: Database, house: House
) -> None:
    new = f"{OFFICE}/recurring"
    form: dict[str, str] = {
        "title": "Choir",
        "starts_on": "2035-05-01",
        "every": "WEEKLY;INTERVAL=1",
        "days": "TU",
        "on_conflict": "fail",
        **_row(0, rooms.hall, "19:00", "21:00"),
    }
    endless = await admin.send(new, new, **form)
    made = await admin.send(new, new, count="4", **form)
    page = made.headers["location"]
    await admin.send(page, f"{page}/skip", on="2035-05-08", reason="Carnival")
    without = await admin.read(page)
    await admin.send(page, f"{page}/restore", on="2035-05-08")
    version = re.search(r'name="version" value="(\d+)"', await admin.read(page))
    assert version is not None
    changed = await admin.send(
        page,
        page,
        version=version[1],
        title="Chamber choir",
        from_on="2035-05-15",
        on_conflict="fail",
        **_row(0, rooms.hall, "18:00", "21:00"),
    )
    ended = await admin.send(page, f"{page}/end", from_on="2035-05-22", reason="Summer")
    confirmed = await admin.send(page, f"{page}/confirm", reason="Regular")
    shown = await admin.read(new)
    bookings = sorted(await _bookings(database, house), key=lambda each: each.starts_at)
    alive = [each for each in bookings if each.status == "confirmed"]

    assert "Say how often" in endless.text
    assert "Carnival" in without
    assert [each.status_code for each in (changed, ended, confirmed)] == [303] * 3
    assert [(each.title, each.starts_at.hour) for each in alive] == [
        ("Choir", 17),
        ("Choir", 17),
        ("Chamber choir", 16),
    ]
    assert "Chamber choir" in shown


async def test_what_would_last_nearly_a_day_is_asked_about(
    admin: Visitor, rooms: Rooms, database: Database, house: House
) -> None:
    new = f"{OFFICE}/recurring"
    form = {"title": "Fair", "starts_on": "2035-05-01", "every": "DAILY;INTERVAL=1", "count": "2"}

    slip = await admin.send(new, new, **form, **_row(0, rooms.hall, "19:00", "18:00"))
    nothing = await _bookings(database, house)
    night = await admin.send(new, new, **form, **_row(0, rooms.hall, "20:00", "04:00"))
    meant = await admin.send(
        new, new, **form, **_row(0, rooms.foyer, "19:00", "18:00"), **{"overnight-0": "yes"}
    )

    assert "until 18:00 on the next day, 23 hours" in slip.text
    assert 'name="overnight-0"' in slip.text
    assert nothing == []
    assert night.status_code == meant.status_code == 303
    lasting = {each.ends_at - each.starts_at for each in await _bookings(database, house)}
    assert lasting == {timedelta(hours=8), timedelta(hours=23)}
    assert 'name="overnight-0" value="yes" checked' in await admin.read(meant.headers["location"])


async def test_prices_are_kept_and_a_price_is_set_by_hand(
    admin: Visitor, rooms: Rooms, database: Database, house: House
) -> None:
    at = f"{OFFICE}/rates"
    made = await admin.send(at, at, name="Season", venue_id=rooms.venue, tax="19")
    card = made.headers["location"]
    rate = {"label-0": "Evening", "unit-0": "day", "amount-0": "1200"}
    wrong = await admin.send(card, card, version="1", name="Season", **rate, **{"days-0": "Xday"})
    saved = await admin.send(
        card, card, version="1", name="Season", tax="19", is_active="yes", **rate
    )
    offered = await admin.send(
        at,
        f"{at}/add-ons",
        name="Spot",
        venue_id=rooms.venue,
        kind="equipment",
        unit="each",
        amount="80",
        stock="1",
    )
    new = f"{OFFICE}/bookings/new"
    row = _row(0, rooms.hall, "2035-05-01T18:00", "2035-05-01T22:00")
    await admin.send(new, new, venue=rooms.venue, kind="hold", title="Ball", **row)
    (booking,) = await _bookings(database, house)
    page = f"{OFFICE}/bookings/{booking.id}"
    assert saved.status_code == 303, re.findall(r'(?:fault|alert)"[^>]*>([^<]+)', saved.text)
    priced = await admin.send(page, f"{page}/price")
    assert priced.status_code == 303, re.findall(r'(?:fault|alert)"[^>]*>([^<]+)', priced.text)
    (charge,) = await database.run(house.organization_id, hire.charges_of, booking.id)
    by_hand = await admin.send(
        page, f"{page}/charges/{charge.id}/set", version="1", amount="999.50", reason="Friends"
    )
    shown = await admin.read(page)
    listed = await admin.read(at)
    add_on = re.search(r'href="([^"]+/add-ons/[^"]+)"', listed)
    assert add_on is not None
    gone = await admin.send(add_on[1], f"{add_on[1]}/remove")

    assert "no day of the week" in wrong.text
    assert [each.status_code for each in (saved, offered, by_hand, gone)] == [303] * 4
    assert "set by hand: Friends" in shown
    assert "€999.50" in shown
    assert "Spot" in listed
    assert "Spot" not in await admin.read(at)


async def test_what_the_spaces_are_used_for_is_seen_from_set_up_to_tear_down(
    admin: Visitor, database: Database, house: House
) -> None:
    async def prepare(uow: UnitOfWork) -> tuple[UUID, UUID]:
        hall = await a_space(uow, setup_minutes=30, teardown_minutes=45)
        usage = [
            UsageSegment(kind="load_in", starts_at=at(12), ends_at=at(14)),
            UsageSegment(kind="event", starts_at=at(18), ends_at=at(22)),
        ]
        told = await a_booking(uow, spaces=[a_wish(hall.id, 12, 22, usage=usage)])
        plain = await a_booking(uow, [(hall.id, 42, 46)])
        return told.id, plain.id

    told, plain = await database.run(house.organization_id, prepare)

    shown = [
        re.findall(
            r"<td>(Set-up|Load-in|Event|Tear-down)</td>",
            await admin.read(f"{OFFICE}/bookings/{one}"),
        )
        for one in (told, plain)
    ]

    assert shown == [
        ["Set-up", "Load-in", "Event", "Tear-down"],
        ["Set-up", "Event", "Tear-down"],
    ]


async def test_what_a_space_is_used_for_is_written_in_the_form_and_nothing_typed_is_lost(
    admin: Visitor, database: Database, house: House
) -> None:
    async def prepare(uow: UnitOfWork) -> UUID:
        hall = await a_space(uow)
        usage = [
            UsageSegment(kind="load_in", starts_at=at(12), ends_at=at(14)),
            UsageSegment(kind="event", starts_at=at(18), ends_at=at(22)),
        ]
        return (await a_booking(uow, spaces=[a_wish(hall.id, 12, 22, usage=usage)])).id

    page = f"{OFFICE}/bookings/{await database.run(house.organization_id, prepare)}"
    fields = _fields_of(await admin.read(f"{page}/edit"))
    rehearsed = {
        "kind-0-use-0": "",
        "starts-0-use-0": "",
        "ends-0-use-0": "",
        "kind-0-use-2": "rehearsal",
        "starts-0-use-2": fields["starts-0-use-0"],
        "ends-0-use-2": fields["starts-0-use-0"],
    }
    refused = await admin.send(f"{page}/edit", f"{page}/edit", **(fields | rehearsed))
    rehearsed["ends-0-use-2"] = fields["ends-0-use-0"]
    saved = await admin.send(f"{page}/edit", f"{page}/edit", **(fields | rehearsed))
    shown = re.findall(r"<td>(Load-in|Rehearsal|Event)</td>", await admin.read(page))

    assert (fields["kind-0-use-0"], fields["kind-0-use-1"]) == ("load_in", "event")
    assert "The end must be after the start." in refused.text
    assert _fields_of(refused.text)["kind-0-use-2"] == "rehearsal"
    assert saved.status_code == 303, saved.text[:500]
    assert shown == ["Rehearsal", "Event"]


def _fields_of(page: str) -> dict[str, str]:
    """Return the texts of a page's fields, by their names."""
    fields = {
        name: html.unescape(value)
        for name, value in re.findall(r'<input name="([^"]+)"[^>]*? value="([^"]*)"', page)
    }
    fields |= dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        fields[name] = chosen[1] if chosen else ""
    fields.pop("csrf", None)
    return fields


async def test_feeds_and_blocks_are_made_and_ended(admin: Visitor, rooms: Rooms) -> None:
    feeds, blocks = f"{OFFICE}/feeds", f"{OFFICE}/blocks"
    made = await admin.send(
        feeds, feeds, name="Screen", of=f"{rooms.venue}:{rooms.foyer}", detail="titles"
    )
    url = re.search(r'value="(http[^"]+\.ics)"', made.text)
    assert url is not None
    path = "/" + url[1].split("/", 3)[3]
    there = await admin.client.get(path)
    revoke = re.search(r'href="([^"]+/revoke)"', await admin.read(feeds))
    assert revoke is not None
    asked = await admin.read(revoke[1])
    await admin.send(revoke[1], revoke[1])
    gone = await admin.client.get(path)
    kept = await admin.send(
        blocks,
        blocks,
        space_id=rooms.foyer,
        starts_at="2048-03-03T08:00",
        ends_at="2048-03-03T18:00",
        reason="Polishing",
        firm="yes",
    )
    shown = await admin.read(blocks)
    remove = re.search(r'action="([^"]+/remove)"', shown)
    assert remove is not None
    await admin.send(blocks, remove[1])

    assert (there.status_code, gone.status_code) == (200, 404)
    assert "Revoke Screen?" in asked
    assert kept.status_code == 303
    assert "Polishing" in shown
    assert "Polishing" not in await admin.read(blocks)


async def test_staff_set_no_price_and_make_no_rate_card(
    api: Api, house: House, rooms: Rooms, database: Database
) -> None:
    staff = await visitor_of(api, house, "staff")
    booking: Any = await database.run(house.organization_id, a_booking)
    page = f"{OFFICE}/bookings/{booking.id}"

    price = await staff.send(page, f"{page}/charges/{booking.id}/set", amount="1", reason="Me")
    card = await staff.send(page, f"{OFFICE}/rates", name="Mine", venue_id=rooms.venue)

    assert (price.status_code, card.status_code) == (403, 403)


async def test_the_list_begins_with_what_comes_next_and_leads_to_what_is_over(
    admin: Visitor, database: Database, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bookings_pages, "PAGE_SIZE", 2)

    async def prepare(uow: UnitOfWork) -> None:
        hall = await a_space(uow)
        for title, days in (("Far", 30), ("Ended", -3), ("Next", 2), ("Long Ago", -9), ("Soon", 5)):
            starts = uow.now + timedelta(days=days)
            wish = hire.SpaceWish(
                space_id=hall.id, starts_at=starts, ends_at=starts + timedelta(hours=3)
            )
            await hire.create_booking(uow, hire.NewBooking(title=title, spaces=[wish]))

    def titles(page: str) -> list[str]:
        return re.findall(r'/bookings/[0-9a-f-]{36}">([^<]+)</a>', page)

    await database.run(house.organization_id, prepare)
    first = await admin.read(f"{OFFICE}/bookings")
    further = re.search(r'href="(\?[^"]+)" rel="next"', first)
    over = re.search(r'href="([^"]+)">Those that are over', first)
    assert further is not None
    assert over is not None
    second = await admin.read(f"{OFFICE}/bookings{unescape(further[1])}")
    past = await admin.read(unescape(over[1]))
    ahead = re.search(r'href="([^"]+)">Those to come', past)

    assert titles(first) == ["Next", "Soon"]
    assert titles(second) == ["Far"]
    assert titles(past) == ["Ended", "Long Ago"]
    assert ahead is not None
    assert titles(await admin.read(unescape(ahead[1]))) == ["Next", "Soon"]
    assert titles(await admin.read(f"{OFFICE}/bookings?title=far&cursor=nonsense")) == ["Far"]


async def test_what_is_to_be_paid_before_it_is_confirmed_is_named_and_gone_without_for_a_reason(
    admin: Visitor, database: Database, house: House
) -> None:
    async def make(uow: UnitOfWork) -> UUID:
        booking = await a_booking(uow, in_state="contracted")
        await a_deposit(uow, booking.id, title="First instalment")
        return booking.id

    page = f"{OFFICE}/bookings/{await database.run(house.organization_id, make)}"
    shown = await admin.read(page)
    refused = await admin.send(page, f"{page}/do", step="confirm", reason="Go", sure="yes")
    done = await admin.send(
        page,
        f"{page}/do",
        step="confirm",
        reason="The city pays",
        without_deposits="yes",
        sure="yes",
    )

    assert "Before it is confirmed: First instalment, €1,000.00." in shown
    assert "To be paid or waived before it is confirmed: First instalment." in refused.text
    assert done.status_code == 303
    assert "The city pays" in await admin.read(page)


async def test_one_space_of_two_is_released_on_the_page(
    admin: Visitor, rooms: Rooms, database: Database, house: House
) -> None:
    async def make(uow: UnitOfWork) -> hire.BookingView:
        wishes = [(UUID(rooms.hall), 18, 22), (UUID(rooms.foyer), 18, 22)]
        return await a_booking(uow, [(space, float(a), float(b)) for space, a, b in wishes])

    both = await database.run(house.organization_id, make)
    page = f"{OFFICE}/bookings/{both.id}"
    foyer = next(line for line in both.spaces if line.space_name == "Foyer")
    done = await admin.send(page, f"{page}/do", step="release", line=[str(foyer.id)], sure="yes")
    after = {
        one.status: [line.space_name for line in one.spaces]
        for one in await _bookings(database, house)
    }

    assert done.status_code == 303, done.text[:400]
    assert after == {"hold": ["Great Hall"], "released": ["Foyer"]}
    assert "parted its spaces" in await admin.read(page)


async def test_who_is_passed_over_is_named_before_it_is_done(
    admin: Visitor, database: Database, house: House
) -> None:
    async def queue(uow: UnitOfWork) -> list[UUID]:
        space = await a_space(uow)
        titles = ("Choir <i>", "Fair", "Wedding")
        return [(await a_booking(uow, [(space.id, 18, 22)], title=one)).id for one in titles]

    first, _, third = await database.run(house.organization_id, queue)
    page = f"{OFFICE}/bookings/{third}"

    asked = await admin.send(page, f"{page}/do", step="confirm", reason="Paid <b>")
    unsaid = await admin.send(page, f"{page}/do", step="confirm", reason="Paid", sure="yes")
    before = {one.id: one.status for one in await _bookings(database, house)}
    carried = dict(re.findall(r'name="(\w+)" value="([^"]*)"', asked.text))
    done = await admin.client.post(
        f"{page}/do", data={name: html.unescape(value) for name, value in carried.items()}
    )
    after = {one.id: one for one in await _bookings(database, house)}

    assert "Ahead in the queue: Choir <i>, Fair." in unescape(asked.text)
    assert "<i>" not in asked.text
    assert "Say that they are passed over" in unsaid.text
    assert set(before.values()) == {"hold"}
    assert done.status_code == 303, done.text
    assert (after[third].status, after[third].status_reason) == ("confirmed", "Paid <b>")
    assert after[first].is_backup


async def test_making_room_asks_once_and_then_the_page_says_nothing_of_the_challenge(
    admin: Visitor, database: Database, house: House
) -> None:
    async def contest(uow: UnitOfWork) -> UUID:
        space = await a_space(uow)
        names = ("Early Bird", "Second Choice", "Ready to Sign")
        first, _, third = [await a_booking(uow, [(space.id, 18, 22)], title=each) for each in names]
        await hire.challenge_holds(uow, third.id, NewChallenge())
        return first.id

    page = f"{OFFICE}/bookings/{await database.run(house.organization_id, contest)}"

    asked = await admin.send(page, f"{page}/answer", answer="release")
    before = await admin.read(page)
    await admin.send(page, f"{page}/answer", answer="release", sure="yes")
    after = await admin.read(page)

    assert "The spaces are free" in asked.text
    assert "This hold is challenged" in before
    assert "Ready to Sign</a>, which is behind," in before
    assert "The order stays as it is until the challenge is decided." in before
    assert f"{page}/reorder" not in before
    assert "This hold is challenged" not in after
    assert "Made room for a challenge." in after


async def test_ranks_are_frozen_a_gap_is_closed_and_they_move_again(
    database: Database, house: House, admin: Visitor, rooms: Rooms
) -> None:
    async def queue(uow: UnitOfWork) -> list[str]:
        wish = [(UUID(rooms.hall), 18, 22)]
        return [str((await a_booking(uow, wish, title=f"Number {n}")).id) for n in (1, 2, 3)]

    first, second, third = await database.run(house.organization_id, queue)
    venue = f"{OFFICE}/venues/{rooms.venue}"
    assert "Freeze the ranks" in await admin.read(venue)
    unsaid = await admin.send(f"{venue}/freeze-ranks", f"{venue}/freeze-ranks", reason=" ")
    assert "Please say why." in unsaid.text
    await admin.send(f"{venue}/freeze-ranks", f"{venue}/freeze-ranks", reason="On-sale week")
    assert "On-sale week" in await admin.read(venue)
    assert "The ranks of holds are frozen since" in await admin.read(f"{OFFICE}/calendar")

    booking = f"{OFFICE}/bookings/{first}"
    asked = await admin.send(booking, f"{booking}/do", step="release")
    assert "those behind keep theirs" in asked.text
    await admin.send(booking, f"{booking}/do", step="release", sure="yes")
    assert "Its place in the queue is kept" in await admin.read(booking)
    page = await admin.read(f"{OFFICE}/bookings/{second}")
    assert "Nobody is written to about it" in page
    assert "2nd in rank" in page
    assert "because the place of" in page
    assert f"/bookings/{second}/reorder" not in page
    gaps = f"{OFFICE}/bookings/{second}/close-gaps"
    assert (await admin.send(gaps, gaps, reason="Agreed")).status_code == 303
    assert "1st in rank" in await admin.read(f"{OFFICE}/bookings/{second}")
    assert "No place is kept" in (await admin.send(gaps, gaps, reason="Again")).text

    await database.run(house.organization_id, do, UUID(second), "release")
    lift = f"{venue}/lift-freeze"
    assert "2nd in rank" in await admin.read(f"{OFFICE}/bookings/{third}")
    assert (await admin.send(lift, lift, reason="It is over")).status_code == 303
    assert "1st in rank" in await admin.read(f"{OFFICE}/bookings/{third}")
    assert "are not frozen" in (await admin.send(lift, lift, reason="Again")).text


async def test_a_firm_booking_is_cancelled_only_after_it_was_asked(
    admin: Visitor, database: Database, house: House
) -> None:
    async def firm(uow: UnitOfWork) -> UUID:
        return (await a_booking(uow, in_state="confirmed")).id

    page = f"{OFFICE}/bookings/{await database.run(house.organization_id, firm)}"

    unsaid = await admin.send(page, f"{page}/do", step="cancel", fee="500")
    asked = await admin.send(page, f"{page}/do", step="cancel", reason="Ill", fee="500")
    before = await _bookings(database, house)
    await admin.send(page, f"{page}/do", step="cancel", reason="Ill", fee="500", sure="yes")
    after = await admin.read(page)

    assert 'id="fault-reason">Please fill this in.' in unsaid.text
    assert 'name="fee" value="500"' in asked.text
    assert [one.status for one in before] == ["confirmed"]
    assert "The booking is cancelled." in after
    assert "Cancellation fee" in after


async def test_a_booking_leads_to_its_deal_and_to_a_contract_with_its_contact(
    admin: Visitor, database: Database, house: House
) -> None:
    async def hold(uow: UnitOfWork) -> UUID:
        await a_template(uow)
        booking = await a_booking(uow, contact_name="Mia Moor", contact_email="mia@guest.example")
        return booking.id

    booking_id = await database.run(house.organization_id, hold)
    deal, contract = (f"{OFFICE}/{one}?booking_id={booking_id}" for one in ("deals", "contracts"))

    page = await admin.read(f"{OFFICE}/bookings/{booking_id}")
    drafting = await admin.read(deal)
    drawing = await admin.read(contract)

    assert deal in page
    assert contract in page
    assert f'value="booking:{booking_id}" selected' in drafting
    assert f'value="{booking_id}" selected' in drawing
    assert 'value="mia@guest.example"' in drawing
