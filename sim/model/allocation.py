"""Who goes first when something is short: equal shares of the need, unless the scenario tells an order.

An order is a decision of those who sign it, told as text in the scenario; nothing here ranks people.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from math import inf
from typing import TYPE_CHECKING

from sim.scenario import packing
from sim.scenario.standards.goods import delivered

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario
    from sim.scenario.supplies import SupplyItem


def place_rank(scenario: Scenario, place: str) -> float:
    """The rank of a place; all places are equal unless the scenario orders them."""
    told = scenario.supply.allocation
    return told.order.get(place, inf) if told.rule == "most_vulnerable_first" else 0.0


def sector_rank(scenario: Scenario, code: str) -> float:
    """The rank of a sector in the queue for trucks; all are equal unless the scenario orders them."""
    told = scenario.supply.allocation
    return told.order.get(code, inf) if told.rule == "by_sector" else 0.0


def shared(amount: float, wants: Sequence[float], ranks: Sequence[float]) -> list[float]:
    """What each gets of an amount: the lowest rank first, those of one rank the same share of what they want."""
    total = sum(wants)
    if amount >= total:
        return list(wants)
    if len(set(ranks)) <= 1:
        return [want * amount / total for want in wants]
    given, left = [0.0] * len(wants), amount
    for _, members in groupby(sorted(range(len(wants)), key=ranks.__getitem__), key=ranks.__getitem__):
        turn = list(members)
        want = sum(wants[k] for k in turn)
        part = min(left / want, 1.0) if want > 0 else 0.0
        for k in turn:
            given[k] = wants[k] * part
        left -= want * part
    return given


def cost(scenario: Scenario, told: SupplyItem, amount: float) -> float:
    """US dollars of an order, on site and handed out: its goods, and their transport unless the price has it."""
    goods, costs = packing.packed(told.item, told.goods), scenario.costs
    if goods is None:
        return 0.0
    weight, own = packing.weight(goods, amount, packing.unit_of(scenario, told.item)), costs.prices.get(goods.name)
    usd = (weight.usd or 0.0) if own is None else own.price * weight.units
    if goods.name in delivered():
        return usd
    source = scenario.supply.sources.get((told.reorder.source if told.reorder else None) or "")
    km = (costs.transport.distance or 0.0) if source is None else source.to[told.place]
    return usd + weight.tonnes * costs.transport.over(km)
