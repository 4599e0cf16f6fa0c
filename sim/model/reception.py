"""The other end: a chain of places, registration, and a place to sleep."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Generator
from heapq import heapify, heappop, heappush, heapreplace
from math import ceil, inf
from typing import TYPE_CHECKING

import numpy as np
import simpy

from sim.scenario.response import BETWEEN

if TYPE_CHECKING:
    from sim.model.journal import Journal
    from sim.model.party import Parties
    from sim.model.people import Luck
    from sim.scenario.response import Registration
    from sim.scenario.schema import Scenario

NOWHERE = "reception"
"""The name of the place people reach when the scenario names none."""


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


class Visit:
    """One party at the other end: where it is, and what is still open."""

    __slots__ = ("asked", "free_at", "housed", "party", "people", "spot", "state", "stop", "stops", "there")

    def __init__(self, party: int, people: int, spot: int, stop: str) -> None:
        self.party, self.people, self.spot, self.stop = party, people, spot, stop
        self.state, self.stops, self.asked, self.housed = "reception", 0, False, False
        self.free_at = self.there = -inf
        """When it may leave, for those who register on site wait for it; when it is where it goes."""


Act = Callable[[Visit, float], None]


class Reception:
    """Everything that happens to a party from the end of the road on."""

    def __init__(
        self, env: simpy.Environment, scenario: Scenario, luck: Luck, journal: Journal, parties: Parties
    ) -> None:
        self.env, self.journal, self.luck, self.parties = env, journal, luck, parties
        told = scenario.reception
        self.places = told.places
        self.desks = Desks(told.registration, luck, parties) if told.registration else None
        accommodation = told.accommodation
        count, dealt = len(parties), parties.dealt
        asks = luck.of("asks for a place").random(count)
        self.asks = dealt(asks < accommodation.share.draw(luck.of("share asking"), count)).tolist()
        self.wait = dealt(accommodation.delay.draw(luck.of("accommodation"), count)).tolist()
        self.ways = dealt(luck.of("way on").random((count, max(len(self.places), 1)))).T
        self.way: dict[int, list[float]] = {}
        """Luck of the way on by stop, one number a party."""
        self.stays: dict[str, list[float]] = {}
        self.housed = dict.fromkeys((name for name, place in self.places.items() if place.houses), 0)
        self.first = self._shares({name: place.arrive for name, place in self.places.items()})
        self.next = {name: self._shares(dict(place.next)) for name, place in self.places.items() if place.next}
        self.spots: dict[tuple[str, str], int] = {}
        self.due: defaultdict[int, list[tuple[float, int, Visit, Act]]] = defaultdict(list)
        """What is to happen, by the full hour that ends the hour it falls into; a small heap each, for speed."""
        self.planned, self.reached, self.horizon = 0, 0, scenario.horizon

    @staticmethod
    def _shares(shares: dict[str, float]) -> tuple[list[float], list[str]]:
        return np.cumsum(list(shares.values())).tolist(), list(shares)

    def first_place(self, party: int) -> str:
        """Where a party comes first."""
        if not self.places:
            return NOWHERE
        sums, names = self.first
        number = bisect_right(sums, self.luck_of_way(party, 0) * sums[-1])
        return names[number if number < len(names) else 0]

    def luck_of_way(self, party: int, stop: int) -> float:
        """Its luck at that stop."""
        if stop not in self.way:
            self.way[stop] = self.ways[stop % len(self.ways)].tolist()
        return self.way[stop][party]

    def stay(self, place: str, party: int) -> float:
        """Hours a party stays at a place."""
        if place not in self.places:
            return inf
        if place not in self.stays:
            drawn = self.places[place].stay.draw(self.luck.of(f"stay at {place}"), len(self.parties))
            self.stays[place] = self.parties.dealt(np.maximum(drawn, 0.0)).tolist()
        return self.stays[place][party]

    def receive(self, party: int, people: int, origin: int) -> None:
        """Take in a party that comes now: it registers, stays, is given a place to sleep or goes on."""
        now, desks = self.env.now, self.desks
        visit = Visit(party, people, origin, self.first_place(party))
        self._go(visit, now, "reception", visit.stop)
        registered = desks.registered_at(now, party, people) if desks is not None else inf
        self._plan(registered, visit, self._register)
        if self.asks[party]:
            visit.asked = True
            self._plan(now + self.wait[party], visit, self._move_in)
        if desks is not None and not desks.elsewhere[party]:
            visit.free_at = registered
        self._plan(max(now + self.stay(visit.stop, party), visit.free_at), visit, self._move_on)

    def keep(self) -> Generator[simpy.Event, object, None]:
        """Let everything happen that is due, hour by hour; nothing else waits for what happens here."""
        while True:
            yield self.env.timeout(1.0)
            self.catch_up(self.env.now)

    def catch_up(self, now: float) -> None:
        """Let everything happen that is due by now, in order of time."""
        for number in range(self.reached, ceil(now) + 1):
            self.reached, due = number, self.due[number]
            while due:
                hour, _, visit, act = heappop(due)
                act(visit, hour)
            del self.due[number]

    def _plan(self, hour: float, visit: Visit, act: Act) -> None:
        if hour < self.horizon:
            self.planned += 1
            heappush(self.due[max(ceil(hour), self.reached)], (hour, self.planned, visit, act))

    def _go(self, visit: Visit, hour: float, state: str, place: str) -> None:
        """Be in another state or place; who is still on the way to a place, once it is there."""
        if hour < visit.there:
            hour = visit.there
            if hour >= self.horizon:
                return
        spot = self.spots.get((state, place))
        if spot is None:
            spot = self.spots[state, place] = self.journal.spot(state, place)
        self.journal.move(hour, visit.party, visit.people, visit.spot, spot)
        visit.spot, visit.state = spot, state

    def _register(self, visit: Visit, hour: float) -> None:
        self.journal.count("registered", hour, visit.people)
        if visit.state == "reception":
            self._go(visit, hour, "registered", visit.stop)

    def _move_in(self, visit: Visit, hour: float) -> None:
        visit.housed, place, hour = True, self.house(visit.people), max(hour, visit.there)
        if place is None:
            self.journal.note(hour, "no place to sleep", visit.party, visit.stop, visit.people)
            return
        visit.stop = place
        self._go(visit, hour, "accommodated", place)
        if hour < self.horizon:
            self.journal.count("accommodated", hour, visit.people)

    def _move_on(self, visit: Visit, hour: float) -> None:
        if visit.housed:
            return
        visit.stops += 1
        following = self._following(visit)
        if following is not None:
            travel = self.places[following].travel
            if travel > 0:
                self._go(visit, hour, visit.state, BETWEEN)
                visit.there = hour + travel
            visit.stop = following
            self._go(visit, hour, visit.state, following)
            stay = travel + self.stay(following, visit.party)
            self._plan(max(hour + stay, visit.free_at), visit, self._move_on)
        elif not visit.asked:
            self._go(visit, hour, "onward", "onward")

    def _following(self, visit: Visit) -> str | None:
        """The place it moves to next; None when it goes on by itself."""
        if visit.stop not in self.next:
            return None
        sums, names = self.next[visit.stop]
        number = bisect_right(sums, self.luck_of_way(visit.party, visit.stops))
        return names[number] if number < len(names) else None

    def house(self, people: int) -> str | None:
        """The first place that houses people and has room; None when all are full."""
        for name in self.housed:
            capacity = self.places[name].capacity
            if capacity is None or self.housed[name] + people <= capacity:
                self.housed[name] += people
                return name
        return None
