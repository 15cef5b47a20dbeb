"""Terms survive the form that changes them."""

import pytest
from hypothesis import given

from houseful.hire.deals.rules import faults_of
from houseful.hire.deals.terms import DealTerms
from houseful.kernel.problems import Invalid
from houseful.web.office.deal_terms import read_terms, rows_of, write_terms_form
from tests.hire.deals.test_rules import deals


@given(deals().filter(lambda terms: not faults_of(terms)))
def test_a_form_that_is_sent_back_unchanged_changes_no_term(terms: DealTerms) -> None:
    form = write_terms_form(terms)

    assert read_terms(form, terms.currency) == terms
    assert rows_of(form)["tiers"][-1] > len(terms.tiers)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("tier_share_1", ""),
        ("bonus_amount_1", "much"),
        ("cost_amount_1", "1,2345"),
        ("cost_borne_1", "nobody"),
    ],
)
def test_a_row_that_cannot_be_read_is_told(field: str, text: str) -> None:
    form = {
        "shape": "door",
        "share": "70",
        "tier_from_1": "1000",
        "tier_share_1": "80",
        "bonus_at_1": "100",
        "bonus_amount_1": "50",
        "cost_label_1": "Crew",
        "cost_amount_1": "12.50",
    }

    read_terms(form, "EUR")
    with pytest.raises(Invalid):
        read_terms(form | {field: text}, "EUR")
