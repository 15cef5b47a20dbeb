"""Templates are published once and then superseded; attachments are looked at before taken."""

import base64
import io
from typing import Any

import pytest
from pypdf import PdfReader

from houseful.audit import AlreadyExists, StillInUse
from houseful.hire.contracts.files import attach, attach_bytes, detach, files_of
from houseful.hire.contracts.problems import ContractFixed, TemplateNotPublished
from houseful.hire.contracts.queries import preview, preview_template
from houseful.hire.contracts.schemas import (
    NewAttachment,
    NewContract,
    TemplateChanges,
    TemplateView,
)
from houseful.hire.contracts.service import create_contract
from houseful.hire.contracts.templates import publish_template, remove_template, update_template
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.problems import Invalid, UnsupportedMediaType
from houseful.kernel.states import IllegalAct
from tests.builders.accounts import House
from tests.builders.hire_papers import a_contract, a_template


async def test_a_published_wording_is_superseded_by_a_new_version(
    database: Database, house: House
) -> None:
    async def story(uow: UnitOfWork) -> tuple[TemplateView, str, str]:
        template = await a_template(uow)
        first = await create_contract(uow, NewContract(template_id=template.id))
        template = await update_template(
            uow, template.id, template.version, TemplateChanges(body="Anew: {{rent}}")
        )
        second = await create_contract(uow, NewContract(template_id=template.id))
        template = await publish_template(uow, template.id)
        third = await create_contract(uow, NewContract(template_id=template.id))
        assert second.template_version_id == first.template_version_id
        return TemplateView.of(template), second.body[:6], third.body

    template, second, third = await database.run(house.organization_id, story)

    assert [(one.number, one.status) for one in template.versions] == [
        (1, "retired"),
        (2, "published"),
    ]
    assert template.versions[1].placeholders == ["rent"]
    assert (second, third) == ("# Hire", "Anew: {{rent}}")


async def test_a_draft_is_rewritten_in_place_and_opens_no_contract(
    database: Database, house: House
) -> None:
    async def story(uow: UnitOfWork) -> int:
        template = await a_template(uow, is_published=False)
        template = await update_template(
            uow, template.id, template.version, TemplateChanges(body="Other")
        )
        with pytest.raises(TemplateNotPublished):
            await create_contract(uow, NewContract(template_id=template.id))
        return len(template.versions)

    assert await database.run(house.organization_id, story) == 1


async def test_publishing_twice_is_refused(database: Database, house: House) -> None:
    template = await database.run(house.organization_id, a_template)

    with pytest.raises(IllegalAct):
        await database.run(house.organization_id, publish_template, template.id)


async def test_a_template_in_use_stays_and_names_are_unique(
    database: Database, house: House
) -> None:
    async def use(uow: UnitOfWork) -> Any:
        template = await a_template(uow, name="House")
        await create_contract(uow, NewContract(template_id=template.id))
        return template.id

    template_id = await database.run(house.organization_id, use)

    with pytest.raises(StillInUse):
        await database.run(house.organization_id, remove_template, template_id)
    with pytest.raises(AlreadyExists):
        await database.run(house.organization_id, a_template, name="House")


async def test_previews_mark_what_has_no_value(database: Database, house: House) -> None:
    async def story(uow: UnitOfWork) -> tuple[bytes, bytes]:
        template = await a_template(uow)
        contract = await a_contract(uow, values={})
        return await preview_template(uow, template.id), await preview(uow, contract.id)

    for content in await database.run(house.organization_id, story):
        words = PdfReader(io.BytesIO(content)).pages[0].extract_text()
        assert "purpose" in words
        assert "Playhouse" in words


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"%PDF-1.7 ...", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0....", "image/jpeg"),
        ("Grüße\nan alle".encode(), "text/plain"),
    ],
)
async def test_attachments_are_known_by_what_they_are(
    database: Database, house: House, content: bytes, media_type: str
) -> None:
    contract = await database.run(house.organization_id, a_contract)
    data = NewAttachment(name="page.exe", content=base64.b64encode(content).decode())

    first = await database.run(house.organization_id, attach, contract.id, data)
    again = await database.run(house.organization_id, attach, contract.id, data)

    assert (first.media_type, first.id) == (media_type, again.id)


@pytest.mark.parametrize("content", [b"MZ\x90\x00\x03", b"\xfe\xfe\xfe", b"PK\x03\x04"])
async def test_what_is_none_of_those_is_refused(
    database: Database, house: House, content: bytes
) -> None:
    contract = await database.run(house.organization_id, a_contract)

    with pytest.raises(UnsupportedMediaType):
        await database.run(house.organization_id, attach_bytes, contract.id, "paper.pdf", content)


async def test_what_is_no_base64_is_told(database: Database, house: House) -> None:
    contract = await database.run(house.organization_id, a_contract)

    with pytest.raises(Invalid):
        await database.run(
            house.organization_id,
            attach,
            contract.id,
            NewAttachment(name="paper.pdf", content="!!!!"),
        )


async def test_attachments_are_named_in_the_contract_and_fixed_once_it_is_on_its_way(
    database: Database, house: House
) -> None:
    async def story(uow: UnitOfWork) -> tuple[bytes, int]:
        contract = await a_contract(uow)
        kept = await attach_bytes(uow, contract.id, "rules.txt", b"No smoking")
        gone = await attach_bytes(uow, contract.id, "old.txt", b"Smoking")
        await detach(uow, contract.id, gone.id)
        shown = await preview(uow, contract.id)
        sent = await a_contract(uow, in_state="sent")
        with pytest.raises(ContractFixed):
            await attach_bytes(uow, sent.id, "late.txt", b"Late")
        assert kept.name == "rules.txt"
        return shown, len(await files_of(uow, contract.id))

    shown, how_many = await database.run(house.organization_id, story)

    assert how_many == 1
    assert "rules.txt" in PdfReader(io.BytesIO(shown)).pages[0].extract_text()
