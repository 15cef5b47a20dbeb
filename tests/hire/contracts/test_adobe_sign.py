"""Contracts through Adobe Acrobat Sign: handed over once, and brought up to its truth."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from itertools import permutations
from typing import Any

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import func, select

from houseful.hire.contracts.acts import acts_of
from houseful.hire.contracts.adobe_sign.client import (
    AdobeSign,
    Agreement,
    Credentials,
    ServiceUnreachable,
)
from houseful.hire.contracts.adobe_sign.reading import read_agreement
from houseful.hire.contracts.adobe_sign.service import (
    bring_up_to_date,
    expire_at_the_service,
    follow,
    hand_over,
)
from houseful.hire.contracts.callbacks import handlers
from houseful.hire.contracts.chores import tend_contracts
from houseful.hire.contracts.files import attach_bytes, files_of
from houseful.hire.contracts.models import Contract, ProviderMessage
from houseful.hire.contracts.problems import SignaturesUnavailable
from houseful.hire.contracts.schemas import Ending, SignerBody
from houseful.hire.contracts.sending import send_contract
from houseful.hire.contracts.service import approve_contract, submit_contract, void_contract
from houseful.hire.contracts.subscribers import (
    ask_about_silent_contracts,
    expire_what_is_at_the_service,
)
from houseful.hire.services import services_of
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.jobs import Worker
from houseful.web.errors import answer
from tests.builders.accounts import House
from tests.builders.hire_papers import a_contract
from tests.hire.contracts.adobe_stand_in import (
    CLIENT_ID,
    CLIENT_SECRET,
    REFRESH_TOKEN,
    StandIn,
    stand_in,
)
from tests.listening import listening

PAULA, OLIVE = "paula@example.org", "olive@example.org"


@pytest.fixture
def adobe() -> Iterator[StandIn]:
    """The stand-in, over real HTTP."""
    with stand_in() as state:
        yield state


@pytest.fixture
async def service(adobe: StandIn, database: Database) -> AdobeSign:
    """Our client of it, connected to this test's database."""
    made = _client(adobe)
    services_of(database).use_adobe_sign(made)
    return made


def _client(adobe: StandIn, **fields: str) -> AdobeSign:
    given = {
        "url": adobe.url,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "refresh_token": REFRESH_TOKEN,
    }
    return AdobeSign(Credentials(**(given | fields)))


async def _send(database: Database, house: House, **fields: Any) -> Contract:
    async def act(uow: UnitOfWork) -> Contract:
        contract = await a_contract(uow, in_state="approved", provider="adobe_sign", **fields)
        return await send_contract(uow, contract.id, has_service=True)

    return await database.run(house.organization_id, act)


async def _read(database: Database, house: House, contract: Contract) -> Contract:
    async def read(uow: UnitOfWork) -> Contract:
        return await uow.get(Contract, contract.id)

    return await database.run(house.organization_id, read)


async def _hand_over(
    database: Database, house: House, service: AdobeSign, **fields: Any
) -> Contract:
    contract = await _send(database, house, **fields)
    await hand_over(database, house.organization_id, contract.id, service)
    return await _read(database, house, contract)


async def _catch_up(
    database: Database, house: House, contract: Contract, service: AdobeSign
) -> Contract:
    await bring_up_to_date(database, house.organization_id, contract.id, service)
    return await _read(database, house, contract)


async def test_a_contract_goes_out_is_viewed_and_signed_in_order(
    database: Database, house: House, adobe: StandIn, service: AdobeSign
) -> None:
    contract = await _hand_over(database, house, service, signing_order="sequential")
    agreement = contract.provider_agreement_id
    assert agreement is not None
    seen = [contract.status]
    for act in (
        lambda: adobe.view(agreement, PAULA),
        lambda: adobe.sign(agreement, PAULA),
        lambda: adobe.sign(agreement, OLIVE),
    ):
        act()
        contract = await _catch_up(database, house, contract, service)
        seen.append(contract.status)

    assert seen == ["sent", "viewed", "partially_signed", "signed"]
    assert {signer.signature_kind for signer in contract.signers} == {"provider"}

    async def kinds(uow: UnitOfWork) -> dict[str, str]:
        return {file.kind: file.hash for file in await files_of(uow, contract.id)}

    kept = await database.run(house.organization_id, kinds)
    assert kept.keys() == {"document", "signed", "audit_trail"}
    assert kept["signed"] == contract.signed_hash


async def test_an_answer_that_was_lost_makes_no_second_agreement(
    database: Database, house: House, adobe: StandIn, service: AdobeSign
) -> None:
    adobe.loses_answers = 1
    contract = await _send(database, house)

    with pytest.raises(ServiceUnreachable):
        await hand_over(database, house.organization_id, contract.id, service)
    assert (await _read(database, house, contract)).status == "sending"
    await hand_over(database, house.organization_id, contract.id, service)
    await hand_over(database, house.organization_id, contract.id, service)

    assert len(adobe.agreements) == 1
    assert (await _read(database, house, contract)).status == "sent"


@pytest.mark.parametrize(
    "fault",
    [{"throttled": 2}, {"wrong_shard": 1}],
)
async def test_haste_and_the_wrong_data_centre_are_mended(
    database: Database, house: House, adobe: StandIn, service: AdobeSign, fault: dict[str, int]
) -> None:
    for name, value in fault.items():
        setattr(adobe, name, value)

    contract = await _hand_over(database, house, service)

    assert contract.status == "sent"


async def test_a_token_that_has_run_out_is_renewed(
    database: Database, house: House, adobe: StandIn, service: AdobeSign
) -> None:
    contract = await _hand_over(database, house, service)
    adobe.expire_tokens()

    contract = await _catch_up(database, house, contract, service)

    assert contract.status == "sent"
    assert adobe.calls.count("POST /oauth/v2/refresh") == 2


async def test_while_it_is_down_the_contract_waits_visibly(
    database: Database, house: House, adobe: StandIn, service: AdobeSign
) -> None:
    adobe.failing = 1
    contract = await _send(database, house)

    with pytest.raises(ServiceUnreachable):
        await hand_over(database, house.organization_id, contract.id, service)

    assert (await _read(database, house, contract)).status == "sending"


async def test_what_it_refuses_is_told_on_the_contract(
    database: Database, house: House, service: AdobeSign
) -> None:
    contract = await _hand_over(
        database,
        house,
        service,
        signers=[SignerBody(name="Rita", email="refuse@example.org")],
    )

    assert contract.status == "send_failed"
    assert "INVALID_EMAIL" in contract.status_reason


async def test_wrong_credentials_are_a_refusal_too(
    database: Database, house: House, adobe: StandIn
) -> None:
    contract = await _send(database, house)

    await hand_over(
        database, house.organization_id, contract.id, _client(adobe, client_secret="wrong")
    )

    assert (await _read(database, house, contract)).status == "send_failed"


async def test_while_it_works_on_the_document_the_contract_is_being_sent(
    database: Database, house: House, adobe: StandIn, service: AdobeSign
) -> None:
    adobe.reads_before_ready = 1
    contract = await _hand_over(database, house, service)
    before = contract.status

    contract = await _catch_up(database, house, contract, service)

    assert (before, contract.status) == ("sending", "sent")


async def test_a_signed_document_that_is_not_ready_is_fetched_later(
    database: Database, house: House, adobe: StandIn, service: AdobeSign
) -> None:
    contract = await _hand_over(database, house, service)
    assert contract.provider_agreement_id is not None
    for address in (PAULA, OLIVE):
        adobe.sign(contract.provider_agreement_id, address)
    adobe.document_not_ready = 1

    first = (await _catch_up(database, house, contract, service)).status
    second = (await _catch_up(database, house, contract, service)).status

    assert (first, second) == ("sent", "signed")


async def test_declined_expired_broken_and_recalled_are_told_apart(
    database: Database, house: House, adobe: StandIn, service: AdobeSign
) -> None:
    ways: dict[str, Any] = {
        "declined": lambda one: adobe.decline(one, PAULA, "Too dear"),
        "expired": lambda one: adobe.end(one, "EXPIRED"),
        "send_failed": lambda one: adobe.end(one, "CANCELLED", "AUTO_CANCELLED_CONVERSION_PROBLEM"),
        "voided": lambda one: adobe.end(one, "CANCELLED", "RECALLED"),
    }
    seen = {}
    for status, act in ways.items():
        contract = await _hand_over(database, house, service)
        act(contract.provider_agreement_id)
        seen[status] = await _catch_up(database, house, contract, service)

    assert {status: one.status for status, one in seen.items()} == {one: one for one in ways}
    assert seen["declined"].status_reason == "Too dear"


async def test_voiding_recalls_the_agreement_even_when_it_keeps_changing(
    database: Database, house: House, adobe: StandIn, service: AdobeSign
) -> None:
    contract = await _hand_over(database, house, service)
    adobe.stale_etags = 1

    await database.run(
        house.organization_id, void_contract, contract.id, Ending(reason="The date moved")
    )
    await Worker(database).drain()

    assert contract.provider_agreement_id is not None
    assert adobe.agreements[contract.provider_agreement_id]["status"] == "CANCELLED"
    assert (await _read(database, house, contract)).status == "voided"


async def test_voided_before_it_was_handed_over_it_is_recalled_too(
    database: Database, house: House, adobe: StandIn, service: AdobeSign
) -> None:
    adobe.loses_answers = 1
    contract = await _send(database, house)
    with pytest.raises(ServiceUnreachable):
        await hand_over(database, house.organization_id, contract.id, service)

    original = service.find_agreement

    async def void_meanwhile(external_id: str) -> str | None:
        await database.run(
            house.organization_id, void_contract, contract.id, Ending(reason="Changed our mind")
        )
        return await original(external_id)

    service.find_agreement = void_meanwhile  # type: ignore[method-assign]
    await hand_over(database, house.organization_id, contract.id, service)

    assert [one["status"] for one in adobe.agreements.values()] == ["CANCELLED"]


async def test_who_signed_just_before_the_recall_came_has_signed(
    database: Database, house: House, adobe: StandIn, service: AdobeSign
) -> None:
    contract = await _hand_over(database, house, service)
    adobe.signs_before_recall = True

    await database.run(
        house.organization_id, void_contract, contract.id, Ending(reason="The date moved")
    )
    await Worker(database).drain()

    after = await _read(database, house, contract)
    assert (after.status, after.ended_at) == ("signed", None)
    assert {signer.status for signer in after.signers} == {"signed"}

    async def told(uow: UnitOfWork) -> list[str]:
        return [one.act for one in await acts_of(uow, contract.id)]

    assert (await database.run(house.organization_id, told))[-2:] == [
        "voided",
        "signed_all_the_same",
    ]


async def test_what_was_signed_while_nobody_told_is_found_after_it_was_voided(
    database: Database, house: House, adobe: StandIn, service: AdobeSign, clock: TravelClock
) -> None:
    contract = await _hand_over(database, house, service)
    assert contract.provider_agreement_id is not None
    await database.run(
        house.organization_id, void_contract, contract.id, Ending(reason="The date moved")
    )
    adobe.sign_all(contract.provider_agreement_id)

    clock.travel(timedelta(hours=1))
    await ask_about_silent_contracts(database)

    assert (await _read(database, house, contract)).status == "signed"


async def test_time_is_up_only_when_the_service_says_that_not_all_have_signed(
    database: Database, house: House, adobe: StandIn, service: AdobeSign, clock: TravelClock
) -> None:
    ends = clock.now() + timedelta(days=2)
    late, signed, racing = [
        await _hand_over(database, house, service, expires_at=ends) for _ in range(3)
    ]
    assert signed.provider_agreement_id is not None
    adobe.sign_all(signed.provider_agreement_id)
    clock.travel(timedelta(days=3))

    await tend_contracts(database)
    untouched = (await _read(database, house, late)).status
    adobe.signs_before_recall = True
    await expire_at_the_service(database, house.organization_id, racing.id, service)
    adobe.failing = 1
    await expire_what_is_at_the_service(database)
    one_unreachable = (await _read(database, house, late)).status
    await expire_what_is_at_the_service(database)

    assert (untouched, one_unreachable) == ("sent", "sent")
    assert [(await _read(database, house, one)).status for one in (late, signed, racing)] == [
        "expired",
        "signed",
        "signed",
    ]
    assert late.provider_agreement_id is not None
    assert adobe.agreements[late.provider_agreement_id]["status"] == "CANCELLED"


async def test_its_webhook_may_be_late_double_disordered_and_disabled(
    database: Database, house: House, adobe: StandIn, service: AdobeSign, clock: TravelClock
) -> None:
    first = await _hand_over(database, house, service, signing_order="sequential")
    second = await _hand_over(database, house, service)
    assert first.provider_agreement_id is not None
    assert second.provider_agreement_id is not None
    app = Litestar(route_handlers=handlers, exception_handlers={Exception: answer})
    app.state.database = database
    async with listening(app) as url:
        await asyncio.to_thread(adobe.register_webhook, f"{url}/callbacks/adobe-sign")
        adobe.view(first.provider_agreement_id, PAULA)
        adobe.sign(first.provider_agreement_id, PAULA)
        news = list(adobe.undelivered)
        late_taken = await asyncio.to_thread(adobe.deliver, [news[1]])
        adobe.sign(first.provider_agreement_id, OLIVE)
        disordered = await asyncio.to_thread(adobe.deliver, adobe.undelivered[::-1])
        twice = await asyncio.to_thread(adobe.deliver, news)
        await Worker(database).drain()
        after_news = (await _read(database, house, first)).status

        services_of(database).use_adobe_sign(_client(adobe, client_id="another"))
        adobe.sign_all(second.provider_agreement_id)
        while adobe.webhook:
            assert await asyncio.to_thread(adobe.deliver) == 0
        services_of(database).use_adobe_sign(service)
    await Worker(database).drain()
    unheard = (await _read(database, house, second)).status
    clock.travel(timedelta(hours=1))
    await ask_about_silent_contracts(database)

    assert (late_taken, disordered, twice) == (1, 3, 2)
    assert after_news == "signed"
    assert (unheard, (await _read(database, house, second)).status) == ("sent", "signed")


async def test_its_messages_are_echoed_kept_once_and_only_hints(
    database: Database, house: House, adobe: StandIn, service: AdobeSign
) -> None:
    contract = await _hand_over(database, house, service)
    assert contract.provider_agreement_id is not None
    adobe.sign(contract.provider_agreement_id, PAULA)
    message = {
        "webhookNotificationId": "n-1",
        "event": "AGREEMENT_WORKFLOW_COMPLETED",
        "agreement": {"id": contract.provider_agreement_id, "status": "SIGNED"},
    }
    app = Litestar(route_handlers=handlers, exception_handlers={Exception: answer})
    app.state.database = database
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        ours = {"X-AdobeSign-ClientId": CLIENT_ID}
        intent = await client.get("/callbacks/adobe-sign", headers=ours)
        first = await client.post("/callbacks/adobe-sign", json=message, headers=ours)
        again = await client.post("/callbacks/adobe-sign", json=message, headers=ours)
        unknown = await client.post(
            "/callbacks/adobe-sign",
            json=message | {"agreement": {"id": "nobody's"}},
            headers=ours,
        )
        foreign = await client.post(
            "/callbacks/adobe-sign", json=message, headers={"X-AdobeSign-ClientId": "other"}
        )
        garbled = await client.post("/callbacks/adobe-sign", content=b"{", headers=ours)
    await Worker(database).drain()

    assert intent.headers["x-adobesign-clientid"] == CLIENT_ID
    assert first.json() == {"xAdobeSignClientId": CLIENT_ID}
    assert (again.status_code, unknown.status_code) == (200, 200)
    assert (foreign.status_code, garbled.status_code) == (403, 422)
    assert (await _read(database, house, contract)).status == "partially_signed"

    async def kept(uow: UnitOfWork) -> int:
        return await uow.first(select(func.count()).select_from(ProviderMessage))

    assert await database.run(house.organization_id, kept) == 1


async def test_when_its_messages_are_lost_it_is_asked(
    database: Database, house: House, adobe: StandIn, service: AdobeSign, clock: TravelClock
) -> None:
    contract = await _hand_over(database, house, service)
    assert contract.provider_agreement_id is not None
    for address in (PAULA, OLIVE):
        adobe.sign(contract.provider_agreement_id, address)

    await ask_about_silent_contracts(database)
    early = (await _read(database, house, contract)).status
    clock.travel(timedelta(hours=1))
    await ask_about_silent_contracts(database)

    assert (early, (await _read(database, house, contract)).status) == ("sent", "signed")


async def test_news_in_any_order_end_alike(database: Database, house: House) -> None:
    news = [
        Agreement(
            id="a", status="OUT_FOR_SIGNATURE", etag="", members={PAULA: "", OLIVE: ""}, events=[]
        ),
        Agreement(
            id="a",
            status="OUT_FOR_SIGNATURE",
            etag="",
            members={PAULA: "COMPLETED", OLIVE: ""},
            events=[],
        ),
        Agreement(
            id="a",
            status="SIGNED",
            etag="",
            members={PAULA: "COMPLETED", OLIVE: "COMPLETED"},
            events=[],
        ),
    ]
    for order in permutations(news):
        contract = await _send(database, house)
        for one in order:
            await database.run(
                house.organization_id,
                follow,
                contract.id,
                read_agreement(one),
                b"%PDF signed",
                b"%PDF trail",
            )
        assert (await _read(database, house, contract)).status == "signed"


async def test_a_bounced_mail_makes_a_task(
    database: Database, house: House, adobe: StandIn, service: AdobeSign
) -> None:
    contract = await _hand_over(database, house, service)
    assert contract.provider_agreement_id is not None
    adobe.bounce(contract.provider_agreement_id, OLIVE)

    for _ in range(3):
        await _catch_up(database, house, contract, service)

    async def facts(uow: UnitOfWork) -> list[str]:
        found = await uow.execute(
            "SELECT payload->>'signer_id' FROM outbox WHERE kind = 'hire.SignerUnreachable'"
        )
        return [row[0] for row in found]

    assert await database.run(house.organization_id, facts) == [str(contract.signers[1].id)]
    told = (await _read(database, house, contract)).signers
    assert [one.unreachable_at is not None for one in told] == [False, True]


async def test_reminders_go_to_whose_turn_it_is(
    database: Database, house: House, adobe: StandIn, service: AdobeSign
) -> None:
    contract = await _hand_over(database, house, service, signing_order="sequential")
    assert contract.provider_agreement_id is not None

    await service.remind(contract.provider_agreement_id)

    assert adobe.agreements[contract.provider_agreement_id]["reminders"] == 1


async def test_who_does_not_sign_is_reminded_by_the_service_in_the_contracts_own_time(
    database: Database, clock: TravelClock, house: House, adobe: StandIn, service: AdobeSign
) -> None:
    contract = await _hand_over(database, house, service, remind_every_days=3)
    agreement = contract.provider_agreement_id
    assert agreement is not None
    told: list[int] = []
    for days in (2, 2, 2, 2):
        clock.travel(timedelta(days=days))
        await tend_contracts(database)
        await Worker(database).drain()
        told.append(adobe.agreements[agreement]["reminders"])

    adobe.sign(agreement, PAULA)
    adobe.sign(agreement, OLIVE)
    await _catch_up(database, house, contract, service)
    clock.travel(timedelta(days=9))
    await tend_contracts(database)
    await Worker(database).drain()

    assert told == [0, 2, 2, 4]
    assert adobe.agreements[agreement]["reminders"] == 4


async def test_attachments_go_out_with_the_contract(
    database: Database, house: House, adobe: StandIn, service: AdobeSign
) -> None:
    png = b"\x89PNG\r\n\x1a\nplan"

    async def send(uow: UnitOfWork) -> Contract:
        contract = await a_contract(uow, provider="adobe_sign")
        await attach_bytes(uow, contract.id, "Plan of the stage.png", png)
        await attach_bytes(uow, contract.id, "House rules.txt", b"No fire.")
        await submit_contract(uow, contract.id)
        await approve_contract(uow, contract.id)
        return await send_contract(uow, contract.id, has_service=True)

    contract = await database.run(house.organization_id, send)
    await hand_over(database, house.organization_id, contract.id, service)

    agreement_id = (await _read(database, house, contract)).provider_agreement_id
    assert agreement_id is not None
    document, *attached = adobe.agreements[agreement_id]["parts"]
    assert document.startswith(b"%PDF")
    assert sorted(attached) == sorted([png, b"No fire."])
    assert adobe.uploads[0][1] == "application/pdf"
    assert sorted(adobe.uploads[1:]) == [
        ("House rules.txt", "text/plain"),
        ("Plan of the stage.png", "image/png"),
    ]


async def test_unconnected_nothing_is_sent_through_it(database: Database, house: House) -> None:
    contract = await database.run(
        house.organization_id, a_contract, in_state="approved", provider="adobe_sign"
    )

    with pytest.raises(SignaturesUnavailable):
        await database.run(house.organization_id, send_contract, contract.id)
