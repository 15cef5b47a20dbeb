"""The catalogue of problems: every `type` that an answer of the API can have, and what it means."""

from collections.abc import Iterator
from http import HTTPStatus
from inspect import cleandoc
from itertools import groupby
from typing import Any, NamedTuple

from litestar import Response

from houseful.kernel.http.endpoints import PROBLEMS_PATH
from houseful.kernel.problems import URN, Problem
from houseful.web.guards import Anybody
from houseful.web.pages import show
from houseful.web.templating import page
from houseful.web.visits import Visit


class Entry(NamedTuple):
    """One type: `kind` is its name, also of the place on the page."""

    status: int
    kind: str
    title: str
    meaning: str

    @property
    def urn(self) -> str:
        """What stands in the document's `type`."""
        return URN + self.kind


class Chapter(NamedTuple):
    """The types of one status."""

    status: int
    phrase: str
    entries: list[Entry]


def catalogue() -> list[Chapter]:
    """Return every type of every room that is loaded, by status and name."""
    entries = sorted({_entry(kind) for kind in _kinds(Problem)})
    return [
        Chapter(status, HTTPStatus(status).phrase, list(found))
        for status, found in groupby(entries, key=lambda entry: entry.status)
    ]


def _kinds(parent: type[Problem]) -> Iterator[type[Problem]]:
    """Yield the problem and what descends from it, each that has a name of its own."""
    if "kind" in vars(parent):
        yield parent
    for child in parent.__subclasses__():
        yield from _kinds(child)


def _entry(kind: type[Problem]) -> Entry:
    return Entry(kind.status, kind.kind, kind.title, cleandoc(kind.__doc__ or ""))


@show(PROBLEMS_PATH, Anybody())
async def show_problems(visit: Visit) -> Response[Any]:
    """Show the catalogue; a type's name is the page's fragment: `#seat-taken`."""
    return page(visit, "problem_catalogue.html", chapters=catalogue())


handlers = [show_problems]
