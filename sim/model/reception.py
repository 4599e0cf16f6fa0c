"""The other end: a chain of places, registration, and a place to sleep."""

from __future__ import annotations

from collections.abc import Generator
from heapq import heapify, heapreplace
from math import inf
from typing import TYPE_CHECKING

import numpy as np
import simpy

if TYPE_CHECKING:
    from sim.model.journal import Journal
    from sim.model.people import Luck
    from sim.scenario.fields import Section
    from sim.scenario.response import Registration
    from sim.scenario.schema import Scenario

NOWHERE = "reception"
"""The name of the place people reach when the scenario names none."""


class Desks:
    """Registration: one after another, at a rate all together or at desks."""

    def __init__(self, told: Registration, luck: Luck, parties: int) -> None:
        self.told = told
        opens = told.opens or 0.0
        self.free = [opens] * (round(told.desks) if told.desks else 1)
        heapify(self.free)
        self.hours = told.service.draw(luck.of("desks"), parties).tolist() if told.service else []
        self.elsewhere = luck.of("registers elsewhere").random(parties) < told.elsewhere.draw(
            luck.of("elsewhere"), parties
        )
        self.later = told.elsewhere_delay.draw(luck.of("registers later"), parties).tolist()

    def registered_at(self, now: float, party: int, people: int) -> float:
        """Hour at which a party that comes now is registered."""
        if self.elsewhere[party]:
            return now + float(self.later[party])
        begin = max(now, self.free[0])
        end = begin + (people / self.told.rate if self.told.rate else float(self.hours[party]))
        heapreplace(self.free, end)
        return end


class Reception:
    """Everything that happens to a party from the end of the road on."""

    def __init__(self, env: simpy.Environment, scenario: Scenario, luck: Luck, journal: Journal, parties: int) -> None:
        self.env, self.journal, self.luck, self.parties = env, journal, luck, parties
        told = scenario.reception
        self.places = told.places
        self.desks = Desks(told.registration, luck, parties) if told.registration else None
        accommodation = told.accommodation
        asks = luck.of("asks for a place").random(parties)
        self.asks = (asks < accommodation.share.draw(luck.of("share asking"), parties)).tolist()
        self.wait = accommodation.delay.draw(luck.of("accommodation"), parties).tolist()
        self.ways = luck.of("way on").random((parties, max(len(self.places), 1))).tolist()
        self.stays: dict[str, list[float]] = {}
        self.housed = dict.fromkeys((name for name, place in self.places.items() if place.houses), 0)
        self.first = self._shares({name: place.arrive for name, place in self.places.items()})

    @staticmethod
    def _shares(shares: dict[str, float]) -> list[tuple[float, str]]:
        sums = np.cumsum(list(shares.values())).tolist()
        return list(zip(sums, shares, strict=True))

    def first_place(self, party: int) -> str:
        """Where a party comes first."""
        if not self.places:
            return NOWHERE
        u = self.luck_of_way(party, 0) * self.first[-1][0]
        return next((name for reached, name in self.first if u < reached), next(iter(self.places)))

    def luck_of_way(self, party: int, stop: int) -> float:
        """Its luck at that stop."""
        ways = self.ways[party]
        return float(ways[stop % len(ways)])

    def stay(self, place: str, party: int) -> float:
        """Hours a party stays at a place."""
        if place not in self.places:
            return inf
        if place not in self.stays:
            drawn = self.places[place].stay.draw(self.luck.of(f"stay at {place}"), self.parties)
            self.stays[place] = np.maximum(drawn, 0.0).tolist()
        return self.stays[place][party]

    def receive(self, party: int, people: int, origin: int) -> Generator[simpy.Event, object, None]:
        """From the end of the road on: register, stay, be given a place to sleep or go on."""
        visit = Visit(self, party, people, origin)
        while (hour := visit.next_hour) < inf:
            yield self.env.timeout(max(hour - self.env.now, 0.0))
            visit.act()

    def house(self, people: int) -> str | None:
        """The first place that houses people and has room; None when all are full."""
        for name in self.housed:
            capacity = self.places[name].capacity
            if capacity is None or self.housed[name] + people <= capacity:
                self.housed[name] += people
                return name
        return None


class Visit:
    """One party's way through reception: what happens next, and when."""

    __slots__ = (
        "asked",
        "house_at",
        "leave_at",
        "on_site",
        "party",
        "people",
        "reception",
        "register_at",
        "spot",
        "state",
        "stop",
        "stops",
    )

    def __init__(self, reception: Reception, party: int, people: int, origin: int) -> None:
        self.reception, self.party, self.people, self.stops = reception, party, people, 0
        now, desks = reception.env.now, reception.desks
        self.stop, self.state, self.spot = reception.first_place(party), "reception", origin
        self.on_site = desks is not None and not desks.elsewhere[party]
        self.register_at = desks.registered_at(now, party, people) if desks else inf
        self.asked = reception.asks[party]
        self.house_at = now + reception.wait[party] if self.asked else inf
        self._go("reception", self.stop)
        self.leave_at = now + reception.stay(self.stop, party)

    @property
    def next_hour(self) -> float:
        """Hour of what happens next."""
        leave = max(self.leave_at, self.register_at) if self.on_site and self.register_at < inf else self.leave_at
        return min(self.register_at, self.house_at, leave)

    def act(self) -> None:
        """Do what is due now."""
        now = self.reception.env.now + 1e-12
        if self.register_at <= now:
            self._register()
        elif self.house_at <= now:
            self._move_in()
        else:
            self._move_on()

    def _go(self, state: str, place: str) -> None:
        journal = self.reception.journal
        spot = journal.spot(state, place)
        journal.move(self.reception.env.now, self.party, self.people, self.spot, spot)
        self.spot, self.state = spot, state

    def _register(self) -> None:
        self.register_at = inf
        self.reception.journal.count("registered", self.reception.env.now, self.people)
        if self.state == "reception":
            self._go("registered", self.stop)

    def _move_in(self) -> None:
        self.house_at, self.leave_at = inf, inf
        place = self.reception.house(self.people)
        now = self.reception.env.now
        if place is None:
            self.reception.journal.note(now, "no place to sleep", self.party, self.stop, self.people)
            return
        self.stop = place
        self._go("accommodated", place)
        self.reception.journal.count("accommodated", now, self.people)

    def _move_on(self) -> None:
        self.leave_at = inf
        self.stops += 1
        following = self._following()
        if following is not None:
            self.stop = following
            self._go(self.state, following)
            stay = self.reception.stay(following, self.party)
            self.leave_at = self.reception.env.now + self.reception.places[following].travel + stay
        elif not self.asked:
            self._go("onward", "onward")

    def _following(self) -> str | None:
        """The place it moves to next; None when it goes on by itself."""
        place: Section | None = self.reception.places.get(self.stop)
        shares = place.next if place is not None else {}  # type: ignore[attr-defined]
        u, reached = self.reception.luck_of_way(self.party, self.stops), 0.0
        for name, share in shares.items():
            reached += share
            if u < reached:
                return str(name)
        return None
