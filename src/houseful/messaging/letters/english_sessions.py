"""The messages about sessions in English."""

from collections.abc import Mapping

from houseful.messaging.letters.words import Wording

SESSIONS: Mapping[str, Wording] = {
    "session_booked": Wording(
        subject="Booked: {session}, {day}",
        heading="Your place is confirmed",
        opening="You have a place in {session} on {day} at {time}. Your booking's page has the code"
        " that you check in with.",
        button="See your booking",
        closing="If you cannot come, please give your place back there: others may be waiting.",
    ),
    "session_promoted": Wording(
        subject="You have a place: {session}, {day}",
        heading="A place became free, and it is yours",
        opening="You waited for {session} on {day} at {time}. As you wished, the place that became"
        " free was booked for you at once.",
        button="See your booking",
        closing="If you cannot come any more, please give it back there.",
    ),
    "session_reminder": Wording(
        subject="Soon: {session}, {day} at {time}",
        heading="See you soon",
        opening="{session} is on {day} at {time}. Have the code of your booking's page at hand when"
        " you come.",
        button="Show the code",
    ),
    "session_moved": Wording(
        subject="{session} has moved to {day} at {time}",
        heading="Your session has moved",
        opening="{session} is now on {day} at {time}, where it says below. Your place has moved"
        " with it.",
        button="See your booking",
        closing="If that does not suit you, write to us or give your place back on that page.",
    ),
    "session_offered": Wording(
        subject="A place for you: {session}, {day}",
        heading="A place became free",
        opening="You waited for {session} on {day} at {time}. A place is held for you, and for"
        " nobody else, until {until}.",
        button="Take the place",
        closing="If you do not take it by then, it goes to who waits next.",
    ),
    "session_offer_lapsed": Wording(
        subject="Your offer has ended: {session}, {day}",
        heading="The place went to who waits next",
        opening="The place in {session} on {day} at {time} was held for you as long as we could."
        " You can join the waiting list again.",
        button="See the session",
    ),
    "session_passed_over": Wording(
        subject="Not booked: {session}, {day}",
        heading="The place could not be booked for you",
        opening="A place in {session} on {day} at {time} became free. You wished to be booked at"
        " once, but your pass and wallet did not cover it, so it went to who waits next.",
        button="See the session",
    ),
    "session_passed_over_owing": Wording(
        subject="Not booked: {session}, {day}",
        heading="The place could not be booked for you",
        opening="A place in {session} on {day} at {time} became free, and it was your turn. Earlier"
        " sessions are not paid for yet, so it went to who waits next. Once they are paid for, you"
        " can book again.",
        button="See the session",
    ),
    "session_hold_lapsed": Wording(
        subject="Not paid in time: {session}, {day}",
        heading="Your place was not paid for in time",
        opening="The place in {session} on {day} at {time} was held for you and is now free for"
        " others. What was used of your pass or wallet is back. If you still would like to come,"
        " please book again.",
        button="See the session",
    ),
    "session_late_payment": Wording(
        subject="Your payment comes back: {session}, {day}",
        heading="Your payment came too late",
        opening="{amount} for {session} on {day} at {time} came when your place was free for others"
        " again, and there was none left. You get all of it back the way you paid.",
        button="See the session",
    ),
    "session_cancelled": Wording(
        subject="Cancelled: {session}, {day}",
        heading="You have given your place back",
        opening="Your booking of {session} on {day} at {time} is cancelled.",
        button="See the timetable",
    ),
    "session_called_off": Wording(
        subject="Called off: {session}, {day}",
        heading="We are sorry: your session does not take place",
        opening="We had to cancel your booking of {session} on {day} at {time}. Everything that you"
        " paid it with comes back: money the way it came, a visit to its pass.",
        button="See the timetable",
    ),
    "session_wait_ended": Wording(
        subject="Called off: {session}, {day}",
        heading="The session that you wait for does not take place",
        opening="{session} on {day} at {time} was called off, so nobody is on its waiting list any"
        " more. The timetable has other sessions.",
        button="See the session",
    ),
    "session_refund_refused": Wording(
        subject="Your refund is delayed: {session}",
        heading="Your card did not take the money",
        opening="We have sent {amount} for {session} on {day} back to your card, and its bank"
        " refused it. You need not do anything: we look at it, and write to you when it is on its"
        " way again.",
        button="See your booking",
    ),
    "pass_refund_refused": Wording(
        subject="Your refund is delayed: {pass}",
        heading="Your card did not take the money",
        opening="We have sent {amount} for {pass} back to your card, and its bank refused it. You"
        " need not do anything: we look at it and see that you get it.",
        button="See the timetable",
    ),
    "session_refund_approved": Wording(
        subject="Your refund: {session}",
        heading="Your money is on its way back",
        opening="You asked for money back for {session} on {day}. You get {amount}{target}; on a"
        " card it can take a few days until you see it.",
        button="See your booking",
    ),
    "session_refund_rejected": Wording(
        subject="About your refund: {session}",
        heading="We cannot give your money back",
        opening="You asked for money back for {session} on {day}. We have looked at it, and cannot"
        " do that. The reason is below.",
        button="See your booking",
    ),
    "session_due": Wording(
        subject="To pay: {session}, {day}",
        heading="{amount} to pay",
        opening="{session} on {day} is still to be paid: pass and wallet did not cover it.",
        button="Pay {amount}",
        closing="Money that you put into your wallet pays for it by itself, too.",
    ),
    "session_due_again": Wording(
        subject="Still to pay: {session}, {day}",
        heading="{amount} still to pay",
        opening="We remind you that {session} on {day} has not been paid for yet.",
        button="Pay {amount}",
        closing="If something is not right, please answer this message.",
    ),
    "session_settled": Wording(
        subject="Settled: {session}, {day}",
        heading="Nothing is open any more",
        opening="What was open for {session} on {day} is settled. Thank you.",
        button="See your booking",
    ),
    "standing_begun": Wording(
        subject="Your standing place in {session}",
        heading="You have a standing place",
        opening="You have a place in every session of {session} that is not full, also in those"
        " that are announced later. You pay for each once it is over, and can give single ones"
        " back.",
        button="See the timetable",
    ),
    "standing_paused": Wording(
        subject="Your standing place in {session} is paused",
        heading="Your standing place is paused",
        opening="Until it goes on, your place in every session of {session} can be had by others."
        " What was too near to be cancelled free of charge stays booked.",
        button="See the timetable",
    ),
    "standing_resumed": Wording(
        subject="Your standing place in {session} goes on",
        heading="Your standing place goes on",
        opening="You have your place again in every session of {session} that is not full, but in"
        " those that you cancelled one by one.",
        button="See the timetable",
    ),
    "standing_ended": Wording(
        subject="Your standing place in {session} has ended",
        heading="Your standing place has ended",
        opening="Your place in every session of {session} is given back. What was too near to be"
        " cancelled free of charge stays booked.",
        button="See the timetable",
    ),
    "pass_sold": Wording(
        subject="Your pass: {pass}",
        heading="Your pass is ready",
        opening="You have bought {pass} for {amount}. It is used by itself for every session that"
        " it fits.",
        button="See the timetable",
    ),
    "wallet_topped_up": Wording(
        subject="{amount} are in your wallet",
        heading="Your wallet is topped up",
        opening="{amount} have come into your wallet. It is used by itself when you book.",
        button="See the timetable",
    ),
    "customer_account": Wording(
        subject="Your account at {organization}",
        heading="Your bookings in one place",
        opening="Somebody, we hope you, asked for an account for {email} at {organization}, or"
        " would like to keep bookings that were made with this address. The link works for two"
        " days.",
        button="Open my account",
        closing="If it was not you, do nothing. Who has this link can see what was booked with your"
        " address, so please do not pass it on.",
    ),
}
