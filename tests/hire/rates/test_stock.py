"""Of equipment no more is promised at once than there is; who has the rest is told."""

import asyncio
from datetime import timedelta
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError

from houseful import hire
from houseful.calendar import Span
from houseful.hire.bookings.schemas import BookingChanges, Confirmation
from houseful.hire.rates.models import AddOnTaking
from houseful.hire.rates.offers import create_add_on, update_add_on
from houseful.hire.rates.problems import NotEnoughStock
from houseful.hire.rates.schemas import AddOnChanges, NewAddOn, NewCharge
from houseful.hire.rates.service import add_charge, remove_charge
from houseful.hire.rates.stock import Taken, merged, peak
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from tests.builders.accounts import House
from tests.builders.calendar import DAY, at
from tests.builders.hire import a_booking, a_wish, do
from tests.builders.venues import a_space, a_venue


class Stage(NamedTuple):
    """A venue with two spaces and four projectors."""

    venue: UUID
    hall: UUID
    studio: UUID
    projector: UUID


async def a_stage(uow: UnitOfWork) -> Stage:
    """Make one."""
    venue = await a_venue(uow)
    hall = await a_space(uow, venue.id, name="Great Hall")
    studio = await a_space(uow, venue.id, name="Studio")
    data = NewAddOn(
        venue_id=venue.id,
        name="Projector",
        kind="equipment",
        unit="each",
        amount_minor=50_00,
        currency="EUR",
        stock=4,
    )
    return Stage(venue.id, hall.id, studio.id, (await create_add_on(uow, data)).id)


async def with_projectors(
    uow: UnitOfWork,
    stage: Stage,
    space: UUID,
    hours: tuple[float, float],
    quantity: int,
    state: str,
) -> hire.BookingView:
    """Book a space with projectors, and lead the booking to a state afterwards."""
    booking = await a_booking(uow, [(space, *hours)], title=f"{quantity} projectors")
    await add_charge(uow, booking.id, NewCharge(add_on_id=stage.projector, quantity=quantity))
    if state != "hold":
        await do(uow, booking.id, {"confirmed": "confirm", "contracted": "contract"}[state])
    return booking


async def test_firm_bookings_share_what_there_is_and_the_next_is_told_who_has_it(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        stage = await a_stage(uow)
        first = await with_projectors(uow, stage, stage.hall, (18, 22), 3, "confirmed")
        second = await a_booking(uow, [(stage.studio, 20, 23)])

        with pytest.raises(NotEnoughStock) as raised:
            async with uow.session.begin_nested():
                await add_charge(uow, second.id, NewCharge(add_on_id=stage.projector, quantity=2))
        await add_charge(uow, second.id, NewCharge(add_on_id=stage.projector, quantity=1))
        await do(uow, second.id, "confirm")

    told = raised.value.fields
    assert (told["stock"], told["left"]) == (4, 1)
    (conflict,) = told["conflicts"]
    assert (conflict["label"], conflict["bookingId"]) == ("3 projectors", str(first.id))
    assert conflict["startsAt"] == at(20).isoformat()


async def test_a_hold_takes_nothing_and_loses_when_it_is_to_become_firm(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        stage = await a_stage(uow)
        hold = await with_projectors(uow, stage, stage.hall, (18, 22), 3, "hold")
        await with_projectors(uow, stage, stage.studio, (18, 22), 2, "confirmed")

    with pytest.raises(NotEnoughStock):
        async with database.unit_of_work(house.organization_id) as uow:
            await hire.confirm_booking(uow, hold.id, Confirmation(reason="Go"))
    async with database.unit_of_work(house.organization_id) as uow:
        assert (await hire.get_booking(uow, hold.id)).status == "hold"
        signed = await hire.contract_booking(uow, hold.id)
        assert (signed.status, signed.conflict_at) == ("hold", uow.now)


@pytest.mark.parametrize("act", ["cancel", "unconfirm"])
async def test_what_is_given_back_can_be_had_again(
    database: Database, house: House, act: str
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        stage = await a_stage(uow)
        first = await with_projectors(uow, stage, stage.hall, (18, 22), 4, "confirmed")
        await do(uow, first.id, act)

        await with_projectors(uow, stage, stage.studio, (18, 22), 4, "contracted")


async def test_it_follows_a_firm_booking_that_moves_or_changes_its_lines(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        stage = await a_stage(uow)
        await with_projectors(uow, stage, stage.hall, (18, 22), 3, "confirmed")
        moving = await with_projectors(uow, stage, stage.studio, (10, 12), 2, "confirmed")
        later = BookingChanges(spaces=[a_wish(stage.studio, 17, 19)])
        version = (await hire.get_booking(uow, moving.id)).version

        with pytest.raises(NotEnoughStock):
            async with uow.session.begin_nested():
                await hire.update_booking(uow, moving.id, version, later)
        with pytest.raises(NotEnoughStock):
            async with uow.session.begin_nested():
                await add_charge(uow, moving.id, NewCharge(add_on_id=stage.projector, quantity=3))
        (charge,) = await hire.charges_of(uow, moving.id)
        await remove_charge(uow, charge.id)
        await add_charge(uow, moving.id, NewCharge(add_on_id=stage.projector, quantity=1))
        version = (await hire.get_booking(uow, moving.id)).version
        await hire.update_booking(uow, moving.id, version, later)


async def test_set_up_and_tear_down_need_it_too_and_touching_times_do_not_meet(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        stage = await a_stage(uow)
        await with_projectors(uow, stage, stage.hall, (18, 22), 4, "confirmed")
        early = await a_booking(
            uow,
            spaces=[a_wish(stage.studio, 23, 24, setup_minutes=60, buffer_reason="Rig")],
        )
        await add_charge(uow, early.id, NewCharge(add_on_id=stage.projector, quantity=4))
        await do(uow, early.id, "confirm")
        longer = await a_booking(
            uow,
            spaces=[a_wish(stage.studio, 14, 17, teardown_minutes=61, buffer_reason="Rig")],
        )

        with pytest.raises(NotEnoughStock):
            await add_charge(uow, longer.id, NewCharge(add_on_id=stage.projector, quantity=1))


async def test_a_backup_may_want_what_goes_away_with_who_is_ahead(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        stage = await a_stage(uow)
        first = await with_projectors(uow, stage, stage.hall, (18, 22), 4, "confirmed")
        backup = await a_booking(uow, [(stage.hall, 18, 22)], as_backup=True)
        await add_charge(uow, backup.id, NewCharge(add_on_id=stage.projector, quantity=4))

        await do(uow, first.id, "cancel")
        await do(uow, backup.id, "confirm")


async def test_stock_does_not_sink_below_what_is_promised_to_come(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        stage = await a_stage(uow)
        await with_projectors(uow, stage, stage.hall, (18, 20), 2, "confirmed")
        await with_projectors(uow, stage, stage.studio, (19, 21), 1, "confirmed")

        with pytest.raises(NotEnoughStock) as raised:
            await update_add_on(uow, stage.projector, 1, AddOnChanges(stock=2))
        lowered = await update_add_on(uow, stage.projector, 1, AddOnChanges(stock=3))

    assert raised.value.fields["promised"] == 3
    assert lowered.stock == 3


async def test_who_is_limited_to_a_space_is_not_told_who_has_it_elsewhere(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        stage = await a_stage(uow)
        await with_projectors(uow, stage, stage.hall, (18, 22), 4, "confirmed")
        mine = await a_booking(uow, [(stage.studio, 18, 22)])

        with pytest.raises(NotEnoughStock) as raised:
            await add_charge(
                uow,
                mine.id,
                NewCharge(add_on_id=stage.projector),
                scope=frozenset({stage.studio}),
            )

    (conflict,) = raised.value.fields["conflicts"]
    assert set(conflict) == {"quantity", "startsAt", "endsAt"}


async def test_of_twelve_confirmations_only_as_many_win_as_there_is_equipment_for(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        stage = await a_stage(uow)
        holds = [
            await with_projectors(
                uow, stage, (await a_space(uow, stage.venue)).id, (18, 22), 1, "hold"
            )
            for _ in range(12)
        ]

    async def confirm(booking_id: UUID) -> Any:
        try:
            return await database.run(
                house.organization_id, hire.confirm_booking, booking_id, Confirmation(reason="Go")
            )
        except NotEnoughStock as short:
            return short

    answers = await asyncio.gather(*(confirm(hold.id) for hold in holds))

    lost = [each for each in answers if isinstance(each, NotEnoughStock)]
    assert len(answers) - len(lost) == 4
    assert all(each.fields["left"] == 0 for each in lost)


async def test_the_database_itself_refuses_more_than_there_is(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        stage = await a_stage(uow)
        booking = await with_projectors(uow, stage, stage.hall, (18, 22), 4, "confirmed")
        (charge,) = await hire.charges_of(uow, booking.id)

        with pytest.raises(IntegrityError):
            async with uow.session.begin_nested():
                await uow.execute(
                    insert(AddOnTaking).values(
                        organization_id=uow.tenant,
                        id=new_id(),
                        booking_id=booking.id,
                        charge_id=charge.id,
                        add_on_id=stage.projector,
                        quantity=1,
                        during=Range(at(21), at(23), bounds="[)"),
                    )
                )


spans = st.tuples(st.integers(0, 20), st.integers(1, 6)).map(
    lambda pair: Span(DAY + timedelta(hours=pair[0]), DAY + timedelta(hours=pair[0] + pair[1]))
)


@settings(deadline=None)
@given(st.lists(spans, max_size=8))
def test_merged_spans_are_the_same_time_and_apart(given: list[Span]) -> None:
    joined = merged(given)
    for minute in range(0, 27 * 60, 30):
        instant = DAY + timedelta(minutes=minute)
        within = [span for span in joined if span.start <= instant < span.end]
        assert len(within) == any(span.start <= instant < span.end for span in given)
    assert all(one.end < other.start for one, other in pairwise(joined))


@settings(deadline=None)
@given(st.lists(st.tuples(spans, st.integers(1, 9)), max_size=8))
def test_the_peak_is_the_most_at_any_instant(given: list[tuple[Span, int]]) -> None:
    taken: Any = [Taken(quantity, span, None) for span, quantity in given]  # pyright: ignore[reportArgumentType]
    at_each = [
        sum(q for span, q in given if span.start <= DAY + timedelta(hours=hour) < span.end)
        for hour in range(28)
    ]
    assert peak(taken) == max(at_each)
