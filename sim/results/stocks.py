"""What stands in depots and stores at each full hour."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.model.record import Array, Record
from sim.results.dates import full_hours
from sim.results.requirement import FUEL
from sim.scenario import standards
from sim.scenario.standards.goods import unit_of

if TYPE_CHECKING:
    from sim.scenario.response import SupplyItem
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
        *(Stock(name, told.place, told.item, told.unit or own_unit(scenario, told)) for name, told in stores.items()),
    ]


def own_unit(scenario: Scenario, told: SupplyItem) -> str:
    """The unit of an item whose supply tells none: that of its planning figures, or else of the blockade's item."""
    figure = FUEL if told.item == FUEL.item else standards.drawn_at(told.item)
    if figure is not None:
        return unit_of(figure)
    inside = scenario.blockade.items.get(told.item) if scenario.blockade else None
    return inside.unit if inside is not None else ""


def holds(told: SupplyItem) -> bool:
    """Whether a supply has a stock at all, beyond what people and shops cover by themselves."""
    return told.stock > 0 or told.daily > 0 or bool(told.deliveries) or told.from_blockade is not None


def stocks(record: Record) -> Array:
    """Amount in each stock at each full hour, shape (stocks, hours + 1)."""
    depots = record.fuel.stock_hour if record.fuel else {}
    levels = {**depots, **{row.name: row.stock for row in record.supply.rows}}
    rows = [levels[stock.name] for stock in layout(record.scenario)]
    return np.array(rows, float).reshape(len(rows), full_hours(record.scenario) + 1)
