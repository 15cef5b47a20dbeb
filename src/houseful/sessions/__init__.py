"""Sessions: a place in a class, on a court or a tour, paid by pass, wallet or card."""

from houseful.sessions.bookings.models import SessionBooking
from houseful.sessions.catalogue.models import Activity, Session
from houseful.sessions.customers.models import CompanyCustomer
from houseful.sessions.passes.models import CustomerPass, Pass
from houseful.sessions.wallets.models import Wallet

__all__ = [
    "Activity",
    "CompanyCustomer",
    "CustomerPass",
    "Pass",
    "Session",
    "SessionBooking",
    "Wallet",
]
