"""What crosses the wire: bodies come in, views go out, lists go out in pages."""

from datetime import datetime
from typing import Any, Generic, Self, TypeVar, cast

import msgspec

from houseful.kernel.instants import as_instant

T = TypeVar("T")


class Body(msgspec.Struct, rename="camel", forbid_unknown_fields=True, kw_only=True):
    """Base of what is taken in: unknown fields are refused, so that a typing error is told."""

    def __post_init__(self) -> None:
        """Turn instants to UTC, and refuse those far from our time, and texts with a NUL."""
        for name, on_the_wire in zip(
            self.__struct_fields__, self.__struct_encode_fields__, strict=True
        ):
            value = getattr(self, name)
            try:
                if isinstance(value, datetime):
                    setattr(self, name, as_instant(value))
                elif isinstance(value, str | list):
                    _refuse_nul(cast("str | list[Any]", value))
            except ValueError as error:
                raise ValueError(f"{error} (field `{on_the_wire}`)") from error


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


def _refuse_nul(value: str | list[Any]) -> None:
    """Raise `ValueError` for a text that the database cannot keep."""
    for text in [value] if isinstance(value, str) else value:
        if isinstance(text, str) and "\0" in text:
            raise ValueError("A text cannot contain a NUL.")
