"""Wordings are read into blocks; what people typed is never a mark."""

from hypothesis import given
from hypothesis import strategies as st

from houseful.hire.contracts.wording import (
    Block,
    Run,
    fill_line,
    missing_in,
    placeholders_of,
    read_wording,
)


def test_marks_become_blocks() -> None:
    blocks = read_wording("# Title\n\nOne\ntwo **three**.\n- item\n2. clause\n", {})

    assert blocks == [
        Block("heading", (Run("Title"),), level=1),
        Block("paragraph", (Run("One two "), Run("three", is_strong=True), Run("."))),
        Block("item", (Run("item"),)),
        Block("clause", (Run("clause"),), level=2),
    ]


def test_a_value_is_never_read_as_a_mark() -> None:
    blocks = read_wording("{{name}} signs", {"name": "# **Bold** {{other}}"})

    assert blocks == [Block("paragraph", (Run("# **Bold** {{other}}"), Run(" signs")))]


def test_a_placeholder_without_a_value_is_shown_as_missing() -> None:
    blocks = read_wording("**{{ rent }}**", {"rent": "  "})

    assert blocks == [Block("paragraph", (Run("rent", is_strong=True, is_missing=True),))]
    assert missing_in(["{{rent}} and {{fee}}", "{{rent}}"], {"fee": "1"}) == ["rent"]


def test_a_line_keeps_what_has_no_value() -> None:
    assert fill_line("{{a}} of {{b}}", {"a": "Hire"}) == "Hire of {{b}}"


@given(st.text(max_size=300))
def test_any_text_can_be_read_and_loses_no_letter(body: str) -> None:
    blocks = read_wording(body, {})

    kept = "".join(run.text for block in blocks for run in block.runs)
    letters = [letter for letter in body if letter.isalpha()]
    assert [letter for letter in kept if letter.isalpha()] == letters


@given(st.lists(st.from_regex(r"[a-z][a-z0-9_.]{0,20}", fullmatch=True), max_size=6))
def test_every_placeholder_is_found_once(names: list[str]) -> None:
    body = " ".join(f"{{{{{name}}}}}" for name in names)

    assert placeholders_of(body, body) == list(dict.fromkeys(names))
