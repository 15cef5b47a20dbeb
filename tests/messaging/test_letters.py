"""Letters: the same in every language and in both forms, and nobody's name becomes markup."""

from html.parser import HTMLParser

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from houseful.messaging.composing import KINDS
from houseful.messaging.letters import (
    LANGUAGES,
    Letter,
    Letterhead,
    language_of,
    letter_html,
    letter_text,
)
from houseful.messaging.letters.colors import contrast, ink_on
from houseful.messaging.letters.words import Wording, fill, placeholders

LETTER = Letter(
    locale="en",
    head=Letterhead(
        name="Playhouse",
        home_url="https://tickets.example/playhouse",
        color="#0b7285",
        signature="Playhouse Ltd\n14 Harbour Street",
    ),
    subject="Your tickets for An Evening of Songs",
    heading="Your tickets are here",
    greeting="Hello Bea,",
    opening=["Thank you for your order.", "See you soon."],
    facts=[("Date", ["Thursday, 5 June 2031"]), ("Tickets", ["Row A, seat 1", "Row A, seat 2"])],
    button="See your order",
    url="https://tickets.example/playhouse/orders/1?token=abc&x=1",
    link_label="If the button does not work, open this address:",
    closing=["Each code opens the door once."],
    why="You get this because you ordered.",
)
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=80)


class Reader(HTMLParser):
    """Reads what a mail program would: tags and text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag, and where a link leads."""
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.text.append(data)


def _read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    return reader


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_kind_has_words_in_every_language(language: str) -> None:
    assert set(KINDS) <= set(LANGUAGES[language].wordings)
    assert set(LANGUAGES[language].wordings) == set(LANGUAGES["en"].wordings)


@pytest.mark.parametrize("kind", sorted(LANGUAGES["en"].wordings))
def test_languages_leave_room_for_the_same_values(kind: str) -> None:
    english, german = (LANGUAGES[language].wordings[kind] for language in ("en", "de"))

    for part in Wording.__struct_fields__:
        one, other = getattr(english, part), getattr(german, part)
        assert placeholders(one) == placeholders(other), part
        assert bool(one) == bool(other), part


def test_labels_leave_room_for_the_same_values() -> None:
    english, german = (msgspec.structs.asdict(LANGUAGES[one].labels) for one in ("en", "de"))

    assert all(placeholders(english[name]) == placeholders(german[name]) for name in english)
    assert all(german.values())


def test_an_unknown_language_is_english() -> None:
    assert language_of("xx") is LANGUAGES["en"]
    assert language_of("de-AT") is LANGUAGES["de"]


def test_text_and_html_say_the_same() -> None:
    text, html = letter_text(LETTER), " ".join(_read(letter_html(LETTER)).text)

    said = [LETTER.heading, LETTER.greeting, *LETTER.opening, *LETTER.closing, LETTER.why]
    said += [LETTER.button, LETTER.url, LETTER.head.name, "14 Harbour Street"]
    said += [line for _, lines in LETTER.facts for line in lines]
    assert all(one in text for one in said)
    assert all(one in html for one in said)


def test_a_letter_has_no_table_no_image_and_no_script() -> None:
    tags = _read(letter_html(LETTER)).tags

    assert not {"table", "img", "script", "iframe", "form", "link"} & set(tags)


def test_a_letter_without_facts_and_button_leaves_no_gaps() -> None:
    bare = replace(LETTER, facts=[], button="", url="", greeting="", closing=[])

    assert "\n\n\n" not in letter_text(bare)
    assert "dl" not in _read(letter_html(bare)).tags


@given(name=NAMES)
def test_nobodys_name_becomes_markup(name: str) -> None:
    head = replace(LETTER.head, name=name, signature=name)
    letter = replace(
        LETTER, head=head, subject=name, greeting=name, facts=[(name, [name])], opening=[name]
    )

    reader = _read(letter_html(letter))

    assert reader.tags == _read(letter_html(replace(letter, **_harmless(letter)))).tags
    assert name.strip() in " ".join(reader.text)
    assert set(reader.links) == {LETTER.url, LETTER.head.home_url}


@given(color=st.from_regex(r"#[0-9a-f]{6}", fullmatch=True))
def test_a_button_can_be_read_on_every_colour(color: str) -> None:
    assert contrast(ink_on(color), color) >= 4.5


@given(text=st.text("ab{} event", max_size=40), value=NAMES)
def test_filling_touches_nothing_but_known_names(text: str, value: str) -> None:
    filled = fill(text, {"event": value})

    assert filled == value.join(text.split("{event}"))


def test_a_value_is_not_filled_in_again() -> None:
    assert fill("{event}", {"event": "{name}", "name": "Bea"}) == "{name}"


def _harmless(letter: Letter) -> dict[str, object]:
    head = replace(letter.head, name="x", signature="x")
    return {
        "head": head,
        "subject": "x",
        "greeting": "x",
        "facts": [("x", ["x"])],
        "opening": ["x"],
    }
