"""Where a provider sends the payer back to, whatever was paid for."""

from typing import Any
from uuid import UUID

from litestar import Response
from litestar.response import Redirect

from houseful.payments import come_back
from houseful.web.guards import Anybody
from houseful.web.pages import show
from houseful.web.visits import Visit


@show("/payments/{organization_id:uuid}/{transaction_id:uuid}/back", Anybody())
async def show_what_was_paid(
    visit: Visit, organization_id: UUID, transaction_id: UUID
) -> Response[Any]:
    """Hear what became of the payment before its page is shown, and go on to that page."""
    path = await come_back(visit.database, organization_id, transaction_id)
    return Redirect(path, status_code=303)


handlers = [show_what_was_paid]
