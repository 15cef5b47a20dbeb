"""Whatever a night came to, its entry balances, and an adjustment leads from one to the other."""

from hypothesis import given
from hypothesis import strategies as st

from houseful.hire.deals.rules import settle_deal
from houseful.hire.deals.terms import BoxOffice, DealTerms, Expense, Night
from houseful.hire.settlements.rules import credits_of, lines_between
from houseful.ledger import Line

SHAPES = ("flat", "guarantee", "percentage", "versus", "plus", "door", "per_ticket")
SHARING = {"percentage", "versus", "plus", "door"}


@st.composite
def nights(draw: st.DrawFn) -> Night:
    gross = draw(st.integers(0, 10**8))
    fees = draw(st.integers(0, gross // 10))
    has_tax = draw(st.booleans())
    expenses = draw(
        st.lists(
            st.builds(
                Expense,
                label=st.just("Crew"),
                amount_minor=st.integers(1, 10**6),
                paid_by=st.sampled_from(("venue", "promoter")),
                borne_by=st.sampled_from(("venue", "promoter", "show")),
            ),
            max_size=4,
        )
    )
    return Night(
        box_office=BoxOffice(
            gross_minor=gross,
            sold=draw(st.integers(0, 5000)),
            fees_minor=fees,
            tax_minor=draw(st.integers(0, gross // 5)) if has_tax else None,
        ),
        expenses=tuple(expenses),
        deposits_minor=draw(st.integers(0, 10**7)),
        advances_minor=draw(st.integers(0, 10**7)),
    )


@st.composite
def deals(draw: st.DrawFn) -> DealTerms:
    shape = draw(st.sampled_from(SHAPES))
    return DealTerms(
        shape=shape,
        currency="EUR",
        payee=draw(st.sampled_from(("venue", "promoter"))),
        amount_minor=draw(st.integers(0, 10**7)),
        share=draw(st.integers(1, 10_000)) if shape in SHARING else 0,
        tax=draw(st.integers(0, 2500)),
        facility_fee_minor=draw(st.integers(0, 500)),
        box_office=draw(st.sampled_from(("venue", "promoter"))),
    )


def _sum(lines: list[Line]) -> int:
    return sum(
        line.amount_minor if line.direction == "credit" else -line.amount_minor for line in lines
    )


@given(deals(), nights())
def test_every_settlement_balances(terms: DealTerms, night: Night) -> None:
    credited = credits_of(terms, night, settle_deal(terms, night))

    assert sum(credited.values()) == 0
    assert _sum(lines_between(credited, {})) == 0


@given(deals(), nights(), nights())
def test_an_adjustment_leads_from_one_to_the_other(
    terms: DealTerms, before: Night, now: Night
) -> None:
    first = credits_of(terms, before, settle_deal(terms, before))
    second = credits_of(terms, now, settle_deal(terms, now))

    posted: dict[str, int] = dict(first)
    for line in lines_between(second, first):
        signed = line.amount_minor if line.direction == "credit" else -line.amount_minor
        posted[line.account] = posted.get(line.account, 0) + signed

    assert {account: amount for account, amount in posted.items() if amount} == {
        account: amount for account, amount in second.items() if amount
    }
