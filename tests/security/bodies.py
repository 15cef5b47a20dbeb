"""The smallest body that a route accepts, made from its type: what is optional is left out.

Ids, and whatever else `resources.py` has a maker for, are real; the rest is any value that fits.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

from msgspec import UnsetType
from msgspec import inspect as kinds

from houseful.kernel.ids import new_id

Path = tuple[str | int, ...]
Named = Callable[[str, Path], Any]
"""Gives the value of a name at a place of the body, or `NotImplemented` for any that fits."""

TEXTS = (
    "Text",
    "text",
    "a@example.org",
    "EUR",
    "DE",
    "en",
    "1000",
    "#a0b1c2",
    "Europe/Berlin",
    "/",
    "/here",
    "https://a.example",
    "a2030b-01",
    "2035-05-01T18:00",
    "01-01",
    "18:00",
    "0123456789abcdef01234567",
)
STARTS_AT = "2035-05-01T18:00:00Z"
ENDS_AT = "2035-05-01T21:00:00Z"


def ids_of(kind: Any, name: str = "", at: Path = ()) -> Iterator[tuple[str, Path]]:
    """Yield the field's name and place of everything in a body that is an id."""
    match kind:
        case kinds.UUIDType():
            yield name, at
        case kinds.StructType():
            for field in kind.fields:
                if field.name.endswith("_slug"):
                    yield field.name, (*at, field.encode_name)
                yield from ids_of(field.type, field.name, (*at, field.encode_name))
        case kinds.ListType():
            yield from ids_of(kind.item_type, _singular(name), (*at, 0))
        case kinds.DictType():
            yield from ids_of(kind.value_type, _singular(name), (*at, "0"))
        case kinds.UnionType():
            for member in kind.types:
                yield from ids_of(member, name, at)
        case kinds.Metadata():
            yield from ids_of(kind.type, name, at)
        case _:
            return


def names_of(kind: Any) -> set[str]:
    """Return the name of every field in a body, at any depth."""
    match kind:
        case kinds.StructType():
            inner = (names_of(field.type) for field in kind.fields)
            return {field.name for field in kind.fields}.union(*inner)
        case kinds.ListType():
            return names_of(kind.item_type)
        case kinds.UnionType():
            return set[str]().union(*map(names_of, kind.types))
        case kinds.Metadata():
            return names_of(kind.type)
        case _:
            return set()


def smallest(
    kind: Any, named: Named, *, including: Sequence[Path] = (), name: str = "", at: Path = ()
) -> Any:
    """Return the smallest value of a type, with the optional fields on the way to `including`."""
    given = named(name, at) if name else NotImplemented
    if given is not NotImplemented:
        return given

    def inner(kind: Any, name: str, at: Path) -> Any:
        return smallest(kind, named, including=including, name=name, at=at)

    match kind:
        case kinds.Metadata():
            return inner(kind.type, name, at)
        case kinds.StructType():
            return {
                field.encode_name: inner(field.type, field.name, (*at, field.encode_name))
                for field in kind.fields
                if field.required or _leads_to((*at, field.encode_name), including)
            }
        case kinds.ListType():
            how_many = max(kind.min_length or 0, int(_leads_to((*at, 0), including)))
            return [inner(kind.item_type, _singular(name), (*at, i)) for i in range(how_many)]
        case kinds.DictType():
            if not _leads_to((*at, "0"), including):
                return {}
            return {"0": inner(kind.value_type, _singular(name), (*at, "0"))}
        case kinds.UnionType():
            return inner(_member(kind), name, at)
        case _:
            return _plain(kind, name)


def merged(body: Any, extra: Mapping[str, Any]) -> Any:
    """Return the body with what a fixture says, deeper objects merged."""
    result = dict(body)
    for key, value in extra.items():
        inner: Any = result.get(key)
        both = isinstance(value, dict) and isinstance(inner, dict)
        result[key] = merged(inner, cast("Mapping[str, Any]", value)) if both else value
    return result


def _plain(kind: Any, name: str) -> Any:
    match kind:
        case kinds.StrType():
            return _text(kind, name)
        case kinds.IntType() | kinds.FloatType():
            return max(kind.ge or 0, (kind.gt or 0) + 1, 1)
        case kinds.BoolType():
            return True
        case kinds.LiteralType():
            return kind.values[0]
        case kinds.EnumType():
            return next(iter(kind.cls)).value
        case kinds.UUIDType():
            return str(new_id())
        case kinds.AnyType():
            return {}
        case _:
            return _time(kind, name)


def _time(kind: Any, name: str) -> str:
    match kind:
        case kinds.DateTimeType() | kinds.CustomType():
            return ENDS_AT if "end" in name else STARTS_AT
        case kinds.DateType():
            return "2035-05-01"
        case kinds.TimeType():
            return "18:00:00"
        case _:
            raise AssertionError(f"{name}: tests/security/bodies.py has no value of {kind}")


def _text(kind: kinds.StrType, name: str) -> str:
    for text in (*TEXTS, *_alternatives(kind.pattern or "")):
        long_enough = text.ljust(kind.min_length or 0, "x")
        fits_pattern = kind.pattern is None or re.search(kind.pattern, long_enough)
        if fits_pattern and len(long_enough) <= (kind.max_length or len(long_enough)):
            return long_enough
    raise AssertionError(
        f"{name}: no text fits {kind.pattern!r}; say one in BODIES of tests/security/resources.py"
    )


def _alternatives(pattern: str) -> list[str]:
    """Return the words of a pattern that lists them, such as `^(active|inactive)$`."""
    listed = re.fullmatch(r"\^\(([\w|]+)\)\$", pattern)
    return listed.group(1).split("|") if listed else []


def _member(kind: kinds.UnionType) -> Any:
    return next(
        member
        for member in kind.types
        if not isinstance(member, kinds.NoneType) and getattr(member, "cls", None) is not UnsetType
    )


def _leads_to(at: Path, including: Sequence[Path]) -> bool:
    return any(path[: len(at)] == at for path in including)


def _singular(name: str) -> str:
    return {"ticket_types": "ticket_type_id"}.get(name, name.removesuffix("s"))
