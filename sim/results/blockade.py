"""The time before the start, day by day: what was needed of each commodity, what there was, what was left."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.model.blockade import day_edges
from sim.model.record import Array, Record
from sim.results.dates import day_of

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

COLUMNS = ("need", "supply", "gap", "stock", "days_of_supply")


class Row(NamedTuple):
    """A commodity and its unit."""

    item: str
    unit: str


def layout(scenario: Scenario) -> list[Row]:
    """The commodities, fixed for every run; none without a blockade."""
    told = scenario.blockade
    return [Row(name, item.unit) for name, item in told.items.items()] if told else []


def days(scenario: Scenario) -> Array:
    """The calendar days of the blockade, counted from the day of the start (0): negative numbers."""
    told = scenario.blockade
    edges = day_edges(scenario, told.begins) if told else [0.0]
    return day_of(scenario, np.array(edges[:-1], float))


def blockade(record: Record) -> Array:
    """Need, supply, gap, stock and days of supply, shape (commodities, columns, days)."""
    told = record.blockade
    if told is None:
        return np.zeros((0, len(COLUMNS), 0))
    rows = [[getattr(item, column) for column in COLUMNS] for item in told.items.values()]
    return np.array(rows, float).reshape(len(rows), len(COLUMNS), len(told.hours))


def state(record: Record) -> dict[str, float]:
    """What the movement opens with: the level of tanks, and the share of the need for each commodity met at last."""
    told = record.blockade
    if told is None:
        return {}
    met = {f"blockade.{name}.met": item.met for name, item in told.items.items()}
    return {"blockade.tank_level": told.tank_level, **met}
