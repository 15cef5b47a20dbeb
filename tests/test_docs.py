"""The documents are true: every test, room, setting and page that they name is there."""

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from houseful.app import ROOMS
from houseful.kernel.settings import Settings

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
NO_SETTING_OF_OPERATORS = frozenset({"debug"})


def test_every_test_that_stands_for_a_promise_exists() -> None:
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", (ROOT / "docs/security.md").read_text())

    missing = [
        f"{file}::{name}"
        for file, name in named
        if not re.search(rf"def {name}\(", (ROOT / "tests" / file).read_text())
    ]
    assert len(named) > 50
    assert missing == []


def test_every_room_is_in_the_architecture() -> None:
    told = (ROOT / "docs/architecture.md").read_text()

    assert [room for room in ("kernel", *ROOMS) if f"| `{room}` |" not in told] == []


def test_every_setting_is_explained_to_operators() -> None:
    told = (ROOT / "docs/guide/operator.md").read_text()
    fields = set(Settings.__struct_fields__) - NO_SETTING_OF_OPERATORS
    names = sorted(field.upper() for field in fields)

    assert [name for name in names if name not in told and _tail(name) not in told] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_page_that_is_linked_exists(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#\s]+)", document.read_text())

    assert [link for link in links if not (document.parent / link).exists()] == []


def test_every_function_that_takes_a_path_of_a_booking_exists() -> None:
    told = (ROOT / "docs/guide/sessions.md").read_text().partition("### The exact paths")[2]
    table = told.partition("| from | to |")[2].partition("\n\n")[0]
    named = re.findall(r"`([a-z_]+)((?:\.\w+)+)`", table)

    assert len(named) > 12
    assert [module + path for module, path in named if not _is_there(module, path)] == []


def _is_there(module: str, path: str) -> bool:
    """Whether a module of bookings has what the path names: `.take_offer`, `.Payable.honour`."""
    found: Any = import_module(f"houseful.sessions.bookings.{module}")
    for name in path.split(".")[1:]:
        found = getattr(found, name, None)
    return callable(found)


def _tail(name: str) -> str:
    """Return how a row names a variable after the first of its family: `_CLIENT_SECRET`."""
    return "`_" + name.removeprefix("ADOBE_SIGN_") + "`"
