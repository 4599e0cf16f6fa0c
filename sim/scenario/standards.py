"""Planning figures with their level, edition and source."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

LEVELS = ("survival_minimum", "emergency_minimum", "standard", "post_emergency")


@dataclass(frozen=True)
class Figure:
    """One planning figure."""

    name: str
    item: str
    level: str
    value: float
    unit: str
    per: str
    sector_code: str
    sector_name: str
    edition: str
    date: str
    source: str
    found: str
    confidence: str


@cache
def figures() -> tuple[Figure, ...]:
    """All planning figures."""
    text = files("sim.scenario").joinpath("standards.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple(Figure(**{**row, "value": float(row["value"])}) for row in rows)  # type: ignore[arg-type]


def of_item(item: str) -> tuple[Figure, ...]:
    """The figures of an item, from the lowest level up."""
    found = [figure for figure in figures() if figure.item == item]
    return tuple(sorted(found, key=lambda figure: LEVELS.index(figure.level)))
