"""How to make one of each thing of messaging that a route can name."""

from uuid import UUID

from houseful.messaging import show_message
from tests.builders.messaging import a_message
from tests.security.places import Place, makes

FILES = (("tickets.pdf", "application/pdf", b"%PDF-1.7"),)


@makes("message_id", "notification_id")
async def a_message_id(place: Place) -> UUID:
    tenant = place.house.organization_id
    return await a_message(place.database, tenant, FILES, status="failed", kind="order_paid")


@makes("file_id")
async def a_file_id(place: Place) -> UUID:
    shown = await place.run(show_message, await a_message_id(place))
    return shown.files[0].id
