"""Figures of what serves a whole district: whole units are counted for all places together, not at each of them."""

from __future__ import annotations

from functools import cache

from sim.scenario.standards.library import named
from sim.scenario.standards.rows import rows, table


@cache
def catchments() -> dict[str, str]:
    """Why each of them is counted so, by the name of the figure."""
    found = {}
    for row in rows(table("catchment.csv"), "catchment.csv"):
        try:
            found[named(row.text("figure")).name] = row.text("why")
        except ValueError as fault:
            raise row.fault("figure", str(fault)) from None
    return found
