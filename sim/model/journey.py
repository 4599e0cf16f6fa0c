"""A party's journey, as its own SimPy process that reads as a story."""

from __future__ import annotations

from collections.abc import Generator
from math import inf, nan
from typing import TYPE_CHECKING, Any

import numpy as np
import simpy

from sim.model import arrivals
from sim.model.lifts import Stranded
from sim.model.party import VEHICLE, WAITS
from sim.model.walking import elapsed

if TYPE_CHECKING:
    from sim.model.corridor import Trip
    from sim.model.fuel import Depot
    from sim.model.world import World
    from sim.scenario.people import Explosion

Story = Generator[simpy.Event, Any, None]


class Journeys:
    """All parties' journeys."""

    def __init__(self, world: World) -> None:
        self.world, self.env, self.journal = world, world.env, world.journal
        parties, scenario = world.parties, world.scenario
        count = len(parties)
        self.people, self.vehicles = world.people, parties.vehicles.tolist()
        self.mode, self.ready = parties.mode.tolist(), parties.ready.tolist()
        self.settlement = [parties.settlements[k] for k in parties.settlement.tolist()]
        self.home = {name: self.journal.spot("home", name) for name in parties.settlements}
        self.leaving = {name: self.journal.spot("road", name) for name in parties.settlements}
        self.on_road = self.journal.spot("road", "road")
        self.node = {name: told.at or name for name, told in scenario.population.settlements.items()}
        self.departed, self.arrived, self.joined = ([nan] * count for _ in range(3))
        self.fuel_asked, self.fuel_given, self.fuel_wanted = [nan] * count, [0.0] * count, [0.0] * count
        self.passed: list[tuple[int, Trip]] = []
        self._draw_patience()

    def _draw_patience(self) -> None:
        world, count = self.world, len(self.people)
        back = world.scenario.departure.turn_back
        turns = world.luck.of("turns back").random(count) < back.share
        self.turns_back = turns.tolist()
        self.patience = back.patience.draw(world.luck.of("patience"), count).tolist()
        self.retry = back.retry.draw(world.luck.of("retry"), count).tolist()
        incidents, fuel = world.scenario.incidents, world.scenario.fuel
        self.lift_patience = incidents.lift_patience.draw(world.luck.of("lift patience"), count).tolist()
        self.fuel_patience = fuel.patience.draw(world.luck.of("fuel patience"), count).tolist() if fuel else []

    def settle(self) -> None:
        """Everyone is at home, those who stay for good."""
        parties = self.world.parties
        for number, name in enumerate(parties.settlements):
            here = parties.settlement == number
            self.journal.settle(self.home[name], int(parties.people[here].sum()))
        for party in np.flatnonzero(parties.stays).tolist():
            name = self.settlement[party]
            self.journal.move(0.0, party, self.people[party], self.home[name], self.journal.spot("stayed", name))

    def begin(self) -> Story:
        """Start each journey when it is due, in order of time."""
        world = self.world
        ready = np.array(self.ready)
        told = world.scenario
        if told.arrivals is not None:
            ready = arrivals.hours(told, world.parties.people)
        elif told.corridor is None or told.corridor.never_opens:
            return
        start, process = self._start(), self.env.process
        for party in np.argsort(ready, kind="stable").tolist():
            due = float(ready[party])
            if due >= told.horizon:
                return
            if due > self.env.now:
                yield self.env.timeout(due - self.env.now)
            process(start(party))

    def _start(self) -> Any:
        return self.come if self.world.scenario.arrivals is not None else self.journey

    def come(self, party: int) -> Story:
        """Someone of whom only the arrival is known."""
        now, people = self.env.now, self.people[party]
        self.departed[party] = self.arrived[party] = now
        self.journal.count("arrived", now, people, self.vehicles[party])
        yield from self.world.reception.receive(party, people, self.home[self.settlement[party]])

    def journey(self, party: int) -> Story:
        """From home to the other end."""
        if self.mode[party] == WAITS:
            self.world.buses.wait(party)
            return
        if self.mode[party] != VEHICLE:
            yield from self.walk(party, self.people[party], self.home[self.settlement[party]], 0.0)
            return
        spot = self.home[self.settlement[party]]
        if self.world.depots:
            spot = yield from self.refuel(party, spot)
        if self.turns_back[party]:
            yield from self.think_twice(party)
        if self.people[party] > 0:
            yield from self.drive(party, spot)

    def think_twice(self, party: int) -> Story:
        """Turn back once when the way out is jammed, and try again later."""
        road, node = self.world.road, self.node_of(party)
        if road is not None and road.wait_at(node) > self.patience[party]:
            self.journal.note(self.env.now, "turned back", party, self.settlement[party], self.people[party])
            yield self.env.timeout(self.retry[party])

    def node_of(self, party: int) -> str:
        """The node at which a party joins the road."""
        name = self.settlement[party]
        route = self.world.route
        assert route is not None
        return self.node.get(name, route.trunk[0])

    def drive(self, party: int, spot: int) -> Story:
        """Join the road, drive it, and be received."""
        now, people, road = self.env.now, self.people[party], self.world.road
        assert road is not None
        name = self.settlement[party]
        self.departed[party] = now
        if self.joined[party] != self.joined[party]:
            self.joined[party] = now
        self.journal.count("departed", now, people, self.vehicles[party])
        self.journal.move(now, party, people, spot, self.leaving[name])
        trip: Trip = yield road.drive(party, self.node_of(party))
        self.journal.move(trip.entered, party, people, self.leaving[name], self.on_road)
        self.passed.append((party, trip))
        if trip.status == "out":
            yield from self.arrive(party, party)
        else:
            yield from self.strand(party, trip)

    def arrive(self, vehicle: int, party: int) -> Story:
        """Count who crossed in a vehicle, and receive them."""
        road = self.world.road
        assert road is not None
        people, crossed = self.world.traffic.people[vehicle], road.crossed[vehicle]
        self.arrived[party] = crossed
        self.journal.count("arrived", crossed, people, self.vehicles[party])
        yield from self.world.reception.receive(party, people, self.on_road)

    def strand(self, party: int, trip: Trip) -> Story:
        """Stand beside the road until somebody gives a lift, or walk when nobody does."""
        world, road = self.world, self.world.road
        assert road is not None
        aboard, world.traffic.people[party] = world.traffic.people[party], 0
        spot = self.journal.spot("stranded", trip.link)
        self.journal.move(trip.hour, party, aboard, self.on_road, spot)
        self.journal.note(trip.hour, f"stalled: {trip.status}", party, trip.link, aboard, trip.km)
        stranded = Stranded(party, aboard, trip.hour, trip.link, trip.km)
        world.lifts.wait(stranded)
        road.wait_for_lift(trip.link, trip.km, trip.hour)
        yield self.env.timeout(max(trip.hour + self.lift_patience[party] - self.env.now, 0.0))
        left = world.lifts.give_up(stranded)
        if left:
            yield from self.walk(party, left, spot, trip.km)

    def walk(self, party: int, people: int, spot: int, km: float) -> Story:
        """Go on foot or by cart to where people are counted, beside the traffic."""
        world, walking = self.world, self.journal.spot("walking", self.settlement[party])
        now, population = self.env.now, world.scenario.population
        if self.departed[party] != self.departed[party]:
            self.departed[party] = now
            self.journal.count("departed", now, people)
        self.journal.move(now, party, people, spot, walking)
        distance = max(self.km_to_count(party) - km, 0.0) if km == 0.0 else max(self.count_km - km, 0.0)
        speed = float(world.parties.speed[party])
        yield self.env.timeout(elapsed(distance, speed, population.walking_day))
        opens = world.gate.foot_passes(self.env.now, people)
        if opens == inf:
            return
        yield self.env.timeout(max(opens - self.env.now, 0.0))
        self.arrived[party] = self.env.now
        self.journal.count("arrived", self.env.now, people)
        yield from world.reception.receive(party, people, walking)

    @property
    def count_km(self) -> float:
        """Where people are counted, on the trunk."""
        route = self.world.route
        assert route is not None
        return route.km_of(route.count_at)

    def km_to_count(self, party: int) -> float:
        """Kilometres from a party's home to where people are counted."""
        route = self.world.route
        assert route is not None
        return route.distance(self.node_of(party), route.count_at)

    def refuel(self, party: int, spot: int) -> Generator[simpy.Event, Any, int]:
        """Go for fuel when what the vehicle holds will not do; returns where the party then is."""
        world, fuel = self.world, self.world.scenario.fuel
        assert fuel is not None
        wanted = self.litres_needed(party) * (1 + fuel.reserve) - world.traffic.litres[party]
        if wanted <= 0:
            return spot
        self.fuel_asked[party], self.fuel_wanted[party] = self.env.now, wanted
        give_up = self.env.now + self.fuel_patience[party] if fuel.without != "wait" else inf
        given = 0.0
        while given < min(wanted, fuel.ration) * (1 - 1e-9):
            depot, hour = self.next_depot(party)
            if depot is None or hour > give_up:
                break
            if hour > self.env.now:
                yield self.env.timeout(hour - self.env.now)
                continue
            spot, litres = yield from self.queue(party, spot, depot, wanted - given)
            given += litres
        self.fuel_given[party] = given
        world.traffic.litres[party] += given
        return spot

    def queue(self, party: int, spot: int, depot: Depot, litres: float) -> Generator[simpy.Event, Any, tuple[int, float]]:
        """Stand in a depot's queue; returns where the party is and the litres it was given."""
        if self.joined[party] != self.joined[party]:
            self.joined[party] = self.env.now
        queue = self.journal.spot("fuel_queue", depot.name)
        if spot != queue:
            self.journal.move(self.env.now, party, self.people[party], spot, queue)
        called = self.env.event()
        depot.join(litres * 1.0, called.succeed)
        depot.members[party] = None
        given = yield called
        depot.members.pop(party, None)
        return queue, given

    def next_depot(self, party: int) -> tuple[Depot | None, float]:
        """The depot that can serve a party first, and from when."""
        name, now = self.settlement[party], self.env.now
        mine = [d for d in self.world.depots.values() if d.told.at in (None, name)]
        for depot in mine:
            if depot.is_open:
                return depot, now
        later = min(mine, key=lambda d: d.next_hope, default=None)
        if later is None or later.next_hope == inf:
            return None, inf
        return later, later.next_hope

    def litres_needed(self, party: int) -> float:
        """Litres drivers expect to burn on the way: distance, and engines idling in the queue they expect."""
        world, node = self.world, self.node_of(party)
        route, fuel = world.route, world.scenario.fuel
        assert route is not None and fuel is not None
        km, hours = route.distance(node, route.end), route.free_flow(node)
        traffic = world.traffic
        return km * traffic.use[party] + max(fuel.expected_transit - hours, 0.0) * traffic.idle[party]

    def casualties(self, told: Explosion, depot: Depot) -> None:
        """People reported injured and dead leave the queue's parties, or those at home when too few wait there."""
        queue = self.journal.spot("fuel_queue", depot.name)
        here = list(depot.members)
        for state, number in (("reported_dead", told.reported_dead), ("in_care", told.injured)):
            left = self._take(here, queue, state, depot.name, round(number))
            for name in self.home if left else ():
                at_home = [p for p in range(len(self.people)) if self._at_home(p, name)]
                left = self._take(at_home, self.home[name], state, depot.name, left)

    def _at_home(self, party: int, name: str) -> bool:
        return self.settlement[party] == name and self.ready[party] > self.env.now and self.ready[party] < inf

    def _take(self, parties: list[int], spot: int, state: str, place: str, number: int) -> int:
        """One person a party, again and again, until so many are taken; how many are still missing."""
        target = self.journal.spot(state, place)
        while number > 0:
            taken = 0
            for party in parties:
                if number > 0 and self.people[party] > 1:
                    self.people[party] -= 1
                    self.world.traffic.people[party] -= 1
                    self.journal.move(self.env.now, party, 1, spot, target)
                    number, taken = number - 1, taken + 1
            if not taken:
                return number
        return 0
