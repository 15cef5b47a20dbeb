"""What the middleware left on a request for others to find."""

from typing import Any, cast


def state_of(scope: Any) -> dict[str, Any]:
    """Return the state of an ASGI scope, made when missing."""
    return cast("dict[str, Any]", scope.setdefault("state", {}))


def request_id_of(scope: Any) -> str:
    """Return the id that the middleware gave to the request, or an empty text."""
    return str(state_of(scope).get("request_id", ""))
