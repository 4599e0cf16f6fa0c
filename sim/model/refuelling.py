"""How a party comes by fuel before it leaves, and what an accident at a depot does to those who queue there."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from functools import partial
from math import inf, nan
from typing import TYPE_CHECKING, Any

import numpy as np
import simpy

from sim.model import later
from sim.model.party import WAITS

if TYPE_CHECKING:
    from sim.model.fuel import Depot
    from sim.model.party import Array
    from sim.model.world import World
    from sim.scenario.people import Explosion

Story = Generator[simpy.Event, Any, None]
Fate = Callable[[int, int], None]
"""What becomes of a person of a party who is taken from a spot."""
ENOUGH = 1 - 1e-9
UNCOUNTED = "reported, but nobody was left"
"""The entry for casualties told of whom nobody who had not left could be one."""


def _tell(called: simpy.Event, litres: float) -> None:
    called.succeed(litres)


class Refuelling:
    """All parties' ways to fuel."""

    def __init__(self, world: World) -> None:
        self.world, self.env, self.journal = world, world.env, world.journal
        count, fuel = len(world.people), world.scenario.fuel
        self.asked, self.given, self.wanted = [nan] * count, [0.0] * count, [0.0] * count
        self.went_without = [False] * count
        """Whether a party was given less than its share, and not enough for the way."""
        self.tank = world.parties.tank.tolist()
        self.short = (self.litres_needed() - world.parties.litres).tolist() if fuel else [-inf] * count
        patience = fuel.patience.draw(world.luck.of("fuel patience"), count) if fuel else np.zeros(count)
        self.patience = world.parties.dealt(patience).tolist()

    def is_short(self, party: int) -> bool:
        """Whether what the vehicle holds will not do for the way."""
        return self.short[party] > 0

    def refuel(self, party: int, spot: int) -> Generator[simpy.Event, Any, int]:
        """Go for fuel, which what the vehicle holds will not do without; returns where the party then is."""
        world, fuel, wanted = self.world, self.world.scenario.fuel, self.short[party]
        assert fuel is not None
        self.asked[party], self.wanted[party] = self.env.now, wanted
        give_up = self.env.now + self.patience[party] if fuel.without != "wait" else inf
        share = self.share(party)
        while self.given[party] < share * ENOUGH and world.people[party] > 0:
            depot, hour = self.next_depot(party)
            if depot is None or hour > give_up:
                break
            if hour > self.env.now:
                yield self.env.timeout(hour - self.env.now)
                continue
            spot, litres = yield from self.queue(party, spot, depot, (share - self.given[party], give_up))
            self.given[party] += litres
            world.traffic.litres[party] += litres
            if self.env.now >= give_up:
                break
        self.went_without[party] = self.given[party] < min(share, wanted) * ENOUGH
        return spot

    def share(self, party: int) -> float:
        """Litres a party has a right to: a ration for each of its vehicles, as far as there is room for it."""
        world, fuel = self.world, self.world.scenario.fuel
        assert fuel is not None
        room = max(self.tank[party] - world.traffic.litres[party], self.wanted[party])
        return float(min(room, fuel.ration * world.journeys.vehicles[party]))

    def queue(
        self, party: int, spot: int, depot: Depot, asks: tuple[float, float]
    ) -> Generator[simpy.Event, Any, tuple[int, float]]:
        """Stand in a depot's queue, for so many litres and until that hour; where it is then, and what it was given."""
        litres, give_up = asks
        joined = self.world.journeys.joined
        if joined[party] != joined[party]:
            joined[party] = self.env.now
        queue = self.journal.spot("fuel_queue", depot.name)
        if spot != queue:
            self.journal.move(self.env.now, party, self.world.people[party], spot, queue)
        called = self.env.event()
        number = depot.join(litres, lambda got: _tell(called, got), self.world.journeys.vehicles[party])
        depot.members[party] = None
        if give_up < inf:
            later.at(self.env, give_up, partial(depot.leave, number))
        given = yield called
        depot.members.pop(party, None)
        return queue, given

    def next_depot(self, party: int) -> tuple[Depot | None, float]:
        """The depot a party goes to, and from when: of those open the one with the shortest wait in sight.

        Where none is open, the first that will have fuel; ties go by name.
        """
        name, now = self.world.journeys.settlement[party], self.env.now
        mine = [d for d in self.world.depots.values() if d.told.at in (None, name)]
        if serving := [depot for depot in mine if depot.is_open]:
            return min(serving, key=lambda d: (d.wait, d.name)), now
        hour, _, later = min([(d.next_hope, d.name, d) for d in mine], default=(inf, "", None))
        return (later, hour) if hour < inf else (None, inf)

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

    def casualties(self, told: Explosion, depot: Depot) -> None:
        """People reported dead or injured leave the queue's parties, then others who have not left yet.

        The last one of a party only where nobody else is left; those for whom nobody is left are noted.
        """
        dead = self.journal.spot("reported_dead", depot.name)

        def die(party: int, spot: int) -> None:
            self.journal.move(self.env.now, party, 1, spot, dead)

        for number, fate in ((told.reported_dead, die), (told.injured, self.world.care.hurt(told, depot))):
            left = round(number)
            for keep in (1, 0):
                for parties, spot in self._not_gone(depot) if left else ():
                    left = self._take(parties, spot, left, keep, fate)
            if left:
                self.journal.note(self.env.now, UNCOUNTED, -1, depot.name, left)

    def _not_gone(self, depot: Depot) -> Iterator[tuple[list[int], int]]:
        """Parties in a depot's queue, at home and waiting for a bus, with the spot at which they are."""
        yield list(depot.members), self.journal.spot("fuel_queue", depot.name)
        parties, journeys, now = self.world.parties, self.world.journeys, self.env.now
        boards = (parties.mode == WAITS) & (parties.ready <= now)
        at_home = np.isnan(journeys.departed) & np.isnan(journeys.joined) & ~parties.stays & ~boards
        for number, name in enumerate(parties.settlements):
            here = np.flatnonzero(at_home & (parties.settlement == number))
            yield here[np.argsort(parties.number[here])].tolist(), journeys.home[name]
        for name, waiting in self.world.buses.waiting.items():
            yield list(waiting), self.journal.spot("waiting_transport", name)

    def _take(self, parties: list[int], spot: int, number: int, keep: int, fate: Fate) -> int:
        """One person a party, again and again while it has more than it keeps; how many are still missing."""
        while number > 0:
            able = [party for party in parties if self.world.people[party] > keep][:number]
            if not able:
                return number
            for party in able:
                self.world.people[party] -= 1
                self.world.traffic.people[party] -= 1
                fate(party, spot)
            number -= len(able)
        return 0
