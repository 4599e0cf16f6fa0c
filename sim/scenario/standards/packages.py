"""Packages: what a person is handed on arrival and for a night in transit, and what kits hold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sim.scenario.faults import did_you_mean
from sim.scenario.standards import goods
from sim.scenario.standards.amounts import amount
from sim.scenario.standards.goods import Item, Load
from sim.scenario.standards.library import CONFIDENCE, Figure
from sim.scenario.standards.library import named as figure_named
from sim.scenario.standards.rows import Row, rows, table

ARRIVAL, TRANSIT_NIGHT = "arrival", "transit_night"
"""What stands in for daily standards in the first 72 hours: once a person, and for every night on the way."""
FEEDING = "infant_feeding"
FORMULA = "infant_formula"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing in a package."""

    package: str
    line: str
    title: str
    per: str
    """A person (of `of`), or a kit."""
    of: str
    """For whom."""
    amount: float
    unit: str
    figure: str
    """The planning figure its amount is a day of; empty where it has its own."""
    item: Item | None
    """The goods; None for what is done, not given."""
    choice: str
    """Lines of one choice stand in for each other: one of them is handed out."""
    once: bool
    """Whether a person is given it once, whatever packages follow."""
    guidance: str
    """The guidance without which it is never handed out."""
    source: str
    found: str
    confidence: str

    def load(self, count: float) -> Load | None:
        """The goods of this line for so many of those it is for."""
        return goods.load(self.item, count * self.units) if self.item else None

    @property
    def units(self) -> float:
        """Units of its goods for each."""
        return goods.units_for(self.item, self.amount, self.unit) if self.item else self.amount


@cache
def packages() -> dict[str, tuple[Line, ...]]:
    """Every package with all its lines."""
    return read(table("packages.csv"), "packages.csv")


def read(text: str, name: str) -> dict[str, tuple[Line, ...]]:
    """Packages of a table; ScenarioError where infant formula stands without its guidance."""
    found: dict[str, list[Line]] = {}
    for row in rows(text, name):
        found.setdefault(row.text("package"), []).append(_line(row))
    return {package: tuple(lines) for package, lines in found.items()}


def _line(row: Row) -> Line:
    cells = row.cells
    if FORMULA in (cells["goods"], cells["line"]) and cells["guidance"] != FEEDING:
        raise row.fault("guidance", f"infant formula is given under feeding guidance only; must be '{FEEDING}'")
    if cells["goods"]:
        row.one_of("goods", goods.items())
    own = {
        "item": goods.named(cells["goods"]) if cells["goods"] else None,
        "once": bool(cells["once"]),
        **(_of_figure(row) if cells["figure"] else _of_itself(row)),
    }
    kept = ("package", "line", "title", "per", "of", "figure", "choice", "guidance")
    return Line(**{**{column: cells[column] for column in kept}, **own})  # type: ignore[arg-type]


def _of_figure(row: Row) -> dict[str, object]:
    """A day of a figure for one person, with its source."""
    try:
        figure: Figure = figure_named(row.cells["figure"])
    except ValueError as fault:
        raise row.fault("figure", str(fault)) from None
    return {
        "amount": amount(figure, 1),
        "unit": figure.unit,
        "source": figure.source,
        "found": figure.found,
        "confidence": figure.confidence,
    }


def _of_itself(row: Row) -> dict[str, object]:
    return {
        "amount": row.number("amount"),
        "unit": row.text("unit"),
        "source": row.text("source"),
        "found": row.text("found"),
        "confidence": row.one_of("confidence", CONFIDENCE),
    }


def contents(package: str, guidance: tuple[str, ...] = ()) -> tuple[Line, ...]:
    """What a package holds; what needs a guidance only where that is in force. ValueError without such a package."""
    if package not in packages():
        raise ValueError(f"no such package: {package!r}; {did_you_mean(package, packages())}")
    return tuple(line for line in packages()[package] if not line.guidance or line.guidance in guidance)
