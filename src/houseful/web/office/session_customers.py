"""Customers of sessions in the office: who they are, who may pay afterwards, what they have."""

from typing import Any
from uuid import UUID

from litestar import Response

from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.problems import Problem
from houseful.sessions import (
    CompanyCustomer,
    CustomerChanges,
    NewCustomer,
    NewSlotAttendee,
    bookings_of_customer,
    create_customer,
    end_standing,
    family_of,
    give_standing_place,
    list_customer_passes,
    list_customers,
    list_series_to_come,
    pause_standing,
    refused_pass_refunds,
    resume_standing,
    standing_places_of,
    update_customer,
    wallet_in_house_currency,
)
from houseful.web.guards import Office
from houseful.web.office.forms import read_body, read_id
from houseful.web.office.shell import Crumb, back_to, office_page
from houseful.web.pages import act, show, told
from houseful.web.shop.cancelling import HOW_PAID, told_lines
from houseful.web.visits import Form, Visit

LIST = "/office/{organization:str}/session-customers"
ONE = LIST + "/{customer_id:uuid}"
STANDING = ONE + "/standing/{slot_attendee_id:uuid}"
CRUMB = Crumb("/session-customers", "People who book")
MODULE = "sessions"
READ = "sessions.customers.read"
NEWEST = Window(limit=LIMIT_MAX, is_newest_first=True)


@show(LIST, Office(READ, module=MODULE))
async def show_customers(visit: Visit, q: str = "") -> Response[Any]:
    """Show who books, the newest first, perhaps those whose name or address contains a text."""
    return await _customers(visit, q[:100])


@act(LIST, Office("sessions.customers.create", module=MODULE))
async def add_customer(visit: Visit) -> Response[Any]:
    """Add somebody at the desk."""
    form = await visit.form()

    async def add(uow: UnitOfWork) -> UUID:
        fields = {name: form.get(name, "").strip() for name in ("name", "email", "phone")}
        return (await create_customer(uow, read_body(NewCustomer, fields))).id

    try:
        customer_id = await visit.run(add)
    except Problem as problem:
        return await _customers(visit, "", form, told(problem))
    return back_to(visit, f"/session-customers/{customer_id}", "Added.")


@show(ONE, Office(READ, module=MODULE))
async def show_customer(visit: Visit, customer_id: UUID) -> Response[Any]:
    """Show somebody: their bookings, passes, wallet, family."""
    return await _customer(visit, customer_id)


@act(ONE, Office("sessions.customers.update", module=MODULE))
async def change_customer(visit: Visit, customer_id: UUID) -> Response[Any]:
    """Change the note, and whether sessions may be billed afterwards."""
    form = await visit.form()

    async def change(uow: UnitOfWork) -> None:
        data = read_body(
            CustomerChanges,
            {
                "name": form.get("name", "").strip(),
                "phone": form.get("phone", "").strip(),
                "note": form.get("note", ""),
                "mayOwe": form.get("may_owe") == "yes",
            },
        )
        version = form.get("version", "")
        number = int(version) if version.isdecimal() and len(version) < 10 else 0
        await update_customer(uow, customer_id, number, data)

    return await _done(visit, customer_id, change, "Saved.")


@act(ONE + "/standing", Office("sessions.bookings.create", module=MODULE))
async def give_standing(visit: Visit, customer_id: UUID) -> Response[Any]:
    """Give a place in every session of a series, billed when each is over."""
    form = await visit.form()

    async def give(uow: UnitOfWork) -> None:
        series_id = read_id(form.get("series", ""), "/series")
        attendee_id = read_id(form.get("attendee", ""), "/attendee")
        data = NewSlotAttendee(customer_id=customer_id, attendee_id=attendee_id)
        await give_standing_place(uow, series_id, data, scope=visit.space_ids)

    return await _done(visit, customer_id, give, "The places are theirs.")


@act(STANDING + "/pause", Office("sessions.bookings.create", module=MODULE))
async def pause(visit: Visit, customer_id: UUID, slot_attendee_id: UUID) -> Response[Any]:
    """Let others have the places of a standing place until it goes on."""
    notice = "It is paused; what is too near to be cancelled stays booked."
    return await _stand(visit, customer_id, slot_attendee_id, pause_standing, notice)


@act(STANDING + "/resume", Office("sessions.bookings.create", module=MODULE))
async def resume(visit: Visit, customer_id: UUID, slot_attendee_id: UUID) -> Response[Any]:
    """Give a standing place its places again."""
    notice = "It goes on, in every session that is not full."
    return await _stand(visit, customer_id, slot_attendee_id, resume_standing, notice)


@act(STANDING + "/end", Office("sessions.bookings.create", module=MODULE))
async def end(visit: Visit, customer_id: UUID, slot_attendee_id: UUID) -> Response[Any]:
    """End a standing place."""
    notice = "It has ended; what is too near to be cancelled stays booked."
    return await _stand(visit, customer_id, slot_attendee_id, end_standing, notice)


async def _stand(
    visit: Visit, customer_id: UUID, slot_attendee_id: UUID, do: Any, notice: str
) -> Response[Any]:
    await visit.form()

    async def change(uow: UnitOfWork) -> None:
        await do(uow, slot_attendee_id, scope=visit.space_ids)

    return await _done(visit, customer_id, change, notice)


async def _done(visit: Visit, customer_id: UUID, do: Any, notice: str) -> Response[Any]:
    try:
        await visit.run(do)
    except Problem as problem:
        return await _customer(visit, customer_id, told(problem))
    return back_to(visit, f"/session-customers/{customer_id}", notice)


async def _customer(visit: Visit, customer_id: UUID, message: str = "") -> Response[Any]:
    async def read(uow: UnitOfWork) -> dict[str, Any]:
        customer = await uow.get(CompanyCustomer, customer_id)
        payer_id = customer.guardian_id or customer.id
        bookings, _ = await bookings_of_customer(uow, payer_id, window=NEWEST)
        passes, _ = await list_customer_passes(uow, window=NEWEST, customer_id=payer_id)
        return {
            "customer": customer,
            "bookings": bookings,
            "passes": passes,
            "refused": await refused_pass_refunds(uow, [one.id for one in passes]),
            "owes": any(one.booking.money == "due" for one in bookings),
            "wallet": await wallet_in_house_currency(uow, payer_id),
            "family": await family_of(uow, payer_id),
            "standing": await standing_places_of(uow, payer_id),
            "series": await list_series_to_come(uow, scope=visit.space_ids),
        }

    found = await visit.run(read)
    return office_page(
        visit,
        "session_customer.html",
        here="/session-customers",
        heading=found["customer"].name,
        crumbs=(CRUMB,),
        message=message,
        told_lines=told_lines,
        how=HOW_PAID,
        **found,
    )


async def _customers(
    visit: Visit, search: str, form: Form | None = None, message: str = ""
) -> Response[Any]:
    async def read(uow: UnitOfWork) -> list[CompanyCustomer]:
        customers, _ = await list_customers(uow, window=NEWEST, search=search.strip() or None)
        return customers

    return office_page(
        visit,
        "session_customers.html",
        here="/session-customers",
        heading="People who book",
        message=message,
        form=form or {},
        search=search,
        customers=await visit.run(read),
    )


handlers = [
    show_customers,
    add_customer,
    show_customer,
    change_customer,
    give_standing,
    pause,
    resume,
    end,
]
