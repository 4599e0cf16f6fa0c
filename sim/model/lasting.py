"""Supplies of what is not used up by the hour: things given once, and what stands at a place."""

from __future__ import annotations

from collections.abc import Collection
from math import inf, nan
from typing import TYPE_CHECKING

import numpy as np

from sim.model import owed, standing
from sim.model.provided import SupplyRow, in_stock, serves
from sim.scenario import packing
from sim.scenario.standards.catchment import catchments

if TYPE_CHECKING:
    from sim.model.record import Array
    from sim.model.whereabouts import Whereabouts
    from sim.scenario.standards import Figure
    from sim.scenario.supplies import SupplyItem


def _of(there: Whereabouts, figure: Figure) -> list[tuple[str, SupplyItem, Array]]:
    """The supplies of an item: name, what is told, and which places each serves."""
    scenario, anywhere = there.record.scenario, figure.name in catchments()
    return [
        (name, told, np.array([anywhere or serves(scenario, told.place, place) for place in there.names], float))
        for name, told in scenario.supply.provided.items()
        if told.item == figure.item
    ]


def coming(there: Whereabouts, told: SupplyItem, statuses: Collection[str]) -> Array:
    """Amount that is there from each hour on: the stock from the first, then what arrives."""
    scenario = there.record.scenario
    come = arriving(told, statuses, there.hours) * packing.factor(scenario, told)
    come[:1] += _first(there, told, statuses)
    return come


def _first(there: Whereabouts, told: SupplyItem, statuses: Collection[str]) -> float:
    """Amount that is there at the start."""
    return in_stock(there.record.scenario, told, there.record.blockade, statuses)


def _fit(told: SupplyItem) -> float:
    """Hour until which what is there at the start is fit."""
    return _or_never(told.expires)


def _or_never(hour: float | None) -> float:
    return inf if hour is None else hour


def _spoilt(there: Whereabouts, told: SupplyItem, first: float, serves: float | None) -> Array:
    """Of the stock at the start, what no longer serves in each hour since it has expired, shape (hours,)."""
    hour = np.arange(there.hours)
    found: Array = np.where((hour >= _fit(told)) & (hour < _or_never(serves)), first, 0.0)
    return found


def once(
    there: Whereabouts, figure: Figure, statuses: Collection[str], own: Array
) -> tuple[owed.Given, list[SupplyRow]]:
    """What is given once, and keeps being owed until it is."""
    told = _of(there, figure)
    come = [coming(there, supply, statuses) for _, supply, _ in told]
    sources = [
        owed.Source(
            at[there.changing.rows], comes, _or_never(supply.handout), _first(there, supply, statuses), _fit(supply)
        )
        for (_, supply, at), comes in zip(told, come, strict=True)
    ]
    given = owed.hand_out(there, figure, sources, own)
    rows = []
    for (name, supply, at), comes, gave, lost in zip(told, come, given.drawn, given.lost, strict=True):
        stock = np.concatenate([comes[:1], np.cumsum(comes - gave - lost)])
        out = owed.first_out(gave, stock, given.owed, at)
        spoilt = float(lost.sum())
        rows.append(SupplyRow(name, figure.item, supply.place, gave, stock, float(comes.sum()), out, lost=spoilt))
    return given, rows


def stands(there: Whereabouts, figure: Figure, statuses: Collection[str]) -> tuple[Array, list[SupplyRow]]:
    """What stands at each place and hour, and the supplies as they grow; nothing of them is used up by the hour."""
    units, rows = np.zeros((len(there.names), there.hours)), []
    for name, told, at in _of(there, figure):
        there_then = standing.in_service(coming(there, told, statuses), standing.serves_for(figure))
        there_then -= _spoilt(there, told, _first(there, told, statuses), standing.serves_for(figure))
        units += standing.shared(there, figure, there_then, at)
        stock = np.concatenate([there_then[:1], there_then])
        come = float(coming(there, told, statuses).sum())
        spent = come - float(stock[-1])  # kits serve for their time and are then no more
        rows.append(SupplyRow(name, figure.item, told.place, np.zeros(there.hours), stock, come, nan, lost=spent))
    return units, rows


def arriving(told: SupplyItem, statuses: Collection[str], hours: int) -> Array:
    """Amount that comes in each hour: deliveries of these statuses, and the daily amount spread over the day."""
    come = np.zeros(hours)
    for delivery in told.deliveries.values():
        if delivery.status in statuses and delivery.at < hours:
            come[max(int(delivery.at + 1e-9), 0)] += delivery.amount
    begins = np.arange(hours)
    since = max(told.begins or 0.0, 0.0)
    come += told.daily / 24 * np.clip(begins + 1 - since, 0.0, 1.0)
    return come
