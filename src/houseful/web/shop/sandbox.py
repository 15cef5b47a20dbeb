"""The sandbox's card page: it plays the provider's, and does what it is told."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response
from litestar.params import Parameter
from litestar.response import Redirect

from houseful.kernel.problems import Invalid, NotFound
from houseful.payments import Deed, read_sandbox_payment, settle, tell_sandbox
from houseful.web.guards import Anybody
from houseful.web.pages import act, show
from houseful.web.templating import page
from houseful.web.visits import Form, Visit

PATH = "/sandbox/{organization_id:uuid}/{reference:str}"
NOTIFICATIONS_MAX = 2

Reference = Annotated[str, Parameter(max_length=80)]


@show(PATH, Anybody())
async def show_card(visit: Visit, organization_id: UUID, reference: Reference) -> Response[Any]:
    """Show what is to be paid, and what the card can be told to do."""
    _require_sandbox(visit)
    payment = await visit.database.run(organization_id, read_sandbox_payment, reference)
    return page(visit, "shop/sandbox.html", payment=payment)


@act(PATH, Anybody())
async def tell_card(visit: Visit, organization_id: UUID, reference: Reference) -> Response[Any]:
    """Let the card do its deed, tell us so as often as asked, and send the browser back."""
    _require_sandbox(visit)
    form = await visit.form()
    deed, notifications = _deed(form), form.get("notifications", "0")
    payment = await visit.database.run(organization_id, tell_sandbox, reference, deed)
    if notifications.isdecimal():
        for _ in range(min(int(notifications), NOTIFICATIONS_MAX)):
            await settle(visit.database, organization_id, "sandbox", reference)
    if "stay" in form:
        return Redirect(visit.request.url.path, status_code=303)
    return Redirect(payment.return_path, status_code=303)


def _deed(form: Form) -> Deed:
    try:
        return msgspec.convert(form.get("deed"), Deed)
    except msgspec.ValidationError as error:
        raise Invalid.at("/deed", "The card cannot do that.") from error


def _require_sandbox(visit: Visit) -> None:
    if not visit.settings.sandbox_payments:
        raise NotFound


handlers = [show_card, tell_card]
