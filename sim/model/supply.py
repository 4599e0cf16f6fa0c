"""Stocks and deliveries by item and place, drawn hour by hour by the people who are there.

What is drawn changes nothing of what people do next, so it is worked out when their moves are known: exactly, by
person-hours. What people carry covers them first, then hosts and shops, then stocks in the order of the file.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from math import nan
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.model import needs
from sim.model.pipeline import Pipeline
from sim.model.whereabouts import Whereabouts, places, segments
from sim.scenario import packing, standards

if TYPE_CHECKING:
    from sim.model.blockade import BlockadeRecord
    from sim.model.handing_out import Receipt
    from sim.model.record import Array, Record
    from sim.scenario.schema import Scenario
    from sim.scenario.standards import Figure
    from sim.scenario.supplies import SupplyItem

IN_PLACE = ("in place",)
ON_THE_WAY = (*IN_PLACE, "on the way")
ARRIVES = (*ON_THE_WAY, "funded")
"""A delivery counts when it is at least funded; the other two show what that rests on."""
PLEDGED = (*ARRIVES, "pledged")
A_DAY = 24


@dataclass(frozen=True)
class SupplyRow:
    """What one supply gave, in the unit of the need it meets."""

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
    late: float = 0.0
    """Handed out later than it was needed, since it was owed."""
    sent: float = 0.0
    """Sent on to other stores."""
    lost: float = 0.0


class Rations(NamedTuple):
    """One item: what was wanted of stores, and what they gave for it."""

    wanted: float
    met: float


@dataclass(frozen=True)
class SupplyRecord:
    """What all supplies gave when deliveries of these statuses arrive."""

    rows: tuple[SupplyRow, ...]
    met: dict[str, Array]
    """Item: amount that covered the need at the level people draw by, at each place and hour, nothing carried."""
    rations: dict[str, Rations] = field(default_factory=dict)
    receipts: tuple[Receipt, ...] = ()
    """What came to stores, in the order in which it came."""
    moved: float = 0.0
    """What stores received from other stores."""
    under_way: float = 0.0
    """What left one store for another and was not there at the end."""


def serves(scenario: Scenario, told: str, place: str) -> bool:
    """Whether a supply told for a place reaches that place."""
    homes = tuple(scenario.population.settlements) or ("home",)
    whole = {"home": homes, "road": segments(scenario)}
    return told in (place, "everywhere") or place in whole.get(told, ())


def holds(told: SupplyItem) -> bool:
    """Whether a supply has a stock at all, beyond what people and shops cover by themselves."""
    kept = told.stock > 0 or told.daily > 0 or bool(told.deliveries) or told.reorder is not None
    return kept or told.from_blockade is not None


def drawn(there: Whereabouts, statuses: Collection[str] = ARRIVES, level: str = "") -> SupplyRecord:
    """Hand everything out, hour by hour; at their standard people draw, unless another level is asked for."""
    scenario, wanted, left = there.record.scenario, {}, {}
    pipeline = Pipeline(there.record, statuses, there.hours)
    stores = {name: told for name, told in scenario.supply.provided.items() if holds(told)}
    for item in dict.fromkeys(told.item for told in scenario.supply.provided.values()):
        figure = drawn_by(scenario, item, level)
        wanted[item] = needs.uncovered(there, figure) * figure.an_hour if figure else np.zeros(there.everyone.shape)
        left[item] = wanted[item] * (1 - covered(scenario, item)[:, None])
        its = {name: told for name, told in stores.items() if told.item == item}
        mine = [[serves(scenario, told.place, place) for place in there.names] for told in its.values()]
        first = {name: in_stock(scenario, told, there.record.blockade, statuses) for name, told in its.items()}
        if its:
            pipeline.add(item, left[item], np.array(mine, bool), first)
    pipeline.run()
    given = {item: left[item] * each.shares() for item, each in pipeline.rounds.items()}
    return SupplyRecord(
        tuple(_row(pipeline, name, told) for name, told in scenario.supply.provided.items()),
        {item: wanted[item] - left[item] + given.get(item, 0.0) for item in wanted},
        {item: Rations(float(left[item].sum()), float(given[item].sum())) for item in given},
        tuple(receipt for each in pipeline.rounds.values() for receipt in each.receipts),
        pipeline.moved,
        pipeline.under_way,
    )


def drawn_by(scenario: Scenario, item: str, level: str = "") -> Figure | None:
    """The figure people draw an item by: of a level, where there is one of it, or else its standard."""
    known = standards.of_item(item, scenario.needs.figures) if level else ()
    usual = standards.drawn_at(item, scenario.needs.figures)
    return next((figure for figure in known if figure.level == level), usual)


def out_hours(record: Record) -> dict[str, float]:
    """First hour in which a store of an item was out, by item, and by level where people might draw by another."""
    scenario = record.scenario
    items = {told.item for told in scenario.supply.provided.values() if holds(told)}
    usual = {item: figure.level for item in items if (figure := drawn_by(scenario, item)) is not None}
    found = {item: _first_out(record.supply, item) for item in sorted(usual)}
    others = {(f.level, item) for item in items for f in standards.of_item(item) if f.level != usual.get(item)}
    for level in sorted({level for level, _ in others}):
        supply = drawn(record.there, level=level)
        found |= {f"{item}.{level}": _first_out(supply, item) for of, item in sorted(others) if of == level}
    return found


def _first_out(supply: SupplyRecord, item: str) -> float:
    hours = [row.out_hour for row in supply.rows if row.item == item and row.out_hour == row.out_hour]
    return min(hours, default=nan)


def _row(pipeline: Pipeline, name: str, told: SupplyItem) -> SupplyRow:
    """What a supply gave; one that only covers a share by itself holds nothing."""
    if name not in pipeline.points:
        nothing = np.zeros(pipeline.hours)
        return SupplyRow(name, told.item, told.place, nothing, np.zeros(pipeline.hours + 1), 0.0, nan)
    point, store = pipeline.points[name], pipeline.points[name].store
    given, levels = np.array(point.given), np.array(point.levels)
    came = store.first + store.received
    return SupplyRow(name, told.item, told.place, given, levels, came, point.out, store.late, store.sent, store.lost)


def drawn_when(record: Record, statuses: Collection[str]) -> SupplyRecord:
    """The same for the deliveries of some statuses; each different set is worked out once."""
    told = told_statuses(record.scenario)
    if told.intersection(statuses) == told.intersection(ARRIVES):
        return record.supply
    key = frozenset(told.intersection(statuses))
    if key not in record.there.supplies:
        record.there.supplies[key] = drawn(record.there, statuses)
    return record.there.supplies[key]


def told_statuses(scenario: Scenario) -> set[str]:
    """How certain stocks, deliveries and orders of a scenario are; an order is on the way from when it is placed."""
    supplies = scenario.supply.provided.values()
    found: set[str] = {delivery.status for told in supplies for delivery in told.deliveries.values()}
    found |= {told.status for told in supplies if told.status is not None}
    return found | ({"on the way"} if any(told.reorder is not None for told in supplies) else set())


def covered(scenario: Scenario, item: str) -> Array:
    """Share of the need that people, hosts and shops cover by themselves, at each place."""
    told = [(s.place, s.covered) for s in scenario.supply.provided.values() if s.item == item]
    told += [(c.place, c.share) for c in scenario.supply.covered.values() if c.item == item]
    found: Array = np.array(
        [max((share for at, share in told if serves(scenario, at, place)), default=0.0) for place in places(scenario)]
    )
    return found


def in_stock(scenario: Scenario, told: SupplyItem, blockade: BlockadeRecord | None, statuses: Collection[str]) -> float:
    """What a supply holds at the start, in the unit of the need, when it is as certain as these statuses ask."""
    stock = told.stock if (told.status or IN_PLACE[0]) in statuses else 0.0
    return stock * packing.factor(scenario, told) + inherited(scenario, told, blockade)


def inherited(scenario: Scenario, told: SupplyItem, blockade: BlockadeRecord | None) -> float:
    """What the blockade left: as it is where the need counts in the same unit, or else as days of need met by it."""
    if told.from_blockade is None or blockade is None or told.from_blockade not in blockade.items:
        return 0.0
    item, left = blockade.items[told.from_blockade], blockade.left(told.from_blockade)
    figure = standards.drawn_at(told.item, scenario.needs.figures)
    if figure is None or figure.unit == item.unit:
        return left
    return left / max(item.per_person, 1e-12) * figure.an_hour * A_DAY
