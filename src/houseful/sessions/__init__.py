"""Sessions: a place in a class, on a court or a tour, paid by pass, wallet or card.

Time in a space is claimed from the calendar, money is moved by the ledger and taken by payments.
Other rooms hear the facts, and read a `ShownBooking` or a `SessionSheet`.
"""

from houseful.sessions.bookings import payables as _payables
from houseful.sessions.bookings.attending import DOORS_BEFORE, end_session, mark_attendance
from houseful.sessions.bookings.billing import correct_and_settle
from houseful.sessions.bookings.cancelling import (
    CancelQuote,
    cancel_booking,
    quote_cancellation,
)
from houseful.sessions.bookings.checking_in import CheckIn, check_in_by_code, check_in_code
from houseful.sessions.bookings.claiming import claim_bookings, claimable_bookings
from houseful.sessions.bookings.desk import (
    book_at_desk,
    call_off,
    cancel_session,
    change_session,
    end_debt,
    give_standing_place,
    mark,
    take_cash_for,
)
from houseful.sessions.bookings.guests import book_as_guest, count_guest
from houseful.sessions.bookings.models import RefundRequest, SessionBooking, WaitingEntry
from houseful.sessions.bookings.paying import (
    Begun,
    address_of,
    begin_payment,
    start_card_payment,
)
from houseful.sessions.bookings.queries import (
    SessionSheet,
    ShownBooking,
    bookings_of_customer,
    entry_of_booking,
    guest_booking,
    list_debts,
    live_bookings,
    me_of,
    my_booking,
    my_bookings,
    my_waiting,
    read_sheet,
    show_booking,
    show_bookings,
)
from houseful.sessions.bookings.refunds import (
    approve_request,
    list_requests,
    reject_request,
    request_money_back,
    withdraw_money_back,
)
from houseful.sessions.bookings.schemas import (
    AttendanceBody,
    CallOff,
    DebtBody,
    DeskBooking,
    ExtraBody,
    NewGuestBooking,
    NewSlotAttendee,
)
from houseful.sessions.bookings.taking import book, quote
from houseful.sessions.bookings.waiting import join_waiting_list, leave_waiting_list
from houseful.sessions.bookings.wishes import ExtraWish, Payment, Wish
from houseful.sessions.calendars import session_ics, sessions_ics
from houseful.sessions.catalogue.models import Activity, Instructor, Session
from houseful.sessions.catalogue.queries import (
    ShownSession,
    SlotFilter,
    extras_for,
    list_activities,
    list_instructors,
    list_series_to_come,
    sessions_between,
    sessions_by_id,
    shown_session,
)
from houseful.sessions.catalogue.scheduling import create_series, create_session
from houseful.sessions.catalogue.schemas import (
    NewActivity,
    NewExtra,
    NewInstructor,
    NewSeries,
    NewSession,
    SessionCancellation,
    SessionChanges,
)
from houseful.sessions.catalogue.service import (
    create_activity,
    create_extra,
    create_instructor,
)
from houseful.sessions.customers.models import CompanyCustomer
from houseful.sessions.customers.schemas import CustomerChanges, NewCustomer
from houseful.sessions.customers.service import (
    add_family_member,
    create_customer,
    customers_by_id,
    family_of,
    list_customers,
    update_customer,
)
from houseful.sessions.facts import (
    BookingCancelled,
    BookingConfirmed,
    BookingDue,
    BookingLapsed,
    BookingSettled,
    BookingSoon,
    PassSold,
    PlaceOffered,
    RefundDecided,
    SessionCalledOff,
    SessionMoved,
    WaiterPassedOver,
    WalletToppedUp,
)
from houseful.sessions.houses import houses_of_customer
from houseful.sessions.keys import address_proof, booking_token, key_of, proven_address
from houseful.sessions.passes.models import CustomerPass, Pass
from houseful.sessions.passes.schemas import NewPass, PassSale
from houseful.sessions.passes.selling import order_for, sell_pass
from houseful.sessions.passes.service import (
    cancel_pass,
    create_pass,
    freeze_pass,
    list_customer_passes,
    list_passes,
    passes_on_sale,
    resume_pass,
)
from houseful.sessions.problems import LinkInvalid
from houseful.sessions.proof import faults
from houseful.sessions.wallets.models import TopUp, Wallet
from houseful.sessions.wallets.schemas import NewBonusTier
from houseful.sessions.wallets.service import (
    begin_top_up,
    list_wallets,
    statement_of,
    wallet_in_house_currency,
)
from houseful.sessions.wallets.tiers import create_tier

PASS_KIND = _payables.passes.PAYABLE_KIND
TOP_UP_KIND = _payables.TOP_UP_KIND

__all__ = [
    "DOORS_BEFORE",
    "PASS_KIND",
    "TOP_UP_KIND",
    "Activity",
    "AttendanceBody",
    "Begun",
    "BookingCancelled",
    "BookingConfirmed",
    "BookingDue",
    "BookingLapsed",
    "BookingSettled",
    "BookingSoon",
    "CallOff",
    "CancelQuote",
    "CheckIn",
    "CompanyCustomer",
    "CustomerChanges",
    "CustomerPass",
    "DebtBody",
    "DeskBooking",
    "ExtraBody",
    "ExtraWish",
    "Instructor",
    "LinkInvalid",
    "NewActivity",
    "NewBonusTier",
    "NewCustomer",
    "NewExtra",
    "NewGuestBooking",
    "NewInstructor",
    "NewPass",
    "NewSeries",
    "NewSession",
    "NewSlotAttendee",
    "Pass",
    "PassSale",
    "PassSold",
    "Payment",
    "PlaceOffered",
    "RefundDecided",
    "RefundRequest",
    "Session",
    "SessionBooking",
    "SessionCalledOff",
    "SessionCancellation",
    "SessionChanges",
    "SessionMoved",
    "SessionSheet",
    "ShownBooking",
    "ShownSession",
    "SlotFilter",
    "TopUp",
    "WaiterPassedOver",
    "WaitingEntry",
    "Wallet",
    "WalletToppedUp",
    "Wish",
    "add_family_member",
    "address_of",
    "address_proof",
    "approve_request",
    "begin_payment",
    "begin_top_up",
    "book",
    "book_as_guest",
    "book_at_desk",
    "booking_token",
    "bookings_of_customer",
    "call_off",
    "cancel_booking",
    "cancel_pass",
    "cancel_session",
    "change_session",
    "check_in_by_code",
    "check_in_code",
    "claim_bookings",
    "claimable_bookings",
    "correct_and_settle",
    "count_guest",
    "create_activity",
    "create_customer",
    "create_extra",
    "create_instructor",
    "create_pass",
    "create_series",
    "create_session",
    "create_tier",
    "customers_by_id",
    "end_debt",
    "end_session",
    "entry_of_booking",
    "extras_for",
    "family_of",
    "faults",
    "freeze_pass",
    "give_standing_place",
    "guest_booking",
    "houses_of_customer",
    "join_waiting_list",
    "key_of",
    "leave_waiting_list",
    "list_activities",
    "list_customer_passes",
    "list_customers",
    "list_debts",
    "list_instructors",
    "list_passes",
    "list_requests",
    "list_series_to_come",
    "list_wallets",
    "live_bookings",
    "mark",
    "mark_attendance",
    "me_of",
    "my_booking",
    "my_bookings",
    "my_waiting",
    "order_for",
    "passes_on_sale",
    "proven_address",
    "quote",
    "quote_cancellation",
    "read_sheet",
    "reject_request",
    "request_money_back",
    "resume_pass",
    "sell_pass",
    "session_ics",
    "sessions_between",
    "sessions_by_id",
    "sessions_ics",
    "show_booking",
    "show_bookings",
    "shown_session",
    "start_card_payment",
    "statement_of",
    "take_cash_for",
    "update_customer",
    "wallet_in_house_currency",
    "withdraw_money_back",
]
