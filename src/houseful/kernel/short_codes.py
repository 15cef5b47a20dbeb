"""The short codes that people read out and type: `7K3QX-0M9TD`, the last 50 bits of an id.

A short code looks something up and proves nothing.
"""

from uuid import UUID

from sqlalchemy import ColumnElement, String, cast, func
from sqlalchemy.orm import InstrumentedAttribute

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHARACTERS = 10
_MISREAD = str.maketrans("OIL", "011")
_LAST_GROUP_DIGITS = 12
_LAST_GROUP_BITS = 4 * _LAST_GROUP_DIGITS


def short_code(id_: UUID) -> str:
    """Return the short code of an id."""
    characters = [_CROCKFORD[id_.int >> 5 * place & 31] for place in range(_CHARACTERS)]
    text = "".join(reversed(characters))
    return f"{text[:5]}-{text[5:]}"


def short_code_bits(text: str) -> int | None:
    """Return the last 50 bits of the id that a short code means, or None if it is none.

    It is read as people type: in any case, with or without the hyphen, `O` for 0, `I` or `L` for 1.
    """
    typed = text.strip().upper().replace("-", "").replace(" ", "").translate(_MISREAD)
    if len(typed) != _CHARACTERS or not set(typed) <= set(_CROCKFORD):
        return None
    bits = 0
    for character in typed:
        bits = bits << 5 | _CROCKFORD.index(character)
    return bits


def is_meant(id_: UUID, bits: int) -> bool:
    """Whether the short code with these bits is the id's."""
    return short_code_bits(short_code(id_)) == bits


def may_be_meant(column: InstrumentedAttribute[UUID], bits: int) -> ColumnElement[bool]:
    """Return the condition that a column's id ends as `bits` do, but for the first two of 50."""
    last_group = f"{bits % (1 << _LAST_GROUP_BITS):0{_LAST_GROUP_DIGITS}x}"
    return func.right(cast(column, String), _LAST_GROUP_DIGITS) == last_group
