"""Supply pipelines: stores, deliveries, orders and trucks as processes on one clock.

What is drawn changes nothing of what people do next, so these processes run in an environment of their own, over the
needs that the record of people's moves gives for each hour.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable
from math import inf
from typing import TYPE_CHECKING

import numpy as np
import simpy

from sim.model import trucks
from sim.model.allocation import cost, place_rank, sector_rank
from sim.model.handing_out import Point, Round, grouped, limit
from sim.model.store import NOTHING, Store
from sim.model.streams import stream
from sim.scenario import packing, standards

if TYPE_CHECKING:
    from numpy.random import Generator as Luck

    from sim.model.record import Array, LinkLog, Record
    from sim.scenario.distributions import Distribution
    from sim.scenario.schema import Scenario
    from sim.scenario.supplies import SupplyDelivery, SupplyItem, SupplySource

PLEDGE_WAITS = 72.0
"""Hours within which a pledge never counts: nobody eats a promise."""
PLEDGED, COMES = "pledged", "on the way"


class Pipeline:
    """All stores of one record, with what comes to them when deliveries of some statuses arrive."""

    def __init__(self, record: Record, statuses: Collection[str], hours: int) -> None:
        self.record, self.scenario, self.statuses, self.hours = record, record.scenario, statuses, hours
        self.env = simpy.Environment()
        self.rounds: dict[str, Round] = {}
        self.points: dict[str, Point] = {}
        self.fleets = {
            name: simpy.PriorityResource(self.env, max(int(number), 1))
            for name, fleet in self.scenario.transport.trucks.items()
            if (number := trucks.driving(fleet)) is not None
        }
        budget = self.scenario.supply.allocation.budget
        self.budget = inf if budget is None else budget
        self.under_way = 0.0
        """What left one store for another and is not there yet."""
        self.moved = 0.0
        """What came from another store."""
        self._luck: dict[str, Luck] = {}

    def add(self, item: str, wanted: Array, mine: Array, first: dict[str, float]) -> None:
        """The stores of an item: what each holds at `first`, `wanted` (places, hours), `mine` (stores, places)."""
        needs = grouped(self.scenario, self.record.there.names, wanted, mine)
        points = []
        for (name, stock), groups in zip(first.items(), needs.serves, strict=True):
            points.append(self._point(name, stock, groups, [needs.ranks[group] for group in groups]))
        self.points |= {point.store.name: point for point in points}
        self.rounds[item] = Round(self.env, needs, points)

    def _point(self, name: str, stock: float, groups: list[int], ranks: list[float]) -> Point:
        told = self.scenario.supply.provided[name]
        factor = packing.factor(self.scenario, told)
        store = Store(self.env, name, stock, told.losses)
        store.unit, store.owes, store.handout = factor, told.owed, limit(told.handout) * factor
        if told.reorder is not None and COMES in self.statuses:
            store.reorder, store.bring = told.reorder, self.bring
        return Point(store, groups, ranks, told.daily * factor, max(told.begins or 0.0, 0.0))

    def run(self) -> None:
        """Let everything come and be handed out until the end of the last hour."""
        ends = [self.env.process(each.hand_out(self.hours)) for each in self.rounds.values()]
        for name, point in self.points.items():
            told = self.scenario.supply.provided[name]
            for delivery, at, amount in self.coming(name, told):
                self.env.process(self.rounds[told.item].deliver(point, at, amount * point.store.unit, delivery))
            if told.expires is not None and 0 < told.expires < self.hours:
                self.env.process(self.rounds[told.item].spoil(point, told.expires))
        self.env.run(until=simpy.AllOf(self.env, ends))
        for point in self.points.values():
            point.levels[-1] = point.store.stock

    def coming(self, name: str, told: SupplyItem) -> Iterable[tuple[str, float, float]]:
        """Deliveries that come: name, hour, amount; by status and chance, pledges never within their first hours."""
        for key, delivery in told.deliveries.items():
            at = counts_from(self.scenario, delivery)
            if delivery.status in self.statuses and at < self.hours and self._comes(name, key, delivery):
                yield key, at, delivery.amount

    def _comes(self, name: str, key: str, delivery: SupplyDelivery) -> bool:
        if delivery.chance >= 1:
            return True
        return bool(self._stream(f"delivery {key} of {name}").random() < delivery.chance)

    def _stream(self, purpose: str) -> Luck:
        return stream(self.record.seed, self.record.replication, purpose)

    def bring(self, store: Store, amount: float) -> None:
        """Order an amount: as far as it stands at its source and can be paid, in truckloads or after its lead time."""
        told = self.scenario.supply.provided[store.name]
        assert told.reorder is not None
        source = told.reorder.source
        amount = self._paid(told, amount)
        sent = amount if source is None else self._from(source, told.item, amount)
        if sent <= NOTHING:
            return
        store.coming += sent
        moved = source is not None and bool(self._stands(source, told.item))
        self.under_way += sent if moved else 0.0
        if told.reorder.lead is not None:
            self.env.process(self._lands(told, sent, self._draw(store.name, told.reorder.lead), moved))
            return
        assert source is not None
        self._by_truck(told, self.scenario.supply.sources[source], sent, (store.name, moved))

    def _paid(self, told: SupplyItem, amount: float) -> float:
        """What of an amount the budget pays; what has no price is not bought with it."""
        if self.budget == inf or amount <= 0:
            return amount
        usd = cost(self.scenario, told, amount)
        if usd <= 0:
            return amount
        part = min(self.budget / usd, 1.0)
        self.budget -= usd * part
        return amount * part

    def _stands(self, source: str, item: str) -> list[Point]:
        """Stores of an item at a source; where none is told, what stands there is not known and never runs out."""
        told = self.scenario.supply.provided
        return [p for name, p in self.points.items() if told[name].place == source and told[name].item == item]

    def _from(self, source: str, item: str, amount: float) -> float:
        stores = self._stands(source, item)
        if not stores:
            return amount
        left = amount
        for point in stores:
            left -= point.store.send(left)
        return amount - left

    def _draw(self, name: str, varies: Distribution) -> float:
        """A duration of an order of a store; each order of it has its own luck."""
        if name not in self._luck:
            self._luck[name] = self._stream(f"orders of {name}")
        return max(float(varies.draw(self._luck[name], 1)[0]), 0.0)

    def _lands(
        self, told: SupplyItem, amount: float, hours: float, moved: bool
    ) -> Generator[simpy.Event, object, None]:
        yield self.env.timeout(hours)
        self._arrive(told, amount, moved)

    def _arrive(self, told: SupplyItem, amount: float, moved: bool) -> None:
        point = next(p for name, p in self.points.items() if self.scenario.supply.provided[name] is told)
        if moved:
            self.under_way -= amount
            self.moved += amount
        point.store.coming -= amount
        each = self.rounds[told.item]
        each.receive(point, amount)
        each.review()

    def _by_truck(self, told: SupplyItem, source: SupplySource, amount: float, of: tuple[str, bool]) -> None:
        """As many whole truckloads as mass or volume takes; each loaded, driven and unloaded by itself."""
        goods, fleet = packing.packed(told.item, told.goods), trucks.fleet_of(self.scenario, source)
        assert goods is not None
        weight = packing.weight(goods, amount, packing.unit_of(self.scenario, told.item))
        number = trucks.loads(fleet, weight.tonnes, weight.m3)
        trip = trucks.Trip(told.place, weight.tonnes, number, self.env.now)
        steps = trucks.steps(source, fleet, trip, lambda varies: self._draw(of[0], varies))
        for _ in range(number):
            self.env.process(self._truckload(told, source, steps, (amount / number, of[1])))

    def _truckload(
        self, told: SupplyItem, source: SupplySource, steps: trucks.Steps[float], load: tuple[float, bool]
    ) -> Generator[simpy.Event, object, None]:
        """Wait for a truck, load, drive, unload, drive back."""
        fleet = self.fleets.get(source.trucks or "")
        turn = fleet.request(priority=self._turn(told)) if fleet else None  # type: ignore[arg-type]
        if turn is not None:
            yield turn
        yield self.env.timeout(steps.until_leaving + steps.customs)
        yield self.env.timeout(steps.road + delay(self.record, source, self.env.now))
        yield self.env.timeout(steps.unloading)
        self._arrive(told, *load)
        yield self.env.timeout(steps.road)
        if fleet is not None and turn is not None:
            fleet.release(turn)

    def _turn(self, told: SupplyItem) -> float:
        """Whose truckload goes first: equal, unless the scenario orders sectors, or places."""
        figure = standards.drawn_at(told.item)
        code = figure.sector_code if figure is not None else ""
        return sector_rank(self.scenario, code) + place_rank(self.scenario, told.place)


def counts_from(scenario: Scenario, delivery: SupplyDelivery) -> float:
    """The hour from which a delivery counts: its own, but of a pledge never within 72 hours from now."""
    if delivery.status != PLEDGED:
        return max(delivery.at, 0.0)
    return max(delivery.at, max(scenario.run.now or 0.0, 0.0) + PLEDGE_WAITS)


def delay(record: Record, source: SupplySource, hour: float) -> float:
    """Hours a truck is late on the segments it shares with the people: as the vehicle that got onto them before it."""
    shared = [log for log in record.links if source.shared.get(log.name)]
    return sum(_behind(log, hour) for log in shared)


def _behind(log: LinkLog, hour: float) -> float:
    """How much later than at free flow a truck leaves a segment: nobody passes the vehicle ahead."""
    ahead = int(np.searchsorted(log.entered, hour, side="right")) - 1
    if ahead < 0:
        return 0.0
    left = float(log.left[ahead])
    return inf if left != left else max(left - hour - log.free_flow, 0.0)
