"""The other end: a chain of places, registration, and a place to sleep."""

from __future__ import annotations

from collections.abc import Generator
from heapq import heapify, heappop, heappush, heapreplace
from itertools import count
from math import inf
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import simpy

from sim.model.ways import BY_THEMSELVES, Ways
from sim.scenario.response import BETWEEN

if TYPE_CHECKING:
    from sim.model.journal import Journal
    from sim.model.party import Parties
    from sim.model.people import Luck
    from sim.model.record import Array
    from sim.model.triage import Triage
    from sim.scenario.response import Registration
    from sim.scenario.schema import Scenario


class Desks:
    """Registration: one after another, at a rate all together or at desks."""

    def __init__(self, told: Registration, luck: Luck, parties: Parties) -> None:
        self.told, count, dealt = told, len(parties), parties.dealt
        opens = told.opens or 0.0
        self.free = [opens] * (round(told.desks) if told.desks else 1)
        heapify(self.free)
        self.hours = dealt(told.service.draw(luck.of("desks"), count)).tolist() if told.service else []
        elsewhere = luck.of("registers elsewhere").random(count) < told.elsewhere.draw(luck.of("elsewhere"), count)
        self.elsewhere = dealt(elsewhere).tolist()
        self.later = dealt(told.elsewhere_delay.draw(luck.of("registers later"), count)).tolist()

    def registered_at(self, now: float, party: int, people: int) -> float:
        """Hour at which a party that comes now is registered."""
        if self.elsewhere[party]:
            return now + float(self.later[party])
        begin = max(now, self.free[0])
        end = begin + (people / self.told.rate if self.told.rate else float(self.hours[party]))
        heapreplace(self.free, end)
        return end


class Asking(NamedTuple):
    """A party that asks for a place to sleep, and where it is by the hour at which it is given one or none."""

    hour: float
    number: int
    party: int
    people: int
    spot: int
    place: int
    registers: float
    """When it is registered, if that is still to come; else inf."""
    there: float
    """When it is where it goes."""


class Visits:
    """Parties at the other end, one element each: who, where, and what is still to come."""

    def __init__(self, came: Array) -> None:
        self.hour, self.people, self.registers = came[0], came[2], came[4]
        self.party, self.spot = came[1].astype(int), came[3].astype(int)
        self.place = np.zeros(len(self.party), int)
        self.registered = np.zeros(len(self.party), bool)
        self.ready = came[5]
        """When their patients, if they stay for any, have been seen."""
        self.there = np.full(len(self.party), -inf)
        """When those on their way to a place are there."""


class Reception:
    """Everything that happens to parties from the end of the road on, worked out each hour for all who came in it."""

    def __init__(
        self, env: simpy.Environment, scenario: Scenario, luck: Luck, journal: Journal, parties: Parties
    ) -> None:
        self.env, self.journal, self.horizon = env, journal, scenario.horizon
        told = scenario.reception
        self.places, self.ways = told.places, Ways(told.places, luck, parties)
        self.desks = Desks(told.registration, luck, parties) if told.registration else None
        self.queues = ~np.array(self.desks.elsewhere, bool) if self.desks else np.zeros(len(parties), bool)
        """Whether a party waits for its registration before it moves on."""
        sleep = told.accommodation
        share = sleep.share.draw(luck.of("share asking"), len(parties))
        asks = luck.of("asks for a place").random(len(parties)) < share
        delay = sleep.delay.draw(luck.of("accommodation"), len(parties))
        self.asks_after = parties.dealt(np.where(asks, delay, inf))
        self.housed = dict.fromkeys((name for name, place in told.places.items() if place.houses), 0)
        self.came: list[tuple[float, int, int, int, float, float]] = []
        """Who came since the last full hour, and those whose patients have been seen in it."""
        self.triage: Triage | None = None
        """Health posts, where any are told."""
        self.asking: list[Asking] = []
        """Those who are still to be given a place, a heap by hour; the beds are all that parties compete for here."""
        self.asked = 0
        self._spots: dict[str, Array] = {}

    def receive(self, party: int, people: int, origin: int) -> None:
        """Take in a party that comes now."""
        now = self.env.now
        registers = self.desks.registered_at(now, party, people) if self.desks is not None else inf
        triage = self.triage
        if triage is not None and (party in triage.visitors or party in triage.took):
            triage.meet((now, party, people, origin, registers))
        else:
            self.came.append((now, party, people, origin, registers, now))

    def keep(self) -> Generator[simpy.Event, object, None]:
        """Note where those go who came, and give out places to sleep, hour by hour; nothing waits for that."""
        while True:
            yield self.env.timeout(1.0)
            self.catch_up(self.env.now)

    def catch_up(self, now: float) -> None:
        """Note where those go who came; give a place, or none, to those whose hour has come, in order of time."""
        if self.came:
            self._lead(Visits(np.array(self.came, float).T))
            self.came = []
        while self.asking and self.asking[0].hour <= now:
            self._house(heappop(self.asking))

    def _lead(self, visits: Visits) -> None:
        """Where parties register, and move by themselves: known when they come, for it depends on nobody else."""
        asks = np.maximum(visits.hour + self.asks_after[visits.party], visits.ready)
        until, everyone = np.minimum(asks, self.horizon), np.arange(len(asks))
        visits.place[:] = self.ways.first[visits.party]
        self._go(visits, everyone, visits.hour, "reception")
        ready = np.maximum(visits.hour + self.ways.stay(visits.place, visits.party), visits.ready)
        moves_on = self._free_at(visits, everyone, ready)
        known = visits.registers < self.horizon
        self.journal.count_all("registered", visits.registers[known], visits.people[known])
        visits.registers[~known] = inf
        for stops in count(1):
            self._register(visits, np.flatnonzero(visits.registers <= np.minimum(moves_on, until)))
            leaving = np.flatnonzero(moves_on < until)
            if not len(leaving):
                break
            moves_on[leaving] = self._move_on(visits, leaving, moves_on[leaving], (asks < inf, stops))
        for who in np.flatnonzero(asks < self.horizon).tolist():
            self._ask(float(asks[who]), visits, who)

    def _free_at(self, visits: Visits, who: Array, ready: Array) -> Array:
        """When parties can leave a place: ready, and registered where they wait for that."""
        registers = visits.registers[who]
        waits = self.queues[visits.party[who]] & (registers < inf)
        return np.maximum(ready, np.where(waits, registers, -inf))

    def _register(self, visits: Visits, who: Array) -> None:
        visits.registered[who] = True
        self._go(visits, who, visits.registers[who], "registered")
        visits.registers[who] = inf

    def _move_on(self, visits: Visits, who: Array, hour: Array, luck: tuple[Array, int]) -> Array:
        """Parties go to their next place, or on by themselves; when they move again."""
        asking, stops = luck
        following = self.ways.following(visits.place[who], visits.party[who], stops)
        alone = following == BY_THEMSELVES
        gone, on = who[alone & ~asking[who]], who[~alone]
        self._go(visits, gone, hour[alone & ~asking[who]], "onward")
        visits.registers[gone] = inf
        visits.place[on] = following[~alone]
        ready = self._travel(visits, on, hour[~alone])
        again = np.full(len(who), inf)
        stay = self.ways.stay(visits.place[on], visits.party[on])
        again[~alone] = self._free_at(visits, on, ready + stay)
        return again

    def _travel(self, visits: Visits, who: Array, hour: Array) -> Array:
        """Parties go to the place each is to be at next; when they are there."""
        there: Array = hour + self.ways.travel[visits.place[who]]
        for state, its in (("reception", ~visits.registered[who]), ("registered", visits.registered[who])):
            far = its & (there > hour)
            self._go(visits, who[far], hour[far], state, between=True)
            visits.there[who[far]] = there[far]
            self._go(visits, who[its], there[its], state)
        return there

    def _go(self, visits: Visits, who: Array, hour: Array, state: str, between: bool = False) -> None:
        """Some parties go to a state where each is to be; who is on the way to a place, once it is there."""
        hour = np.maximum(hour, visits.there[who])
        who, hour = who[hour < self.horizon], hour[hour < self.horizon]
        to = self._spots_of(state, between)[visits.place[who]]
        self.journal.move_all(hour, visits.party[who], visits.people[who], visits.spot[who], to)
        visits.spot[who] = to

    def _spots_of(self, state: str, between: bool) -> Array:
        """Numbers of the spots of a state by place; between places, and for those gone on, one for all."""
        key = f"{state} {between}"
        if key not in self._spots:
            names = [BETWEEN if between else state if state == "onward" else name for name in self.ways.names]
            self._spots[key] = np.array([self.journal.spot(state, name) for name in names])
        return self._spots[key]

    def _ask(self, hour: float, visits: Visits, who: int) -> None:
        self.asked += 1
        party, people, spot = int(visits.party[who]), int(visits.people[who]), int(visits.spot[who])
        place, registers, there = int(visits.place[who]), float(visits.registers[who]), float(visits.there[who])
        heappush(self.asking, Asking(hour, self.asked, party, people, spot, place, registers, there))

    def _house(self, who: Asking) -> None:
        """Move in, where there is room; else stay, and be registered there."""
        name, journal, hour = self.house(who.people), self.journal, max(who.hour, who.there)
        here = self.ways.names[who.place]
        if name is None:
            journal.note(hour, "no place to sleep", who.party, here, who.people)
            state, place, hour = "registered", here, max(who.registers, who.there)
        else:
            state, place = "accommodated", name
        if hour < self.horizon:
            journal.move(hour, who.party, who.people, who.spot, journal.spot(state, place))
            if name is not None:
                journal.count("accommodated", hour, who.people)

    def house(self, people: int) -> str | None:
        """The first place that houses people and has room; None when all are full."""
        for name in self.housed:
            capacity = self.places[name].capacity
            if capacity is None or self.housed[name] + people <= capacity:
                self.housed[name] += people
                return name
        return None
