"""A party's journey, as its own SimPy process that reads as a story."""

from __future__ import annotations

from collections.abc import Generator
from functools import partial
from math import inf, nan
from typing import TYPE_CHECKING, Any

import numpy as np
import simpy

from sim.model import arrivals, later
from sim.model.gate import Start
from sim.model.lifts import Stranded
from sim.model.party import VEHICLE, WAITS
from sim.model.setting_off import SettingOff

if TYPE_CHECKING:
    from sim.model.party import Array
    from sim.model.traffic import Trip
    from sim.model.world import World

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
        told, first = scenario.population.settlements, world.route.trunk[0] if world.route else ""
        self.node = {name: (told[name].at or name) if name in told else first for name in parties.settlements}
        self.departed, self.arrived, self.joined = ([nan] * count for _ in range(3))
        self._draw_patience()

    def _draw_patience(self) -> None:
        world, count = self.world, len(self.people)
        back = world.scenario.departure.turn_back
        dealt, lifts = world.parties.dealt, world.scenario.incidents.lift_patience
        self.turns_back = (dealt(world.luck.of("turns back").random(count)) < back.share).tolist()
        self.patience = dealt(back.patience.draw(world.luck.of("patience"), count)).tolist()
        self.retry = dealt(back.retry.draw(world.luck.of("retry"), count)).tolist()
        self.lift_patience = dealt(lifts.draw(world.luck.of("lift patience"), count)).tolist()

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
        due, only_arrival_known = self.due, self.world.scenario.arrivals is not None
        for party, at_once in zip(self.by_themselves, self.at_once, strict=True):
            if due[party] > self.env.now:
                yield self.env.timeout(due[party] - self.env.now)
            if only_arrival_known:
                self.come(party)
            elif not (at_once and self.goes_at_once(party)):
                self.env.process(self.journey(party))

    def prepare(self) -> None:
        """Part those whose journey is a story of its own from those whom nothing holds up on their way to the road.

        Who is ready at the same instant as somebody with a story waits for their turn like them.
        """
        world, told, ready = self.world, self.world.scenario, np.array(self.ready)
        if told.arrivals is not None:
            ready = world.parties.dealt(arrivals.hours(told, world.parties.as_drawn(world.parties.people)))
        elif told.corridor is None or told.corridor.never_opens:
            ready[:] = inf
        order = np.argsort(ready, kind="stable")
        self.due, order = ready.tolist(), order[ready[order] < told.horizon]
        holds_up = self.may_wait()
        holds_up |= np.isin(ready, ready[holds_up & np.isfinite(ready)])
        by_themselves = order[holds_up[order]]
        self.by_themselves, self.at_once = by_themselves.tolist(), apart(ready[by_themselves]).tolist()
        self.setting_off = SettingOff(world, self.due, order[~holds_up[order]].tolist())
        if world.road is not None:
            world.road.setting_off, world.road.strands, world.road.meet = self.setting_off, self.strands, self.met
            if world.care.triage is not None:
                world.care.triage.look_out()

    def may_wait(self) -> Array:
        """Whom something may hold up before they are on the road, or who take none; shape (parties,)."""
        world = self.world
        drives = (world.parties.mode == VEHICLE) & (world.scenario.arrivals is None)
        waits: Array = ~drives | np.array(self.turns_back, bool) | (np.array(world.refuelling.short) > 0)
        return waits

    def goes_at_once(self, party: int) -> bool:
        """Have a party drive that nothing holds up after all, so that its journey is no story; whether it does."""
        goes = self.mode[party] == VEHICLE and self.people[party] > 0
        if not goes or self.world.refuelling.is_short(party) or self.turns_back_now(party):
            return False
        self.drive(party, self.home[self.settlement[party]])
        return True

    def come(self, party: int) -> None:
        """Someone of whom only the arrival is known."""
        now, people = self.env.now, self.people[party]
        self.departed[party] = self.arrived[party] = now
        self.journal.count("arrived", now, people, self.vehicles[party])
        self.world.reception.receive(party, people, self.home[self.settlement[party]])

    def journey(self, party: int) -> Story:
        """From home to the other end."""
        if self.people[party] == 0:
            return
        if self.mode[party] == WAITS:
            self.world.buses.wait(party)
            return
        spot = self.home[self.settlement[party]]
        if self.mode[party] != VEHICLE:
            yield from self.set_out(party, spot)
            return
        if self.world.refuelling.is_short(party):
            spot = yield from self.world.refuelling.refuel(party, spot)
        if self.turns_back_now(party):
            spot = yield from self.turn_back(party, spot)
        if self.people[party] > 0:
            yield from self.set_off(party, spot)

    def set_off(self, party: int, spot: int) -> Story:
        """Drive with enough fuel; without it drive, walk or stay, as the scenario says."""
        fuel = self.world.scenario.fuel
        way = fuel.without if fuel and self.world.refuelling.went_without[party] else "leave"
        if way == "walk":
            self.vehicles[party] = 0
            yield from self.set_out(party, spot)
        elif way == "leave":
            self.drive(party, spot)

    def turns_back_now(self, party: int) -> bool:
        """Whether the way out is too jammed for a party that then turns back once."""
        road = self.world.road
        return self.turns_back[party] and road is not None and road.wait_at(self.node_of(party)) > self.patience[party]

    def turn_back(self, party: int, spot: int) -> Generator[simpy.Event, Any, int]:
        """Turn back, and try again later from home; where the party then is."""
        home = self.home[self.settlement[party]]
        self.journal.note(self.env.now, "turned back", party, self.settlement[party], self.people[party])
        if spot != home and self.people[party] > 0:
            self.journal.move(self.env.now, party, self.people[party], spot, home)
        yield self.env.timeout(self.retry[party])
        return home

    def node_of(self, party: int) -> str:
        """The node at which a party joins the road."""
        return self.node[self.settlement[party]]

    def drive(self, party: int, spot: int) -> None:
        """Join the road; who comes to its end is received there, and who stops on the way is stranded."""
        now, people, road = self.env.now, self.people[party], self.world.road
        assert road is not None
        name = self.settlement[party]
        self.departed[party] = now
        if self.joined[party] != self.joined[party]:
            self.joined[party] = now
        self.journal.count("departed", now, people, self.vehicles[party])
        self.journal.move(now, party, people, spot, self.leaving[name])
        road.set_off(party, self.node_of(party))

    def arrive(self, until: float) -> None:
        """Receive the parties whose vehicles have left the road before an hour, and count them as arrived."""
        road, world = self.world.road, self.world
        if road is None or not len(out := road.gone_before(until)):
            return
        who, hours, cars = out["vehicle"], out["hour"], world.traffic.cars
        parties = who.tolist()
        entered, crossed, aboard = (cars[name][who] for name in ("entered", "crossed", "people"))
        settlement, leaving = world.parties.settlement[who], np.array(list(self.leaving.values()))
        people = np.array([self.people[party] for party in parties])
        self.journal.move_all(entered, who, people, leaving[settlement], np.full(len(who), self.on_road))
        before = np.array([world.lifts.counted.get(party, 0) for party in parties])
        vehicles = np.array([self.vehicles[party] for party in parties])
        self.journal.count_all("arrived", crossed, aboard - before, vehicles)
        for party, hour in zip(parties, crossed.tolist(), strict=True):
            self.arrived[party] = hour
        world.reception.receive_all(hours, who, aboard, self.on_road)

    def met(self, party: int) -> None:
        """Receive a party whose vehicle leaves the road now, and which somebody at the other end looks out for."""
        road = self.world.road
        assert road is not None
        leaving = self.leaving[self.settlement[party]]
        self.journal.move(self.world.traffic.entered[party], party, self.people[party], leaving, self.on_road)
        self.cross(party, [party], self.vehicles[party])
        self.world.reception.receive(party, self.world.traffic.people[party], self.on_road)

    def book(self) -> None:
        """Note that those set off whom nothing held up at home."""
        world, who = self.world, self.setting_off.gone()
        settlement, hours = world.parties.settlement[who], np.array(self.departed)[who]
        home, leaving = np.array(list(self.home.values())), np.array(list(self.leaving.values()))
        people, vehicles = np.array(self.people)[who], np.array(self.vehicles)[who]
        self.journal.moved_before(hours, who, people, home[settlement], leaving[settlement])
        self.journal.count_all("departed", hours, people, vehicles)

    def cross(self, vehicle: int, parties: list[int], vehicles: int) -> None:
        """Count those aboard a vehicle as arrived when it crossed; whom it took along later had crossed before."""
        world = self.world
        assert world.road is not None
        crossed = world.traffic.crossed[vehicle]
        for party in parties:
            self.arrived[party] = crossed
        people = world.traffic.people[vehicle] - world.lifts.counted.get(vehicle, 0)
        self.journal.count("arrived", crossed, people, vehicles)

    def cross_at_last(self) -> None:
        """Count those who have crossed and are still on the way to the end of the road when time is over."""
        crossed, aboard = self.world.traffic.cars["crossed"] <= self.world.scenario.horizon, self.world.buses.aboard
        crossed[: len(self.arrived)] &= np.isnan(self.arrived)
        for vehicle in np.flatnonzero(crossed).tolist():
            parties = [vehicle] if vehicle < len(self.people) else aboard.get(vehicle, [])
            if parties and self.arrived[parties[0]] != self.arrived[parties[0]]:
                self.cross(vehicle, parties, self.vehicles[vehicle] if vehicle < len(self.people) else 1)

    def strands(self, party: int, trip: Trip) -> None:
        """A vehicle stops on the way, at an hour that may be still to come."""
        later.at(self.env, trip.hour, partial(self.strand, party, trip))

    def strand(self, party: int, trip: Trip) -> None:
        """Stand beside the road until somebody gives a lift, or walk when nobody does."""
        world, road, people = self.world, self.world.road, self.people[party]
        assert road is not None
        self.journal.move(trip.entered, party, people, self.leaving[self.settlement[party]], self.on_road)
        crossed = world.traffic.crossed[party] == world.traffic.crossed[party]
        if crossed:
            self.cross(party, [party], self.vehicles[party])
        aboard, world.traffic.people[party] = world.traffic.people[party], 0
        spot = self.journal.spot("stranded", trip.link)
        self.journal.move(trip.hour, party, aboard, self.on_road, spot)
        self.journal.note(trip.hour, f"stalled: {trip.status}", party, trip.link, aboard, trip.km)
        stranded = Stranded(party, aboard, trip.hour, trip.link, trip.km, crossed)
        world.lifts.wait(stranded)
        road.wait_for_lift(trip.link)
        later.at(self.env, trip.hour + self.lift_patience[party], partial(self.walk_on, stranded, spot, trip))

    def walk_on(self, stranded: Stranded, spot: int, trip: Trip) -> None:
        """Walk, those whom nobody has taken along."""
        road, left = self.world.road, self.world.lifts.give_up(stranded)
        if left and road is not None:
            self.env.process(self.walk(stranded.party, left, spot, road.behind(trip)))

    def set_out(self, party: int, spot: int) -> Story:
        """Leave on foot or by cart once the road is open."""
        assert self.world.road is not None
        yield self.env.timeout(max(self.world.road.opens - self.env.now, 0.0))
        if self.people[party] > 0:
            yield from self.walk(party, self.people[party], spot, Start(self.node_of(party)))

    def walk(self, party: int, people: int, spot: int, start: Start) -> Story:
        """Go on foot or by cart to where people are counted, or if they were to the end, beside the traffic."""
        world, walking = self.world, self.journal.spot("walking", self.settlement[party])
        assert world.route is not None
        if self.departed[party] != self.departed[party]:
            self.departed[party] = self.env.now
            self.journal.count("departed", self.env.now, people)
        self.journal.move(self.env.now, party, people, spot, walking)
        speed = float(world.parties.speed[party])
        has_crossed = self.arrived[party] == self.arrived[party]
        to = world.route.end if has_crossed else world.route.count_at
        hour = yield from world.footpath.go(people, speed, start, to)
        if hour < inf:
            if not has_crossed:
                self.arrived[party] = hour
                self.journal.count("arrived", hour, people)
            world.reception.receive(party, people, walking)


def apart(hours: Array) -> Array:
    """Which of some hours, in rising order, stand alone; shape (n,)."""
    same = np.concatenate([[False], hours[1:] == hours[:-1], [False]])
    alone: Array = ~(same[1:] | same[:-1])[: len(hours)]
    return alone
