"""Moving money and bonus in wallets; each movement is a line of a statement, and is made once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from houseful import audit, ledger
from houseful.accounts import organization_of
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page
from houseful.kernel.ids import new_id
from houseful.kernel.problems import NotFound
from houseful.sessions.problems import NotEnoughFunds
from houseful.sessions.wallets.models import BonusLot, BonusTier, TopUp, Wallet, WalletMovement

BONUS_GRACE = timedelta(days=14)
"""How long bonus is good that comes back after it would have lapsed."""

Correction = Literal["paid_in", "paid_out", "goodwill", "correction"]


class LotShare(msgspec.Struct, frozen=True):
    """So much of a lot of bonus."""

    lot_id: UUID
    amount_minor: int


async def wallet_of(
    uow: UnitOfWork, customer_id: UUID, currency: str, *, lock: bool = False
) -> Wallet:
    """Return a customer's wallet in a currency, made when there is none."""
    if (found := await find_wallet(uow, customer_id, currency, lock=lock)) is not None:
        return found
    await uow.execute(
        insert(Wallet)
        .values(organization_id=uow.tenant, id=new_id(), customer_id=customer_id, currency=currency)
        .on_conflict_do_nothing(index_elements=["organization_id", "customer_id", "currency"])
    )
    made = await find_wallet(uow, customer_id, currency, lock=lock)
    assert made is not None
    return made


async def find_wallet(
    uow: UnitOfWork, customer_id: UUID, currency: str, *, lock: bool
) -> Wallet | None:
    """Return a customer's wallet in a currency, or None; locked, its bonus is that of now."""
    statement = select(Wallet).where(
        Wallet.organization_id == uow.tenant,
        Wallet.customer_id == customer_id,
        Wallet.currency == currency,
    )
    if lock:
        statement = statement.with_for_update()
    wallet: Wallet | None = await uow.first(statement.execution_options(populate_existing=True))
    if wallet is not None and lock:
        await _lapse_bonus(uow, wallet)
    return wallet


async def take(
    uow: UnitOfWork, wallet: Wallet, *, cash: int, bonus: int, source_key: str, reason: str
) -> list[LotShare]:
    """Take cash and bonus from a locked wallet; return which lots the bonus came from.

    Raises `NotEnoughFunds`.
    """
    if cash > wallet.cash_minor or bonus > wallet.bonus_minor:
        raise NotEnoughFunds(missing=max(0, cash - wallet.cash_minor))
    shares = await _take_lots(uow, wallet, bonus)
    await _move(uow, wallet, "debit", source_key, -cash, -bonus, reason)
    return shares


async def put_back(
    uow: UnitOfWork,
    wallet: Wallet,
    *,
    cash: int,
    lots: Sequence[LotShare],
    source_key: str,
    reason: str,
) -> None:
    """Put cash and bonus back into a locked wallet; lapsed lots get some days of grace."""
    for share in lots:
        lot = await uow.get(BonusLot, share.lot_id, lock=True)
        if lot.expires_at is not None and lot.expires_at <= uow.now:
            _give_bonus(uow, wallet, share.amount_minor, uow.now + BONUS_GRACE)
        else:
            lot.left_minor += share.amount_minor
    bonus = sum(share.amount_minor for share in lots)
    await _move(uow, wallet, "refund", source_key, cash, bonus, reason)


async def credit_top_up(uow: UnitOfWork, top_up: TopUp, clearing_account: str) -> None:
    """Put what was paid into the wallet, with its bonus, and post it."""
    wallet = await uow.get(Wallet, top_up.wallet_id, lock=True)
    await _lapse_bonus(uow, wallet)
    if top_up.bonus_minor:
        days = top_up.bonus_days
        _give_bonus(
            uow,
            wallet,
            top_up.bonus_minor,
            uow.now + timedelta(days=days) if days is not None else None,
        )
    key = f"top_up:{top_up.id}"
    await _move(uow, wallet, "top_up", key, top_up.amount_minor, top_up.bonus_minor, "Top-up")
    await _post(
        uow,
        wallet,
        "top_up",
        key,
        [
            ledger.debit(clearing_account, top_up.amount_minor),
            ledger.debit(ledger.chart.PROMOTION, top_up.bonus_minor),
            ledger.credit(ledger.chart.STORED_VALUE, top_up.amount_minor),
            ledger.credit(ledger.chart.BONUS_LIABILITY, top_up.bonus_minor),
        ],
    )


async def correct_wallet(
    uow: UnitOfWork, wallet_id: UUID, kind: Correction, amount_minor: int, reason: str
) -> Wallet:
    """Change a wallet by hand, with a reason: cash over the counter, goodwill, a mistake.

    Raises `NotEnoughFunds`.
    """
    wallet = await uow.get(Wallet, wallet_id, lock=True)
    chart = ledger.chart
    against = chart.BANK if kind in {"paid_in", "paid_out"} else chart.PROMOTION
    is_in = kind in {"paid_in", "goodwill"}
    if not is_in and amount_minor > wallet.cash_minor:
        raise NotEnoughFunds(missing=amount_minor - wallet.cash_minor)
    key = f"wallet:{new_id()}"
    shown = {"paid_out": "paid_out", "correction": "manual_debit"}.get(kind, "manual_credit")
    change = amount_minor if is_in else -amount_minor
    await _move(uow, wallet, shown, key, change, 0, reason)
    await _post(
        uow,
        wallet,
        f"wallet_{kind}",
        key,
        [ledger.debit(against, change), ledger.credit(chart.STORED_VALUE, change)],
        memo=reason,
    )
    await audit.record(
        uow,
        "sessions.wallet.corrected",
        wallet,
        sentence=f"{kind.replace('_', ' ')}: {reason}",
        changes={"cash_minor": [wallet.cash_minor - change, wallet.cash_minor]},
    )
    return wallet


async def own_top_up(uow: UnitOfWork, customer_id: UUID, top_up_id: UUID) -> TopUp:
    """Return a top-up of the customer's own wallet; raises `NotFound` for anybody else's."""
    top_up = await uow.get(TopUp, top_up_id)
    if (await uow.get(Wallet, top_up.wallet_id)).customer_id != customer_id:
        raise NotFound
    return top_up


async def begin_top_up(
    uow: UnitOfWork, customer_id: UUID, amount_minor: int, currency: str, *, return_path: str = ""
) -> TopUp:
    """Begin to put money into a customer's wallet, with the bonus of the highest tier reached."""
    wallet = await wallet_of(uow, customer_id, currency)
    tier = await uow.first(
        select(BonusTier)
        .where(
            BonusTier.organization_id == uow.tenant,
            BonusTier.currency == currency,
            BonusTier.from_minor <= amount_minor,
        )
        .order_by(BonusTier.from_minor.desc())
        .limit(1)
    )
    top_up = TopUp(
        organization_id=uow.tenant,
        id=new_id(),
        wallet_id=wallet.id,
        amount_minor=amount_minor,
        bonus_minor=tier.bonus_minor if tier is not None else 0,
        bonus_days=tier.valid_days if tier is not None else None,
        currency=currency,
        return_path=return_path,
    )
    return await audit.add_row(uow, top_up, "sessions.top_up.created")


async def lapse_all_bonus(uow: UnitOfWork) -> int:
    """Take away the bonus whose time is over, of a batch of wallets; return how many."""
    due = await uow.all(
        select(BonusLot.wallet_id)
        .where(
            BonusLot.organization_id == uow.tenant,
            BonusLot.left_minor > 0,
            BonusLot.expires_at <= uow.now,
        )
        .distinct()
        .limit(100)
    )
    for wallet_id in sorted(due):
        await _lapse_bonus(uow, await uow.get(Wallet, wallet_id, lock=True))
    return len(due)


async def list_wallets(
    uow: UnitOfWork, *, window: Window, customer_id: UUID | None = None
) -> tuple[list[Wallet], str | None]:
    """Return one page of wallets, perhaps a customer's."""
    statement = select(Wallet).where(Wallet.organization_id == uow.tenant)
    if customer_id is not None:
        statement = statement.where(Wallet.customer_id == customer_id)
    return await fetch_page(uow, statement, Wallet, window)


async def statement_of(
    uow: UnitOfWork, wallet_id: UUID, *, window: Window
) -> tuple[list[WalletMovement], str | None]:
    """Return one page of a wallet's movements. Raises `NotFound`."""
    await uow.get(Wallet, wallet_id)
    mine = select(WalletMovement).where(
        WalletMovement.organization_id == uow.tenant, WalletMovement.wallet_id == wallet_id
    )
    return await fetch_page(uow, mine, WalletMovement, window)


async def wallets_of(uow: UnitOfWork, customer_id: UUID) -> list[Wallet]:
    """Return a customer's wallets."""
    return list(
        await uow.all(
            select(Wallet)
            .where(Wallet.organization_id == uow.tenant, Wallet.customer_id == customer_id)
            .order_by(Wallet.currency)
        )
    )


async def wallet_in_house_currency(uow: UnitOfWork, customer_id: UUID) -> Wallet:
    """Return a customer's wallet in the organisation's currency, made when there is none."""
    currency = (await organization_of(uow)).currency
    return await wallet_of(uow, customer_id, currency)


async def _take_lots(uow: UnitOfWork, wallet: Wallet, bonus: int) -> list[LotShare]:
    if not bonus:
        return []
    lots = await uow.all(
        select(BonusLot)
        .where(
            BonusLot.organization_id == uow.tenant,
            BonusLot.wallet_id == wallet.id,
            BonusLot.left_minor > 0,
        )
        .order_by(BonusLot.expires_at.nulls_last(), BonusLot.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    shares: list[LotShare] = []
    for lot in lots:
        part = min(bonus, lot.left_minor)
        lot.left_minor -= part
        bonus -= part
        shares.append(LotShare(lot.id, part))
        if not bonus:
            return shares
    raise AssertionError("a wallet's bonus is the sum of its lots")


def _give_bonus(uow: UnitOfWork, wallet: Wallet, amount: int, expires_at: datetime | None) -> None:
    uow.add(
        BonusLot(
            organization_id=uow.tenant,
            id=new_id(),
            wallet_id=wallet.id,
            given_minor=amount,
            left_minor=amount,
            expires_at=expires_at,
        )
    )


async def _lapse_bonus(uow: UnitOfWork, wallet: Wallet) -> None:
    if not wallet.bonus_minor:
        return
    lots = await uow.all(
        select(BonusLot).where(
            BonusLot.organization_id == uow.tenant,
            BonusLot.wallet_id == wallet.id,
            BonusLot.left_minor > 0,
            BonusLot.expires_at <= uow.now,
        )
    )
    for lot in lots:
        lapsed, lot.left_minor = lot.left_minor, 0
        key = f"bonus_expired:{lot.id}:{int(uow.now.timestamp() * 1000)}"
        await _move(uow, wallet, "bonus_expired", key, 0, -lapsed, "Bonus has lapsed")
        await _post(
            uow,
            wallet,
            "bonus_expired",
            key,
            [
                ledger.debit(ledger.chart.BONUS_LIABILITY, lapsed),
                ledger.credit(ledger.chart.PROMOTION, lapsed),
            ],
        )


async def _move(
    uow: UnitOfWork,
    wallet: Wallet,
    kind: str,
    source_key: str,
    cash: int,
    bonus: int,
    reason: str,
) -> None:
    wallet.cash_minor += cash
    wallet.bonus_minor += bonus
    uow.add(
        WalletMovement(
            organization_id=uow.tenant,
            id=new_id(),
            wallet_id=wallet.id,
            kind=kind,
            source_key=source_key,
            cash_minor=cash,
            bonus_minor=bonus,
            cash_after=wallet.cash_minor,
            bonus_after=wallet.bonus_minor,
            reason=reason,
        )
    )
    await uow.flush()


async def _post(
    uow: UnitOfWork,
    wallet: Wallet,
    kind: str,
    source_key: str,
    lines: Sequence[ledger.Line],
    *,
    memo: str = "",
) -> None:
    await ledger.post(
        uow,
        ledger.Entry(
            kind=kind,
            source_key=source_key,
            subject_kind="wallet",
            subject_id=wallet.id,
            currency=wallet.currency,
            lines=lines,
            memo=memo,
        ),
    )
