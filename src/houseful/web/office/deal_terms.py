"""A deal's terms as a form: read as people write them, and written back without losing any."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from houseful.hire.deals.service import check_terms
from houseful.hire.deals.terms import Bonus, DealTerms, Expense, Tier, VariableCost
from houseful.kernel.problems import Invalid
from houseful.web.office.forms import (
    read_amount,
    read_number,
    read_percent,
    write_amount,
    write_percent,
)

CHOICES = ("shape", "payee", "base", "box_office")
AMOUNTS = ("amount", "facility_fee", "cap", "floor", "split_point")
SHARES = ("share", "profit", "tax")
SOLD_MAX = 10_000_000
ROWS = 3
ROWS_MAX = 50


def read_terms(form: Mapping[str, str], currency: str) -> DealTerms:
    """Make terms of what a form says. Raises `Invalid`."""
    values: dict[str, Any] = {name: form[name] for name in CHOICES if form.get(name)}
    values["currency"] = currency
    for name in AMOUNTS:
        if form.get(name, "").strip():
            values[f"{name}_minor"] = read_amount(form[name], currency, f"/{name}")
    for name in SHARES:
        if form.get(name, "").strip():
            values[name] = read_percent(form[name], f"/{name}")
    values["tiers"] = _rows(form, "tier_from", lambda row: _tier(form, currency, row))
    values["bonuses"] = _rows(form, "bonus_at", lambda row: _bonus(form, currency, row))
    values["expenses"] = _rows(form, "cost_label", lambda row: _cost(form, currency, row))
    values["variable_costs"] = _rows(form, "vary_label", lambda row: _varying(form, currency, row))
    try:
        terms = msgspec.convert({_camel(key): one for key, one in values.items()}, DealTerms)
    except msgspec.ValidationError as error:
        raise Invalid.at("/shape", "These terms cannot be read.") from error
    check_terms(terms)
    return terms


def write_terms_form(terms: DealTerms) -> dict[str, str]:
    """Return terms as a form shows them."""
    currency = terms.currency
    shown = {name: getattr(terms, name) for name in CHOICES}
    shown |= {name: write_amount(getattr(terms, f"{name}_minor"), currency) for name in AMOUNTS}
    shown |= {name: write_percent(getattr(terms, name)) for name in SHARES}
    for row, tier in enumerate(terms.tiers, start=1):
        shown[f"tier_from_{row}"] = write_amount(tier.from_minor, currency)
        shown[f"tier_share_{row}"] = write_percent(tier.share)
    for row, bonus in enumerate(terms.bonuses, start=1):
        shown[f"bonus_at_{row}"] = str(bonus.at_sold)
        shown[f"bonus_amount_{row}"] = write_amount(bonus.amount_minor, currency)
    for row, cost in enumerate(terms.expenses, start=1):
        shown[f"cost_label_{row}"] = cost.label
        shown[f"cost_amount_{row}"] = write_amount(cost.amount_minor, currency)
        shown[f"cost_paid_{row}"] = cost.paid_by
        shown[f"cost_borne_{row}"] = cost.borne_by
    for row, grows in enumerate(terms.variable_costs, start=1):
        shown[f"vary_label_{row}"] = grows.label
        shown[f"vary_ticket_{row}"] = write_amount(grows.per_ticket_minor, currency)
        shown[f"vary_share_{row}"] = write_percent(grows.share)
        shown[f"vary_paid_{row}"] = grows.paid_by
        shown[f"vary_borne_{row}"] = grows.borne_by
    return shown


def rows_of(form: Mapping[str, str]) -> dict[str, range]:
    """Return how many rows the lists of a form need: those it has, and some to add."""
    return {
        name: range(1, max(ROWS, len(_places(form, first)) + 1) + 1)
        for name, first in (
            ("tiers", "tier_from"),
            ("bonuses", "bonus_at"),
            ("costs", "cost_label"),
            ("varying", "vary_label"),
        )
    }


def _tier(form: Mapping[str, str], currency: str, row: int) -> Tier:
    start, share = f"tier_from_{row}", f"tier_share_{row}"
    return Tier(
        from_minor=read_amount(form[start], currency, f"/{start}"),
        share=read_percent(form.get(share, ""), f"/{share}"),
    )


def _bonus(form: Mapping[str, str], currency: str, row: int) -> Bonus:
    at, amount = f"bonus_at_{row}", f"bonus_amount_{row}"
    return Bonus(
        at_sold=read_number(form[at], f"/{at}", maximum=SOLD_MAX),
        amount_minor=read_amount(form.get(amount, ""), currency, f"/{amount}"),
    )


def _cost(form: Mapping[str, str], currency: str, row: int) -> Expense:
    amount = f"cost_amount_{row}"
    given = {
        "label": form[f"cost_label_{row}"].strip(),
        "amountMinor": read_amount(form.get(amount, ""), currency, f"/{amount}"),
        "paidBy": form.get(f"cost_paid_{row}") or "venue",
        "borneBy": form.get(f"cost_borne_{row}") or "show",
    }
    try:
        return msgspec.convert(given, Expense)
    except msgspec.ValidationError as error:
        raise Invalid.at(f"/cost_label_{row}", "This cost cannot be read.") from error


def _varying(form: Mapping[str, str], currency: str, row: int) -> VariableCost:
    ticket, share = f"vary_ticket_{row}", f"vary_share_{row}"
    given = {
        "label": form[f"vary_label_{row}"].strip(),
        "perTicketMinor": read_amount(form[ticket], currency, f"/{ticket}")
        if form.get(ticket, "").strip()
        else 0,
        "share": read_percent(form[share], f"/{share}") if form.get(share, "").strip() else 0,
        "paidBy": form.get(f"vary_paid_{row}") or "venue",
        "borneBy": form.get(f"vary_borne_{row}") or "show",
    }
    try:
        return msgspec.convert(given, VariableCost)
    except msgspec.ValidationError as error:
        raise Invalid.at(f"/vary_label_{row}", "This cost cannot be read.") from error


def _rows(form: Mapping[str, str], first: str, read: Callable[[int], Any]) -> list[Any]:
    return [msgspec.to_builtins(read(row)) for row in _places(form, first)]


def _places(form: Mapping[str, str], first: str) -> list[int]:
    return [row for row in range(1, ROWS_MAX + 1) if form.get(f"{first}_{row}", "").strip()]


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.title() for word in rest)
