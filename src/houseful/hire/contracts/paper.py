"""Contracts and their evidence as PDF: made from the wording and the values, in a thread."""

import asyncio
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from babel.dates import format_datetime

from houseful.hire.contracts.models import Contract, ContractAct, ContractFile, ContractSigner
from houseful.hire.contracts.signatures import signature_svg
from houseful.hire.contracts.wording import fill_line, read_wording
from houseful.hire.documents import DOCUMENTS, PaperTexts, paper_texts
from houseful.kernel.dates import write_day
from houseful.kernel.locales import known_locale
from houseful.kernel.pdf import render_pdf

_CONTRACT = DOCUMENTS / "contract.typ"
_EVIDENCE = DOCUMENTS / "evidence.typ"


class House(msgspec.Struct, frozen=True):
    """Whose paper it is, and how they write times."""

    name: str
    locale: str
    timezone: str

    @property
    def language(self) -> str:
        """The language of the paper, such as `en`."""
        return known_locale(self.locale).language

    @property
    def texts(self) -> PaperTexts:
        """The fixed words of the paper."""
        return paper_texts(self.language)

    def write(self, at: datetime | None) -> str:
        """Write an instant with its zone, to the second."""
        if at is None:
            return "–"
        zone = ZoneInfo(self.timezone)
        day = write_day(at.astimezone(zone).date(), "d MMM y", self.locale)
        clock = format_datetime(at, "HH:mm:ss zzz", tzinfo=zone, locale=known_locale(self.locale))
        return f"{day}, {clock}"


async def contract_pdf(
    house: House,
    contract: Contract,
    values: Mapping[str, str],
    attachments: Sequence[ContractFile] = (),
    *,
    note: str = "",
) -> bytes:
    """Return the contract as it is to be signed; open placeholders are marked."""
    data: dict[str, Any] = {
        "title": fill_line(contract.title, values),
        "house": house.name,
        "language": house.language,
        "foot": f"{house.name} · {contract.id}",
        "note": note,
        "blocks": read_wording(contract.body, values),
        "attachments": [{"name": file.name, "hash": file.hash} for file in attachments],
        "signers": [{"name": one.name, "role": one.role} for one in contract.signers],
        "words": _words(house),
    }
    return await asyncio.to_thread(render_pdf, _CONTRACT, data)


async def wording_pdf(house: House, title: str, body: str, values: Mapping[str, str]) -> bytes:
    """Return a template's preview: the wording, with what has no value marked."""
    data: dict[str, Any] = {
        "title": fill_line(title, values),
        "house": house.name,
        "language": house.language,
        "foot": house.name,
        "note": "Preview",
        "blocks": read_wording(body, values),
        "attachments": [],
        "signers": [],
        "words": _words(house),
    }
    return await asyncio.to_thread(render_pdf, _CONTRACT, data)


def _words(house: House) -> dict[str, str]:
    return {"attachments": house.texts.attachments, "signed_by": house.texts.signed_by}


async def signed_pdf(
    house: House, contract: Contract, document: bytes, acts: Sequence[ContractAct]
) -> bytes:
    """Return the document with its evidence: byte for byte what was signed, then who signed it."""
    images = {
        _image_name(signer): signature_svg(signer.signature)
        for signer in contract.signers
        if signer.signature_kind == "drawn"
    }
    names = {str(signer.id): signer.name for signer in contract.signers}
    title = fill_line(contract.title, contract.values)
    data: dict[str, Any] = {
        "title": "Evidence of signature",
        "house": house.name,
        "language": house.language,
        "foot": f"{house.name} · {contract.id}",
        "document_hash": contract.document_hash,
        "signers": [_evidence(house, signer, images) for signer in contract.signers],
        "acts": [
            {
                "at": house.write(act.at),
                "act": act.act.replace("_", " "),
                "who": names.get(str(act.details.get("signer", "")), house.name),
            }
            for act in acts
        ],
        "words": _WORDS | {"about": f"This page belongs to “{title}”."},
    }
    evidence = await asyncio.to_thread(render_pdf, _EVIDENCE, data, files=images)
    return await asyncio.to_thread(_joined, document, evidence)


_WORDS = {
    "document": "SHA-256 of the document that was signed",
    "email": "E-mail",
    "role": "As",
    "signed_at": "Signed",
    "address": "From address",
    "browser": "With",
    "hash": "Document seen",
    "acts": "What happened",
    "when": "When",
    "what": "What",
    "who": "Who",
}


def _evidence(
    house: House, signer: ContractSigner, images: Mapping[str, bytes]
) -> dict[str, str | None]:
    name = _image_name(signer)
    return {
        "name": signer.name,
        "email": signer.email,
        "role": signer.role,
        "signed_at": house.write(signer.signed_at),
        "address": signer.address or "–",
        "browser": signer.browser or "–",
        "document_hash": signer.document_hash,
        "consent": signer.consent,
        "signed_name": signer.signed_name,
        "image": name if name in images else None,
        "alt": f"Signature of {signer.name}",
    }


def _image_name(signer: ContractSigner) -> str:
    return f"signature-{signer.position}.svg"


def _joined(document: bytes, evidence: bytes) -> bytes:
    from pypdf import PdfReader, PdfWriter  # noqa: PLC0415 (7 MiB, for the end of a contract)

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(document)))
    for page in PdfReader(io.BytesIO(evidence)).pages:
        writer.add_page(page)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()
