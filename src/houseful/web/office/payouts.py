"""Payouts in the office: what providers have paid us, and what is paid out of what was earned."""

from typing import Any
from uuid import UUID

from litestar import Response

from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid, Problem
from houseful.ledger import chart, trial_balance
from houseful.payments import (
    all_providers,
    earned_minor,
    fail_payout,
    find_payouts,
    find_provider_payouts,
    pay_out,
    record_provider_payout,
    request_payout,
)
from houseful.payments.schemas import FailedBody, NewPayout, NewProviderPayout, PaidBody
from houseful.web.guards import Office
from houseful.web.office.forms import read_amount, read_body, read_id
from houseful.web.office.papers import Attempt
from houseful.web.office.shell import back_to, office_page
from houseful.web.pages import act, show
from houseful.web.visits import Form, Visit

PATH = "/office/{organization:str}/payouts"
ONE = PATH + "/{payout_id:uuid}"
NEWEST = Window(limit=LIMIT_MAX, is_newest_first=True)


def _office(action: str) -> Office:
    return Office(f"ledger.payouts.{action}", module="finance")


@show(PATH, _office("read"))
async def show_payouts(visit: Visit) -> Response[Any]:
    """Show what can be paid out, what was, and what the providers have paid."""
    return await _payouts(visit)


@act(PATH, _office("create"))
async def ask_for_payout(visit: Visit) -> Response[Any]:
    """Take earned money out of the payable, to be paid by the bank."""
    form = await visit.form()
    try:
        currency = _currency(visit, form)
        values = {
            "amount_minor": read_amount(form.get("amount", ""), currency, "/amount"),
            "currency": currency,
            "note": form.get("note", "").strip(),
        }
        data = read_body(NewPayout, values)
        await visit.run(
            request_payout,
            amount_minor=data.amount_minor,
            currency=currency,
            note=data.note,
            payout_id=read_id(form.get("once", ""), "/once"),
        )
    except Problem as problem:
        return await _payouts(visit, Attempt("request", form, problem))
    return back_to(visit, "/payouts", "Asked for: note here when the bank has paid.")


@act(PATH + "/received", _office("create"))
async def note_received(visit: Visit) -> Response[Any]:
    """Note what a provider has paid to the bank, and what it kept."""
    form = await visit.form()
    try:
        currency = _currency(visit, form)
        values = {
            "provider": form.get("provider", ""),
            "reference": form.get("reference", "").strip(),
            "amount_minor": read_amount(form.get("amount", ""), currency, "/amount"),
            "fee_minor": read_amount(form.get("fee", "").strip() or "0", currency, "/fee"),
            "currency": currency,
        }
        data = read_body(NewProviderPayout, values)
        await visit.run(
            record_provider_payout,
            provider=data.provider,
            reference=data.reference,
            amount_minor=data.amount_minor,
            currency=currency,
            fee_minor=data.fee_minor,
        )
    except Problem as problem:
        return await _payouts(visit, Attempt("received", form, problem))
    return back_to(visit, "/payouts", "Noted: the money is at the bank.")


@act(ONE + "/pay", _office("update"))
async def note_paid(visit: Visit, payout_id: UUID) -> Response[Any]:
    """Note that the bank has paid, under its reference."""
    form = await visit.form()
    try:
        data = read_body(PaidBody, {"payout_reference": form.get("reference", "").strip()})
        await visit.run(_at_version, pay_out, payout_id, form, reference=data.payout_reference)
    except Problem as problem:
        return await _payouts(visit, Attempt("pay", form, problem))
    return back_to(visit, "/payouts", "The payout is paid.")


@act(ONE + "/fail", _office("update"))
async def note_failed(visit: Visit, payout_id: UUID) -> Response[Any]:
    """Note that the bank has not paid."""
    form = await visit.form()
    try:
        data = read_body(FailedBody, {"reason": form.get("reason", "").strip()})
        await visit.run(_at_version, fail_payout, payout_id, form, reason=data.reason)
    except Problem as problem:
        return await _payouts(visit, Attempt("fail", form, problem))
    return back_to(visit, "/payouts", "It failed; the money can be paid out again.")


async def _at_version(
    uow: UnitOfWork, use_case: Any, payout_id: UUID, form: Form, **given: str
) -> None:
    """Do what was decided upon seeing this version of the payout."""
    version = form.get("version", "")
    if not version.isdecimal():
        raise Invalid.at("/version", "Please open the page again.")
    await use_case(uow, payout_id, int(version), **given)


def _currency(visit: Visit, form: Form) -> str:
    return form.get("currency", "").strip().upper() or visit.organization.currency


async def _payouts(visit: Visit, attempt: Attempt | None = None) -> Response[Any]:
    async def read(uow: UnitOfWork) -> dict[str, Any]:
        balances = await trial_balance(uow)
        currencies = sorted({one.currency for one in balances} | {visit.organization.currency})
        held = {
            one.currency: one.balance_minor
            for one in balances
            if one.code == chart.PROVIDER_CLEARING
        }
        payouts, _ = await find_payouts(uow, window=NEWEST)
        received, _ = await find_provider_payouts(uow, window=NEWEST)
        return {
            "currencies": currencies,
            "earned": {one: max(0, await earned_minor(uow, one)) for one in currencies},
            "held": held,
            "payouts": payouts,
            "received": received,
        }

    tried = attempt or Attempt()
    return office_page(
        visit,
        "payouts.html",
        here="/payouts",
        heading="Payouts",
        message=tried.message,
        attempt=tried,
        once=new_id(),
        providers=[
            one for one in all_providers() if one.clearing_account == chart.PROVIDER_CLEARING
        ],
        **await visit.run(read),
    )


handlers = [show_payouts, ask_for_payout, note_received, note_paid, note_failed]
