"""The other end: a chain of places, registration, and a place to sleep."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Generator
from heapq import heapify, heappop, heappush, heapreplace
from math import inf
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import simpy

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


class Asking(NamedTuple):
    """A party that asks for a place to sleep, and where it is by the hour at which it is given one or none."""

    hour: float
    number: int
    party: int
    people: int
    spot: int
    stop: str
    registers: float
    """When it is registered, if that changes its state and is still to come; else inf."""


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
        self.asking: list[Asking] = []
        """Those who are still to be given a place, a heap by hour; the beds are all that parties compete for here."""
        self.asked, self.horizon = 0, scenario.horizon

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
        """Take in a party that comes now: it registers, stays, is given a place to sleep or goes on.

        When it registers is known when it comes, and where it goes by itself depends on nobody else, so both are noted
        now; a place to sleep is given when its hour has come, in order of time.
        """
        now, desks = self.env.now, self.desks
        registers = desks.registered_at(now, party, people) if desks is not None else inf
        waits = desks is not None and not desks.elsewhere[party]
        asks = now + self.wait[party] if self.asks[party] else inf
        stop = self.first_place(party)
        spot = self._go((party, people), now, origin, ("reception", stop))
        moves_on = max(now + self.stay(stop, party), registers if waits else -inf)
        if registers < self.horizon:
            self.journal.count("registered", registers, people)
        else:
            registers = inf
        until, state, stops = min(asks, self.horizon), "reception", 0
        while True:
            if registers <= moves_on and registers <= until:
                state, at, registers = "registered", registers, inf
                spot = self._go((party, people), at, spot, (state, stop))
            elif moves_on >= until:
                break
            else:
                stops += 1
                following = self._following(party, stop, stops)
                if following is None:
                    if asks == inf:
                        self._go((party, people), moves_on, spot, ("onward", "onward"))
                        return
                    moves_on = inf
                else:
                    stop = following
                    spot = self._go((party, people), moves_on, spot, (state, stop))
                    stay = self.places[stop].travel + self.stay(stop, party)
                    moves_on = max(moves_on + stay, registers if waits and registers < inf else -inf)
        if asks < self.horizon:
            self.asked += 1
            heappush(self.asking, Asking(asks, self.asked, party, people, spot, stop, registers))

    def keep(self) -> Generator[simpy.Event, object, None]:
        """Give out places to sleep, hour by hour; nothing else waits for what happens here."""
        while True:
            yield self.env.timeout(1.0)
            self.catch_up(self.env.now)

    def catch_up(self, now: float) -> None:
        """Give everyone a place, or none, whose hour has come by now, in order of time."""
        while self.asking and self.asking[0].hour <= now:
            self._settle(heappop(self.asking))

    def _settle(self, who: Asking) -> None:
        """Move in, where there is room; else stay, and be registered there."""
        place, group = self.house(who.people), (who.party, who.people)
        if place is not None:
            self._go(group, who.hour, who.spot, ("accommodated", place))
            self.journal.count("accommodated", who.hour, who.people)
            return
        self.journal.note(who.hour, "no place to sleep", who.party, who.stop, who.people)
        if who.registers < inf:
            self._go(group, who.registers, who.spot, ("registered", who.stop))

    def _go(self, group: tuple[int, int], hour: float, origin: int, to: tuple[str, str]) -> int:
        """A party of so many people goes to a state at a place; the number of that spot."""
        spot = self.spots.get(to)
        if spot is None:
            spot = self.spots[to] = self.journal.spot(*to)
        self.journal.move(hour, *group, origin, spot)
        return spot

    def _following(self, party: int, stop: str, stops: int) -> str | None:
        """The place it moves to next; None when it goes on by itself."""
        if stop not in self.next:
            return None
        sums, names = self.next[stop]
        number = bisect_right(sums, self.luck_of_way(party, stops))
        return names[number] if number < len(names) else None

    def house(self, people: int) -> str | None:
        """The first place that houses people and has room; None when all are full."""
        for name in self.housed:
            capacity = self.places[name].capacity
            if capacity is None or self.housed[name] + people <= capacity:
                self.housed[name] += people
                return name
        return None
