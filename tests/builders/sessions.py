"""Activities, sessions, customers and what they pay with, for tests."""

import io
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from PIL import Image

from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.payments import (
    Transaction,
    open_payment,
    settle,
    start_payment,
    take_cash,
    tell_sandbox,
)
from houseful.sessions.bookings.models import SessionBooking
from houseful.sessions.bookings.payables import TOP_UP_KIND
from houseful.sessions.bookings.taking import book
from houseful.sessions.bookings.wishes import Payment, Wish
from houseful.sessions.catalogue import scheduling, service
from houseful.sessions.catalogue.models import Activity, Session, SessionSeries
from houseful.sessions.catalogue.schemas import NewActivity, NewSeries, NewSession
from houseful.sessions.customers.models import CompanyCustomer
from houseful.sessions.customers.schemas import NewCustomer
from houseful.sessions.customers.service import create_customer
from houseful.sessions.passes import service as passes
from houseful.sessions.passes.models import CustomerPass
from houseful.sessions.passes.schemas import NewPass
from houseful.sessions.proof import faults
from houseful.sessions.wallets import service as wallets
from houseful.sessions.wallets.models import Wallet
from tests.builders.venues import a_space


async def an_activity(uow: UnitOfWork, **fields: Any) -> Activity:
    """Make an activity of an hour for twelve people, 15.00 each, to be cancelled a day before."""
    given: dict[str, Any] = {"name": "Morning Yoga", "capacity": 12, "price": 1500} | fields
    return await service.create_activity(uow, NewActivity(**given))


def a_photo(
    width: int = 60, height: int = 40, *, color: str = "#142859", kind: str = "JPEG", **fields: Any
) -> bytes:
    """Take a picture of a stage by night."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), color).save(out, kind, **fields)
    return out.getvalue()


async def a_session(
    uow: UnitOfWork,
    activity: Activity | None = None,
    *,
    in_hours: float = 72,
    **fields: Any,
) -> Session:
    """Announce a session some hours from now, in a new space unless one is named."""
    activity = activity or await an_activity(uow)
    if "space_id" not in fields:
        fields["space_id"] = (await a_space(uow)).id
    at = (uow.now + timedelta(hours=in_hours)).replace(second=0, microsecond=0)
    given: dict[str, Any] = {"starts_at": at} | fields
    return await scheduling.create_session(uow, NewSession(activity_id=activity.id, **given))


async def a_series(
    uow: UnitOfWork, starts_local: datetime, rrule: str, **fields: Any
) -> SessionSeries:
    """Announce sessions that repeat, in a new space unless one is named."""
    if "activity_id" not in fields:
        fields["activity_id"] = (await an_activity(uow)).id
    if "space_id" not in fields:
        fields["space_id"] = (await a_space(uow)).id
    wall = starts_local.replace(tzinfo=None).isoformat(timespec="minutes")
    return await scheduling.create_series(uow, NewSeries(starts_local=wall, rrule=rrule, **fields))


def ids(rows: list[Any]) -> list[UUID]:
    """The ids of rows."""
    return [row.id for row in rows]


async def a_customer(
    uow: UnitOfWork, name: str = "Cleo Customer", **fields: Any
) -> CompanyCustomer:
    """Add a customer at the desk."""
    given: dict[str, Any] = {"name": name, "email": "cleo@example.com"} | fields
    return await create_customer(uow, NewCustomer(**given))


async def a_wallet(
    uow: UnitOfWork, customer_id: UUID, cash: int, *, bonus: int = 0, bonus_days: int | None = None
) -> Wallet:
    """Put cash into a customer's wallet over the counter, with bonus."""
    wallet = await wallets.wallet_of(uow, customer_id, "EUR")
    if not cash:
        return wallet
    top_up = await wallets.begin_top_up(uow, customer_id, cash, "EUR")
    top_up.bonus_minor, top_up.bonus_days = bonus, bonus_days
    await uow.flush()
    await take_cash(uow, TOP_UP_KIND, top_up.id)
    return await wallets.wallet_of(uow, customer_id, "EUR", lock=True)


async def a_pass(uow: UnitOfWork, customer_id: UUID, **fields: Any) -> CustomerPass:
    """Sell a customer a pass over the counter: ten visits for 100.00, unless said otherwise."""
    given: dict[str, Any] = {
        "name": f"Ten visits {new_id().hex[-8:]}",
        "price": 10_000,
        "sessions_limit": 10,
    } | fields
    offered = await passes.create_pass(uow, NewPass(**given))
    ordered = await passes.order_pass(uow, customer_id, offered.id)
    await take_cash(uow, passes.PAYABLE_KIND, ordered.id)
    return await uow.get(CustomerPass, ordered.id, lock=True)


async def a_booking(
    uow: UnitOfWork,
    session_id: UUID,
    customer_id: UUID | None = None,
    *,
    payment: Payment | None = None,
    **fields: Any,
) -> SessionBooking:
    """Book a place, for a new customer with enough in their wallet unless one is named."""
    if customer_id is None:
        customer_id = (await a_customer(uow)).id
        await a_wallet(uow, customer_id, 10_000)
    wish = Wish(
        session_id=session_id, customer_id=customer_id, payment=payment or Payment(), **fields
    )
    return await book(uow, wish)


async def pay_by_card(database: Database, tenant: UUID, kind: str, payable_id: UUID) -> Transaction:
    """Pay for something with the sandbox's card."""
    transaction = await database.run(tenant, start_payment, kind, payable_id, provider="sandbox")
    await open_payment(database, tenant, transaction.id)
    reference = f"sbx_{transaction.id.hex}"
    await database.run(tenant, tell_sandbox, reference, "succeed")
    return await settle(database, tenant, "sandbox", reference)


async def books_are_right(uow: UnitOfWork) -> None:
    """Assert that places, wallets, passes and the ledger agree to the cent and the visit."""
    assert await faults(uow) == []
