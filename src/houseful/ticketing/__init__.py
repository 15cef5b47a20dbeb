"""Ticketing: what is sold for an event and for how much, who holds it, and the signed code that
proves it at the door.
"""

from houseful.payments import register_payable
from houseful.ticketing.baskets import basket_of, offer_view, show_basket
from houseful.ticketing.codes import (
    BadSignature,
    NotATicketCode,
    TicketCode,
    UnknownKey,
    UnverifiedCode,
    read_code,
    verify_code,
)
from houseful.ticketing.door import (
    DoorTicket,
    count_tickets,
    sold_credentials,
    ticket_by_credential,
    ticket_by_text,
    tickets_by_credential,
    tickets_by_id,
    validity,
)
from houseful.ticketing.facts import (
    OrderCanceled,
    OrderExpired,
    OrderPaid,
    OrderPlaced,
    OrderUnavailable,
    SaleOpened,
    SeatsOffered,
    TicketKeyRevoked,
    TicketsRefunded,
    TicketVoided,
)
from houseful.ticketing.figures import SalesFigures, TypeFigures, sales_figures, type_figures
from houseful.ticketing.hold_commands import HoldState, PoolWish
from houseful.ticketing.holds import (
    Best,
    TakenHold,
    Wish,
    change_hold,
    extend_hold,
    forget_offer,
    read_hold,
    release_hold,
    take_hold,
)
from houseful.ticketing.instead import hold_instead, lost_seats
from houseful.ticketing.inventory import (
    add_pool,
    block_seats,
    change_capacity,
    change_sale,
    open_sale,
    put_on_sale_layout,
    set_price,
)
from houseful.ticketing.keys import (
    PublicKey,
    event_public_keys,
    event_revoked_keys,
    keys_of,
    orders_of_key,
    public_keys_of,
    revoke_key,
    revoked_keys_of,
    rotate_key,
    sign_tickets,
)
from houseful.ticketing.limits import Limits, count_order, limits_of
from houseful.ticketing.models import EventKey, EventPool, EventSale, TicketType
from houseful.ticketing.offers import Offer, load_offer, load_offers, load_public_offer
from houseful.ticketing.orders.checkout import (
    begin_checkout,
    check_out,
    sell_held,
)
from houseful.ticketing.orders.counter import (
    CounterSale,
    TillPayment,
    sell_at_box_office,
    sell_over_counter,
)
from houseful.ticketing.orders.fulfilment import PAYABLE_KIND, cancel_order
from houseful.ticketing.orders.holders import Holder, holders_of, orders_sold_until
from houseful.ticketing.orders.models import Order, OrderLine, Ticket
from houseful.ticketing.orders.offering import read_offered, take_offered
from houseful.ticketing.orders.payable import OrderPayable
from houseful.ticketing.orders.placing import Buyer, place_order, place_own_order
from houseful.ticketing.orders.queries import (
    ShownOrder,
    ShownTicket,
    find_orders,
    find_tickets,
    order_by_token,
    order_of_hold,
    order_with_codes,
    show_order,
    show_ticket,
    ticket_by_public_id,
    ticket_home,
)
from houseful.ticketing.orders.refunds import refund_tickets, refundable, void_ticket
from houseful.ticketing.orders.sweeping import stop_overdue_payments, stop_payments, sweep
from houseful.ticketing.problems import HoldOver, NothingToRefund, SeatTaken, WrongHoldToken
from houseful.ticketing.proof import violations
from houseful.ticketing.refund_runs.schemas import RefundRunView
from houseful.ticketing.refund_runs.service import find_run, start_refunds
from houseful.ticketing.schemas import (
    BasketLine,
    BasketView,
    NewPool,
    NewTicketType,
    OfferedCategory,
    OfferedType,
    OfferView,
    SaleSettings,
    TicketTypeChanges,
)
from houseful.ticketing.seat_board import FREE, SeatBoard, seat_boards
from houseful.ticketing.seat_maps import bound_of
from houseful.ticketing.seat_plans import SeatPlace, SeatPlan, seat_plan
from houseful.ticketing.ticket_types import create_ticket_type, update_ticket_type
from houseful.ticketing.vault import Vault, vault_of

register_payable(PAYABLE_KIND, OrderPayable())

__all__ = [
    "FREE",
    "PAYABLE_KIND",
    "BadSignature",
    "BasketLine",
    "BasketView",
    "Best",
    "Buyer",
    "CounterSale",
    "DoorTicket",
    "EventKey",
    "EventPool",
    "EventSale",
    "HoldOver",
    "HoldState",
    "Holder",
    "Limits",
    "NewPool",
    "NewTicketType",
    "NotATicketCode",
    "NothingToRefund",
    "Offer",
    "OfferView",
    "OfferedCategory",
    "OfferedType",
    "Order",
    "OrderCanceled",
    "OrderExpired",
    "OrderLine",
    "OrderPaid",
    "OrderPlaced",
    "OrderUnavailable",
    "PoolWish",
    "PublicKey",
    "RefundRunView",
    "SaleOpened",
    "SaleSettings",
    "SalesFigures",
    "SeatBoard",
    "SeatPlace",
    "SeatPlan",
    "SeatTaken",
    "SeatsOffered",
    "ShownOrder",
    "ShownTicket",
    "TakenHold",
    "Ticket",
    "TicketCode",
    "TicketKeyRevoked",
    "TicketType",
    "TicketTypeChanges",
    "TicketVoided",
    "TicketsRefunded",
    "TillPayment",
    "TypeFigures",
    "UnknownKey",
    "UnverifiedCode",
    "Vault",
    "Wish",
    "WrongHoldToken",
    "add_pool",
    "basket_of",
    "begin_checkout",
    "block_seats",
    "bound_of",
    "cancel_order",
    "change_capacity",
    "change_hold",
    "change_sale",
    "check_out",
    "count_order",
    "count_tickets",
    "create_ticket_type",
    "event_public_keys",
    "event_revoked_keys",
    "extend_hold",
    "find_orders",
    "find_run",
    "find_tickets",
    "forget_offer",
    "hold_instead",
    "holders_of",
    "keys_of",
    "limits_of",
    "load_offer",
    "load_offers",
    "load_public_offer",
    "lost_seats",
    "offer_view",
    "open_sale",
    "order_by_token",
    "order_of_hold",
    "order_with_codes",
    "orders_of_key",
    "orders_sold_until",
    "place_order",
    "place_own_order",
    "public_keys_of",
    "put_on_sale_layout",
    "read_code",
    "read_hold",
    "read_offered",
    "refund_tickets",
    "refundable",
    "release_hold",
    "revoke_key",
    "revoked_keys_of",
    "rotate_key",
    "sales_figures",
    "seat_boards",
    "seat_plan",
    "sell_at_box_office",
    "sell_held",
    "sell_over_counter",
    "set_price",
    "show_basket",
    "show_order",
    "show_ticket",
    "sign_tickets",
    "sold_credentials",
    "start_refunds",
    "stop_overdue_payments",
    "stop_payments",
    "sweep",
    "take_hold",
    "take_offered",
    "ticket_by_credential",
    "ticket_by_public_id",
    "ticket_by_text",
    "ticket_home",
    "tickets_by_credential",
    "tickets_by_id",
    "type_figures",
    "update_ticket_type",
    "validity",
    "vault_of",
    "verify_code",
    "violations",
    "void_ticket",
]
