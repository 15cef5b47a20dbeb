"""Deals come to what the trade says, to the minor unit; nothing is lost on the way."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from houseful.hire.deals.rules import DEAL, faults_of, settle_deal, what_if
from houseful.hire.deals.terms import (
    Bonus,
    BoxOffice,
    DealTerms,
    Expense,
    Night,
    Tier,
    VariableCost,
)
from houseful.kernel.states import IllegalAct

GUIDE = Path(__file__).parents[3] / "docs" / "guide" / "deals.md"
SHAPES = ("flat", "guarantee", "percentage", "versus", "plus", "door", "per_ticket")
SHARING = ("percentage", "versus", "plus", "door")


def _examples() -> list[Any]:
    text = GUIDE.read_text(encoding="utf-8")
    blocks = re.findall(r"### ([^\n]+)\n(?:(?!###).)*?```json\n(.*?)```", text, flags=re.DOTALL)
    return [pytest.param(msgspec.json.decode(block), id=title) for title, block in blocks]


@pytest.mark.parametrize("example", _examples())
def test_the_guides_examples_come_to_what_they_say(example: dict[str, Any]) -> None:
    terms = msgspec.convert(example["terms"], DealTerms)
    night = msgspec.convert(example["night"], Night)

    outcome = msgspec.to_builtins(settle_deal(terms, night))

    assert faults_of(terms) == []
    assert {name: outcome[name] for name in example["outcome"]} == example["outcome"]


def test_the_guide_has_an_example_of_every_shape() -> None:
    shown = {example.values[0]["terms"]["shape"] for example in _examples()}

    assert shown == set(SHAPES)


def test_every_step_is_explained_in_the_order_it_was_reckoned() -> None:
    terms = DealTerms(
        shape="versus", currency="EUR", payee="promoter", amount_minor=10_000, share=8500, tax=1000
    )
    night = Night(
        box_office=BoxOffice(gross_minor=110_000, sold=50, fees_minor=0),
        expenses=(Expense(label="Crew", amount_minor=20_000),),
        deposits_minor=5_000,
    )

    trace = settle_deal(terms, night).trace

    assert [(step.key, step.amount_minor) for step in trace] == [
        ("gross", 110_000),
        ("adjusted_gross", 110_000),
        ("tax", -10_000),
        ("net_gross", 100_000),
        ("show_costs", 20_000),
        ("percentage", 68_000),
        ("guarantee", 10_000),
        ("shape", 68_000),
        ("pot", 100_000),
        ("promoter", 68_000),
        ("venue", 32_000),
        ("deposits", 5_000),
        ("walk_out", 73_000),
    ]
    assert trace[5].how == "85 % of net gross less expenses, €800.00"


def test_the_tax_of_the_books_stands_before_a_reckoned_one() -> None:
    terms = DealTerms(shape="door", currency="EUR", share=5000, tax=1900, facility_fee_minor=100)
    office = BoxOffice(gross_minor=120_000, sold=100, fees_minor=8_000, tax_minor=11_200)

    outcome = settle_deal(terms, Night(box_office=office))

    assert outcome.adjusted_gross_minor == 102_000
    assert outcome.tax_minor == 10_200
    assert outcome.net_gross_minor == 91_800
    assert outcome.pot_minor == 101_800


@pytest.mark.parametrize(
    ("shape", "fields", "label"),
    [
        ("percentage", {"share": 5000}, "Expenses off the top"),
        ("versus", {"share": 5000, "base": "gross"}, "Expenses of the show"),
        ("plus", {"share": 5000}, "Expenses off the top"),
        ("plus", {"share": 5000, "split_point_minor": 4_000}, "Expenses of the show"),
        ("door", {"share": 5000}, "Expenses of the show"),
        ("flat", {"amount_minor": 1_000}, "Expenses of the show"),
    ],
)
def test_expenses_are_said_to_come_off_the_top_only_where_they_do(
    shape: Any, fields: dict[str, Any], label: str
) -> None:
    terms = DealTerms(shape=shape, currency="EUR", **fields)
    office = BoxOffice(gross_minor=10_000, sold=10)
    crew = (Expense(label="Crew", amount_minor=3_000, paid_by="promoter"),)

    outcome = settle_deal(terms, Night(box_office=office, expenses=crew))
    without = settle_deal(terms, Night(box_office=office))

    (told,) = [step for step in outcome.trace if step.key == "show_costs"]
    assert told.label == label
    assert (outcome.payee_minor == without.payee_minor) is (label == "Expenses of the show")


def test_of_a_loss_nobody_shares_a_percentage() -> None:
    terms = DealTerms(shape="percentage", currency="EUR", payee="promoter", share=8000)
    night = Night(
        box_office=BoxOffice(gross_minor=1_000, sold=1),
        expenses=(Expense(label="Crew", amount_minor=5_000),),
    )

    assert settle_deal(terms, night).payee_minor == 0


def test_costs_that_grow_with_the_night_and_the_profit_come_off_the_net() -> None:
    terms = DealTerms(
        shape="versus",
        currency="EUR",
        payee="promoter",
        amount_minor=10_000,
        share=5000,
        profit=1000,
        variable_costs=(
            VariableCost(label="Rights", share=500),
            VariableCost(label="Insurance", per_ticket_minor=50, paid_by="promoter"),
            VariableCost(label="Hospitality", per_ticket_minor=10, borne_by="promoter"),
        ),
    )
    night = Night(
        box_office=BoxOffice(gross_minor=1_000_000, sold=1_000),
        expenses=(Expense(label="Crew", amount_minor=100_000),),
    )

    outcome = settle_deal(terms, night)

    assert outcome.show_costs_minor == 100_000 + 50_000 + 50_000
    assert [(one.label, one.amount_minor) for one in outcome.trace if one.key == "profit"] == [
        ("The promoter's profit", 20_000)
    ]
    assert outcome.payee_minor == (1_000_000 - 200_000 - 20_000) // 2
    assert outcome.promoter_minor == outcome.payee_minor + 50_000 - 10_000
    told = [(one.label, one.how) for one in outcome.trace if one.key == "variable_cost"]
    assert told == [
        ("Rights", "5 % of net gross"),
        ("Insurance", "€0.50 × 1000"),
        ("Hospitality", "€0.10 × 1000"),
    ]


def test_an_agreed_split_point_stands_before_a_reckoned_one() -> None:
    terms = DealTerms(
        shape="plus",
        currency="EUR",
        payee="promoter",
        amount_minor=1_000,
        share=5000,
        split_point_minor=4_000,
    )
    night = Night(box_office=BoxOffice(gross_minor=10_000, sold=10))

    assert settle_deal(terms, night).payee_minor == 1_000 + 3_000


@pytest.mark.parametrize(
    ("terms", "pointer"),
    [
        ({"shape": "door"}, "/terms/share"),
        ({"shape": "flat", "share": 100}, "/terms/share"),
        ({"shape": "flat", "profit": 100}, "/terms/profit"),
        ({"shape": "versus", "share": 1, "base": "gross", "profit": 1}, "/terms/profit"),
        ({"shape": "versus", "share": 1, "split_point_minor": 1}, "/terms/splitPointMinor"),
        (
            {"shape": "flat", "variable_costs": (VariableCost(label="Nothing"),)},
            "/terms/variableCosts/0",
        ),
        ({"shape": "flat", "cap_minor": 1, "floor_minor": 2}, "/terms/capMinor"),
        (
            {
                "shape": "door",
                "share": 1,
                "tiers": (Tier(from_minor=9, share=1), Tier(from_minor=9, share=2)),
            },
            "/terms/tiers",
        ),
    ],
)
def test_terms_that_contradict_themselves_are_told(terms: dict[str, Any], pointer: str) -> None:
    faults = faults_of(DealTerms(currency="EUR", **terms))

    assert [fault[0] for fault in faults] == [pointer]


def test_an_accepted_deal_is_superseded_and_never_edited() -> None:
    assert DEAL.next("accepted", "supersede") == "superseded"
    assert DEAL.ends == {"superseded"}
    with pytest.raises(IllegalAct):
        DEAL.next("accepted", "offer")


amounts = st.integers(min_value=0, max_value=10**9)
shares = st.integers(min_value=0, max_value=10_000)
parties = st.sampled_from(["venue", "promoter"])
expenses = st.lists(
    st.builds(
        Expense,
        label=st.just("Crew"),
        amount_minor=st.integers(min_value=0, max_value=10**7),
        paid_by=parties,
        borne_by=st.sampled_from(["venue", "promoter", "show"]),
    ),
    max_size=5,
).map(tuple)


variable_costs = st.lists(
    st.builds(
        VariableCost,
        label=st.just("Rights"),
        per_ticket_minor=st.integers(min_value=0, max_value=10**4),
        share=shares,
        paid_by=parties,
        borne_by=st.sampled_from(["venue", "promoter", "show"]),
    ),
    max_size=3,
).map(tuple)


@st.composite
def deals(draw: st.DrawFn) -> DealTerms:
    shape = draw(st.sampled_from(SHAPES))
    starts = draw(st.lists(st.integers(1, 10**9), max_size=3, unique=True).map(sorted))
    floor, cap = sorted(draw(st.tuples(amounts, amounts)))
    is_sharing = shape in SHARING
    return DealTerms(
        shape=shape,
        currency="EUR",
        payee=draw(parties),
        amount_minor=draw(st.integers(0, 10**5) if shape == "per_ticket" else amounts),
        share=draw(shares) if is_sharing else 0,
        base=draw(st.sampled_from(["gross", "adjusted_gross", "net_gross", "net"])),
        tiers=tuple(Tier(from_minor=at, share=draw(shares)) for at in starts) if is_sharing else (),
        bonuses=tuple(
            Bonus(at_sold=at, amount_minor=draw(st.integers(0, 10**6)))
            for at in draw(st.lists(st.integers(0, 5_000), max_size=2))
        ),
        split_point_minor=draw(st.none() | amounts) if shape == "plus" else None,
        profit=draw(shares),
        variable_costs=draw(variable_costs),
        cap_minor=draw(st.sampled_from([None, cap])),
        floor_minor=draw(st.sampled_from([None, floor])),
        facility_fee_minor=draw(st.integers(0, 500)),
        tax=draw(st.integers(0, 3_000)),
        box_office=draw(parties),
    )


nights = st.builds(
    Night,
    box_office=st.builds(
        BoxOffice,
        gross_minor=amounts,
        sold=st.integers(0, 10_000),
        fees_minor=st.integers(0, 10**6),
        tax_minor=st.none() | st.integers(0, 10**8),
    ),
    expenses=expenses,
    deposits_minor=amounts,
    advances_minor=amounts,
)


@given(deals(), nights)
def test_the_shares_sum_to_the_pot_and_the_pot_to_the_receipts(
    terms: DealTerms, night: Night
) -> None:
    outcome = settle_deal(terms, night)

    assert outcome.venue_minor + outcome.promoter_minor == outcome.pot_minor
    assert outcome.pot_minor + outcome.fees_minor + outcome.tax_minor == outcome.gross_minor


@given(deals(), nights)
def test_what_is_due_on_the_night_leaves_everybody_with_their_share(
    terms: DealTerms, night: Night
) -> None:
    outcome = settle_deal(terms, night)

    held = outcome.pot_minor if terms.box_office == "promoter" else 0
    taken_home = held - night.deposits_minor + night.advances_minor + outcome.walk_out_minor
    assert taken_home == outcome.promoter_minor


@given(deals(), nights)
def test_caps_and_floors_hold(terms: DealTerms, night: Night) -> None:
    outcome = settle_deal(terms, night)

    bonuses = sum(
        bonus.amount_minor for bonus in terms.bonuses if night.box_office.sold >= bonus.at_sold
    )
    bounded = outcome.payee_minor - bonuses
    assert terms.cap_minor is None or bounded <= terms.cap_minor
    assert terms.floor_minor is None or bounded >= terms.floor_minor


@given(deals(), nights)
def test_a_versus_deal_is_never_less_than_its_guarantee(terms: DealTerms, night: Night) -> None:
    versus = msgspec.structs.replace(
        terms, shape="versus", split_point_minor=None, profit=0, cap_minor=None
    )
    plain = msgspec.structs.replace(versus, amount_minor=0)

    payee_minor = settle_deal(versus, night).payee_minor
    assert payee_minor >= versus.amount_minor
    assert payee_minor >= settle_deal(plain, night).payee_minor


@given(deals(), st.integers(min_value=500, max_value=100_000), expenses)
def test_one_more_ticket_never_makes_the_payees_share_smaller(
    terms: DealTerms, price_minor: int, budget: tuple[Expense, ...]
) -> None:
    budgeted = msgspec.structs.replace(terms, expenses=budget, variable_costs=())

    points = what_if(budgeted, price_minor=price_minor, sold=[0, 1, 2, 10, 999, 1_000, 5_000])

    earned = [outcome.payee_minor for _, outcome in points]
    assert all(before <= after for before, after in pairwise(earned))


@given(deals(), nights, variable_costs)
def test_a_cost_more_never_makes_the_payees_share_greater(
    terms: DealTerms, night: Night, more: tuple[VariableCost, ...]
) -> None:
    dearer = msgspec.structs.replace(terms, variable_costs=(*terms.variable_costs, *more))

    assert settle_deal(dearer, night).payee_minor <= settle_deal(terms, night).payee_minor


@given(deals(), nights)
def test_a_cost_that_the_night_decides_counts_as_the_same_one_typed(
    terms: DealTerms, night: Night
) -> None:
    plain = msgspec.structs.replace(terms, variable_costs=())
    varying = settle_deal(terms, night)
    amounts_of = [one.amount_minor for one in varying.trace if one.key == "variable_cost"]
    typed = tuple(
        Expense(label=cost.label, amount_minor=amount, paid_by=cost.paid_by, borne_by=cost.borne_by)
        for cost, amount in zip(terms.variable_costs, amounts_of, strict=True)
    )

    same = settle_deal(plain, msgspec.structs.replace(night, expenses=(*night.expenses, *typed)))

    assert (same.payee_minor, same.venue_minor, same.walk_out_minor) == (
        varying.payee_minor,
        varying.venue_minor,
        varying.walk_out_minor,
    )


@given(deals(), amounts, st.integers(1, 10**6))
def test_who_takes_the_rest_never_loses_by_more_receipts(
    terms: DealTerms, gross_minor: int, more: int
) -> None:
    night = Night(box_office=BoxOffice(gross_minor=gross_minor, sold=10))
    better = Night(box_office=BoxOffice(gross_minor=gross_minor + more, sold=10))
    netting = msgspec.structs.replace(terms, base="net_gross")

    rest = [
        outcome.pot_minor - outcome.payee_minor
        for outcome in (settle_deal(netting, night), settle_deal(netting, better))
    ]
    assert rest[0] <= rest[1]
