"""The promoter port: who knows the canonical events. Our own room of events, or a service."""

from http import HTTPStatus
from uuid import UUID

import httpx
import msgspec

from houseful import events
from houseful.hire.venue_events.problems import PromoterUnreachable
from houseful.kernel.database import Database, UnitOfWork

TIMEOUT_SECONDS = 5


class PromoterEvent(msgspec.Struct, frozen=True):
    """What a promoter's event is called; times and all else stay with the promoter.

    `id` is the one that it is referred to by, also when it was asked for by an older one.
    """

    id: str
    name: str


class Promoter:
    """The external Promoter service, `GET /internal/events/{id}`."""

    def __init__(
        self, url: str, api_key: str, *, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._http = httpx.AsyncClient(
            base_url=url.rstrip("/"),
            headers={"x-internal-api-key": api_key},
            timeout=TIMEOUT_SECONDS,
            transport=transport,
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def find(self, event_id: str) -> PromoterEvent | None:
        """Return the event of this id, or None. Raises `PromoterUnreachable`, never guesses."""
        try:
            answer = await self._http.get(f"/internal/events/{event_id}")
            if answer.status_code == HTTPStatus.NOT_FOUND:
                return None
            if not answer.is_success:
                raise PromoterUnreachable(f"It answers {answer.status_code}.")
            said = answer.json()
            return PromoterEvent(str(said["id"]), str(said.get("name", "")))
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise PromoterUnreachable from error


async def find_promoter_event(
    database: Database, promoter: Promoter | None, event_id: str, *, home: UUID
) -> PromoterEvent | None:
    """Ask whoever knows the canonical events; no transaction is open meanwhile.

    Of other promoters' events drafts are not known; of one's own (of `home`) they are: a night must
    be linked to its show before the show can be announced in what was hired.
    """
    if promoter is not None:
        return await promoter.find(event_id)
    return await database.run(home, _find_own, event_id) or await database.run(
        None, _find_announced, event_id
    )


async def _find_own(uow: UnitOfWork, event_id: str) -> PromoterEvent | None:
    if events.is_object_id(event_id):
        found = await events.event_of_source(uow, event_id)
    else:
        try:
            wanted = UUID(event_id)
        except ValueError:
            return None
        found = (await events.events_by_id(uow, [wanted])).get(wanted)
    return PromoterEvent(str(found.id), found.name) if found is not None else None


async def _find_announced(uow: UnitOfWork, event_id: str) -> PromoterEvent | None:
    found = await events.announced_event(uow, event_id)
    return PromoterEvent(str(found.id), found.name) if found is not None else None
