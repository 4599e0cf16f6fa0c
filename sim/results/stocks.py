"""What stands in depots and stores at each full hour."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.model.provided import holds
from sim.model.record import Array, Record
from sim.results.dates import full_hours
from sim.scenario.packing import unit_of

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario


class Stock(NamedTuple):
    """A depot or a store: its name, where it stands, what it holds, in which unit."""

    name: str
    place: str
    item: str
    unit: str


def layout(scenario: Scenario) -> list[Stock]:
    """Depots, then the stores that hold anything, fixed for every run."""
    depots = scenario.fuel.depots if scenario.fuel else {}
    stores = {name: told for name, told in scenario.supply.provided.items() if holds(told)}
    return [
        *(Stock(name, name, "fuel", "L") for name in depots),
        *(
            Stock(name, told.place, told.item, unit_of(scenario, told.item) or told.unit)
            for name, told in stores.items()
        ),
    ]


def stocks(record: Record) -> Array:
    """Amount in each stock at each full hour, shape (stocks, hours + 1)."""
    depots = record.fuel.stock_hour if record.fuel else {}
    levels = {**depots, **{row.name: row.stock for row in record.supply.rows}}
    rows = [levels[stock.name] for stock in layout(record.scenario)]
    return np.array(rows, float).reshape(len(rows), full_hours(record.scenario) + 1)
