"""How figures are shown: a value with its unit, and its ratio to a floor where there is one."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured value; `floor` is what the same work costs without us, in the same unit."""

    subject: str
    value: float
    unit: str
    floor: float | None = None


def show(name: str, figures: list[Figure]) -> None:
    """Print a benchmark's figures."""
    print(f"\n{name}")
    for figure in figures:
        line = f"  {figure.subject:<44} {figure.value:>10,.1f} {figure.unit}"
        if figure.floor:
            line += f"   {figure.value / figure.floor:.2f} × the floor of {figure.floor:,.1f}"
        print(line)
