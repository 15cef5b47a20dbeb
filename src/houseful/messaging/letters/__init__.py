"""Letters: what a message says, and how it looks as a mail: plain text, and calm HTML.

The HTML has no tables, no images and no scripts, one column, and inline styles, because mail
programs keep little else. Every value is escaped where it is put in.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from houseful.messaging.letters.colors import ink_on
from houseful.messaging.letters.english import ENGLISH
from houseful.messaging.letters.german import GERMAN
from houseful.messaging.letters.words import Language

TEMPLATES = Path(__file__).parent / "templates"
LANGUAGES = {"en": ENGLISH, "de": GERMAN}
PLUM = "#6b2154"


class Letterhead(msgspec.Struct, frozen=True, kw_only=True):
    """Whose letter it is: name, colour, the address of their pages, and their last words."""

    name: str
    home_url: str
    color: str = ""
    signature: str = ""
    reply_to: str = ""


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A message, in words. A fact is a label with the lines that stand beside it."""

    locale: str
    head: Letterhead
    subject: str
    heading: str
    greeting: str = ""
    opening: Sequence[str] = ()
    facts: Sequence[tuple[str, Sequence[str]]] = ()
    button: str = ""
    url: str = ""
    link_label: str = ""
    closing: Sequence[str] = ()
    why: str = ""


def language_of(locale: str) -> Language:
    """Return the words of the locale's language, or English."""
    return LANGUAGES.get(locale.partition("-")[0], ENGLISH)


def letter_html(letter: Letter) -> str:
    """Return the letter as HTML."""
    color = letter.head.color or PLUM
    return (
        _environment()
        .get_template("letter.html")
        .render(letter=letter, color=color, ink=ink_on(color))
    )


def letter_text(letter: Letter) -> str:
    """Return the letter as plain text, which says the same."""
    return _environment().get_template("letter.txt").render(letter=letter).strip() + "\n"


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
