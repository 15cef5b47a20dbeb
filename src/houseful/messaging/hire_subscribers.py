"""What those who want a space are told: their holds, their challenges, their bookings.

Nobody is told of others: a mail says where one's own hold stands. A venue that writes to its
customers itself sets `settings.hire.tellsHolders` to false.
"""

from typing import Any
from uuid import UUID

from houseful import hire, venues
from houseful.accounts import members_who_may, organization_of
from houseful.hire.bookings.models import Booking
from houseful.hire.contracts.addresses import note_bounce
from houseful.hire.contracts.facts import ContractEnded
from houseful.hire.customers.reaching import holder_of
from houseful.hire.deposits.facts import DepositReturned
from houseful.hire.holds.facts import HoldMovedBack
from houseful.hire.holds.rules import read_policy
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.subscriptions import subscribe
from houseful.messaging.drafting import Draft, draft
from houseful.messaging.facts import MessageGivenUp
from houseful.messaging.letters.hire_office import CONTRACTS
from houseful.messaging.models import SIGNATURES, Notification

WON = frozenset({"released", "expired"})
DECIDES = "venue.bookings.confirm"
PEOPLE_TOLD_MAX = 20
RELEASES = {"released": "hold_released", "declined": "booking_declined"}
"""Who is lost has said so themselves."""


@subscribe(hire.BookingInquired)
async def tell_inquired(uow: UnitOfWork, fact: hire.BookingInquired) -> None:
    """Tell who asked on the public page that it has arrived."""
    if fact.is_public:
        await _tell(uow, "inquiry_received", fact.subject_id)


@subscribe(hire.BookingHeld)
async def tell_held(uow: UnitOfWork, fact: hire.BookingHeld) -> None:
    """Tell that the spaces are held, in which rank, and until when; once."""
    await _tell(uow, "hold_placed", fact.subject_id)


@subscribe(hire.HoldMovedUp)
async def tell_moved_up(uow: UnitOfWork, fact: hire.HoldMovedUp) -> None:
    """Tell that somebody ahead went away."""
    await _tell(uow, "hold_moved_up", fact.subject_id, key=fact.act_id or new_id())


@subscribe(HoldMovedBack)
async def tell_moved_back(uow: UnitOfWork, fact: HoldMovedBack) -> None:
    """Tell that the house has placed somebody ahead."""
    await _tell(uow, "hold_moved_back", fact.subject_id, key=fact.act_id)


@subscribe(hire.HoldExpiring)
async def tell_expiring(uow: UnitOfWork, fact: hire.HoldExpiring) -> None:
    """Tell that the hold falls away soon."""
    expires_at = fact.expires_at.isoformat()
    await _tell(
        uow,
        "hold_expiring",
        fact.subject_id,
        key=f"{fact.subject_id}:{expires_at}",
        details={"expires_at": expires_at},
    )


@subscribe(hire.HoldChallenged)
async def tell_challenged(uow: UnitOfWork, fact: hire.HoldChallenged) -> None:
    """Tell that somebody behind is ready to sign, and until when to answer."""
    await _tell(
        uow,
        "hold_challenged",
        fact.subject_id,
        key=f"{fact.challenge_id}:{fact.subject_id}",
        details={"challenge_id": str(fact.challenge_id)},
    )


@subscribe(hire.ChallengeEnded)
async def tell_challenge_ended(uow: UnitOfWork, fact: hire.ChallengeEnded) -> None:
    """Tell the challenger how it went; who withdrew knows.

    Also who had won, or was waiting, and is a backup now: somebody else has the spaces.
    """
    details = {"challenge_id": str(fact.challenge_id)}
    if fact.status in WON:
        kind = "challenge_won"
    elif fact.status == "confirmed_by_holder" or (
        fact.status == "void" and await hire.is_backup(uow, fact.subject_id)
    ):
        kind = "challenge_lost"
    else:
        return
    await _tell(uow, kind, fact.subject_id, key=fact.challenge_id, details=details)


@subscribe(hire.BookingReleased)
async def tell_released(uow: UnitOfWork, fact: hire.BookingReleased) -> None:
    """Tell that the spaces are no longer held, and whether time did that."""
    kind = RELEASES.get(fact.status)
    if kind is not None:
        await _tell(uow, kind, fact.subject_id)


@subscribe(hire.BookingConfirmed)
async def tell_confirmed(uow: UnitOfWork, fact: hire.BookingConfirmed) -> None:
    """Tell that it takes place; again only if it was made a hold in between."""
    booking = await uow.get(Booking, fact.subject_id)
    when = booking.confirmed_at.isoformat() if booking.confirmed_at else new_id()
    await _tell(uow, "booking_confirmed", fact.subject_id, key=f"{fact.subject_id}:{when}")


@subscribe(hire.BookingCancelled)
async def tell_cancelled(uow: UnitOfWork, fact: hire.BookingCancelled) -> None:
    """Tell that it does not take place."""
    await _tell(uow, "booking_cancelled", fact.subject_id)


@subscribe(DepositReturned)
async def tell_returned(uow: UnitOfWork, fact: DepositReturned) -> None:
    """Tell that money of a deposit goes back."""
    await _tell(
        uow,
        "deposit_returned",
        fact.booking_id,
        about=fact.subject_id,
        key=fact.payment_id,
        details={"payment_id": str(fact.payment_id)},
    )


@subscribe(hire.BookingReleased)
async def tell_office_of_offer(uow: UnitOfWork, fact: hire.BookingReleased) -> None:
    """Tell the house's own people that an offer has ended by itself."""
    if fact.by_itself and fact.was == "offered":
        await _tell_office(uow, "office_offer_expired", fact.subject_id, fact.subject_id)


@subscribe(ContractEnded)
async def tell_office_of_contract(uow: UnitOfWork, fact: ContractEnded) -> None:
    """Tell the house's own people that a contract was declined, or was not signed in time."""
    if fact.status in CONTRACTS:
        await _tell_office(uow, CONTRACTS[fact.status], fact.subject_id, fact.booking_id)


@subscribe(MessageGivenUp)
async def note_unreachable_signer(uow: UnitOfWork, fact: MessageGivenUp) -> None:
    """Note on a contract that a link to sign it did not arrive."""
    message = await uow.get(Notification, fact.subject_id)
    if message.kind in SIGNATURES:
        signer_id, link_number = (message.details[name] for name in ("signer_id", "link_number"))
        await note_bounce(uow, UUID(signer_id), int(link_number))


async def _tell(
    uow: UnitOfWork,
    kind: str,
    booking_id: UUID,
    *,
    about: UUID | None = None,
    key: object = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Draft the mail about the booking, or something of it; of several with one key the first."""
    booking = await uow.get(Booking, booking_id)
    venue = await venues.get_venue(uow, booking.venue_id)
    if not read_policy(venue.settings).tells_holders:
        return
    holder = await holder_of(uow, booking_id)
    await draft(
        uow,
        Draft(
            kind=kind,
            source_key=f"{kind}:{key or booking_id}",
            subject_id=about or booking_id,
            recipient=holder.email,
            locale=(await organization_of(uow)).locale,
            details=details or {},
        ),
    )


async def _tell_office(
    uow: UnitOfWork, kind: str, subject_id: UUID, booking_id: UUID | None
) -> None:
    """Draft a mail to each who decides about bookings, and sees one of this one's spaces."""
    spaces: set[UUID] = set()
    if booking_id is not None:
        booking = await uow.get(Booking, booking_id)
        spaces = {line.space_id for line in booking.spaces}
    locale = (await organization_of(uow)).locale
    told = [
        user
        for user, access in await members_who_may(uow, DECIDES)
        if access.space_ids is None or access.space_ids & spaces
    ]
    await draft(
        uow,
        *(
            Draft(
                kind=kind,
                source_key=f"{kind}:{subject_id}:{user.id}",
                subject_id=subject_id,
                recipient=user.email,
                locale=locale,
            )
            for user in told[:PEOPLE_TOLD_MAX]
        ),
    )
