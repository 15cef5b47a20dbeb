"""The messages in English."""

from houseful.messaging.letters.english_hire import HIRE
from houseful.messaging.letters.english_sessions import SESSIONS
from houseful.messaging.letters.words import Labels, Language, Wording

ENGLISH = Language(
    labels=Labels(
        greeting="Hello {name},",
        event="Event",
        date="Date",
        previous_date="Previously",
        doors="Doors",
        starts="Begins",
        venue="Venue",
        tickets="Tickets",
        returned="Returned",
        row="row",
        seat="seat",
        order="Order",
        paid="Paid",
        refund="Refund",
        reason="Reason",
        shop="Your shop",
        office="Your office",
        link="If the button does not work, open this address:",
        why_order="You get this message because you ordered from {organization}.",
        why_account="You get this message because of your account for {email}.",
        why_signer="You get this message because {organization} asks you to sign.",
        why_holder="You get this message because you asked {organization} for a space.",
        spaces="Spaces",
        place="Your place",
        rank="number {rank} in the queue",
        backup="behind a booking that is firm",
        until="Until",
        undated="to be announced",
        session="Session",
        attendee="For",
        check_in_code="Check-in code",
        instructor="With",
        free_until="To be cancelled free of charge until",
        visit_of="Paid with a visit of",
        kept="Kept",
        bonus="Bonus on top",
        to_wallet=" into your wallet",
        why_booking="You get this message because you booked at {organization}.",
    ),
    wordings={
        **HIRE,
        **SESSIONS,
        "order_paid": Wording(
            subject="Your tickets for {event}",
            heading="Your tickets are here",
            opening="Thank you for your order. Your tickets for {event} are attached as a PDF: show"
            " them at the door, on paper or on a screen.",
            button="See your order",
            closing="Each code opens the door once, so please do not share or post it.",
        ),
        "tickets_refunded": Wording(
            subject="Your refund for {event}",
            heading="Your money is on its way back",
            opening="The tickets below, for {event}, have been taken back. You get {amount} the way"
            " you paid; it can take a few days until you see it.",
            button="See your order",
            closing="The codes of these tickets no longer open the door.",
        ),
        "tickets_returned": Wording(
            subject="Your tickets for {event} were taken back",
            heading="Your tickets were taken back",
            opening="The tickets below, for {event}, have been taken back. They had cost nothing,"
            " so there is no money to return.",
            button="See your order",
            closing="The codes of these tickets no longer open the door.",
        ),
        "payment_returned": Wording(
            subject="Your payment for {event} is being returned",
            heading="Your payment is on its way back",
            opening="We are sorry: the amount that we got for your order {order} for {event} was"
            " not the one that was due, so your order is not paid by it.\n\nYou get {amount}, all"
            " that arrived, the way you paid it. It can take a few days until you see it.",
            button="See your order",
        ),
        "order_canceled": Wording(
            subject="Your order {order} was cancelled",
            heading="Your order was cancelled",
            opening="Your order for {event} was cancelled before it was paid. Should a payment"
            " still be on its way, you get all of it back.",
            button="See what is on",
        ),
        "order_unavailable": Wording(
            subject="Your payment for {event} is being returned",
            heading="Your payment came too late",
            opening="We are sorry: your payment for {event} arrived when the order could no longer"
            " be filled: its time had run out, and the places had gone, or were no longer sold at"
            " that price.\n\nYou get {amount}, all that you paid, the way you paid it. It can take"
            " a few days until you see it.",
            button="See what is on",
        ),
        "seats_offered": Wording(
            subject="Other places for {event} are kept for you",
            heading="Other places are kept for you",
            opening="Your places for {event} were gone when your payment for the order {order}"
            " arrived. We have found others that are as good, and keep them for you until {until}."
            " They are a new order; what you paid is on its way back in any case.",
            button="See the places",
        ),
        "event_postponed": Wording(
            subject="{event} is postponed",
            heading="A new date is being looked for",
            opening="{event} cannot take place as planned. There is no new date yet; we write again"
            " as soon as there is one.\n\nYour tickets stay valid. There is nothing that you need"
            " to do.",
            button="See your order",
        ),
        "event_rescheduled": Wording(
            subject="{event} has a new date",
            heading="The date has changed",
            opening="{event} now takes place on {day} at {time}.\n\nYour tickets are valid for the"
            " new date. They are attached again, with the new date on them: please use these.",
            button="See your order",
        ),
        "tickets_renewed": Wording(
            subject="Your new tickets for {event}",
            heading="Please use these tickets",
            opening="We had to replace the codes of the tickets for {event}. Those that you have"
            " let nobody in any more.\n\nYour new tickets are attached as a PDF: show these at the"
            " door, on paper or on a screen. Nothing else changes.",
            button="See your order",
        ),
        "event_cancelled": Wording(
            subject="{event} is cancelled",
            heading="We are sorry: this event is cancelled",
            opening="{event} does not take place, and your tickets can no longer be used.\n\n"
            "{organization} will write to you about your money. There is nothing that you need to"
            " do now.",
            button="See your order",
        ),
        "password_reset": Wording(
            subject="Choose a new password",
            heading="Choose a new password",
            opening="Somebody asked for a new password for {email}. If it was you, choose one now:"
            " the link works once, for two hours.",
            button="Choose a new password",
            closing="If it was not you, do nothing. Your password stays as it is.",
        ),
        "invitation": Wording(
            subject="{organization} invites you",
            heading="Welcome to {organization}",
            opening="You have been added to {organization}. Choose a password, and you can sign in"
            " with {email}. The link works once, for two weeks.",
            button="Accept the invitation",
            closing="If you did not expect this, do nothing: nobody signs in without a password.",
        ),
        "member_added": Wording(
            subject="You now belong to {organization}",
            heading="You now belong to {organization}",
            opening="You have been added to {organization} as {role}. Sign in as you always do.",
            button="Open the office",
        ),
        "signature_requested": Wording(
            subject="Please sign: {contract}",
            heading="{contract}",
            opening="{organization} asks you to read this contract and to sign it. You can do both"
            " on any device; nothing needs to be installed.",
            button="Read and sign",
            closing="The link is yours alone: who has it can sign in your name. If you do not want"
            " to sign, say so there, with the reason.",
        ),
        "signature_reminded": Wording(
            subject="Still to be signed: {contract}",
            heading="{contract}",
            opening="This contract with {organization} still waits for your signature.",
            button="Read and sign",
            closing="The link is yours alone: who has it can sign in your name.",
        ),
        "organization_opened": Wording(
            subject="Welcome: {organization} is open",
            heading="{organization} is open",
            opening="From here it is three steps to the first sale: add your venue and its spaces,"
            " add an event with its prices, and publish it. The office leads you through them.",
            button="Open the office",
        ),
    },
)
