"""The problem document as OpenAPI describes it."""

import msgspec


class FieldError(msgspec.Struct, rename="camel"):
    """Where in the request something is wrong, and what."""

    pointer: str
    detail: str


class ProblemView(msgspec.Struct, rename="camel", omit_defaults=True):
    """RFC 9457: `type` is stable, for programs; `title` and `detail` are for people."""

    type: str
    title: str
    status: int
    detail: str = ""
    instance: str = ""
    errors: list[FieldError] = []
