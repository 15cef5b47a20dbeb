"""What messages say, by language: one `Wording` for each kind, with `{placeholders}`.

Whoever adds a kind adds it to each language; a test compares them.
"""

import re
from collections.abc import Mapping

import msgspec

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Wording(msgspec.Struct, frozen=True, kw_only=True):
    """A message's words. Blank lines part the paragraphs of `opening` and `closing`."""

    subject: str
    heading: str
    opening: str
    button: str = ""
    closing: str = ""


class Labels(msgspec.Struct, frozen=True, kw_only=True):
    """The short words that facts stand beside, and what every message ends with."""

    greeting: str
    event: str
    date: str
    previous_date: str
    doors: str
    starts: str
    venue: str
    tickets: str
    returned: str
    row: str
    seat: str
    order: str
    paid: str
    refund: str
    reason: str
    shop: str
    office: str
    link: str
    why_order: str
    why_account: str
    why_signer: str
    why_holder: str
    spaces: str
    place: str
    rank: str
    backup: str
    until: str
    undated: str
    session: str
    attendee: str
    check_in_code: str
    instructor: str
    free_until: str
    visit_of: str
    kept: str
    bonus: str
    to_wallet: str
    why_booking: str


class Language(msgspec.Struct, frozen=True, kw_only=True):
    """All words of a language."""

    labels: Labels
    wordings: Mapping[str, Wording]


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put values in the place of `{names}`; what is not known stays as it is written."""
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text)


def placeholders(text: str) -> set[str]:
    """Return the names that a text has places for."""
    return set(_PLACEHOLDER.findall(text))
