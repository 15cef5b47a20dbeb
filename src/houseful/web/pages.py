"""Page handlers: Litestar's, with a guard, and outside of the API's document."""

from collections.abc import Callable
from typing import Any

import litestar

Handler = Callable[..., Any]


def show(path: str, guard: Any) -> Callable[[Handler], Any]:
    """Make a page that is looked at."""
    return litestar.get(path, guards=[guard], include_in_schema=False)


def act(path: str, guard: Any) -> Callable[[Handler], Any]:
    """Make what a form is sent to."""
    return litestar.post(path, guards=[guard], include_in_schema=False, status_code=200)
