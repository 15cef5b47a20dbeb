"""Where a request comes from: set once by the middleware, found by whatever it leads to."""

from contextvars import ContextVar

import msgspec


class Origin(msgspec.Struct, frozen=True):
    """The request's id and the client's address; both empty for what no request asked for."""

    request_id: str = ""
    address: str = ""


NOWHERE = Origin()

current_origin: ContextVar[Origin] = ContextVar("current_origin", default=NOWHERE)
