"""Payments over HTTP: ways to pay, payouts, refunds that failed, what waits for a decision."""

import asyncio
from collections.abc import Iterator

import pytest

from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.jobs import Worker
from houseful.ledger import Entry, chart, credit, debit, post, trial_balance
from houseful.payments import (
    refuse_refunds,
    request_refund,
    settle,
    start_payment,
    take_at_till,
    violations,
)
from houseful.payments.problems import UnknownProvider
from tests.api import Api, problem_of
from tests.builders.accounts import House
from tests.builders.payments import PRICE, Gift, a_gift, an_open_payment, the_card_does

METHODS = "/api/v1/payment-methods"
PAYOUTS = "/api/v1/promoter/payouts"


@pytest.fixture
def gift() -> Iterator[Gift]:
    """Something that can be paid for."""
    with a_gift() as gift:
        yield gift


@pytest.fixture
async def earned(database: Database, house: House) -> int:
    """What the house has earned, in EUR."""
    entry = Entry(
        kind="release",
        source_key="release:1",
        subject_kind="event",
        subject_id=new_id(),
        currency="EUR",
        lines=[debit(chart.BANK, 10_000), credit(chart.ORGANISER_PAYABLE, 10_000)],
    )
    await database.run(house.organization_id, post, entry)
    return 10_000


async def _balances(uow: UnitOfWork) -> dict[str, int]:
    assert await violations(uow) == []
    return {a.code: a.balance_minor for a in await trial_balance(uow) if a.balance_minor}


def _key() -> dict[str, str]:
    return {"idempotency-key": str(new_id())}


async def test_a_way_to_pay_is_renamed_and_switched_off(
    api: Api, database: Database, house: House, gift: Gift
) -> None:
    admin = await api.as_("admin")
    before = {row["provider"]: row for row in (await admin.get(METHODS)).json()}

    changed = await admin.put(
        f"{METHODS}/sandbox",
        json={"label": "Credit card", "isOffered": False, "providerToken": "acct_1"},
    )
    kept = await admin.put(f"{METHODS}/sandbox", json={"label": "Card", "isOffered": False})

    assert set(before) == {"cash", "terminal", "sandbox"}
    assert all(row["isOffered"] for row in before.values())
    assert changed.json() == {
        "provider": "sandbox",
        "label": "Credit card",
        "isOffered": False,
        "isAtTill": False,
        "hasToken": True,
        "version": 1,
    }
    assert "acct_1" not in changed.text
    assert (kept.json()["hasToken"], kept.json()["version"]) == (True, 2)
    with pytest.raises(UnknownProvider):
        await database.run(
            house.organization_id, start_payment, "gift", new_id(), provider="sandbox"
        )
    assert (await admin.put(f"{METHODS}/barter", json={})).status_code == 404
    assert (await (await api.as_("staff")).get(METHODS)).status_code == 403


async def test_a_card_at_the_box_office_is_recorded_with_its_slip(
    database: Database, house: House, gift: Gift
) -> None:
    tenant = house.organization_id

    paid = await database.run(
        tenant, take_at_till, "gift", new_id(), provider="terminal", reference="0815"
    )

    assert (paid.outcome, paid.details) == ("honoured", {"reference": "0815"})
    assert await database.run(tenant, _balances) == {"1000": PRICE, "2000": PRICE}
    with pytest.raises(UnknownProvider):
        await database.run(tenant, take_at_till, "gift", new_id(), provider="sandbox")


async def test_a_payout_is_asked_for_and_paid(
    api: Api, database: Database, house: House, earned: int
) -> None:
    owner = await api.as_("owner")

    made = await owner.post(
        PAYOUTS, json={"amountMinor": 4000, "currency": "EUR", "note": "May"}, headers=_key()
    )
    paid = await owner.post(
        f"{made.headers['location']}/pay",
        json={"payoutReference": "SEPA-1"},
        headers={"if-match": made.headers["etag"]},
    )
    again = await owner.post(
        f"{made.headers['location']}/fail",
        json={"reason": "no"},
        headers={"if-match": paid.headers["etag"]},
    )
    listed = await owner.get(PAYOUTS, params={"status": "paid"})

    assert (made.status_code, made.json()["status"]) == (201, "requested")
    assert (paid.json()["status"], paid.json()["payoutReference"]) == ("paid", "SEPA-1")
    assert problem_of(again)["type"].endswith("illegal-transition")
    assert [row["id"] for row in listed.json()["items"]] == [made.json()["id"]]
    assert await database.run(house.organization_id, _balances) == {"1010": 6000, "2010": 6000}


async def test_a_failed_payout_can_be_paid_out_again(
    api: Api, database: Database, house: House, earned: int
) -> None:
    owner = await api.as_("owner")
    made = await owner.post(
        PAYOUTS, json={"amountMinor": earned, "currency": "EUR"}, headers=_key()
    )

    failed = await owner.post(
        f"{made.headers['location']}/fail",
        json={"reason": "account closed"},
        headers={"if-match": made.headers["etag"]},
    )
    again = await owner.post(
        PAYOUTS, json={"amountMinor": earned, "currency": "EUR"}, headers=_key()
    )

    assert (failed.json()["status"], failed.json()["failure"]) == ("failed", "account closed")
    assert again.status_code == 201
    assert await database.run(house.organization_id, _balances) == {}


async def test_no_more_is_paid_out_than_was_earned_even_at_once(
    api: Api, database: Database, house: House, earned: int
) -> None:
    owner = await api.as_("owner")

    answers = await asyncio.gather(
        *(
            owner.post(PAYOUTS, json={"amountMinor": 3000, "currency": "EUR"}, headers=_key())
            for _ in range(8)
        )
    )
    other = await owner.post(PAYOUTS, json={"amountMinor": 1, "currency": "USD"}, headers=_key())

    refused = [problem_of(answer) for answer in answers if answer.status_code == 409]
    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [409] * 5
    assert {problem["type"].rpartition(":")[2] for problem in refused} == {"more-than-earned"}
    assert other.status_code == 409
    assert await database.run(house.organization_id, _balances) == {"1010": 1000, "2010": 1000}


async def test_only_an_owner_pays_out(api: Api, earned: int) -> None:
    body = {"amountMinor": 1, "currency": "EUR"}

    answers = [
        (await (await api.as_(role)).post(PAYOUTS, json=body, headers=_key())).status_code
        for role in ("admin", "staff", "viewer")
    ]

    assert answers == [403, 403, 403]


async def test_a_failed_refund_is_found_and_tried_again(
    api: Api, database: Database, house: House, gift: Gift
) -> None:
    tenant, admin = house.organization_id, await api.as_("admin")
    payment = await an_open_payment(database, tenant)
    reference = payment.provider_payment_id or ""
    await the_card_does(database, tenant, payment, "succeed")
    await settle(database, tenant, "sandbox", reference)
    await database.run(tenant, refuse_refunds, reference)
    lines = [debit(chart.ORGANISER_FUNDS, 500)]
    await database.run(
        tenant, request_refund, payment.id, 500, reason="asked", lines=lines, allocation=[]
    )
    await Worker(database).drain()

    (failed,) = (await admin.get("/api/v1/refunds", params={"status": "failed"})).json()["items"]
    await database.run(tenant, refuse_refunds, reference, refuse=False)
    path = f"/api/v1/refunds/{failed['id']}"
    blind = await admin.post(f"{path}/retry")
    retried = await admin.post(
        f"{path}/retry", headers={"if-match": (await admin.get(path)).headers["etag"]}
    )
    await Worker(database).drain()
    after = (await admin.get(path)).json()

    assert failed["failure"] == "The sandbox was told to refuse refunds."
    assert blind.status_code == 428
    assert (retried.json()["status"], after["status"]) == ("approved", "succeeded")


async def test_what_was_put_aside_is_given_back_over_http(
    api: Api, database: Database, house: House, gift: Gift
) -> None:
    tenant, admin = house.organization_id, await api.as_("admin")
    payment = await an_open_payment(database, tenant)
    await the_card_does(database, tenant, payment, "wrong_amount")
    await settle(database, tenant, "sandbox", payment.provider_payment_id or "")
    path = f"/api/v1/transactions/{payment.id}/give-back"

    refund = await admin.post(path, json={"reason": "not ours"}, headers=_key())
    again = await admin.post(path, json={"reason": "not ours"}, headers=_key())
    await Worker(database).drain()

    assert refund.status_code == 201, refund.text
    assert problem_of(again)["type"].endswith("payment-not-in-review")
    assert await database.run(tenant, _balances) == {}
