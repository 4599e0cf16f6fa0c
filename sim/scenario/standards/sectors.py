"""Sectors by the codes of the global coordination groups, with the names that refugee plans use."""

from __future__ import annotations

from functools import cache
from typing import Literal

from sim.scenario.standards.rows import rows, table

Names = Literal["clusters", "refugee_plan"]


@cache
def names() -> dict[str, dict[str, str]]:
    """Name of each sector code under each way of naming; a sector that refugee plans have not keeps its cluster's."""
    read = {row.text("code"): row.cells for row in rows(table("sectors.csv"), "sectors.csv")}
    return {
        code: {"clusters": cells["cluster"], "refugee_plan": cells["refugee_plan"] or cells["cluster"]}
        for code, cells in read.items()
    }


def name_of(code: str, by: Names = "clusters") -> str:
    """Name of a sector; KeyError without such a code."""
    return names()[code][by]
