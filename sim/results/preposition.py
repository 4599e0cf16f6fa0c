"""What must already lie at each place: the largest shortfall until the next source can deliver, within one run.

Sources are called when the first people are received, or so many hours before. Each brings its first truckload after
its lead time: call-out, loading, customs, road, unloading, hand-out, drawn for the run. Where stocks are told at a
source it has no more than these; the next source that does not run out ends the time that has to be bridged. From then
on it is taken to send as many trucks as are needed: how many a fleet has is not counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import inf, nan
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.model import cold, needs, owed, trucks
from sim.model.behind import Behind
from sim.model.provided import ARRIVES, in_stock, serves
from sim.model.standing import STANDING
from sim.model.streams import stream
from sim.model.whereabouts import received
from sim.results import costs, gaps, lateness, pricing
from sim.results.bases import Bases
from sim.results.requirement import Amounts, amounts, where
from sim.scenario import packing
from sim.scenario.standards.goods import Item, load

if TYPE_CHECKING:
    from sim.model.record import Array, Record
    from sim.scenario.distributions import Distribution
    from sim.scenario.packing import Weight
    from sim.scenario.schema import Scenario
    from sim.scenario.standards import Figure
    from sim.scenario.supplies import SupplySource


Take = Callable[["Distribution"], float]
"""How a duration that varies is taken."""


class Lay(NamedTuple):
    """An item that can lie at a place before it is needed, as the goods it is met with."""

    figure: Figure
    place: str
    goods: Item


class Source(NamedTuple):
    """What a source can bring to a place in one run."""

    lead: float
    """Hours from the call until people have the first truckload."""
    stock: float
    """What stands there; inf where it never runs out."""


class Bridged(NamedTuple):
    """What one run says of each item and place, in the order of the layout."""

    quantity: Array
    """What must already lie there."""
    begins: Array
    """Hour at which the need begins; inf for never."""
    ends: Array
    """Hour until which it has to be bridged; inf where no source delivers that does not run out."""
    called: float
    """Hour at which sources are called; inf where nobody is ever received."""
    triggers: Array
    """Of each trigger the hour at which its action ends and the one at which its need begins, shape (triggers, 2)."""
    late: Array
    """Hours by which trucks that come to a shared road are late, shape (sources that share it, steps + 1)."""


def layout(scenario: Scenario) -> list[Lay]:
    """Each need that goods with a mass are met with, at each place where they can lie: fixed for every run."""
    found = []
    for figure in costs.costed(gaps.layout(scenario)):
        item = pricing.goods_of(scenario.costs, figure)
        if item is not None and item.kind == "goods" and _measured(figure, item):
            found += [Lay(figure, place, item) for place in where(scenario, figure) if _may_lie(scenario, place)]
    return found


def _measured(figure: Figure, item: Item) -> bool:
    """Whether an amount of the need can be told in these goods."""
    try:
        pricing.units(figure, item, 1.0)
    except ValueError:
        return False
    return True


def _may_lie(scenario: Scenario, place: str) -> bool:
    """Whether goods can be laid in at a place: where people are received or cared for, or where a source sends."""
    if place in received(scenario) or place in scenario.medical.hospitals:
        return True
    return any(serves(scenario, told, place) for source in scenario.supply.sources.values() for told in source.to)


def weight(lay: Lay, quantity: float) -> Weight:
    """What an amount weighs and takes."""
    units = pricing.units(lay.figure, lay.goods, quantity)
    found = load(lay.goods, units)
    return packing.Weight(found.mass_kg / packing.A_TONNE, found.volume_m3, found.cost_usd, units)


def reaching(scenario: Scenario, place: str) -> Iterator[tuple[str, SupplySource, str]]:
    """Sources that reach a place, and the name under which they do."""
    for name, source in scenario.supply.sources.items():
        told = next((to for to in source.to if serves(scenario, to, place)), None)
        if told is not None:
            yield name, source, told


def first_truck(
    scenario: Scenario, lay: Lay, source: tuple[str, SupplySource, str], hour: float, take: Take
) -> trucks.Steps[float]:
    """Hours of each step from a call at an hour until people have the first truckload of an item, on a free road."""
    _, told, place = source
    fleet, one = trucks.fleet_of(scenario, told), weight(lay, 1.0)
    tonnes = min(fleet.payload, fleet.volume * one.tonnes / one.m3) if one.m3 > 0 else fleet.payload
    return trucks.steps(told, fleet, trucks.Trip(place, tonnes, 1, hour), take)


def standing_at(scenario: Scenario, source: str, item: str, record: Record | None = None) -> float:
    """What stands at a source, as far as it is at least funded and fit; inf where no stock is told there."""
    told = [s for s in scenario.supply.provided.values() if s.place == source and s.item == item]
    blockade = None if record is None else record.blockade
    return sum(in_stock(scenario, one, blockade, ARRIVES) for one in told) if told else inf


def bridged(record: Record, warning: float = 0.0) -> Bridged:
    """What must lie where in one run, when sources are called so many hours before the first people are received."""
    scenario, lays = record.scenario, layout(record.scenario)
    of, called = amounts(record, Bases(record)), _first_received(record) - warning
    quantity, begins, ends = (np.zeros(len(lays)) for _ in range(3))
    for figure in dict.fromkeys(lay.figure for lay in lays):
        rows = [number for number, lay in enumerate(lays) if lay.figure is figure]
        found = of(figure)
        places = [where(scenario, figure).index(lays[number].place) for number in rows]
        begins[rows] = _first(found.need[places])
        short = _short(record, figure, found)[places]
        quantity[rows], ends[rows] = _laid(record, [lays[number] for number in rows], short, called)
    return Bridged(quantity, begins, ends, called, _triggers(record, of), lateness.lateness(record))


def _first_received(record: Record) -> float:
    """The first hour in which anybody is received."""
    there = record.there
    people = there.served[[there.names.index(name) for name in received(record.scenario)]].sum(axis=0)
    return float(_first(people[None])[0])


def _first(values: Array) -> Array:
    """The first hour in which each row has some; inf for never."""
    some = values > gaps.SOME
    result: Array = np.where(some.any(axis=1), some.argmax(axis=1).astype(float), inf)
    return result


def _short(record: Record, figure: Figure, found: Amounts) -> Array:
    """The largest shortfall of receipts against need until the end of each hour, shape (places, hours).

    Of what is used up it is all that was not met, since what is missed is not asked for again: the running maximum of
    need less receipts. Of what is given once it is what is due less what was handed out; of what stands at a place the
    most that was missing at a time.
    """
    if needs.is_once(figure):
        owing = np.cumsum(_due(record, figure, found) - found.supply, axis=1)
        result: Array = np.maximum.accumulate(np.maximum(owing, 0.0), axis=1)
    elif figure.kind in STANDING:
        result = np.maximum.accumulate(np.maximum(found.need - found.supply, 0.0), axis=1)
    else:
        result = np.cumsum(np.maximum(found.need - found.supply, 0.0), axis=1)
    return result


def _due(record: Record, figure: Figure, found: Amounts) -> Array:
    """What becomes due at each place and hour; when the cold begins, all that those there then are owed."""
    there = record.there
    due = np.zeros((len(there.names), there.hours))
    due[there.changing.rows] = owed.due(there, figure) * owed.each(there, figure)
    due = due[[there.names.index(place) for place in where(record.scenario, figure)]]
    weather = cold.factor(record.scenario, figure, there.hours)
    due = due * weather
    begins = int(_first(weather[None])[0]) if weather.any() else 0
    if begins > 0:
        due[:, begins] = found.need[:, begins]
    return due


def _laid(record: Record, lays: list[Lay], short: Array, called: float) -> tuple[Array, Array]:
    """What of an item must lie at each of its places, and until which hour that has to last, in one run."""
    sources = [_sources(record, lay, called) for lay in lays]
    ends = np.array([min((s.lead for s in told if s.stock == inf), default=inf) for told in sources]) + called
    whole = np.array([_until(row, end) for row, end in zip(short, ends, strict=True)])
    shares = whole / max(float(whole.sum()), gaps.SOME)
    found = [
        must_lie(row, called, end, [source._replace(stock=source.stock * share) for source in told if share > 0])
        for row, end, told, share in zip(short, ends, sources, shares, strict=True)
    ]
    return np.array(found), ends


def must_lie(short: Array, called: float, end: float, sources: list[Source]) -> float:
    """The largest shortfall until an hour beyond what sources that run out have brought by then."""
    brings = sorted((called + source.lead, source.stock) for source in sources if source.stock < inf)
    came, most = 0.0, 0.0
    for hour, stock in [(hour, stock) for hour, stock in brings if hour < end] + [(end, 0.0)]:
        most = max(most, _until(short, hour) - came)
        came += stock
    return most


def _until(short: Array, hour: float) -> float:
    """The shortfall until an hour, which may lie within one."""
    hours = np.arange(len(short) + 1)
    return float(np.interp(min(hour, len(short)), hours, np.concatenate([[0.0], short])))


def _sources(record: Record, lay: Lay, called: float) -> list[Source]:
    """Sources that reach a place, with the luck of the run; that of a source is the same for all it sends."""
    scenario = record.scenario
    if called == inf:
        return []
    found = []
    for source in reaching(scenario, lay.place):
        steps = first_truck(scenario, lay, source, called, _drawn(record, f"first truck from {source[0]}"))
        lead = steps.until_handed_out + late(record, source[1], called + steps.until_joining)
        found.append(Source(lead, standing_at(scenario, source[0], lay.figure.item, record)))
    return found


def late(record: Record, source: SupplySource, hour: float) -> float:
    """Hours that a truck loses which comes at an hour to a road that its source shares with the people."""
    return float(Behind(record, source).late(np.array([hour]))[0]) if any(source.shared.values()) else 0.0


def _drawn(record: Record, purpose: str) -> Callable[[Distribution], float]:
    luck = stream(record.seed, record.replication, purpose)
    return lambda varies: max(float(varies.draw(luck, 1)[0]), 0.0)


def _triggers(record: Record, of: Callable[[Figure], Amounts]) -> Array:
    """When the action of each trigger ends, and when the need it is for begins."""
    found = np.full((len(record.scenario.triggers), 2), nan)
    for number, (name, told) in enumerate(record.scenario.triggers.items()):
        take = _drawn(record, f"trigger {name}")
        found[number] = told.at + take(told.decision) + take(told.takes), _needed(record, of, told.item, told.place)
    return found


def _needed(record: Record, of: Callable[[Figure], Amounts], item: str | None, place: str | None) -> float:
    """The first hour in which an item is needed, or anybody received, at a place or anywhere; inf for never."""
    scenario, there = record.scenario, record.there
    if item is None:
        names = [name for name in received(scenario) if place is None or serves(scenario, place, name)]
        rows = there.served[[there.names.index(name) for name in names]]
        return float(_first(rows).min(initial=inf))
    hours = [
        float(_first(of(figure).need[[number]])[0])
        for figure in dict.fromkeys(row.figure for row in gaps.layout(scenario) if row.figure.item == item)
        for number, name in enumerate(where(scenario, figure))
        if place is None or serves(scenario, place, name)
    ]
    return min(hours, default=inf)
