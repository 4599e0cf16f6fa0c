"""Buses for those without a vehicle: fetch, load, drive through the same road as everyone, come back."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from math import inf
from typing import TYPE_CHECKING, Any

import simpy

if TYPE_CHECKING:
    from sim.model.traffic import Trip
    from sim.model.world import World
    from sim.scenario.road import BusFleet

Story = Generator[simpy.Event, Any, None]
Load = list[int]


class Buses:
    """All fleets, and the parties that wait for them."""

    def __init__(self, world: World) -> None:
        self.world, self.env, self.journal = world, world.env, world.journal
        self.waiting: dict[str, deque[int]] = {name: deque() for name in world.parties.settlements}
        self.called: list[simpy.Event] = []
        self.aboard: dict[int, Load] = {}
        """Vehicle: parties aboard."""
        self.two_way = world.route is None or not any(
            link.opposing == "closed"
            for link in world.scenario.corridor.segments.values()  # type: ignore[union-attr]
        )

    def start(self) -> None:
        """Begin every bus's rounds."""
        if self.world.road is None:
            return
        for name, fleet in self.world.scenario.transport.buses.items():
            hours = fleet.loading.draw(self.world.luck.of(f"loading of {name}"), round(fleet.buses))
            back = fleet.back.draw(self.world.luck.of(f"way back of {name}"), round(fleet.buses))
            for bus in range(round(fleet.buses)):
                self.env.process(self.rounds(fleet, float(hours[bus]), float(back[bus])))

    def wait(self, party: int) -> None:
        """A party without a vehicle is ready and waits for a bus."""
        journeys = self.world.journeys
        name, now = journeys.settlement[party], self.env.now
        spot = self.journal.spot("waiting_transport", name)
        self.journal.move(now, party, journeys.people[party], journeys.home[name], spot)
        self.waiting[name].append(party)
        called, self.called = self.called, []
        for bus in called:
            bus.succeed()

    def rounds(self, fleet: BusFleet, loading: float, back: float) -> Story:
        """One bus: load, drive, come back for more as long as the road lets it in."""
        yield self.env.timeout(max(fleet.begins - self.env.now, 0.0))
        last = inf if fleet.until is None else fleet.until
        for _ in range(round(fleet.trips)):
            load = yield from self.board(fleet, last)
            if not load:
                return
            yield self.env.timeout(loading)
            yield from self.ride(fleet, load)
            if not self.two_way:
                return
            yield self.env.timeout(back)

    def board(self, fleet: BusFleet, last: float) -> Generator[simpy.Event, Any, Load]:
        """Whom the bus takes: those who have waited longest; none when nobody comes any more."""
        while self.env.now <= last:
            place = self.fullest(fleet)
            if self.waiting[place]:
                return self.fill(self.waiting[place], fleet.seats)
            called = self.env.event()
            self.called.append(called)
            yield called
        return []

    def fullest(self, fleet: BusFleet) -> str:
        """The settlement the bus serves, or where most parties wait."""
        if fleet.at is not None:
            return fleet.at
        return max(self.waiting, key=lambda name: len(self.waiting[name]))

    def fill(self, queue: deque[int], seats: float) -> Load:
        """Parties in turn while there are seats; a party larger than the bus goes all the same."""
        people, load = self.world.journeys.people, [queue.popleft()]
        taken = people[load[0]]
        while queue and taken + people[queue[0]] <= seats:
            taken += people[queue[0]]
            load.append(queue.popleft())
        return load

    def ride(self, fleet: BusFleet, load: Load) -> Story:
        """Drive a full bus over the road and let everyone off at the other end."""
        world, journeys = self.world, self.world.journeys
        assert world.road is not None
        name = journeys.settlement[load[0]]
        aboard = sum(journeys.people[party] for party in load)
        vehicle = self.enter(aboard, fleet)
        self.aboard[vehicle] = load
        spot = self.journal.spot("waiting_transport", name)
        for party in load:
            journeys.departed[party] = self.env.now
            journeys.joined[party] = journeys.ready[party]
            self.journal.move(self.env.now, party, journeys.people[party], spot, journeys.leaving[name])
        self.journal.count("departed", self.env.now, aboard, 1)
        trip: Trip = yield world.road.drive(vehicle, journeys.node_of(load[0]))
        for party in load:
            self.journal.move(trip.entered, party, journeys.people[party], journeys.leaving[name], journeys.on_road)
        self.alight(vehicle, load)

    def enter(self, aboard: int, fleet: BusFleet) -> int:
        """Give the bus a number among the vehicles; buses are refuelled where they come from."""
        traffic, bus = self.world.traffic, self.world.scenario.vehicles.classes.get("bus")
        pce, weight = (bus.pce, bus.weight) if bus else (fleet.pce, fleet.weight)
        return traffic.add(aboard, pce, weight, seats=round(max(fleet.seats, aboard)))

    def alight(self, vehicle: int, load: Load) -> None:
        """Everyone aboard is received; people given a lift on the way go with the first party."""
        world, journeys = self.world, self.world.journeys
        riders = world.traffic.people[vehicle] - sum(journeys.people[party] for party in load)
        journeys.cross(vehicle, load, 1)
        for number, party in enumerate(load):
            people = journeys.people[party] + (riders if number == 0 else 0)
            world.reception.receive(party, people, journeys.on_road)
