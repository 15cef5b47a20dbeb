"""What crosses the wire: bodies come in, views go out, lists go out in pages."""

from datetime import datetime
from typing import Any, Generic, Self, TypeVar

import msgspec

from houseful.kernel.instants import as_instant

T = TypeVar("T")


class Body(msgspec.Struct, rename="camel", forbid_unknown_fields=True, kw_only=True):
    """Base of what is taken in: unknown fields are refused, so that a typing error is told."""

    def __post_init__(self) -> None:
        """Turn instants to UTC, and refuse those without an offset or far from our time."""
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if isinstance(value, datetime):
                setattr(self, name, as_instant(value))


class View(msgspec.Struct, rename="camel", kw_only=True):
    """Base of what is given out; `of` makes one from a row with attributes of the same names."""

    @classmethod
    def of(cls, row: Any) -> Self:
        """Make the view of `row`; override where a field is more than an attribute."""
        return cls(**{name: getattr(row, name) for name in cls.__struct_fields__})


class Page(msgspec.Struct, Generic[T], rename="camel", kw_only=True):
    """One page of a list; `next_cursor` leads to the next, None on the last."""

    items: list[T]
    next_cursor: str | None = None
