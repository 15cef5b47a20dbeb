"""The chart of accounts: what each code means, and on which side it grows."""

from collections.abc import Mapping
from typing import Literal

import msgspec

Kind = Literal["asset", "liability", "revenue", "expense"]
Direction = Literal["debit", "credit"]


class ChartEntry(msgspec.Struct, frozen=True):
    """An account as the chart knows it."""

    name: str
    kind: Kind

    @property
    def normal_side(self) -> Direction:
        """The side on which the balance grows."""
        return "debit" if self.kind in {"asset", "expense"} else "credit"


PROVIDER_CLEARING = "1000"
BANK = "1010"
RECEIVABLE_FROM_ORGANISER = "1200"
CUSTOMER_RECEIVABLE = "1210"
DEPOSITS_IN_FINANCE = "1220"
ORGANISER_FUNDS = "2000"
ORGANISER_PAYABLE = "2010"
CHARGEBACK_RESERVE = "2020"
TAX_PAYABLE = "2100"
UNAPPLIED_PAYMENTS = "2200"
STORED_VALUE = "2300"
BONUS_LIABILITY = "2310"
DEFERRED_PASSES = "2320"
DEFERRED_BOOKINGS = "2330"
REFUNDS_IN_FLIGHT = "2400"
DEPOSITS_HELD = "2500"
FEE_REVENUE = "4000"
RENT_REVENUE = "4100"
SESSION_REVENUE = "4200"
BREAKAGE = "4210"
PROVIDER_FEES = "5000"
PROMOTION = "5100"
CHARGEBACK_LOSS = "5200"
BAD_DEBT = "5300"

CHART: Mapping[str, ChartEntry] = {
    PROVIDER_CLEARING: ChartEntry("Provider clearing", "asset"),
    BANK: ChartEntry("Bank", "asset"),
    RECEIVABLE_FROM_ORGANISER: ChartEntry("Receivable from organiser", "asset"),
    CUSTOMER_RECEIVABLE: ChartEntry("Receivable from customers", "asset"),
    DEPOSITS_IN_FINANCE: ChartEntry("Settled deposits in the Finance service", "asset"),
    ORGANISER_FUNDS: ChartEntry("Organiser funds, future events", "liability"),
    ORGANISER_PAYABLE: ChartEntry("Organiser payable, released", "liability"),
    CHARGEBACK_RESERVE: ChartEntry("Chargeback reserve", "liability"),
    TAX_PAYABLE: ChartEntry("Tax payable", "liability"),
    UNAPPLIED_PAYMENTS: ChartEntry("Unapplied payments", "liability"),
    STORED_VALUE: ChartEntry("Stored value", "liability"),
    BONUS_LIABILITY: ChartEntry("Bonus liability", "liability"),
    DEFERRED_PASSES: ChartEntry("Passes sold, not yet used", "liability"),
    DEFERRED_BOOKINGS: ChartEntry("Bookings paid, not yet delivered", "liability"),
    REFUNDS_IN_FLIGHT: ChartEntry("Refunds in flight", "liability"),
    DEPOSITS_HELD: ChartEntry("Deposits held", "liability"),
    FEE_REVENUE: ChartEntry("Fee revenue", "revenue"),
    RENT_REVENUE: ChartEntry("Rent revenue", "revenue"),
    SESSION_REVENUE: ChartEntry("Session revenue", "revenue"),
    BREAKAGE: ChartEntry("Breakage of passes", "revenue"),
    PROVIDER_FEES: ChartEntry("Provider fees", "expense"),
    PROMOTION: ChartEntry("Promotion", "expense"),
    CHARGEBACK_LOSS: ChartEntry("Chargeback loss", "expense"),
    BAD_DEBT: ChartEntry("Bad debt", "expense"),
}
