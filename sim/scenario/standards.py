"""Planning figures with their level, edition and source."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

SPANS: dict[str, float | None] = {"person/day": 24.0, "person/week": 168.0, "person": None}
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
    """Whom and for how long it is for; without a time it is a place to hold, not something used up."""
    of: str
    """Everyone, people in care (`in_care`), or a group of patients."""
    sector_code: str
    sector_name: str
    edition: str
    date: str
    source: str
    found: str
    confidence: str

    @property
    def hours(self) -> float | None:
        """Hours for which an amount serves a person; None for what is held, such as a covered area."""
        return SPANS[self.per]

    @property
    def an_hour(self) -> float:
        """Amount a person needs in an hour; of what is held, the amount itself."""
        return self.value / (self.hours or 1.0)


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


def drawn_at(item: str) -> Figure | None:
    """The figure people draw an item by: its standard, or else its highest level."""
    known = of_item(item)
    return next((figure for figure in known if figure.level == "standard"), known[-1] if known else None)
