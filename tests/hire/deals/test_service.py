"""Deals are versioned: what was offered stays, what is agreed is one."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from houseful.hire.deals.problems import DealExists, TermsFixed
from houseful.hire.deals.queries import deal_about, list_deals, reckon, what_if_of
from houseful.hire.deals.schemas import Answer, DealChanges, DealView, NewVersion, WhatIf
from houseful.hire.deals.service import (
    accept_deal,
    decline_deal,
    offer_deal,
    remove_deal,
    revise_deal,
    update_deal,
)
from houseful.hire.deals.terms import BoxOffice, Night
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.http.listing import Window
from houseful.kernel.problems import Invalid, NotFound, VersionMismatch
from houseful.kernel.states import IllegalAct
from tests.builders.accounts import House
from tests.builders.events import an_event
from tests.builders.hire_papers import a_deal, terms


async def test_a_draft_is_changed_and_offered_terms_are_superseded(
    database: Database, house: House
) -> None:
    async def story(uow: UnitOfWork) -> DealView:
        deal = await a_deal(uow)
        deal = await update_deal(
            uow, deal.id, deal.version, DealChanges(terms=terms(share=8000), title="The tour")
        )
        deal = await offer_deal(uow, deal.id)
        with pytest.raises(TermsFixed):
            await update_deal(uow, deal.id, deal.version, DealChanges(terms=terms(share=1)))
        deal = await revise_deal(uow, deal.id, NewVersion(terms=terms(share=9000)))
        deal = await offer_deal(uow, deal.id)
        return DealView.of(await accept_deal(uow, deal.id, Answer(note="By telephone")))

    deal = await database.run(house.organization_id, story)

    assert (deal.title, deal.number, deal.status, deal.note) == (
        "The tour",
        2,
        "accepted",
        "By telephone",
    )
    assert [(one.number, one.status, one.terms.share) for one in deal.versions] == [
        (1, "superseded", 8000),
        (2, "accepted", 9000),
    ]


async def test_every_change_gives_a_new_etag(database: Database, house: House) -> None:
    async def story(uow: UnitOfWork) -> list[int]:
        deal = await a_deal(uow)
        seen = [deal.version]
        for act in (offer_deal, lambda u, i: decline_deal(u, i, Answer())):
            deal = await act(uow, deal.id)
            seen.append(deal.version)
        deal = await revise_deal(uow, deal.id, NewVersion(terms=terms()))
        return [*seen, deal.version]

    versions = await database.run(house.organization_id, story)

    assert versions == sorted(set(versions))
    assert len(versions) == 4


async def test_a_change_names_the_version_it_was_made_for(database: Database, house: House) -> None:
    deal = await database.run(house.organization_id, a_deal)

    with pytest.raises(VersionMismatch):
        await database.run(
            house.organization_id, update_deal, deal.id, deal.version + 1, DealChanges(title="X")
        )


async def test_the_database_refuses_to_rewrite_what_was_offered(
    database: Database, house: House
) -> None:
    await database.run(house.organization_id, a_deal, in_state="offered")

    async def rewrite(uow: UnitOfWork) -> None:
        await uow.execute(text("UPDATE deal_versions SET terms = '{}'"))

    with pytest.raises(DBAPIError, match="append-only"):
        await database.run(house.organization_id, rewrite)


async def test_an_event_has_one_deal_however_many_ask_at_once(
    database: Database, house: House
) -> None:
    event = await database.run(house.organization_id, an_event, in_state="draft")

    answers = await asyncio.gather(
        *(database.run(house.organization_id, a_deal, event_id=event.id) for _ in range(8)),
        return_exceptions=True,
    )

    made = [answer for answer in answers if not isinstance(answer, BaseException)]
    assert len(made) == 1
    assert sum(isinstance(answer, DealExists) for answer in answers) == 7


async def test_of_two_versions_begun_at_once_one_supersedes_the_other(
    database: Database, house: House
) -> None:
    deal = await database.run(house.organization_id, a_deal)

    await asyncio.gather(
        *(
            database.run(
                house.organization_id,
                revise_deal,
                deal.id,
                NewVersion(terms=terms(share=share)),
            )
            for share in (1000, 2000, 3000)
        )
    )

    async def read(uow: UnitOfWork) -> Any:
        return await deal_about(uow, event_id=deal.event_id)

    found = await database.run(house.organization_id, read)
    assert [version.number for version in found.versions] == [1, 2, 3, 4]
    assert [version.status for version in found.versions] == ["superseded"] * 3 + ["draft"]


@pytest.mark.parametrize(
    ("state", "act"),
    [("draft", accept_deal), ("accepted", accept_deal), ("accepted", decline_deal)],
)
async def test_what_is_not_open_is_refused(
    database: Database, house: House, state: str, act: Any
) -> None:
    deal = await database.run(house.organization_id, a_deal, in_state=state)

    with pytest.raises(IllegalAct):
        await database.run(house.organization_id, act, deal.id, Answer())


async def test_terms_that_contradict_themselves_are_told_all_at_once(
    database: Database, house: House
) -> None:
    with pytest.raises(Invalid) as caught:
        await database.run(
            house.organization_id,
            a_deal,
            terms=terms(share=0, capMinor=1, floorMinor=2),
        )

    assert [error["pointer"] for error in caught.value.fields["errors"]] == [
        "/terms/share",
        "/terms/capMinor",
    ]


async def test_the_currency_of_a_deal_stays(database: Database, house: House) -> None:
    deal = await database.run(house.organization_id, a_deal)

    with pytest.raises(Invalid, match="EUR"):
        await database.run(
            house.organization_id, revise_deal, deal.id, NewVersion(terms=terms(currency="GBP"))
        )


async def test_only_what_was_never_offered_is_removed(database: Database, house: House) -> None:
    draft = await database.run(house.organization_id, a_deal)
    offered = await database.run(house.organization_id, a_deal, in_state="offered")

    await database.run(house.organization_id, remove_deal, draft.id)

    with pytest.raises(IllegalAct):
        await database.run(house.organization_id, remove_deal, offered.id)


async def test_deals_are_listed_by_the_state_of_the_version_that_counts(
    database: Database, house: House
) -> None:
    async def story(uow: UnitOfWork) -> list[Any]:
        revised = await a_deal(uow, in_state="offered")
        await revise_deal(uow, revised.id, NewVersion(terms=terms()))
        offered = await a_deal(uow, in_state="offered")
        found, _ = await list_deals(uow, window=Window(), status="offered")
        return [[deal.id for deal in found], [offered.id]]

    found, expected = await database.run(house.organization_id, story)

    assert found == expected


async def test_a_deal_reckons_a_night_and_what_might_be(database: Database, house: House) -> None:
    deal = await database.run(house.organization_id, a_deal)
    night = Night(box_office=BoxOffice(gross_minor=2_000_000, sold=500))

    reckoned = await database.run(house.organization_id, reckon, deal.id, night)
    points = await database.run(
        house.organization_id, what_if_of, deal.id, WhatIf(price_minor=4000, sold=[0, 500])
    )

    assert reckoned.outcome.promoter_minor == 1_700_000
    assert [(point.sold, point.promoter_minor) for point in points.points] == [
        (0, 800_000),
        (500, 1_700_000),
    ]


async def test_another_house_sees_no_deal(
    database: Database, house: House, other_house: House
) -> None:
    deal = await database.run(house.organization_id, a_deal)

    with pytest.raises(NotFound):
        await database.run(
            other_house.organization_id, revise_deal, deal.id, NewVersion(terms=terms())
        )
