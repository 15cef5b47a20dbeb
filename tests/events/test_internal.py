"""What other services read of events: by the operator's key, and nothing without."""

from dataclasses import dataclass
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest

from houseful.hire.venue_events.promoter import Promoter
from houseful.kernel.database import Database
from houseful.kernel.settings import Settings
from tests.api import Api, problem_of
from tests.builders.accounts import House
from tests.builders.events import an_event

KEY = "between-services-" * 2
HEADER = "x-internal-api-key"


@dataclass
class _Asked:
    event_id: UUID
    name: str


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings with a key for other services."""
    return msgspec.structs.replace(settings, internal_api_key=KEY)


@pytest.fixture
async def asked(database: Database, other_house: House) -> _Asked:
    """A published event of some organisation."""
    event = await database.run(other_house.organization_id, an_event)
    return _Asked(event.id, event.name)


async def test_an_event_is_read_by_the_key_whosever_it_is(
    api: Api, asked: _Asked, other_house: House
) -> None:
    answer = await api.guest(**{HEADER: KEY}).get(f"/internal/events/{asked.event_id}")

    assert answer.status_code == 200, answer.text
    assert answer.json()["name"] == asked.name
    assert answer.json()["organizationId"] == str(other_house.organization_id)
    assert answer.json()["startAt"].endswith("Z")


async def test_without_the_key_nobody_reads_it(api: Api, asked: _Asked) -> None:
    path = f"/internal/events/{asked.event_id}"
    owner = await api.as_("owner")

    answers = [
        await api.guest().get(path),
        await owner.get(path),
        await api.guest(**{HEADER: KEY[:-1]}).get(path),
        await api.guest(**{HEADER: ""}).get(path),
    ]

    assert [problem_of(answer)["status"] for answer in answers] == [401] * 4


async def test_a_draft_and_what_is_not_there_are_the_same(
    api: Api, database: Database, other_house: House
) -> None:
    draft = await database.run(other_house.organization_id, an_event, in_state="draft")
    service = api.guest(**{HEADER: KEY})

    answers = [
        await service.get(f"/internal/events/{event_id}")
        for event_id in (draft.id, uuid4(), "66f0aa12bb34cc56dd78ee90")
    ]

    assert [answer.status_code for answer in answers] == [404] * 3


OBJECT_ID = "66f0aa12bb34cc56dd78ee90"


async def test_an_event_that_was_brought_in_is_read_by_the_id_it_had(
    api: Api, database: Database, house: House, other_house: House
) -> None:
    event = await database.run(other_house.organization_id, an_event, source_object_id=OBJECT_ID)
    await database.run(house.organization_id, an_event, in_state="draft", source_object_id="0" * 24)
    service = api.guest(**{HEADER: KEY})

    found = await service.get(f"/internal/events/{OBJECT_ID.upper()}")
    draft = await service.get(f"/internal/events/{'0' * 24}")
    await database.run(house.organization_id, an_event, source_object_id=OBJECT_ID)
    unclear = await service.get(f"/internal/events/{OBJECT_ID}")

    assert (found.json()["id"], found.json()["sourceObjectId"]) == (str(event.id), OBJECT_ID)
    assert draft.status_code == 404
    assert problem_of(unclear)["type"].endswith("event-source-id-ambiguous")


async def test_an_event_is_brought_in_once(api: Api) -> None:
    owner = await api.as_("owner")
    body = {"name": "Tour", "sourceObjectId": OBJECT_ID}

    made = await owner.post("/api/v1/promoter/events", json=body)
    again = await owner.post("/api/v1/promoter/events", json=body)
    wrong = await owner.post("/api/v1/promoter/events", json={**body, "sourceObjectId": "tour"})

    assert made.json()["sourceObjectId"] == OBJECT_ID
    assert (problem_of(again)["status"], problem_of(again)["eventId"]) == (409, made.json()["id"])
    assert wrong.status_code == 422


async def test_the_promoter_port_of_another_houseful_reads_it(api: Api, asked: _Asked) -> None:
    transport = httpx.ASGITransport(api.app, raise_app_exceptions=False)
    promoter = Promoter("http://another", KEY, transport=transport)

    found = await promoter.find(str(asked.event_id))
    missing = await promoter.find(str(uuid4()))
    await promoter.close()

    assert found is not None
    assert (found.id, found.name, missing) == (str(asked.event_id), asked.name, None)


class TestUnset:
    """Without a key in the settings none is right, not even none."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        """Settings as they come."""
        return msgspec.structs.replace(settings, internal_api_key="")

    @pytest.mark.parametrize("headers", [{}, {HEADER: ""}, {HEADER: KEY}])
    async def test_nobody_reads_it(self, api: Api, asked: _Asked, headers: dict[str, str]) -> None:
        answer = await api.guest(**headers).get(f"/internal/events/{asked.event_id}")

        assert answer.status_code == 401
