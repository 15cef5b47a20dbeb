"""The desk that a letter is written at: whose letterhead, which language, whose own wording."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

import msgspec
from sqlalchemy import select

from houseful.accounts import organization_of
from houseful.kernel.database import UnitOfWork
from houseful.kernel.tenancy import PLATFORM
from houseful.messaging.calendar_file import CalendarEntry
from houseful.messaging.documents import TicketDocument
from houseful.messaging.letters import Letter, Letterhead, language_of
from houseful.messaging.letters.words import Labels, Wording, fill
from houseful.messaging.mailroom import PRODUCT, Mailroom
from houseful.messaging.models import MailIdentity, Notification, Template
from houseful.messaging.writing import Writer

Fact = tuple[str, Sequence[str]]


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A letter with what is attached to it."""

    letter: Letter
    tickets: TicketDocument | None = None
    calendar: CalendarEntry | None = None
    ics: str = ""
    """A calendar that is written already."""


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """What every letter of one organisation, or of the platform, is written with."""

    mailroom: Mailroom
    head: Letterhead
    locale: str
    slug: str
    timezone: str
    own: Template | None

    @property
    def labels(self) -> Labels:
        """The short words of the reader's language."""
        return language_of(self.locale).labels

    @property
    def host(self) -> str:
        """The name of this installation, as ids have it."""
        return urlsplit(self.mailroom.base_url).hostname or "localhost"

    @property
    def office_url(self) -> str:
        """The organisation's office."""
        return self.mailroom.url(f"/office/{self.slug}")

    def writer(self, timezone: str | None) -> Writer:
        """Return who writes times in the venue's zone."""
        return Writer(self.locale, timezone or self.timezone)

    def wording(self, kind: str) -> Wording:
        """Return the words of a kind; an organisation's own subject and opening come first."""
        wording = language_of(self.locale).wordings[kind]
        if self.own is None or self.own.kind != kind:
            return wording
        return msgspec.structs.replace(wording, subject=self.own.subject, opening=self.own.text)

    def letter(
        self,
        kind: str,
        values: Mapping[str, str],
        *,
        why: str,
        url: str = "",
        name: str = "",
        facts: Sequence[Fact] = (),
    ) -> Letter:
        """Fill in the kind's words; facts without lines are left out."""
        wording = self.wording(kind)
        known = {"organization": self.head.name, "name": name, **values}
        labels = self.labels
        return Letter(
            locale=self.locale,
            head=self.head,
            subject=" ".join(fill(wording.subject, known).split()),
            heading=fill(wording.heading, known),
            greeting=fill(labels.greeting, known) if name else "",
            opening=_paragraphs(wording.opening, known),
            facts=[(label, lines) for label, lines in facts if any(lines)],
            button=fill(wording.button, known) if url else "",
            url=url,
            link_label=labels.link,
            closing=_paragraphs(wording.closing, known),
            why=fill(why, known),
        )


async def sit_down(uow: UnitOfWork, mailroom: Mailroom, message: Notification) -> Desk:
    """Return the desk of the message's organisation; the platform has one too."""
    if uow.tenant == PLATFORM:
        head = Letterhead(name=PRODUCT, home_url=mailroom.base_url)
        return Desk(
            mailroom=mailroom,
            head=head,
            locale=message.locale,
            slug="",
            timezone="UTC",
            own=None,
        )
    organization = await organization_of(uow)
    return Desk(
        mailroom=mailroom,
        head=await letterhead(uow, mailroom),
        locale=message.locale,
        slug=organization.slug,
        timezone=organization.timezone,
        own=await _own_wording(uow, message),
    )


async def letterhead(uow: UnitOfWork, mailroom: Mailroom) -> Letterhead:
    """Return whose letters the organisation's are: its name, colour, signature, return address."""
    organization = await organization_of(uow)
    identity = await uow.session.get(MailIdentity, uow.tenant)
    return Letterhead(
        name=" ".join(organization.name.split()),
        home_url=mailroom.url(f"/{organization.slug}"),
        color=identity.color if identity else "",
        signature=identity.signature if identity else "",
        reply_to=identity.reply_to if identity else "",
    )


async def _own_wording(uow: UnitOfWork, message: Notification) -> Template | None:
    return await uow.first(
        select(Template).where(
            Template.organization_id == uow.tenant,
            Template.kind == message.kind,
            Template.locale == message.locale.partition("-")[0],
        )
    )


def _paragraphs(text: str, values: Mapping[str, str]) -> list[str]:
    parts = (" ".join(part.split()) for part in text.replace("\r\n", "\n").split("\n\n"))
    return [fill(part, values) for part in parts if part]
