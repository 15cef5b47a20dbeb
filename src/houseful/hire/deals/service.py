"""Use cases of deals: draft, offer, accept or decline, and begin anew."""

from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET
from sqlalchemy.orm.attributes import flag_modified

from houseful import audit, events
from houseful.hire.bookings.models import Booking
from houseful.hire.deals.facts import DealAccepted, DealDeclined, DealOffered
from houseful.hire.deals.models import Deal, DealVersion
from houseful.hire.deals.problems import DealExists, TermsFixed
from houseful.hire.deals.rules import DEAL, faults_of
from houseful.hire.deals.schemas import Answer, DealChanges, NewDeal, NewVersion, terms_of
from houseful.hire.deals.terms import DealTerms
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid
from houseful.kernel.states import IllegalAct

_FACTS = {"accept": DealAccepted, "decline": DealDeclined, "offer": DealOffered}


async def create_deal(uow: UnitOfWork, data: NewDeal) -> Deal:
    """Draft a deal. Raises `DealExists`, `NotFound` (booking, event) and `Invalid` (terms)."""
    check_terms(data.terms)
    if data.booking_id is None and data.event_id is None:
        raise Invalid.at("/bookingId", "Say what the deal is about: a booking or an event.")
    if data.booking_id is not None:
        await uow.get(Booking, data.booking_id)
    if data.event_id is not None:
        await events.get_event(uow, data.event_id)
    deal_id = new_id()
    deal = Deal(
        organization_id=uow.tenant,
        id=deal_id,
        title=data.title,
        booking_id=data.booking_id,
        event_id=data.event_id,
        number=1,
        versions=[_version(uow, deal_id, 1, data.terms, data.note)],
    )
    try:
        await audit.add_row(uow, deal, "hire.deal.created")
    except audit.AlreadyExists as error:
        raise DealExists from error
    return await _fresh(uow, deal)


async def update_deal(
    uow: UnitOfWork, deal_id: UUID, expected_version: int, changes: DealChanges
) -> Deal:
    """Change a draft; the title also later. Raises `VersionMismatch`, `TermsFixed`, `Invalid`."""
    deal = await uow.get_version(Deal, deal_id, expected_version)
    current = deal.current
    is_reworded = changes.terms is not UNSET or changes.note is not UNSET
    if is_reworded and current.status != "draft":
        raise TermsFixed
    if changes.terms is not UNSET:
        check_terms(changes.terms)
        current.terms = msgspec.to_builtins(changes.terms)
    if changes.note is not UNSET:
        current.note = changes.note
    if changes.title is not UNSET:
        deal.title = changes.title
    return await _changed(uow, deal, "updated")


async def revise_deal(uow: UnitOfWork, deal_id: UUID, data: NewVersion) -> Deal:
    """Begin a new version, which supersedes the one before. Raises `Invalid` (terms)."""
    deal = await uow.get(Deal, deal_id, lock=True)
    before = terms_of(deal.current)
    check_terms(data.terms)
    if data.terms.currency != before.currency:
        raise Invalid.at("/terms/currency", f"This deal is in {before.currency}.")
    deal.current.status = DEAL.next(deal.current.status, "supersede")
    await uow.flush()
    deal.number += 1
    deal.versions.append(_version(uow, deal.id, deal.number, data.terms, data.note))
    return await _changed(uow, deal, "revised")


async def offer_deal(uow: UnitOfWork, deal_id: UUID) -> Deal:
    """Put the terms before the other party. Raises `IllegalTransition`."""
    return await _act(uow, deal_id, "offer", "offered")


async def accept_deal(uow: UnitOfWork, deal_id: UUID, answer: Answer) -> Deal:
    """Say that both parties agree. Raises `IllegalTransition`."""
    return await _act(uow, deal_id, "accept", "accepted", answer.note)


async def decline_deal(uow: UnitOfWork, deal_id: UUID, answer: Answer) -> Deal:
    """Say that the other party does not agree. Raises `IllegalTransition`."""
    return await _act(uow, deal_id, "decline", "declined", answer.note)


async def remove_deal(uow: UnitOfWork, deal_id: UUID) -> None:
    """Remove a deal that nobody has seen yet. Raises `IllegalTransition` and `StillInUse`."""
    deal = await uow.get(Deal, deal_id, lock=True)
    if any(version.offered_at is not None for version in deal.versions):
        raise IllegalAct(DEAL.thing, deal.current.status, "remove")
    await audit.remove_row(uow, Deal, deal_id, "hire.deal.removed")


def check_terms(terms: DealTerms) -> None:
    """Raise `Invalid` with everything that contradicts itself in the terms."""
    faults = faults_of(terms)
    if faults:
        errors: list[dict[str, str]] = [
            {"pointer": pointer, "detail": detail} for pointer, detail in faults
        ]
        raise Invalid(" ".join(detail for _, detail in faults), errors=errors)


async def _act(uow: UnitOfWork, deal_id: UUID, act: str, done: str, note: str = "") -> Deal:
    deal = await uow.get(Deal, deal_id, lock=True)
    current = deal.current
    current.status = DEAL.next(current.status, act)
    if act == "offer":
        current.offered_at = uow.now
    else:
        current.answered_at = uow.now
        current.note = note or current.note
    fact = _FACTS[act]
    await uow.announce(fact(subject_id=deal.id, booking_id=deal.booking_id, number=current.number))
    return await _changed(uow, deal, done)


async def _changed(uow: UnitOfWork, deal: Deal, done: str) -> Deal:
    flag_modified(deal, "number")  # the deal's ETag changes with its versions
    changes = _changes_of(deal)
    await audit.record(
        uow,
        f"hire.deal.{done}",
        deal,
        sentence=f"{done} version {deal.number} of the deal",
        changes=changes,
    )
    return await _fresh(uow, deal)


async def _fresh(uow: UnitOfWork, deal: Deal) -> Deal:
    await uow.flush()
    await uow.session.refresh(deal, ["versions"])
    return deal


def _changes_of(deal: Deal) -> dict[str, list[Any]]:
    current = deal.current
    return {"status": [None, current.status], "terms": [None, current.terms]}


def _version(
    uow: UnitOfWork, deal_id: UUID, number: int, terms: DealTerms, note: str
) -> DealVersion:
    return DealVersion(
        organization_id=uow.tenant,
        deal_id=deal_id,
        number=number,
        id=new_id(),
        terms=msgspec.to_builtins(terms),
        note=note,
    )
