"""Forms of the office: what was typed stays, and what is wrong is told at its field."""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from houseful.kernel.money import exponent
from houseful.kernel.problems import Invalid, Problem
from houseful.web.pages import told

T = TypeVar("T")

AMOUNT_MAX = 10**12
GROUP_DIGITS = 3
THOUSANDS = "Are these thousands? Please write it without a separator for them, such as 1000.00."
BASIS_POINTS_OF_ONE_PERCENT = 100
LOOK_AGAIN = "Nothing was saved yet: please look at the marked fields."

_DECIMAL = re.compile(r"[0-9]{1,12}([.,][0-9]{1,4})?")
_GROUPED = re.compile(
    r"[0-9]{1,3}(?P<group>[., '])[0-9]{3}((?P=group)[0-9]{3})*(?!(?P=group))[.,][0-9]{1,2}"
)
_YEARS = range(1970, 2200)
_KINDLY = (
    (r"of length >= 1\b|matching regex '\\\\S'", "Please fill this in."),
    (r"length <= (\d+)", "At most {} characters."),
    (r"<= (\d+)", "At most {}."),
    (r">= (\d+)", "At least {}."),
    (r"`int", "Please give a whole number."),
    (r"UUID|uuid", "Please choose one."),
    (r"datetime", "Please give date and time."),
    (r"regex", "Please write letters, digits and hyphens only."),
)


class Filled:
    """A form as it is shown: with the values that it has, and what is wrong with them."""

    def __init__(self, values: Mapping[str, Any], problem: Problem | None = None) -> None:
        self._values = values
        self._faults = faults_of(problem) if problem is not None else {}

    def value(self, name: str) -> str:
        """Return the text that the field shows."""
        value = self._values.get(name)
        return "" if value is None or value is False else str(value)

    def values(self, name: str) -> list[str]:
        """Return the texts of a field that has several."""
        found: Any = self._values.get(name) or ()
        return [str(each) for each in found]

    def fault(self, name: str) -> str:
        """Return what is wrong with the field, or an empty text."""
        return self._faults.get(name, "")


def faults_of(problem: Problem) -> dict[str, str]:
    """Return what is wrong, by field: `/startAt` is the field `start_at`."""
    entries: list[dict[str, str]] = problem.fields.get("errors") or []
    return {_field_of(entry["pointer"]): entry["detail"] for entry in reversed(entries)}


def message_of(problem: Problem, fields: Mapping[str, Any]) -> str:
    """Say what stands above the form: the problem itself, unless a field of the form tells it."""
    is_told = faults_of(problem).keys() & fields.keys()
    return LOOK_AGAIN if is_told else told(problem)


def read_body(kind: type[T], values: Mapping[str, Any]) -> T:
    """Make the body of a use case from a form's texts. Raises `Invalid` at the field."""
    camel = {_camel(name): value for name, value in values.items()}
    try:
        return msgspec.convert(camel, kind, strict=False)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `$.")
        field = path.rstrip("`").partition("[")[0]
        raise Invalid.at("/" + field, _kindly(message)) from error


def read_id(text: str, pointer: str) -> UUID:
    """Read an id that was chosen from a list. Raises `Invalid`."""
    try:
        return UUID(text)
    except ValueError as error:
        raise Invalid.at(pointer, "Please choose one.") from error


def read_number(text: str, pointer: str, *, maximum: int) -> int:
    """Read a whole number of at least 0. Raises `Invalid`."""
    text = text.strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(maximum))):
        raise Invalid.at(pointer, "Please give a whole number.")
    if int(text) > maximum:
        raise Invalid.at(pointer, f"At most {maximum}.")
    return int(text)


def read_time(text: str, zone: ZoneInfo, pointer: str) -> datetime | None:
    """Read a time of the zone; nothing is None. One that the clocks skip is told, not guessed."""
    if not text.strip():
        return None
    try:
        wall = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid.at(pointer, "Please give date and time.") from error
    if wall.tzinfo is not None or wall.year not in _YEARS:
        raise Invalid.at(pointer, "Please give date and time.")
    at = wall.replace(tzinfo=zone)
    if at.astimezone(ZoneInfo("UTC")).astimezone(zone).replace(tzinfo=None) != wall:
        raise Invalid.at(pointer, "The clocks are put forward then: there is no such time.")
    return at


def write_time(at: datetime | None, zone: str) -> str:
    """Write an instant as a field for date and time wants it, in the zone."""
    return at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M") if at is not None else ""


def read_amount(text: str, currency: str, pointer: str) -> int:
    """Read an amount as people write it, `12.50`, `12,50` or `1.250,00`, in minor units.

    What may be thousands as well as decimals, `1.000`, is asked about and never guessed. Raises
    `Invalid`.
    """
    text = _ungrouped(text.strip())
    decimals = len(re.split("[.,]", text)[-1]) if re.search("[.,]", text) else 0
    if decimals == GROUP_DIGITS != exponent(currency):
        raise Invalid.at(pointer, THOUSANDS)
    minor = _decimal(text, pointer, "Please give an amount, such as 12.50.").scaleb(
        exponent(currency)
    )
    if minor != minor.to_integral_value():
        raise Invalid.at(pointer, f"{currency} has {exponent(currency)} decimals.")
    if not 0 <= minor <= AMOUNT_MAX:
        raise Invalid.at(pointer, "This amount is out of all bounds.")
    return int(minor)


def write_amount(minor: int | None, currency: str) -> str:
    """Write minor units as a field for an amount shows them: `12.50`."""
    return "" if minor is None else str(Decimal(minor).scaleb(-exponent(currency)))


def read_percent(text: str, pointer: str) -> int:
    """Read a percentage, `7.5` or `7,5`, in basis points. Raises `Invalid`."""
    points = _decimal(text, pointer, "Please give a percentage, such as 7.5.").scaleb(2)
    if points != points.to_integral_value():
        raise Invalid.at(pointer, "At most two decimals.")
    if not 0 <= points <= 100 * BASIS_POINTS_OF_ONE_PERCENT:
        raise Invalid.at(pointer, "Between 0 and 100.")
    return int(points)


def write_percent(basis_points: int) -> str:
    """Write basis points as a percentage: `7.5`."""
    return f"{Decimal(basis_points).scaleb(-2).normalize():f}"


def _ungrouped(text: str) -> str:
    """Leave out what groups thousands, where a decimal separator of another kind says so."""
    found = _GROUPED.fullmatch(text)
    return text if found is None else text.replace(found["group"], "")


def _decimal(text: str, pointer: str, message: str) -> Decimal:
    if not _DECIMAL.fullmatch(text.strip()):
        raise Invalid.at(pointer, message)
    return Decimal(text.strip().replace(",", "."))


def _field_of(pointer: str) -> str:
    name = pointer.strip("/").partition("/")[0]
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda found: "_" + found[1].lower(), name)


def _camel(name: str) -> str:
    return re.sub(r"_([a-z0-9])", lambda found: found[1].upper(), name)


def _kindly(message: str) -> str:
    for pattern, words in _KINDLY:
        found = re.search(pattern, message)
        if found:
            return words.format(*found.groups())
    return message
