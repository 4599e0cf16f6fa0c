"""The time before the road opened, day by day: stock, what came in, what was needed, what there was."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import floor
from typing import TYPE_CHECKING

import numpy as np

from sim.model.record import Array
from sim.model.stockpile import Flow, advance, monthly

if TYPE_CHECKING:
    from sim.scenario.response import Blockade, BlockadeItem, Rationing
    from sim.scenario.schema import Scenario

DAY = 24.0


@dataclass(frozen=True)
class ItemRecord:
    """One commodity, a value a day."""

    unit: str
    per_person: float
    """Full need a day and person."""
    need: Array
    supply: Array
    stock: Array
    """Stock at the end of each day."""
    full: float
    """Full need of a whole day."""

    @property
    def gap(self) -> Array:
        """Need less supply."""
        short: Array = np.maximum(self.need - self.supply, 0.0)
        return short

    @property
    def days_of_supply(self) -> Array:
        """Days of full need in stock."""
        days: Array = self.stock / max(self.full, 1e-12)
        return days

    @property
    def met(self) -> float:
        """Share of the need that is met on the last day before the opening; 1 when there was none."""
        return float(self.supply[-1] / max(self.need[-1], 1e-12)) if len(self.need) else 1.0


@dataclass(frozen=True)
class BlockadeRecord:
    """All commodities from the closing of the road to its opening."""

    hours: Array
    """Beginning of each calendar day (the first begins at the closing), hours from the start (negative)."""
    items: dict[str, ItemRecord]
    opening_stocks: dict[str, float]
    """Stock of each commodity when the road closed."""
    tank_level: float
    """Mean level of private tanks at opening, 1 when full."""

    def left(self, name: str) -> float:
        """Stock of a commodity at the opening."""
        stock = self.items[name].stock
        return float(stock[-1]) if len(stock) else self.opening_stocks[name]


def run_blockade(scenario: Scenario) -> BlockadeRecord | None:
    """The blockade of a scenario; None when it tells of none."""
    told = scenario.blockade
    if told is None:
        return None
    edges = day_edges(scenario, told.begins)
    opening = {name: item.opening_stock * item.need * scenario.present for name, item in told.items.items()}
    items = {name: _item(told, item, (scenario.present, opening[name]), edges) for name, item in told.items.items()}
    lengths = np.diff(edges) / DAY
    return BlockadeRecord(np.array(edges[:-1]), items, opening, _tank_level(told, items, lengths))


def day_edges(scenario: Scenario, begins: float) -> list[float]:
    """The closing, every midnight after it, and the opening (hour 0), in hours from the start."""
    if begins >= 0:
        return [0.0]
    start = scenario.start
    midnight = -(start.hour + start.minute / 60 + start.second / 3600) if start else 0.0
    first = floor((begins - midnight) / DAY + 1e-9) + 1
    last = floor((-midnight - 1e-9) / DAY)
    return [begins, *(midnight + DAY * day for day in range(first, last + 1)), 0.0]


def _item(told: Blockade, item: BlockadeItem, held: tuple[int, float], edges: list[float]) -> ItemRecord:
    """One commodity, day by day, each day cut where a phase or the rationing begins."""
    people, opening = held
    full, left = item.need * people, opening
    need, supply, stock = (np.zeros(len(edges) - 1) for _ in range(3))
    changes = _changes(told, item)
    for day, (begin, end) in enumerate(pairwise(edges)):
        for hour, until in pairwise([begin, *(c for c in changes if begin < c < end), end]):
            flow = Flow(_inflow(told, item, hour) + item.local * full, full, monthly(item.loss), opening)
            left, drawn = advance(_rationed(flow, item.rationing, people, hour), left, (until - hour) / DAY)
            supply[day] += drawn
        need[day], stock[day] = full * (end - begin) / DAY, left
    return ItemRecord(item.unit, item.need, need, np.minimum(supply, need), stock, full)


def _changes(told: Blockade, item: BlockadeItem) -> list[float]:
    """Hours at which something about an item changes, in order."""
    phases = [*(phase.begins for phase in item.inflow.values()), *(phase.begins for phase in told.goods.values())]
    begins = item.rationing.begins
    return sorted({*phases, *([] if begins is None else [begins])})


def _rationed(flow: Flow, told: Rationing, people: int, hour: float) -> Flow:
    """The flow under the rationing that holds at an hour."""
    if told.rule == "none" or (told.begins is not None and hour < told.begins - 1e-9):
        return flow
    if told.rule == "fixed":
        return flow._replace(target=min((told.amount or 0.0) * people, flow.full))
    return flow._replace(full_at=told.full_at or flow.full)


def _inflow(told: Blockade, item: BlockadeItem, hour: float) -> float:
    """Amount a day that comes in then: as told, or a share of all goods (tonnes to kg)."""
    phase = max((p for p in item.inflow.values() if p.begins <= hour), key=lambda p: p.begins, default=None)
    if phase is None:
        return 0.0
    if phase.rate is not None:
        return phase.rate
    goods = max((g for g in told.goods.values() if g.begins <= hour), key=lambda g: g.begins, default=None)
    return (phase.share or 0.0) * goods.tonnes_a_day * 1000.0 if goods else 0.0


def _tank_level(told: Blockade, items: dict[str, ItemRecord], lengths: Array) -> float:
    """Mean level of private tanks: they fall with what is not sold, the slower the less is left in them.

    d(level)/dt = -(unmet share of need) level / tank_days, so that a longer blockade never leaves more.
    """
    sold = [record for name, record in items.items() if told.items[name].fuels_vehicles]
    need = sum((record.need for record in sold), np.zeros(len(lengths)))
    gap = sum((record.gap for record in sold), np.zeros(len(lengths)))
    unmet = gap / np.maximum(need, 1e-12)
    return float(np.exp(-(unmet * lengths).sum() / told.tank_days))
