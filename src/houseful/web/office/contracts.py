"""Contracts: draw up, fill in, approve, send; what happened, and its files."""

from collections.abc import Callable
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from litestar import Response
from litestar.datastructures import UploadFile

from houseful import hire
from houseful.hire.contracts import files, queries, sending, service
from houseful.hire.contracts.models import Contract
from houseful.hire.contracts.schemas import (
    ATTACHMENT_BYTES_MAX,
    ContractChanges,
    ContractView,
    Ending,
    NewContract,
    SignerBody,
)
from houseful.hire.contracts.templates import list_templates
from houseful.hire.contracts.values import values_of
from houseful.hire.contracts.wording import fill_line, placeholders_of, read_wording
from houseful.hire.deals.queries import deal_about
from houseful.hire.services import services_of
from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Invalid, Problem, TooLarge
from houseful.web.office.booking_asking import ENDS
from houseful.web.office.booking_steps import WORDS
from houseful.web.office.forms import Filled, message_of, read_body, read_id, read_time
from houseful.web.office.papers import (
    NEWEST,
    Attempt,
    WholeHouse,
    ask_once,
    booking_titles,
    do_and_go,
    plain_name,
)
from houseful.web.office.people import people_of
from houseful.web.office.shell import Crumb, back_to, office_page
from houseful.web.pages import act, pdf, show
from houseful.web.visits import Form, Visit

PATH = "/office/{organization:str}/contracts"
ONE = PATH + "/{contract_id:uuid}"
CONTRACTS = Crumb("/contracts", "Contracts")
ORDERS = (("parallel", "All at once"), ("sequential", "One after the other"))
PROVIDERS = (("local", "On our own page"), ("adobe_sign", "With Adobe Acrobat Sign"))
SIGNER_ROWS = 3


@show(PATH, WholeHouse("venue.contracts.read", module="venue"))
async def show_contracts(visit: Visit) -> Response[Any]:
    """Show the contracts, the newest first, and the form to draw one up."""
    return await _contracts(visit)


@act(PATH, WholeHouse("venue.contracts.create", module="venue"))
async def draw_up(visit: Visit) -> Response[Any]:
    """Draw up a contract from a template."""
    form = await visit.form()
    try:
        zone = ZoneInfo(visit.organization.timezone)
        data = NewContract(
            template_id=read_id(form.get("template_id", ""), "/templateId"),
            booking_id=read_id(form["booking_id"], "/bookingId")
            if form.get("booking_id")
            else None,
            signers=_signers(form),
            signing_order="sequential" if form.get("signing_order") == "sequential" else "parallel",
            provider="adobe_sign" if form.get("provider") == "adobe_sign" else "local",
            expires_at=read_time(form.get("expires_at", ""), zone, "/expiresAt"),
            remind_every_days=3,
        )
        contract: Contract = await visit.run(_draw_up, data)
    except Problem as problem:
        return await _contracts(visit, form=form, problem=problem)
    return back_to(visit, f"/contracts/{contract.id}", "The contract is a draft.")


@show(ONE, WholeHouse("venue.contracts.read", module="venue"))
async def show_contract(visit: Visit, contract_id: UUID) -> Response[Any]:
    """Show a contract: its wording, what it still asks for, who signs, what happened."""
    return await _contract(visit, contract_id)


@act(ONE + "/values", WholeHouse("venue.contracts.update", module="venue"))
async def fill_in(visit: Visit, contract_id: UUID) -> Response[Any]:
    """Give placeholders their values."""
    form = await visit.form()

    async def change(uow: UnitOfWork) -> None:
        contract = await queries.get_contract(uow, contract_id)
        names = placeholders_of(contract.title, contract.body)
        given = {name: form.get(f"value.{name}", "").strip()[:2000] for name in names}
        values = dict(contract.values) | given
        changes = ContractChanges(values={key: value for key, value in values.items() if value})
        await service.update_contract(uow, contract_id, contract.version, changes)

    return await do_and_go(visit, f"/contracts/{contract_id}", "The values are kept.", change)


@act(ONE + "/attachments", WholeHouse("venue.contracts.update", module="venue"))
async def attach_file(visit: Visit, contract_id: UUID) -> Response[Any]:
    """Attach a file to a draft."""
    data = await visit.request.form()
    visit.check_csrf(str(data.get("csrf", "")))
    upload = data.get("file")
    content = await upload.read(ATTACHMENT_BYTES_MAX + 1) if isinstance(upload, UploadFile) else b""
    name = upload.filename if isinstance(upload, UploadFile) else ""

    async def attach(uow: UnitOfWork) -> None:
        if not content:
            raise Invalid.at("/file", "Please choose a file.")
        if len(content) > ATTACHMENT_BYTES_MAX:
            raise TooLarge("An attachment has 10 MB at most.")
        await files.attach_bytes(uow, contract_id, plain_name(name), content)

    return await do_and_go(visit, f"/contracts/{contract_id}", "The file is attached.", attach)


@act(ONE + "/submit", WholeHouse("venue.contracts.update", module="venue"))
async def submit(visit: Visit, contract_id: UUID) -> Response[Any]:
    """Ask for approval."""
    await visit.form()
    path, notice = f"/contracts/{contract_id}", "The contract waits for approval."
    return await do_and_go(visit, path, notice, service.submit_contract, contract_id)


@act(ONE + "/approve", WholeHouse("venue.contracts.approve", module="venue"))
async def approve(visit: Visit, contract_id: UUID) -> Response[Any]:
    """Let it go out."""
    await visit.form()
    path, notice = f"/contracts/{contract_id}", "The contract is approved and can be sent."
    return await do_and_go(visit, path, notice, service.approve_contract, contract_id)


@act(ONE + "/return", WholeHouse("venue.contracts.approve", module="venue"))
async def give_back(visit: Visit, contract_id: UUID) -> Response[Any]:
    """Give it back to be rewritten."""
    return await end(visit, contract_id, "return", service.return_contract, "It is a draft again.")


@act(ONE + "/send", WholeHouse("venue.contracts.send", module="venue"))
async def send(visit: Visit, contract_id: UUID) -> Response[Any]:
    """Make the document and invite who signs first."""
    asks = "The document stays as it is from then on, and whoever signs is invited."
    asked = await _ask(visit, contract_id, "Send the contract", asks)
    return asked or await do_and_go(
        visit,
        f"/contracts/{contract_id}",
        "The contract is on its way to whoever signs.",
        sending.send_contract,
        contract_id,
        has_service=services_of(visit.database).adobe_sign is not None,
    )


@act(ONE + "/remind", WholeHouse("venue.contracts.send", module="venue"))
async def remind(visit: Visit, contract_id: UUID) -> Response[Any]:
    """Remind who has not signed."""
    await visit.form()
    path, notice = f"/contracts/{contract_id}", "They are reminded."
    return await do_and_go(visit, path, notice, sending.remind_signers, contract_id)


@act(ONE + "/void", WholeHouse("venue.contracts.void", module="venue"))
async def void(visit: Visit, contract_id: UUID) -> Response[Any]:
    """End a contract that is not signed, with the reason."""
    notice = "The contract is void: its links hold no longer."
    asks = ("Void the contract", "It ends for good, and nobody can sign it any more.")
    return await end(visit, contract_id, "void", service.void_contract, notice, asks=asks)


@show(ONE + "/preview", WholeHouse("venue.contracts.read", module="venue"))
async def preview(visit: Visit, contract_id: UUID) -> Response[bytes]:
    """Show the contract as PDF as it stands."""
    content = await visit.run(queries.preview, contract_id)
    return pdf(content, f"contract-{contract_id}.pdf")


@show(ONE + "/files/{file_id:uuid}", WholeHouse("venue.contracts.read", module="venue"))
async def download(visit: Visit, contract_id: UUID, file_id: UUID) -> Response[bytes]:
    """Hand out a file of the contract."""
    file = await visit.run(files.read_file, contract_id, file_id)
    headers = {"content-disposition": "attachment", "cache-control": "no-store"}
    return Response(file.content, media_type=file.media_type, headers=headers)


async def end(
    visit: Visit,
    contract_id: UUID,
    act: str,
    use_case: Any,
    notice: str,
    *,
    read: Callable[[Form], Any] | None = None,
    asks: tuple[str, str] | None = None,
) -> Response[Any]:
    """Do what needs a reason, and go to the contract that comes of it; else ask again.

    `asks` are the label and the words of what is not done before somebody is sure.
    """
    form = await visit.form()
    try:
        reason = {"reason": form.get("reason", "").strip()}
        data = read(form) if read is not None else read_body(Ending, reason)
        asked = await _ask(visit, contract_id, *asks) if asks else None
        if asked is not None:
            return asked
        contract: Contract = await visit.run(use_case, contract_id, data)
    except Problem as problem:
        return await _contract(visit, contract_id, Attempt(act, form, problem))
    return back_to(visit, f"/contracts/{contract.id}", notice)


async def _ask(
    visit: Visit, contract_id: UUID, label: str, consequence: str
) -> Response[str] | None:
    async def read(uow: UnitOfWork) -> str:
        contract = await queries.get_contract(uow, contract_id)
        return fill_line(contract.title, await values_of(uow, contract))

    here = Crumb(f"/contracts/{contract_id}", await visit.run(read))
    return await ask_once(visit, crumbs=(CONTRACTS, here), label=label, consequences=[consequence])


async def _draw_up(uow: UnitOfWork, data: NewContract) -> Contract:
    """Draft the contract about the deal of its booking, when there is one."""
    if data.booking_id is not None:
        deal = await deal_about(uow, booking_id=data.booking_id)
        data.deal_id = deal.id if deal is not None else None
    return await service.create_contract(uow, data)


def _signers(form: Form) -> list[SignerBody]:
    signers: list[SignerBody] = []
    for row in range(1, SIGNER_ROWS + 1):
        name, email = (form.get(f"{part}_{row}", "").strip() for part in ("name", "email"))
        if not name and not email:
            continue
        try:
            given = {"name": name, "email": email, "role": "customer" if row == 1 else "house"}
            signers.append(msgspec.convert(given, SignerBody))
        except msgspec.ValidationError as error:
            wrong = "name" if not name else "email"
            raise Invalid.at(f"/{wrong}_{row}", "Please give a name and an address.") from error
    return signers


async def _contracts(
    visit: Visit, *, form: Form | None = None, problem: Problem | None = None
) -> Response[Any]:
    async def read(uow: UnitOfWork) -> dict[str, Any]:
        contracts, _ = await queries.list_contracts(uow, window=NEWEST)
        templates, _ = await list_templates(uow, window=NEWEST, is_active=True)
        bookings = await booking_titles(uow)
        return {
            "contracts": [
                (
                    ContractView.of(one),
                    fill_line(one.title, _shown_values(one, bookings)),
                )
                for one in contracts
            ],
            "templates": [(one.id, one.name) for one in templates if one.published],
            "bookings": bookings,
        }

    values: Any = form or await _proposed(visit)
    return office_page(
        visit,
        "contracts.html",
        here="/contracts",
        heading="Contracts",
        message=message_of(problem, values) if problem else "",
        filled=Filled(values, problem),
        is_drafting=problem is not None or bool(values.get("booking_id")),
        orders=ORDERS,
        providers=PROVIDERS,
        has_service=services_of(visit.database).adobe_sign is not None,
        signer_rows=range(1, SIGNER_ROWS + 1),
        **await visit.run(read),
    )


async def _proposed(visit: Visit) -> dict[str, str]:
    """Return what the form begins with: the booking that one comes from, and its contact."""
    values = {"email_2": visit.identity.email if visit.identity else ""}
    chosen = visit.request.query_params.get("booking_id", "")
    if chosen:
        booking_id = read_id(chosen, "/bookingId")
        booking = await visit.run(hire.get_booking, booking_id, scope=visit.space_ids)
        values |= {
            "booking_id": str(booking_id),
            "name_1": booking.contact_name,
            "email_1": booking.contact_email,
        }
    return values


def _shown_values(contract: Contract, titles: dict[UUID, str]) -> dict[str, Any]:
    """Return what a title is filled with before a contract is sent, and by what was sent after."""
    title = titles.get(contract.booking_id, "") if contract.booking_id else ""
    return {"booking.title": title, **contract.values}


async def _ending_of(uow: UnitOfWork, contract: Contract) -> Any:
    """Return what ended the booking whose end voided the contract, if that is how it ended."""
    if contract.status != "voided" or contract.booking_id is None:
        return None
    acts, _ = await hire.list_acts(uow, contract.booking_id, window=NEWEST)
    return next((one for one in acts if one.act in ENDS), None)


async def _contract(
    visit: Visit, contract_id: UUID, attempt: Attempt | None = None
) -> Response[Any]:
    attempt = attempt or Attempt()

    async def read(uow: UnitOfWork) -> dict[str, Any]:
        contract = await queries.get_contract(uow, contract_id)
        values = await values_of(uow, contract)
        story = await queries.story_of(uow, contract_id)
        ending = await _ending_of(uow, contract)
        return {
            "contract": ContractView.of(contract),
            "title": fill_line(contract.title, values),
            "blocks": read_wording(contract.body, values),
            "values": values,
            "names": placeholders_of(contract.title, contract.body),
            "story": story,
            "ending": ending,
            "people": await people_of(uow, [*story.acts, *([ending] if ending else [])]),
            "signer_names": {signer.id: signer.name for signer in contract.signers},
            "addenda": (await queries.list_contracts(uow, window=NEWEST, parent_id=contract_id))[0],
        }

    found = await visit.run(read)
    return office_page(
        visit,
        "contract.html",
        words_of_booking=WORDS,
        here="/contracts",
        heading=found["title"],
        crumbs=(CONTRACTS,),
        message=attempt.message,
        attempt=attempt,
        **found,
    )


handlers = [
    show_contracts,
    draw_up,
    show_contract,
    fill_in,
    attach_file,
    submit,
    approve,
    give_back,
    send,
    remind,
    void,
    preview,
    download,
]
