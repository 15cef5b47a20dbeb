"""How to make one of each thing of sessions that a route can name."""

from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import select

from houseful.accounts.models import User
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.sessions.bookings.models import WaitingEntry
from houseful.sessions.bookings.refunds import request_money_back
from houseful.sessions.bookings.standing import add_slot_attendee
from houseful.sessions.bookings.waiting import join_waiting_list
from houseful.sessions.bookings.wishes import Payment
from houseful.sessions.catalogue import service
from houseful.sessions.catalogue.pictures import draw_picture, set_picture
from houseful.sessions.catalogue.schemas import NewExtra, NewInstructor, NewResource
from houseful.sessions.customers.service import add_family_member, customer_of_user
from houseful.sessions.keys import booking_token, key_of
from houseful.sessions.wallets.schemas import NewBonusTier
from houseful.sessions.wallets.service import begin_top_up
from houseful.sessions.wallets.tiers import create_tier
from tests.builders.sessions import (
    a_booking,
    a_customer,
    a_pass,
    a_photo,
    a_series,
    a_session,
    a_wallet,
    an_activity,
)
from tests.security.places import Place, makes, once

CLIENT = ("/api/client/my-bookings", "/api/client/guest")
SECRET = "tests-" * 8


@once
async def the_activity(place: Place) -> Any:
    return await place.run(an_activity, name=f"Class of {place.house.slug}")


@makes("activity_id")
async def an_activity_id(place: Place) -> UUID:
    return (await the_activity(place)).id


@makes("picture_hash")
async def a_picture_hash(place: Place) -> str:
    async def hang_up(uow: UnitOfWork) -> str:
        color = "#" + sha256(place.house.slug.encode()).hexdigest()[:6]
        picture = await draw_picture(a_photo(color=color), "A hall")
        activity = await the_activity(place)
        return (await set_picture(uow, activity.id, picture)).picture_hash or ""

    return await place.run(hang_up)


@makes("instructor_id")
async def an_instructor_id(place: Place) -> UUID:
    return (await place.run(service.create_instructor, NewInstructor(name="Ana"))).id


@makes("resource_id", under="/api/v1/session")
@makes("resource_id", under="/office/{organization}/session-activities")
async def a_session_resource_id(place: Place) -> UUID:
    return (await place.run(service.create_resource, NewResource(name="Projector"))).id


@makes("extra_id")
async def an_extra_id(place: Place) -> UUID:
    return (await place.run(service.create_extra, NewExtra(name="Mat", price=0))).id


@makes("starts_local")
async def a_wall_time(place: Place) -> str:
    return "2034-02-03T18:35"


@makes("series_id", under="/api/v1/session-series")
async def a_session_series_id(place: Place) -> UUID:
    async def begin(uow: UnitOfWork) -> UUID:
        activity = await the_activity(place)
        starts = (uow.now + timedelta(days=9)).replace(hour=12, minute=0)
        made = await a_series(uow, starts, "FREQ=WEEKLY;COUNT=2", activity_id=activity.id)
        return made.id

    return await place.run(begin)


@makes("slot_attendee_id")
async def a_slot_attendee_id(place: Place) -> UUID:
    async def give(uow: UnitOfWork) -> UUID:
        activity = await the_activity(place)
        starts = (uow.now + timedelta(days=11)).replace(hour=13, minute=0)
        series = await a_series(uow, starts, "FREQ=WEEKLY;COUNT=2", activity_id=activity.id)
        customer = await a_customer(uow, may_owe=True)
        return (await add_slot_attendee(uow, series.id, customer.id, customer.id)).id

    return await place.run(give)


@makes("session_id", under="/api/v1/sessions")
@makes("session_id", under="/api/v1/session-check-ins")
@makes("session_id", under="/door/{organization}/check-in")
@makes("session_id", under="/api/client")
@makes("session_id", under="/{organization}")
@makes("session_id", under="/me")
@makes("session_id", under="/office/{organization}/sessions")
async def a_session_id(place: Place) -> UUID:
    if "the session" not in place.made:
        made = await place.run(a_session, await the_activity(place), in_hours=100)
        place.made["the session"] = made.id
    return place.made["the session"]


@once
async def the_owner(place: Place) -> UUID:
    """The owner as a customer: who signs in to try is one."""

    async def find(uow: UnitOfWork) -> UUID:
        user = await uow.first(select(User).where(User.email == place.house.email("owner")))
        customer = await customer_of_user(uow, user.id, name=user.name, email=user.email)
        await a_wallet(uow, customer.id, 50_000)
        customer.may_owe = True
        return customer.id

    return await place.run(find)


@makes("customer_id")
async def a_customer_id(place: Place) -> UUID:
    return await the_owner(place)


@makes("attendee_id")
async def an_attendee_id(place: Place) -> UUID:
    return (await place.run(add_family_member, await the_owner(place), "Kim")).id


@makes("guardian_id")
async def a_guardian_id(place: Place) -> UUID:
    return await the_owner(place)


@makes("pass_id")
async def a_pass_id(place: Place) -> UUID:
    return (await the_pass(place)).pass_id


@once
async def the_pass(place: Place) -> Any:
    return await place.run(a_pass, await the_owner(place), freeze_days_max=30)


@makes("customer_pass_id", "bought")
async def a_customer_pass_id(place: Place) -> UUID:
    return (await the_pass(place)).id


@makes("top_up")
async def a_top_up(place: Place) -> UUID:
    return (await place.run(begin_top_up, await the_owner(place), 1000, "EUR")).id


@makes("wallet_id")
async def a_wallet_id(place: Place) -> UUID:
    return (await place.run(a_wallet, await the_owner(place), 0)).id


@makes("tier_id")
async def a_tier_id(place: Place) -> UUID:
    return (await place.run(create_tier, NewBonusTier(from_minor=5000, bonus_minor=500))).id


@makes("booking_id", under="/api/v1/sessions")
@makes("booking_id", under="/api/v1/session-debts")
@makes("booking_id", under="/api/client")
@makes("booking_id", under="/me")
@makes("booking_id", under="/{organization}")
@makes("booking_id", under="/office/{organization}/sessions")
async def a_session_booking_id(place: Place) -> UUID:
    if "the booking" not in place.made:
        session_id = await a_session_id(place)
        by_wallet = Payment(avoids_pass=True)
        owner = await the_owner(place)
        made = await place.run(a_booking, session_id, owner, payment=by_wallet)
        place.made["the booking"] = made.id
    return place.made["the booking"]


@makes("token", under="/api/client/guest")
@makes("token", under="/{organization}/sessions")
async def the_secret_of_a_booking(place: Place) -> str:
    return booking_token(key_of(SECRET), await a_session_booking_id(place))


@makes("request_id", under="/api/v1/refund-requests")
@makes("request_id", under="/office/{organization}/refund-requests")
async def a_request_id(place: Place) -> UUID:
    booking_id = await a_session_booking_id(place)
    return (await place.run(request_money_back, booking_id, "Ill")).id


@makes("entry_id", under="/api/client/my-waiting")
@makes("entry_id", under="/me")
async def a_waiting_entry_id(place: Place) -> UUID:
    async def wait(uow: UnitOfWork) -> UUID:
        activity = await the_activity(place)
        session = await a_session(uow, activity, in_hours=200, capacity=1)
        someone = await a_customer(uow)
        await a_wallet(uow, someone.id, 10_000)
        await a_booking(uow, session.id, someone.id)
        return (await join_waiting_list(uow, session.id, await the_owner(place))).id

    return await place.run(wait)


@makes("entry_id", under="/api/v1/sessions")
@makes("entry_id", under="/office/{organization}/sessions")
async def an_entry_of_the_session(place: Place) -> UUID:
    """Somebody who waits for the session that has been made for its own id."""
    session_id = await a_session_id(place)

    async def wait(uow: UnitOfWork) -> UUID:
        someone = await a_customer(uow)
        entry = WaitingEntry(
            organization_id=uow.tenant,
            id=new_id(),
            session_id=session_id,
            customer_id=someone.id,
            attendee_id=someone.id,
        )
        uow.add(entry)
        await uow.flush()
        return entry.id

    return await place.run(wait)
