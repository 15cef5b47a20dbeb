"""Use cases of passes: offer, sell, use, give a visit back, freeze, end."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Integer, cast, func, select

from houseful import audit, ledger
from houseful.accounts import organization_of
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page
from houseful.kernel.ids import new_id
from houseful.kernel.money import tax_within
from houseful.kernel.problems import Invalid
from houseful.payments import find_transactions, request_refund
from houseful.sessions.bookings.models import SessionBooking
from houseful.sessions.catalogue.models import Activity, Extra, Session
from houseful.sessions.customers.models import CompanyCustomer
from houseful.sessions.facts import PassSold
from houseful.sessions.passes.clock import extend, first_visit, revive, start
from houseful.sessions.passes.models import CustomerPass, EntitlementMovement, Pass, PassTerms
from houseful.sessions.passes.offers import slot_of
from houseful.sessions.passes.rules import refund_value, visit_value
from houseful.sessions.passes.schemas import NewPass, PassChanges
from houseful.sessions.problems import FrozenTimeBooked, PassNotUsable
from houseful.sessions.states import LIVE_PLACES, PASS
from houseful.sessions.wallets.service import put_back, wallet_of

PAYABLE_KIND = "session_pass"
BATCH_MAX = 100
TERMS = tuple(name for name in PassTerms.__annotations__)


async def create_pass(uow: UnitOfWork, data: NewPass) -> Pass:
    """Offer a pass. Raises `NotFound` for an activity or an extra, and `AlreadyExists`.

    Raises `Invalid` for hours that end before they begin.
    """
    if data.from_time and data.until_time and data.until_time <= data.from_time:
        raise Invalid.at("/untilTime", "The end must be after the start.")
    for activity_id in data.activity_ids:
        await uow.get(Activity, activity_id)
    for extra_id in data.extra_ids:
        await uow.get(Extra, extra_id)
    given = msgspec.structs.asdict(data)
    given["extra_ids"] = [str(one) for one in data.extra_ids]
    given["activity_ids"] = [str(one) for one in data.activity_ids]
    currency = (await organization_of(uow)).currency
    offered = Pass(organization_id=uow.tenant, currency=currency, **given)
    return await audit.add_row(uow, offered, "sessions.pass.created")


async def update_pass(uow: UnitOfWork, pass_id: UUID, version: int, data: PassChanges) -> Pass:
    """Change what is offered. Raises `VersionMismatch` and `AlreadyExists`."""
    return await audit.change_row(uow, Pass, pass_id, version, data, "sessions.pass.updated")


async def order_pass(
    uow: UnitOfWork, customer_id: UUID, pass_id: UUID, *, return_path: str = ""
) -> CustomerPass:
    """Make a pass that is to be paid for. Raises `PassNotUsable` when it is not on sale."""
    await uow.get(CompanyCustomer, customer_id)
    offered = await uow.get(Pass, pass_id)
    if not offered.is_on_sale:
        raise PassNotUsable(f"{offered.name} is not on sale.")
    ordered = CustomerPass(
        organization_id=uow.tenant,
        id=new_id(),
        customer_id=customer_id,
        pass_id=pass_id,
        status="awaiting_payment",
        return_path=return_path,
        **{name: getattr(offered, name) for name in TERMS},
    )
    return await audit.add_row(uow, ordered, "sessions.customer_pass.created")


async def hand_over(uow: UnitOfWork, bought: CustomerPass, paid_from: str) -> None:
    """Make a pass usable and post its sale; `paid_from` is the account that was debited."""
    bought.status = PASS.next(bought.status, "pay")
    bought.deferred_minor = bought.price
    await audit.record(uow, "sessions.customer_pass.paid", bought)
    await uow.flush()
    if bought.price:
        chart = ledger.chart
        await _post(
            uow,
            bought,
            "pass_sale",
            [
                ledger.debit(paid_from, bought.price),
                ledger.credit(chart.DEFERRED_PASSES, bought.price),
            ],
        )
    await uow.announce(PassSold(subject_id=bought.id))


def consume(
    uow: UnitOfWork, held: CustomerPass, booking_id: UUID, session: Session, turn: int = 1
) -> int:
    """Take a visit of a locked pass for a booking, once; return what it is worth.

    It is written at the next flush. Raises `PassNotUsable`.
    """
    value = visit_value(held.deferred_minor, held.sessions_limit, held.sessions_used)
    if held.sessions_limit is not None and held.sessions_used >= held.sessions_limit:
        raise PassNotUsable(f"{held.name}: no visits are left on it.")
    held.sessions_used += 1
    held.deferred_minor -= value
    if held.status == "pending":
        held.status = PASS.next(held.status, "start")
    if held.starts_at is None or session.starts_at < held.starts_at:
        start(held, session.starts_at)
    uow.add(
        EntitlementMovement(
            organization_id=uow.tenant,
            customer_pass_id=held.id,
            booking_id=booking_id,
            kind="consume",
            turn=turn,
            local_day=slot_of(session).day,
            value_minor=value,
        )
    )
    return value


async def restore(
    uow: UnitOfWork, booking_id: UUID, *, grace: timedelta | None = None
) -> int | None:
    """Give the visit of a booking back, once; return what it is worth, None where there is none.

    With `grace` a pass that has ended meanwhile is good again for so long, for this visit: those
    that it had left when it ended have lapsed. Without it the visit is the house's.
    """
    taken = await _visit_out(uow, booking_id)
    if taken is None:
        return None
    held = await uow.get(CustomerPass, taken.customer_pass_id, lock=True)
    if held.status == "expired" and grace is not None:
        revive(held)
    held.sessions_used -= 1
    if held.status in {"cancelled", "expired"}:
        await _write_off_visit(uow, held, taken)
    else:
        held.deferred_minor += taken.value_minor
        extend(held, uow.now, grace, await first_visit(uow, held, but=booking_id))
    uow.add(
        EntitlementMovement(
            organization_id=uow.tenant,
            customer_pass_id=held.id,
            booking_id=booking_id,
            kind="restore",
            turn=taken.turn,
            local_day=taken.local_day,
            value_minor=taken.value_minor,
        )
    )
    await uow.flush()
    return taken.value_minor


async def freeze_pass(uow: UnitOfWork, customer_pass_id: UUID) -> CustomerPass:
    """Stop a pass's clock from now on; raises `FrozenTimeBooked` while sessions are booked."""
    held = await uow.get(CustomerPass, customer_pass_id, lock=True)
    held.status = PASS.next(held.status, "freeze")
    if held.frozen_days_used >= held.freeze_days_max:
        raise PassNotUsable("It cannot be frozen any longer.")
    booked = await uow.first(
        select(SessionBooking.id)
        .join(
            Session,
            (Session.organization_id == SessionBooking.organization_id)
            & (Session.id == SessionBooking.session_id),
        )
        .where(
            SessionBooking.organization_id == uow.tenant,
            SessionBooking.customer_entitlement_id == customer_pass_id,
            SessionBooking.place.in_(LIVE_PLACES),
            Session.starts_at > uow.now,
        )
        .limit(1)
    )
    if booked is not None:
        raise FrozenTimeBooked("Cancel what is booked with this pass first.")
    held.frozen_from = uow.now
    await audit.record(uow, "sessions.customer_pass.frozen", held)
    await uow.flush()
    return held


async def resume_pass(uow: UnitOfWork, customer_pass_id: UUID) -> CustomerPass:
    """Let a pass's clock go on; its end is later by as long as it was frozen, as far as allowed."""
    held = await uow.get(CustomerPass, customer_pass_id, lock=True)
    await _go_on(uow, held)
    return held


async def end_freezes(uow: UnitOfWork) -> int:
    """Let passes go on that were frozen for all their days, a batch; return how many."""
    days_left = cast(CustomerPass.freeze_days_max - CustomerPass.frozen_days_used, Integer)
    due = await uow.all(
        select(CustomerPass)
        .where(
            CustomerPass.organization_id == uow.tenant,
            CustomerPass.status == "paused",
            CustomerPass.frozen_from + func.make_interval(0, 0, 0, days_left) <= uow.now,
        )
        .order_by(CustomerPass.id)
        .limit(BATCH_MAX)
        .with_for_update(skip_locked=True)
    )
    for held in due:
        await _go_on(uow, held)
    return len(due)


async def _go_on(uow: UnitOfWork, held: CustomerPass) -> None:
    held.status = PASS.next(held.status, "resume")
    assert held.frozen_from is not None
    allowed = timedelta(days=held.freeze_days_max - held.frozen_days_used)
    frozen = min(uow.now - held.frozen_from, allowed)
    if held.expires_at is not None:
        held.expires_at += frozen
    held.frozen_days_used += -(-frozen // timedelta(days=1))
    held.frozen_from = None
    await audit.record(uow, "sessions.customer_pass.resumed", held)
    await uow.flush()


async def cancel_pass(uow: UnitOfWork, customer_pass_id: UUID, reason: str) -> CustomerPass:
    """End a pass for good; what its policy gives back goes the way it came."""
    held = await uow.get(CustomerPass, customer_pass_id, lock=True)
    was_paid = held.status != "awaiting_payment"
    held.status = PASS.next(held.status, "cancel")
    await audit.record(
        uow, "sessions.customer_pass.cancelled", held, sentence=f"ended a pass: {reason}"
    )
    await uow.flush()
    if not was_paid or not held.deferred_minor:
        return held
    back = refund_value(
        held.cancel_refund_policy, held.price, _unspent(held, uow.now), held.sessions_used
    )
    kept, held.deferred_minor = held.deferred_minor - back, 0
    chart = ledger.chart
    if kept:
        await _post(
            uow,
            held,
            "pass_breakage",
            [ledger.debit(chart.DEFERRED_PASSES, kept), *_earned(held, kept)],
        )
    if back:
        await _pay_back(uow, held, back, reason)
    await uow.flush()
    return held


async def expire_passes(uow: UnitOfWork) -> int:
    """End the passes whose time is over, a batch; what was not used is breakage."""
    due = await uow.all(
        select(CustomerPass)
        .where(
            CustomerPass.organization_id == uow.tenant,
            CustomerPass.status == "active",
            CustomerPass.expires_at <= uow.now,
        )
        .order_by(CustomerPass.id)
        .limit(BATCH_MAX)
        .with_for_update(skip_locked=True)
    )
    chart = ledger.chart
    for held in due:
        held.status = PASS.next(held.status, "expire")
        left, held.deferred_minor = held.deferred_minor, 0
        await audit.record(uow, "sessions.customer_pass.expired", held)
        await uow.flush()
        if left:
            await _post(
                uow,
                held,
                f"pass_expired:{held.expires_at}",
                [ledger.debit(chart.DEFERRED_PASSES, left), *_earned(held, left)],
            )
    return len(due)


async def customers_of_passes(
    uow: UnitOfWork, customer_pass_ids: Collection[UUID]
) -> dict[UUID, UUID]:
    """Return the customer's id of each of the passes that there are, by the pass's id."""
    found = await uow.get_many(CustomerPass, customer_pass_ids)
    return {held.id: held.customer_id for held in found.values()}


async def passes_on_sale(uow: UnitOfWork) -> list[Pass]:
    """Return the passes that can be bought, the cheapest first."""
    return list(
        await uow.all(
            select(Pass)
            .where(Pass.organization_id == uow.tenant, Pass.is_on_sale)
            .order_by(Pass.price, Pass.id)
        )
    )


async def list_passes(uow: UnitOfWork, *, window: Window) -> tuple[list[Any], str | None]:
    """Return one page of passes."""
    return await fetch_page(
        uow, select(Pass).where(Pass.organization_id == uow.tenant), Pass, window
    )


async def list_customer_passes(
    uow: UnitOfWork, *, window: Window, customer_id: UUID | None = None
) -> tuple[list[Any], str | None]:
    """Return one page of the passes that customers have."""
    mine = select(CustomerPass).where(CustomerPass.organization_id == uow.tenant)
    if customer_id is not None:
        mine = mine.where(CustomerPass.customer_id == customer_id)
    return await fetch_page(uow, mine, CustomerPass, window)


def _unspent(held: CustomerPass, now: datetime) -> int:
    """Return what a pass still holds: of an unlimited one, by the days that are left."""
    if held.sessions_limit is not None or held.starts_at is None or held.expires_at is None:
        return held.deferred_minor
    whole = held.expires_at - held.starts_at
    left = min(max(held.expires_at - now, timedelta()), whole)
    return held.deferred_minor * int(left.total_seconds()) // int(whole.total_seconds())


async def _pay_back(uow: UnitOfWork, held: CustomerPass, amount: int, reason: str) -> None:
    line = ledger.debit(ledger.chart.DEFERRED_PASSES, amount)
    for transaction in await find_transactions(uow, PAYABLE_KIND, held.id):
        if transaction.outcome == "honoured":
            await request_refund(
                uow, transaction.id, amount, reason=reason, lines=[line], allocation=[]
            )
            return
    wallet = await wallet_of(uow, held.customer_id, held.currency, lock=True)
    await put_back(
        uow, wallet, cash=amount, lots=[], source_key=f"pass_refund:{held.id}", reason=held.name
    )
    await _post(uow, held, "pass_refund", [line, ledger.credit(ledger.chart.STORED_VALUE, amount)])


async def _visit_out(uow: UnitOfWork, booking_id: UUID) -> EntitlementMovement | None:
    """Return the visit that was taken for a booking and has not been given back, or None."""
    last = await uow.first(
        select(EntitlementMovement)
        .where(
            EntitlementMovement.organization_id == uow.tenant,
            EntitlementMovement.booking_id == booking_id,
        )
        .order_by(EntitlementMovement.turn.desc(), EntitlementMovement.kind.desc())
        .limit(1)
    )
    return last if last is not None and last.kind == "consume" else None


async def _write_off_visit(uow: UnitOfWork, held: CustomerPass, taken: EntitlementMovement) -> None:
    """A visit that comes back to a pass that has ended meanwhile is the house's."""
    value = taken.value_minor
    if value:
        chart = ledger.chart
        await _post(
            uow,
            held,
            f"pass_breakage:{taken.booking_id}:{taken.turn}",
            [ledger.debit(chart.DEFERRED_PASSES, value), *_earned(held, value)],
        )


def _earned(held: CustomerPass, amount: int) -> list[ledger.Line]:
    """Return the credits of what the house keeps of a pass: revenue or breakage, and its tax."""
    chart = ledger.chart
    tax = tax_within(amount, held.tax_basis_points)
    account = chart.SESSION_REVENUE if held.sessions_limit is None else chart.BREAKAGE
    return [ledger.credit(account, amount - tax), ledger.credit(chart.TAX_PAYABLE, tax)]


async def _post(
    uow: UnitOfWork, held: CustomerPass, kind: str, lines: Sequence[ledger.Line]
) -> None:
    await ledger.post(
        uow,
        ledger.Entry(
            kind=kind.partition(":")[0],
            source_key=f"{kind}:{held.id}",
            subject_kind=PAYABLE_KIND,
            subject_id=held.id,
            currency=held.currency,
            lines=lines,
            memo=held.name,
        ),
    )
