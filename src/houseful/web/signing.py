"""The signing page: what a signer finds behind the link that was sent to them."""

from typing import Any
from uuid import UUID

from litestar import Response
from litestar.response import Redirect

from houseful.hire.contracts.files import PDF
from houseful.hire.contracts.problems import LinkSpent
from houseful.hire.contracts.signatures import CONSENT
from houseful.hire.contracts.signing import (
    Desk,
    Signature,
    attachments_of,
    decline,
    open_link,
    read_attachment,
    read_document,
    sign,
)
from houseful.hire.contracts.wording import fill_line, read_wording
from houseful.kernel.problems import Invalid, Problem
from houseful.web.guards import Shop
from houseful.web.pages import act, show
from houseful.web.templating import page
from houseful.web.visits import Visit

PATH = "/sign/{organization:str}/{signer_id:uuid}/{token:str}"


@show(PATH, Shop())
async def show_desk(visit: Visit, signer_id: UUID, token: str) -> Response[Any]:
    """Show the document, and where to sign it; or how it ended."""
    return await _desk(visit, signer_id, token)


@show(PATH + "/document", Shop())
async def show_document(visit: Visit, signer_id: UUID, token: str) -> Response[bytes]:
    """Show the document as PDF; once everybody has signed, with its evidence."""
    file = await visit.run(read_document, _secret(visit), signer_id, token)
    return Response(
        file.content,
        media_type=PDF,
        headers={"cache-control": "no-store", "content-disposition": "inline"},
    )


@show(PATH + "/attachments/{file_id:uuid}", Shop())
async def show_attachment(
    visit: Visit, signer_id: UUID, token: str, file_id: UUID
) -> Response[bytes]:
    """Hand out what belongs to the document."""
    file = await visit.run(read_attachment, _secret(visit), signer_id, token, file_id)
    headers = {"cache-control": "no-store", "content-disposition": "attachment"}
    return Response(file.content, media_type=file.media_type, headers=headers)


@act(PATH, Shop())
async def sign_document(visit: Visit, signer_id: UUID, token: str) -> Response[Any]:
    """Sign, with a drawn line or a typed name."""
    form = await visit.form()
    strokes = form.get("strokes", "")
    signature = Signature(
        kind="drawn" if strokes else "typed",
        strokes=strokes,
        name=form.get("name", ""),
        has_consented=form.get("consent") == "yes",
        document_hash=form.get("document_hash", ""),
        browser=visit.request.headers.get("user-agent", ""),
    )
    try:
        await visit.run(sign, _secret(visit), signer_id, token, signature)
    except Invalid as problem:
        return await _desk(visit, signer_id, token, message=_say(problem), form=form)
    except LinkSpent:
        return await _desk(visit, signer_id, token)
    return Redirect(visit.request.url.path, status_code=303)


@act(PATH + "/decline", Shop())
async def decline_document(visit: Visit, signer_id: UUID, token: str) -> Response[Any]:
    """Refuse to sign, with the reason."""
    form = await visit.form()
    try:
        await visit.run(decline, _secret(visit), signer_id, token, form.get("reason", ""))
    except Invalid as problem:
        return await _desk(visit, signer_id, token, message=_say(problem), form=form)
    except LinkSpent:
        return await _desk(visit, signer_id, token)
    return Redirect(visit.request.url.path.removesuffix("/decline"), status_code=303)


async def _desk(
    visit: Visit,
    signer_id: UUID,
    token: str,
    *,
    message: str = "",
    form: dict[str, str] | None = None,
) -> Response[Any]:
    try:
        desk: Desk = await visit.run(open_link, _secret(visit), signer_id, token)
    except LinkSpent as problem:
        return page(visit, "signing_spent.html", status=410, reason=problem.detail)
    contract = desk.contract
    return page(
        visit,
        "signing.html",
        status=422 if message else 200,
        contract=contract,
        signer=desk.signer,
        is_open=desk.is_open,
        title=fill_line(contract.title, contract.values),
        blocks=read_wording(contract.body, contract.values),
        attachments=await visit.run(attachments_of, contract.id),
        consent=CONSENT,
        path=f"/sign/{visit.organization.slug}/{signer_id}/{token}",
        message=message,
        form=form or {},
    )


def _secret(visit: Visit) -> str:
    return visit.secret


def _say(problem: Problem) -> str:
    return problem.detail or problem.title


handlers = [show_desk, show_document, show_attachment, sign_document, decline_document]
