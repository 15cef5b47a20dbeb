"""Bookings a second by pass and wallet beside pgbench, and how soon a timetable is there."""

import asyncio
import time
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import psycopg

from bench.floor import writes_of_last
from bench.load import get, send_all
from bench.pgbench import transactions_per_second
from bench.report import Figure
from bench.serving import PORT, serving
from houseful import sessions, venues
from houseful.accounts import create_organization, create_user
from houseful.kernel import embedded
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.runtime import DATABASE_NAME, open_database, prepare
from houseful.kernel.settings import Settings
from houseful.payments import take_cash

SLUG = "bench"
BOOKINGS = 200
CLIENTS = 8
SESSIONS = 500
READS = 300
SECONDS = 4
_WAITING = """
    SELECT EXISTS (SELECT 1 FROM outbox WHERE relayed_at IS NULL), EXISTS (
        SELECT 1 FROM procrastinate_jobs
        WHERE status IN ('todo', 'doing') AND coalesce(scheduled_at, '-infinity') <= now())
"""


async def measure(directory: Path) -> list[Figure]:
    """Book from several clients at once, each another person; read the page of 500 sessions."""
    settings = Settings(data_directory=directory)
    with open_database(settings) as urls:
        await asyncio.to_thread(prepare, settings, urls)
        database = Database(urls.app, pool_size=CLIENTS)
        tenant = new_id()
        space = await database.run(tenant, _open_house)
        activity = await database.run(tenant, _make_activity)
        superuser = _superuser(directory)
        measured = [
            await _bookings(database, superuser, tenant, space, activity, way)
            for way in ("pass", "wallet")
        ]
        assert await database.run(tenant, sessions.faults) == []
        page = await database.run(tenant, _fill_a_week, space, activity)
        await database.close()
        bookings = [
            await asyncio.to_thread(_beside_floor, superuser, way, rate, script)
            for way, rate, script in measured
        ]
    with serving(directory):
        await asyncio.to_thread(_wait_until_told, _superuser(directory))
        pages = await send_all(PORT, [get(page)] * READS, clients=1)
    assert all(body.count(b"slot card") == SESSIONS for body in pages.bodies)
    return [
        *bookings,
        Figure(f"timetable page of {SESSIONS} sessions, p50", pages.latency_ms(0.5), "ms"),
        Figure(f"timetable page of {SESSIONS} sessions, p99", pages.latency_ms(0.99), "ms"),
    ]


def _superuser(directory: Path) -> str:
    cluster = embedded.running(directory / "postgres")
    assert cluster is not None
    return cluster.url(cluster.superuser, DATABASE_NAME)


def _wait_until_told(superuser: str) -> None:
    """Let the worker tell what hundreds of bookings in a few seconds have left: no house has that.

    It stays beside while the page is read.
    """
    with psycopg.connect(superuser, autocommit=True) as connection:
        while any(connection.execute(_WAITING).fetchone() or ()):
            time.sleep(0.2)


async def _open_house(uow: UnitOfWork) -> UUID:
    owner = await create_user(
        uow, email="owner@bench.example", name="Bench", password="a password of some length"
    )
    await create_organization(uow, owner, name="Bench", slug=SLUG, plan="house")
    venue = await venues.create_venue(uow, venues.NewVenue(name="Bench", timezone="UTC"))
    space = await venues.create_space(
        uow, venues.NewSpace(venue_id=venue.id, name="Room", code="ROOM")
    )
    return space.id


async def _make_activity(uow: UnitOfWork) -> UUID:
    data = sessions.NewActivity(name="Class", capacity=BOOKINGS, price=1500, duration_minutes=5)
    return (await sessions.create_activity(uow, data)).id


async def _bookings(
    database: Database, superuser: str, tenant: UUID, space_id: UUID, activity_id: UUID, way: str
) -> tuple[str, float, str]:
    """Measure bookings; return the way, the rate, and a script that writes what the last wrote."""
    rate = await _booking_rate(database, tenant, space_id, activity_id, way)
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("ANALYZE")
        script = writes_of_last(
            connection,
            tenant,
            "session_bookings",
            changed={"sessions", "wallets", "customer_passes"},
        )
    return way, rate, script


def _beside_floor(superuser: str, way: str, rate: float, script: str) -> Figure:
    """Run the script again and again; it leaves rows behind that make no sense to the rooms."""
    floor = transactions_per_second(superuser, script, clients=CLIENTS, seconds=SECONDS)
    return Figure(f"bookings by {way}, {CLIENTS} clients", rate, "/s", floor)


async def _booking_rate(
    database: Database, tenant: UUID, space_id: UUID, activity_id: UUID, way: str
) -> float:
    async def prepare_people(uow: UnitOfWork) -> tuple[UUID, list[UUID]]:
        session = await sessions.create_session(
            uow,
            sessions.NewSession(
                activity_id=activity_id,
                space_id=space_id,
                starts_at=uow.now + timedelta(days=50 if way == "pass" else 51),
            ),
        )
        offered = await sessions.create_pass(
            uow, sessions.NewPass(name=f"Ten by {way}", price=9000, sessions_limit=10)
        )
        people = [await _person(uow, way, offered.id) for _ in range(BOOKINGS)]
        return session.id, people

    session_id, people = await database.run(tenant, prepare_people)
    waiting = iter(people)

    async def client() -> None:
        for customer_id in waiting:
            wish = sessions.Wish(session_id=session_id, customer_id=customer_id)
            await database.run(tenant, sessions.book, wish)

    started = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return BOOKINGS / (time.perf_counter() - started)


async def _person(uow: UnitOfWork, way: str, pass_id: UUID) -> UUID:
    customer = await sessions.create_customer(uow, sessions.NewCustomer(name="Somebody"))
    if way == "pass":
        sale = sessions.PassSale(customer_id=customer.id, pass_id=pass_id)
        await sessions.sell_pass(uow, sale)
    else:
        top_up = await sessions.begin_top_up(uow, customer.id, 2000, "EUR")
        await take_cash(uow, sessions.TOP_UP_KIND, top_up.id)
    return customer.id


async def _fill_a_week(uow: UnitOfWork, space_id: UUID, activity_id: UUID) -> str:
    """Put on what the timetable shall show; return the address of its page."""
    begins = uow.now + timedelta(days=1)
    for number in range(SESSIONS):
        await sessions.create_session(
            uow,
            sessions.NewSession(
                activity_id=activity_id,
                space_id=space_id,
                starts_at=begins + timedelta(minutes=15 * number),
            ),
        )
    return f"/{SLUG}/timetable?week={begins.date()}"
