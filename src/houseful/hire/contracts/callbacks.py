"""Where Adobe Acrobat Sign reports: answered at once, believed only after asking."""

from typing import Any
from uuid import UUID

import litestar
import msgspec
from litestar import Request, Response

from houseful.hire.contracts.adobe_sign.service import note_message
from houseful.hire.services import services_of
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.problems import Forbidden, Invalid
from houseful.kernel.secrets import is_same

PATH = "/callbacks/adobe-sign"
HEADER = "x-adobesign-clientid"
ID_MAX_CHARACTERS = 200

AnyRequest = Request[Any, Any, Any]


class _Agreement(msgspec.Struct):
    id: str = ""


class _Message(msgspec.Struct, rename="camel"):
    webhook_notification_id: str = ""
    event: str = ""
    agreement: _Agreement = msgspec.field(default_factory=_Agreement)


@litestar.get(PATH, include_in_schema=False)
async def confirm_intent(request: AnyRequest) -> Response[dict[str, str]]:
    """Echo the client id, by which the service knows that its messages are wanted."""
    return _echo(request)


@litestar.post(PATH, include_in_schema=False, status_code=200)
async def hear(request: AnyRequest) -> Response[dict[str, str]]:
    """Put the message down, once, and answer; the contract is brought up to date afterwards."""
    answer = _echo(request)
    try:
        message = msgspec.json.decode(await request.body(), type=_Message)
    except msgspec.DecodeError as error:
        raise Invalid("This is not a message of Adobe Acrobat Sign.") from error
    agreement_id = message.agreement.id[:ID_MAX_CHARACTERS]
    message_id = message.webhook_notification_id[:ID_MAX_CHARACTERS]
    if agreement_id and message_id:
        database: Database = request.app.state.database
        home = await database.run(None, _home_of, agreement_id)
        if home is not None:
            await database.run(home, note_message, agreement_id, message_id, message.event[:100])
    return answer


def _echo(request: AnyRequest) -> Response[dict[str, str]]:
    client_id = request.headers.get(HEADER, "")
    service = services_of(request.app.state.database).adobe_sign
    if service is None or not client_id or not is_same(client_id, service.client_id):
        raise Forbidden("This client id is not ours.")
    return Response({"xAdobeSignClientId": client_id}, headers={"X-AdobeSign-ClientId": client_id})


async def _home_of(uow: UnitOfWork, agreement_id: str) -> UUID | None:
    found = await uow.execute("SELECT agreement_home(:id)", {"id": agreement_id})
    return found.scalar_one_or_none()


handlers = [confirm_intent, hear]
