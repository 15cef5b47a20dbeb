"""Keeping the Finance service in the picture: deposits are reported, what is paid is read back."""

from collections.abc import Mapping
from uuid import UUID

import structlog
from sqlalchemy import Text, cast, select

from houseful.accounts import organization_ids
from houseful.hire.deposits.finance import (
    DepositReport,
    Finance,
    FinanceRefused,
    FinanceUnreachable,
    Income,
)
from houseful.hire.deposits.models import Deposit
from houseful.hire.deposits.service import follow_finance
from houseful.kernel.database import Database, UnitOfWork

PROBLEM_MAX_CHARACTERS = 300
SETTLED_ALREADY = "Finance holds less of it than was settled already: please look there."

log = structlog.get_logger(__name__)


async def report_deposit(
    database: Database, organization_id: UUID, deposit_id: UUID, finance: Finance
) -> None:
    """Tell finance of a deposit as it now is, and read back what is paid; harmless however often.

    While finance is down the deposit is saved and `pending`, and this raises, to be repeated. What
    finance refuses is told on the deposit.
    """
    prepared = await database.run(organization_id, _prepare, deposit_id)
    if prepared is None:
        return
    report, finance_id = prepared
    try:
        income = await finance.report(organization_id, report, finance_id)
    except FinanceRefused as refusal:
        await database.run(organization_id, _note_problem, deposit_id, "failed", str(refusal))
        return
    except FinanceUnreachable as problem:
        await database.run(organization_id, _note_problem, deposit_id, "pending", str(problem))
        raise
    await database.run(organization_id, _note_income, deposit_id, report.version, income)


async def read_back(database: Database, organization_id: UUID, finance: Finance) -> None:
    """Read what is paid from finance, and report what is still pending. Raises as `report`."""
    for deposit_id in await database.run(organization_id, _pending):
        await report_deposit(database, organization_id, deposit_id, finance)
    if not await database.run(organization_id, _has_external):
        return
    kept = {income.external_id: income for income in await finance.income(organization_id)}
    await database.run(organization_id, _note_all, kept)


async def read_back_everywhere(database: Database, finance: Finance) -> None:
    """Read back for every organisation; one that finance does not answer for stops no other."""
    for organization_id in await database.run(None, organization_ids):
        try:
            await read_back(database, organization_id, finance)
        except (FinanceRefused, FinanceUnreachable) as problem:
            log.warning("finance_unknown", organization=str(organization_id), problem=str(problem))


async def _prepare(uow: UnitOfWork, deposit_id: UUID) -> tuple[DepositReport, str | None] | None:
    deposit = await uow.get(Deposit, deposit_id)
    if deposit.finance_state not in {"pending", "failed"}:
        return None
    report = DepositReport(
        deposit_id=deposit.id,
        booking_id=deposit.booking_id,
        version=deposit.version,
        title=deposit.title,
        currency=deposit.currency,
        amount_minor=deposit.amount_minor,
        due_on=deposit.due_on.isoformat(),
        status=deposit.status,
    )
    return report, deposit.finance_id


async def _note_income(uow: UnitOfWork, deposit_id: UUID, version: int, income: Income) -> None:
    deposit = await uow.get(Deposit, deposit_id, lock=True)
    if deposit.finance_id is None:
        deposit.finance_id = income.id
    is_newest = deposit.version == version
    await _follow(uow, deposit, income)
    deposit.finance_state = "synced" if is_newest else "pending"
    deposit.reported_version = version
    await uow.flush()


async def _note_all(uow: UnitOfWork, kept: Mapping[str, Income]) -> None:
    deposits: list[Deposit] = list(
        await uow.all(
            select(Deposit)
            .where(
                Deposit.organization_id == uow.tenant,
                Deposit.finance_state == "synced",
                cast(Deposit.id, Text).in_(kept),
            )
            .order_by(Deposit.id)
            .with_for_update()
        )
    )
    for deposit in deposits:
        await _follow(uow, deposit, kept[str(deposit.id)])
        deposit.finance_state = "synced"
    await uow.flush()


async def _follow(uow: UnitOfWork, deposit: Deposit, income: Income) -> None:
    """Let a locked deposit say what finance says; amounts of another currency are not believed."""
    if income.currency != deposit.currency:
        deposit.finance_problem = f"Finance keeps it in {income.currency}."
        return
    deposit.synced_at = uow.now
    could_follow = await follow_finance(
        uow, deposit, paid_minor=income.paid_minor, refunded_minor=income.refunded_minor
    )
    deposit.finance_problem = "" if could_follow else SETTLED_ALREADY


async def _note_problem(uow: UnitOfWork, deposit_id: UUID, state: str, problem: str) -> None:
    deposit = await uow.get(Deposit, deposit_id, lock=True)
    deposit.finance_state = state
    deposit.finance_problem = problem[:PROBLEM_MAX_CHARACTERS]
    await uow.flush()


async def _pending(uow: UnitOfWork) -> list[UUID]:
    return list(
        await uow.all(
            select(Deposit.id)
            .where(Deposit.organization_id == uow.tenant, Deposit.finance_state == "pending")
            .order_by(Deposit.id)
        )
    )


async def _has_external(uow: UnitOfWork) -> bool:
    found = await uow.first(
        select(Deposit.id)
        .where(Deposit.organization_id == uow.tenant, Deposit.finance_state == "synced")
        .limit(1)
    )
    return found is not None
