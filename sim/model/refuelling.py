"""How a party comes by fuel before it leaves, and what an accident at a depot does to those who queue there."""

from __future__ import annotations

from collections.abc import Generator
from math import inf, nan
from typing import TYPE_CHECKING, Any

import numpy as np
import simpy

if TYPE_CHECKING:
    from sim.model.fuel import Depot
    from sim.model.party import Array
    from sim.model.world import World
    from sim.scenario.people import Explosion

Story = Generator[simpy.Event, Any, None]
ENOUGH = 1 - 1e-9


def _tell(called: simpy.Event, litres: float) -> None:
    called.succeed(litres)


class Refuelling:
    """All parties' ways to fuel."""

    def __init__(self, world: World) -> None:
        self.world, self.env, self.journal = world, world.env, world.journal
        count, fuel = len(world.people), world.scenario.fuel
        self.asked, self.given, self.wanted = [nan] * count, [0.0] * count, [0.0] * count
        self.tank = world.parties.tank.tolist()
        self.short = (self.litres_needed() - world.parties.litres).tolist() if fuel else [-inf] * count
        self.patience = fuel.patience.draw(world.luck.of("fuel patience"), count).tolist() if fuel else []

    def is_short(self, party: int) -> bool:
        """Whether what the vehicle holds will not do for the way."""
        return self.short[party] > 0

    def refuel(self, party: int, spot: int) -> Generator[simpy.Event, Any, int]:
        """Go for fuel, which what the vehicle holds will not do without; returns where the party then is."""
        world, fuel, wanted = self.world, self.world.scenario.fuel, self.short[party]
        assert fuel is not None
        self.asked[party], self.wanted[party] = self.env.now, wanted
        give_up = self.env.now + self.patience[party] if fuel.without != "wait" else inf
        room = max(self.tank[party] - world.traffic.litres[party], wanted)
        share = min(room, fuel.ration * world.journeys.vehicles[party])
        while self.given[party] < share * ENOUGH:
            depot, hour = self.next_depot(party)
            if depot is None or hour > give_up:
                break
            if hour > self.env.now:
                yield self.env.timeout(hour - self.env.now)
                continue
            spot, litres = yield from self.queue(party, spot, depot, share - self.given[party])
            self.given[party] += litres
            world.traffic.litres[party] += litres
        return spot

    def queue(
        self, party: int, spot: int, depot: Depot, litres: float
    ) -> Generator[simpy.Event, Any, tuple[int, float]]:
        """Stand in a depot's queue; returns where the party is and the litres it was given."""
        joined = self.world.journeys.joined
        if joined[party] != joined[party]:
            joined[party] = self.env.now
        queue = self.journal.spot("fuel_queue", depot.name)
        if spot != queue:
            self.journal.move(self.env.now, party, self.world.people[party], spot, queue)
        called = self.env.event()
        depot.join(litres, lambda got: _tell(called, got), self.world.journeys.vehicles[party])
        depot.members[party] = None
        given = yield called
        depot.members.pop(party, None)
        return queue, given

    def next_depot(self, party: int) -> tuple[Depot | None, float]:
        """The depot that can serve a party first, and from when."""
        name, now = self.world.journeys.settlement[party], self.env.now
        mine = [d for d in self.world.depots.values() if d.told.at in (None, name)]
        for depot in mine:
            if depot.is_open:
                return depot, now
        later = min(mine, key=lambda d: d.next_hope, default=None)
        if later is None or later.next_hope == inf:
            return None, inf
        return later, later.next_hope

    def litres_needed(self) -> Array:
        """Litres drivers expect to burn on the way: distance, and engines idling in the queue they expect."""
        parties, journeys, fuel = self.world.parties, self.world.journeys, self.world.scenario.fuel
        assert fuel is not None
        way = np.array([self.expected(journeys.node[name]) for name in parties.settlements])[parties.settlement]
        litres: Array = (way[:, 0] * parties.use + way[:, 1] * parties.idle) * (1 + fuel.reserve)
        return litres

    def expected(self, node: str) -> tuple[float, float]:
        """Kilometres from a node to the end, and the hours of queueing that drivers expect."""
        route, fuel = self.world.route, self.world.scenario.fuel
        if route is None or fuel is None:
            return 0.0, 0.0
        return route.distance(node, route.end), max(fuel.expected_transit - route.free_flow(node), 0.0)

    def went_without(self, party: int) -> bool:
        """Whether a party wanted fuel and was given none."""
        return self.wanted[party] > 0 and self.given[party] <= 0

    def casualties(self, told: Explosion, depot: Depot) -> None:
        """People reported injured and dead leave the queue's parties, or those at home when too few wait there."""
        queue = self.journal.spot("fuel_queue", depot.name)
        here, home = list(depot.members), self.world.journeys.home
        for state, number in (("reported_dead", told.reported_dead), ("in_care", told.injured)):
            left = self._take(here, queue, state, depot.name, round(number))
            for name in home if left else ():
                at_home = self._at_home(name)
                left = self._take(at_home, home[name], state, depot.name, left)

    def _at_home(self, name: str) -> list[int]:
        """Parties of a settlement that are still to leave it."""
        parties, now = self.world.parties, self.env.now
        its = parties.settlement == parties.settlements.index(name)
        at_home: list[int] = np.flatnonzero(its & (now < parties.ready) & (parties.ready < inf)).tolist()
        return at_home

    def _take(self, parties: list[int], spot: int, state: str, place: str, number: int) -> int:
        """One person a party, again and again, until so many are taken; how many are still missing."""
        target = self.journal.spot(state, place)
        while number > 0:
            taken = 0
            for party in parties:
                if number > 0 and self.world.people[party] > 1:
                    self.world.people[party] -= 1
                    self.world.traffic.people[party] -= 1
                    self.journal.move(self.env.now, party, 1, spot, target)
                    number, taken = number - 1, taken + 1
            if not taken:
                return number
        return 0
