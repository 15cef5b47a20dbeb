"""How an organisation's mail looks and what it says: colour, return address, its own words."""

from collections import defaultdict
from typing import Annotated, Any

from litestar import Response
from litestar.params import QueryParameter

from houseful.kernel.problems import Problem
from houseful.messaging import (
    IdentityData,
    Mailroom,
    OwnWording,
    change_identity,
    letter_html,
    letterhead,
    list_wordings,
    read_identity,
    read_wording,
    restore_wording,
    sample_letter,
    set_wording,
)
from houseful.web.guards import Office
from houseful.web.office.forms import Filled, message_of
from houseful.web.office.outbox import OUTBOX, mail_preview, name_of
from houseful.web.office.shell import Crumb, back_to, office_page
from houseful.web.pages import act, show
from houseful.web.visits import Form, Visit

UPDATE = "accounts.organization.update"
PATH = "/office/{organization:str}/mail"
WORDS = PATH + "/words"
MAIL = Crumb("/mail", "Look and words")
LANGUAGE_NAMES = {"en": "English", "de": "German"}

Name = Annotated[str, QueryParameter(max_length=60)]


@show(PATH, Office(UPDATE))
async def show_mail(visit: Visit) -> Response[Any]:
    """Show how mail looks, the form to change it, and every kind of message with its words."""
    return await _mail(visit)


@act(PATH, Office(UPDATE))
async def change_mail(visit: Visit) -> Response[Any]:
    """Change how mail looks, and where answers go."""
    form = await visit.form()
    data = IdentityData(
        reply_to=form.get("reply_to", ""),
        color=form.get("color", ""),
        signature=form.get("signature", ""),
    )
    try:
        await visit.run(change_identity, data)
    except Problem as problem:
        return await _mail(visit, form, problem)
    return back_to(visit, "/mail", "Saved. The next message looks like this.")


@show(PATH + "/preview", Office(UPDATE))
async def preview(visit: Visit) -> Response[str]:
    """Send a made-up message in the organisation's look."""
    mailroom = visit.database.provided(Mailroom)
    head = await visit.run(letterhead, mailroom)
    return mail_preview(letter_html(sample_letter(head)))


@show(WORDS, Office(UPDATE))
async def show_words(visit: Visit, kind: Name = "", language: Name = "en") -> Response[Any]:
    """Show what a kind of message says in a language, and the form to say it differently."""
    return await _words(visit, kind, language)


@act(WORDS, Office(UPDATE))
async def change_words(visit: Visit, kind: Name = "", language: Name = "en") -> Response[Any]:
    """Say it in the organisation's own words."""
    form = await visit.form()
    try:
        await visit.run(
            set_wording,
            kind,
            language,
            subject=form.get("subject", ""),
            opening=form.get("opening", ""),
        )
    except Problem as problem:
        return await _words(visit, kind, language, form, problem)
    return back_to(visit, "/mail", f"“{name_of(kind)}” now says it in your words.")


@act(WORDS + "/restore", Office(UPDATE))
async def restore_words(visit: Visit, kind: Name = "", language: Name = "en") -> Response[Any]:
    """Say it in the built-in words again."""
    await visit.form()
    await visit.run(restore_wording, kind, language)
    return back_to(visit, "/mail", f"“{name_of(kind)}” says it in the built-in words again.")


async def _mail(
    visit: Visit, form: Form | None = None, problem: Problem | None = None
) -> Response[Any]:
    data: IdentityData = await visit.run(read_identity)
    values: dict[str, Any] = {
        "reply_to": data.reply_to,
        "color": data.color,
        "signature": data.signature,
    } | dict(form or {})
    by_kind: dict[str, list[OwnWording]] = defaultdict(list)
    for wording in await visit.run(list_wordings):
        by_kind[wording.kind].append(wording)
    return office_page(
        visit,
        "mail.html",
        here="/outbox",
        heading="Look and words",
        crumbs=(OUTBOX,),
        message=message_of(problem, values) if problem else "",
        filled=Filled(values, problem),
        wordings=by_kind,
        name_of=name_of,
        languages=LANGUAGE_NAMES,
        sender=visit.database.provided(Mailroom).transport.sender,
    )


async def _words(
    visit: Visit,
    kind: str,
    language: str,
    form: Form | None = None,
    problem: Problem | None = None,
) -> Response[Any]:
    wording: OwnWording = await visit.run(read_wording, kind, language)
    values: dict[str, Any] = {"subject": wording.subject, "opening": wording.opening}
    values |= dict(form or {})
    return office_page(
        visit,
        "mail_words.html",
        here="/outbox",
        heading=f"{name_of(kind)}, in {LANGUAGE_NAMES[language]}",
        crumbs=(OUTBOX, MAIL),
        message=message_of(problem, values) if problem else "",
        filled=Filled(values, problem),
        wording=wording,
    )


handlers = [show_mail, change_mail, preview, show_words, change_words, restore_words]
