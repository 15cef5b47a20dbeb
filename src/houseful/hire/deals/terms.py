"""The terms of a deal, and the figures of a night, as plain values; all amounts in minor units."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from houseful.kernel.money import BASIS_POINTS, Currency

Party = Literal["venue", "promoter"]
Bearer = Literal["venue", "promoter", "show"]
Shape = Literal["flat", "guarantee", "percentage", "versus", "plus", "door", "per_ticket"]
Base = Literal["gross", "adjusted_gross", "net_gross", "net"]

AMOUNT_MAX = 10**13
SOLD_MAX = 10**7
LIST_MAX = 50

Amount = Annotated[int, Meta(ge=0, le=AMOUNT_MAX, description="Minor units.")]
Share = Annotated[int, Meta(ge=0, le=BASIS_POINTS, description="Basis points: 8500 is 85 %.")]
Rate = Annotated[int, Meta(ge=0, le=100_000, description="Basis points: 1900 is 19 %.")]
Count = Annotated[int, Meta(ge=0, le=SOLD_MAX)]
Label = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^(?=.*\S)[^\x00]*$")]


class Strict(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A value that is stored as it is sent: unknown fields are refused."""


class Tier(Strict, frozen=True, kw_only=True):
    """From this much of the base on, what lies above is shared at this percentage."""

    from_minor: Amount
    share: Share


class Bonus(Strict, frozen=True, kw_only=True):
    """An amount on top, once this many tickets are sold."""

    at_sold: Count
    amount_minor: Amount


class Expense(Strict, frozen=True, kw_only=True):
    """What the night costs: who paid it, and who bears it.

    `show` is borne off the top, before a share of the *net* is reckoned. What another bears than
    who paid is recoupable; what the payer bears is only written down.
    """

    label: Label
    amount_minor: Amount
    paid_by: Party = "venue"
    borne_by: Bearer = "show"

    @property
    def is_recoupable(self) -> bool:
        """Whether who paid it gets it back."""
        return self.borne_by != self.paid_by


class VariableCost(Strict, frozen=True, kw_only=True):
    """A cost that grows with the night: so much for each ticket sold, and a share of the net gross.

    It counts as an expense does, without anybody typing it: who pays it, and who bears it.
    """

    label: Label
    per_ticket_minor: Amount = 0
    share: Share = 0
    paid_by: Party = "venue"
    borne_by: Bearer = "show"


class DealTerms(Strict, frozen=True, kw_only=True):
    """What was agreed. `payee` gets what the shape says; the other party gets the rest.

    | shape | the payee gets |
    | --- | --- |
    | `flat`, `guarantee` | `amount_minor` |
    | `percentage` | `share` of `base` |
    | `door` | `share` of the net gross (NBOR) |
    | `per_ticket` | `amount_minor` for each ticket sold |
    | `versus` | the greater of `amount_minor` and `share` of `base` |
    | `plus` | `amount_minor`, and `share` of the net gross over the split point |

    `cap_minor` and `floor_minor` bound that; bonuses come on top. `tiers` change the percentage of
    what lies above them. Without `split_point_minor` it is reckoned: expenses and guarantee, and
    the promoter's profit, `profit` of both. Of the `net`, `profit` is a share of the expenses, and
    comes off the top as they do. `variable_costs` are expenses that the night itself decides.
    """

    shape: Shape
    currency: Currency
    payee: Party = "venue"
    amount_minor: Amount = 0
    share: Share = 0
    base: Base = "net"
    tiers: Annotated[tuple[Tier, ...], Meta(max_length=LIST_MAX)] = ()
    bonuses: Annotated[tuple[Bonus, ...], Meta(max_length=LIST_MAX)] = ()
    split_point_minor: Amount | None = None
    profit: Share = 0
    cap_minor: Amount | None = None
    floor_minor: Amount | None = None
    facility_fee_minor: Amount = 0
    tax: Rate = 0
    expenses: Annotated[
        tuple[Expense, ...], Meta(max_length=LIST_MAX, description="The budget, for the what-if.")
    ] = ()
    variable_costs: Annotated[tuple[VariableCost, ...], Meta(max_length=LIST_MAX)] = ()
    box_office: Annotated[Party, Meta(description="Who holds the receipts.")] = "venue"


class BoxOffice(Strict, frozen=True, kw_only=True):
    """What was taken: by the public's payments, less refunds.

    `fees_minor` are booking fees, which no deal shares. `tax_minor` is the tax that the books hold;
    without it, it is reckoned at the terms' inclusive rate. `released_minor` of it was payable
    before it was settled, and `owed_minor` (below nought) the organiser owes for refunds: where the
    money stands in the books, which changes nobody's part.
    """

    gross_minor: Annotated[int, Meta(ge=-AMOUNT_MAX, le=AMOUNT_MAX)] = 0
    sold: Count = 0
    fees_minor: Annotated[int, Meta(ge=-AMOUNT_MAX, le=AMOUNT_MAX)] = 0
    tax_minor: Annotated[int, Meta(ge=-AMOUNT_MAX, le=AMOUNT_MAX)] | None = None
    released_minor: Annotated[int, Meta(ge=-AMOUNT_MAX, le=AMOUNT_MAX)] = 0
    owed_minor: Annotated[int, Meta(ge=-AMOUNT_MAX, le=AMOUNT_MAX)] = 0


class Night(Strict, frozen=True, kw_only=True):
    """A night's figures: receipts, what it cost, and what was paid before.

    `deposits_minor` is what the venue holds of the promoter's, `deposits_elsewhere_minor` what of
    it an external Finance service keeps; `advances_minor` what the venue has paid to the promoter
    already.
    """

    box_office: BoxOffice
    expenses: tuple[Expense, ...] = ()
    deposits_minor: Amount = 0
    deposits_elsewhere_minor: Amount = 0
    advances_minor: Amount = 0


class Step(Strict, frozen=True, kw_only=True):
    """One line of the trace: what, how it was reckoned, and how much."""

    key: str
    label: str
    how: str
    amount_minor: int


class Outcome(Strict, frozen=True, kw_only=True):
    """What everybody gets, and why.

    `venue_minor + promoter_minor = pot_minor`: the net gross and the facility fees.
    `walk_out_minor` is what the promoter is due on the night after deposits; when negative, what
    they owe.
    """

    gross_minor: int
    fees_minor: int
    facility_fees_minor: int
    adjusted_gross_minor: int
    tax_minor: int
    net_gross_minor: int
    show_costs_minor: int
    payee_minor: int
    pot_minor: int
    venue_minor: int
    promoter_minor: int
    walk_out_minor: int
    trace: tuple[Step, ...]
