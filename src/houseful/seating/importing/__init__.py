"""Reading seating plans of others: seats.io charts and pretix seating plans."""

from typing import Any, cast

import msgspec

from houseful.seating.importing.pretix import is_pretix_plan, read_pretix_plan
from houseful.seating.importing.reading import NotASeatingPlan
from houseful.seating.importing.repair import RepairReport, repair_plan
from houseful.seating.importing.seatsio import is_seatsio_chart, read_seatsio_chart
from houseful.seating.plan import SEATS_MAX, Plan

FILE_MAX_BYTES = 25 * 1024 * 1024

__all__ = ["FILE_MAX_BYTES", "NotASeatingPlan", "RepairReport", "import_plan"]


def import_plan(raw: bytes) -> tuple[Plan, RepairReport]:
    """Return the plan in a file, and what had to be repaired. Raises `NotASeatingPlan`.

    Nothing is dropped in silence: what cannot be kept as it is, is changed and reported.
    """
    if len(raw) > FILE_MAX_BYTES:
        raise NotASeatingPlan(f"The file is larger than {FILE_MAX_BYTES // 1024 // 1024} MiB.")
    try:
        document: Any = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError) as error:
        raise NotASeatingPlan(f"This is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise NotASeatingPlan("A seating plan is a JSON object.")
    report = RepairReport()
    plan = _read(cast("dict[str, Any]", document), report)
    if plan.seat_count > SEATS_MAX:
        raise NotASeatingPlan(f"There are {plan.seat_count} seats; {SEATS_MAX} are the most.")
    if not plan.seat_count and not plan.standing_areas:
        raise NotASeatingPlan("There is neither a seat nor a standing area in it.")
    repair_plan(plan, report)
    return plan, report


def _read(document: dict[str, Any], report: RepairReport) -> Plan:
    if is_seatsio_chart(document):
        return read_seatsio_chart(document, report)
    if is_pretix_plan(document):
        return read_pretix_plan(document, report)
    raise NotASeatingPlan(
        "This JSON is neither a seats.io chart (`categories`, `subChart`)"
        " nor a pretix seating plan (`categories`, `zones`)."
    )
