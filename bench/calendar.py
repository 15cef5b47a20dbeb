"""Finding free time among fifty spaces and a hundred thousand claims, and confirming holds.

The floor of a confirmation is its writes alone, of bookings that are confirmed, in pgbench.
"""

import asyncio
import random
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg

from bench.pgbench import transactions_per_second
from bench.report import Figure
from houseful import accounts, hire, venues
from houseful.calendar import AvailabilitySearch, Span, search_availability
from houseful.hire.bookings.schemas import Confirmation, NewBooking, SpaceWish
from houseful.kernel import embedded
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.runtime import DATABASE_NAME, open_database, prepare
from houseful.kernel.settings import Settings

SPACES = 50
CLAIMS = 100_000
BATCH = 5
YEARS = 2
SEARCHES = 200
CONFIRMATIONS = 200
CLIENTS = 8
SECONDS = 4
FIRST = datetime(2035, 1, 1, tzinfo=UTC)
SLOT = timedelta(days=365 * YEARS) / (CLAIMS // SPACES)


async def measure(directory: Path) -> list[Figure]:
    """Fill two years, search in them, and confirm holds after them."""
    settings = Settings(data_directory=directory)
    with open_database(settings) as urls:
        await asyncio.to_thread(prepare, settings, urls)
        database = Database(urls.app, pool_size=CLIENTS)
        tenant = new_id()
        spaces = await database.run(tenant, _open_house)
        for first in range(0, SPACES, BATCH):
            await database.run(tenant, _fill, spaces[first : first + BATCH])
        cluster = embedded.running(directory / "postgres")
        assert cluster is not None
        superuser = cluster.url(cluster.superuser, DATABASE_NAME)
        await asyncio.to_thread(_analyze, superuser)
        searches = await _search_times(database, tenant)
        rate = await _confirmation_rate(database, tenant, spaces)
        await database.close()
        await asyncio.to_thread(_analyze, superuser)
        floor = await asyncio.to_thread(
            transactions_per_second,
            superuser,
            _FLOOR.format(tenant=tenant),
            clients=CLIENTS,
            seconds=SECONDS,
        )
    return [
        Figure("search 50 spaces, 100,000 claims: median", searches[len(searches) // 2], "ms"),
        Figure("search 50 spaces, 100,000 claims: p99", searches[len(searches) * 99 // 100], "ms"),
        Figure(f"confirmations, {CLIENTS} clients", rate, "/s", floor),
    ]


async def _open_house(uow: UnitOfWork) -> list[UUID]:
    owner = await accounts.create_user(
        uow, email="bench@houseful.example", name="Ben Bench", password="a long benchmark"
    )
    await accounts.create_organization(uow, owner, name="Bench", slug="bench", plan="house")
    venue = await venues.create_venue(uow, venues.NewVenue(name="Bench", timezone="Europe/Berlin"))
    spaces = [
        venues.NewSpace(venue_id=venue.id, name=f"Space {number}", code=f"S{number}")
        for number in range(SPACES)
    ]
    return [(await venues.create_space(uow, space)).id for space in spaces]


async def _fill(uow: UnitOfWork, spaces: list[UUID]) -> None:
    """Put a claim into each slot of each space, most of the slot long, in one statement."""
    await uow.execute(
        """
        INSERT INTO claims (organization_id, id, cell_id, space_id, during, starts_at, ends_at,
            setup_minutes, teardown_minutes, gap_minutes, firm, source, source_id, label)
        SELECT :tenant, gen_random_uuid(), space, space,
            tstzrange(at, at + CAST(:length AS interval)), at, at + CAST(:length AS interval),
            0, 0, 0, true, 'event', gen_random_uuid(), 'Bench'
        FROM unnest(CAST(:spaces AS uuid[])) AS space, generate_series(0, :slots - 1) AS number,
            LATERAL (SELECT CAST(:first AS timestamptz) + number * CAST(:slot AS interval))
                AS t (at)
        """,
        {
            "tenant": uow.tenant,
            "spaces": spaces,
            "slots": CLAIMS // SPACES,
            "first": FIRST,
            "slot": SLOT,
            "length": SLOT * 0.8,
        },
    )


def _analyze(superuser: str) -> None:
    """Let the planner know what is there, as it does by itself after a while."""
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("ANALYZE")


async def _search_times(database: Database, tenant: UUID) -> list[float]:
    """Return how long searches for an evening took, in milliseconds, sorted."""
    chance = random.Random(1)
    times: list[float] = []
    for number in range(SEARCHES + 20):
        start = FIRST + timedelta(hours=chance.randrange(24 * 365 * YEARS))
        wanted = AvailabilitySearch(
            within=Span(start, start + timedelta(days=1)), duration=timedelta(hours=1)
        )
        began = time.perf_counter()
        await database.run(tenant, search_availability, wanted)
        if number >= 20:
            times.append((time.perf_counter() - began) * 1000)
    return sorted(times)


async def _confirmation_rate(database: Database, tenant: UUID, spaces: list[UUID]) -> float:
    after = FIRST + timedelta(days=365 * YEARS + 30)
    holds: list[UUID] = []
    for number in range(CONFIRMATIONS):
        starts_at = after + timedelta(days=number // SPACES)
        wish = SpaceWish(
            space_id=spaces[number % SPACES],
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=4),
        )
        booking = await database.run(
            tenant, hire.create_booking, NewBooking(title="Bench", spaces=[wish])
        )
        holds.append(booking.id)
    waiting = iter(holds)

    async def client() -> None:
        for booking_id in waiting:
            await database.run(
                tenant,
                hire.confirm_booking,
                booking_id,
                Confirmation(reason="Bench", pass_over=True),
            )

    started = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return CONFIRMATIONS / (time.perf_counter() - started)


_FLOOR = f"""
\\set k random(0, {CONFIRMATIONS - 1})
BEGIN;
SELECT set_config('houseful.tenant', '{{tenant}}', true);
SELECT id AS booking FROM bookings WHERE organization_id = '{{tenant}}'
    ORDER BY id OFFSET :k LIMIT 1 \\gset
UPDATE claims SET firm = NOT firm, updated_at = now()
    WHERE organization_id = '{{tenant}}' AND source = 'hire' AND source_id = :booking;
UPDATE bookings SET version = version + 1, updated_at = now()
    WHERE organization_id = '{{tenant}}' AND id = :booking;
WITH act AS (
    INSERT INTO audit_log (organization_id, id, at, actor_kind, actor_id, action, resource_type,
        resource_id, network, request_id)
    VALUES ('{{tenant}}', uuidv7(), now(), 'system', NULL, 'bench', 'bookings', :booking, '', '')
    RETURNING organization_id, id
)
INSERT INTO change_set_log (organization_id, id, audit_log_id, changes)
SELECT organization_id, uuidv7(), id, '{{{{"status": ["hold", "confirmed"]}}}}' FROM act;
INSERT INTO outbox (organization_id, id, kind, subject_id, payload, occurred_at, relayed_at)
VALUES ('{{tenant}}', uuidv7(), 'bench', :booking, '{{{{}}}}', now(), now());
COMMIT;
"""
"""A hold made firm, its booking, the act and the fact, in one transaction; nobody hears of it."""
