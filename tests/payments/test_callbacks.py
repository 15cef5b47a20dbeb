"""Providers' messages over HTTP: signed, kept once, in any order, and never believed."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
import msgspec
import pytest

from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.jobs import Worker
from houseful.payments import Transaction
from houseful.payments.callbacks import callback_key
from houseful.payments.providers.signatures import check_signature, sign
from houseful.payments.subscribers import reconcile
from tests.api import Api, problem_of
from tests.builders.accounts import House
from tests.builders.payments import Gift, a_gift, an_open_payment, the_card_does
from tests.builders.ticketing import SECRET


@pytest.fixture
def gift() -> Iterator[Gift]:
    """Something that can be paid for."""
    with a_gift() as gift:
        yield gift


class Messenger:
    """The sandbox's messages to one organisation."""

    def __init__(self, api: Api, database: Database, tenant: UUID) -> None:
        self._client = api.guest()
        self._clock = database.clock
        self._tenant = tenant

    async def send(
        self, payment: str, *, notice_id: str = "", key: bytes = b"", age_seconds: int = 0
    ) -> httpx.Response:
        """Tell that something happened to a payment."""
        body = msgspec.json.encode({"payment": payment})
        notice_id = notice_id or f"msg_{new_id().hex}"
        stamp = int(self._clock.now().timestamp()) - age_seconds
        key = key or callback_key(SECRET, "sandbox", self._tenant)
        return await self._client.post(
            f"/callbacks/payments/sandbox/{self._tenant}",
            content=body,
            headers={
                "webhook-id": notice_id,
                "webhook-timestamp": str(stamp),
                "webhook-signature": f"v1,wrong {sign(key, notice_id, stamp, body)}",
                "content-type": "application/json",
            },
        )


@pytest.fixture
def messenger(api: Api, database: Database, house: House) -> Messenger:
    """The sandbox's messenger to the house."""
    return Messenger(api, database, house.organization_id)


async def _status(database: Database, house: House, payment: Transaction) -> str:
    row = await database.run(house.organization_id, lambda uow: uow.get(Transaction, payment.id))
    return row.status


async def _notices(uow: UnitOfWork) -> int:
    return (await uow.execute("SELECT count(*) FROM provider_notices")).scalar_one()


async def test_a_message_settles_once_however_often_it_comes(
    messenger: Messenger, database: Database, house: House, gift: Gift
) -> None:
    tenant = house.organization_id
    payment = await an_open_payment(database, tenant)
    await the_card_does(database, tenant, payment, "succeed")
    reference = payment.provider_payment_id or ""

    answers = [await messenger.send(reference, notice_id="msg_1") for _ in range(3)]
    answers.append(await messenger.send(reference, notice_id="msg_2"))
    await Worker(database).drain()

    assert [answer.status_code for answer in answers] == [202] * 4
    assert await database.run(tenant, _notices) == 2
    assert gift.honoured == [payment.payable_id]
    assert await _status(database, house, payment) == "succeeded"


async def test_a_message_is_never_believed(
    messenger: Messenger, database: Database, house: House, gift: Gift
) -> None:
    """It comes before the card has paid, and after: what counts is what the provider says."""
    tenant = house.organization_id
    payment = await an_open_payment(database, tenant)
    reference = payment.provider_payment_id or ""

    await messenger.send(reference)
    await Worker(database).drain()
    early = await _status(database, house, payment)
    await the_card_does(database, tenant, payment, "succeed")
    await messenger.send(reference)
    await Worker(database).drain()

    assert (early, await _status(database, house, payment)) == ("pending", "succeeded")
    assert gift.honoured == [payment.payable_id]


async def test_a_message_about_an_unknown_payment_is_taken_and_changes_nothing(
    messenger: Messenger, database: Database
) -> None:
    answer = await messenger.send("sbx_unknown")
    await Worker(database).drain()

    assert answer.status_code == 202
    dead = "SELECT count(*) FROM procrastinate_jobs"
    assert (await database.run(None, lambda uow: uow.execute(dead))).scalar_one() == 0


async def test_what_is_not_signed_by_the_provider_is_refused(
    messenger: Messenger, database: Database, house: House, other_house: House, api: Api
) -> None:
    guest = api.guest()
    theirs = callback_key(SECRET, "sandbox", other_house.organization_id)
    answers = [
        await messenger.send("sbx_1", key=b"a key of their own"),
        await messenger.send("sbx_1", key=theirs),
        await messenger.send("sbx_1", age_seconds=600),
        await messenger.send("sbx_1", age_seconds=-600),
        await guest.post(f"/callbacks/payments/sandbox/{house.organization_id}", content="{}"),
        await guest.post(f"/callbacks/payments/cash/{house.organization_id}", content="{}"),
    ]
    unknown = await guest.post(f"/callbacks/payments/nobody/{house.organization_id}")

    assert {problem_of(answer)["type"].rpartition(":")[2] for answer in answers} == {
        "bad-signature"
    }
    assert unknown.status_code == 404
    assert await database.run(house.organization_id, _notices) == 0


def test_signatures_are_those_of_standard_webhooks() -> None:
    """The published example of the specification."""

    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }

    found = check_signature(
        key, headers, b'{"test": 2432232314}', datetime.fromtimestamp(1614265330, UTC)
    )

    assert found == headers["webhook-id"]


async def test_a_card_that_succeeds_late_is_found_out_by_the_clock(
    database: Database, house: House, gift: Gift, clock: TravelClock
) -> None:
    tenant = house.organization_id
    payment = await an_open_payment(database, tenant)
    await the_card_does(database, tenant, payment, "succeed_late")

    clock.travel(timedelta(minutes=5))
    await reconcile(database)
    early = await _status(database, house, payment)
    clock.travel(timedelta(minutes=26))
    await reconcile(database)

    assert (early, await _status(database, house, payment)) == ("pending", "succeeded")
    assert gift.honoured == [payment.payable_id]
