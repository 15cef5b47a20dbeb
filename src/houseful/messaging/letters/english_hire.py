"""The messages about holds and bookings of spaces in English."""

from collections.abc import Mapping

from houseful.messaging.letters.words import Wording

HIRE: Mapping[str, Wording] = {
    "inquiry_received": Wording(
        subject="We have your inquiry: {booking}",
        heading="Your inquiry has arrived",
        opening="Thank you for asking {organization} about {booking}. We look at what is free,"
        " and write to you. Nothing is reserved until then.",
    ),
    "hold_placed": Wording(
        subject="We hold the date: {booking}",
        heading="The date is held for you",
        opening="{organization} holds the spaces below for {booking}: you are {rank}. A hold is"
        " no booking yet; it lasts until {until}, unless you confirm before.",
    ),
    "hold_moved_up": Wording(
        subject="You moved up: {booking}",
        heading="You moved up",
        opening="Somebody ahead of you went away. For {booking} you are now {rank}.",
    ),
    "hold_moved_back": Wording(
        subject="Your place has changed: {booking}",
        heading="Your place has changed",
        opening="{organization} has placed another hold ahead of yours. For {booking} you are"
        " now {rank}. Please ask us if you have questions about it.",
    ),
    "hold_expiring": Wording(
        subject="Your hold ends soon: {booking}",
        heading="Your hold ends soon",
        opening="The hold for {booking} falls away on {until}. Please tell us before if you"
        " want the date, or need more time.",
    ),
    "hold_challenged": Wording(
        subject="Please decide by {until}: {booking}",
        heading="Somebody else is ready to sign",
        opening="Somebody behind you wants the same date as {booking}, and is ready to sign."
        " You come first: confirm by {until}, and the date is yours. Otherwise your hold falls"
        " away.",
        closing="If you no longer need the date, please tell us, so that others can have it.",
    ),
    "hold_released": Wording(
        subject="No longer held: {booking}",
        heading="The date is no longer held",
        opening="The hold for {booking} has ended; the spaces are free for others. If you still"
        " want the date, write to us: perhaps it is still to be had.",
    ),
    "booking_declined": Wording(
        subject="We cannot offer this: {booking}",
        heading="We are sorry",
        opening="{organization} cannot offer you the spaces below for {booking}. Perhaps"
        " another date is possible: please write to us.",
    ),
    "challenge_won": Wording(
        subject="The date is yours to confirm: {booking}",
        heading="The way is free",
        opening="All who were ahead of you have made room. Confirm {booking} by {until};"
        " otherwise your hold falls away too.",
    ),
    "challenge_lost": Wording(
        subject="The date is taken: {booking}",
        heading="Somebody ahead of you has confirmed",
        opening="Somebody who was ahead of you has confirmed in time. Your hold for {booking}"
        " stays behind theirs, should they cancel.",
    ),
    "booking_confirmed": Wording(
        subject="Confirmed: {booking}",
        heading="It takes place",
        opening="{organization} confirms {booking}. The spaces below are yours.",
    ),
    "booking_cancelled": Wording(
        subject="Cancelled: {booking}",
        heading="This booking is cancelled",
        opening="{booking} does not take place, and the spaces are free for others.",
    ),
    "deposit_returned": Wording(
        subject="{amount} goes back to you: {booking}",
        heading="Money goes back to you",
        opening="{organization} gives {amount} of “{deposit}” back to you, for {booking}.",
    ),
    "office_offer_expired": Wording(
        subject="The offer has expired: {booking}",
        heading="Nobody has answered the offer",
        opening="The offer for {booking} has expired, and its spaces are free for others.",
        button="Open the booking",
    ),
    "office_contract_declined": Wording(
        subject="Declined: {contract}",
        heading="The contract was declined",
        opening="“{contract}” will not be signed as it is.",
        button="Open the contract",
    ),
    "office_contract_expired": Wording(
        subject="Not signed in time: {contract}",
        heading="The contract has expired",
        opening="“{contract}” was not signed in time.",
        button="Open the contract",
    ),
}
