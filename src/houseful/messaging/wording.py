"""An organisation's own words: the subject and the opening of a kind of message, in a language."""

import msgspec
from sqlalchemy import select

from houseful import audit
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid, NotFound
from houseful.messaging.letters import LANGUAGES
from houseful.messaging.letters.words import placeholders
from houseful.messaging.models import Template

SUBJECT_MAX_CHARACTERS = 150
OPENING_MAX_CHARACTERS = 4000
NOT_TO_CHANGE = frozenset({"password_reset", "tickets_returned"})
"""The platform's, and the twin of another kind."""


class OwnWording(msgspec.Struct, frozen=True, kw_only=True):
    """What a kind of message says; `names` are the places that values are put in."""

    kind: str
    language: str
    subject: str
    opening: str
    names: list[str]
    is_own: bool


async def list_wordings(uow: UnitOfWork) -> list[OwnWording]:
    """Return what every kind of message says, in every language."""
    own = {
        (row.kind, row.locale): row
        for row in await uow.all(select(Template).where(Template.organization_id == uow.tenant))
    }
    return [
        _show(kind, language, own.get((kind, language)))
        for kind in LANGUAGES["en"].wordings
        if kind not in NOT_TO_CHANGE
        for language in LANGUAGES
    ]


async def read_wording(uow: UnitOfWork, kind: str, language: str) -> OwnWording:
    """Return what a kind of message says in a language. Raises `NotFound`."""
    _check_known(kind, language)
    return _show(kind, language, await _find(uow, kind, language))


async def set_wording(
    uow: UnitOfWork, kind: str, language: str, *, subject: str, opening: str
) -> OwnWording:
    """Say it in the organisation's own words. Raises `NotFound` and `Invalid`."""
    _check_known(kind, language)
    subject, opening = " ".join(subject.split()), opening.replace("\r\n", "\n").strip()
    _check("/subject", subject, SUBJECT_MAX_CHARACTERS, kind, language)
    _check("/opening", opening, OPENING_MAX_CHARACTERS, kind, language)
    template = await _find(uow, kind, language)
    action = "updated"
    if template is None:
        action = "created"
        template = Template(
            organization_id=uow.tenant, id=new_id(), kind=kind, locale=language, subject="", text=""
        )
        uow.add(template)
    template.subject, template.text = subject, opening
    await audit.record(uow, f"messaging.template.{action}", template)
    await uow.flush()
    return _show(kind, language, template)


async def restore_wording(uow: UnitOfWork, kind: str, language: str) -> None:
    """Say it in the built-in words again; harmless twice. Raises `NotFound`."""
    _check_known(kind, language)
    template = await _find(uow, kind, language)
    if template is not None:
        await audit.record(uow, "messaging.template.removed", template)
        await uow.session.delete(template)
        await uow.flush()


def _check_known(kind: str, language: str) -> None:
    if language not in LANGUAGES or kind in NOT_TO_CHANGE:
        raise NotFound
    if kind not in LANGUAGES[language].wordings:
        raise NotFound


def _check(pointer: str, text: str, maximum: int, kind: str, language: str) -> None:
    if not text or len(text) > maximum or "\0" in text:
        raise Invalid.at(pointer, f"Write 1 to {maximum} characters.")
    unknown = placeholders(text) - _names(kind, language)
    if unknown:
        names = ", ".join("{" + name + "}" for name in sorted(unknown))
        raise Invalid.at(pointer, f"There is nothing to put in the place of {names}.")


def _names(kind: str, language: str) -> set[str]:
    wording = LANGUAGES[language].wordings[kind]
    return placeholders(wording.subject + wording.heading + wording.opening) | {
        "name",
        "organization",
    }


def _show(kind: str, language: str, own: Template | None) -> OwnWording:
    wording = LANGUAGES[language].wordings[kind]
    return OwnWording(
        kind=kind,
        language=language,
        subject=own.subject if own else wording.subject,
        opening=own.text if own else wording.opening,
        names=sorted(_names(kind, language)),
        is_own=own is not None,
    )


async def _find(uow: UnitOfWork, kind: str, language: str) -> Template | None:
    return await uow.first(
        select(Template).where(
            Template.organization_id == uow.tenant,
            Template.kind == kind,
            Template.locale == language,
        )
    )
