"""The wording of contracts: a few marks for structure, and placeholders such as {{booking.title}}.

Placeholders are filled after the marks are read, so that nobody's name can become a heading.

| mark | is |
| --- | --- |
| `# Title`, `## Section` | headings |
| `1. first`, `2. second` | numbered clauses |
| `- item` | a list |
| `**words**` | emphasis |
| an empty line | the end of a paragraph |
"""

import re
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

PLACEHOLDER = re.compile(r"\{\{\s*([a-zA-Z][a-zA-Z0-9_.]{0,79})\s*\}\}")
_TOKEN = re.compile(r"(\{\{\s*[a-zA-Z][a-zA-Z0-9_.]{0,79}\s*\}\}|\*\*)")
_HEADING = re.compile(r"^(#{1,3})\s+(.*)$")
_ITEM = re.compile(r"^[-*]\s+(.*)$")
_CLAUSE = re.compile(r"^(\d{1,3})[.)]\s+(.*)$")

BlockKind = Literal["heading", "paragraph", "item", "clause"]


class Run(msgspec.Struct, frozen=True):
    """A piece of text; a `missing` one shows the name of a placeholder without a value."""

    text: str
    is_strong: bool = False
    is_missing: bool = False


class Block(msgspec.Struct, frozen=True):
    """A paragraph, a heading of a level, or an item of a list with its number."""

    kind: BlockKind
    runs: tuple[Run, ...]
    level: int = 0


def placeholders_of(*texts: str) -> list[str]:
    """Return the names of all placeholders, each once, in the order they come."""
    return list(dict.fromkeys(name for text in texts for name in PLACEHOLDER.findall(text)))


def missing_in(texts: Sequence[str], values: Mapping[str, str]) -> list[str]:
    """Return the placeholders that have no value, or an empty one."""
    return [name for name in placeholders_of(*texts) if not values.get(name, "").strip()]


def read_wording(body: str, values: Mapping[str, str]) -> list[Block]:
    """Return the body's blocks with their placeholders filled."""
    blocks: list[Block] = []
    paragraph: list[str] = []

    def end_paragraph() -> None:
        if paragraph:
            blocks.append(Block("paragraph", _runs(" ".join(paragraph), values)))
            paragraph.clear()

    for line in (raw.strip() for raw in body.splitlines()):
        block = _block(line, values)
        if block is not None or not line:
            end_paragraph()
        if block is not None:
            blocks.append(block)
        elif line:
            paragraph.append(line)
    end_paragraph()
    return blocks


def fill_line(text: str, values: Mapping[str, str]) -> str:
    """Return one line with its placeholders filled; those without a value stay as they are."""
    return PLACEHOLDER.sub(lambda match: values.get(match[1], "").strip() or match[0], text)


def _block(line: str, values: Mapping[str, str]) -> Block | None:
    if match := _HEADING.match(line):
        return Block("heading", _runs(match[2], values), level=len(match[1]))
    if match := _CLAUSE.match(line):
        return Block("clause", _runs(match[2], values), level=int(match[1]))
    if match := _ITEM.match(line):
        return Block("item", _runs(match[1], values))
    return None


def _runs(text: str, values: Mapping[str, str]) -> tuple[Run, ...]:
    runs: list[Run] = []
    is_strong = False
    for piece in _TOKEN.split(text):
        if piece == "**":
            is_strong = not is_strong
        elif match := PLACEHOLDER.fullmatch(piece):
            value = values.get(match[1], "").strip()
            runs.append(Run(value or match[1], is_strong, is_missing=not value))
        elif piece:
            runs.append(Run(piece, is_strong))
    return tuple(runs)
