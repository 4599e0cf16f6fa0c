"""Stocks and deliveries by item and place, drawn hour by hour by the people who are there.

What is drawn changes nothing of what people do next, so it is worked out when their moves are known: exactly, by
person-hours. What people carry covers them first, then hosts and shops, then stocks in the order of the file.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from math import inf, nan
from typing import TYPE_CHECKING

import numpy as np

from sim.model import needs
from sim.model.whereabouts import Whereabouts, places, segments
from sim.scenario import standards
from sim.scenario.response import CARE

if TYPE_CHECKING:
    from sim.model.blockade import BlockadeRecord
    from sim.model.record import Array, Record
    from sim.scenario.response import SupplyItem
    from sim.scenario.schema import Scenario

IN_PLACE = ("in place",)
ON_THE_WAY = (*IN_PLACE, "on the way")
ARRIVES = (*ON_THE_WAY, "funded")
"""A delivery counts when it is at least funded; the other two show what that rests on."""
PLEDGED = (*ARRIVES, "pledged")


@dataclass(frozen=True)
class SupplyRow:
    """What one supply gave."""

    name: str
    item: str
    place: str
    drawn: Array
    """Amount drawn in each hour."""
    stock: Array
    """Amount in stock at each full hour."""
    received: float
    """All that was there at first or came."""
    out_hour: float
    """First hour in which all it ever held was gone and more was needed, nan if never."""


@dataclass(frozen=True)
class SupplyRecord:
    """What all supplies gave when deliveries of these statuses arrive."""

    rows: tuple[SupplyRow, ...]
    met: dict[str, Array]
    """Item: amount that covered the need at the level people draw by, at each place and hour, nothing carried."""


def serves(scenario: Scenario, told: str, place: str) -> bool:
    """Whether a supply told for a place reaches that place."""
    homes = tuple(scenario.population.settlements) or ("home",)
    whole = {"home": homes, "road": segments(scenario), CARE: tuple(scenario.medical.hospitals)}
    return told in (place, "everywhere") or place in whole.get(told, ())


def drawn(there: Whereabouts, statuses: Collection[str] = ARRIVES) -> SupplyRecord:
    """Hand everything out, hour by hour."""
    scenario, rows, met = there.record.scenario, [], {}
    for item in dict.fromkeys(told.item for told in scenario.supply.provided.values()):
        figure = standards.drawn_at(item, scenario.needs.figures)
        wanted = needs.uncovered(there, figure) * figure.an_hour if figure else np.zeros(there.everyone.shape)
        by_themselves = wanted * covered(scenario, item)[:, None]
        left = wanted - by_themselves
        for name, told in scenario.supply.provided.items():
            if told.item == item:
                row, given = _hand_out(there, name, left, statuses)
                rows.append(row)
                left = left - given
        met[item] = wanted - left
    order = list(scenario.supply.provided)
    return SupplyRecord(tuple(sorted(rows, key=lambda row: order.index(row.name))), met)


def drawn_when(record: Record, statuses: Collection[str]) -> SupplyRecord:
    """The same for the deliveries of some statuses; worked out only where that makes a difference."""
    told = {d.status for supply in record.scenario.supply.provided.values() for d in supply.deliveries.values()}
    alike = told.intersection(statuses) == told.intersection(ARRIVES)
    return record.supply if alike else drawn(record.there, statuses)


def covered(scenario: Scenario, item: str) -> Array:
    """Share of the need that people, hosts and shops cover by themselves, at each place."""
    told = [(s.place, s.covered) for s in scenario.supply.provided.values() if s.item == item]
    told += [(c.place, c.share) for c in scenario.supply.covered.values() if c.item == item]
    found: Array = np.array(
        [max((share for at, share in told if serves(scenario, at, place)), default=0.0) for place in places(scenario)]
    )
    return found


def _hand_out(there: Whereabouts, name: str, left: Array, statuses: Collection[str]) -> tuple[SupplyRow, Array]:
    """One supply: what it gives in all, and at each place and hour; shared by need where it serves several."""
    told = there.record.scenario.supply.provided[name]
    mine = np.array([serves(there.record.scenario, told.place, place) for place in there.names], bool)
    wanted = (left * mine[:, None]).sum(axis=0)
    amount = told.stock + inherited(told, there.record.blockade)
    limit = inf if told.handout is None else told.handout
    come = arriving(told, statuses, there.hours)
    gave, stock, out = np.zeros(there.hours), np.zeros(there.hours + 1), nan
    stock[0], received = amount, amount
    for hour, (comes, want) in enumerate(zip(come.tolist(), wanted.tolist(), strict=True)):
        given, received = min(want, amount + comes, limit), received + comes
        amount = amount + comes - given
        gave[hour], stock[hour + 1] = given, amount
        if out != out and amount <= 1e-9 and want > given + 1e-9 and given < limit and received > 0:
            out = float(hour)
    share = np.divide(gave, wanted, out=np.zeros(there.hours), where=wanted > 0)
    row = SupplyRow(name, told.item, told.place, gave, stock, received, out)
    return row, left * mine[:, None] * share


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


def inherited(told: SupplyItem, blockade: BlockadeRecord | None) -> float:
    """What the blockade left, in the unit of the supply: as it is, or as days of full need of a person."""
    if told.from_blockade is None or blockade is None or told.from_blockade not in blockade.items:
        return 0.0
    item = blockade.items[told.from_blockade]
    left = blockade.left(told.from_blockade)
    return left if told.unit in ("", item.unit) else left / max(item.per_person, 1e-12)
