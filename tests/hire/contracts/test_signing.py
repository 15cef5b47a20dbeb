"""Signing on our own page: one link a signer, consent, evidence, and nothing rewritten."""

import asyncio
import io
from datetime import timedelta
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from houseful.hire.contracts.acts import acts_of
from houseful.hire.contracts.chores import tend_contracts
from houseful.hire.contracts.files import files_of, hash_of, newest_file
from houseful.hire.contracts.models import Contract
from houseful.hire.contracts.problems import LinkSpent, PlaceholdersOpen, SignersMissing
from houseful.hire.contracts.schemas import ContractChanges, Correction, Ending, NewContract
from houseful.hire.contracts.sending import resend_link, send_contract
from houseful.hire.contracts.service import (
    correct_contract,
    create_contract,
    return_contract,
    submit_contract,
    terminate_contract,
    update_contract,
    void_contract,
)
from houseful.hire.contracts.signing import decline, open_link, read_document
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.outbox import OutboxRow
from houseful.kernel.problems import Conflict, Invalid, NotFound
from houseful.kernel.states import IllegalAct
from tests.builders.accounts import House
from tests.builders.hire_papers import SECRET, a_contract, a_deal, link_of, signed_by

DRAWN = "M10 100" + "".join(f"L{20 + 9 * step} {90 + step % 5 * 7}" for step in range(30))


async def _facts(uow: UnitOfWork, kind: str) -> list[dict[str, Any]]:
    await uow.finish()
    rows = await uow.all(
        select(OutboxRow)
        .where(OutboxRow.organization_id == uow.tenant, OutboxRow.kind == f"hire.{kind}")
        .order_by(OutboxRow.occurred_at, OutboxRow.id)
    )
    return [row.payload for row in rows]


async def test_everybody_signs_and_the_evidence_is_appended(
    database: Database, house: House
) -> None:
    async def story(uow: UnitOfWork) -> tuple[Contract, bytes, bytes, list[Any]]:
        contract = await a_contract(uow, in_state="sent")
        paula, olive = contract.signers
        seen = await open_link(uow, SECRET, paula.id, link_of(paula))
        assert seen.is_open
        contract = await signed_by(uow, contract, paula, kind="drawn", strokes=DRAWN)
        assert contract.status == "partially_signed"
        contract = await signed_by(uow, contract, olive)
        document = await newest_file(uow, contract.id, "document")
        signed = await newest_file(uow, contract.id, "signed")
        assert document is not None
        assert signed is not None
        return contract, document.content, signed.content, await acts_of(uow, contract.id)

    contract, document, signed, acts = await database.run(house.organization_id, story)

    assert contract.status == "signed"
    assert contract.document_hash == hash_of(document)
    assert contract.signed_hash == hash_of(signed)
    assert [act.act for act in acts] == [
        "drafted",
        "submitted",
        "approved",
        "sent",
        "viewed",
        "signed",
        "signed",
        "completed",
    ]
    assert acts[-1].hash == contract.signed_hash
    pages = PdfReader(io.BytesIO(signed)).pages
    first, evidence = pages[0].extract_text(), pages[-1].extract_text()
    assert len(pages) == len(PdfReader(io.BytesIO(document)).pages) + 1
    assert "an evening of songs" in first
    assert "192.0.2.7" in evidence
    assert "Paula Promoter" in evidence
    assert contract.document_hash in evidence.replace(" ", "").replace("\n", "")


async def test_in_sequence_the_second_is_asked_when_the_first_has_signed(
    database: Database, house: House
) -> None:
    async def story(uow: UnitOfWork) -> tuple[list[str], list[str], list[Any]]:
        contract = await a_contract(uow, in_state="sent", signing_order="sequential")
        before = [signer.status for signer in contract.signers]
        contract = await signed_by(uow, contract, contract.signers[0])
        after = [signer.status for signer in contract.signers]
        return before, after, await _facts(uow, "SignerInvited")

    before, after, invited = await database.run(house.organization_id, story)

    assert before == ["invited", "waiting"]
    assert after == ["signed", "invited"]
    assert [fact["link_number"] for fact in invited] == [1, 1]


async def test_who_is_not_asked_yet_cannot_sign(database: Database, house: House) -> None:
    async def sign_early(uow: UnitOfWork) -> None:
        contract = await a_contract(uow, in_state="sent", signing_order="sequential")
        await signed_by(uow, contract, contract.signers[1])

    with pytest.raises(LinkSpent):
        await database.run(house.organization_id, sign_early)


async def test_a_link_signs_once_however_often_it_is_pressed(
    database: Database, house: House
) -> None:
    contract = await database.run(house.organization_id, a_contract, in_state="sent")
    paula = contract.signers[0]

    answers = await asyncio.gather(
        *(database.run(house.organization_id, signed_by, contract, paula) for _ in range(6)),
        return_exceptions=True,
    )

    assert sum(isinstance(answer, LinkSpent) for answer in answers) == 5
    assert sum(isinstance(answer, Contract) for answer in answers) == 1


async def test_both_sign_at_once_and_the_contract_is_complete(
    database: Database, house: House
) -> None:
    contract = await database.run(house.organization_id, a_contract, in_state="sent")

    await asyncio.gather(
        *(
            database.run(house.organization_id, signed_by, contract, signer)
            for signer in contract.signers
        )
    )

    async def read(uow: UnitOfWork) -> tuple[str, int]:
        found = await uow.get(Contract, contract.id)
        return found.status, len(await _facts(uow, "ContractSigned"))

    assert await database.run(house.organization_id, read) == ("signed", 1)


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"has_consented": False}, "/consent"),
        ({"document_hash": "0" * 64}, "/documentHash"),
        ({"name": "  "}, "/name"),
        ({"kind": "drawn", "strokes": ""}, "/signature"),
        ({"kind": "drawn", "strokes": '"/><script>'}, "/signature"),
        ({"kind": "thumb"}, "/kind"),
    ],
)
async def test_a_signature_that_lacks_something_is_told_where(
    database: Database, house: House, fields: dict[str, Any], pointer: str
) -> None:
    contract = await database.run(house.organization_id, a_contract, in_state="sent")

    with pytest.raises(Invalid) as caught:
        await database.run(
            house.organization_id, signed_by, contract, contract.signers[0], **fields
        )

    assert caught.value.fields["errors"][0]["pointer"] == pointer


async def test_a_new_link_replaces_the_old_one(database: Database, house: House) -> None:
    async def story(uow: UnitOfWork) -> tuple[Any, str, str]:
        contract = await a_contract(uow, in_state="sent")
        paula = contract.signers[0]
        old = link_of(paula)
        await resend_link(uow, contract.id, paula.id)
        return paula.id, old, link_of(paula)

    signer_id, old, new = await database.run(house.organization_id, story)

    await database.run(house.organization_id, open_link, SECRET, signer_id, new)
    with pytest.raises(LinkSpent):
        await database.run(house.organization_id, open_link, SECRET, signer_id, old)
    with pytest.raises(NotFound):
        await database.run(house.organization_id, open_link, SECRET, signer_id, "x" * 43)


async def test_a_link_of_another_secret_or_house_opens_nothing(
    database: Database, house: House, other_house: House
) -> None:
    contract = await database.run(house.organization_id, a_contract, in_state="sent")
    paula = contract.signers[0]

    for tenant, secret in ((house, "another secret " * 4), (other_house, SECRET)):
        with pytest.raises(NotFound):
            await database.run(tenant.organization_id, open_link, secret, paula.id, link_of(paula))


async def test_declining_ends_it_and_nobody_else_can_sign(database: Database, house: House) -> None:
    async def story(uow: UnitOfWork) -> Contract:
        contract = await a_contract(uow, in_state="sent")
        paula, _ = contract.signers
        return await decline(uow, SECRET, paula.id, link_of(paula), "The rent is too high")

    contract = await database.run(house.organization_id, story)

    assert (contract.status, contract.status_reason) == ("declined", "The rent is too high")
    with pytest.raises(LinkSpent):
        await database.run(house.organization_id, signed_by, contract, contract.signers[1])


async def test_a_voided_contract_cannot_be_signed_and_its_successor_can(
    database: Database, house: House
) -> None:
    async def story(uow: UnitOfWork) -> tuple[Contract, Contract]:
        old = await a_contract(uow, in_state="sent")
        new = await correct_contract(uow, old.id, Correction(reason="The rent was wrong"))
        return await uow.get(Contract, old.id), new

    old, new = await database.run(house.organization_id, story)

    assert (old.status, new.status, new.corrects_id) == ("voided", "draft", old.id)
    assert [signer.email for signer in new.signers] == ["paula@example.org", "olive@example.org"]
    with pytest.raises(LinkSpent):
        await database.run(house.organization_id, signed_by, old, old.signers[0])


async def test_a_signed_contract_is_terminated_and_never_voided(
    database: Database, house: House
) -> None:
    contract = await database.run(house.organization_id, a_contract, in_state="signed")

    with pytest.raises(IllegalAct):
        await database.run(house.organization_id, void_contract, contract.id, Ending(reason="No"))
    ended = await database.run(
        house.organization_id, terminate_contract, contract.id, Ending(reason="Agreed by both")
    )

    assert (ended.status, ended.signed_hash) == ("terminated", contract.signed_hash)


async def test_what_has_no_value_blocks_approval_and_is_named(
    database: Database, house: House
) -> None:
    contract = await database.run(house.organization_id, a_contract, values={"rent": "€1"})

    with pytest.raises(PlaceholdersOpen) as caught:
        await database.run(house.organization_id, submit_contract, contract.id)

    assert caught.value.fields["missing"] == ["purpose"]


async def test_nobody_to_sign_blocks_it_too(database: Database, house: House) -> None:
    contract = await database.run(house.organization_id, a_contract, signers=[])

    with pytest.raises(SignersMissing):
        await database.run(house.organization_id, submit_contract, contract.id)


async def test_values_come_from_the_deal_and_its_show(database: Database, house: House) -> None:
    async def story(uow: UnitOfWork) -> dict[str, Any]:
        deal = await a_deal(uow)
        contract = await a_contract(
            uow,
            in_state="sent",
            deal_id=deal.id,
            body="{{customer.name}}: {{deal.terms}} On {{event.date}} in {{event.venue}}.",
            values={},
        )
        return contract.values

    values = await database.run(house.organization_id, story)

    assert values["deal.terms"] == (
        "The promoter receives the greater of €8,000.00 and 85 % of the net gross less expenses."
    )
    assert values["event.venue"] == "The Playhouse"


async def test_what_was_sent_stays_as_it_was(database: Database, house: House) -> None:
    contract = await database.run(house.organization_id, a_contract, in_state="signed")
    attempts = [
        "UPDATE contract_files SET content = 'x'",
        "UPDATE contracts SET document_hash = repeat('0', 64)",
        "UPDATE contract_signers SET signed_name = 'Somebody else'",
        "UPDATE contract_acts SET act = 'never'",
        "DELETE FROM contract_acts",
    ]

    for attempt in attempts:

        async def rewrite(uow: UnitOfWork, statement: str = attempt) -> None:
            await uow.execute(text(statement))

        with pytest.raises(DBAPIError, match=r"append-only|permission denied"):
            await database.run(house.organization_id, rewrite)
    assert contract.status == "signed"


async def test_it_expires_by_itself_and_reminds_before(
    database: Database, house: House, clock: TravelClock
) -> None:
    async def make(uow: UnitOfWork) -> Contract:
        return await a_contract(
            uow,
            in_state="sent",
            remind_every_days=3,
            expires_at=uow.now + timedelta(days=7),
        )

    async def read(uow: UnitOfWork) -> tuple[str, int]:
        found = await uow.get(Contract, contract.id)
        return found.status, len(await _facts(uow, "SignerReminded"))

    contract = await database.run(house.organization_id, make)
    seen = []
    for _ in range(4):
        await tend_contracts(database)
        await tend_contracts(database)
        seen.append(await database.run(house.organization_id, read))
        clock.travel(timedelta(days=3))

    assert seen == [("sent", 0), ("sent", 2), ("sent", 4), ("expired", 4)]


async def test_nobody_signs_after_its_time_also_before_it_is_noted_as_expired(
    database: Database, house: House, clock: TravelClock
) -> None:
    async def make(uow: UnitOfWork) -> Contract:
        return await a_contract(uow, in_state="sent", expires_at=uow.now + timedelta(days=7))

    contract = await database.run(house.organization_id, make)
    clock.travel(timedelta(days=7))
    signer = contract.signers[0]

    desk = await database.run(house.organization_id, open_link, SECRET, signer.id, link_of(signer))
    with pytest.raises(LinkSpent):
        await database.run(house.organization_id, signed_by, contract, signer)
    with pytest.raises(LinkSpent):
        await database.run(
            house.organization_id, decline, SECRET, signer.id, link_of(signer), "Too late"
        )

    assert (desk.is_open, desk.contract.status, desk.signer.status) == (False, "sent", "invited")


async def test_an_addendum_has_its_own_life_and_needs_a_signed_contract(
    database: Database, house: House
) -> None:
    draft = await database.run(house.organization_id, a_contract)
    signed = await database.run(house.organization_id, a_contract, in_state="signed")

    with pytest.raises(Conflict):
        await database.run(house.organization_id, a_contract, parent_id=draft.id)
    addendum = await database.run(
        house.organization_id, a_contract, parent_id=signed.id, in_state="sent"
    )

    assert (addendum.parent_id, addendum.status) == (signed.id, "sent")


async def test_a_draft_is_changed_and_what_is_approved_is_given_back_first(
    database: Database, house: House
) -> None:
    async def story(uow: UnitOfWork) -> Contract:
        contract = await a_contract(uow, in_state="approved")
        with pytest.raises(Conflict):
            await update_contract(
                uow, contract.id, contract.version, ContractChanges(title="Another")
            )
        contract = await return_contract(uow, contract.id, Ending(reason="A wrong date"))
        return await update_contract(
            uow, contract.id, contract.version, ContractChanges(title="Another", signers=[])
        )

    contract = await database.run(house.organization_id, story)

    assert (contract.title, contract.status, contract.signers) == ("Another", "draft", [])


async def test_a_document_is_sent_only_as_approved(database: Database, house: House) -> None:
    contract = await database.run(house.organization_id, a_contract)

    with pytest.raises(IllegalAct):
        await database.run(house.organization_id, send_contract, contract.id)


async def test_the_signer_reads_the_document_and_afterwards_the_signed_one(
    database: Database, house: House
) -> None:
    async def story(uow: UnitOfWork) -> list[str]:
        contract = await a_contract(uow, in_state="sent")
        paula = contract.signers[0]
        before = await read_document(uow, SECRET, paula.id, link_of(paula))
        for signer in contract.signers:
            contract = await signed_by(uow, contract, signer)
        after = await read_document(uow, SECRET, paula.id, link_of(paula))
        kept = await files_of(uow, contract.id)
        return [before.kind, after.kind, str(len(kept))]

    assert await database.run(house.organization_id, story) == ["document", "signed", "2"]


async def test_without_template_or_wording_there_is_nothing_to_draft(
    database: Database, house: House
) -> None:
    with pytest.raises(Invalid):
        await database.run(house.organization_id, create_contract, NewContract(title="Empty"))
