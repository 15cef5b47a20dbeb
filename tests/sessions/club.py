"""A club as plain values: what must come of every act, told without a database.

It knows the rules of `docs/` only as far as one person could follow them on paper: one currency,
one kind of pass without an end, bonus that does not lapse.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

PRICE = 1500
LATE_FEE = 500
NO_SHOW_FEE = 600
MAT = 250
MATS = 2
"""What a mat costs, and how many there are for each session."""
WINDOW = timedelta(hours=6)
OFFERS_END = timedelta(minutes=30)
DOORS_BEFORE = timedelta(minutes=90)
VISITS = 3
FREEZE_DAYS = 5


@dataclass
class Person:
    """What somebody has; `visits` is what is used of their pass, None without one."""

    cash: int = 0
    bonus: int = 0
    visits: int | None = None
    pass_id: UUID | None = None
    pass_status: str = "pending"
    frozen_from: datetime | None = None
    frozen_days: int = 0

    def has_visit(self, starts_at: datetime) -> bool:
        """Whether their pass is good for a session."""
        is_frozen = self.frozen_from is not None and starts_at >= self.frozen_from
        return self.visits is not None and self.visits < VISITS and not is_frozen

    def freeze(self, now: datetime) -> bool:
        """Stop the pass's clock; say whether that can be."""
        if self.pass_status != "active" or self.frozen_days >= FREEZE_DAYS:
            return False
        self.pass_status, self.frozen_from = "paused", now
        return True

    def resume(self, now: datetime) -> bool:
        """Let the pass's clock go on; say whether that can be."""
        if self.pass_status != "paused" or self.frozen_from is None:
            return False
        frozen = min(now - self.frozen_from, timedelta(days=FREEZE_DAYS - self.frozen_days))
        self.frozen_days += -(-frozen // timedelta(days=1))
        self.pass_status, self.frozen_from = "active", None
        return True


@dataclass
class Slot:
    """A session: when it is, who waits for it."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    capacity: int
    is_open: bool = True
    waiting: list["Waiter"] = field(default_factory=list["Waiter"])


@dataclass
class Waiter:
    """Somebody who waits."""

    id: UUID
    person: UUID
    books_itself: bool
    status: str = "waiting"


@dataclass
class Place:
    """A booking, what it was paid with, and what went back."""

    slot: Slot
    person: UUID
    place: str = "held"
    attendance: str = "unknown"
    money: str = "none"
    is_standing: bool = False
    mats: int = 0
    held_until: datetime | None = None
    visit: bool = False
    due: int = 0
    bonus: int = 0
    cash: int = 0
    card: int = 0
    back: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("card", "cash", "bonus"), 0)
    )
    asked: int | None = None
    waiter: Waiter | None = None

    @property
    def total(self) -> int:
        """What it costs, with what goes with it."""
        return PRICE + self.mats * MAT

    @property
    def paid(self) -> int:
        """What was paid in bonus and money."""
        return self.bonus + self.cash + self.card

    @property
    def refunded(self) -> int:
        """What went back of it."""
        return sum(self.back.values())

    @property
    def is_live(self) -> bool:
        """Whether it takes a place."""
        return self.place in {"held", "confirmed"}

    def note_back(self, amount: int) -> None:
        """Say what went back; who asked for more waits for the rest."""
        left = self.paid - self.refunded
        if self.asked is not None and amount:
            self.asked = min(max(0, self.asked - amount), left) or None
        if self.asked is None and self.money in {"paid", "part_refunded", "refund_pending"}:
            self.money = "part_refunded" if left else "refunded"


@dataclass
class Club:
    """Everybody and everything; places in the order in which they were booked."""

    people: dict[UUID, Person] = field(default_factory=dict[UUID, Person])
    slots: dict[UUID, Slot] = field(default_factory=dict[UUID, Slot])
    places: dict[UUID, Place] = field(default_factory=dict[UUID, Place])

    def taken(self, slot: Slot) -> int:
        """How many places are taken."""
        return sum(one.is_live for one in self.places.values() if one.slot is slot)

    def is_in(self, slot: Slot, person: UUID) -> bool:
        """Whether somebody has a place."""
        return any(
            one.is_live and one.slot is slot and one.person == person
            for one in self.places.values()
        )

    def mats_out(self, slot: Slot) -> int:
        """How many mats are taken."""
        return sum(one.mats for one in self.places.values() if one.is_live and one.slot is slot)

    def may_book(self, slot: Slot, person: UUID, now: datetime) -> bool:
        """Whether there is a place for somebody."""
        is_bookable = slot.is_open and slot.starts_at > now
        is_free = self.taken(slot) < slot.capacity
        return is_bookable and is_free and not self.is_in(slot, person)

    def covers(self, place: Place, *, avoids_pass: bool = False) -> bool:
        """Whether what the person has pays for all of a place."""
        person = self.people[place.person]
        has_visit = not avoids_pass and person.has_visit(place.slot.starts_at)
        return person.bonus + person.cash >= place.total - (PRICE if has_visit else 0)

    def pay(self, place: Place, *, avoids_pass: bool = False) -> None:
        """Take pass, then bonus, then wallet; a card has to pay the rest."""
        person = self.people[place.person]
        if not avoids_pass and person.has_visit(place.slot.starts_at):
            assert person.visits is not None
            person.visits += 1
            place.visit = True
            if person.pass_status == "pending":
                person.pass_status = "active"
            place.due = place.total - PRICE
        else:
            place.due = place.total
        self._pay_due(place)
        place.money = "awaiting" if place.due else "paid"

    def confirm(self, place: Place) -> None:
        """Make it theirs once nothing is due."""
        if place.money == "paid":
            place.place, place.held_until = "confirmed", None

    def top_up(self, who: UUID, amount: int) -> None:
        """Put money in, and settle what is owed, the oldest first, each whole."""
        self.people[who].cash += amount
        self.settle(who)

    def settle(self, who: UUID) -> None:
        """Pay what somebody owes from their wallet, the oldest first, each whole."""
        person = self.people[who]
        for place in self.places.values():
            if place.person != who or place.money != "due":
                continue
            if person.cash + person.bonus < place.due:
                break
            self._pay_due(place)
            place.money = "paid"

    def give_back(self, place: Place, amount: int, *, into_wallet: bool = False) -> None:
        """Give money back, to the card first, then the wallet, then as bonus."""
        person = self.people[place.person]
        for kind, gone in place.back.items():
            part = min(amount, getattr(place, kind) - gone)
            amount -= part
            place.back[kind] += part
            if kind == "bonus":
                person.bonus += part
            elif kind == "cash" or into_wallet:
                person.cash += part
        assert not amount

    def give_visit_back(self, place: Place) -> None:
        """Give a visit back to its pass."""
        person = self.people[place.person]
        if place.visit and person.visits is not None:
            person.visits -= 1

    def let_go(self, place: Place, state: str) -> None:
        """End a place for which all comes back."""
        place.place, place.attendance, place.held_until, place.due = state, "unknown", None, 0
        if place.money == "awaiting":
            place.money = "none"
        self.give_visit_back(place)
        back = place.paid - place.refunded
        self.give_back(place, back)
        place.note_back(back)

    def cancel(self, place: Place, now: datetime) -> None:
        """End a confirmed place: in time all comes back, late a fee and a visit are kept."""
        is_late = now > place.slot.starts_at - WINDOW
        place.place = "late_cancelled" if is_late else "cancelled"
        left = place.paid - place.refunded
        back = left - min(LATE_FEE, left) if is_late else left
        comes_back = place.visit and not is_late
        if comes_back:
            self.give_visit_back(place)
        self.give_back(place, back)
        if back or comes_back:
            place.note_back(back)
        if place.money == "none" and is_late:
            place.money, place.due = "due", LATE_FEE

    def end(self, slot: Slot) -> None:
        """Close a session that is over: who missed it, who owes."""
        slot.is_open = False
        there = [one for one in self.places.values() if one.slot is slot]
        there = [one for one in there if one.place == "confirmed"]
        was_marked = any(one.attendance == "attended" for one in there)
        for place in there:
            if was_marked and place.attendance == "unknown":
                place.attendance = "no_show"
            if place.money == "none":
                self.bill(place)
        for waiter in slot.waiting:
            if waiter.status in {"waiting", "offered"}:
                waiter.status = "closed"

    def bill(self, place: Place) -> None:
        """Take what covers a place that is paid afterwards, or let it be owed, whole.

        Who was missed owes the fee for that.
        """
        if place.attendance == "no_show":
            place.money, place.due = "due", NO_SHOW_FEE
            self.settle(place.person)
        elif self.covers(place):
            self.pay(place)
        else:
            place.money, place.due = "due", PRICE

    def bill_anew(self, place: Place) -> None:
        """Take back what was billed, unless somebody has decided on it, and bill it anew."""
        if place.money == "due":
            place.money, place.due = "none", 0
        elif place.money in {"paid", "part_refunded", "refund_pending"}:
            self.give_visit_back(place)
            self.give_back(place, place.paid - place.refunded)
            place.money, place.visit, place.asked = "none", False, None
        if place.money == "none" and place.attendance != "unknown":
            self.bill(place)

    def next_waiter(self, slot: Slot, now: datetime) -> Waiter | None:
        """Return who is to have what is free, or None; who cannot pay as they wished is passed."""
        while (
            slot.is_open and self.taken(slot) < slot.capacity and now < slot.starts_at - OFFERS_END
        ):
            waiter = next((one for one in slot.waiting if one.status == "waiting"), None)
            if waiter is None:
                return None
            place = Place(slot, waiter.person)
            if self.books_itself(slot, waiter, now) and not self.covers(place):
                waiter.status = "lapsed"
                continue
            return waiter
        return None

    def books_itself(self, slot: Slot, waiter: Waiter, now: datetime) -> bool:
        """Whether somebody gets their place unasked: while they could cancel it for nothing."""
        return waiter.books_itself and now <= slot.starts_at - WINDOW

    def _pay_due(self, place: Place) -> None:
        person = self.people[place.person]
        bonus = min(person.bonus, place.due)
        cash = min(person.cash, place.due - bonus)
        person.bonus -= bonus
        person.cash -= cash
        place.bonus += bonus
        place.cash += cash
        place.due -= bonus + cash
