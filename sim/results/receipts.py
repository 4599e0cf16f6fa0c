"""Stocks, deliveries and orders as told, with when they came, and what of them came after the need they were for."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.model.convoys import times
from sim.model.provided import ARRIVES, PLEDGED, in_stock
from sim.model.record import Array, Record
from sim.model.supply import drawn_when
from sim.scenario import packing, supplying

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

STOCK, ORDERS = "stock", "orders"
"""How a stock at the start, and the orders of a store together, are called among its deliveries."""
IN_PLACE, REQUESTED = "in place", "requested"


class Line(NamedTuple):
    """A stock, a delivery, or all orders of a store."""

    store: str
    delivery: str
    organisation: str
    place: str
    item: str
    unit: str
    status: str
    due: float | None
    """Hour it is told for; None for orders."""
    quantity: float | None
    """As told; None for orders and for what the blockade leaves."""
    double: str
    """The row that it may be told twice with, empty when none is like it."""


def layout(scenario: Scenario) -> list[Line]:
    """All of them, fixed for every run."""
    doubles = _doubles(scenario)
    lines = []
    for name, told in scenario.supply.provided.items():
        unit = packing.unit_of(scenario, told.item) or told.unit
        factor = packing.factor(scenario, told)
        where = (told.place, told.item, unit)
        path = f"supply.provided.{name}"
        if told.stock > 0 or told.from_blockade is not None:
            held = None if told.from_blockade is not None else told.stock * factor
            status, double = told.status or IN_PLACE, doubles.get(f"{path}.stock", "")
            lines.append(Line(name, STOCK, told.organisation, *where, status, 0.0, held, double))
        for key, it in told.deliveries.items():
            who, double = it.organisation or told.organisation, doubles.get(f"{path}.deliveries.{key}", "")
            lines.append(Line(name, key, who, *where, it.status, it.at, it.amount * factor, double))
        for key, convoy in told.convoys.items():
            each, number = packing.amount_of(scenario, told, convoy.quantity), len(times(convoy, scenario.horizon))
            who = convoy.organisation or told.organisation
            lines.append(Line(name, key, who, *where, convoy.status, convoy.begins, each * number, ""))
        if told.reorder is not None:
            lines.append(Line(name, ORDERS, told.organisation, *where, "on the way", None, None, ""))
    return lines


def _doubles(scenario: Scenario) -> dict[str, str]:
    found: dict[str, str] = {}
    for one, other in supplying.possible_doubles(scenario):
        found.setdefault(one.path, other.path.removeprefix("supply.provided."))
        found.setdefault(other.path, one.path.removeprefix("supply.provided."))
    return found


def receipts(record: Record) -> Array:
    """Of each line the hour it came (inf: never), the amount, what came too late, hours short; shape (lines, 4)."""
    found = np.zeros((len(layout(record.scenario)), 4))
    for number, line in enumerate(layout(record.scenario)):
        found[number] = _of(record, line)
    return found


def _of(record: Record, line: Line) -> tuple[float, float, float, float]:
    if line.delivery == STOCK:
        told = record.scenario.supply.provided[line.store]
        held = in_stock(record.scenario, told, record.blockade, PLEDGED)
        return (0.0 if held else inf), held, 0.0, 0.0
    if line.status == REQUESTED:
        return inf, 0.0, 0.0, 0.0
    supply = drawn_when(record, ARRIVES if line.status in ARRIVES else PLEDGED)
    key = "" if line.delivery == ORDERS else line.delivery
    came = [told for told in supply.receipts if told.store == line.store and told.name == key]
    first, short = min((told.hour for told in came), default=inf), max((told.short for told in came), default=0.0)
    return first, sum(told.amount for told in came), sum(told.too_late for told in came), short
