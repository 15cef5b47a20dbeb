"""The demo's sessions: three weeks of classes and tours where the shows are, and who comes."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from random import Random
from typing import NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy.exc import IntegrityError

from houseful import sessions, venues
from houseful.accounts import create_user
from houseful.calendar import SpaceTaken
from houseful.demo.house import ZONE
from houseful.demo.pictures import paint
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.problems import Problem
from houseful.payments import take_cash

WEEKS = 3
BOOKED_AHEAD = timedelta(days=9)
SEED = 20
CURRENCY = "EUR"
DEBTOR = "Noah Weber"
PEOPLE = (
    *(
        "Amara Okafor",
        "Bruno Berg",
        "Chiara Rossi",
        "Dmitri Novak",
        "Elif Haddad",
        "Greta Grünwald",
    ),
    *("Hugo Moreau", "Keiko Ito"),
)


class Class(msgspec.Struct, frozen=True, kw_only=True):
    """An activity of the demo, with a picture, and when in the week it is."""

    activity: sessions.NewActivity
    motif: str
    alt: str
    space: str
    instructor: str
    days: Sequence[int]
    at: time


CLASSES = (
    Class(
        activity=sessions.NewActivity(
            name="Morning Yoga",
            description="Wake up slowly, on a mat, with the light from the canal.",
            level="All levels",
            color="#2f6f9f",
            capacity=16,
            price=1400,
            drop_in_price=1600,
            late_fee=700,
            tax_basis_points=1900,
        ),
        motif="sun",
        alt="A low sun over a yoga mat on a stage",
        space="Studio",
        instructor="Ana Lindqvist",
        days=(0, 2, 4),
        at=time(8),
    ),
    Class(
        activity=sessions.NewActivity(
            name="Pilates at Noon",
            description="Fifty minutes for the back, and back at the desk in time.",
            level="Intermediate",
            color="#1c6b3c",
            duration_minutes=50,
            capacity=12,
            price=1500,
            tax_basis_points=1900,
        ),
        motif="rings",
        alt="Three Pilates rings in a spotlight",
        space="Studio",
        instructor="Samir Fontaine",
        days=(1, 3),
        at=time(12, 15),
    ),
    Class(
        activity=sessions.NewActivity(
            name="Swing for Beginners",
            description="Come alone or in pairs; shoes that slide, if you have some.",
            level="Beginners",
            color="#955600",
            duration_minutes=90,
            capacity=24,
            price=1200,
            cancellation_window_hours=168,
            late_fee=600,
            tax_basis_points=700,
        ),
        motif="couple",
        alt="Two dancers lean towards each other in a spotlight",
        space="Studio",
        instructor="Rosa Kowalski",
        days=(2,),
        at=time(18),
    ),
    Class(
        activity=sessions.NewActivity(
            name="Behind the Curtain",
            description="A tour of the house: under the stage, over the grid, along the canal.",
            color="#6b2154",
            capacity=6,
            price=900,
            cancellation_window_hours=2,
            tax_basis_points=700,
        ),
        motif="curtain",
        alt="Somebody stands between two open curtains",
        space="Main Hall",
        instructor="Quinn Haddad",
        days=(5,),
        at=time(11),
    ),
    Class(
        activity=sessions.NewActivity(
            name="Choir of the House",
            description="Songs in four parts on the big stage at midday; nobody sings alone.",
            level="All levels",
            color="#7a3b12",
            duration_minutes=90,
            capacity=60,
            price=800,
            tax_basis_points=700,
        ),
        motif="notes",
        alt="Notes that dance on wavy lines",
        space="Main Hall",
        instructor="Leon Adeyemi",
        days=(1,),
        at=time(12),
    ),
    Class(
        activity=sessions.NewActivity(
            name="Acting for Teens",
            description="Scenes, voices and falls without bruises, for thirteen and older.",
            level="13 to 18 years",
            color="#3f3a8c",
            duration_minutes=120,
            capacity=14,
            price=1800,
            late_fee=900,
            tax_basis_points=700,
        ),
        motif="masks",
        alt="A mask that laughs beside one that cries",
        space="Studio",
        instructor="Imke Brandt",
        days=(5,),
        at=time(10, 30),
    ),
    Class(
        activity=sessions.NewActivity(
            name="Tango on Sunday",
            description="An hour of steps, then an hour of music. Partners are found there.",
            level="All levels",
            color="#8c1f3d",
            duration_minutes=120,
            capacity=40,
            price=1000,
            drop_in_price=1200,
            tax_basis_points=700,
        ),
        motif="couple",
        alt="Two dancers close together in a spotlight",
        space="Foyer",
        instructor="Lucía Ferrer",
        days=(6,),
        at=time(16),
    ),
)


class Studio(NamedTuple):
    """What is there before the first class: activities with who leads them, and who comes."""

    led: Sequence[tuple[UUID, UUID]]
    people: Sequence[UUID]


async def prepare_studio(database: Database, tenant: UUID) -> Studio:
    """Make all that no space is needed for: activities, passes, people with their wallets."""
    return await database.run(tenant, _prepare)


async def put_on_sessions(
    database: Database, tenant: UUID, spaces: Mapping[str, venues.Space], studio: Studio
) -> None:
    """Announce three weeks of sessions in the spaces, and let people book them."""
    await database.run(tenant, announce_sessions, spaces, studio.led)
    await database.run(tenant, let_people_book, studio.people)


async def _prepare(uow: UnitOfWork) -> Studio:
    led: list[tuple[UUID, UUID]] = []
    for one in CLASSES:
        activity = await sessions.create_activity(uow, one.activity)
        picture = await sessions.draw_picture(paint(activity.color, one.motif), one.alt)
        await sessions.set_picture(uow, activity.id, picture)
        instructor = await sessions.create_instructor(
            uow, sessions.NewInstructor(name=one.instructor)
        )
        if one.motif == "sun":
            await sessions.create_extra(
                uow,
                sessions.NewExtra(name="A mat", price=200, activity_id=activity.id, stock=10),
            )
        led.append((activity.id, instructor.id))
    await sessions.create_tier(
        uow, sessions.NewBonusTier(from_minor=5000, bonus_minor=500, valid_days=180)
    )
    pass_id = await _offer_passes(uow)
    return Studio(
        led, [await _person(uow, name, pass_id, number) for number, name in enumerate(PEOPLE)]
    )


async def _offer_passes(uow: UnitOfWork) -> UUID:
    """Offer two passes; return that of ten visits."""
    ten = await sessions.create_pass(
        uow,
        sessions.NewPass(
            name="Ten visits",
            description="For every class, within half a year of the first visit.",
            price=11_000,
            sessions_limit=10,
            validity_days=180,
            is_shared=True,
            freeze_days_max=30,
            cancel_refund_policy="proportional",
        ),
    )
    await sessions.create_pass(
        uow,
        sessions.NewPass(
            name="A month of everything",
            description="As often as you like, once a day.",
            price=8900,
            validity_days=30,
            daily_cap=1,
        ),
    )
    return ten.id


async def announce_sessions(
    uow: UnitOfWork,
    spaces: Mapping[str, venues.Space],
    led: Sequence[tuple[UUID, UUID]],
) -> None:
    """Announce every class as a weekly series; what a show is in the way of is left out."""
    today = uow.now.astimezone(ZONE).date()
    for one, (activity_id, instructor_id) in zip(CLASSES, led, strict=True):
        for day in one.days:
            first = today + timedelta(days=(day - today.weekday() - 1) % 7 + 1)
            await _announce(uow, one, activity_id, instructor_id, spaces[one.space], first)


async def let_people_book(uow: UnitOfWork, people: Sequence[UUID]) -> None:
    """Let people book; one tour is full, and somebody waits."""
    chance = Random(SEED)  # noqa: S311 (the demo is the same every time)
    within = sessions.SlotFilter(from_at=uow.now, until_at=uow.now + BOOKED_AHEAD)
    coming = await sessions.sessions_between(uow, within)
    for session in coming:
        extras = await sessions.extras_for(uow, session.activity_id)
        first, *others = chance.sample(people, chance.randint(1, 3))
        await _book_all(uow, session.id, [first], [sessions.ExtraWish(one.id) for one in extras])
        await _book_all(uow, session.id, others)
    tour = next((one for one in coming if one.name.startswith("Behind")), None)
    if tour is not None:
        await _book_all(uow, tour.id, people)
        await _wait_all(uow, tour.id, people)
    await _ask_for_money_back(uow, people[1])
    await _let_somebody_owe(uow)


async def _announce(
    uow: UnitOfWork,
    one: Class,
    activity_id: UUID,
    instructor_id: UUID,
    space: venues.Space,
    first: object,
) -> None:
    starts_local = f"{first}T{one.at:%H:%M}"
    series = sessions.NewSeries(
        activity_id=activity_id,
        space_id=space.id,
        instructor_id=instructor_id,
        starts_local=starts_local,
        rrule="FREQ=WEEKLY",
    )
    try:
        async with uow.session.begin_nested():
            await sessions.create_series(uow, series)
    except SpaceTaken:
        await _announce_singly(uow, series)


async def _announce_singly(uow: UnitOfWork, series: sessions.NewSeries) -> None:
    begins = datetime.fromisoformat(series.starts_local).replace(tzinfo=ZONE)
    for week in range(WEEKS):
        single = sessions.NewSession(
            activity_id=series.activity_id,
            space_id=series.space_id,
            instructor_id=series.instructor_id,
            starts_at=begins + timedelta(weeks=week),
        )
        try:
            async with uow.session.begin_nested():
                await sessions.create_session(uow, single)
        except SpaceTaken:
            continue


async def _person(uow: UnitOfWork, name: str, pass_id: UUID, number: int) -> UUID:
    """Let somebody with an account have a wallet, some a pass: no guests, who pay another price.

    They are invited, and choose a password by mail if anybody wants to be one of them.
    """
    email = f"{name.split(maxsplit=1)[0].lower()}@example.com"
    user = await create_user(uow, email=email, name=name, password=None)
    customer = await sessions.customer_of_user(uow, user.id, name=name, email=email)
    if number == 0:
        changes = sessions.CustomerChanges(may_owe=True)
        await sessions.update_customer(uow, customer.id, customer.version, changes)
    if number % 3 == 0:
        await sessions.sell_pass(
            uow, sessions.PassSale(customer_id=customer.id, pass_id=pass_id, payment="cash")
        )
    top_up = await sessions.begin_top_up(uow, customer.id, 5000 + 1000 * number, CURRENCY)
    await take_cash(uow, sessions.TOP_UP_KIND, top_up.id)
    return customer.id


async def _book_all(
    uow: UnitOfWork,
    session_id: UUID,
    people: Sequence[UUID],
    extras: Sequence[sessions.ExtraWish] = (),
) -> None:
    """Book for people as long as there are places and they can pay."""
    for customer_id in people:
        wish = sessions.Wish(
            session_id=session_id,
            customer_id=customer_id,
            extras=extras,
            payment=sessions.Payment(has_card=False),
            by_staff=True,
        )
        try:
            async with uow.session.begin_nested():
                await sessions.book(uow, wish)
        except (Problem, IntegrityError):
            continue


async def _wait_all(uow: UnitOfWork, session_id: UUID, people: Sequence[UUID]) -> None:
    """Let wait for a full session who has no place in it."""
    for customer_id in people:
        try:
            async with uow.session.begin_nested():
                await sessions.join_waiting_list(uow, session_id, customer_id)
        except Problem:
            continue


async def _ask_for_money_back(uow: UnitOfWork, customer_id: UUID) -> None:
    paid = await uow.execute(
        "SELECT id FROM session_bookings WHERE organization_id = :tenant"
        " AND customer_id = :customer AND paid_minor > 0 ORDER BY id LIMIT 1",
        {"tenant": uow.tenant, "customer": customer_id},
    )
    booking_id = paid.scalar()
    if booking_id is not None:
        await sessions.request_money_back(uow, booking_id, "I have caught a cold.")


async def _let_somebody_owe(uow: UnitOfWork) -> None:
    """Let somebody who pays afterwards cancel in the last week, which costs a fee: a debtor."""
    swing = [one for one in await sessions.list_series_to_come(uow) if one.name.startswith("Swing")]
    series_id = swing[0].series_id if swing else None
    if series_id is None:
        return
    debtor = await sessions.create_customer(
        uow, sessions.NewCustomer(name=DEBTOR, email="noah@example.com", may_owe=True)
    )
    await sessions.give_standing_place(
        uow, series_id, sessions.NewSlotAttendee(customer_id=debtor.id)
    )
    for booking in await sessions.live_bookings(uow, swing[0].id):
        if booking.customer_id == debtor.id:
            await sessions.cancel_booking(uow, b"", booking.id, reason="Twisted an ankle")
