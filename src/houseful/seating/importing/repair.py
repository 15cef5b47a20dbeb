"""What had to be changed so that a plan can be used, and the telling of it."""

from collections import Counter

import msgspec

from houseful.seating.plan import Category, Plan

FALLBACK_COLOR = "#8a7f93"
EXAMPLES_MAX = 5


class Repair(msgspec.Struct, rename="camel"):
    """One kind of repair: how often, and where for example."""

    kind: str
    count: int
    examples: list[str]


class RepairReport:
    """Collects repairs as they are made."""

    def __init__(self) -> None:
        self._found: dict[str, list[str]] = {}

    def add(self, kind: str, where: str) -> None:
        """Note a repair."""
        self._found.setdefault(kind, []).append(where)

    @property
    def repairs(self) -> list[Repair]:
        """Every kind of repair that was made."""
        return [
            Repair(kind, len(places), list(dict.fromkeys(places))[:EXAMPLES_MAX])
            for kind, places in self._found.items()
        ]

    def lines(self) -> list[str]:
        """Say it in sentences."""
        return [
            f"{repair.kind}: {repair.count} ({', '.join(repair.examples)}"
            f"{', …' if len(set(self._found[repair.kind])) > EXAMPLES_MAX else ''})"
            for repair in self.repairs
        ]


def repair_plan(plan: Plan, report: RepairReport) -> None:
    """Make ids unique and categories known; rows without seats go, and are told."""
    _drop_empty_rows(plan, report)
    _rename_duplicates(plan, report)
    _know_every_category(plan, report)


def _drop_empty_rows(plan: Plan, report: RepairReport) -> None:
    for section in plan.sections:
        for row in section.rows:
            if not row.seats:
                report.add("row without seats left out", f"{section.label} {row.label}".strip())
        section.rows = [row for row in section.rows if row.seats]
    for section in plan.sections:
        if not section.rows:
            report.add("section without seats left out", section.label)
    plan.sections = [section for section in plan.sections if section.rows]


def _rename_duplicates(plan: Plan, report: RepairReport) -> None:
    seats = [seat for section in plan.sections for row in section.rows for seat in row.seats]
    known = Counter(thing.guid for thing in (*seats, *plan.standing_areas))
    seen: set[str] = set()
    for thing in (*seats, *plan.standing_areas):
        if thing.guid and thing.guid not in seen:
            seen.add(thing.guid)
            continue
        base, number = thing.guid or "unnamed", 2
        while f"{base}~{number}" in known or f"{base}~{number}" in seen:
            number += 1
        report.add("duplicate or missing id renamed", f"{base} → {base}~{number}")
        thing.guid = f"{base}~{number}"
        seen.add(thing.guid)


def _know_every_category(plan: Plan, report: RepairReport) -> None:
    known = {category.key for category in plan.categories}
    seats = [seat for section in plan.sections for row in section.rows for seat in row.seats]
    for thing in (*seats, *plan.standing_areas):
        if thing.category_key in known:
            continue
        key = thing.category_key or "uncategorised"
        report.add("unknown category added", key)
        thing.category_key = key
        if key not in known:
            known.add(key)
            plan.categories.append(Category(key, key.capitalize(), FALLBACK_COLOR))
