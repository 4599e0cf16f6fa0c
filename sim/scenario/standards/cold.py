"""What cold adds to a ration."""

from __future__ import annotations

from functools import cache

from sim.scenario.standards.library import named
from sim.scenario.standards.rows import rows, table

FULL = "wfp.food.kcal"


@cache
def steps() -> tuple[tuple[float, str], ...]:
    """Mean temperature at and below which each addition holds, coldest first (degrees Celsius)."""
    read = ((row.number("mean_degc"), row.text("figure")) for row in rows(table("cold.csv"), "cold.csv"))
    return tuple(sorted(read))


def energy(mean_degc: float) -> float:
    """Energy of a full ration at a mean temperature, kcal a person and day."""
    addition = next((name for below, name in steps() if mean_degc <= below), None)
    return named(FULL).value + (named(addition).value if addition else 0.0)
