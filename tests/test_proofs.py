"""Whatever is broken behind our back, the proof of it says so: at once, at night, and to people."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest

from houseful import ticketing
from houseful.audit import last_proof
from houseful.doctor import examine
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database
from houseful.kernel.jobs import Worker
from houseful.ledger.chain import seal_block
from houseful.payments import proof as payment_proofs
from houseful.payments.subscribers import send_refund
from houseful.proofs import PROOFS, last_night, prove_at_night, prove_if_due
from houseful.ticketing import proof as ticketing_proofs
from tests.api import Api
from tests.builders.accounts import PASSWORD, House
from tests.builders.ticketing import Show, a_hold, a_paid_order, a_show
from tests.conftest import TestCluster
from tests.hire.test_paper_pages import OFFICE, Visitor

assert send_refund, "it hears from here on"

Connection = psycopg.Connection[tuple[object, ...]]

TICKETS = "tickets, orders, places and sales agree"
MONEY = "payments, refunds and the books agree"
BALANCE = "every journal entry balances"
CHAIN = "the books are as they were written"

WITH_TICKET = "WHERE ticket_id IS NOT NULL"

BREAKAGES: list[tuple[str, str, str]] = [
    (
        TICKETS,
        "every paid order has exactly one sale entry, of its total",
        "DELETE FROM journal_entries WHERE kind = 'sale'",
    ),
    (
        TICKETS,
        "an order is paid if, and only if, it has its tickets",
        "DELETE FROM tickets",
    ),
    (
        TICKETS,
        "an order's sums are those of its lines",
        "UPDATE order_lines SET total = total + 1, net = net + 1",
    ),
    (
        TICKETS,
        "a seat names the live ticket for it, and no other",
        "UPDATE event_seats SET ticket_id = NULL",
    ),
    (
        TICKETS,
        "a seat with a ticket is not held",
        f"UPDATE event_seats SET hold_id = ticket_id, held_until = now() {WITH_TICKET}",
    ),
    (TICKETS, "a pool counts its live tickets", "UPDATE event_pools SET sold = sold - 1"),
    (TICKETS, "a pool counts what its holds keep", "UPDATE event_pools SET held = held + 1"),
    (
        TICKETS,
        "a held seat is one that its hold names",
        "UPDATE event_seats SET hold_id = gen_random_uuid() WHERE hold_id IS NOT NULL",
    ),
    (
        TICKETS,
        "no hold is active long after its time",
        "UPDATE holds SET expires_at = now() - interval '2 hours' WHERE status = 'active'",
    ),
    (
        TICKETS,
        "of an event that is over, no money is held as if it were to come",
        "UPDATE event_sales SET funds = 'released'",
    ),
    (
        TICKETS,
        "what an order gave back is what its refunds say",
        "UPDATE orders SET refunded = 0",
    ),
    (
        MONEY,
        "payment {id} counts other refunds than it has",
        "UPDATE transactions SET refunded_minor = refunded_minor - 1 WHERE refunded_minor > 0",
    ),
    (
        MONEY,
        "payment {id} took money and is neither honoured, nor given back, nor in review",
        "UPDATE transactions SET outcome = ''",
    ),
    (
        MONEY,
        "payment {id} came too late or twice, and nothing was ever sent back",
        "UPDATE transactions SET outcome = 'duplicate' WHERE refunded_minor = 0",
    ),
    (
        MONEY,
        "refund {id} is paid, but the books do not say so once",
        "DELETE FROM journal_entries WHERE kind = 'refund_paid'",
    ),
    (
        MONEY,
        "refunds in flight in {id} are not what the books say",
        "UPDATE refunds SET status = 'submitted'",
    ),
    (
        BALANCE,
        "does not balance",
        "UPDATE postings SET amount_minor = amount_minor + 1 WHERE direction = 'debit'",
    ),
    (BALANCE, "does not balance", "DELETE FROM postings"),
    (CHAIN, "an entry was changed", "UPDATE journal_entries SET memo = 'another'"),
    (CHAIN, "an entry was changed", "UPDATE postings SET amount_minor = amount_minor * 2"),
    (CHAIN, "entries are missing", "DELETE FROM journal_entries"),
    (CHAIN, "blocks 1 to 1 are missing", "DELETE FROM ledger_blocks WHERE number = 1"),
    (CHAIN, "entries stand outside of the ledger chain", "DELETE FROM ledger_unsealed"),
    (CHAIN, "does not continue", "UPDATE ledger_blocks SET digest = '\\x00' WHERE number = 1"),
]
"""By proof: the rule that is broken, and what breaks it."""


@pytest.fixture
def intruder(test_cluster: TestCluster, database_name: str) -> Iterator[Connection]:
    """Somebody with the owner's rights, who switches the triggers off."""
    with psycopg.connect(test_cluster.owner_url(database_name), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection


@pytest.fixture
async def show(database: Database, house: House) -> Show:
    """An event with a paid order, one half given back, and a hold; the books sealed twice."""
    show: Show = await database.run(house.organization_id, a_show, standing=5)
    await a_paid_order(database, show, 1, floor=1)
    await database.run(show.tenant, seal_block)
    half = await a_paid_order(database, show, 2, 3)
    shown = await database.run(show.tenant, ticketing.show_order, half.id)
    await database.run(
        show.tenant, ticketing.refund_tickets, half.id, [shown.tickets[0].id], reason="Ill"
    )
    await Worker(database).drain()
    await database.run(show.tenant, seal_block)
    await a_hold(database, show, 5)
    await a_paid_order(database, show, 7)
    return show


def test_there_is_a_breakage_for_every_rule() -> None:
    tried = {rule for _, rule, _ in BREAKAGES}

    assert set(ticketing_proofs.PROOFS) <= tried
    assert set(payment_proofs._CHECKS) <= tried
    assert {proof for proof, _, _ in BREAKAGES} <= PROOFS.keys()


async def test_nothing_is_wrong_with_a_sound_house(database: Database, show: Show) -> None:
    found = {name: await database.run(show.tenant, proof) for name, proof in PROOFS.items()}

    assert {name: list(violations) for name, violations in found.items()} == {
        name: [] for name in PROOFS
    }


@pytest.mark.parametrize(("proof", "rule", "breakage"), BREAKAGES)
async def test_what_is_broken_is_found(
    database: Database,
    show: Show,
    intruder: Connection,
    test_cluster: TestCluster,
    database_name: str,
    proof: str,
    rule: str,
    breakage: str,
) -> None:
    broken = intruder.execute(breakage.encode())

    found = [str(one) for one in await database.run(show.tenant, PROOFS[proof])]
    findings = await examine(database, test_cluster.owner_url(database_name))
    wrong = {finding.subject for finding in findings if not finding.is_fine}

    assert broken.rowcount > 0
    assert any(rule.rpartition("{id} ")[2] in one for one in found), found
    assert proof in wrong


async def test_a_night_is_proved_once_and_what_it_found_is_told(
    api: Api, database: Database, house: House, show: Show, intruder: Connection, clock: TravelClock
) -> None:
    admin = Visitor(api.guest())
    await admin.send("/sign-in", "/sign-in", email=house.email("admin"), password=PASSWORD)
    clock.freeze(clock.now())
    await prove_at_night(database)
    sound = await database.run(show.tenant, last_proof)
    before = await admin.read(f"{OFFICE}/ledger")
    intruder.execute("UPDATE event_pools SET held = held + 1")

    same_night = await database.run(show.tenant, prove_if_due)
    clock.freeze(clock.now() + timedelta(days=1))
    await prove_at_night(database)
    broken = await database.run(show.tenant, last_proof)
    await admin.send("/sign-in", "/sign-in", email=house.email("admin"), password=PASSWORD)
    today, ledger = await admin.read(OFFICE), await admin.read(f"{OFFICE}/ledger")
    metrics = (await api.guest().get("/metrics")).text

    assert sound is not None
    assert broken is not None
    assert sound.violations == []
    assert "the books agree" in before
    assert same_night is None
    assert len(broken.violations) == 1
    assert "a pool counts what its holds keep" in broken.violations[0]
    assert "Last night’s proof found 1 thing that cannot be" in today
    assert broken.violations[0] in ledger
    assert "houseful_proof_violations 1.0" in metrics


async def test_two_workers_prove_a_night_once(database: Database, show: Show) -> None:
    async with database.unit_of_work(show.tenant) as one:
        first = await prove_if_due(one)
        second: Any = await database.run(show.tenant, prove_if_due)

    assert first is not None
    assert second is None


def test_the_last_night_is_the_houses_own(clock: TravelClock) -> None:
    zone = ZoneInfo("Australia/Sydney")
    now = clock.now()

    night = last_night(now, zone)

    assert timedelta() <= now - night < timedelta(days=1, hours=1)
    assert night.astimezone(zone).hour == 3
