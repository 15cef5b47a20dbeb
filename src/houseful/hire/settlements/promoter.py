"""The promoter's side: they work in their own organisation, on settlements of other houses.

Each step runs in the transaction of the organisation that it concerns, and of no other.
"""

from uuid import UUID

from houseful.hire.settlements import queries, service, waiting
from houseful.hire.settlements.box_office import receipts_of
from houseful.hire.settlements.models import Settlement
from houseful.hire.settlements.problems import ReceiptsElsewhere
from houseful.hire.settlements.schemas import Agreement, NewComment
from houseful.kernel.database import Database
from houseful.kernel.identity import Actor
from houseful.kernel.problems import NotFound

SHOWN_MAX = 200


class PromotersDesk:
    """What somebody of a promoter's organisation can do about settlements of its events."""

    def __init__(self, database: Database, actor: Actor, organization_id: UUID) -> None:
        self._database = database
        self._actor = actor
        self._organization_id = organization_id

    async def nights(self) -> list[queries.SettledNight]:
        """Return the settlements of its events elsewhere with their nights, the newest first."""
        homes = await self._database.run(self._organization_id, queries.settlement_homes)
        newest = sorted(homes, reverse=True)[:SHOWN_MAX]
        return [
            found
            for home in dict.fromkeys(homes[one] for one in newest)
            for found in await self._database.run(
                home, queries.settled_nights, [one for one in newest if homes[one] == home]
            )
        ]

    async def list(self) -> list[Settlement]:
        """Return the settlements of its events elsewhere, the newest first."""
        return [night.settlement for night in await self.nights()]

    async def read(self, settlement_id: UUID) -> Settlement:
        """Return one of them. Raises `NotFound`."""
        home = await self._home(settlement_id)
        return await self._database.run(home, queries.get_settlement, settlement_id)

    async def night(self, settlement_id: UUID) -> queries.SettledNight:
        """Return one of them with its night. Raises `NotFound`."""
        home = await self._home(settlement_id)
        (night,) = await self._database.run(home, queries.settled_nights, [settlement_id])
        return night

    async def opening(self, settlement: Settlement) -> waiting.Opening | None:
        """Return from when one of them can be agreed to; None when it can now."""
        return await self._database.run(settlement.organization_id, waiting.opening_of, settlement)

    async def overpaid_minor(self, settlement: Settlement) -> int:
        """Return what was paid too much of one's deposits, which goes back on its own."""
        return await self._database.run(
            settlement.organization_id, queries.overpaid_minor, settlement
        )

    async def sheet(self, settlement_id: UUID) -> bytes:
        """Return the sheet that both sides agreed to. Raises `NotFound` and `SheetNotAgreed`."""
        home = await self._home(settlement_id)
        return await self._database.run(home, queries.read_sheet, settlement_id)

    async def hand_over_receipts(self, settlement_id: UUID) -> Settlement:
        """Let the venue reckon with what this organisation's books say of its event.

        Raises `NotFound`, `ReceiptsElsewhere`, and `SettlementFixed` once it is agreed.
        """
        home = await self._home(settlement_id)
        settlement = await self._database.run(home, queries.get_settlement, settlement_id)
        if settlement.promoter_event_id is None:
            raise ReceiptsElsewhere
        receipts = await self._database.run(
            self._organization_id, receipts_of, settlement.promoter_event_id, settlement.currency
        )
        return await self._database.run_as(
            self._actor, home, service.take_receipts, settlement_id, receipts
        )

    async def agree(self, settlement_id: UUID, data: Agreement) -> Settlement:
        """Agree for the promoter's side. Raises as `service.agree`, and `NotFound`."""
        data.party = "promoter"
        home = await self._home(settlement_id)
        return await self._database.run_as(
            self._actor, home, service.agree, settlement_id, data, by_promoter=True
        )

    async def comment(self, settlement_id: UUID, data: NewComment) -> Settlement:
        """Say something for the promoter's side. Raises `NotFound`."""
        data.party = "promoter"
        home = await self._home(settlement_id)
        return await self._database.run_as(
            self._actor, home, service.comment, settlement_id, data, by_promoter=True
        )

    async def _home(self, settlement_id: UUID) -> UUID:
        homes = await self._database.run(self._organization_id, queries.settlement_homes)
        home = homes.get(settlement_id)
        if home is None:
            raise NotFound
        return home
