"""Reports: time cut by the venue's calendar, and figures that are null rather than made up."""

import csv
import io
import zipfile
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from houseful.calendar import Span
from houseful.directory import NewCompany, create_company
from houseful.hire.deposits.finance import Finance
from houseful.hire.deposits.models import Deposit
from houseful.hire.deposits.schemas import Return, Waiver
from houseful.hire.deposits.service import forfeit_deposit, refund_deposit, waive_deposit
from houseful.hire.reports.buckets import cuts, label_of
from houseful.hire.reports.queries import Books, Figures, profitability
from houseful.hire.reports.schemas import ReportQuery
from houseful.hire.reports.taken import Merged
from houseful.hire.reports.writing import as_csv, as_xlsx
from houseful.hire.services import services_of
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from tests.api import Api
from tests.builders.accounts import House
from tests.builders.calendar import a_claim, a_divided_hall, at
from tests.builders.hire import a_booking
from tests.builders.hire_papers import a_deposit
from tests.builders.venues import a_space
from tests.hire.deposits.finance_stand_in import API_KEY, stand_in

AT = "/api/v1/reports"
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@given(
    INSTANTS,
    st.timedeltas(timedelta(minutes=1), timedelta(days=700)),
    st.sampled_from(["day", "week", "month", "year", "all"]),
    st.sampled_from(["Europe/Berlin", "Pacific/Auckland", "America/St_Johns"]),
    st.integers(0, 12),
)
def test_buckets_cover_the_time_once_and_without_gaps(
    start: datetime, length: timedelta, bucket: str, zone: str, hour: int
) -> None:
    found = cuts(start, start + length, bucket, zone, hour)

    assert (found[0][1], found[-1][2]) == (start, start + length)
    assert all(end == begin for (_, _, end), (_, begin, _) in pairwise(found))
    assert all(begin < end for _, begin, end in found)
    assert len({label for label, _, _ in found}) == len(found)
    assert all(label_of(begin, bucket, zone, hour) == label for label, begin, _ in found)


def test_a_night_counts_to_the_month_of_the_evening_by_the_venues_clock() -> None:
    after_midnight = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)

    assert label_of(after_midnight, "month", "Europe/Berlin", 0) == "2027-01"
    assert label_of(after_midnight, "month", "Europe/Berlin", 6) == "2026-12"


@given(
    st.lists(st.tuples(st.integers(0, 500), st.integers(1, 200))),
    st.lists(st.integers(0, 700), min_size=2, max_size=2, unique=True).map(sorted),
)
def test_what_is_taken_twice_counts_once(taken: list[tuple[int, int]], asked: list[int]) -> None:
    def minute(number: int) -> datetime:
        return datetime(2026, 5, 1, tzinfo=UTC) + timedelta(minutes=number)

    merged = Merged.of(Span(minute(first), minute(first + length)) for first, length in taken)

    counted = {number for first, length in taken for number in range(first, first + length)}
    assert merged.minutes(minute(asked[0]), minute(asked[1])) == len(
        counted & set(range(asked[0], asked[1]))
    )


def test_files_carry_numbers_and_no_formulas() -> None:
    table = [["name", "amount"], ['=HYPERLINK("x")', 1250], ["Grüße & <Co>", None]]

    rows = list(csv.reader(io.StringIO(as_csv(table).decode("utf-8-sig"))))
    with zipfile.ZipFile(io.BytesIO(as_xlsx(table))) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        assert {"[Content_Types].xml", "xl/workbook.xml"} <= set(book.namelist())

    assert rows[1] == ['\'=HYPERLINK("x")', "1250"]
    assert [value.text for value in sheet.iter(f"{MAIN}v")] == ["1250"]
    assert "Grüße & <Co>" in [text.text for text in sheet.iter(f"{MAIN}t")]


async def _a_season(uow: UnitOfWork) -> Any:
    space = await a_space(uow)
    booking = await a_booking(uow, [(space.id, 10, 16)], in_state="confirmed", contact_name="Nora")
    await a_deposit(uow, booking.id, in_state="paid")
    await a_booking(uow, [(space.id, 18, 20)], in_state="cancelled", contact_name="Nora")
    return space.id


def _span(**more: str) -> dict[str, str]:
    start = at(0).replace(hour=0, minute=0)
    end = start + timedelta(days=2)
    return {"fromAt": start.isoformat(), "toAt": end.isoformat(), "bucket": "all"} | more


async def test_the_four_reports_say_what_there_is(
    api: Api, database: Database, house: House
) -> None:
    space_id = await database.run(house.organization_id, _a_season)
    admin = await api.as_("admin")

    found = {
        name: (await admin.get(f"{AT}/{name}", params=_span())).json()
        for name in ("utilization", "revenue", "profitability", "customers")
    }

    (row,) = found["utilization"]["rows"]
    assert (row["spaceId"], row["bookings"], row["bookedMinutes"]) == (str(space_id), 1, 360)
    assert row["availableMinutes"] == 2880
    assert row["utilizationBasisPoints"] == 1250
    (row,) = found["revenue"]["rows"]
    assert (row["expectedMinor"], row["invoicedMinor"], row["paidMinor"]) == (100_000,) * 3
    assert found["revenue"]["financeLinked"] is True
    assert found["profitability"]["rows"][0]["profitMinor"] == 0
    (row,) = found["customers"]["rows"]
    assert (row["name"], row["bookings"], row["confirmed"], row["cancelled"]) == ("Nora", 2, 1, 1)


async def test_a_spaces_time_is_taken_by_its_parts_its_whole_and_by_shows(
    api: Api, database: Database, house: House
) -> None:
    async def prepare(uow: UnitOfWork) -> list[UUID]:
        hall, part, other = await a_divided_hall(uow)
        await a_booking(uow, [(part, 10, 16)], in_state="confirmed")
        await a_claim(uow, other, 14, 18, source="event")
        await a_claim(uow, other, 34, 35, source="session")
        await a_claim(uow, hall, 40, 44, source="block")
        return [hall, part, other]

    ids = await database.run(house.organization_id, prepare)
    admin = await api.as_("admin")

    rows = (await admin.get(f"{AT}/utilization", params=_span())).json()["rows"]
    of_a_part = (await admin.get(f"{AT}/utilization", params=_span(spaceId=str(ids[1])))).json()

    told = {row["spaceId"]: row for row in rows}
    hall, part, other = (told[str(one)] for one in ids)
    assert [one["bookedMinutes"] for one in (hall, part, other)] == [540, 360, 300]
    assert [one["bookings"] for one in (hall, part, other)] == [1, 1, 0]
    assert (hall["hiredMinutes"], hall["showMinutes"], hall["sessionMinutes"]) == (360, 240, 60)
    assert {one["availableMinutes"] for one in (hall, part, other)} == {2640}
    assert of_a_part["rows"] == [part]


async def test_what_is_waived_given_back_or_only_deposited_is_no_revenue(
    api: Api, database: Database, house: House
) -> None:
    async def prepare(uow: UnitOfWork) -> None:
        space = await a_space(uow)
        booking = await a_booking(uow, [(space.id, 10, 16)], in_state="confirmed")
        await a_deposit(uow, booking.id, in_state="paid", kind="security", amount_minor=50_000)
        kept = await a_deposit(
            uow, booking.id, in_state="paid", kind="security", amount_minor=30_000
        )
        await forfeit_deposit(uow, kept.id, Return(amount_minor=30_000, reason="A broken door"))
        waived = await a_deposit(uow, booking.id, amount_minor=70_000)
        await waive_deposit(uow, waived.id, Waiver(reason="A friend of the house"))
        back = await a_deposit(uow, booking.id, in_state="paid", amount_minor=20_000)
        await refund_deposit(uow, back.id, Return(amount_minor=5000, reason="Too much"))

    await database.run(house.organization_id, prepare)
    admin = await api.as_("admin")

    (row,) = (await admin.get(f"{AT}/revenue", params=_span())).json()["rows"]

    assert (row["expectedMinor"], row["paidMinor"]) == (45_000, 45_000)


async def test_they_are_narrowed_and_written_as_files(
    api: Api, database: Database, house: House
) -> None:
    await database.run(house.organization_id, _a_season)
    other = await database.run(house.organization_id, a_space)
    admin = await api.as_("admin")
    viewer = await api.as_("viewer")

    narrowed = await admin.get(f"{AT}/utilization", params=_span(spaceId=str(other.id)))
    nobody = await admin.get(f"{AT}/customers", params=_span(marketCompanyId="1"))
    as_file = await admin.get(f"{AT}/revenue/csv", params=_span())
    as_book = await admin.get(f"{AT}/customers/xlsx", params=_span())
    unknown = await admin.get(f"{AT}/weather/csv", params=_span())
    refused = await viewer.get(f"{AT}/revenue", params=_span())

    assert [row["bookedMinutes"] for row in narrowed.json()["rows"]] == [0]
    assert nobody.json()["rows"] == []
    assert as_file.headers["content-type"].startswith("text/csv")
    assert "expected_minor" in as_file.text
    assert unknown.status_code == 404
    assert zipfile.is_zipfile(io.BytesIO(as_book.content))
    assert refused.status_code == 403


@pytest.mark.parametrize(
    "change",
    [{"toAt": "2020-01-01T00:00:00Z"}, {"bucket": "day", "toAt": "2050-01-01T00:00:00Z"}],
)
async def test_a_time_that_cannot_be_is_told(api: Api, change: dict[str, str]) -> None:
    admin = await api.as_("admin")

    assert (await admin.get(f"{AT}/revenue", params=_span() | change)).status_code == 422


def test_bills_of_no_booking_are_told_and_none_is_lost() -> None:
    query = ReportQuery(from_at=at(0), to_at=at(5), bucket="all")
    figures = Figures([], {}, {}, "Europe/Berlin", 6)
    bills = {("", "EUR"): 500, ("elsewhere", "EUR"): 250, ("", "CHF"): 70}
    books = Books(income={("", "EUR"): 300}, bills=bills)

    rows = profitability(query, figures, books)
    of_a_space = msgspec.structs.replace(query, space_id=new_id())

    assert [(row.bucket, row.currency, row.income_minor, row.profit_minor) for row in rows] == [
        ("of no booking", "CHF", 0, -70),
        ("of no booking", "EUR", 300, -450),
    ]
    assert profitability(of_a_space, figures, books) == []


async def test_what_finance_earned_beside_our_deposits_is_income_once(
    api: Api, database: Database, house: House
) -> None:
    async def keep(uow: UnitOfWork) -> str:
        booking = await a_booking(uow, [((await a_space(uow)).id, 10, 16)], in_state="confirmed")
        deposit = await a_deposit(uow, booking.id, in_state="paid")
        await forfeit_deposit(uow, deposit.id, Return(reason="They never came"))
        return str(booking.id)

    booking_id = await database.run(house.organization_id, keep)
    admin = await api.as_("admin")
    with stand_in() as books:
        services_of(database).use_finance(Finance(books.url, API_KEY))
        books.earn(booking_id, 100_000, source="venue_deposit")
        books.earn(booking_id, 30_000)
        books.earn(None, 5000)
        books.bills.append(
            {"id": "b1", "currency": "EUR", "amountMinor": 20_000, "bookingId": booking_id}
        )
        told = (await admin.get(f"{AT}/profitability", params=_span())).json()

    assert [
        (row["bucket"], row["incomeMinor"], row["costsMinor"], row["profitMinor"])
        for row in told["rows"]
    ] == [("all", 130_000, 20_000, 110_000), ("of no booking", 5000, 0, 5000)]


async def test_while_finance_is_down_nothing_is_shown_as_nought(
    api: Api, database: Database, house: House
) -> None:
    await database.run(house.organization_id, _a_season)
    admin = await api.as_("admin")
    with stand_in() as books:
        services_of(database).use_finance(Finance(books.url, API_KEY))
        up = (await admin.get(f"{AT}/profitability", params=_span())).json()
        books.is_down = True
        down = (await admin.get(f"{AT}/profitability", params=_span())).json()

    assert (up["financeLinked"], up["rows"][0]["costsMinor"]) == (True, 0)
    assert (down["financeLinked"], down["rows"][0]["profitMinor"]) == (False, None)
    assert "503" in down["financeMessage"]


async def test_what_finance_has_never_said_is_null_in_its_month_only(
    api: Api, database: Database, house: House
) -> None:
    await database.run(house.organization_id, _a_season)

    async def unanswered(uow: UnitOfWork) -> None:
        space = await a_space(uow)
        booking = await a_booking(uow, [(space.id, 34, 40)], in_state="confirmed")
        deposit = await uow.get(Deposit, (await a_deposit(uow, booking.id)).id)
        deposit.finance_state = "pending"

    await database.run(house.organization_id, unanswered)
    admin = await api.as_("admin")
    with stand_in() as books:
        services_of(database).use_finance(Finance(books.url, API_KEY))
        found = {
            name: (await admin.get(f"{AT}/{name}", params=_span(bucket="day"))).json()
            for name in ("revenue", "profitability", "customers")
        }
        as_file = await admin.get(f"{AT}/revenue/csv", params=_span(bucket="day"))

    in_file = list(csv.DictReader(io.StringIO(as_file.content.decode("utf-8-sig"))))
    assert [(row["paid_minor"], row["finance_linked"]) for row in in_file] == [
        ("100000", "no"),
        ("", "no"),
    ]
    assert all("has not said" in row["finance_message"] for row in in_file)
    assert [report["financeLinked"] for report in found.values()] == [False] * 3
    assert all("has not said" in report["financeMessage"] for report in found.values())
    assert [row["paidMinor"] for row in found["revenue"]["rows"]] == [100_000, None]
    assert [row["profitMinor"] for row in found["profitability"]["rows"]] == [0, None]
    assert {row["paidMinor"] for row in found["customers"]["rows"]} == {100_000, None}


async def test_customers_carry_their_numbers_of_the_directory(
    api: Api, database: Database, house: House
) -> None:
    async def prepare(uow: UnitOfWork) -> int:
        company = await create_company(uow, NewCompany(name="Concerts Ltd"))
        space = await a_space(uow)
        await a_booking(uow, [(space.id, 10, 16)], company_id=company.id)
        return company.market_company_id

    number = await database.run(house.organization_id, prepare)
    admin = await api.as_("admin")

    found = await admin.get(f"{AT}/customers", params=_span())

    (row,) = found.json()["rows"]
    assert (row["marketCompanyId"], row["marketPersonId"]) == (number, None)
