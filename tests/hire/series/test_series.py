"""Recurring bookings: a booking for each date, exceptions, and never a change of the past."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from houseful.hire.series.rules import dates_of, span_on
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database
from houseful.kernel.jobs import Worker
from houseful.kernel.problems import Invalid
from tests.api import Api, problem_of
from tests.builders.accounts import House, a_member
from tests.builders.venues import a_space

SERIES = "/api/v1/booking-series"
BERLIN = "Europe/Berlin"
LATE = {"starts": "21:30:00", "ends": "22:30:00"}


def test_a_rule_gives_its_dates() -> None:
    assert dates_of("FREQ=WEEKLY;BYDAY=TU;COUNT=3", date(2035, 5, 1)) == [
        date(2035, 5, 1),
        date(2035, 5, 8),
        date(2035, 5, 15),
    ]
    assert dates_of("FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20350801", date(2035, 5, 1))[-1] == date(
        2035, 7, 27
    )


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=WEEKLY",
        "FREQ=SECONDLY;COUNT=2",
        "COUNT=2",
        "FREQ=DAILY;COUNT=500",
        "FREQ=DAILY;COUNT=2;COUNT=3",
        "FREQ=YEARLY;INTERVAL=9;COUNT=9",
        "nonsense",
        "FREQ=DAILY;UNTIL=20200101",
        "FREQ=DAILY;UNTIL=20359999",
    ],
)
def test_a_rule_that_cannot_be_read_or_has_no_end_is_told(rule: str) -> None:
    with pytest.raises(Invalid) as raised:
        dates_of(rule, date(2035, 5, 1))
    assert raised.value.fields["errors"][0]["pointer"] == "/rule"


def test_a_time_that_the_clocks_skip_is_no_time() -> None:
    night = date(2035, 3, 25)

    assert span_on(night, time(2, 30), time(4), BERLIN) is None
    assert span_on(date(2035, 3, 26), time(2, 30), time(4), BERLIN) is not None


@given(
    st.dates(date(2030, 1, 1), date(2040, 1, 1)), st.times(), st.times(), st.sampled_from([BERLIN])
)
def test_a_span_shows_the_times_that_were_asked_for(
    day: date, starts: time, ends: time, zone: str
) -> None:
    span = span_on(day, starts, ends, zone)
    if span is None:
        return
    shown = [at.astimezone(ZoneInfo(zone)) for at in span]

    assert (shown[0].time(), shown[1].time()) == (starts, ends)
    assert span.start < span.end <= span.start + timedelta(hours=25)


async def _body(database: Database, house: House, **fields: Any) -> dict[str, Any]:
    space = await database.run(house.organization_id, a_space, name="Studio")
    wish = {"spaceId": str(space.id), "starts": "19:30:00", "ends": "21:00:00"}
    return {
        "title": "Choir",
        "rule": "FREQ=WEEKLY;COUNT=4",
        "startsOn": "2035-10-15",
        "spaces": [wish],
    } | fields


async def test_each_date_is_a_booking_at_the_same_wall_time(
    api: Api, database: Database, house: House
) -> None:
    admin = await api.as_("admin")

    made = await admin.post(SERIES, json=await _body(database, house))
    bookings = await admin.get("/api/v1/bookings", params={"seriesId": made.json()["id"]})

    assert made.status_code == 201, made.text
    starts = [item["startsAt"] for item in bookings.json()["items"]]
    assert starts == [
        "2035-10-15T17:30:00Z",
        "2035-10-22T17:30:00Z",
        "2035-10-29T18:30:00Z",
        "2035-11-05T18:30:00Z",
    ]
    assert [each["status"] for each in made.json()["occurrences"]] == ["hold"] * 4


async def test_dates_that_cannot_be_had_fail_all_or_are_left_out(
    api: Api, database: Database, house: House
) -> None:
    admin, body = await api.as_("admin"), await _body(database, house)
    block = {
        "spaceId": body["spaces"][0]["spaceId"],
        "startsAt": "2035-10-22T00:00:00Z",
        "endsAt": "2035-10-23T00:00:00Z",
        "reason": "New floor",
    }
    await admin.post("/api/v1/availability-blocks", json=block)

    refused = await admin.post(SERIES, json=body)
    nothing = await admin.get("/api/v1/bookings")
    partly = await admin.post(SERIES, json=body | {"onConflict": "skip"})

    assert (refused.status_code, problem_of(refused)["date"]) == (409, "2035-10-22")
    assert nothing.json()["items"] == []
    assert list(partly.json()["skipped"]) == ["2035-10-22"]
    assert len(partly.json()["occurrences"]) == 3


async def test_all_dates_that_cannot_be_had_are_named_at_once(
    api: Api, database: Database, house: House
) -> None:
    admin, body = await api.as_("admin"), await _body(database, house, rule="FREQ=DAILY;COUNT=9")
    space_id = body["spaces"][0]["spaceId"]
    made = await admin.post(SERIES, json=body | {"spaces": [body["spaces"][0] | LATE]})
    block = {"spaceId": space_id, "reason": "New floor"}
    week = {"startsAt": "2035-10-16T00:00:00Z", "endsAt": "2035-10-22T21:00:00Z"}
    blocked = await admin.post("/api/v1/availability-blocks", json=block | week)
    path, version = made.headers["location"], {"if-match": made.headers["etag"]}

    refused = problem_of(await admin.post(SERIES, json=body))
    unmoved = await admin.patch(path, json={"spaces": body["spaces"]}, headers=version)
    confirmed = problem_of(await admin.post(f"{path}/confirm", json={"reason": "Regulars"}))

    days = [f"2035-10-{day}" for day in range(16, 23)]
    assert blocked.status_code == 201, blocked.text
    assert refused["dates"] == problem_of(unmoved)["dates"] == confirmed["dates"] == days
    assert refused["date"] == "2035-10-16"
    assert refused["detail"] == (
        "7 dates cannot be had: 16 October 2035, 17 October 2035, 18 October 2035,"
        " 19 October 2035, 20 October 2035 and 2 more."
    )
    assert len(refused["conflicts"]) == 7
    assert {each["status"] for each in (await admin.get(path)).json()["occurrences"]} == {"hold"}


async def test_a_date_is_taken_out_and_put_back(api: Api, database: Database, house: House) -> None:
    admin = await api.as_("admin")
    made = await admin.post(SERIES, json=await _body(database, house))
    path = made.headers["location"]

    out = await admin.post(f"{path}/skip", json={"on": "2035-10-22", "reason": "Holiday"})
    again = await admin.post(f"{path}/skip", json={"on": "2035-10-22", "reason": "Holiday"})
    back = await admin.post(f"{path}/restore", json={"on": "2035-10-22"})
    twice = await admin.post(f"{path}/restore", json={"on": "2035-10-22"})

    assert out.json()["skipped"] == {"2035-10-22": "Holiday"}
    assert len(out.json()["occurrences"]) == 3
    assert back.json()["skipped"] == {}
    assert [each["on"] for each in back.json()["occurrences"]][1] == "2035-10-22"
    assert (again.status_code, twice.status_code) == (422, 409)


async def test_from_one_date_on_it_is_otherwise_and_then_it_ends(
    api: Api, database: Database, house: House
) -> None:
    admin, body = await api.as_("admin"), await _body(database, house)
    made = await admin.post(SERIES, json=body)
    path = made.headers["location"]
    later = [body["spaces"][0] | {"starts": "20:00:00", "ends": "22:00:00"}]

    moved = await admin.patch(
        path,
        json={"fromOn": "2035-10-29", "spaces": later, "title": "Big choir"},
        headers={"if-match": made.headers["etag"]},
    )
    confirmed = await admin.post(f"{path}/confirm", json={"reason": "Season ticket"})
    ended = await admin.post(f"{path}/end", json={"fromOn": "2035-11-01", "reason": "Moved away"})
    bookings = await admin.get("/api/v1/bookings", params={"seriesId": made.json()["id"]})

    assert moved.status_code == 200, moved.text
    assert {each["status"] for each in confirmed.json()["occurrences"]} == {"confirmed"}
    assert [each["on"] for each in ended.json()["occurrences"]] == [
        "2035-10-15",
        "2035-10-22",
        "2035-10-29",
    ]
    assert [
        (item["title"], item["startsAt"][11:16], item["status"])
        for item in bookings.json()["items"]
    ] == [
        ("Choir", "17:30", "confirmed"),
        ("Choir", "17:30", "confirmed"),
        ("Big choir", "19:00", "confirmed"),
        ("Big choir", "19:00", "cancelled"),
    ]


async def test_a_firm_date_that_ends_is_cancelled_as_any_booking_is(
    api: Api, database: Database, house: House
) -> None:
    admin = await api.as_("admin")
    made = await admin.post(SERIES, json=await _body(database, house))
    path = made.headers["location"]
    await admin.post(f"{path}/confirm", json={"reason": "Season ticket"})
    await Worker(database).drain()

    await admin.post(f"{path}/skip", json={"on": "2035-10-22", "reason": "Holiday"})
    await admin.post(f"{path}/end", json={"fromOn": "2035-11-01", "reason": "Moved away"})
    await Worker(database).drain()

    async with database.unit_of_work(house.organization_id) as uow:
        rows: Any = await uow.execute(
            "SELECT b.occurs_on, e.status, a.reason, a.details FROM bookings b"
            " JOIN booking_acts a ON a.booking_id = b.id AND a.act = 'cancel'"
            " JOIN venue_event_bookings l ON l.booking_id = b.id"
            " JOIN venue_events e ON e.id = l.venue_event_id ORDER BY 1"
        )
        ended = [tuple(row) for row in rows]
    assert [(str(day), status, reason) for day, status, reason, _ in ended] == [
        ("2035-10-22", "cancelled", "Holiday"),
        ("2035-11-05", "cancelled", "Moved away"),
    ]
    assert {(details["cancelledBy"], details["deposit"]) for *_, details in ended} == {
        ("customer", "undecided")
    }


async def test_what_is_past_is_never_changed(
    api: Api, database: Database, house: House, clock: TravelClock
) -> None:
    admin, body = await api.as_("admin"), await _body(database, house)
    made = await admin.post(SERIES, json=body)
    path = made.headers["location"]
    async with database.unit_of_work(house.organization_id) as uow:
        clock.travel(datetime(2035, 10, 25, tzinfo=UTC) - uow.now)
    again = await api.as_("admin")

    ended = await again.post(f"{path}/end", json={"fromOn": "2035-10-01", "reason": "Over"})

    assert [each["on"] for each in ended.json()["occurrences"]] == ["2035-10-15", "2035-10-22"]


async def test_the_date_of_today_is_past_once_it_has_begun(
    api: Api, database: Database, house: House, clock: TravelClock
) -> None:
    admin, body = await api.as_("admin"), await _body(database, house)
    made = await admin.post(SERIES, json=body)
    path = made.headers["location"]
    await admin.post(f"{path}/skip", json={"on": "2035-10-15", "reason": "Holiday"})
    async with database.unit_of_work(house.organization_id) as uow:
        clock.travel(datetime(2035, 10, 22, 17, 45, tzinfo=UTC) - uow.now)
    again = await api.as_("admin")

    skipped = await again.post(f"{path}/skip", json={"on": "2035-10-22", "reason": "Late"})
    restored = await again.post(f"{path}/restore", json={"on": "2035-10-15"})
    ended = await again.post(f"{path}/end", json={"fromOn": "2035-10-01", "reason": "Over"})

    assert (skipped.status_code, restored.status_code) == (422, 409)
    assert [each["on"] for each in ended.json()["occurrences"]] == ["2035-10-22"]


async def test_a_series_in_spaces_that_one_does_not_see_is_not_there(
    api: Api, database: Database, house: House
) -> None:
    admin, body = await api.as_("admin"), await _body(database, house)
    made = await admin.post(SERIES, json=body)
    path = made.headers["location"]
    ended = await admin.post(f"{path}/end", json={"fromOn": "2035-10-01", "reason": "Over"})
    now = {"if-match": ended.headers["etag"]}
    space = await database.run(house.organization_id, a_space)
    await a_member(database, house, "one@example.org", role="admin", space_ids=[space.id])
    limited = await api.as_person("one@example.org")

    answers = [
        await limited.patch(path, json={"title": "Mine"}, headers=now),
        await limited.post(f"{path}/skip", json={"on": "2035-10-22", "reason": "No"}),
        await limited.post(f"{path}/restore", json={"on": "2035-10-22"}),
        await limited.post(f"{path}/end", json={"fromOn": "2035-10-01", "reason": "No"}),
        await limited.post(f"{path}/confirm", json={"reason": "No"}),
    ]

    assert [answer.status_code for answer in answers] == [404] * 5
    assert (await admin.get(path)).json()["title"] == "Choir"
