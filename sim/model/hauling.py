"""Haulage: truckloads of orders, one by one or in convoy, with the trucks that there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator
from functools import partial
from math import inf
from typing import TYPE_CHECKING

import numpy as np
import simpy

from sim.model import trucks
from sim.model.allocation import place_rank, sector_rank
from sim.model.behind import Behind
from sim.model.coming import comes, counts_from
from sim.model.convoys import Lines, departure, slowed, times
from sim.model.sharing_road import SAME, Ordered, Truckload
from sim.model.store import NOTHING
from sim.model.streams import stream
from sim.scenario import packing, standards

if TYPE_CHECKING:
    from numpy.random import Generator as Luck

    from sim.model.record import Record
    from sim.model.sharing_road import Key
    from sim.scenario.distributions import Distribution
    from sim.scenario.supplies import Convoy, Departures, SupplyItem, SupplySource, TruckFleet

Arrive = Callable[[float], None]
"""What happens to an amount that is there, unloaded."""
Take = Callable[[float], float]
"""What sets off of an amount, as far as it stands at its source."""
Happens = Generator[simpy.Event, object, None]


class Haulage:
    """The trucks of one record."""

    def __init__(self, env: simpy.Environment, record: Record) -> None:
        self.env, self.record, self.scenario = env, record, record.scenario
        self.fleets = {
            name: simpy.PriorityResource(env, max(int(number), 1))
            for name, fleet in self.scenario.transport.trucks.items()
            if (number := trucks.driving(fleet)) is not None
        }
        self.lines = Lines()
        self.ordered: list[Ordered] = []
        """Trucks of orders that came to the road of the people, in order."""
        self._behind: dict[str, Behind] = {}
        self._orders: Counter[str] = Counter()
        self._luck: dict[str, Luck] = {}

    def draw(self, name: str, varies: Distribution) -> float:
        """A duration of an order of a store; each order of it has its own luck."""
        if name not in self._luck:
            self._luck[name] = stream(self.record.seed, self.record.replication, f"orders of {name}")
        return max(float(varies.draw(self._luck[name], 1)[0]), 0.0)

    def send(self, name: str, source: str, amount: float, arrive: Arrive) -> None:
        """An order of a store: as many whole truckloads as mass or volume takes, each loaded and driven by itself."""
        told, origin = self.scenario.supply.provided[name], self.scenario.supply.sources[source]
        trip = self._trip(told, origin, amount)
        steps, number = self._steps(name, origin, trip), self._orders[name]
        self._orders[name] += 1
        for truck in range(trip.trucks):
            own = steps if origin.convoy is None else self._steps(name, origin, trip)
            load = Truckload(name, number, truck)
            self.env.process(self._truckload(load, source, own, partial(arrive, amount / trip.trucks)))

    def _trip(self, told: SupplyItem, source: SupplySource, amount: float) -> trucks.Trip:
        goods = packing.packed(told.item, told.goods)
        assert goods is not None
        weight = packing.weight(goods, amount, packing.unit_of(self.scenario, told.item))
        number = trucks.loads(self._fleet(source), weight.tonnes, weight.m3)
        return trucks.Trip(told.place, weight.tonnes, number, self.env.now)

    def _fleet(self, source: SupplySource) -> TruckFleet:
        return trucks.fleet_of(self.scenario, source)

    def _steps(self, name: str, source: SupplySource, trip: trucks.Trip) -> trucks.Steps[float]:
        return trucks.steps(source, self._fleet(source), trip, lambda varies: self.draw(name, varies))

    def _truckload(self, load: Truckload, name: str, steps: trucks.Steps[float], arrive: Callable[[], None]) -> Happens:
        """Wait for a truck, load, wait for the convoy where there is one, drive, unload, drive back."""
        told, source = self.scenario.supply.provided[load.store], self.scenario.supply.sources[name]
        fleet = self.fleets.get(source.trucks or "")
        turn = fleet.request(priority=self._turn(told)) if fleet else None  # type: ignore[arg-type]
        if turn is not None:
            yield turn
        yield self.env.timeout(steps.until_leaving)
        road = steps.road
        if source.convoy is not None:
            road = yield from self._together(name, source.convoy, slowed(source, source.to[told.place], road))
        yield self.env.timeout(steps.customs)
        yield self.env.timeout(road + self._late(load, name))
        yield self.env.timeout(steps.unloading)
        arrive()
        yield self.env.timeout(road)
        if fleet is not None and turn is not None:
            fleet.release(turn)

    def _late(self, load: Truckload, source: str) -> float:
        """Hours that a truck which now comes to the shared road is late: as it was in the run of the people, if it was.

        It was not there when orders are placed at other hours, by what is less certain or at another level.
        """
        now, passed = self.env.now, self.record.trucks.get(load)
        if now < self.scenario.horizon and self._on_road(source).joins:
            self.ordered.append(Ordered(load, source, now))
        if passed is not None and abs(passed.joined - now) < SAME:
            return passed.late(self.scenario.horizon)
        return self._late_behind(source)

    def _on_road(self, source: str) -> Behind:
        if source not in self._behind:
            self._behind[source] = Behind(self.record, self.scenario.supply.sources[source])
        return self._behind[source]

    def _late_behind(self, source: str) -> float:
        """Hours that a truck which now comes to the shared road is late behind the people."""
        return float(self._on_road(source).late(np.array([self.env.now]))[0])

    def _together(self, source: str, told: Departures, road: float) -> Generator[simpy.Event, object, float]:
        """Wait for the next departure; hours on the road at the pace of the slowest that leaves then."""
        leaves = departure(told, self.env.now)
        if leaves == inf:
            yield self.env.event()  # no convoy leaves any more: the load stays for good
        self.lines.join(source, leaves, road)
        yield self.env.timeout(leaves - self.env.now)
        yield self.env.timeout(NOTHING)  # until all that are loaded in this very moment have joined
        return self.lines.road(source, leaves)

    def convoys(self, of: tuple[str, str], told: Convoy, until: float, take: Take, arrive: Arrive) -> Happens:
        """Convoys that bring a supply (and their name) from its source at their times."""
        (name, key), item = of, self.scenario.supply.provided[of[0]]
        amount = packing.amount_of(self.scenario, item, told.quantity)
        for number, leaves in enumerate(times(told, until)):
            at = counts_from(self.scenario, told.status, leaves)
            if at < self.env.now - NOTHING or not comes(
                self.record, f"convoy {number} of {key} of {name}", told.chance
            ):
                continue
            yield self.env.timeout(max(at - self.env.now, 0.0))
            self.env.process(self._convoy((name, key, number), told, amount, take, arrive))

    def _convoy(self, of: Key, told: Convoy, amount: float, take: Take, arrive: Arrive) -> Happens:
        """One convoy: with the trucks that are free, which wait for each other at its end.

        On a road that people share it was among them in the run of the people, where it took room and time at booths.
        """
        name, passed = of[0], self.record.trucks.get(of)
        item, source = self.scenario.supply.provided[name], self.scenario.supply.sources[told.source or ""]
        whole, fleet = self._trip(item, source, amount), self.fleets.get(source.trucks or "")
        free = whole.trucks if fleet is None else min(whole.trucks, int(fleet.capacity) - fleet.count)
        sent = take(amount * free / whole.trucks)
        if sent <= NOTHING:
            return
        turns = [] if fleet is None else [fleet.request(priority=self._turn(item)) for _ in range(free)]  # type: ignore[arg-type]
        trip = whole._replace(trucks=free, tonnes=whole.tonnes * sent / amount)
        chains = [self._steps(name, source, trip) for _ in range(free)]
        road = slowed(source, source.to[item.place], max(chain.road for chain in chains))
        yield self.env.timeout(chains[0].customs if passed is None else passed.customs)
        late = self._late_behind(told.source or "") if passed is None else passed.late(self.scenario.horizon)
        yield self.env.timeout(road + late)
        yield self.env.timeout(max(chain.unloading for chain in chains))
        arrive(sent)
        yield self.env.timeout(road)
        for turn in turns if fleet is not None else ():
            fleet.release(turn)  # type: ignore[union-attr]

    def _turn(self, told: SupplyItem) -> float:
        """Whose truckload goes first: equal, unless the scenario orders sectors, or places."""
        figure = standards.drawn_at(told.item)
        code = figure.sector_code if figure is not None else ""
        return sector_rank(self.scenario, code) + place_rank(self.scenario, told.place)
