"""The time before the road opened, day by day: stock, what came in, what was needed, what there was."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, exp
from typing import TYPE_CHECKING

import numpy as np

from sim.model.record import Array

if TYPE_CHECKING:
    from sim.scenario.response import Blockade, BlockadeItem, Rationing
    from sim.scenario.schema import Scenario

MONTH = 30.0
FULL_NEED = "days of full need"


@dataclass(frozen=True)
class ItemRecord:
    """One commodity, a value a day."""

    unit: str
    need: Array
    supply: Array
    stock: Array
    """Stock at the end of each day."""

    @property
    def gap(self) -> Array:
        """Need less supply."""
        short: Array = np.maximum(self.need - self.supply, 0.0)
        return short

    @property
    def days_of_supply(self) -> Array:
        """Days of full need in stock."""
        days: Array = self.stock / np.maximum(self.need, 1e-12)
        return days


@dataclass(frozen=True)
class BlockadeRecord:
    """All commodities from the closing of the road to its opening."""

    hours: Array
    """Beginning of each day, hours from the start (negative)."""
    items: dict[str, ItemRecord]
    tank_level: float
    """Mean level of private tanks at opening, 1 when full."""


def run_blockade(scenario: Scenario) -> BlockadeRecord | None:
    """The blockade of a scenario; None when it tells of none."""
    told = scenario.blockade
    if told is None:
        return None
    days = max(ceil(-told.begins / 24 - 1e-9), 0)
    hours = told.begins + 24.0 * np.arange(days)
    lengths = np.minimum(hours + 24.0, 0.0) - hours
    items = {name: _item(told, item, scenario.present, (hours, lengths / 24)) for name, item in told.items.items()}
    return BlockadeRecord(hours, items, _tank_level(told, items, lengths / 24))


def _item(told: Blockade, item: BlockadeItem, people: int, days: tuple[Array, Array]) -> ItemRecord:
    """One commodity, day by day; the stock is never below zero and supply never above need."""
    hours, lengths = days
    full = item.need * people
    stock = item.opening_stock * full
    need, supply, left = full * lengths, np.zeros(len(hours)), np.zeros(len(hours))
    for day, (hour, length) in enumerate(zip(hours.tolist(), lengths.tolist(), strict=True)):
        coming = (_inflow(told, item, hour) + item.local * full) * length
        rationing = item.rationing if (item.rationing.begins or -1e9) <= hour else None
        wanted = _wanted(rationing, full, people, stock, length)
        drawn = min(wanted, stock + coming)
        stock = max(stock + coming - drawn, 0.0) * exp(np.log1p(-min(item.loss, 0.999)) * length / MONTH)
        supply[day], left[day] = drawn, stock
    return ItemRecord(item.unit, need, supply, left)


def _inflow(told: Blockade, item: BlockadeItem, hour: float) -> float:
    """Amount a day that comes in then: as told, or a share of all goods (tonnes to kg)."""
    phase = max((p for p in item.inflow.values() if p.begins <= hour), key=lambda p: p.begins, default=None)
    if phase is None:
        return 0.0
    if phase.rate is not None:
        return phase.rate
    goods = max((g for g in told.goods.values() if g.begins <= hour), key=lambda g: g.begins, default=None)
    return (phase.share or 0.0) * goods.tonnes_a_day * 1000.0 if goods else 0.0


def _wanted(rationing: Rationing | None, full: float, people: int, stock: float, length: float) -> float:
    """What is handed out in a day of that length; a proportional ration is integrated exactly within it."""
    if rationing is None or rationing.rule == "none":
        return full * length
    if rationing.rule == "fixed":
        return min((rationing.amount or 0.0) * people, full) * length
    return proportional(stock, full, rationing.full_at or full, length)


def proportional(stock: float, full: float, full_at: float, days: float) -> float:
    """Drawn in so many days when draws fall with the stock below `full_at`: dS/dt = -full min(1, S/full_at)."""
    level = max((stock - full_at) / full, 0.0) if full > 0 else days
    at_full = min(days, level)
    rest = stock - at_full * full
    return at_full * full + rest * (1 - exp(-full * (days - at_full) / full_at)) if rest > 0 else at_full * full


def _tank_level(told: Blockade, items: dict[str, ItemRecord], lengths: Array) -> float:
    """Mean level of private tanks: they fall with what is not sold, the slower the less is left in them.

    d(level)/dt = -(unmet share of need) level / tank_days, so that a longer blockade never leaves more.
    """
    sold = [record for name, record in items.items() if told.items[name].fuels_vehicles]
    need = sum((record.need for record in sold), np.zeros(len(lengths)))
    gap = sum((record.gap for record in sold), np.zeros(len(lengths)))
    unmet = gap / np.maximum(need, 1e-12)
    return float(np.exp(-(unmet * lengths).sum() / told.tank_days))
