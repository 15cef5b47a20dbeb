"""Payouts in the office: what a provider paid is noted, what was earned is paid out."""

import re

import pytest

from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database
from houseful.payments import cleared_minor
from tests.api import Api, problem_of
from tests.builders.accounts import PASSWORD, House
from tests.builders.ticketing import a_paid_order, a_show, let_it_end
from tests.hire.test_paper_pages import OFFICE, Visitor
from tests.ticketing.test_funds import balances

PAGE = f"{OFFICE}/payouts"
RECEIVED = "/api/v1/provider-payouts"


@pytest.fixture
async def owner(api: Api, house: House) -> Visitor:
    """Who may pay out."""
    visitor = Visitor(api.guest())
    await visitor.send("/sign-in", "/sign-in", email=house.email("owner"), password=PASSWORD)
    return visitor


async def test_the_evening_is_paid_out(
    owner: Visitor, database: Database, house: House, clock: TravelClock
) -> None:
    show = await database.run(house.organization_id, a_show)
    await a_paid_order(database, show, 0, 1)
    before = await owner.read(PAGE)
    await let_it_end(database, clock)
    owner = await _again(owner, house)
    cleared = await database.run(house.organization_id, cleared_minor, "EUR")

    await owner.send(
        PAGE,
        f"{PAGE}/received",
        provider="sandbox",
        reference="po_17",
        amount=str((cleared - 100) / 100),
        fee="1.00",
    )
    once = _once(await owner.read(PAGE))
    for _ in range(2):
        await owner.send(PAGE, PAGE, amount="50", note="May", once=once)
    asked = await owner.read(PAGE)
    (payout_id,) = set(re.findall(r"/payouts/([0-9a-f-]{36})/pay", asked))
    await owner.send(PAGE, f"{PAGE}/{payout_id}/pay", reference="SEPA-9", version="1")
    after = await owner.read(PAGE)
    found = await database.run(house.organization_id, balances)

    assert "Can be paid out" in before
    assert "po_17" in after
    assert "SEPA-9" in after
    assert "1000" not in found
    assert found["5000"] == 100
    assert found["1010"] == cleared - 100 - 5000


async def test_more_than_there_is_is_refused_on_the_page(owner: Visitor) -> None:
    once = _once(await owner.read(PAGE))

    asked = await owner.send(PAGE, PAGE, amount="1", once=once)
    noted = await owner.send(
        PAGE, f"{PAGE}/received", provider="sandbox", reference="po_1", amount="1"
    )

    assert "more than there is to pay out" in asked.text
    assert "more than the providers hold" in noted.text


async def test_what_a_provider_paid_is_noted_once(
    api: Api, database: Database, house: House
) -> None:
    show = await database.run(house.organization_id, a_show)
    await a_paid_order(database, show, 0)
    owner = await api.as_("owner")
    body = {"provider": "sandbox", "reference": "po_1", "amountMinor": 1000, "currency": "EUR"}

    made = await owner.post(RECEIVED, json=body | {"feeMinor": 20}, headers=_key("a"))
    again = await owner.post(RECEIVED, json=body, headers=_key("b"))
    too_much = await owner.post(
        RECEIVED, json=body | {"reference": "po_2", "amountMinor": 10**9}, headers=_key("c")
    )
    cash = await owner.post(RECEIVED, json=body | {"provider": "cash"}, headers=_key("d"))
    clerk = await (await api.as_("admin")).post(RECEIVED, json=body, headers=_key("e"))
    found = await database.run(house.organization_id, balances)

    assert (made.status_code, made.json()["feeMinor"]) == (201, 20)
    assert problem_of(again)["type"].endswith("payout-known")
    assert problem_of(too_much)["type"].endswith("more-than-cleared")
    assert problem_of(cash)["type"].endswith("unknown-provider")
    assert clerk.status_code == 403
    assert (found["1010"], found["5000"]) == (1000, 20)


def _key(text: str) -> dict[str, str]:
    return {"idempotency-key": f"00000000-0000-0000-0000-00000000000{text}"}


def _once(page: str) -> str:
    found = re.search(r'name="once" value="([^"]+)"', page)
    assert found
    return found[1]


async def _again(visitor: Visitor, house: House) -> Visitor:
    """Sign in again: a year has passed."""
    await visitor.send("/sign-in", "/sign-in", email=house.email("owner"), password=PASSWORD)
    return visitor
