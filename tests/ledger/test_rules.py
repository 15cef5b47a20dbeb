"""What may be posted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from houseful.ledger import Line, credit, debit
from houseful.ledger.chart import CHART
from houseful.ledger.problems import UnbalancedEntry
from houseful.ledger.rules import checked, reversed_lines

amounts = st.integers(min_value=0, max_value=10**12)
codes = st.sampled_from(sorted(CHART))


@pytest.mark.parametrize(
    ("debits", "credit_total"),
    [(1000, 1015), (1025, 1080), (300, 310), (515, 530)],
    ids=["refund", "sale", "partial refund", "chargeback"],
)
def test_examples_that_circulate_are_refused(debits: int, credit_total: int) -> None:
    with pytest.raises(UnbalancedEntry):
        checked([debit("2000", debits), credit("2400", credit_total)])


def test_a_sale_with_fee_and_tax_balances() -> None:
    lines = [debit("1000", 1040), credit("2000", 1000), credit("4000", 25), credit("2100", 15)]

    assert checked(lines) == lines


def test_an_entry_has_two_sides() -> None:
    with pytest.raises(UnbalancedEntry):
        checked([debit("1000", 0), credit("2000", 0)])


def test_an_unknown_account_is_refused() -> None:
    with pytest.raises(UnbalancedEntry):
        checked([debit("9999", 5), credit("2000", 5)])


@given(st.lists(st.tuples(codes, amounts), min_size=1, max_size=8), codes)
def test_what_is_balanced_passes_and_what_is_off_by_one_does_not(
    parts: list[tuple[str, int]], other: str
) -> None:
    total = sum(amount for _, amount in parts)
    lines = [debit(code, amount) for code, amount in parts]

    off = [*lines, credit(other, total + 1)]
    with pytest.raises(UnbalancedEntry):
        checked(off)

    if total:
        merged = checked([*lines, credit(other, total)])
        assert sum(line.amount_minor for line in merged if line.direction == "debit") == total
        assert checked(reversed_lines(merged))


def test_a_negative_amount_lands_on_the_other_side() -> None:
    assert debit("1000", -5) == Line("1000", "credit", 5)
