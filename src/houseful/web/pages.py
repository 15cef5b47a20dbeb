"""Page handlers: Litestar's, with a guard, and outside of the API's document."""

from collections.abc import Callable
from typing import Any

import litestar
from litestar import Response

from houseful.kernel.problems import Problem

Handler = Callable[..., Any]


def show(path: str | list[str], guard: Any) -> Callable[[Handler], Any]:
    """Make a page that is looked at."""
    return litestar.get(path, guards=[guard], include_in_schema=False)


def act(path: str | list[str], guard: Any) -> Callable[[Handler], Any]:
    """Make what a form is sent to."""
    return litestar.post(path, guards=[guard], include_in_schema=False, status_code=200)


def pdf(document: bytes, name: str) -> Response[bytes]:
    """Answer with a document that only this visitor may keep."""
    return Response(
        document,
        media_type="application/pdf",
        headers={
            "cache-control": "no-store",
            "content-disposition": f'inline; filename="{name}"',
        },
    )


def told(problem: Problem) -> str:
    """Say a problem in a sentence, the first fault first."""
    faults: list[dict[str, str]] = problem.fields.get("errors") or []
    return faults[0]["detail"] if faults else problem.detail or problem.title
